"""Figures across the reform: merges lose nothing, divided units are shared out as estimates or refused."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ioc.areas import GSO, REFORM, Area, Level, Link, LinkKind, Register
from ioc.crosswalk import Crosswalk, Method, part_weights
from ioc.sitehead import Split, SplitPart
from tests.refresh.tiny import (
    BINH_LU,
    DOAN_KET,
    PROVINCE,
    Office,
    counts,
    kpi,
    lai_chau,
    present,
    row,
    site,
    values,
)

KPIS = (
    kpi("online", "count(channel == 2)", denominator="count()", periods=["month", "quarter", "year"]),
    kpi("all", "count()"),
    kpi("fees", "sum(fee)"),
    kpi("orgs", "distinct(org)"),
    kpi("open", "count(received <= at and finished is None)", measure="stock"),
)
OLD, HEIRS = "09999", (DOAN_KET, BINH_LU)


def cells(outcome):
    """All observations by KPI, area and period."""
    assert outcome.reason is None, outcome.message
    return {(one["kpi"], one["area"], one["period"]): one for one in outcome.observations().to_pylist()}


@st.composite
def merged(draw):
    """A province whose old communes went whole into present ones, and rows of some of them."""
    size = draw(st.integers(1, 4))
    new = [f"{code:05}" for code in range(1, size + 1)]
    heirs = draw(st.lists(st.sampled_from(new), min_size=size, max_size=9))
    top = Area(GSO, "12", REFORM, None, "Tỉnh Thử", "tỉnh", Level.PROVINCE)
    areas = [top] + [Area(GSO, c, REFORM, None, f"Xã {c}", "xã", Level.COMMUNE, top.id) for c in new]
    links = []
    for at, heir in enumerate(heirs):
        # codes are reused, as the reform did: an old code may be a present one of another commune
        old = Area(GSO, f"{at + 2:05}", date.min, REFORM, f"Xã Cũ {at}", "xã", Level.COMMUNE)
        areas.append(old)
        links.append(Link(old.id, present(heir), LinkKind.MERGE if heirs.count(heir) > 1 else LinkKind.SAME))
    rows = draw(st.lists(st.tuples(st.integers(0, len(heirs) - 1), st.sampled_from(["2025-02", "2025-05", "2025-06"]),
                                   st.integers(1, 3), st.integers(0, 9)), min_size=1, max_size=25))  # fmt: skip
    return Register(areas, links), heirs, rows


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(merged())
def test_merges_conserve_to_nothing_lost(case):
    register, heirs, rows = case
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder), site(kpis=KPIS), register)
        found = cells(office.refresh([
            row(f"{at + 2:05}", f"{month}-10 08:00:00", channel=channel, fee=fee) for at, month, channel, fee in rows
        ]))  # fmt: skip
        crosswalk = Crosswalk(register)
        for heir in sorted(set(heirs)):
            into = crosswalk.constituents(present(heir))
            for name in ("online", "all", "fees"):
                for period in (
                    "2025-02",
                    "2025-05",
                    "2025-06",
                    "2025-06.ytd",
                    *(["2025-Q2"] if name == "online" else []),
                ):
                    whole = found.get((name, present(heir), period))
                    parts = [one for fate in into if (one := found.get((name, fate.old.id, period)))]
                    if not into or whole is None:
                        assert not parts
                        continue
                    assert sum(one["numerator"] for one in parts) == whole["numerator"]
                    assert sum(one["denominator"] or 0 for one in parts) == (whole["denominator"] or 0)
                    assert whole["status"] != "estimated"
        total = sum(one["numerator"] for (name, area, period), one in found.items()
                    if name == "all" and area != PROVINCE and "+" not in area and "@0" not in area and len(period) == 7)  # fmt: skip
        assert total == len(rows)


def test_an_old_unit_keeps_its_own_value_under_its_own_code(tmp_path):
    # Lản Nhì Thàng (03391) and Sùng Phài (03394) went into Phường Đoàn Kết (03388), among others
    rows = [row("03391", "2025-05-10 08:00:00", channel=2), row("03391", "2025-05-11 08:00:00", channel=1)]
    rows += [row("03388", "2025-05-12 08:00:00", channel=2), row("03388", "2025-07-12 08:00:00", channel=2)]
    found = cells(Office(tmp_path, site(kpis=KPIS)).refresh(rows))
    assert found["online", "03391@0", "2025-05"]["value"] == 50.0
    assert found["online", "03388@0", "2025-05"]["value"] == 100.0
    assert found["online", present("03388"), "2025-05"]["value"] == pytest.approx(200 / 3)
    late = {period for name, area, period in found if area.endswith("@0")}
    assert late == {"2025-05", "2025-05.ytd", "2025-06.ytd", "2025-Q2"} | {
        period for name, area, period in found if name == "open" and area.endswith("@0")
    }
    assert all(period <= "2025-06.ytd" or period == "2025-Q2" for period in late)


def divided(**sizes) -> Split:
    """The old unit's shares; each size is a pair, one for each heir."""
    parts = tuple(
        SplitPart(code=code, **{name: pair[at] for name, pair in sizes.items()})
        for at, code in enumerate(HEIRS)
    )
    return Split(code=OLD, source="Nghị quyết thử", part=parts)


def register_with_a_division() -> Register:
    plain = lai_chau()
    old = Area(GSO, OLD, date.min, REFORM, "Xã Chia Đôi", "xã", Level.COMMUNE)
    links = [Link(old.id, present(code), LinkKind.SPLIT) for code in HEIRS]
    return Register([*plain.areas, old], [*plain.links, *links])


def office(folder, *splits):
    from dataclasses import replace

    return Office(Path(folder), replace(site(kpis=KPIS), splits=tuple(splits)), register_with_a_division())


def test_weights_are_villages_then_population_then_area():
    three = {"villages": (3, 1), "population": (500, 500), "km2": (10.0, 90.0)}
    assert part_weights(divided(**three).part) == (Method.VILLAGES, [0.75, 0.25])
    assert part_weights(divided(**{**three, "villages": (3, None)}).part) == (Method.POPULATION, [0.5, 0.5])
    assert part_weights(divided(km2=(10.0, 90.0)).part) == (Method.AREA, [0.1, 0.9])
    assert part_weights(divided(villages=(0, 0)).part) == (Method.REFUSED, [])


def test_a_divided_unit_is_shared_out_and_marked_as_an_estimate(tmp_path):
    rows = [row(OLD, "2025-05-10 08:00:00", channel=2, fee=1) for _ in range(8)]
    rows += [row("03391", "2025-05-10 08:00:00", channel=1, fee=1) for _ in range(2)]  # goes into Đoàn Kết
    rows += [row(DOAN_KET, "2025-08-10 08:00:00", channel=1)]
    found = cells(office(tmp_path, divided(villages=(3, 1))).refresh(rows))
    first, second = (found["online", present(code), "2025-05"] for code in HEIRS)
    assert (first["numerator"], first["denominator"], first["status"]) == (6, 8, "estimated")
    assert (second["numerator"], second["denominator"], second["status"]) == (2, 2, "estimated")
    assert found["online", PROVINCE, "2025-05"]["numerator"] == 8
    assert found["online", PROVINCE, "2025-05"]["denominator"] == 10
    assert found["online", PROVINCE, "2025-05"]["status"] == "final"
    assert found["all", present(DOAN_KET), "2025-08"]["status"] != "estimated"
    assert found["all", present(DOAN_KET), "2025-08.ytd"]["status"] == "estimated"
    assert found["online", present(DOAN_KET), "2025-Q2"]["status"] == "estimated"
    assert found["online", f"{OLD}@0", "2025-05"]["numerator"] == 8
    assert not [area for _, area, _ in found if "+chia" in area]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(1, 97), min_size=2, max_size=2), st.integers(1, 13))
def test_shares_add_up_to_the_whole_however_odd_the_weights(villages, size):
    with tempfile.TemporaryDirectory() as folder:
        rows = [row(OLD, "2025-05-10 08:00:00", fee=1) for _ in range(size)]
        found = cells(office(folder, divided(villages=tuple(villages))).refresh(rows))
        for name in ("all", "fees"):
            shares = [found[name, present(code), "2025-05"]["numerator"] for code in HEIRS]
            assert sum(shares) == pytest.approx(size, abs=1e-12)
            assert found[name, PROVINCE, "2025-05"]["numerator"] == size
            assert shares[0] == pytest.approx(size * villages[0] / sum(villages), abs=1e-6)


def test_what_cannot_be_shared_leaves_the_heirs_without_a_value_and_the_province_whole(tmp_path):
    rows = [row(OLD, "2025-05-10 08:00:00", org="a"), row("03391", "2025-05-10 08:00:00", org="b")]
    found = cells(office(tmp_path, divided(villages=(3, 1))).refresh(rows))
    assert ("orgs", present(DOAN_KET), "2025-05") not in found
    assert found["orgs", PROVINCE, "2025-05"]["numerator"] == 2
    assert found["orgs", f"{OLD}@0", "2025-05"]["numerator"] == 1


@pytest.mark.parametrize(
    "splits",
    [
        (),
        (divided(villages=(None, 1)),),
        (Split(code=OLD, source="x", part=(SplitPart(code=DOAN_KET, villages=1), SplitPart(code="03463", villages=1))),),
    ],
)  # fmt: skip
def test_without_honest_weights_rows_of_a_divided_unit_stay_parked(tmp_path, splits):
    outcome = office(tmp_path, *splits).refresh([row(OLD, "2025-05-10 08:00:00"), row()])
    assert counts(outcome) == {"split_unit": 1}
    assert values(outcome, "all", "2025-05") == {}


def test_every_old_commune_of_the_province_has_one_fate():
    crosswalk = Crosswalk(lai_chau())
    assert len(crosswalk.fates) == 106
    assert {fate.method for fate in crosswalk.fates.values()} == {Method.EXACT}
    heirs = defaultdict(list)
    for fate in crosswalk.fates.values():
        heirs[fate.heirs[0]].append(fate)
    for area, into in heirs.items():
        assert len(crosswalk.constituents(area)) == (len(into) if len(into) > 1 else 0)
