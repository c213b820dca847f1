"""How fresh each source is: three ages, a state and the next run, as pure functions of spec, runs and time.

Owns the rule by which data count as fresh, ageing or stale. Reads no clock and no database; whoever asks
brings both. "A stale number shown as fresh" is the worst fault this product can have.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from ioc.contract import Schedule, SourceSpec
from ioc.periods import VIETNAM
from ioc.runs import ENDED, Reason, Run, State

HEARTBEAT = "scheduler"
SILENT_AFTER = timedelta(seconds=30)
"""A scheduler that has given no sign of life for so long is shown as stopped ("bộ lập lịch ngừng")."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_AHEAD = timedelta(minutes=5)
_NOT_THE_SOURCE = frozenset({Reason.LOST_LEASE, Reason.CLOCK})


class Freshness(StrEnum):
    """State of a source. RUNNING only while there is nothing to show yet: a run hides no age."""

    FRESH = "fresh"
    AGEING = "ageing"
    STALE = "stale"
    SOURCE_DOWN = "source_down"
    RUNNING = "running"
    NEVER = "never"


@dataclass(frozen=True)
class SourceHealth:
    """What is known of one source at one moment. Ages are None where there is nothing to be old.

    `as_of` is how late the published data reach; `published` the last run that published; `attempt` the
    last run that ended; `running` the one under way.
    """

    source: str
    state: Freshness
    as_of: datetime | None
    as_of_age: timedelta | None
    published: Run | None
    published_age: timedelta | None
    attempt: Run | None
    attempt_age: timedelta | None
    running: Run | None
    next_run: datetime
    promise: timedelta


def health(spec: SourceSpec, runs: Sequence[Run], now: datetime) -> SourceHealth:
    """Judge a source by its runs (newest first, the last published one among them) at `now`.

    Fresh up to `schedule.promise`, ageing up to twice that, stale beyond; down when its last attempt
    failed through no fault of this machine's clock or leadership.
    """
    published = next((run for run in runs if run.state is State.PUBLISHED), None)
    ended = next((run for run in runs if run.state in ENDED), None)
    running = next((run for run in runs if run.state not in ENDED), None)
    as_of = (published.as_of or published.finished_at) if published else None
    age = None if as_of is None else now - as_of
    return SourceHealth(
        spec.id, _state(spec, runs, age, running), as_of, age,
        published, _since(published, now), ended, _since(ended, now), running,
        next_run(spec.schedule, runs[0].started_at if runs else None, now), spec.schedule.promise,
    )  # fmt: skip


def _state(spec: SourceSpec, runs: Iterable[Run], age: timedelta | None, running: Run | None) -> Freshness:
    if _down(runs):
        return Freshness.SOURCE_DOWN
    if age is None:
        return Freshness.RUNNING if running else Freshness.NEVER
    if age < -_AHEAD:
        return Freshness.STALE  # the clock was set back: how old the data are nobody knows
    if age <= spec.schedule.promise:
        return Freshness.FRESH
    return Freshness.AGEING if age <= 2 * spec.schedule.promise else Freshness.STALE


def _down(runs: Iterable[Run]) -> bool:
    """Whether the last attempt that says anything about the source failed."""
    for run in runs:
        if run.state is State.PUBLISHED:
            return False
        if run.state in (State.FAILED, State.QUARANTINED) and run.reason not in _NOT_THE_SOURCE:
            return True
    return False


def _since(run: Run | None, now: datetime) -> timedelta | None:
    return None if run is None else now - (run.finished_at or run.heartbeat_at)


def next_run(schedule: Schedule, last: datetime | None, now: datetime) -> datetime:
    """When the source is due next; `now` itself when it is overdue or has never run.

    Never later than one interval from now: a last start that lies in the future means a clock was set back.
    """
    if last is None:
        return now
    if schedule.every is not None:
        return min(max(last + schedule.every, now), now + schedule.every)
    due = _next_at(schedule, min(last, now))
    return max(due, now)


def _next_at(schedule: Schedule, after: datetime) -> datetime:
    """The first `at` on one of `days`, province time, later than `after`."""
    hour, minute = (int(part) for part in (schedule.at or "00:00").split(":"))
    local = after.astimezone(VIETNAM)
    for ahead in range(9):
        day = local.date() + timedelta(days=ahead)
        moment = datetime.combine(day, time(hour, minute), VIETNAM)
        if moment > local and (not schedule.days or WEEKDAYS[day.weekday()] in schedule.days):
            return moment.astimezone(after.tzinfo)
    raise AssertionError("unreachable: every weekday lies within nine days")


def scheduler_state(last_sign: datetime | None, now: datetime) -> str:
    """The scheduler as a reader sees it: "ok", "silent" (no sign for 30 s) or "never".

    A sign from the future is none: the clock was set back, and whoever lives gives a new one in seconds.
    """
    if last_sign is None:
        return "never"
    return "ok" if abs(now - last_sign) <= SILENT_AFTER else "silent"
