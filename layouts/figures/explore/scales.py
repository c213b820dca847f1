"""Scales: a stretch of numbers with whole steps to mark, and the marks as they are read.

Pure arithmetic; knows neither pictures nor KPIs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ioc import formats


@dataclass(frozen=True)
class Scale:
    """A stretch of numbers with whole steps to mark."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def part(self, value: float) -> float:
        """Where a value lies, from 0 to 1."""
        return (value - self.low) / ((self.high - self.low) or 1.0)


def scale(
    values: Iterable[float | None],
    steps: int = 5,
    zero: bool = False,
    tight: bool = False,
    least: float = 0.0,
) -> Scale:
    """A scale over `values` with about `steps` marks; `zero` keeps 0 on it, `tight` ends near the outermost values;
    `least` is the smallest step that means something, 1 for things that are counted."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        low, high = (low - 1, high + 1) if not zero else (min(low, 0.0), max(high, 1.0))
    rough = max((high - low) / max(1, steps), least)
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * one for one in (1, 2, 2.5, 5, 10) if power * one >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(round(step * at, 10) for at in range(first, last + 1))
    if tight:
        pad = (high - low) * 0.04
        inner = tuple(tick for tick in ticks if low - pad <= tick <= high + pad)
        return Scale(low - pad, high + pad, inner or ticks)
    return Scale(ticks[0], ticks[-1], ticks)


def padded(ruler: Scale, part: float = 0.03) -> Scale:
    """A little room beyond the outermost marks, so that no point is cut by the edge."""
    room = (ruler.high - ruler.low) * part
    return Scale(ruler.low - room, ruler.high + room, ruler.ticks)


def tick_words(ticks: Sequence[float], unit: str, lang: str) -> list[str]:
    """The marks of a scale as read: as many places as its steps need."""
    step = min((b - a for a, b in pairwise(ticks)), default=1.0)
    places = 0 if step >= 1 and float(step).is_integer() else 1 if step >= 0.1 else 2
    short = unit if unit == "%" else ""
    return [formats.quantity(tick, short, places, lang) for tick in ticks]
