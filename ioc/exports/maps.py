"""Maps: the published drawing painted by class, with names and values where they fit, as SVG.

Owns areas, outlines, signs and labels of a map on paper. The drawing is the one of the screen, read from its
file; colours are the tokens of the day. Knows no KPI.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from ioc.drawings import Drawing
from ioc.exports.outlines import Ring, rings_of
from ioc.exports.paints import SHAPES, SIGNS, fill_of, ink_of
from ioc.exports.pictures import Map
from ioc.exports.svg import el, num, text, width

MOST_LABELS = 150
DIM = 0.14
"""How strongly areas of a class that is left out still show, as on the screen."""
LABEL, DOT, CROWD = 13.0, 0.85, 600
"""The screen's size of label and of signs, in pixels; beyond so many signs labels no longer make room for them."""
_AREA = re.compile(r'<path id="a([^"]+)"([^>]*?) d="([MmLlHhVvZz0-9 .\-]+)"')
_SPOT = re.compile(r'data-(x|y|r)="(-?[\d.]+)"')
_REST = re.compile(r'<path class="(?:outline|province)" d="([MmLlHhVvZz0-9 .\-]+)"')


@dataclass(frozen=True)
class Shape:
    """One area of a drawing: its path, where its label stands and how much room there is."""

    code: str
    path: str
    x: float
    y: float
    r: float


def shapes_of(drawing: Drawing, data: Path, level: str = "screen") -> tuple[list[Shape], list[str]]:
    """The areas of the drawing and the province's outlines, in drawing units."""
    document = (data / "geo" / f"{drawing.sha(level)}.svg").read_text(encoding="utf-8")
    found = []
    for code, attributes, path in _AREA.findall(document):
        spot = {name: float(value) for name, value in _SPOT.findall(attributes)}
        found.append(Shape(code, path, spot.get("x", 0), spot.get("y", 0), spot.get("r", 0)))
    return found, _REST.findall(document)


def draw(
    found: Map,
    drawing: Drawing,
    data: Path,
    wide: float,
    high: float,
    size: float,
    colours: Mapping[str, str],
) -> str:
    """The map in a box of `wide` by `high`; `size` is that of a label."""
    shapes, outlines = shapes_of(drawing, data, "wall" if wide > 1200 else "screen")
    scale = min(wide / drawing.width, high / drawing.height)
    left, top = (wide - drawing.width * scale) / 2, (high - drawing.height * scale) / 2
    hair = 0.6 / scale
    painted = "".join(
        el("path", {
            "d": shape.path, "fill": fill_of(found.classes.get(shape.code, "no-h"), colours),
            "stroke": colours["line-firm"] if found.classes.get(shape.code, "no-h").startswith("no-") else colours["hairline"],
            "stroke_width": hair, "stroke_linejoin": "round",
            "opacity": DIM if found.classes.get(shape.code, "no-h") in found.dim else None,
        })
        for shape in shapes
    )  # fmt: skip
    edges = "".join(
        el("path", {"d": path, "fill": "none", "stroke": colours["outline"], "stroke_width": 1.4 / scale, "stroke_linejoin": "round"})
        for path in outlines
    )  # fmt: skip
    chosen = "".join(
        el("path", {"d": shape.path, "fill": "none", "stroke": colours["accent"], "stroke_width": 2.4 / scale, "stroke_linejoin": "round"})
        for shape in shapes if shape.code == found.chosen
    )  # fmt: skip
    place = f"translate({num(left)} {num(top)}) scale({scale:.6f})"
    labels = _labels(found, shapes, scale, left, top, size, colours) if len(shapes) <= MOST_LABELS else ""
    return (
        el("g", {"transform": place}, painted, edges, chosen)
        + _signs(found, scale, left, top, size, colours)
        + labels
    )


def _signs(found: Map, scale: float, left: float, top: float, size: float, colours: Mapping[str, str]) -> str:
    """Places as signs with a rim that keeps them apart from what they stand on, the larger ones below."""
    own = size / LABEL * DOT
    order = {mark: at for at, mark in enumerate(SIGNS)}
    return "".join(
        el("path", {
            "d": SIGNS[one.mark], "fill": colours["ink"], "fill_rule": "evenodd", "stroke": colours["page"], "stroke_width": 2.4,
            "paint_order": "stroke", "stroke_linejoin": "round",
            "transform": f"translate({num(left + one.x * scale)} {num(top + one.y * scale)}) scale({own:.4f})",
        })
        for one in sorted(found.spots, key=lambda one: order[one.mark])
    )  # fmt: skip


def _labels(
    found: Map,
    shapes: list[Shape],
    scale: float,
    left: float,
    top: float,
    size: float,
    colours: Mapping[str, str],
) -> str:
    parts: list[str] = []
    taken: list[tuple[float, float, float, float]] = []
    if len(found.spots) <= CROWD:  # labels make room for signs, as on the screen
        reach = size / LABEL * DOT * 5
        spots = ((left + one.x * scale, top + one.y * scale) for one in found.spots)
        taken = [(x - reach, y - reach, x + reach, y + reach) for x, y in spots]
    for shape in sorted(shapes, key=lambda one: -one.r):
        name, value = found.names.get(shape.code, ""), found.values.get(shape.code, "")
        x, y, room = left + shape.x * scale, top + shape.y * scale, shape.r * scale
        rings = [[(left + px * scale, top + py * scale) for px, py in ring] for ring in rings_of(shape.path)]
        for lines, own in _blocks(name, value, size):
            half = max(width(line, own, 600) for line in lines) / 2 + own * 0.15, own * 1.2 * len(lines) / 2
            box = (x - half[0], y - half[1], x + half[0], y + half[1])
            fits = math.hypot(*half) <= room or all(
                _inside((x + sx * half[0], y + sy * half[1]), rings) for sx in (-1, 0, 1) for sy in (-1, 0, 1)
            )
            if fits and not any(_meet(box, other) for other in taken):
                taken.append(box)
                faint = DIM * 2 if found.classes.get(shape.code, "") in found.dim else None
                label = _label(
                    found.classes.get(shape.code, ""),
                    lines,
                    bool(value) and lines[-1] == value,
                    x,
                    y - half[1],
                    own,
                    colours,
                )
                parts.append(el("g", {"opacity": faint}, label) if faint else label)
                break
    return "".join(parts)


def _blocks(name: str, value: str, size: float) -> list[tuple[list[str], float]]:
    """What to try, from the fullest to the barest."""
    words = name.split()
    halves = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    two = min(halves, key=lambda pair: max(map(len, pair)), default=None)
    forms = [[name], list(two)] if two else [[name]]
    found = []
    for own in (size, size * 0.88, size * 0.76, size * 0.64):
        found += [([*form, value], own) for form in forms if value]
    for own in (size, size * 0.88, size * 0.76, size * 0.66):
        found += [(form, own) for form in forms]
    return found


def _label(
    name: str, lines: list[str], valued: bool, x: float, top: float, size: float, colours: Mapping[str, str]
) -> str:
    ink, parts = ink_of(name, colours), []
    halo = colours["hatch-ground"] if name.startswith("no-") else None
    for at, line in enumerate(lines):
        last = valued and at == len(lines) - 1
        y = top + size * 1.2 * at + size * 0.95
        mark = SHAPES.get(name.removeprefix("grade-")) if last and name.startswith("grade-") else None
        shift = size * 0.5 if mark else 0.0
        if mark:
            at_x = x - width(line, size, 600) / 2
            parts.append(
                el(
                    "path",
                    {
                        "d": mark,
                        "fill": ink,
                        "transform": f"translate({num(at_x)} {num(y - size * 0.36)}) scale({num(size / 13)})",
                    },
                )
            )
        parts.append(
            text(x + shift, y, line, size, ink, weight=600 if last else 400, anchor="middle", halo=halo)
        )
    return "".join(parts)


def _inside(point: tuple[float, float], rings: list[Ring]) -> bool:
    x, y = point
    odd = False
    for ring in rings:
        for (x0, y0), (x1, y1) in pairwise(ring):
            if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
                odd = not odd
    return odd


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
