"""Sources fall due when their schedule says, in the province's time, whatever clock and zone the server has."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ioc.contract import Schedule
from ioc.freshness import WEEKDAYS, next_run
from ioc.periods import VIETNAM
from ioc.scheduling import CLOCK_JUMP_SECONDS, Clock, trigger_for

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)  # a Sunday, 14:00 in the province
ZONES = [UTC, VIETNAM, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")]


def every(text: str) -> Schedule:
    return Schedule.model_validate({"every": text, "promise": "1d"})


def at(text: str, *days: str) -> Schedule:
    return Schedule.model_validate({"at": text, "days": days, "promise": "2d"})


def test_a_source_that_never_ran_is_due_now() -> None:
    assert next_run(every("12h"), None, NOW) == NOW
    assert next_run(at("05:30"), None, NOW) == NOW


def test_an_interval_counts_from_the_last_start() -> None:
    assert next_run(every("30m"), NOW - timedelta(minutes=10), NOW) == NOW + timedelta(minutes=20)


def test_a_time_of_day_is_the_provinces_time() -> None:
    due = next_run(at("05:30"), NOW, NOW)
    assert due == datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
    assert due.astimezone(VIETNAM) == datetime(2026, 11, 23, 5, 30, tzinfo=VIETNAM)


@pytest.mark.parametrize("day", WEEKDAYS)
def test_a_weekday_is_that_weekday(day: str) -> None:
    """The tick's own library counts weekdays from Monday, cron from Sunday: only names can be meant one way."""
    schedule = at("05:30", day)
    due = next_run(schedule, NOW, NOW).astimezone(VIETNAM)
    assert WEEKDAYS[due.weekday()] == day and due - NOW <= timedelta(days=7)
    ticked = trigger_for(schedule, NOW).get_next_fire_time(None, NOW + timedelta(microseconds=1))
    assert ticked == due


def test_weekdays_by_number_are_refused() -> None:
    with pytest.raises(ValidationError):
        Schedule.model_validate({"at": "05:30", "days": ["0"], "promise": "1d"})
    with pytest.raises(ValidationError, match="every hoặc at"):
        Schedule.model_validate({"at": "05:30", "every": "1h", "promise": "1d"})


@pytest.mark.parametrize("schedule", [every("30m"), at("05:30"), at("23:59", "mon", "thu")])
def test_after_any_downtime_a_source_is_due_once_now_and_not_for_every_time_missed(
    schedule: Schedule,
) -> None:
    assert next_run(schedule, NOW - timedelta(days=90), NOW) == NOW
    assert next_run(schedule, NOW, NOW) > NOW, "having run now, the missed times are over"


FIRST, LAST = datetime(2024, 1, 1), datetime(2030, 1, 1)  # noqa: DTZ001 - the zones are drawn
moments = st.datetimes(FIRST, LAST, timezones=st.sampled_from(ZONES))
days = st.sets(st.sampled_from(WEEKDAYS)).map(lambda found: tuple(sorted(found, key=WEEKDAYS.index)))
clocks = st.times().map(lambda found: f"{found:%H:%M}")
gaps = st.timedeltas(timedelta(days=-400), timedelta(days=40))


@given(st.integers(1, 200), moments, st.one_of(st.none(), gaps))
def test_an_interval_never_waits_longer_than_itself(
    minutes: int, now: datetime, gap: timedelta | None
) -> None:
    now = now.astimezone(UTC)
    schedule = every(f"{minutes}m")
    last = None if gap is None else now - gap
    due = next_run(schedule, last, now)
    assert schedule.every is not None
    assert now <= due <= now + schedule.every
    if last is not None and now - schedule.every < last <= now:
        assert due == last + schedule.every


@given(clocks, days, moments, gaps)
def test_a_time_of_day_is_the_first_such_time_after_the_last_start(
    clock: str, on: tuple[str, ...], now: datetime, gap: timedelta
) -> None:
    """Held against a walk over the calendar; a last start in the future is a clock that was set back."""
    now = now.astimezone(UTC)
    last = now - gap
    due = next_run(at(clock, *on), last, now)
    after = min(last, now)
    start = after.astimezone(VIETNAM).date()
    hour, minute = map(int, clock.split(":"))
    walk = (
        datetime.combine(start + timedelta(days=ahead), time(hour, minute), VIETNAM) for ahead in range(9)
    )
    first = next(moment for moment in walk if moment > after and (not on or WEEKDAYS[moment.weekday()] in on))
    assert due == max(first, now)


@given(clocks, days, moments)
def test_the_tick_and_the_shown_next_run_are_one_moment(
    clock: str, on: tuple[str, ...], now: datetime
) -> None:
    now = now.astimezone(UTC)
    schedule = at(clock, *on)
    ticked = trigger_for(schedule, now).get_next_fire_time(None, now + timedelta(microseconds=1))
    assert ticked == next_run(schedule, now, now)


@given(st.integers(1, 300), moments)
def test_an_interval_ticks_from_its_first_time_on(minutes: int, first: datetime) -> None:
    first = first.astimezone(UTC)
    trigger = trigger_for(every(f"{minutes}m"), first)
    one = trigger.get_next_fire_time(None, first - timedelta(seconds=1))
    two = trigger.get_next_fire_time(one, first)
    assert (one, two) == (first, first + timedelta(minutes=minutes))


class Machine:
    """A machine whose wall clock and steady clock are set by hand."""

    def __init__(self) -> None:
        self.wall, self.ticks = 1_800_000_000.0, 1000.0
        self.clock = Clock(lambda: self.wall, lambda: self.ticks)

    def pass_(self, seconds: float) -> None:
        self.wall += seconds
        self.ticks += seconds


@given(st.floats(-1e9, 1e9), st.floats(0, 1e6))
def test_a_wall_clock_that_is_set_is_noticed_once_and_sleep_is_not_taken_for_it(
    step: float, slept: float
) -> None:
    machine = Machine()
    machine.pass_(slept)
    assert abs(machine.clock.jump()) == 0.0
    machine.wall += step
    found = machine.clock.jump()
    if abs(step) > CLOCK_JUMP_SECONDS + 1:
        assert found == pytest.approx(step, abs=1e-3)
    elif abs(step) < CLOCK_JUMP_SECONDS - 1:
        assert found == 0.0, "the small corrections of every day"
    machine.pass_(slept)
    assert machine.clock.jump() == 0.0
