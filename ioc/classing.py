"""Classing: where to cut a KPI's values into classes when the reader asks for other breaks than the fixed ones.

Owns the three ways (equal shares of the cases, equal widths, natural breaks) and that breaks hold for every period of
a kind, so that a colour means the same while time passes. A pure function of values; knows no colour and no page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from ioc.access import Scope
from ioc.board import Board
from ioc.periods import Period
from ioc.slices import rounded_all

Floats = NDArray[np.float64]
FEWEST, MOST = 2, 7
"""Classes a legend may have: as many as the ramp has steps."""
LEVELS = 1200
"""Different values looked at for natural breaks; more of them are drawn together on an even grid first."""


def locked(board: Board, kpi: str, period: str, way: str, count: int, scope: Scope) -> list[float]:
    """Breaks for `count` classes over every commune in scope and every period of the kind and basis of `period`.

    A value belongs to the class above a break when it is at least the break. There may be fewer breaks than
    count - 1 where there are fewer different values. Raises an UnknownError, KeyError for another way.
    """
    board.strip(kpi, period, scope)  # refuses a period that this KPI cannot have
    asked, entry = Period.parse(period), board.kpi(kpi, scope)
    cut = WAYS[way]

    def build() -> list[float]:
        keys = board.periods(kpi, asked.cumulative, asked.kind)
        pooled = [board.strip(kpi, key, scope).value for key in keys]
        values = rounded_all(np.concatenate(pooled), entry.decimals) if pooled else np.empty(0)
        found = np.sort(values[~np.isnan(values)])
        return _tidy(cut(found, count), found, entry.decimals) if len(found) else []

    basis = (asked.kind.value, asked.cumulative)
    return board.document(("classing", kpi, basis, way, count, scope.key), build)


def shares(values: Floats, count: int) -> Floats:
    """Breaks that put equally many cases into each class, as far as equal values allow (quantiles)."""
    return values[[len(values) * i // count for i in range(1, count)]]


def widths(values: Floats, count: int) -> Floats:
    """Breaks at equal distances between the least and the greatest value."""
    return np.linspace(values[0], values[-1], count + 1)[1:-1]


def natural(values: Floats, count: int) -> Floats:
    """Breaks that leave the least sum of squares within the classes (Fisher 1958, Jenks 1977), found exactly.

    Dynamic programming over the different values with their numbers of cases: milliseconds, where the library that
    also does it would cost every web worker 150 MB; the tests hold both to the same answer.
    """
    level, cases = np.unique(values, return_counts=True)
    if len(level) > LEVELS:
        level, cases = _thinned(level, cases)
    classes = min(count, len(level))
    weight = np.concatenate([[0.0], np.cumsum(cases)])
    total = np.concatenate([[0.0], np.cumsum(cases * level)])
    square = np.concatenate([[0.0], np.cumsum(cases * level**2)])

    def within(first: NDArray[np.intp], last: int) -> Floats:
        n, s = weight[last] - weight[first], total[last] - total[first]
        spread: Floats = square[last] - square[first] - s**2 / n
        return spread

    size = len(level)
    cost = np.full(size + 1, np.inf)
    cost[1:] = [within(np.array([0]), last)[0] for last in range(1, size + 1)]
    starts = np.zeros((classes, size + 1), dtype=np.intp)
    for number in range(1, classes):
        fresh = np.full(size + 1, np.inf)
        for last in range(number + 1, size + 1):
            first = np.arange(number, last)
            tried = cost[first] + within(first, last)
            best = int(np.argmin(tried))
            fresh[last], starts[number, last] = tried[best], first[best]
        cost = fresh
    cuts, last = [], size
    for number in range(classes - 1, 0, -1):
        last = int(starts[number, last])
        cuts.append(level[last])
    return np.array(cuts[::-1])


WAYS: Mapping[str, Callable[[Floats, int], Floats]] = {"phan-vi": shares, "deu": widths, "tu-nhien": natural}
"""The ways by the name that addresses carry."""


def _thinned(level: Floats, cases: NDArray[np.intp]) -> tuple[Floats, NDArray[np.intp]]:
    """Values drawn together to the middle of LEVELS even steps."""
    step = (level[-1] - level[0]) / (LEVELS - 1)
    spot = np.rint((level - level[0]) / step).astype(np.intp)
    summed = np.bincount(spot, cases, LEVELS).astype(np.intp)
    used = summed > 0
    return level[0] + np.flatnonzero(used) * step, summed[used]


def _tidy(cuts: Floats, values: Floats, decimals: int) -> list[float]:
    """Breaks as they are shown, rising, each above the least value."""
    shown = np.unique(rounded_all(np.asarray(cuts, dtype=np.float64), decimals))
    found: list[float] = shown[(shown > values[0]) & (shown <= values[-1])].tolist()
    return found
