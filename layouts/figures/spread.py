"""Spread: where the communes lie, as dots stacked over one line, or as bars where there are too many of them.

A pure function from values to positions; knows neither KPIs nor how a dot looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BINS = 40
MOST_DOTS = 150
BARS = 24


@dataclass(frozen=True)
class Spread:
    """`low` and `high` bound the line. A dot is (index, share of the line from the left, height in dots);
    a bar (share of the line, count). Only one of the two is given.
    """

    low: float
    high: float
    dots: tuple[tuple[int, float, int], ...]
    bars: tuple[tuple[float, int], ...]

    def at(self, value: float) -> float:
        """Where a value lies on the line, from 0 to 1; values outside it lie at its end."""
        span = self.high - self.low
        return min(1.0, max(0.0, (value - self.low) / span)) if span else 0.5

    @property
    def tallest(self) -> int:
        """Dots or communes in the fullest place."""
        heights = [height + 1 for *_, height in self.dots] + [count for _, count in self.bars]
        return max(heights, default=0)


def spread(values: Sequence[float | None], marks: Sequence[float] = ()) -> Spread | None:
    """Lay out `values`; `marks` (the whole, a target) must find room on the line. None for fewer than two."""
    known = [(value, index) for index, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return None
    bounds = [value for value, _ in known] + list(marks)
    empty = Spread(min(bounds), max(bounds), (), ())
    if len(known) > MOST_DOTS:
        counts = [0] * BARS
        for value, _ in known:
            counts[_bin(empty.at(value), BARS)] += 1
        bars = tuple(((place + 0.5) / BARS, count) for place, count in enumerate(counts))
        return Spread(empty.low, empty.high, (), bars)
    heights: dict[int, int] = {}
    dots = []
    for value, index in sorted(known):
        place = _bin(empty.at(value), BINS)
        dots.append((index, (place + 0.5) / BINS, heights.get(place, 0)))
        heights[place] = heights.get(place, 0) + 1
    return Spread(empty.low, empty.high, tuple(dots), ())


def _bin(share: float, bins: int) -> int:
    return min(bins - 1, int(share * bins))
