"""The schematic map: straight-edged cells from seat points and official areas, for want of boundaries.

It owns the guess of an outline and where islands stand. It makes no pretence: cells have the right size and
lie about where the commune's seat lies, nothing more, and the published drawing says so.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.cells import Floats, Geometries, candidates, fair_cells, power_cells
from ioc.areas import Area

CAPTIONS = {
    "vi": "Sơ đồ, không phải địa giới chính thức",
    "en": "Schematic, not official boundaries",
}
ISLAND = "đặc khu"
"""Type of unit that stands in the sea by itself."""
ISLAND_GAP_M = 4_000.0
"""Water at least this wide separates an island from the mainland."""
ELBOW_ROUNDS = 20
"""Rounds spent on the outline's balance: most provinces need fewer, some would go on for little gain."""
ISLAND_SHARE = 0.3
"""An island is drawn at least this large beside the usual unit on land, so that it can be seen and chosen."""


def schematic(communes: Sequence[Area], seats: Floats) -> tuple[Geometries, list[str]]:
    """One polygon a commune, in the plane of `seats` (n, 2, metres), and Vietnamese notes.

    A unit without an official area gets the median of its province. Islands are separate cells.
    """
    sizes, notes = _sizes(communes)
    points = _spread(seats)
    alone = _at_sea(points, sizes, np.array([area.kind == ISLAND for area in communes]))
    cells = np.empty(len(communes), dtype=object)
    land = np.flatnonzero(~alone)
    ground, least = shapely.Polygon(), 0.0
    if len(land):
        ground = land_outline(points[land], sizes[land])
        cells[land] = fair_cells(ground, points[land], sizes[land])
        least = ISLAND_SHARE * float(sizes[land].mean())
    for spot in np.flatnonzero(alone):
        cells[spot] = _islet(points[spot], max(float(sizes[spot]), least), ground)
        ground = shapely.union(ground, cells[spot])
    if enlarged := [communes[spot].name for spot in np.flatnonzero(alone & (sizes < least)).tolist()]:
        notes.append(f"Vẽ lớn hơn tỷ lệ để nhìn rõ: {', '.join(enlarged)}")
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

    Discs that give each unit its size are joined along the shortest tree, closed, straightened and then
    grown or shrunk until the area fits.
    """
    radius = _elbow_room(points, sizes)
    usual = float(np.sqrt(sizes.mean() / np.pi))
    discs = shapely.buffer(shapely.points(points), radius, quad_segs=4)
    bridges = shapely.buffer(shapely.linestrings(_tree(points)), 0.35 * usual, cap_style="square")
    core = shapely.union_all(np.concatenate([discs, np.atleast_1d(bridges)]))
    closed = _filled(core.buffer(1.2 * usual, quad_segs=4).buffer(-1.2 * usual, quad_segs=4))
    straight = _filled(closed.simplify(0.45 * usual))
    # Growing or shrinking must leave every seat inside and the land in one piece.
    spots = shapely.buffer(shapely.points(points), 0.12 * usual, quad_segs=1)
    keep = shapely.union(shapely.union_all(spots), shapely.intersection(shapely.union_all(bridges), straight))

    def grown(by: float) -> shapely.Polygon:
        return _filled(shapely.union(straight.buffer(by, join_style="mitre", mitre_limit=2.0), keep))

    low, high, total = -3 * usual, 6 * usual, float(sizes.sum())
    while high - low > 1e-4 * usual:
        middle = (low + high) / 2
        low, high = (middle, high) if grown(middle).area < total else (low, middle)
    return grown((low + high) / 2)


def _elbow_room(points: Floats, sizes: Floats) -> Floats:
    """Radius of the disc around each seat of which its neighbours leave it about its size.

    In a dense city plain discs of the right size lie on one another, and the outline would come out too
    narrow there and too wide in the country: cells would then drift away from their seats.
    """
    squares = sizes / np.pi
    if len(points) == 1:
        return np.sqrt(squares)
    neighbours = candidates(points, k=4)  # discs reach no farther
    reach = 2 * float(np.hypot(*np.ptp(points, axis=0)) + np.sqrt(sizes.sum()))
    for _ in range(ELBOW_ROUNDS):
        cells = power_cells(points, squares, reach, neighbours)[0]
        discs = shapely.buffer(shapely.points(points), np.sqrt(squares), quad_segs=4)
        missing = sizes - shapely.area(shapely.intersection(cells, discs))
        if float(np.abs(missing / sizes).max()) < 0.05:
            break
        squares = np.maximum(squares + missing / np.pi, 0.05 * sizes / np.pi)
    return np.sqrt(squares)


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


def _at_sea(points: Floats, sizes: Floats, special: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Units drawn as islands of their own: special zones, and what lies far from all other land.

    Discs of the units' sizes nearly touch their neighbours on land. Groups of discs that stand apart from
    the largest group and hold little of the area are islands.
    """
    radius = np.sqrt(sizes / np.pi)
    group = np.arange(len(points))
    for one in range(len(points)):
        apart = np.hypot(*(points - points[one]).T) - radius - radius[one]
        near = (apart <= np.maximum(3 * np.minimum(radius, radius[one]), ISLAND_GAP_M)) & ~special
        if not special[one]:
            group[np.isin(group, group[near])] = group[near].min()
    members, inverse = np.unique(group, return_inverse=True)
    weight = np.bincount(inverse, np.where(special, 0.0, sizes), len(members))
    return special | (weight[inverse] < 0.05 * sizes.sum())


def _islet(seat: Floats, size: float, ground: shapely.Geometry) -> shapely.Polygon:
    """An eight-sided island of the given size, pushed out to sea from whatever it would touch."""
    radius = float(np.sqrt(size / (2 * np.sqrt(2))))
    turn = np.pi / 8 + np.arange(8) * np.pi / 4
    shape = np.column_stack([np.cos(turn), np.sin(turn)]) * radius
    gap = 0.25 * radius + 400.0
    centre = seat.astype(float)
    shore = shapely.boundary(ground)
    for _ in range(100):
        islet = shapely.polygons(centre + shape)
        distance = islet.distance(ground)
        if not distance < gap:  # not a number where there is no ground yet
            break
        here = shapely.points(centre)
        nearest = shapely.get_coordinates(shapely.shortest_line(here, shore))[1]
        outward = nearest - centre if shapely.intersects(ground, here) else centre - nearest
        length = float(np.hypot(*outward))
        outward = outward / length if length > 1e-6 else np.array([1.0, 0.0])
        centre = centre + outward * (gap - distance + (length if shapely.intersects(ground, here) else 0.0))
    return islet
