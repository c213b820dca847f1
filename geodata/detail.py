"""Levels of detail: a valid coverage simplified as a coverage until it is one pixel off at most.

Owns the three levels, the search for the tolerance, and the promise that no polygon is lost. Works in drawing
units; must not know what the areas are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.arcs import Arcs
from geodata.canvas import SIDE
from geodata.sheets import on_grid

Geometries = NDArray[Any]

PIXELS = {"small": 480, "screen": 1920, "wall": 3840}
"""Length of the drawing's longer side in pixels, by level."""
GRID = {"small": 4, "screen": 1, "wall": 1}
"""Spacing of the vertices in drawing units, by level: a quarter to a half of a pixel."""
MOST_ERROR = 1.0
"""Greatest distance in pixels between a true border and the drawn one."""
ISLET = 2.0
"""Least width in pixels of a polygon: an islet smaller than this is drawn as a square of this width."""


@dataclass(frozen=True)
class Detail:
    """One level: `simple` is a valid coverage in drawing units, `shapes` the same with its vertices on the
    grid and its islets enlarged; and the greatest error found, in pixels.
    """

    level: str
    simple: Geometries
    shapes: Geometries
    max_error_px: float


def reduce(cover: Geometries, arcs: Arcs, level: str) -> Detail:
    """Simplify a valid coverage, given in drawing units and as arcs, for one level.

    Every border stays within MOST_ERROR of where it was, rounding included; where a looser line would cross
    another one, it is tightened until the coverage is valid again. Raises ValueError when it cannot be.
    """
    pixel, grid = SIDE / PIXELS[level], GRID[level]
    loosest = MOST_ERROR * pixel - grid * 0.71
    tolerance = np.full(len(arcs), loosest)
    for _ in range(24):
        simple, moved, collapsed = arcs.simplify(tolerance)
        wrong = ~shapely.is_valid(simple) | ~shapely.is_empty(shapely.coverage_invalid_edges(simple))
        tight = np.union1d(arcs.of_shapes(wrong), collapsed)
        if not tolerance[tight].any():
            break
        tolerance[tight] = np.where(tolerance[tight] > loosest / 16, tolerance[tight] / 2, 0.0)
    if not shapely.coverage_is_valid(simple):
        raise ValueError(f"level {level}: the simplified coverage is not valid")
    drawn = on_grid(simple, grid, ISLET * pixel)
    if (before := shapely.get_num_geometries(cover).sum()) != (
        after := shapely.get_num_geometries(drawn).sum()
    ):
        raise ValueError(f"level {level}: {before} polygons became {after}")
    return Detail(level, simple, drawn, round(float(moved.max() + grid * 0.71) / pixel, 3))
