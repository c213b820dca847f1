"""Marks: the traces of a figure as SVG, in the few types that our figures use.

Owns lines, markers, texts and heat cells; bars are `ioc.exports.bars`'. A trace of another type is refused: a picture with a part missing would
be a false one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from ioc.exports.axes import Axis, bare
from ioc.exports.bars import Bars
from ioc.exports.plots import Plot, colour, dash, each
from ioc.exports.svg import el, num, text, width

TYPES = ("scatter", "bar", "heatmap")


def drawn(trace: Mapping[str, Any], plot: Plot, bars: Bars) -> str:
    """One trace. Raises ValueError for a type that is not drawn here."""
    kind = trace.get("type", "scatter")
    if kind not in TYPES:
        raise ValueError(f"traces of type {kind!r} are not drawn; use {', '.join(TYPES)}")
    found: str = {"scatter": _scatter, "bar": bars.draw, "heatmap": _heat}[kind](trace, plot)
    return found


def _scatter(trace: Mapping[str, Any], plot: Plot) -> str:
    mode = trace.get("mode", "lines")
    xs, ys = list(trace.get("x") or []), list(trace.get("y") or [])
    points = [plot.point(x, y) for x, y in zip(xs, ys, strict=False)]
    parts = []
    if "lines" in mode:
        parts.append(_line(trace, points, plot))
    if "markers" in mode:
        parts += [_marker(trace, at, point, plot) for at, point in enumerate(points) if point]
    if "text" in mode:
        parts += [_label(trace, at, point, plot) for at, point in enumerate(points) if point]
    return "".join(parts)


def _line(trace: Mapping[str, Any], points: Sequence[tuple[float, float] | None], plot: Plot) -> str:
    line = trace.get("line") or {}
    path, last = [], None
    for point in points:
        if point is None:
            last = None if not trace.get("connectgaps") else last
            continue
        x, y = num(point[0]), num(point[1])
        if last is None:
            path.append(f"M{x} {y}")
        elif line.get("shape") == "hv":
            path.append(f"H{x}V{y}")
        else:
            path.append(f"L{x} {y}")
        last = point
    wide = float(line.get("width", 2)) * plot.scale
    return el("path", {
        "d": "".join(path) or "M0 0", "fill": "none", "stroke": colour(line.get("color"), plot.colours["ink"]),
        "stroke_width": wide, "stroke_dasharray": dash(line.get("dash")), "stroke_linejoin": "round",
        "stroke_linecap": "round" if not line.get("dash") else None, "opacity": trace.get("opacity"),
    })  # fmt: skip


_SHAPES: Mapping[str, Callable[[float], str]] = {
    "triangle-up": lambda r: f"M0 {num(-1.15 * r)}L{num(1.1 * r)} {num(0.85 * r)}H{num(-1.1 * r)}Z",
    "triangle-down": lambda r: f"M0 {num(1.15 * r)}L{num(1.1 * r)} {num(-0.85 * r)}H{num(-1.1 * r)}Z",
    "triangle-left": lambda r: f"M{num(-1.15 * r)} 0L{num(0.85 * r)} {num(-1.1 * r)}V{num(1.1 * r)}Z",
    "triangle-right": lambda r: f"M{num(1.15 * r)} 0L{num(-0.85 * r)} {num(-1.1 * r)}V{num(1.1 * r)}Z",
    "square": lambda r: f"M{num(-0.9 * r)} {num(-0.9 * r)}h{num(1.8 * r)}v{num(1.8 * r)}h{num(-1.8 * r)}Z",
    "diamond": lambda r: f"M0 {num(-1.2 * r)}L{num(1.2 * r)} 0L0 {num(1.2 * r)}L{num(-1.2 * r)} 0Z",
    "line-ns": lambda r: f"M0 {num(-r)}V{num(r)}",
    "x": lambda r: f"M{num(-r)} {num(-r)}L{num(r)} {num(r)}M{num(-r)} {num(r)}L{num(r)} {num(-r)}",
}


def _marker(trace: Mapping[str, Any], at: int, point: tuple[float, float], plot: Plot) -> str:
    marker = trace.get("marker") or {}
    radius = float(each(marker.get("size"), at, 6)) / 2 * plot.scale
    if radius <= 0:
        return ""
    edge = marker.get("line") or {}
    symbol = str(each(marker.get("symbol"), at, "circle"))
    hollow = symbol.endswith("-open")
    symbol = symbol.removesuffix("-open")
    fill = colour(each(marker.get("color"), at, None), plot.colours["ink"])
    stroke = (
        fill if hollow or symbol in ("line-ns", "x") else colour(each(edge.get("color"), at, None), "none")
    )
    attributes = {
        "fill": "none" if hollow else fill, "stroke": stroke, "opacity": each(marker.get("opacity"), at, None),
        "stroke_width": float(each(edge.get("width"), at, 1.5 if stroke != "none" else 0)) * plot.scale,
    }  # fmt: skip
    if symbol in _SHAPES:
        place = f"translate({num(point[0])} {num(point[1])})"
        return el("path", {"d": _SHAPES[symbol](radius), "transform": place, **attributes})
    return el("circle", {"cx": point[0], "cy": point[1], "r": radius, **attributes})


def _label(trace: Mapping[str, Any], at: int, point: tuple[float, float], plot: Plot) -> str:
    said = bare(each(trace.get("text"), at, ""))
    if not said:
        return ""
    font = trace.get("textfont") or {}
    size = float(each(font.get("size"), at, 10)) * plot.scale
    where = str(each(trace.get("textposition"), at, "middle center"))
    gap = float(each((trace.get("marker") or {}).get("size"), at, 6)) / 2 * plot.scale + size * 0.25
    x, y = point[0], point[1] + size * 0.35
    anchor = "middle"
    if "right" in where:
        x, anchor = x + gap, "start"
    elif "left" in where:
        x, anchor = x - gap, "end"
    if "top" in where:
        y = point[1] - gap
    elif "bottom" in where:
        y = point[1] + gap + size * 0.7
    fill = colour(each(font.get("color"), at, None), plot.colours["ink"])
    return text(x, y, said, size, fill, anchor=anchor, halo=plot.colours["page"])


def _heat(trace: Mapping[str, Any], plot: Plot) -> str:
    grid = [list(row) for row in trace.get("z") or []]
    xs = list(trace.get("x") or range(len(grid[0]) if grid else 0))
    ys = list(trace.get("y") or range(len(grid)))
    known = [float(value) for row in grid for value in row if value is not None]
    low = float(trace["zmin"] if trace.get("zmin") is not None else min(known, default=0))
    high = float(trace["zmax"] if trace.get("zmax") is not None else max(known, default=1))
    scale = trace.get("colorscale")
    stops = [(float(place), colour(paint, "#888888")) for place, paint in scale] if isinstance(scale, list | tuple) else [
        (0.0, plot.colours["seq-1"]), (0.5, plot.colours["seq-4"]), (1.0, plot.colours["seq-7"]),
    ]  # fmt: skip
    wide, tall = plot.wide * _cell(plot.x), plot.high * _cell(plot.y)
    gap, parts = 0.6, []
    said = trace.get("text")
    for line, row in enumerate(grid):
        for at, value in enumerate(row):
            point = plot.point(xs[at], ys[line])
            if point is None:
                continue
            share = 0.5 if high == low else ((float(value) - low) / (high - low) if value is not None else 0)
            fill = "url(#hatch-m)" if value is None else mixed(stops, share)
            parts.append(
                el(
                    "rect",
                    {
                        "x": point[0] - wide / 2 + gap / 2,
                        "y": point[1] - tall / 2 + gap / 2,
                        "width": max(wide - gap, 0.5),
                        "height": max(tall - gap, 0.5),
                        "fill": fill,
                    },
                )
            )
            words = bare(said[line][at]) if said and trace.get("texttemplate") and value is not None else ""
            size = min(9 * plot.scale, tall * 0.7)
            if words and width(words, size) < wide:
                parts.append(
                    text(
                        point[0],
                        point[1] + size * 0.35,
                        words,
                        size,
                        _over(fill, plot.colours),
                        anchor="middle",
                    )
                )
    return "".join(parts)


def _cell(axis: Axis) -> float:
    return 1 / max(1.0, axis.high - axis.low)


def _rgb(paint: str) -> tuple[int, int, int]:
    if paint.startswith("#") and len(paint) >= 7:
        return int(paint[1:3], 16), int(paint[3:5], 16), int(paint[5:7], 16)
    numbers = [int(float(one)) for one in re.findall(r"[\d.]+", paint)][:3]
    return (numbers[0], numbers[1], numbers[2]) if len(numbers) == 3 else (136, 136, 136)


def mixed(stops: Sequence[tuple[float, str]], share: float) -> str:
    """The colour at `share` of a scale."""
    share = min(max(share, 0.0), 1.0)
    for (a, first), (b, second) in pairwise(stops):
        if share <= b:
            part = (share - a) / ((b - a) or 1)
            return "#" + "".join(
                f"{round(x + (y - x) * part):02x}" for x, y in zip(_rgb(first), _rgb(second), strict=True)
            )
    return stops[-1][1]


def _over(fill: str, colours: Mapping[str, str]) -> str:
    """Ink or paper, whichever reads better on a fill."""
    red, green, blue = _rgb(fill) if fill.startswith("#") else (255, 255, 255)
    return colours["ink"] if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "#ffffff"
