"""Kinds of roll-up on random provinces: each agrees with a count by hand over the very rows, or is refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ioc.catalogue import Kpi
from ioc.contract import SourceSpec
from ioc.rollups import rollup_faults
from tests.refresh.tiny import (
    PROVINCE,
    SPEC,
    Office,
    crosswalk,
    kpi,
    merge,
    present,
    row,
    site,
    values,
)

CODES = sorted({line["new_code"] for line in crosswalk()})
SLOW = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MONTH = "2026-02"
STOCK = {"measure": "stock", "date": "received", "cumulative": False}
"""A standing by the month of its date."""

rows_of = st.lists(
    st.tuples(
        st.sampled_from(CODES[:9]),
        st.booleans(),
        st.sampled_from([1, 2, 3]),
        st.sampled_from("abcdef"),
        st.integers(0, 50),
        st.integers(1, 400),
    ),
    min_size=1,
    max_size=40,
)


def dossiers(drawn: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Rows of the tiny source; those of departments carry the province's code."""
    return [
        row("12" if department else code, level="so" if department else "xa", channel=channel, org=org, fee=fee,
            paid=None, received=f"2026-02-{1 + place % 27:02d} 08:00:00") | {"weight": weight}
        for place, (code, department, channel, org, fee, weight) in enumerate(drawn)
    ]  # fmt: skip


def area_of(one: dict[str, Any]) -> str:
    return PROVINCE + "+so" if one["level"] == "so" else present(one["code"])


def by_hand(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The rows behind every area: communes, departments, the sum of the communes, the province."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in rows:
        found[area_of(one)].append(one)
        found[PROVINCE].append(one)
        if one["level"] != "so":
            found[PROVINCE + "+xa"].append(one)
    return found


@SLOW
@given(rows_of)
def test_a_ratio_of_sums_is_the_brute_force_ratio_of_every_part(tmp_path: Path, drawn: list[Any]) -> None:
    rows = dossiers(drawn)
    online = kpi("online", "count(channel == 2)", denominator="count()")
    got = values(Office(tmp_path, site(kpis=[online])).refresh(rows, full=True), "online", MONTH)
    wanted = {
        area: (float(sum(one["channel"] == 2 for one in mine)), float(len(mine)))
        for area, mine in by_hand(rows).items()
    }
    assert {area: found[:2] for area, found in got.items()} == wanted
    for area, (part, whole) in wanted.items():
        assert got[area][2] == pytest.approx(100 * part / whole)


@SLOW
@given(rows_of)
def test_a_distinct_count_is_counted_again_and_never_added(tmp_path: Path, drawn: list[Any]) -> None:
    rows = dossiers(drawn)
    share = kpi("orgs", "distinct(org, channel == 2)", denominator="distinct(org)", aggregation="distinct")
    got = values(Office(tmp_path, site(kpis=[share])).refresh(rows, full=True), "orgs", MONTH)
    wanted = {
        area: (
            float(len({one["org"] for one in mine if one["channel"] == 2})),
            float(len({one["org"] for one in mine})),
        )
        for area, mine in by_hand(rows).items()
    }
    assert {area: found[:2] for area, found in got.items()} == wanted


@SLOW
@given(rows_of)
def test_a_mean_by_population_weighs_every_row_and_is_no_mean_of_means(
    tmp_path: Path, drawn: list[Any]
) -> None:
    rows = [{**one, "paid": one["weight"], "fee": max(one["fee"], one["weight"])} for one in dossiers(drawn)]
    score = kpi("score", "sum(fee * paid)", denominator="sum(paid)", aggregation="population_weighted",
                unit={"vi": "điểm", "en": "points"})  # fmt: skip
    got = values(Office(tmp_path, site(kpis=[score])).refresh(rows, full=True), "score", MONTH)
    for area, mine in by_hand(rows).items():
        people = sum(one["paid"] for one in mine)
        assert got[area][2] == pytest.approx(sum(one["fee"] * one["paid"] for one in mine) / people)
        assert min(one["fee"] for one in mine) <= got[area][2] + 1e-9  # type: ignore[operator]
    assert set(got) == set(by_hand(rows))


@SLOW
@given(rows_of)
def test_an_official_figure_is_the_one_imported_and_never_computed(tmp_path: Path, drawn: list[Any]) -> None:
    rows = dossiers(drawn)
    stated = kpi("stated", "max(fee)", aggregation="official", **STOCK)
    got = values(Office(tmp_path, site(kpis=[stated])).refresh(rows, full=True), "stated", MONTH)
    wanted = {}
    for area, mine in by_hand(rows).items():
        figures = {one["fee"] for one in mine}
        if len(figures) == 1 and not area.startswith(PROVINCE):
            wanted[area] = float(figures.pop())
        if area == PROVINCE + "+so" and len(figures) == 1:
            wanted[PROVINCE] = float(figures.pop())
    assert {area: found[2] for area, found in got.items()} == wanted


def test_the_province_stays_without_an_official_figure_until_one_is_imported(tmp_path: Path) -> None:
    office = Office(tmp_path, site(kpis=[kpi("stated", "max(fee)", aggregation="official", **STOCK)]))
    got = values(office.refresh([row(fee=7), row(CODES[3], fee=7)], full=True), "stated", MONTH)
    assert set(got) == {present("03388"), present(CODES[3])}


def test_a_figure_of_the_province_alone_has_no_communes_and_misses_none(tmp_path: Path) -> None:
    whole = kpi("whole", "count(channel == 2)", denominator="count()", level="province")
    outcome = Office(tmp_path, site(kpis=[whole])).refresh([row(channel=2), row("12", level="so")], full=True)
    rows = [one for one in outcome.observations().to_pylist() if one["period"] == MONTH]
    assert [(one["area"], one["numerator"], one["denominator"]) for one in rows] == [(PROVINCE, 1, 2)]
    assert rows[0]["reporting"] is None and rows[0]["expected"] is None


def test_a_percentage_above_a_hundred_is_a_fault_only_where_it_cannot_be(tmp_path: Path) -> None:
    revenue = kpi("revenue", "sum(fee)", denominator="sum(paid)", exceeds=True)
    share = kpi("share", "sum(fee)", denominator="sum(paid)")
    stated = kpi("stated", "max(fee)", aggregation="official", unit={"vi": "%", "en": "%"}, **STOCK)
    office = Office(tmp_path, site(kpis=[revenue, share, stated], column={"paid": {"at_most": None}}))
    outcome = office.refresh([row(fee=150, paid=100), row("12", level="so", fee=150, paid=100)], full=True)
    status = {
        one["kpi"]: (one["status"], one["value"])
        for one in outcome.observations().to_pylist()
        if one["period"] == MONTH and one["area"] == PROVINCE
    }
    assert status == {
        "revenue": ("provisional", 150.0),
        "share": ("impossible", None),
        "stated": ("impossible", None),
    }


def faults(one: Kpi, **changes: Any) -> list[tuple[str, str]]:
    return list(rollup_faults(one, SourceSpec.model_validate(merge(SPEC, changes))))


@pytest.mark.parametrize(
    ("entry", "field", "words"),
    [
        (kpi("one", "distinct(org)"), "numerator", "distinct"),
        (kpi("one", "count()", denominator="distinct(org)"), "denominator", "không cộng được"),
        (kpi("one", "max(fee)"), "numerator", 'aggregation = "max"'),
        (kpi("one", "sum(fee)", denominator="min(fee)"), "denominator", "không cộng được"),
        (
            kpi("one", "sum(fee)", denominator="sum(paid)", aggregation="population_weighted"),
            "numerator",
            "dân_số",
        ),
        (
            kpi(
                "one",
                "sum(fee * paid, channel == 2)",
                denominator="sum(paid)",
                aggregation="population_weighted",
            ),
            "numerator",
            "cùng các dòng",
        ),
        (kpi("one", "count()", aggregation="distinct"), "numerator", "distinct(cột"),
        (kpi("one", "sum(fee)", aggregation="official", **STOCK), "numerator", "nhập nguyên"),
    ],
)
def test_a_measure_that_cannot_be_rolled_up_its_way_is_refused(entry: Kpi, field: str, words: str) -> None:
    (found,) = faults(entry)
    assert found[0] == field and words in found[1]


def test_an_official_figure_needs_rows_of_the_province() -> None:
    official = kpi("one", "max(fee)", aggregation="official", **STOCK)
    assert not faults(official)
    ((field, words),) = faults(official, area={"level": None, "departments": None})
    assert field == "aggregation" and "toàn tỉnh" in words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"aggregation": "official"}, "measure"),
        ({"aggregation": "population_weighted"}, "denominator"),
        ({"aggregation": "sum", "denominator": "count()"}, "denominator"),
        ({"exceeds": True}, "exceeds"),
        (
            {
                "level": "province",
                "target": [
                    {
                        "level": "commune", "valid_from": "2026-01-01", "target": 1, "warn": 1, "alert": 1,
                        "decision": "x",
                    }
                ],
            },
            "toàn tỉnh",
        ),
    ],
)  # fmt: skip
def test_fields_that_do_not_go_with_the_kind_are_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        kpi("one", "count()", **changes)
