"""Bars of a figure as SVG: side by side, stacked or over each other, standing or lying, with their texts.

Owns the memory of what stands on what; a figure has one `Bars` for all its traces.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from ioc.exports.axes import Axis, bare
from ioc.exports.plots import Plot, colour, each
from ioc.exports.svg import el, text


class Bars:
    """The bars of one pair of axes: side by side in groups, or stacked."""

    def __init__(self, traces: Sequence[Mapping[str, Any]], mode: str):
        self._stacked = mode in ("stack", "relative")
        self._overlaid = mode == "overlay"
        self._count = (
            1 if self._stacked or self._overlaid else max(1, sum(one.get("type") == "bar" for one in traces))
        )
        self._place = 0
        self._heights: dict[tuple[str, bool], float] = {}

    def draw(self, trace: Mapping[str, Any], plot: Plot) -> str:
        """One trace of bars."""
        lying = trace.get("orientation") == "h"
        along, across = (plot.y, plot.x) if lying else (plot.x, plot.y)
        names, values = (trace.get("y"), trace.get("x")) if lying else (trace.get("x"), trace.get("y"))
        size = (plot.high if lying else plot.wide) * self._unit(along, list(names or []))
        thick = (
            size * float(trace.get("width") or 0.72) / self._count
            if not isinstance(trace.get("width"), list)
            else size * 0.72
        )
        offset = 0.0 if self._count == 1 else (self._place - (self._count - 1) / 2) * thick
        self._place += 1
        marker, parts = trace.get("marker") or {}, []
        for at, (name, value) in enumerate(zip(names or [], values or [], strict=False)):
            place, number = along.at(name), across.number(value)
            if place is None or number is None:
                continue
            start = float(each(trace.get("base"), at, 0) or 0)
            if self._stacked:
                key = (str(name), number >= 0)
                start = self._heights.get(key, 0.0)
                self._heights[key] = start + number
            a, b = (min(max(across.at(end) or 0.0, 0.0), 1.0) for end in (start, start + number))
            fill = colour(each(marker.get("color"), at, None), plot.colours["ink-soft"])
            edge = (marker.get("line") or {}).get("color")
            paint = {
                "fill": fill,
                "stroke": colour(edge, "none") if edge else None,
                "opacity": each(marker.get("opacity"), at, None),
            }
            low, high = min(a, b), max(a, b)
            if lying:
                middle = plot.top + (1 - place) * plot.high + offset
                box = {
                    "x": plot.left + low * plot.wide,
                    "y": middle - thick / 2,
                    "width": (high - low) * plot.wide,
                    "height": thick,
                }
            else:
                middle = plot.left + place * plot.wide + offset
                box = {
                    "x": middle - thick / 2,
                    "y": plot.top + (1 - high) * plot.high,
                    "width": thick,
                    "height": (high - low) * plot.high,
                }
            parts.append(el("rect", {**box, **paint}))
            parts.append(self._said(trace, at, plot, lying, middle, b, number))
        return "".join(parts)

    def _unit(self, along: Axis, names: list[Any]) -> float:
        if along.kind == "category":
            return 1 / max(1.0, along.high - along.low)
        places = sorted({place for name in names if (place := along.at(name)) is not None})
        return min((b - a for a, b in pairwise(places)), default=0.1)

    def _said(
        self,
        trace: Mapping[str, Any],
        at: int,
        plot: Plot,
        lying: bool,
        middle: float,
        end: float,
        value: float,
    ) -> str:
        said = bare(each(trace.get("text"), at, ""))
        if not said or trace.get("textposition") == "none":
            return ""
        size = float((trace.get("textfont") or {}).get("size", 10)) * plot.scale
        fill = colour((trace.get("textfont") or {}).get("color"), plot.colours["ink"])
        if lying:
            x = plot.left + end * plot.wide + (4 if value >= 0 else -4) * plot.scale
            return text(x, middle + size * 0.35, said, size, fill, anchor="start" if value >= 0 else "end")
        y = plot.top + (1 - end) * plot.high + (-4 * plot.scale if value >= 0 else size)
        return text(middle, y, said, size, fill, anchor="middle")
