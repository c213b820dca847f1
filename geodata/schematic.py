"""The schematic map: straight-edged cells from seat points and official areas, for want of boundaries.

It owns the guess of an outline and where islands stand. It makes no pretence: cells have the right size and
lie about where the commune's seat lies, nothing more, and the published drawing says so.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from geodata.cells import Floats, Geometries, fair_cells
from ioc.areas import Area

CAPTIONS = {
    "vi": "Sơ đồ, không phải địa giới chính thức",
    "en": "Schematic, not official boundaries",
}
ISLAND = "đặc khu"
"""Type of unit that stands in the sea by itself."""


def schematic(communes: Sequence[Area], seats: Floats) -> tuple[Geometries, list[str]]:
    """One polygon a commune, in the plane of `seats` (n, 2, metres), and Vietnamese notes.

    A unit without an official area gets the median of its province. Special zones are separate cells.
    """
    sizes, notes = _sizes(communes)
    island = np.array([area.kind == ISLAND for area in communes])
    if island.all():
        island[:] = False
    points = _spread(seats)
    cells = np.empty(len(communes), dtype=object)
    land = np.flatnonzero(~island)
    outline = land_outline(points[land], sizes[land])
    cells[land] = fair_cells(outline, points[land], sizes[land])
    ground = outline
    for spot in np.flatnonzero(island):
        cells[spot] = _islet(points[spot], float(sizes[spot]), ground)
        ground = shapely.union(ground, cells[spot])
    # Neighbours compute their common corners each on its own; cleaning makes them the same to the last bit.
    return shapely.coverage_clean(cells, snapping_distance=0.5, gap_width=1.0), notes


def _sizes(communes: Sequence[Area]) -> tuple[Floats, list[str]]:
    known: dict[str | None, list[float]] = {}
    for area in communes:
        if area.km2:
            known.setdefault(area.parent, []).append(area.km2)
    everywhere = [size for sizes in known.values() for size in sizes] or [1.0]
    sizes = np.array([
        area.km2 or float(np.median(known.get(area.parent, everywhere))) for area in communes
    ])  # fmt: skip
    notes = [
        f"{area.code} {area.name}: danh mục không có diện tích, sơ đồ dùng trung vị của tỉnh"
        for area in communes
        if not area.km2
    ]
    return sizes * 1e6, notes


def _spread(seats: Floats) -> Floats:
    """Distinct points: of seats at one spot the later ones move by some metres, always the same way."""
    points = seats.astype(float).copy()
    taken: dict[tuple[float, float], int] = {}
    for i, (x, y) in enumerate(np.rint(points / 50.0)):
        again = taken.get((x, y), 0)
        taken[(x, y)] = again + 1
        points[i] += 60.0 * again * np.array([np.cos(2.4 * again), np.sin(2.4 * again)])
    return points


def land_outline(points: Floats, sizes: Floats) -> shapely.Polygon:
    """A straight-edged outline around all seats whose area is the sum of the sizes.

    Discs of each unit's size are joined along the shortest tree, closed, straightened and then grown or
    shrunk until the area fits.
    """
    radius = np.sqrt(sizes / np.pi)
    usual = float(np.sqrt(sizes.mean() / np.pi))
    discs = shapely.buffer(shapely.points(points), radius, quad_segs=4)
    bridges = shapely.buffer(shapely.linestrings(_tree(points)), 0.35 * usual, cap_style="square")
    core = shapely.union_all(np.concatenate([discs, np.atleast_1d(bridges)]))
    closed = _filled(core.buffer(1.2 * usual, quad_segs=4).buffer(-1.2 * usual, quad_segs=4))
    straight = _filled(closed.simplify(0.45 * usual))
    keep = shapely.union_all(shapely.buffer(shapely.points(points), 0.12 * usual, quad_segs=1))
    low, high, total = -3 * usual, 6 * usual, float(sizes.sum())
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _grown(straight, middle, keep, bridges).area < total else (low, middle)
    return _grown(straight, (low + high) / 2, keep, bridges)


def _grown(
    outline: shapely.Geometry, by: float, keep: shapely.Geometry, bridges: Geometries
) -> shapely.Polygon:
    grown = outline.buffer(by, join_style="mitre", mitre_limit=2.0)
    thin = shapely.intersection(shapely.union_all(bridges), outline)
    whole = shapely.union_all([grown, keep, thin])
    return _filled(whole)


def _filled(geometry: shapely.Geometry) -> shapely.Polygon:
    """The largest part, without holes."""
    parts = shapely.get_parts(geometry)
    return shapely.polygons(shapely.get_exterior_ring(parts[int(np.argmax(shapely.area(parts)))]))


def _tree(points: Floats) -> Floats:
    """Edges (n - 1, 2, 2) of the shortest spanning tree (Prim)."""
    n = len(points)
    if n == 1:
        return np.array([[points[0], points[0] + 1.0]])
    reached = np.zeros(n, dtype=bool)
    reached[0] = True
    best = ((points - points[0]) ** 2).sum(axis=1)
    via = np.zeros(n, dtype=int)
    edges = []
    for _ in range(n - 1):
        nxt = int(np.argmin(np.where(reached, np.inf, best)))
        reached[nxt] = True
        edges.append([points[via[nxt]], points[nxt]])
        distance = ((points - points[nxt]) ** 2).sum(axis=1)
        nearer = distance < best
        best[nearer], via[nearer] = distance[nearer], nxt
    return np.array(edges)


def _islet(seat: Floats, size: float, ground: shapely.Geometry) -> shapely.Polygon:
    """An eight-sided island of the given size, pushed off whatever it would touch."""
    radius = float(np.sqrt(size / (2 * np.sqrt(2))))
    turn = np.pi / 8 + np.arange(8) * np.pi / 4
    shape = np.column_stack([np.cos(turn), np.sin(turn)]) * radius
    centre = seat.astype(float)
    heart = np.array([ground.centroid.x, ground.centroid.y])
    away = centre - heart
    away = away / (np.hypot(*away) or 1.0)
    gap = 0.25 * radius + 400.0
    for _ in range(400):
        polygon = shapely.polygons(centre + shape)
        if polygon.distance(ground) >= gap:
            break
        centre = centre + away * gap
    return polygon
