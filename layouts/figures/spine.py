"""Spine: one line of a spine chart, in which right of the middle is always better.

A pure function from numbers to positions between 0 and 1; knows neither KPIs nor how a mark looks. The middle line
stands at one half; the farthest commune touches the end of its side, and the scale is the same on both.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Spine:
    """Positions from 0 (worst) to 1 (best). A mark that lies beyond the line is put at its end and named in `beyond`."""

    start: float
    end: float
    first: float
    third: float
    own: float | None
    before: float | None
    target: float | None
    alike: float | None
    beyond: frozenset[str]


def spine(
    middle: float,
    low: float,
    first: float,
    third: float,
    high: float,
    own: float | None,
    before: float | None = None,
    target: float | None = None,
    alike: float | None = None,
    up: bool = True,
) -> Spine:
    """Lay out one line about `middle`; with `up` False smaller is better and the line is turned round."""
    reach = max(high - middle, middle - low)
    turn = 1.0 if up else -1.0
    beyond: set[str] = set()

    def at(value: float, name: str = "") -> float:
        place = 0.5 + turn * (value - middle) / (2 * reach) if reach > 0 else 0.5
        if place < -1e-9 or place > 1 + 1e-9 or (reach <= 0 and value != middle):
            beyond.add(name)
            place = 0.5 + turn * (1 if value > middle else -1)
        return min(1.0, max(0.0, place))

    def mark(value: float | None, name: str) -> float | None:
        return None if value is None else at(value, name)

    ends, quarters = sorted((at(low), at(high))), sorted((at(first), at(third)))
    marks = mark(own, "own"), mark(before, "before"), mark(target, "target"), mark(alike, "alike")
    return Spine(ends[0], ends[1], quarters[0], quarters[1], *marks, frozenset(beyond - {""}))
