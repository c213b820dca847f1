"""The supply ledger: who owes which data for which period by when, and when they came.

Owns due dates, the standing of an entry and the count of reminders, as pure functions of the contract, the
working days, what has been received and the time. Reads no clock and no database.

A period is owed by the day on which the data would become older than promised if it did not come: its first
day plus the promise. It is handed in when data that reach into it arrive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from ioc.contract import SourceSpec
from ioc.periods import VIETNAM, Period, PeriodKind
from ioc.quality.workdays import Workdays

REMIND_EVERY = 3
"""Working days from one reminder to the next; the first falls due with the deadline itself."""
_LENGTHS = ((PeriodKind.YEAR, 366), (PeriodKind.QUARTER, 92), (PeriodKind.MONTH, 31))


class Standing(StrEnum):
    """What became of an obligation."""

    PENDING = "pending"
    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"


@dataclass(frozen=True)
class Receipt:
    """One unit's data of one period, and when they came. `unit` is a commune, or the root for a whole source."""

    period: str
    unit: str
    at: datetime


@dataclass(frozen=True)
class Entry:
    """One line of the ledger. Units are communes where the source says who handed in when, else the source.

    `behind` came after the deadline, `absent` have not come.
    """

    source: str
    owner: str
    period: Period
    due: datetime
    units: int
    behind: tuple[str, ...]
    absent: tuple[str, ...]
    first: datetime | None
    last: datetime | None
    standing: Standing
    reminders: int

    @property
    def late(self) -> int:
        """Units whose data came after the deadline."""
        return len(self.behind)

    @property
    def missing(self) -> int:
        """Units whose data have not come."""
        return len(self.absent)

    @property
    def on_time(self) -> int:
        """Units whose data came in time."""
        return self.units - self.late - self.missing


def kind_of(spec: SourceSpec) -> PeriodKind:
    """The longest period that is no longer than the promise: what the source owes is counted in these."""
    promised = spec.schedule.promise
    return next((kind for kind, days in _LENGTHS if timedelta(days=days) <= promised), PeriodKind.DAY)


def due(spec: SourceSpec, period: Period, workdays: Workdays) -> datetime:
    """By when the data of `period` have to be there."""
    begin = datetime.combine(spec.calendar.start(period), time(), VIETNAM)
    end = datetime.combine(spec.calendar.end(period), time(), VIETNAM)
    return workdays.term(max(begin, end - spec.schedule.promise) + spec.schedule.promise)


def owed(spec: SourceSpec, workdays: Workdays, first: Period, now: datetime) -> Iterator[Period]:
    """The periods owed from `first` up to the one that runs; days without work owe nothing."""
    period = first
    while datetime.combine(spec.calendar.start(period), time(), VIETNAM) <= now:
        working = workdays.any(spec.calendar.start(period), spec.calendar.end(period))
        if period.kind is not PeriodKind.DAY or working:
            yield period
        period = period.next()


def reached(spec: SourceSpec, as_of: datetime) -> Period:
    """The newest period that data up to `as_of` (exclusive, aware) reach into."""
    day = (as_of.astimezone(VIETNAM) - timedelta(microseconds=1)).date()
    found = spec.calendar.containing(day, kind_of(spec))
    return found or Period.containing(day, kind_of(spec))


def ledger(
    spec: SourceSpec, receipts: Iterable[Receipt], units: Sequence[str], workdays: Workdays, now: datetime
) -> list[Entry]:
    """The entries of one source, oldest first; empty before anything was received.

    `units` are those that owe. A receipt at the very moment of the deadline is on time.
    """
    wanted = frozenset(units)
    came: dict[str, dict[str, datetime]] = {}
    for receipt in receipts:
        if receipt.unit in wanted:
            came.setdefault(receipt.period, {})[receipt.unit] = receipt.at
    if not came:
        return []
    first = min(Period.parse(key) for key in came)
    # a source whose rows carry no stamps was not watched before its first receipt
    began = None if spec.supply else min(at for units_at in came.values() for at in units_at.values())
    return [
        _entry(spec, period, came.get(period.key, {}), units, workdays, now)
        for period in owed(spec, workdays, first, now)
        if began is None or due(spec, period, workdays) >= began
    ]


def _entry(
    spec: SourceSpec, period: Period, came: Mapping[str, datetime], units: Sequence[str], workdays: Workdays,
    now: datetime,
) -> Entry:  # fmt: skip
    deadline = due(spec, period, workdays)
    seen = {unit: came[unit] for unit in units if unit in came and came[unit] <= now}
    times = sorted(seen.values())
    behind = tuple(unit for unit, at in seen.items() if at > deadline)
    absent = tuple(unit for unit in units if unit not in seen)
    whole = not absent
    if whole:
        standing = Standing.LATE if behind else Standing.ON_TIME
    else:
        standing = Standing.MISSING if now > deadline else Standing.PENDING
    return Entry(
        spec.id, spec.owner, period, deadline, len(units), behind, absent,
        times[0] if times else None, times[-1] if times else None, standing,
        reminders(deadline, times[-1] if whole else None, workdays, now),
    )  # fmt: skip


def reminders(deadline: datetime, complete: datetime | None, workdays: Workdays, now: datetime) -> int:
    """How many reminders fell due: one with the deadline, then one every three working days until all is there."""
    end, moment, number = min(complete or now, now), deadline, 0
    while moment < end:
        number += 1
        moment = workdays.later(moment, REMIND_EVERY)
    return number


@dataclass(frozen=True)
class Year:
    """A year's sums over entries."""

    on_time: int = 0
    late: int = 0
    missing: int = 0
    pending: int = 0
    reminders: int = 0

    @staticmethod
    def of(entries: Iterable[Entry]) -> Year:
        """Count entries by standing."""
        found = list(entries)
        counts = {standing.value: sum(e.standing is standing for e in found) for standing in Standing}
        return Year(**counts, reminders=sum(e.reminders for e in found))

    @property
    def due(self) -> int:
        """Obligations whose time has come."""
        return self.on_time + self.late + self.missing

    @property
    def share(self) -> float | None:
        """Per cent on time of those due (`report_on_time`); None when none was due."""
        return 100.0 * self.on_time / self.due if self.due else None


def arrived(spec: SourceSpec, known: Iterable[str], as_of: datetime) -> list[Period]:
    """The periods that data up to `as_of` bring in, after those that are `known`; at first only the newest.

    For sources whose rows do not say when they were handed in. What lay before the first refresh nobody saw.
    """
    newest = reached(spec, as_of)
    last = max((Period.parse(key) for key in known), default=None)
    found = newest if last is None else last.next()
    periods = []
    while found <= newest:
        periods.append(found)
        found = found.next()
    return periods
