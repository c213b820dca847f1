"""Periods of time that a number belongs to: a day, month, quarter or year, in-period or cumulative.

Owns parsing, ordering, windows and openness of periods in the plain calendar (others: `ioc.calendars`). Knows nothing of KPIs or areas. The two bases,
in-period and cumulative since 1 January ("lũy kế từ đầu năm"), are different series and never mix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
"""Fixed +07:00, no daylight saving; every naive time of a source is read in it."""


class PeriodKind(StrEnum):
    """Length of a period."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    SCHOOL_YEAR = "school_year"
    """September to May ("năm học 2025–2026"); the summer belongs to none."""


_PATTERNS = (
    (PeriodKind.SCHOOL_YEAR, re.compile(r"(\d{4})-(\d{4})")),
    (PeriodKind.DAY, re.compile(r"(\d{4})-(\d{2})-(\d{2})")),
    (PeriodKind.MONTH, re.compile(r"(\d{4})-(\d{2})")),
    (PeriodKind.QUARTER, re.compile(r"(\d{4})-Q([1-4])")),
    (PeriodKind.YEAR, re.compile(r"(\d{4})")),
)
_PART = re.compile(r"(.+)\.d([1-9]\d{0,2})")
SCHOOL_STARTS, SCHOOL_ENDS = 9, 6
"""Months: the first of a school year, and the first no longer in it."""


@dataclass(frozen=True, order=True)
class Period:
    """One period. `first` is the first day of the named day, month, quarter or year.

    A cumulative period runs from 1 January of that year to the end of the named period; its key carries
    the suffix ``.ytd`` (``2025-09.ytd`` is "lũy kế 9 tháng năm 2025"). `part` cuts a period off after so many
    days (``2026-10.d23``: the first 23 days of October), for comparison with one that still runs; 0 is whole.
    """

    first: date
    kind: PeriodKind
    cumulative: bool = False
    part: int = 0

    @staticmethod
    @lru_cache(maxsize=4096)
    def parse(key: str) -> Period:
        """Read ``2025``, ``2025-Q3``, ``2025-09``, ``2025-09-15``, each with an optional ``.ytd``; ``2025-2026``.

        A part carries ``.d23`` at the very end. Raises ValueError with the key in it when it is none of these.
        """
        cut = _PART.fullmatch(key)
        text, part = (cut[1], int(cut[2])) if cut else (key, 0)
        text, cumulative = (text[:-4], True) if text.endswith(".ytd") else (text, False)
        for kind, pattern in _PATTERNS:
            found = pattern.fullmatch(text)
            if not found:
                continue
            parts = [int(one) for one in found.groups()]
            if kind is PeriodKind.QUARTER:
                parts[1] = parts[1] * 3 - 2
            if kind is PeriodKind.SCHOOL_YEAR:
                if parts[1] != parts[0] + 1:
                    break
                parts[1] = SCHOOL_STARTS
            return Period(date(*[*parts, 1, 1][:3]), kind, cumulative, part)
        raise ValueError(
            f"not a period: {key!r} (expected 2025, 2025-Q3, 2025-09 or 2025-09-15, optionally .ytd, or 2025-2026)"
        )

    @staticmethod
    def month(year: int, month: int, cumulative: bool = False) -> Period:
        """The month `month` (1-12) of `year`."""
        return Period(date(year, month, 1), PeriodKind.MONTH, cumulative)

    @staticmethod
    def containing(day: date, kind: PeriodKind = PeriodKind.MONTH, cumulative: bool = False) -> Period:
        """The period of `kind` that holds `day`; of the summer, the school year just over."""
        first = {
            PeriodKind.DAY: day,
            PeriodKind.MONTH: day.replace(day=1),
            PeriodKind.QUARTER: date(day.year, (day.month - 1) // 3 * 3 + 1, 1),
            PeriodKind.YEAR: date(day.year, 1, 1),
            PeriodKind.SCHOOL_YEAR: date(day.year - (day.month < SCHOOL_STARTS), SCHOOL_STARTS, 1),
        }[kind]
        return Period(first, kind, cumulative)

    @property
    def key(self) -> str:
        """The canonical text: what the warehouse stores and the URL carries."""
        text = {
            PeriodKind.DAY: self.first.isoformat(),
            PeriodKind.MONTH: f"{self.first:%Y-%m}",
            PeriodKind.QUARTER: f"{self.first.year}-Q{(self.first.month + 2) // 3}",
            PeriodKind.YEAR: f"{self.first.year:04d}",
            PeriodKind.SCHOOL_YEAR: f"{self.first.year:04d}-{self.first.year + 1:04d}",
        }[self.kind]
        return text + (".ytd" if self.cumulative else "") + (f".d{self.part}" if self.part else "")

    @property
    def start(self) -> date:
        """First day counted: 1 January for a cumulative period."""
        return date(self.first.year, 1, 1) if self.cumulative else self.first

    @property
    def end(self) -> date:
        """First day no longer counted."""
        if self.part:
            return self.start + timedelta(days=self.part)
        if self.kind is PeriodKind.SCHOOL_YEAR:
            return date(self.first.year + 1, SCHOOL_ENDS, 1)
        return self.next().first

    @property
    def last(self) -> date:
        """Last day counted."""
        return self.end - timedelta(days=1)

    @property
    def whole(self) -> Period:
        """The period that this one is a part of; itself when it is whole."""
        return replace(self, part=0)

    def cut(self, days: int) -> Period:
        """Its first `days` days."""
        return replace(self, part=days)

    def next(self) -> Period:
        """The following whole period of the same kind and basis."""
        return self._shift(1)

    def previous(self) -> Period:
        """The preceding whole period of the same kind and basis."""
        return self._shift(-1)

    def year_before(self) -> Period:
        """The same whole period one year earlier (29 February becomes 28)."""
        first = self.first
        day = 28 if (first.month, first.day) == (2, 29) else first.day
        return Period(date(first.year - 1, first.month, day), self.kind, self.cumulative)

    def _shift(self, steps: int) -> Period:
        if self.kind is PeriodKind.DAY:
            return Period(self.first + timedelta(days=steps), self.kind, self.cumulative)
        months = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12, PeriodKind.SCHOOL_YEAR: 12}
        index = self.first.year * 12 + self.first.month - 1 + months[self.kind] * steps
        return Period(date(index // 12, index % 12 + 1, 1), self.kind, self.cumulative)

    def is_open(self, as_of: datetime) -> bool:
        """Whether the period was still running at `as_of`; its values are then provisional ("tạm tính")."""
        return as_of.astimezone(VIETNAM).date() < self.end

    def __str__(self) -> str:
        return self.key


def months(first: date, last: date) -> list[Period]:
    """Every month from the one that holds `first` to the one that holds `last`, in order."""
    period, stop = Period.containing(first), Period.containing(last)
    found: list[Period] = []
    while period <= stop:
        found.append(period)
        period = period.next()
    return found
