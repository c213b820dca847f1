"""Pace to plan: where a year ends if its pace holds, how far off such a forecast has been, and nothing unfounded.

Owns four plain ways to go on from a series (the last month, the mean of three, the Theil–Sen line, last year's season
moved to this year's level), their back-test on the series' own past at the same distance, and the choice of the one
that would have erred least. Pure functions of points; knows neither boards nor pages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from math import ceil, isfinite
from statistics import fmean, median

LEAST_POINTS = 3
"""Closed months of the year below which nothing is said."""
LEAST_TESTS = 3
"""Back-tests below which the error of a forecast is not known, and so the forecast is not shown."""
COVERED = 0.8
"""Share of the back-tests whose error lies within the band."""
YEAR = 12
_SEASON = YEAR + 3


class Landing(StrEnum):
    """What the end of the year is: the year's sum, the year's ratio of sums, or the last month's standing."""

    SUM = "sum"
    RATIO = "ratio"
    LAST = "last"


class Way(StrEnum):
    """How a series goes on."""

    LAST = "last"
    MEAN = "mean"
    LINE = "line"
    SEASON = "season"


@dataclass(frozen=True)
class Point:
    """One closed month: numerator and denominator (1 where the KPI has none), in the KPI's unit when divided."""

    numerator: float
    denominator: float = 1.0

    @property
    def level(self) -> float:
        """The month's own value."""
        return self.numerator / self.denominator


@dataclass(frozen=True)
class Pace:
    """A year's end if the pace holds: value and band, the mean error of `tests` back-tests and the way taken."""

    value: float
    low: float
    high: float
    error: float
    tests: int
    way: Way


@dataclass(frozen=True)
class Outlook:
    """What is projected: `landing`, and between which values it must lie (None: no bound)."""

    landing: Landing
    lowest: float | None = 0.0
    highest: float | None = None

    def clipped(self, value: float) -> float:
        """`value`, or the bound it passed."""
        if self.lowest is not None:
            value = max(value, self.lowest)
        return value if self.highest is None else min(value, self.highest)


def pace(points: Sequence[Point], left: int, outlook: Outlook) -> Pace | None:
    """Project the year of which `left` months are to come after `points` (closed months without a gap).

    None when the year is over, when fewer than three months of it are, or when the past is too short to say how
    far off a forecast would be.
    """
    known = YEAR - left
    needed = LEAST_POINTS if outlook.landing is Landing.LAST else known
    if left <= 0 or known < LEAST_POINTS or len(points) < needed:
        return None
    if any(point.denominator <= 0 or not isfinite(point.level) for point in points):
        return None
    best: tuple[float, list[float], Way] | None = None
    for way in Way:
        errors = back_test(points, left, outlook, way)
        if len(errors) >= LEAST_TESTS and (best is None or fmean(errors) < best[0]):
            best = fmean(errors), sorted(errors), way
    if best is None:
        return None
    error, errors, way = best
    ahead = go_on(points, left, outlook, way)
    assert ahead is not None  # noqa: S101 - a way that could be tested on less can be gone on the whole
    value = landed([*points[-known:], *ahead], outlook)
    reach = errors[ceil(COVERED * len(errors)) - 1]
    low = outlook.clipped(value - reach)
    if outlook.landing is Landing.SUM and outlook.lowest == 0:
        low = max(low, min(value, landed(points[-known:], outlook)))  # what is counted cannot be lost again
    return Pace(value, low, outlook.clipped(value + reach), error, len(errors), way)


def back_test(points: Sequence[Point], left: int, outlook: Outlook, way: Way) -> list[float]:
    """Errors of the way at every past month from which as many months were left as now.

    A sum or ratio is tested on every stretch of twelve months, as if a year had begun with it.
    """
    errors = []
    for end in range(LEAST_POINTS + left, len(points) + 1):
        whole = points[:end] if outlook.landing is Landing.LAST else points[end - YEAR : end]
        if outlook.landing is not Landing.LAST and end < YEAR:
            continue
        ahead = go_on(points[: end - left], left, outlook, way)
        if ahead is not None:
            errors.append(abs(landed([*whole[:-left], *ahead], outlook) - landed(whole, outlook)))
    return errors


def landed(year: Sequence[Point], outlook: Outlook) -> float:
    """The year's end from its months, within the bounds."""
    if outlook.landing is Landing.LAST:
        return outlook.clipped(year[-1].level)
    total = sum(point.numerator for point in year)
    if outlook.landing is Landing.RATIO:
        total /= sum(point.denominator for point in year)
    return outlook.clipped(total)


def go_on(points: Sequence[Point], steps: int, outlook: Outlook, way: Way) -> list[Point] | None:
    """The next months; None when the series is too short for this way."""
    levels = _WAYS[way]([point.level for point in points], steps)
    if levels is None:
        return None
    sizes = [point.denominator for point in points]
    # how many cases there will be follows the season where one is known
    ahead = _season(sizes, steps) or _mean(sizes, steps)
    least = min(sizes) / 10
    return [
        Point(outlook.clipped(level) * max(size, least), max(size, least))
        for level, size in zip(levels, ahead or [], strict=True)
    ]


def _last(levels: Sequence[float], steps: int) -> list[float] | None:
    return [levels[-1]] * steps


def _mean(levels: Sequence[float], steps: int) -> list[float] | None:
    return [fmean(levels[-3:])] * steps


def _line(levels: Sequence[float], steps: int) -> list[float] | None:
    """The Theil–Sen line through the last year: the median of all slopes, which a few odd months do not turn."""
    recent = list(levels[-YEAR:])
    if len(recent) < LEAST_POINTS:
        return None
    slope = median((b - a) / (j - i) for (i, a), (j, b) in combinations(enumerate(recent), 2))
    base = median(level - slope * at for at, level in enumerate(recent))
    return [base + slope * (len(recent) + step) for step in range(steps)]


def _season(levels: Sequence[float], steps: int) -> list[float] | None:
    """Last year's months, moved by what the last three differ from theirs of a year ago."""
    if len(levels) < _SEASON:
        return None
    moved = fmean(levels[-3:]) - fmean(levels[-_SEASON:-YEAR])
    return [levels[len(levels) - YEAR + step] + moved for step in range(steps)]


_WAYS: dict[Way, Callable[[Sequence[float], int], list[float] | None]] = {
    Way.LAST: _last,
    Way.MEAN: _mean,
    Way.LINE: _line,
    Way.SEASON: _season,
}
