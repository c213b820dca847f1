"""Totals are sums of numerators over sums of denominators, at every level and over every stretch of months."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ioc.areas import GSO, REFORM, Area, Level, Register
from tests.refresh.tiny import BINH_LU, DOAN_KET, PROVINCE, TA_TONG, Office, kpi, present, row, site, values

CODES = [DOAN_KET, BINH_LU, TA_TONG, "03451", None]
MONTHS = ["2025-12", "2026-01", "2026-02", "2026-03"]
DOSSIERS = st.lists(
    st.tuples(
        st.sampled_from(CODES),
        st.sampled_from(MONTHS),
        st.integers(1, 3),
        st.integers(0, 5),
        st.sampled_from("ab"),
    ),
    min_size=1,
    max_size=25,
)


def rows_of(dossiers):
    return [
        row(
            code, f"{month}-05 08:00:00", channel=channel, fee=fee / 10, org=org, level="xa" if code else "so"
        )
        for code, month, channel, fee, org in dossiers
    ]


def brute_force(dossiers, months):
    """Numerator, denominator, fees and organisations by area and at the three totals."""
    found = defaultdict(lambda: [0, 0, 0, set()])
    for code, month, channel, fee, org in dossiers:
        if month not in months:
            continue
        own = present(code) if code else PROVINCE + "+so"
        for area in (own, PROVINCE, *([PROVINCE + "+xa"] if code else [])):
            cell = found[area]
            cell[0] += channel == 2
            cell[1] += 1
            cell[2] += fee
            cell[3].add(org)
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(dossiers=DOSSIERS)
def test_every_total_equals_a_count_over_its_own_rows(dossiers):
    with tempfile.TemporaryDirectory() as folder:
        outcome = Office(Path(folder), site()).refresh(rows_of(dossiers))
        last = max(month for _, month, *_ in dossiers)
        stretches = {month: [month] for month in MONTHS}
        stretches |= {f"{month}.ytd": [m for m in MONTHS if m[:4] == month[:4] and m <= month]
                      for month in MONTHS if month <= last}  # fmt: skip
        for period, months in stretches.items():
            wanted = brute_force(dossiers, months)
            assert values(outcome, "online", period) == {
                area: (n, d, pytest.approx(100 * n / d)) for area, (n, d, *_) in wanted.items()
            }
            assert {area: cell[0] for area, cell in values(outcome, "fees", period).items()} == {
                area: fee / 10 for area, (*_, fee, _) in wanted.items()
            }
            assert {area: cell[0] for area, cell in values(outcome, "orgs", period).items()} == {
                area: len(orgs) for area, (*_, orgs) in wanted.items()
            }


def test_a_province_is_not_the_mean_of_its_communes(tmp_path):
    rows = [row(DOAN_KET, channel=2) for _ in range(99)] + [row(TA_TONG, channel=1)]
    outcome = Office(tmp_path, site()).refresh(rows)
    assert values(outcome, "online", "2026-02")[PROVINCE][2] == 99.0


def test_extremes_roll_up_as_extremes(tmp_path):
    most = kpi("most", "sum(fee)", aggregation="max")
    least = kpi("least", "min(fee)", aggregation="min")
    rows = [
        row(DOAN_KET, fee=3),
        row(DOAN_KET, fee=4),
        row(BINH_LU, fee=5),
        row(BINH_LU, "2026-01-10 08:00:00", fee=1),
    ]
    outcome = Office(tmp_path, site(kpis=[most, least])).refresh(rows)
    assert values(outcome, "most", "2026-02")[PROVINCE] == (7, None, 7)
    assert values(outcome, "least", "2026-02")[PROVINCE] == (3, None, 3)
    assert values(outcome, "most", "2026-02.ytd")[present(BINH_LU)] == (6, None, 6)
    assert values(outcome, "least", "2026-02.ytd")[present(BINH_LU)] == (1, None, 1)


def test_a_stock_by_date_is_the_standing_of_that_month_and_is_not_carried_on(tmp_path):
    people = kpi("people", "sum(fee)", measure="stock", date="received")
    rows = [row(DOAN_KET, "2026-01-01 00:00:00", fee=10), row(DOAN_KET, "2026-02-01 00:00:00", fee=12)]
    outcome = Office(tmp_path, site(kpis=[people])).refresh(rows)
    assert values(outcome, "people", "2026-01")[PROVINCE] == (10, None, 10)
    assert values(outcome, "people", "2026-02")[PROVINCE] == (12, None, 12)
    assert values(outcome, "people", "2026-03") == {}


def test_a_stock_without_a_date_or_at_speaks_of_the_present_only(tmp_path):
    now = kpi("now", "count(channel == 1)", measure="stock")
    outcome = Office(tmp_path, site(kpis=[now])).refresh([row(received="2026-01-01 08:00:00"), row()])
    assert {one["period"] for one in outcome.observations().to_pylist()} == {"2026-02"}


def test_taking_stocks_together_or_month_by_month_is_the_same(tmp_path, monkeypatch):
    rows = [row(received=f"2025-{month:02}-10 08:00:00", code=None, level="so") for month in range(7, 13)]
    together = Office(tmp_path / "a", site()).refresh(rows)
    monkeypatch.setattr("ioc.refresh.aggregation._TOGETHER", 0)
    assert Office(tmp_path / "b", site()).refresh(rows).content_sha256 == together.content_sha256


def test_a_national_site_also_totals_each_province(tmp_path):
    country = Area(GSO, "VN", date.min, None, "Việt Nam", "quốc gia", Level.COUNTRY)
    areas = [country]
    for province in ("01", "12"):
        areas.append(
            Area(GSO, province, REFORM, None, f"Tỉnh {province}", "tỉnh", Level.PROVINCE, country.id)
        )
        areas += [
            Area(
                GSO, f"{province}{n:03}", REFORM, None, f"Xã {n}", "xã", Level.COMMUNE, f"{province}@20250701"
            )
            for n in range(3)
        ]
    outcome = Office(tmp_path, site(root="VN"), Register(areas)).refresh([
        row("01000", channel=2), row("01001"), row("12000", channel=2), row(None, level="so"),
    ])  # fmt: skip
    found = values(outcome, "online", "2026-02")
    assert found["01@20250701"] == (1, 2, 50.0)
    assert found["12@20250701"] == (1, 1, 100.0)
    assert found["VN@0+xa"] == (2, 3, pytest.approx(200 / 3))
    assert found["VN@0"] == (2, 4, 50.0)
    reporting = {
        one["area"]: (one["reporting"], one["expected"])
        for one in outcome.observations().to_pylist()
        if one["kpi"] == "all" and one["period"] == "2026-02"
    }
    assert reporting["01@20250701"] == (2, 3)
    assert reporting["VN@0"] == (3, 6)
