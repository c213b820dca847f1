"""Power diagrams: straight-edged cells around sites whose areas come to given sizes inside an outline.

Solves the semi-discrete transport problem (Aurenhammer; Kitagawa, Mérigot, Thibert): one weight a site, found
by a damped Newton method, so that every cell takes its share. Plain numpy and shapely, deterministic. Must
not know about provinces.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Geometries = NDArray[Any]

_BORDER = -1  # label of an edge that no neighbour made


def power_cells(
    sites: Floats, weights: Floats, reach: float, neighbours: Integers
) -> tuple[Geometries, Floats, Integers, Integers]:
    """Cells of the power diagram, each clipped from a square of half-width `reach` around the middle.

    `neighbours` (n, k) are the candidates that may cut each cell, nearest first. Returns the cells as
    shapely polygons (empty where a cell vanished) and their edges: coordinates (e, 2, 2), owner and
    neighbour of each.
    """
    middle = (sites.min(axis=0) + sites.max(axis=0)) / 2
    square = middle + reach * np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    n, room = len(sites), 16
    xy = np.zeros((n, room, 2))
    xy[:, :4] = square
    label = np.full((n, room), _BORDER)
    size = np.full(n, 4)
    for rank in range(neighbours.shape[1]):
        other = neighbours[:, rank]
        normal = 2 * (sites[other] - sites)
        limit = (sites[other] ** 2).sum(1) - (sites**2).sum(1) - weights[other] + weights
        xy, label, size = _clip((xy, label, size), normal, limit, other)
    return _collect(xy, label, size)


Rings = tuple[Floats, Integers, Integers]
"""Convex polygons padded to one length: vertices (n, v, 2), label of the edge after each, vertices used."""


def _clip(rings: Rings, normal: Floats, limit: Floats, other: Integers) -> Rings:
    """Cut every convex polygon with its own half-plane normal·p <= limit (Sutherland and Hodgman)."""
    xy, label, size = rings
    room = xy.shape[1]
    used = np.arange(room) < size[:, None]
    height = xy[:, :, 0] * normal[:, :1] + xy[:, :, 1] * normal[:, 1:] - limit[:, None]
    cut = np.flatnonzero((used & (height > 0)).any(axis=1))
    if not len(cut):
        return xy, label, size
    points, marks, count, height = xy[cut], label[cut], size[cut], height[cut]
    follow = np.where(np.arange(room) + 1 < count[:, None], np.arange(room) + 1, 0)
    after = np.take_along_axis(height, follow, axis=1)
    valid = np.arange(room) < count[:, None]
    inside, inside_after = height <= 0, after <= 0
    crossing = valid & (inside != inside_after)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(crossing, height / (height - after), 0.0)
    target = np.take_along_axis(points, follow[:, :, None], axis=1)
    meeting = points + share[:, :, None] * (target - points)
    # Slot 0 keeps a vertex that is inside, slot 1 adds the crossing after it. Leaving the half-plane, the
    # next edge runs along the cut; coming back, along the old edge.
    keep = np.stack([valid & inside, crossing], axis=2).reshape(len(cut), -1)
    new_xy = np.stack([points, meeting], axis=2).reshape(len(cut), -1, 2)
    new_label = np.stack([marks, np.where(inside, other[cut][:, None], marks)], axis=2).reshape(len(cut), -1)
    new_size = keep.sum(axis=1)
    needed = int(new_size.max(initial=0))
    if needed > room:
        xy = np.concatenate([xy, np.zeros((len(xy), needed - room, 2))], axis=1)
        label = np.concatenate([label, np.full((len(label), needed - room), _BORDER)], axis=1)
    order = np.argsort(~keep, axis=1, kind="stable")[:, : xy.shape[1]]
    width = order.shape[1]
    xy[cut, :width] = np.take_along_axis(new_xy, order[:, :, None], axis=1)
    label[cut, :width] = np.take_along_axis(new_label, order, axis=1)
    size[cut] = new_size
    return xy, label, size


def _collect(xy: Floats, label: Integers, size: Integers) -> tuple[Geometries, Floats, Integers, Integers]:
    room = xy.shape[1]
    used = (np.arange(room) < size[:, None]) & (size[:, None] >= 3)
    follow = np.where(np.arange(room) + 1 < size[:, None], np.arange(room) + 1, 0)
    ends = np.take_along_axis(xy, follow[:, :, None], axis=1)
    owner, spot = np.nonzero(used)
    cells = np.full(len(xy), shapely.Polygon(), dtype=object)
    alive = np.flatnonzero(size >= 3)
    closed = [np.vstack([xy[i, : size[i]], xy[i, :1]]) for i in alive]
    if closed:
        lengths = [len(ring) for ring in closed]
        rings = shapely.linearrings(
            np.concatenate(closed), indices=np.repeat(np.arange(len(closed)), lengths)
        )
        cells[alive] = shapely.polygons(rings)
        # Two cuts that all but meet leave corners a hair apart, and rounding may cross them. A cell is convex,
        # so its hull is the cell itself, without the knot that overlays stumble over.
        knotted = ~shapely.is_valid(cells)
        cells[knotted] = shapely.convex_hull(cells[knotted])
    inner = label[owner, spot] != _BORDER
    edges = np.stack([xy[owner, spot], ends[owner, spot]], axis=1)[inner]
    return cells, edges, owner[inner], label[owner, spot][inner]


def candidates(sites: Floats, k: int = 12, sectors: int = 12) -> Integers:
    """For each site the sites that may cut its cell, nearest first: (n, m) indices.

    All others when there are few; else the `k` nearest in each of `sectors` directions, because beside a
    city the nearest hundred all lie on one side. Missing places repeat the nearest, which cuts nothing twice.
    """
    n = len(sites)
    if n <= k * sectors:
        step = sites[None, :, :] - sites[:, None, :]
        distance = (step**2).sum(axis=2)
        np.fill_diagonal(distance, -1.0)
        return np.argsort(distance, axis=1, kind="stable")[:, 1:]
    found = np.empty((n, k * sectors), dtype=np.int64)
    for site in range(n):
        step = sites - sites[site]
        distance = (step**2).sum(axis=1)
        distance[site] = np.inf
        direction = ((np.arctan2(step[:, 1], step[:, 0]) / (2 * np.pi) + 0.5) * sectors).astype(int) % sectors
        order = np.argsort(distance, kind="stable")[:-1]
        sector = direction[order]
        rank = np.empty(len(order), dtype=np.int64)
        for one in range(sectors):
            inside = sector == one
            rank[inside] = np.arange(int(inside.sum()))
        chosen = order[rank < k]
        found[site] = np.pad(chosen, (0, k * sectors - len(chosen)), constant_values=order[0])
    return found


def fair_cells(
    outline: shapely.Geometry, sites: Floats, sizes: Floats, tolerance: float = 0.02, rounds: int = 40
) -> Geometries:
    """Cells inside `outline`, one a site, whose areas stand to one another as `sizes`.

    `sites` (n, 2) must be distinct and lie inside the outline. The areas are within `tolerance` of their
    share, or as near as `rounds` Newton steps bring them; the outline's own area is shared out whole.
    """
    if len(sites) == 1:
        return np.array([outline], dtype=object)
    target = sizes / sizes.sum() * outline.area
    shapely.prepare(outline)
    neighbours = candidates(sites)
    reach = 2 * float(np.hypot(*(np.ptp(shapely.get_coordinates(outline), axis=0))))
    weights = np.zeros(len(sites))
    cells, area, hessian = _measure(outline, sites, weights, reach, neighbours)
    floor = 0.5 * min(float(area.min()), float(target.min()))
    for _ in range(rounds):
        error = target - area
        if float(np.abs(error / target).max()) < tolerance:
            break
        step = _solve(*hessian, error)
        share = 1.0
        while True:
            trial = _measure(outline, sites, weights + share * step, reach, neighbours)
            gained = np.linalg.norm(target - trial[1]) <= (1 - share / 2) * np.linalg.norm(error)
            if (trial[1].min() >= floor and gained) or share < 1e-3:
                break
            share /= 2
        weights = weights + share * step
        cells, area, hessian = trial
    return cells


Hessian = tuple[Integers, Integers, Floats]


def _measure(
    outline: shapely.Geometry, sites: Floats, weights: Floats, reach: float, neighbours: Integers
) -> tuple[Geometries, Floats, Hessian]:
    """Cells inside the outline, their areas, and how each area answers to its neighbours' weights."""
    cells, edges, owner, other = power_cells(sites, weights, reach, neighbours)
    crossing = ~shapely.contains_properly(outline, cells)
    cells[crossing] = shapely.intersection(cells[crossing], outline)
    lines = shapely.linestrings(edges)
    partly = crossing[owner]
    length = np.hypot(*(edges[:, 1] - edges[:, 0]).T)
    length[partly] = shapely.length(shapely.intersection(lines[partly], outline))
    apart = np.hypot(*(sites[owner] - sites[other]).T)
    return cells, shapely.area(cells), (owner, other, length / (2 * apart))


def _solve(owner: Integers, other: Integers, pull: Floats, error: Floats) -> Floats:
    """Conjugate gradients on the weighted graph Laplacian; the constant is free and set to zero mean."""
    n = len(error)
    degree = np.bincount(owner, pull, n) + 1e-12
    ridge = 1e-9 * float(degree.max())

    def apply(x: Floats) -> Floats:
        return (degree + ridge) * x - np.bincount(owner, pull * x[other], n)

    x = np.zeros(n)
    residual = error - error.mean()
    scaled = residual / degree
    direction = scaled.copy()
    energy = float(residual @ scaled)
    goal = 1e-10 * energy
    for _ in range(2000):
        if energy <= goal:
            break
        pushed = apply(direction)
        rate = energy / float(direction @ pushed)
        x += rate * direction
        residual -= rate * pushed
        scaled = residual / degree
        fresh = float(residual @ scaled)
        direction = scaled + fresh / energy * direction
        energy = fresh
    return x - x.mean()
