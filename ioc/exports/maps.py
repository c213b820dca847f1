"""Maps: the published drawing painted by class, with names and values where they fit, as SVG.

Owns paint, hatches, labels, scale bar and north of a map on paper. The drawing is the one of the screen, read from its
file; colours are the tokens of the day. Knows no KPI.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from ioc import formats
from ioc.drawings import Drawing
from ioc.exports.outlines import Ring, rings_of
from ioc.exports.pictures import Entry, Map
from ioc.exports.svg import el, num, text, width
from ioc.wording import say

HATCHES = {
    "m": "M0 8 8 0M-2 2 2-2M6 10 10 6", "z": "M0 4H8", "i": "M0 0 8 8M0 8 8 0", "h": "M4 0V8",
    "x": "M1 2a1 1 0 1 0 2 0a1 1 0 1 0-2 0M5 6a1 1 0 1 0 2 0a1 1 0 1 0-2 0",
}  # fmt: skip
"""One angle a reason, as on the screen, so that print needs no colour."""
SHAPES = {"g": "M0-4.2 4.4 3.6H-4.4Z", "w": "M-4 0A4 4 0 1 0 4 0 4 4 0 1 0-4 0Z", "b": "M0 4.2 4.4-3.6H-4.4Z"}
MOST_LABELS = 150
_AREA = re.compile(r'<path id="a([^"]+)"([^>]*?) d="([MmLlHhVvZz0-9 .\-]+)"')
_SPOT = re.compile(r'data-(x|y|r)="(-?[\d.]+)"')
_REST = re.compile(r'<path class="outline" d="([MmLlHhVvZz0-9 .\-]+)"')


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


def hatches(colours: Mapping[str, str], scale: float = 1.0) -> str:
    """The patterns for areas without a value, to stand once in a page; `scale` makes them as fine as the page."""
    return el("defs", {}, *(
        el("pattern", {"id": f"hatch-{letter}", "width": 8, "height": 8, "patternUnits": "userSpaceOnUse", "patternTransform": f"scale({num(scale)})"},
           el("rect", {"width": 8, "height": 8, "fill": colours["hatch-ground"]}),
           el("path", {"d": path, "stroke": colours["hatch"], "stroke_width": 1.1, "fill": "none"}))
        for letter, path in HATCHES.items()
    ))  # fmt: skip


def fill_of(name: str, colours: Mapping[str, str]) -> str:
    """The fill of a class."""
    kind, _, mark = name.partition("-")
    if kind == "no":
        return colours["hatch-ground"] if mark == "p" else f"url(#hatch-{mark})"
    if kind == "grade":
        return colours[{"g": "good", "w": "watch", "b": "bad", "n": "plain"}[mark]]
    return colours[f"seq-{mark}"]


def ink_of(name: str, colours: Mapping[str, str]) -> str:
    """The colour of text on a class."""
    kind, _, mark = name.partition("-")
    if kind == "grade":
        return colours[{"g": "on-good", "w": "on-watch", "b": "on-bad", "n": "on-plain"}[mark]]
    if kind == "seq":
        return colours["on-seq-low" if mark in "123" else "on-seq-mid" if mark == "4" else "on-seq-high"]
    return colours["ink"]


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
    return el("g", {"transform": place}, painted, edges, chosen) + labels


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
                parts.append(
                    _label(
                        found.classes.get(shape.code, ""),
                        lines,
                        bool(value) and lines[-1] == value,
                        x,
                        y - half[1],
                        own,
                        colours,
                    )
                )
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


def legend(
    entries: tuple[Entry, ...],
    heads: list[str],
    wide: float,
    size: float,
    colours: Mapping[str, str],
    lang: str,
) -> str:
    """Classes with their words, bounds and counts, from the corner at 0, 0 downwards."""
    parts, y = [], 0.0
    for at, head in enumerate(heads):
        parts.append(
            text(
                0,
                y + size,
                head,
                size,
                colours["ink"] if at == 0 else colours["ink-soft"],
                weight=600 if at == 0 else 400,
            )
        )
        y += size * 1.5
    y += size * 0.3
    for entry in entries:
        high = size * 1.25
        parts.append(
            el(
                "rect",
                {
                    "x": 0,
                    "y": y,
                    "width": size * 2,
                    "height": high,
                    "fill": fill_of(entry.name, colours),
                    "stroke": colours["line-firm"],
                    "stroke_width": 0.5,
                },
            )
        )
        mark = SHAPES.get(entry.name.removeprefix("grade-")) if entry.name.startswith("grade-") else None
        if mark:
            parts.append(
                el(
                    "path",
                    {
                        "d": mark,
                        "fill": ink_of(entry.name, colours),
                        "transform": f"translate({num(size)} {num(y + high / 2)}) scale({num(size / 11)})",
                    },
                )
            )
        parts.append(text(size * 2.6, y + size * 0.98, formats.capital(entry.label), size, colours["ink"]))
        if entry.count is not None:
            parts.append(
                text(
                    wide,
                    y + size * 0.98,
                    formats.number(entry.count, 0, lang),
                    size,
                    colours["ink"],
                    anchor="end",
                )
            )
        y += size * 1.65
        if entry.note:
            parts.append(text(size * 2.6, y + size * 0.6, entry.note, size * 0.9, colours["ink-soft"]))
            y += size * 1.25
    return "".join(parts)


def legend_height(entries: tuple[Entry, ...], heads: list[str], size: float) -> float:
    """How tall `legend` is."""
    return size * (
        1.5 * len(heads) + 0.3 + 1.65 * len(entries) + 1.25 * sum(bool(entry.note) for entry in entries)
    )


def ground(drawing: Drawing, scale: float, size: float, colours: Mapping[str, str], lang: str) -> str:
    """Scale bar and north, from the corner at 0, 0; `scale` is page units in one drawing unit."""
    per_km = drawing.units_per_km * scale
    km = max((one for one in (1, 2, 5, 10, 20, 50, 100, 200, 500) if one * per_km <= size * 9), default=1)
    soft = colours["ink-soft"]
    bar = f"M0 0V{num(size * 0.4)}H{num(km * per_km)}V0"
    arrow = f"M{num(size * 0.5)} 0L{num(size)} {num(size * 1.3)}L{num(size * 0.5)} {num(size)}L0 {num(size * 1.3)}Z"
    return "".join((
        el("path", {"d": bar, "fill": "none", "stroke": soft, "stroke_width": 0.8}),
        text(0, size * 1.6, f"{formats.number(km, 0, lang)} km", size * 0.9, soft),
        el("g", {"transform": f"translate({num(km * per_km + size * 2)} {num(-size * 0.5)})"},
           el("path", {"d": arrow, "fill": soft}), text(size * 0.5, size * 2.4, say("face.js.map.n", lang), size * 0.9, soft, anchor="middle")),
    ))  # fmt: skip
