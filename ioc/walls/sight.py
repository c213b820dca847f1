"""Sight: how large a letter must be to be read from where people sit.

Owns the arithmetic between metres, arc-minutes and the height of a picture. A letter's height is that of its capitals,
as ISO 9241-303 measures it; pixels do not matter, only the size of the panel and the distance.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan, degrees, radians, tan

ARC_MINUTES = 20.0
"""The least height of a letter at the eye; nothing on a wall is smaller, a tile is dropped instead."""
CAPITALS = 0.7
"""Height of a capital or digit of Be Vietnam Pro in its font size."""
FINEST = 1 / 44
"""Smallest text as a share of the picture's shorter side, however near one stands: a wall is not a desk."""


def letter_metres(distance_m: float, arc_minutes: float = ARC_MINUTES) -> float:
    """How tall a letter must be to be seen under `arc_minutes` from `distance_m`."""
    return 2 * distance_m * tan(radians(arc_minutes / 60) / 2)


def arc_minutes(letter_m: float, distance_m: float) -> float:
    """The angle under which a letter is seen."""
    return degrees(2 * atan(letter_m / (2 * distance_m))) * 60


@dataclass(frozen=True)
class View:
    """A picture of `ratio` (width ÷ height) and `height_m`, seen from `distance_m`."""

    ratio: float
    height_m: float
    distance_m: float

    @property
    def unit(self) -> float:
        """Font size of the smallest text, as a share of the picture's height. All sizes of a wall count in it."""
        needed = letter_metres(self.distance_m) / CAPITALS / self.height_m
        return max(needed, FINEST * min(1.0, self.ratio))

    @property
    def rows(self) -> float:
        """Height of the picture in units."""
        return 1 / self.unit

    @property
    def columns(self) -> float:
        """Width of the picture in units."""
        return self.ratio / self.unit

    @property
    def smallest(self) -> float:
        """Arc-minutes of the smallest letter."""
        return arc_minutes(self.unit * self.height_m * CAPITALS, self.distance_m)


def view(ratio: float, height_m: float, own_ratio: float, distance_m: float) -> View:
    """The view of a panel of `own_ratio` and `height_m` when its picture has another `ratio`.

    The shorter side stays what it is: a panel hung upright keeps its glass.
    """
    short = height_m * min(1.0, own_ratio)
    return View(ratio, short / min(1.0, ratio), distance_m)
