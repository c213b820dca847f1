"""A refresh says what the rows say, accounts for every one of them, and ends with a reason when it cannot."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from ioc.refresh.staging import Staging
from ioc.runs import Reason, RunFailed
from tests.refresh.tiny import (
    BINH_LU,
    DOAN_KET,
    NOW,
    PROVINCE,
    SPEC,
    TA_TONG,
    ListSource,
    Office,
    counts,
    kpi,
    present,
    row,
    site,
    values,
)  # fmt: skip

XA, SO = PROVINCE + "+xa", PROVINCE + "+so"


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path, site())


def test_golden_totals_of_hand_made_rows(office):
    outcome = office.refresh([
        row(DOAN_KET, "2026-02-03 08:00:00", channel=2, fee=1500, org="a"),
        row(DOAN_KET, "2026-02-28 23:59:59", channel=1, fee=500, org="b", finished="2026-03-02 09:00:00"),
        row(BINH_LU, "2026-02-10 08:00:00", channel=2, fee=0.5, org="a"),
        row(BINH_LU, "2026-01-31 08:00:00", channel=1, org="c"),
        row(None, "2026-02-11 08:00:00", level="so", channel=2, org="so1"),
    ])  # fmt: skip
    assert values(outcome, "online", "2026-02") == {
        present(DOAN_KET): (1, 2, 50.0),
        present(BINH_LU): (1, 1, 100.0),
        XA: (2, 3, pytest.approx(200 / 3)),
        SO: (1, 1, 100.0),
        PROVINCE: (3, 4, 75.0),
    }
    assert values(outcome, "online", "2026-02.ytd")[PROVINCE] == (3, 5, 60.0)
    assert values(outcome, "online", "2026-02.ytd")[present(BINH_LU)] == (1, 2, 50.0)
    assert values(outcome, "fees", "2026-02")[XA] == (2000.5, None, 2.0005)
    assert values(outcome, "fees", "2026-02")[SO] == (0, None, 0)
    assert values(outcome, "orgs", "2026-02") == {
        present(DOAN_KET): (2, None, 2), present(BINH_LU): (1, None, 1), XA: (2, None, 2),
        SO: (1, None, 1), PROVINCE: (3, None, 3),
    }  # fmt: skip
    assert values(outcome, "orgs", "2026-02.ytd")[present(BINH_LU)] == (2, None, 2)
    assert values(outcome, "orgs", "2026-02.ytd")[PROVINCE] == (4, None, 4)
    # a commune that reported dossiers but finished none: nothing to measure, not 0 %
    assert values(outcome, "done_online", "2026-02")[present(DOAN_KET)] == (0, 0, None)
    assert values(outcome, "done_online", "2026-03")[present(DOAN_KET)] == (0, 1, 0.0)
    assert values(outcome, "open", "2026-01") == {
        present(BINH_LU): (1, None, 1),
        XA: (1, None, 1),
        PROVINCE: (1, None, 1),
    }
    assert values(outcome, "open", "2026-02")[present(DOAN_KET)] == (2, None, 2)
    assert values(outcome, "open", "2026-03")[present(DOAN_KET)] == (1, None, 1)
    assert values(outcome, "oldest", "2026-02")[XA] == (28, None, 28)  # from 31 January to 28 February


def test_a_total_says_how_many_communes_it_rests_on(office):
    outcome = office.refresh([row(DOAN_KET), row(BINH_LU), row(None, level="so")])
    found = {
        (one["kpi"], one["area"]): (one["reporting"], one["expected"])
        for one in outcome.observations().to_pylist()
        if one["period"] == "2026-02"
    }
    assert found["all", PROVINCE] == (2, 38)
    assert found["all", XA] == (2, 38)
    assert found["all", SO] == (None, None)
    assert found["all", present(DOAN_KET)] == (None, None)


def test_a_commune_without_rows_is_missing_and_never_zero(office):
    outcome = office.refresh([row(DOAN_KET), row(BINH_LU, "2026-01-10 08:00:00")])
    assert present(BINH_LU) not in values(outcome, "all", "2026-02")
    assert present(BINH_LU) not in values(outcome, "online", "2026-02")
    assert present(BINH_LU) in values(outcome, "all", "2026-02.ytd")


def test_cells_that_are_all_empty_are_unknown_and_never_zero(office):
    outcome = office.refresh([row(DOAN_KET, fee=None), row(BINH_LU, fee=None), row(BINH_LU, fee=7)])
    assert present(DOAN_KET) not in values(outcome, "fees", "2026-02")
    assert values(outcome, "fees", "2026-02")[present(BINH_LU)] == (7, None, 0.007)


def test_open_periods_are_provisional_and_closed_ones_final(office):
    outcome = office.refresh([row(received="2026-02-10 08:00:00"), row(received="2026-03-19 08:00:00")])
    status = {
        one["period"]: one["status"] for one in outcome.observations().to_pylist() if one["kpi"] == "all"
    }
    assert status == {
        "2026-02": "final", "2026-02.ytd": "final", "2026-03": "provisional", "2026-03.ytd": "provisional",
        "2026-02.d19": "final",
    }  # fmt: skip


def test_a_year_that_is_only_partly_inside_the_history_is_not_cumulated(tmp_path):
    outcome = Office(tmp_path, site(months=5)).refresh([row(received="2025-12-05 08:00:00"), row()])
    periods = {one["period"] for one in outcome.observations().to_pylist() if one["kpi"] == "all"}
    assert periods == {"2025-12", "2026-02", "2026-02.ytd"}


def test_an_impossible_share_is_an_error_and_never_clipped(tmp_path):
    share = kpi("share", "sum(paid)", denominator="sum(fee)")
    office = Office(tmp_path, site(kpis=[share], column={"paid": {"at_most": None}}))
    outcome = office.refresh([row(fee=10, paid=12)])
    found = [one for one in outcome.observations().to_pylist() if one["area"] == present(DOAN_KET)]
    assert {(one["status"], one["value"], one["numerator"]) for one in found} == {("impossible", None, 12.0)}


DIRT = {
    "unknown code": (row("99999"), "unknown_code"),
    "code of the other vintage": (row("03386", name="P. Quyết Thắng"), "wrong_vintage"),
    "name of another unit": (row("03508", name="Xã Ma Quai"), "name_mismatch"),
    "lost leading zero": (row("3388"), "bad_value"),
    "number as words": (row(fee="mười hai"), "bad_value"),
    "ambiguous number": (row(fee="1.234"), "bad_value"),
    "not a number": (row(fee=float("nan")), "bad_value"),
    "infinite": (row(fee=float("inf")), "bad_value"),
    "month first": (row(received="02/13/2026 08:00"), "bad_value"),
    "value outside the list": (row(channel=9), "bad_value"),
    "nothing where something is demanded": (row(channel=None), "missing"),
    "blank where something is demanded": (row(received="  "), "missing"),
    "no place at all": (row(None), "missing"),
    "negative": (row(fee=-1), "below_minimum"),
    "more paid than due": (row(fee=1, paid=2), "impossible"),
    "from the future": (row(received="2026-03-21 08:00:00"), "outside_history"),
    "broken encoding": (row(name="Xã B\ufffdnh Lư"), "bad_value"),
}


@pytest.mark.parametrize("name", DIRT)
def test_a_row_that_cannot_count_is_set_aside_with_its_reason(office, name):
    bad, reason = DIRT[name]
    outcome = office.refresh([row(), bad, row(BINH_LU)])
    assert counts(outcome) == {reason: 1}
    assert outcome.tally.published == 2
    assert values(outcome, "all", "2026-02")[XA] == (2, None, 2)
    (finding,) = outcome.findings
    assert finding.sample[0]["id"] == bad["id"]


def test_dates_in_the_future_are_parked_but_a_due_date_is_not_such_a_date(office):
    soon = (NOW + timedelta(minutes=5)).strftime("%Y-%m-%d %H:%M:%S")
    outcome = office.refresh([row(received=soon), row(updated="2026-06-01 08:00:00")])
    assert counts(outcome) == {}


def test_rows_older_than_the_history_are_parked_where_no_stock_needs_them(tmp_path):
    old = [row("03388", "2022-05-01 08:00:00"), row()]
    flows = Office(tmp_path / "a", site(kpis=[kpi("all", "count()")], tolerance=0.0)).refresh(old)
    assert counts(flows) == {"outside_history": 1}
    assert flows.reason is None, "age alone does not make a row unusable"
    stocks = Office(tmp_path / "b", site()).refresh(old)
    assert counts(stocks) == {}
    assert values(stocks, "open", "2026-02")[present(DOAN_KET)] == (2, None, 2)
    assert "2022-05" not in {one["period"] for one in stocks.observations().to_pylist()}


def test_of_rows_with_one_key_the_last_by_order_counts(office):
    outcome = office.refresh([
        row(id="x", channel=1, updated="2026-02-11 08:00:00"),
        row(id="x", channel=2, updated="2026-02-12 08:00:00"),
        row(id="x", channel=3, updated="2026-02-10 08:00:00"),
    ])  # fmt: skip
    assert counts(outcome) == {"duplicate": 2}
    assert values(outcome, "online", "2026-02")[XA] == (1, 1, 100.0)


def test_exact_copies_leave_one_and_contradictions_leave_none(office):
    outcome = office.refresh([row(id="x"), row(id="x"), row(id="y", channel=1), row(id="y", channel=2)])
    assert counts(outcome) == {"duplicate": 3}
    assert values(outcome, "all", "2026-02")[XA] == (1, None, 1)


def test_a_bad_last_version_is_not_replaced_by_an_older_good_one(office):
    outcome = office.refresh([
        row(id="x", updated="2026-02-11 08:00:00"),
        row(id="x", updated="2026-02-12 08:00:00", channel=9),
        row(),
    ])  # fmt: skip
    assert counts(outcome) == {"duplicate": 1, "bad_value": 1}
    assert outcome.tally.published == 1


def test_findings_show_at_most_twenty_rows_and_only_what_identifies_them(office):
    outcome = office.refresh([row("99999", org="secret") for _ in range(30)] + [row()])
    (finding,) = outcome.findings
    assert (finding.rows, len(finding.sample), finding.column) == (30, 20, "code")
    assert set(finding.sample[0]) == {"id", "code", "name", "level", "received"}


# -- whole sources that cannot be published ---------------------------------------------------------------


def test_a_dropped_or_renamed_column_quarantines_with_the_difference(office):
    good = office.refresh([row()])
    columns = [name for name in SPEC["column"] if name != "channel"] + ["chanel"]
    outcome = office.refresh(ListSource([row()], columns))
    assert outcome.reason is Reason.SCHEMA
    assert "channel (có thể đã đổi tên thành chanel)" in outcome.message
    assert good.reason is None
    assert outcome.tally is None


def test_an_extra_column_is_noted_and_never_reaches_the_disk(office):
    outcome = office.refresh(ListSource([row(cccd="012345678901")], [*SPEC["column"], "cccd"]))
    assert [(finding.code, finding.disposition, finding.column) for finding in outcome.findings] == [
        ("extra_column", None, "cccd")
    ]
    for path in office.settings.data.rglob("*"):
        assert path.is_dir() or b"012345678901" not in path.read_bytes(), path


def test_columns_in_another_order_are_the_same_columns(office):
    columns = list(reversed(SPEC["column"]))
    outcome = office.refresh(ListSource([row(channel=2)], columns))
    assert values(outcome, "online", "2026-02")[XA] == (1, 1, 100.0)


def test_no_rows_quarantine_unless_that_is_allowed(tmp_path, office):
    assert office.refresh([]).reason is Reason.EMPTY
    outcome = Office(tmp_path / "b", site(allow_empty=True)).refresh([])
    assert outcome.reason is None
    assert outcome.observations().num_rows == 0


def test_too_many_unusable_rows_quarantine_and_say_which(tmp_path):
    office = Office(tmp_path, site(tolerance=0.1))
    outcome = office.refresh([row("99999"), row("99998"), *(row() for _ in range(8))])
    assert outcome.reason is Reason.TOO_MANY_BAD_ROWS
    assert outcome.tally.parked == 2
    assert "20,0 %" in outcome.message
    assert "unknown_code" in outcome.message
    assert office.refresh([row("99999"), *(row() for _ in range(9))]).reason is None


def test_half_the_rows_and_then_a_reset_discard_the_whole_pull(office):
    office.refresh([row(id="a"), row(id="b")])
    staging = Staging(office.settings.data / "staging" / "hs")
    before = sorted(path.name for path in staging.folder.iterdir())
    broken = ListSource(
        [row() for _ in range(9)], fail_after=4, error=RunFailed(Reason.RESET, "Kết nối bị ngắt.")
    )
    outcome = office.refresh(broken)
    assert (outcome.reason, outcome.message) == (Reason.RESET, "Kết nối bị ngắt.")
    assert sorted(path.name for path in staging.folder.iterdir()) == before
    assert values(office.refresh([row(id="a"), row(id="b")]), "all", "2026-02")[XA] == (2, None, 2)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (MemoryError(), Reason.MEMORY),
        (OSError(28, "No space left on device"), Reason.DISK),
        (ZeroDivisionError("x"), Reason.CRASHED),
        (OSError(5, "I/O error"), Reason.CRASHED),
    ],
)
def test_whatever_is_raised_ends_in_a_reason_and_a_sentence(office, error, reason):
    outcome = office.refresh(ListSource([row()], error=error))
    assert outcome.reason is reason
    assert outcome.message
    assert outcome.message.endswith(".")


def test_a_clock_set_back_quarantines_rather_than_dating_anything(office):
    office.refresh([row()])
    outcome = office.refresh([row()], now=NOW - timedelta(hours=1))
    assert outcome.reason is Reason.CLOCK


def test_a_full_disk_stops_staging_before_the_warehouse_is_starved(office, monkeypatch):
    monkeypatch.setattr("ioc.refresh.staging.SPARE_BYTES", 2**62)
    assert office.refresh([row()]).reason is Reason.DISK


# -- as of, progress, content -------------------------------------------------------------------------------


def test_as_of_is_the_latest_event_of_the_data_and_not_the_time_of_receipt(office):
    outcome = office.refresh([row(received="2026-03-01 09:30:00"), row(received="2026-02-01 08:00:00")])
    assert outcome.as_of == datetime.fromisoformat("2026-03-01T09:30:00+07:00")


def test_as_of_of_monthly_reports_is_the_end_of_the_last_month(tmp_path):
    office = Office(tmp_path, site(column={"received": {"type": "date"}}))
    outcome = office.refresh([row(received="2026-01-01"), row(received="2026-02-01")])
    assert outcome.as_of == datetime.fromisoformat("2026-03-01T00:00:00+07:00")
    status = {
        one["period"]: one["status"] for one in outcome.observations().to_pylist() if one["kpi"] == "all"
    }
    assert status["2026-02"] == "final"


def test_a_source_that_stands_still_keeps_its_as_of(office):
    rows = [row(finished="2026-03-01 08:00:00")]
    first = office.refresh(rows)
    second = office.refresh(rows, now=NOW + timedelta(days=30))
    assert first.as_of == second.as_of
    assert first.content_sha256 == second.content_sha256


def test_the_content_hash_follows_the_numbers_and_not_the_order_of_rows(office):
    rows = [row(DOAN_KET), row(BINH_LU, fee=0.1), row(TA_TONG, fee=0.2)]
    first = office.refresh(rows)
    assert office.refresh(list(reversed(rows))).content_sha256 == first.content_sha256
    assert office.refresh(rows[1:]).content_sha256 != first.content_sha256


def test_progress_tells_states_in_order_with_the_rows_so_far(office):
    office.refresh([row() for _ in range(20)])
    lines = (office.settings.data / "runs" / "1" / "progress.jsonl").read_text().splitlines()
    told = [json.loads(line) for line in lines]
    assert [line["state"] for line in told if line["state"] != "extracting"] == ["staged", "checked"]
    assert told[-1]["rows"] == 20
    assert all(datetime.fromisoformat(line["at"]).tzinfo for line in told)


def test_places_carry_their_attributes_and_lose_only_coordinates_that_cannot_be(tmp_path):
    changes = {
        "place": {
            "kind": "village",
            "id": "id",
            "name": "org",
            "lat": "fee",
            "lon": "paid",
            "attributes": ["channel"],
        },
        "column": {"paid": {"at_most": None}},
    }
    office = Office(tmp_path, site(**changes))
    outcome = office.refresh([
        row(id="v1", org="Bản Một", fee=22.4, paid=103.4, channel=2),
        row(id="v2", org="Bản Hai", fee=0.1, paid=103.4),
        row(id="v3", org="Bản Ba", fee=None, paid=None),
    ])  # fmt: skip
    found = outcome.places().to_pylist()
    assert [(one["id"], one["lat"], one["lon"]) for one in found] == [
        ("v1", 22.4, 103.4), ("v2", None, None), ("v3", None, None),
    ]  # fmt: skip
    assert (found[0]["area"], found[0]["name"], found[0]["attributes"]) == (
        present(DOAN_KET),
        "Bản Một",
        '{"channel":2}',
    )
    assert [(finding.code, finding.rows) for finding in outcome.findings] == [("place_outside", 1)]
