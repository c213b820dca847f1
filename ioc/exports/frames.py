"""The frame of a plot: the room inside its box, grid, ticks and titles of both axes.

Owns what stands around the marks. Which values an axis has is `ioc.exports.axes`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ioc.exports.axes import Axis, bare
from ioc.exports.plots import Plot, colour
from ioc.exports.svg import cut, el, text, width


def inner(
    axes: Sequence[Axis], specs: Sequence[Mapping[str, Any]], left: float, top: float, wide: float, high: float, small: float, size: float
) -> tuple[float, float, float, float]:  # fmt: skip
    """The plot inside its box, with room for ticks and titles."""
    labels = (
        [label for _, label in axes[1].ticks(6)]
        if specs[1].get("visible", True) and specs[1].get("showticklabels", True)
        else []
    )
    beside = min(max((width(label, small) for label in labels), default=0.0), wide * 0.3) + size * 0.8
    beside += size * 1.5 if _titled(specs[1]) else 0
    under = (
        size * 1.9 if specs[0].get("visible", True) and specs[0].get("showticklabels", True) else size * 0.5
    )
    under += size * 1.5 if _titled(specs[0]) else 0
    right = size * 1.6
    if axes[1].kind == "category":  # texts at the ends of lying bars
        right = size * 4
    return left + beside, top + size * 0.6, wide - beside - right, high - under - size * 0.6


def _titled(spec: Mapping[str, Any]) -> str:
    given = spec.get("title")
    return bare(given.get("text") if isinstance(given, Mapping) else given)


def frame(plot: Plot, specs: Sequence[Mapping[str, Any]], small: float, colours: Mapping[str, str]) -> str:
    """Grid lines, ticks, the line under the plot and titles."""
    parts: list[str] = []
    thin, soft, ink = 0.6 * plot.scale, colours["line-soft"], colours["ink-soft"]
    bottom, right = plot.top + plot.high, plot.left + plot.wide
    if specs[1].get("visible", True):
        for place, label in _apart(plot.y.ticks(6), plot.high, small * 1.15):
            y = plot.top + (1 - place) * plot.high
            if specs[1].get("showgrid", plot.y.kind != "category"):
                parts.append(
                    el(
                        "path",
                        {"d": f"M{plot.left:.2f} {y:.2f}H{right:.2f}", "stroke": soft, "stroke_width": thin},
                    )
                )
            if specs[1].get("showticklabels", True):
                room = plot.left - small * 0.4
                parts.append(
                    text(
                        plot.left - small * 0.6,
                        y + small * 0.35,
                        cut(label, small, room),
                        small,
                        ink,
                        anchor="end",
                    )
                )
    if specs[0].get("visible", True):
        widest = max((width(label, small) for _, label in plot.x.ticks(8)), default=0.0)
        for place, label in _apart(plot.x.ticks(8), plot.wide, widest + small * 0.8):
            x = plot.left + place * plot.wide
            if specs[0].get("showgrid", False):
                parts.append(
                    el(
                        "path",
                        {"d": f"M{x:.2f} {plot.top:.2f}V{bottom:.2f}", "stroke": soft, "stroke_width": thin},
                    )
                )
            if specs[0].get("showticklabels", True):
                edge = (
                    "start"
                    if place < 0.02
                    else "end"
                    if place > 0.98 and plot.x.kind != "category"
                    else "middle"
                )
                base = plot.top - small * 0.6 if specs[0].get("side") == "top" else bottom + small * 1.5
                parts.append(text(x, base, label, small, ink, anchor=edge))
        line = (
            colour(specs[0].get("linecolor"), colours["line-firm"])
            if specs[0].get("showline", True)
            else "none"
        )
        parts.append(
            el(
                "path",
                {"d": f"M{plot.left:.2f} {bottom:.2f}H{right:.2f}", "stroke": line, "stroke_width": thin},
            )
        )
    parts += _titles(plot, specs, small, ink)
    if any(spec.get("zeroline") for spec in specs) and (zero := plot.y.at(0)) is not None and 0 < zero < 1:
        y = plot.top + (1 - zero) * plot.high
        parts.append(
            el(
                "path",
                {
                    "d": f"M{plot.left:.2f} {y:.2f}H{right:.2f}",
                    "stroke": colours["line-firm"],
                    "stroke_width": thin,
                },
            )
        )
    return "".join(parts)


def _titles(plot: Plot, specs: Sequence[Mapping[str, Any]], small: float, ink: str) -> list[str]:
    """The titles of both axes."""
    parts = []
    bottom = plot.top + plot.high
    if title := _titled(specs[0]):
        middle = plot.left + plot.wide / 2
        parts.append(
            text(middle, bottom + small * 3.1, cut(title, small, plot.wide), small, ink, anchor="middle")
        )
    if title := _titled(specs[1]):
        middle = plot.top + plot.high / 2
        parts.append(text(small, middle, cut(title, small, plot.high), small, ink, anchor="middle", turn=-90))
    return parts


def _apart(ticks: Sequence[tuple[float, str]], length: float, room: float) -> Iterable[tuple[float, str]]:
    """Of ticks that would stand on each other every second, third … one."""
    most = max(1, int(length / max(room, 0.1)))
    every = -(-len(ticks) // most) if ticks else 1
    return list(ticks)[::every]
