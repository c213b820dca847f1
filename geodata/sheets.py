"""Drawing sheets: one SVG document per level of detail, one path an area, no style in it.

Owns the text of the document (ids, label points, integer path data) and the smallest shape a sheet may show.
Same shapes in, same bytes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.canvas import Canvas

Geometries = NDArray[Any]


def document(
    canvas: Canvas,
    codes: Sequence[str],
    shapes: Geometries,
    labels: NDArray[np.float64],
    outlines: dict[str, str],
) -> str:
    """The SVG document of one level of detail.

    `shapes` are in drawing units and on whole numbers; `labels` (n, 3) are x, y and clear radius of each
    label; `outlines` maps the attributes of an outline path to its data.
    """
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {canvas.width} {canvas.height}">',
        '<g class="areas">',
    ]
    for code, shape, (x, y, r) in zip(codes, shapes, labels, strict=True):
        place = f'data-x="{x:.0f}" data-y="{y:.0f}" data-r="{r:.0f}"'
        lines.append(f'<path id="a{code}" {place} d="{path_data(shape)}"/>')
    lines.append("</g>")
    lines += [f'<path {attributes} d="{data}"/>' for attributes, data in outlines.items()]
    for inset in canvas.insets:
        x0, y0, x1, y1 = inset.frame
        lines.append(f'<path class="frame" d="M{x0:.0f} {y0:.0f}H{x1:.0f}V{y1:.0f}H{x0:.0f}z"/>')
    lines.append("</svg>")
    return "\n".join(lines) + "\n"


def path_data(shape: shapely.Geometry) -> str:
    """Path data of a polygonal or linear shape: absolute start, then steps in whole drawing units."""
    text: list[str] = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            for ring in (part.exterior, *part.interiors):
                text.append(_steps(shapely.get_coordinates(ring)[:-1]) + "z")
        else:
            closed = part.is_closed
            text.append(
                _steps(shapely.get_coordinates(part)[: -1 if closed else None]) + ("z" if closed else "")
            )
    return "".join(text)


def _steps(xy: NDArray[np.float64]) -> str:
    whole = np.rint(xy).astype(int)
    steps = np.diff(whole, axis=0)
    steps = steps[(steps != 0).any(axis=1)]
    start = f"M{whole[0, 0]} {whole[0, 1]}"
    if not len(steps):
        return start
    # A minus sign parts two numbers as well as a blank does, and is shorter.
    numbers = " ".join(map(str, steps.ravel().tolist())).replace(" -", "-")
    return f"{start}l{numbers}"


def on_grid(shapes: Geometries, grid: int, least: float) -> Geometries:
    """Shapes with every vertex on whole multiples of `grid`, none of their polygons lost.

    A polygon that would fall below `least` units across becomes a square of that size in its place; a
    hole that collapses is closed.
    """
    rounded = shapely.transform(shapes, lambda xy: np.rint(xy / grid) * grid)
    bounds = shapely.bounds(shapes)
    doubtful = np.minimum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) < 4 * max(least, grid)
    doubtful |= shapely.get_num_geometries(shapes) > 1
    doubtful |= shapely.get_num_interior_rings(shapely.get_geometry(shapes, 0)) > 0
    for spot in np.flatnonzero(doubtful):
        parts = [
            _sound(before, after, grid, least)
            for before, after in zip(
                shapely.get_parts(shapes[spot]), shapely.get_parts(rounded[spot]), strict=True
            )
        ]
        rounded[spot] = shapely.multipolygons(parts) if len(parts) > 1 else parts[0]
    return rounded


def _sound(before: shapely.Polygon, after: shapely.Polygon, grid: int, least: float) -> shapely.Polygon:
    west, south, east, north = after.bounds
    if max(east - west, north - south) < least or shapely.Polygon(after.exterior).area < grid * least / 2:
        x, y = np.rint(shapely.get_coordinates(before.centroid)[0] / grid) * grid
        half = max(round(least / 2 / grid), 1) * grid
        return shapely.box(x - half, y - half, x + half, y + half)
    holes = [hole for hole in after.interiors if shapely.Polygon(hole).area > 0]
    return shapely.Polygon(after.exterior, holes)


def label_points(shapes: Geometries) -> NDArray[np.float64]:
    """Pole of inaccessibility of each shape's largest part and its clear radius: (n, 3), in its units."""
    found = np.empty((len(shapes), 3))
    for spot, shape in enumerate(shapes):
        parts = shapely.get_parts(shape)
        largest = parts[int(np.argmax(shapely.area(parts)))]
        west, south, east, north = largest.bounds
        circle = shapely.maximum_inscribed_circle(largest, tolerance=max(east - west, north - south) / 100)
        found[spot, :2] = shapely.get_coordinates(circle)[0]
        found[spot, 2] = shapely.length(circle)
    return found
