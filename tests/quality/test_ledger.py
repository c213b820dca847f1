"""The supply ledger agrees with a count by hand through a year with Tết, weekends and a swapped Saturday."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc.contract import SourceSpec
from ioc.periods import VIETNAM, Period, PeriodKind
from ioc.quality.supply import (
    Entry,
    Receipt,
    Standing,
    Year,
    arrived,
    due,
    kind_of,
    ledger,
    owed,
    reached,
    reminders,
)
from ioc.quality.workdays import Workdays
from ioc.sitehead import Holiday
from tests.refresh.tiny import SPEC, merge

HOLIDAYS = (
    Holiday(first=date(2026, 1, 1), name="Tết Dương lịch"),
    Holiday(first=date(2026, 1, 2), name="Nghỉ bù"),
    Holiday(first=date(2026, 1, 10), name="Làm bù", working=True),
    Holiday(first=date(2026, 2, 14), last=date(2026, 2, 22), name="Tết Bính Ngọ"),
    Holiday(first=date(2026, 4, 27), name="Giỗ Tổ"),
    Holiday(first=date(2026, 4, 30), last=date(2026, 5, 1), name="30/4 và 1/5"),
    Holiday(first=date(2026, 9, 1), last=date(2026, 9, 2), name="Quốc khánh"),
)
DAYS = Workdays.of(HOLIDAYS)
SECOND = timedelta(seconds=1)


def spec(promise: str = "41d", **changes: Any) -> SourceSpec:
    """A source whose rows say when they were handed in."""
    stamped = {"supply": {"date": "received", "handed_in": "updated"}}
    return SourceSpec.model_validate(merge(SPEC, {"schedule": {"promise": promise}} | stamped | changes))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


MONTHS = (
    "2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09",
    "2026-10", "2026-11",
)  # fmt: skip
BY_HAND = {  # read off a printed calendar: the 41st day, or the end of the next working day
    "2025-12": "2026-01-11 00:00",  # ends with Saturday 10 January, which is worked in exchange
    "2026-01": "2026-02-11 00:00",
    "2026-03": "2026-04-11 00:00",
    "2026-06": "2026-07-14 00:00",  # the 41st day is Saturday 11 July: the end of Monday 13
    "2026-09": "2026-10-13 00:00",  # the 41st day is Sunday 11 October: the end of Monday 12
}


def hand_due(month: str) -> datetime:
    """The same by a walk over a printed calendar: last day of the term, then on to a day without a mark."""
    first = date.fromisoformat(f"{month}-01")
    last = first + timedelta(days=40)
    closed = {
        *(date(2026, 1, day) for day in (1, 2)), *(date(2026, 2, day) for day in range(14, 23)), date(2026, 4, 27),
        date(2026, 4, 30), date(2026, 5, 1), date(2026, 9, 1), date(2026, 9, 2),
    }  # fmt: skip
    while (last.weekday() > 4 or last in closed) and last != date(2026, 1, 10):
        last += timedelta(days=1)
    return datetime.combine(last + timedelta(days=1), datetime.min.time(), VIETNAM)


@pytest.mark.parametrize("month", MONTHS)
def test_a_month_is_due_with_its_promise_moved_past_weekends_and_holidays(month: str) -> None:
    assert due(spec(), Period.parse(month), DAYS) == hand_due(month)
    assert month not in BY_HAND or hand_due(month) == at(BY_HAND[month])


def test_tet_moves_a_deadline_past_all_of_its_days() -> None:
    assert due(spec("46d"), Period.parse("2026-01"), DAYS) == at("2026-02-24 00:00")
    without = Workdays()
    assert due(spec("46d"), Period.parse("2026-01"), without) == at("2026-02-17 00:00")


def test_a_saturday_worked_in_exchange_is_a_working_day_and_a_plain_one_is_not() -> None:
    assert DAYS.is_working(date(2026, 1, 10))
    assert not DAYS.is_working(date(2026, 1, 17))
    assert not DAYS.is_working(date(2026, 2, 17))


def test_what_is_owed_is_counted_in_the_longest_period_the_promise_covers() -> None:
    kinds = {"15m": "day", "26h": "day", "41d": "month", "112d": "quarter", "410d": "year"}
    assert {promise: kind_of(spec(promise)).value for promise in kinds} == kinds


def test_a_year_of_working_days_owes_what_a_printed_calendar_counts() -> None:
    daily = list(owed(spec("26h"), DAYS, Period.parse("2026-01-01"), at("2026-12-31 23:59")))
    # 261 days of Monday to Friday; less 1, 2 January, five of Tết, 27 April, 30 April, 1 May, 1, 2 September; plus 10 January
    assert len(daily) == 261 - (2 + 5 + 1 + 2 + 2) + 1
    assert Period.parse("2026-02-17") not in daily
    assert Period.parse("2026-01-10") in daily


def test_a_year_on_a_simulated_clock_equals_the_count_by_hand() -> None:
    """Twelve reports of two communes. April comes a day late from one, June never, the rest in time."""
    source, units, received = spec(), ("a", "b"), []
    for month in MONTHS:
        deadline = hand_due(month)
        first = deadline - timedelta(days=3)
        second = {"2026-04": deadline + timedelta(days=1), "2026-02": deadline, "2026-09": deadline - SECOND}
        received.append(Receipt(month, "a", first))
        if month != "2026-06":
            received.append(Receipt(month, "b", second.get(month, first)))
    clock, found = at("2026-01-05 08:00"), {}
    while clock <= at("2026-12-31 18:00"):
        seen = [one for one in received if one.at <= clock]
        for entry in ledger(source, seen, units, DAYS, clock):
            before = found.get(entry.period.key)
            assert before is None or before.reminders <= entry.reminders, "a reminder was taken back"
            found[entry.period.key] = entry
        clock += timedelta(hours=6)
    standing = {key: entry.standing for key, entry in found.items()}
    assert standing == dict.fromkeys(MONTHS, Standing.ON_TIME) | {
        "2026-04": Standing.LATE, "2026-06": Standing.MISSING, "2026-12": Standing.PENDING,
    }  # fmt: skip
    # April: the reminder of the deadline, the report came the day after. June: that of the deadline and one for
    # every third working day from 14 July to 30 December.
    assert {key: entry.reminders for key, entry in found.items() if entry.reminders} == {
        "2026-04": 1, "2026-06": 1 + june_reminders_by_hand(),
    }  # fmt: skip
    year = Year.of(entry for key, entry in found.items() if key.startswith("2026"))
    assert (year.on_time, year.late, year.missing, year.pending) == (9, 1, 1, 1)
    assert year.share == pytest.approx(100 * 9 / 11)
    june = found["2026-06"]
    assert (june.on_time, june.late, june.missing) == (1, 0, 1)


def june_reminders_by_hand() -> int:
    """Every third of the 120 working days from 14 July, less two, to 30 December: that of the 31st ends at 24:00."""
    closed = {date(2026, 9, 1), date(2026, 9, 2)}
    days = (date(2026, 7, 14) + timedelta(days=n) for n in range(200))
    working = [d for d in days if d.weekday() < 5 and d not in closed and d < date(2026, 12, 31)]
    return len(working) // 3


@pytest.mark.parametrize(
    ("came", "standing", "number"),
    [(-SECOND, Standing.ON_TIME, 0), (timedelta(0), Standing.ON_TIME, 0), (SECOND, Standing.LATE, 1)],
)
def test_no_reminder_when_the_data_came_one_second_before_the_deadline(came, standing, number) -> None:
    deadline = hand_due("2026-03")
    for now in (deadline + came, deadline + timedelta(minutes=1), deadline + timedelta(days=90)):
        entry = _only(ledger(spec(), [Receipt("2026-03", "a", deadline + came)], ["a"], DAYS, now), "2026-03")
        assert (entry.standing, entry.reminders) == (standing, number)


def test_nobody_is_reminded_before_the_deadline_and_somebody_is_right_after_it() -> None:
    deadline = hand_due("2026-03")
    assert reminders(deadline, None, DAYS, deadline) == 0
    assert reminders(deadline, None, DAYS, deadline + SECOND) == 1


def test_data_not_yet_received_at_a_moment_are_not_counted_at_that_moment() -> None:
    deadline = hand_due("2026-03")
    came = [Receipt("2026-03", "a", deadline + timedelta(days=2)), Receipt("2026-02", "a", at("2026-03-02"))]
    entry = _only(ledger(spec(), came, ["a"], DAYS, deadline + timedelta(days=1)), "2026-03")
    assert (entry.standing, entry.missing, entry.late) == (Standing.MISSING, 1, 0)


def test_a_source_that_was_silent_brings_in_what_it_owed_when_it_speaks_again() -> None:
    source = spec()
    assert [p.key for p in arrived(source, [], at("2026-04-01 00:00"))] == ["2026-03"]
    assert [p.key for p in arrived(source, ["2025-12"], at("2026-04-01 00:00"))] == [
        "2026-01",
        "2026-02",
        "2026-03",
    ]
    assert arrived(source, ["2026-03"], at("2026-04-01 00:00")) == []
    assert reached(spec("26h"), at("2026-04-01 08:00")).key == "2026-04-01"


def test_units_that_owe_nothing_are_not_counted() -> None:
    came = [Receipt("2026-03", unit, at("2026-04-02")) for unit in ("a", "stranger")]
    entry = _only(ledger(spec(), came, ["a", "b"], DAYS, at("2026-04-03")), "2026-03")
    assert (entry.units, entry.on_time, entry.missing) == (2, 1, 1)


@given(st.integers(0, 350 * 24 * 60), st.integers(0, 30))
def test_so_many_working_days_later_lie_exactly_so_many_working_days(minutes: int, days: int) -> None:
    start = at("2026-01-01") + timedelta(minutes=minutes)
    end = DAYS.later(start, days)
    first, last = ((one - timedelta(microseconds=1)).date() for one in (start, end))
    between = [first + timedelta(days=n + 1) for n in range((last - first).days)]
    assert sum(DAYS.is_working(day) for day in between) == days
    assert end.timetz() == start.timetz()


@given(st.integers(0, 350 * 24 * 60))
def test_a_term_never_ends_earlier_nor_on_a_day_off(minutes: int) -> None:
    moment = at("2026-01-01") + timedelta(minutes=minutes)
    end = DAYS.term(moment)
    assert end >= moment
    assert DAYS.is_working((end.astimezone(VIETNAM) - timedelta(microseconds=1)).date())
    assert DAYS.term(end) == end


def _only(entries: list[Entry], key: str) -> Entry:
    return next(entry for entry in entries if entry.period.key == key)


def test_a_month_by_the_calendar_from_15_to_14_is_owed_by_its_own_days() -> None:
    source = spec(calendar="15-14")
    assert kind_of(source) is PeriodKind.MONTH
    # "tháng 3" runs from 15 February; 41 days later it is 28 March, 24:00 of Friday 27
    assert due(source, Period.parse("2026-03"), DAYS) == at("2026-03-28 00:00")


def test_a_source_without_stamps_is_not_blamed_for_what_fell_due_before_it_was_first_read() -> None:
    silent = spec(supply=None)
    first_read = hand_due("2026-03") + timedelta(days=5)
    came = [Receipt("2026-03", "a", first_read)]
    found = ledger(silent, came, ["a"], DAYS, hand_due("2026-04") + SECOND)
    assert [(entry.period.key, entry.standing) for entry in found] == [
        ("2026-04", Standing.MISSING), ("2026-05", Standing.PENDING),
    ]  # fmt: skip
