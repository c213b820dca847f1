"""Calendars of reporting: on which days the periods of a source begin and end.

Owns the three that are in use: calendar months, the reporting months that run from the 15th to the 14th (a year
from 15 December to 14 December), and the school year from September to May. Names of periods are those of
`ioc.periods`; "tháng 10" of the second kind is 15 September to 14 October. Knows neither KPIs nor sources.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from ioc.periods import SCHOOL_ENDS, SCHOOL_STARTS, VIETNAM, Period, PeriodKind

TURN = 15
"""Day on which a month of the calendar "15-14" begins."""
_TICK = timedelta(microseconds=1)


class Calendar(StrEnum):
    """Which calendar a source reports by."""

    MONTH = "month"
    MID_MONTH = "15-14"
    SCHOOL = "school_year"

    @property
    def kinds(self) -> frozenset[PeriodKind]:
        """Kinds of period it has."""
        if self is Calendar.SCHOOL:
            return frozenset({PeriodKind.DAY, PeriodKind.MONTH, PeriodKind.SCHOOL_YEAR})
        return frozenset(PeriodKind) - {PeriodKind.SCHOOL_YEAR}

    def start(self, period: Period) -> date:
        """First day counted."""
        return self._turned(period, period.start)

    def end(self, period: Period) -> date:
        """First day no longer counted."""
        if period.part:
            return self.start(period) + timedelta(days=period.part)
        return self._turned(period, period.end)

    def last(self, period: Period) -> date:
        """Last day counted."""
        return self.end(period) - timedelta(days=1)

    def is_open(self, period: Period, as_of: datetime) -> bool:
        """Whether the period was still running at `as_of` (aware)."""
        return as_of.astimezone(VIETNAM).date() < self.end(period)

    def containing(self, day: date, kind: PeriodKind = PeriodKind.MONTH) -> Period | None:
        """The period of `kind` that holds `day`; None for the summer, which belongs to no school year."""
        if kind is PeriodKind.SCHOOL_YEAR and SCHOOL_ENDS <= day.month < SCHOOL_STARTS:
            return None
        if self is Calendar.MID_MONTH and kind is not PeriodKind.DAY:
            day = _months_on(day.replace(day=1), 1 if day.day >= TURN else 0)
        return Period.containing(day, kind)

    def month(self, day: date) -> Period:
        """The month that holds `day`."""
        found = self.containing(day)
        assert found is not None  # noqa: S101 - every day lies in a month
        return found

    def months_of(self, period: Period, months: Iterable[Period]) -> list[Period]:
        """Those of `months` that make up `period`."""
        start, end = self.start(period), self.end(period)
        return [month for month in months if start <= self.start(month) and self.end(month) <= end]

    def month_sql(self, column: str) -> str:
        """SQL (DuckDB): the first of the month by whose name the date or instant `column` goes."""
        month = f"date_trunc('month', {column})"
        if self is Calendar.MID_MONTH:
            month += f" + CASE WHEN day({column}) >= {TURN} THEN INTERVAL 1 MONTH ELSE INTERVAL 0 MONTH END"
        return f"CAST({month} AS DATE)"

    def same_part(self, period: Period, as_of: datetime) -> tuple[Period, datetime] | None:
        """Of the period before an open one: the same stretch, and the instant at which it is cut off.

        Months that have run whole stand against whole months, the rest against the same days and hours; a
        cumulative period stands against the year before. `as_of` is naive province time. None when `period` is
        closed, has not begun, or is a day.
        """
        start, stop = self.start(period), datetime.combine(self.end(period), time())
        begin = datetime.combine(start, time())
        if not begin < as_of < stop or period.kind is PeriodKind.DAY:
            return None
        before = period.year_before() if period.cumulative else period.previous()
        months = 0
        while datetime.combine(_months_on(start, months + 1), time()) <= as_of:
            months += 1
        rest = as_of - datetime.combine(_months_on(start, months), time())
        first = self.start(before)
        month_end = datetime.combine(_months_on(first, months + 1), time())
        cut = datetime.combine(_months_on(first, months), time()) + rest
        cut = min(cut, month_end, datetime.combine(self.end(before), time()))
        days = ((cut - _TICK).date() - first).days + 1
        return before.cut(days), cut

    def _turned(self, period: Period, day: date) -> date:
        if self is not Calendar.MID_MONTH or period.kind is PeriodKind.DAY:
            return day
        return _months_on(day, -1).replace(day=TURN)


def _months_on(first: date, months: int) -> date:
    """The same day `months` later; `first` is early enough in its month for every month to have that day."""
    index = first.year * 12 + first.month - 1 + months
    return first.replace(year=index // 12, month=index % 12 + 1)
