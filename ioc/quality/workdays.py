"""Working days: Monday to Friday, less public holidays, plus the Saturdays worked in exchange.

Owns the counting of terms by the Civil Code: a term whose last day is no working day ends with the next working
day, at 24:00 of it. Which days are holidays the site says. Instants are aware; days are those of the province.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ioc.periods import VIETNAM
from ioc.sitehead import Holiday

_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class Workdays:
    """The exceptions from Monday to Friday."""

    closed: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    @staticmethod
    def of(holidays: Iterable[Holiday]) -> Workdays:
        """From the entries of a site."""
        closed: set[date] = set()
        worked: set[date] = set()
        for entry in holidays:
            (worked if entry.working else closed).update(entry.days)
        return Workdays(frozenset(closed), frozenset(worked))

    def is_working(self, day: date) -> bool:
        """Whether offices work on `day`."""
        return day in self.worked or (day.weekday() < _SATURDAY and day not in self.closed)

    def any(self, first: date, end: date) -> bool:
        """Whether offices work on any day from `first` up to but not on `end`."""
        return any(self.is_working(first + n * _DAY) for n in range((end - first).days))

    def term(self, end: datetime) -> datetime:
        """When a term that would end at `end` does end."""
        day = _last_day(end)
        if self.is_working(day):
            return end
        return datetime.combine(self._after(day) + _DAY, time(), VIETNAM)

    def later(self, moment: datetime, days: int) -> datetime:
        """The same time of day `days` working days after `moment`; midnight counts as the end of its day."""
        day = first = _last_day(moment)
        for _ in range(days):
            day = self._after(day)
        return moment + (day - first)

    def _after(self, day: date) -> date:
        day += _DAY
        while not self.is_working(day):
            day += _DAY
        return day


def _last_day(end: datetime) -> date:
    """The day that a term up to `end` still covers."""
    return (end.astimezone(VIETNAM) - _TICK).date()
