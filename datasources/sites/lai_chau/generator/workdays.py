"""When offices work and people apply: weekends, public holidays, Tết, the hours of the day.

Owns the rhythm of arrivals and the counting of working days. Knows nothing of units or dossiers.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt

DAY = 86_400
OPENING, CLOSING = 7.5, 17.0
"""Counter hours; outside them only the portal receives."""

_TET = tuple(
    date.fromisoformat(day)
    for day in (  # noqa: SIM905 - a list of strings would be three times as long
        "2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03 "
        "2031-01-23 2032-02-11 2033-01-31 2034-02-19 2035-02-08 2036-01-28 2037-02-15 2038-02-04 2039-01-24"
    ).split()
)
"""First day of the lunar year."""
_FIXED = ((1, 1), (4, 30), (5, 1), (9, 1), (9, 2))
_SATURDAY, _SUNDAY, _HOLIDAY = 0.22, 0.12, 0.10
_TET_DAYS, _AFTER_TET = 0.4, 1.15
"""Offices close over Tết, the portal does not; afterwards people catch up."""
NORMAL_DAY = (5 + _SATURDAY + _SUNDAY) / 7
"""Mean weight of a day in an ordinary week."""
_HOURS = (
    0.2,
    0.1,
    0,
    0,
    0.1,
    0.3,
    0.8,
    2.2,
    13,
    15,
    13.5,
    7,
    3.5,
    9,
    12.5,
    10.5,
    6.8,
    1.6,
    1,
    1,
    1,
    0.7,
    0.4,
    0.2,
)
HOURS: npt.NDArray[np.float64] = np.array(_HOURS) / sum(_HOURS)
"""Share of a day's arrivals in each hour."""


@cache
def holidays() -> npt.NDArray[np.datetime64]:
    """Public holidays: the fixed days, and seven days around each lunar new year."""
    days = {date(year, month, day) for year in range(2022, 2040) for month, day in _FIXED}
    days |= {first + timedelta(days=shift) for first in _TET for shift in range(-2, 5)}
    return np.array(sorted(days), dtype="datetime64[D]")


def day_weight(day: date) -> float:
    """How busy a day is, an ordinary working day being 1."""
    for first in _TET:
        distance = (day - first).days
        if -2 <= distance < 5:
            return _TET_DAYS * max(_weekly(day), 0.5)
        if 5 <= distance < 19:
            return _AFTER_TET * _weekly(day)
    if (day.month, day.day) in _FIXED:
        return _HOLIDAY
    return _weekly(day)


def _weekly(day: date) -> float:
    return (1, 1, 1, 1, 1, _SATURDAY, _SUNDAY)[day.weekday()]


def open_at(seconds: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Whether counters are open at these instants (seconds of province time)."""
    days = (seconds // DAY).astype("datetime64[D]")
    hour = (seconds % DAY) / 3600
    return np.is_busday(days, holidays=holidays()) & (hour >= OPENING) & (hour < CLOSING)


def working_day(
    days: npt.NDArray[np.int64], offset: npt.NDArray[np.int64] | int, roll: str
) -> npt.NDArray[np.int64]:
    """Day numbers moved by `offset` working days, rolled `roll` ("forward", "backward") off closed days."""
    moved = np.busday_offset(days.astype("datetime64[D]"), offset, roll=roll, holidays=holidays())  # type: ignore[call-overload]
    return moved.astype(np.int64)


def expected_share(start: float, end: float) -> float:
    """Arrivals between two instants (seconds of province time), in units of an ordinary working day."""
    total, hour = 0.0, int(start // 3600)
    while hour * 3600 < end:
        covered = min(end, (hour + 1) * 3600) - max(start, hour * 3600)
        day = date(1970, 1, 1) + timedelta(days=hour // 24)
        total += day_weight(day) * float(HOURS[hour % 24]) * covered / 3600
        hour += 1
    return total
