"""The time a refresh works in: the history window, how late the data reach, and the instants of stocks.

Owns the answer to "as of when". The moment data were received is never taken for it while the data
themselves say better. Must not know areas or formulas.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import duckdb

from ioc.areas import REFORM
from ioc.calendars import Calendar
from ioc.contract import SourceSpec
from ioc.periods import VIETNAM, Period, months
from ioc.site import Site

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class History:
    """The window and the reach of the data; all instants naive, in province time.

    `as_of` is the first instant the data say nothing about, at most now: midnight after 31 October for a
    report of October.
    """

    start: date
    now: datetime
    as_of: datetime
    calendar: Calendar = Calendar.MONTH

    @staticmethod
    def of(site: Site, now: datetime, as_of: datetime, calendar: Calendar = Calendar.MONTH) -> History:
        """The history of a site as seen at `now` (aware) by data that reach to `as_of` (naive)."""
        start = history_start(site, now, calendar)
        return History(start, now.astimezone(VIETNAM).replace(tzinfo=None), as_of, calendar)

    @property
    def stop(self) -> date:
        """First day after the present month."""
        return self.calendar.end(self.calendar.month(self.now.date()))

    @property
    def before_reform(self) -> date:
        """First of the month by whose name the first month goes that does not lie wholly before the reform."""
        return self.calendar.month(REFORM).first

    @property
    def as_of_aware(self) -> datetime:
        """`as_of` with its offset."""
        return self.as_of.replace(tzinfo=VIETNAM)

    @property
    def window(self) -> list[Period]:
        """Every month of the window, the present one included."""
        return self._months(self.now.date())

    @property
    def months(self) -> list[Period]:
        """Every month of the window that the data reach."""
        return self._months((self.as_of - _TICK).date())

    def _months(self, last: date) -> list[Period]:
        return months(self.calendar.month(self.start).first, self.calendar.month(last).first)

    def instant(self, month: Period) -> datetime:
        """When a stock is taken for `month`: at its last moment, or at `as_of` while it runs."""
        return min(datetime.combine(self.calendar.end(month), time()) - _TICK, self.as_of)

    def whole_year(self, month: Period) -> bool:
        """Whether the cumulative period ending with `month` lies wholly inside the window."""
        return self.calendar.start(Period.containing(month.first, cumulative=True)) >= self.start


def history_start(site: Site, now: datetime, calendar: Calendar = Calendar.MONTH) -> date:
    """First day of the window: `history_months` months, the present one included."""
    period = calendar.month(now.astimezone(VIETNAM).date())
    for _ in range(site.head.history_months - 1):
        period = period.previous()
    return calendar.start(period)


def stamps(spec: SourceSpec, dates: Iterable[str]) -> list[str]:
    """Columns that tell how late the data reach.

    Those by which rows belong to a period or are watched for change; failing these, the one that orders
    versions of a row; only then all dates, for a due date says nothing about how late the data reach.
    """
    dated = [name for name, column in spec.column.items() if column.type in ("date", "datetime")]
    telling = [name for name in dated if name in (spec.pull.watermark, spec.area.date, *dates)]
    return telling or [name for name in dated if name == spec.order] or dated


def reach(
    connection: duckdb.DuckDBPyConnection, spec: SourceSpec, dates: Iterable[str], now: datetime
) -> datetime:
    """How late the rows of the view `work` reach, as `History.as_of`; `now` is naive province time.

    A date that is always the first of a month names the month, whose end it then reaches.
    """
    latest: list[datetime] = []
    for column in stamps(spec, dates):
        moment = spec.column[column].type == "datetime"
        name = '"' + column + '"'
        found, monthly = connection.execute(
            f"SELECT max({name}), bool_and(day({name}) = 1) FROM work WHERE {name} <= ?",  # noqa: S608
            [now if moment else now.date()],
        ).fetchall()[0]
        if found is None:
            continue
        if not moment:
            month = spec.calendar.month(found)
            after = spec.calendar.end(month) if monthly else found + timedelta(days=1)
            found = datetime.combine(after, time())
        latest.append(min(found, now))
    return max(latest, default=now)
