"""A valid coverage taken apart into arcs, the stretches of border between two junctions, and put together.

Each arc is simplified once for both its neighbours, so no gap and no overlap can open between them, and the
distance from the true border is bounded. Must not know about pixels or areas' names.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Geometries = NDArray[Any]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Arcs:
    """The arcs of a coverage; shapes are polygons or multipolygons whose shared edges match exactly."""

    def __init__(self, cover: Geometries):
        parts, self._shape_of_part = shapely.get_parts(cover, return_index=True)
        rings, self._part_of_ring = shapely.get_rings(parts, return_index=True)
        xy, ring_of_vertex = shapely.get_coordinates(rings, return_index=True)
        self._xy, vertex = np.unique(xy, axis=0, return_inverse=True)
        first = np.searchsorted(ring_of_vertex, np.arange(len(rings) + 1))
        ids = vertex.ravel()
        self._rings: list[Integers] = [ids[a : b - 1] for a, b in pairwise(first.tolist())]
        self._is_multi = shapely.get_type_id(cover) == shapely.GeometryType.MULTIPOLYGON
        junction = self._junctions()
        self._arcs: list[Integers] = []
        known: dict[tuple[int, ...], int] = {}
        self._arcs_of_ring = [self._cut(ring, junction, known) for ring in self._rings]
        self._lines = _lines(self._xy, self._arcs)
        self.ring_shape = self._shape_of_part[self._part_of_ring]

    def __len__(self) -> int:
        return len(self._arcs)

    def of_shapes(self, shapes: NDArray[np.bool_]) -> Integers:
        """Indices of the arcs that border the chosen shapes."""
        chosen = [
            arcs for arcs, shape in zip(self._arcs_of_ring, self.ring_shape, strict=True) if shapes[shape]
        ]
        return np.unique(np.concatenate(chosen)) if chosen else np.empty(0, dtype=np.int64)

    def simplify(self, tolerance: Floats) -> tuple[Geometries, Floats, Integers]:
        """The coverage with each arc simplified by its own tolerance (Douglas and Peucker).

        Returns the shapes, the greatest distance of each arc from where it was, and the arcs of rings that
        would have collapsed to a line (those rings were given back whole).
        """
        simple = shapely.simplify(self._lines, tolerance, preserve_topology=False)
        kept = np.zeros(len(self._xy), dtype=bool)
        kept[self._find(shapely.get_coordinates(simple))] = True
        moved = shapely.hausdorff_distance(self._lines, simple)
        rings, collapsed = [], [np.empty(0, dtype=np.int64)]
        for ring, arcs in zip(self._rings, self._arcs_of_ring, strict=True):
            left = ring[kept[ring]]
            if len(left) < 3:
                collapsed.append(arcs)
                left = ring
            rings.append(np.append(left, left[0]))
        return self._assemble(rings), moved, np.unique(np.concatenate(collapsed))

    def _junctions(self) -> NDArray[np.bool_]:
        edges = np.concatenate([np.column_stack([ring, np.roll(ring, -1)]) for ring in self._rings])
        edges.sort(axis=1)
        degree = np.bincount(np.unique(edges, axis=0).ravel(), minlength=len(self._xy))
        return degree != 2

    def _cut(
        self, ring: Integers, junction: NDArray[np.bool_], known: dict[tuple[int, ...], int]
    ) -> Integers:
        """Indices of a ring's arcs; an arc met from its other side is recognised.

        A ring with fewer than two junctions is anchored at its first vertex in the coverage's order and at
        the vertex farthest from it, so that an enclave and the hole it fills are cut alike.
        """
        spots = np.flatnonzero(junction[ring])
        if len(spots) >= 2:
            ring = np.roll(ring, -int(spots[0]))
            cuts = [*np.flatnonzero(junction[ring]).tolist(), len(ring)]
        else:
            ring = np.roll(ring, -int(spots[0] if len(spots) else np.argmin(ring)))
            away = ((self._xy[ring] - self._xy[ring[0]]) ** 2).sum(axis=1)
            cuts = [0, int(np.lexsort((ring, -away))[0]), len(ring)]
        closed = np.append(ring, ring[0])
        found = []
        for a, b in pairwise(cuts):
            arc = closed[a : b + 1]
            if (arc[0], arc[1]) > (arc[-1], arc[-2]):
                arc = arc[::-1]
            key = (int(arc[0]), int(arc[1]), int(arc[-1]), len(arc))
            if key not in known:
                known[key] = len(self._arcs)
                self._arcs.append(arc)
            found.append(known[key])
        return np.array(found)

    def _find(self, xy: Floats) -> Integers:
        # np.unique sorts rows by x, then y: the same order as complex numbers.
        keys = self._xy[:, 0] + 1j * self._xy[:, 1]
        return np.searchsorted(keys, xy[:, 0] + 1j * xy[:, 1])

    def _assemble(self, rings: list[Integers]) -> Geometries:
        lengths = [len(ring) for ring in rings]
        linear = shapely.linearrings(
            self._xy[np.concatenate(rings)], indices=np.repeat(np.arange(len(rings)), lengths)
        )
        # Rings of a part follow one another, the shell first: get_rings promises it.
        shells = np.flatnonzero(np.diff(self._part_of_ring, prepend=-1))
        ends = np.append(shells[1:], len(linear))
        polygons = shapely.polygons(linear[shells])
        for part in np.flatnonzero(ends - shells > 1):
            polygons[part] = shapely.Polygon(
                linear[shells[part]], list(linear[shells[part] + 1 : ends[part]])
            )
        first = np.searchsorted(self._shape_of_part, np.arange(len(self._is_multi) + 1))
        shapes = np.empty(len(self._is_multi), dtype=object)
        for spot, (a, b) in enumerate(pairwise(first.tolist())):
            shapes[spot] = shapely.multipolygons(polygons[a:b]) if self._is_multi[spot] else polygons[a]
        return shapes


def _lines(xy: Floats, arcs: list[Integers]) -> Geometries:
    lengths = [len(arc) for arc in arcs]
    return shapely.linestrings(xy[np.concatenate(arcs)], indices=np.repeat(np.arange(len(arcs)), lengths))
