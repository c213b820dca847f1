"""Quarters, years, days and parts, counted by hand from rows; never a mean of shares."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ioc.periods import Period
from tests.refresh.tiny import BINH_LU, DOAN_KET, PROVINCE, Office, kpi, present, row, site, values

LONG = ["month", "quarter", "year"]
NOW = datetime.fromisoformat("2026-03-20T10:00:00+07:00")
STOCK = {"measure": "stock", "cumulative": False, "date": "received"}
KPIS = (
    kpi("online", "count(channel == 2)", denominator="count()", periods=["day", *LONG]),
    kpi("all", "count()", periods=LONG),
    kpi("orgs", "distinct(org)", periods=LONG),
    kpi("most", "max(fee)", periods=LONG, aggregation="max"),
    kpi("stock", "sum(paid)", denominator="sum(fee)", periods=LONG, **STOCK),
    kpi("only", "count()", periods=["quarter"], cumulative=False),
)  # fmt: skip


def office(folder, **changes):
    return Office(Path(folder), site(kpis=KPIS, **changes))


def test_a_quarter_is_the_ratio_of_its_sums_counted_by_hand(tmp_path):
    rows = [row(DOAN_KET, "2025-07-05 08:00:00", channel=2) for _ in range(9)]  # 9/9 in July
    rows += [row(DOAN_KET, "2025-08-05 08:00:00", channel=1)]  # 0/1 in August
    rows += [row(BINH_LU, "2025-09-30 23:59:59", channel=1) for _ in range(2)]
    outcome = office(tmp_path).refresh(rows)
    found = values(outcome, "online", "2025-Q3")
    assert found[present(DOAN_KET)] == (9, 10, 90.0)  # the mean of 100 % and 0 % would be 50
    assert found[PROVINCE] == (9, 12, 75.0)
    assert values(outcome, "online", "2025")[PROVINCE] == (9, 12, 75.0)
    assert values(outcome, "only", "2025-Q3")[PROVINCE] == (12, None, 12)
    assert values(outcome, "only", "2025-07") == {}


def test_a_day_and_the_running_part_are_counted_from_rows(tmp_path):
    rows = [
        row(DOAN_KET, "2026-02-19 23:00:00", channel=2),
        row(DOAN_KET, "2026-02-20 09:59:00", channel=1),
        row(DOAN_KET, "2026-02-20 10:01:00", channel=2),  # later on its day than it is now
        row(DOAN_KET, "2026-03-20 10:00:00", channel=2),
    ]
    outcome = office(tmp_path).refresh(rows, now=NOW)
    assert values(outcome, "online", "2026-02-20")[PROVINCE] == (1, 2, 50.0)
    assert values(outcome, "online", "2026-02")[PROVINCE][:2] == (2, 3)
    assert values(outcome, "online", "2026-02.d20")[PROVINCE][:2] == (1, 2)
    status = {r["period"]: r["status"] for r in outcome.observations().to_pylist() if r["kpi"] == "online"}
    assert status["2026-03-20"] == status["2026-03"] == status["2026-Q1"] == status["2026"] == "provisional"
    assert status["2026-02-20"] == status["2026-02.d20"] == status["2026-02"] == "final"


MONTHS = [f"2025-{month:02}" for month in range(1, 13)] + ["2026-01", "2026-02"]
ROWS = st.lists(
    st.tuples(st.sampled_from([DOAN_KET, BINH_LU, "03463"]), st.sampled_from(MONTHS[6:]), st.integers(1, 3),
              st.integers(1, 9), st.sampled_from("abc")),
    min_size=1, max_size=30,
)  # fmt: skip


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
def test_every_span_follows_the_rule_of_its_kpi(cases):
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            row(code, f"{month}-05 08:00:00", channel=channel, fee=fee, paid=fee - 1, org=org)
            for code, month, channel, fee, org in cases
        ]
        outcome = office(folder).refresh(rows, now=NOW)
        for kind in ("quarter", "year"):
            spans = defaultdict(list)
            for case in cases:
                spans[Period.containing(Period.parse(case[1]).first, kind).key].append(case)
            for period, inside in spans.items():
                online, everything = values(outcome, "online", period), values(outcome, "all", period)
                most, orgs = values(outcome, "most", period), values(outcome, "orgs", period)
                stock = values(outcome, "stock", period)
                last = values(outcome, "stock", max(month for _, month, *_ in inside))
                for area, mine in [(PROVINCE, inside)] + [
                    (present(code), [case for case in inside if case[0] == code])
                    for code in {c[0] for c in inside}
                ]:
                    n = sum(channel == 2 for _, _, channel, *_ in mine)
                    assert online[area] == (n, len(mine), pytest.approx(100 * n / len(mine)))
                    assert everything[area][0] == len(mine)
                    assert most[area][0] == max(fee for *_, fee, _ in mine)
                    assert orgs[area][0] == len({org for *_, org in mine})
                assert stock == last


def test_the_summer_belongs_to_no_school_year(tmp_path):
    kpis = (kpi("pupils", "count()", periods=["month", "school_year"], cumulative=False),)
    rows = [
        row(DOAN_KET, f"{month}-10 08:00:00")
        for month in ("2024-09", "2025-05", "2025-06", "2025-08", "2025-09")
    ]
    outcome = Office(tmp_path, site(kpis=kpis, calendar="school_year")).refresh(rows, now=NOW)
    assert values(outcome, "pupils", "2024-2025")[PROVINCE][0] == 2
    assert values(outcome, "pupils", "2025-2026")[PROVINCE][0] == 1
    assert values(outcome, "pupils", "2025-06")[PROVINCE][0] == 1


def test_months_that_run_from_the_15th_to_the_14th(tmp_path):
    kpis = (kpi("all", "count()", periods=LONG),)
    days = (
        "2025-12-14",
        "2025-12-15",
        "2026-01-14",
        "2026-01-15",
        "2026-02-14",
        "2026-02-15",
        "2026-03-14",
        "2026-03-15",
    )
    outcome = Office(tmp_path, site(kpis=kpis, calendar="15-14")).refresh(
        [row(DOAN_KET, f"{day} 12:00:00") for day in days], now=NOW
    )
    counted = {key: values(outcome, "all", key).get(PROVINCE, (0,))[0]
               for key in ("2025-12", "2026-01", "2026-02", "2026-03", "2026-Q1", "2026", "2026-02.ytd")}  # fmt: skip
    assert counted == {
        "2025-12": 1, "2026-01": 2, "2026-02": 2, "2026-03": 2, "2026-Q1": 6, "2026": 7, "2026-02.ytd": 4
    }  # fmt: skip
    status = {one["period"]: one["status"] for one in outcome.observations().to_pylist()}
    assert status["2026-03"] == "final" and status["2026"] == "provisional"
