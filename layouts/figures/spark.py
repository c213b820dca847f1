"""Sparkline: thirteen months in the height of a line of text, drawn as a mask so that the theme colours it.

Owns the scaling of values into the picture. A pure function; knows no KPI.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

WIDTH, HEIGHT, EDGE = 120.0, 36.0, 3.0


@dataclass(frozen=True)
class Spark:
    """A line as a mask image, and where the last point and the target lie, as shares of width and height."""

    mask: str
    last: tuple[float, float] | None
    target: float | None


def spark(values: Sequence[float | None], target: float | None = None) -> Spark | None:
    """The line through `values`, oldest first, None where there is none; no Spark for fewer than two.

    The scale runs over the values and the target; a gap in the values is a gap in the line. Positions are
    measured from the left and the bottom, 0 to 1.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    bounds = [*known, *([] if target is None else [target])]
    low, high = min(bounds), max(bounds)
    span = (high - low) or 1.0

    def x(index: int) -> float:
        return EDGE + (WIDTH - 2 * EDGE) * index / (len(values) - 1)

    def y(value: float) -> float:
        return EDGE + (HEIGHT - 2 * EDGE) * (1 - (value - low) / span)

    path, pen = [], "M"
    for index, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        path.append(f"{pen}{x(index):.1f} {y(value):.1f}")
        pen = "L"
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" preserveAspectRatio="none">'
        f'<path d="{"".join(path)}" fill="none" stroke="#000" stroke-width="2" stroke-linejoin="round"'
        ' stroke-linecap="round" vector-effect="non-scaling-stroke"/></svg>'
    )
    last = None if values[-1] is None else (x(len(values) - 1) / WIDTH, 1 - y(values[-1]) / HEIGHT)
    return Spark(
        f'url("data:image/svg+xml,{quote(picture, safe="")}")',
        last,
        None if target is None else 1 - y(target) / HEIGHT,
    )
