"""The mosaic: one equal square for every commune, as near to its place as a grid allows, so that all are equally legible.

Owns the assignment of communes to squares, exact for the grid that is tried: least sum of squared distances. Pure
numpy over the register's seats, so it works for any province before any boundary is known. Draws nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, cos, radians, sqrt

import numpy as np
from numpy.typing import NDArray

from ioc.areas import Area

Floats = NDArray[np.float64]
MOST = 400
"""Communes a mosaic is made for; squares of a whole country would be too small to read."""
SLACK = 1.3
"""Squares offered for each commune: room for the outline of the province to show."""
EVENED = 0.4
"""How far places are moved from geography towards even spacing, so that towns do not push all others aside."""
SHAPES = (0.85, 1.0, 1.18)
"""Grids tried, narrower to wider than the province; the one that moves communes least is taken."""


@dataclass(frozen=True)
class Mosaic:
    """Columns and rows in use, and for each commune its (column, row), rows counted from the north."""

    columns: int
    rows: int
    squares: tuple[tuple[int, int], ...]


def mosaic(communes: Sequence[Area]) -> Mosaic | None:
    """The mosaic of these communes; None when there are too many or a seat is not known."""
    if not communes or len(communes) > MOST:
        return None
    seats = tuple((area.lat, area.lon) for area in communes)
    if any(lat is None or lon is None for lat, lon in seats):
        return None
    return _laid(tuple((float(lat or 0), float(lon or 0)) for lat, lon in seats))


@lru_cache(maxsize=8)
def _laid(seats: tuple[tuple[float, float], ...]) -> Mosaic:
    lat, lon = np.array(seats).T
    plane = np.column_stack([(lon - lon.mean()) * cos(radians(float(lat.mean()))), lat.mean() - lat])
    across, down = np.maximum(np.ptp(plane, axis=0), 1e-9)
    squares: tuple[tuple[int, int], ...] = ()
    least = float("inf")
    for shape in SHAPES:
        wide = sqrt(len(seats) * SLACK * min(max(across / down, 0.25), 4.0) * shape)
        columns = max(1, round(wide))
        rows = max(1, ceil(len(seats) * SLACK / columns))
        spots = np.column_stack([_evened(plane[:, 0]) * (columns - 1), _evened(plane[:, 1]) * (rows - 1)])
        grid = np.array([(x, y) for y in range(rows) for x in range(columns)], dtype=np.float64)
        cost = ((spots[:, None, :] - grid[None, :, :]) ** 2).sum(axis=2)
        chosen = assign(cost)
        moved = float(cost[np.arange(len(seats)), chosen].sum())
        if moved < least - 1e-9:
            least, squares = moved, tuple((int(grid[at, 0]), int(grid[at, 1])) for at in chosen.tolist())
    return _trimmed(squares)


def _evened(along: Floats) -> Floats:
    """Places from 0 to 1, between where they lie and where their rank would put them."""
    span = max(float(np.ptp(along)), 1e-9)
    rank = np.argsort(np.argsort(along, kind="stable"), kind="stable") / max(len(along) - 1, 1)
    mixed: Floats = (1 - EVENED) * (along - along.min()) / span + EVENED * rank
    return mixed


def _trimmed(squares: tuple[tuple[int, int], ...]) -> Mosaic:
    """Without empty columns and rows, counted from the upper left corner."""
    columns = {x: at for at, x in enumerate(sorted({x for x, _ in squares}))}
    rows = {y: at for at, y in enumerate(sorted({y for _, y in squares}))}
    return Mosaic(len(columns), len(rows), tuple((columns[x], rows[y]) for x, y in squares))


def assign(cost: Floats) -> NDArray[np.intp]:
    """For each row of `cost` (n, m), n <= m, a column of its own so that the sum is least (Kuhn, Munkres).

    Shortest augmenting paths with potentials: n times at most n steps over m numbers.
    """
    n, m = cost.shape
    u, v = np.zeros(n + 1), np.zeros(m + 1)
    owner = np.zeros(m + 1, dtype=np.intp)
    for row in range(1, n + 1):
        owner[0], column = row, 0
        least, way = np.full(m + 1, np.inf), np.zeros(m + 1, dtype=np.intp)
        done = np.zeros(m + 1, dtype=bool)
        while True:
            done[column] = True
            at = owner[column]
            reached = cost[at - 1] - u[at] - v[1:]
            better = ~done[1:] & (reached < least[1:])
            least[1:][better] = reached[better]
            way[1:][better] = column
            left = np.where(done, np.inf, least)
            following = int(np.argmin(left))
            step = left[following]
            u[owner[done]] += step
            v[done] -= step
            least[~done] -= step
            column = following
            if owner[column] == 0:
                break
        while column:
            owner[column] = owner[way[column]]
            column = int(way[column])
    found = np.zeros(n, dtype=np.intp)
    for column in range(1, m + 1):
        if owner[column]:
            found[owner[column] - 1] = column - 1
    return found
