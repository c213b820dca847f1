"""Charts: a figure in plotly's terms drawn as SVG, as it stands on the screen.

Owns pairs of axes, shapes, annotations and the row of names; frames are `ioc.exports.frames`', marks `ioc.exports.marks`'.
Small multiples are pairs of axes with a domain. A figure without a value to draw is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ioc.exports.axes import Axis, axis_of, bare
from ioc.exports.bars import Bars
from ioc.exports.frames import frame, inner
from ioc.exports.marks import drawn
from ioc.exports.plots import Plot, colour, dash
from ioc.exports.svg import Attribute, el, text, width

FIGURE_TEXT = 12.0
"""The size of text in our figures, in pixels; a page scales it to its own."""


class EmptyError(ValueError):
    """There is nothing to draw."""


def chart(
    figure: Mapping[str, Any], wide: float, high: float, size: float, colours: Mapping[str, str]
) -> str:
    """The figure in a box of `wide` by `high` with its corner at 0, 0; `size` is that of its text.

    Raises EmptyError when no trace has a value, ValueError for a trace that is not drawn here.
    """
    traces = [one for one in figure.get("data") or [] if one.get("visible", True) is True]
    layout = figure.get("layout") or {}
    if not any(_has_values(one) for one in traces):
        raise EmptyError("no trace has a value")
    pairs = list(dict.fromkeys((one.get("xaxis") or "x", one.get("yaxis") or "y") for one in traces))
    if layout.get("autosize") is False and layout.get("width") and layout.get("height"):
        return _fixed(traces, layout, pairs, wide, high, colours)
    scale = size / FIGURE_TEXT
    head = _names(traces, layout, wide, size, colours)
    top = size * 2.0 if head else size * 0.3
    parts = [head]
    for x, y in pairs:
        own = [one for one in traces if (one.get("xaxis") or "x", one.get("yaxis") or "y") == (x, y)]
        parts.append(
            _pair(own, layout, x, y, (0.0, top, wide, high - top), size, scale, colours, len(pairs) > 1)
        )
    return "".join(parts)


def _fixed(
    traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any], pairs: Sequence[tuple[str, str]], wide: float, high: float,
    colours: Mapping[str, str],
) -> str:  # fmt: skip
    """A figure that says where everything stands to the pixel: drawn so, then made as large as the box allows."""
    across, down = float(layout["width"]), float(layout["height"])
    margin = {"l": 0, "r": 0, "t": 0, "b": 0, **(layout.get("margin") or {})}
    paper = (margin["l"], margin["t"], across - margin["l"] - margin["r"], down - margin["t"] - margin["b"])
    parts = []
    for x, y in pairs:
        own = [one for one in traces if (one.get("xaxis") or "x", one.get("yaxis") or "y") == (x, y)]
        parts.append(_pair(own, layout, x, y, paper, FIGURE_TEXT, 1.0, colours, several=True, fixed=True))
    scale = min(wide / across, high / down)
    left = (wide - across * scale) / 2
    return el("g", {"transform": f"translate({left:.2f} 0) scale({scale:.5f})"}, *parts)


def _has_values(trace: Mapping[str, Any]) -> bool:
    if trace.get("type") == "heatmap":
        return any(value is not None for row in trace.get("z") or [] for value in row)
    pairs = zip(trace.get("x") or [], trace.get("y") or [], strict=False)
    return any(x is not None and y is not None for x, y in pairs)


def _axis_name(short: str) -> str:
    return f"{short[0]}axis{short[1:]}"


def _pair(
    traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any], x: str, y: str, box: tuple[float, float, float, float],
    size: float, scale: float, colours: Mapping[str, str], several: bool, fixed: bool = False,
) -> str:  # fmt: skip
    specs = layout.get(_axis_name(x)) or {}, layout.get(_axis_name(y)) or {}
    comma = str(layout.get("separators", ",.")).startswith(",")
    axes = [_axis(spec, traces, side, layout, comma) for spec, side in zip(specs, "xy", strict=True)]
    left, top, wide, high = box
    small = size * (0.8 if several else 0.92)
    notes = [one for one in layout.get("annotations") or [] if bare(one.get("text")) and _belongs(one, x, y)]
    above = (
        size
        * 1.25
        * max(
            [
                1 + abs(float(one.get("yshift", 0))) / 14
                for one in notes
                if one.get("yref") == "paper" and one.get("xref") != "paper"
            ],
            default=0,
        )
    )
    if fixed:
        across, up = (spec.get("domain") or (0, 1) for spec in specs)
        left, wide = left + across[0] * wide, (across[1] - across[0]) * wide
        top, high = top + (1 - up[1]) * high, (up[1] - up[0]) * high
    elif not several:
        left, top, wide, high = inner(axes, specs, left, top + above, wide, high - above, small, size)
    else:
        across, up = (spec.get("domain") or (0, 1) for spec in specs)
        pad = size * 3.0, size * 2.4
        left, wide = left + pad[0] + across[0] * (wide - pad[0]), (across[1] - across[0]) * (wide - pad[0])
        top, high = top + (1 - up[1]) * (high - pad[1]) + size, (up[1] - up[0]) * (high - pad[1]) - size * 0.6
    shown = {**colours, "page": colours.get("page", "#ffffff")}
    plot = Plot(
        axes[0], axes[1], left, top, max(wide, 10), max(high, 10), shown, scale, box if fixed else None
    )
    bars = Bars(traces, str(layout.get("barmode") or "group"))
    shapes = [one for one in layout.get("shapes") or [] if _belongs(one, x, y)]
    below = "".join(
        _shape(one, plot) for one in shapes if one.get("layer") == "below" or one.get("type") == "rect"
    )
    over = "".join(
        _shape(one, plot) for one in shapes if one.get("layer") != "below" and one.get("type") != "rect"
    )
    marks = "".join(drawn(trace, plot, bars) for trace in traces)
    return (
        below
        + frame(plot, specs, small, colours)
        + over
        + marks
        + "".join(_note(one, plot, size) for one in notes)
    )


def _belongs(one: Mapping[str, Any], x: str, y: str) -> bool:
    """Whether a shape or annotation belongs to this pair of axes; what refers to the paper belongs to the first."""
    across, up = one.get("xref") or "x", one.get("yref") or "y"
    across, up = across.removesuffix(" domain"), up.removesuffix(" domain")
    if across == "paper" and up == "paper":
        return x == "x"
    return across in (x, "paper") and up in (y, "paper")


def _axis(
    spec: Mapping[str, Any],
    traces: Sequence[Mapping[str, Any]],
    side: str,
    layout: Mapping[str, Any],
    comma: bool,
) -> Axis:
    values: list[Any] = []
    bases: list[float] = []
    sums: dict[tuple[str, bool], float] = {}
    for trace in traces:
        own = list(trace.get(side) or [])
        if trace.get("type") == "heatmap" and any(isinstance(one, str) for one in own):
            own = [str(one) for one in own]
        values += own
        lying = trace.get("orientation") == "h"
        if trace.get("type") == "bar" and side == ("x" if lying else "y"):
            bases.append(0.0)
            if layout.get("barmode") in ("stack", "relative"):
                for name, value in zip(trace.get("y" if lying else "x") or [], own, strict=False):
                    if isinstance(value, int | float):
                        key = (str(name), value >= 0)
                        sums[key] = sums.get(key, 0.0) + value
    for shape in layout.get("shapes") or []:
        if (
            shape.get(f"{side}ref", side) == side
            and spec.get("type") != "category"
            and shape.get("type") == "line"
        ):
            values += [
                one for one in (shape.get(f"{side}0"), shape.get(f"{side}1")) if isinstance(one, int | float)
            ]
    return axis_of(spec, [*values, *sums.values()], bases, comma)


def _place(plot: Plot, one: Mapping[str, Any], side: str, key: str) -> float | None:
    ref = str(one.get(f"{side}ref") or side)
    value = one.get(key)
    if ref == "paper" and plot.paper is not None:
        if value is None:
            return None
        left, top, wide, high = plot.paper
        return left + float(value) * wide if side == "x" else top + (1 - float(value)) * high
    if ref == "paper" or ref.endswith("domain"):
        share = None if value is None else float(value)
    else:
        share = (plot.x if side == "x" else plot.y).at(value)
    if share is None:
        return None
    return plot.left + share * plot.wide if side == "x" else plot.top + (1 - share) * plot.high


def _shape(one: Mapping[str, Any], plot: Plot) -> str:
    ends = [_place(plot, one, side, f"{side}{at}") for side in "xy" for at in (0, 1)]
    if any(end is None for end in ends):
        return ""
    x0, x1, y0, y1 = (float(end or 0) for end in ends)
    line = one.get("line") or {}
    stroke: dict[str, Attribute] = {
        "stroke": colour(line.get("color"), plot.colours["line-firm"]), "stroke_width": float(line.get("width", 1)) * plot.scale,
        "stroke_dasharray": dash(line.get("dash")),
    }  # fmt: skip
    if one.get("type") == "rect":
        box = {"x": min(x0, x1), "y": min(y0, y1), "width": abs(x1 - x0), "height": abs(y1 - y0)}
        edge = stroke if float(line.get("width", 1)) > 0 and line else {}
        return el(
            "rect",
            {**box, "fill": colour(one.get("fillcolor"), "none"), "opacity": one.get("opacity"), **edge},
        )
    return el("path", {"d": f"M{x0:.2f} {y0:.2f}L{x1:.2f} {y1:.2f}", **stroke})


def _note(one: Mapping[str, Any], plot: Plot, size: float) -> str:
    x, y = _place(plot, one, "x", "x"), _place(plot, one, "y", "y")
    if x is None or y is None:
        return ""
    font = one.get("font") or {}
    own = min(float(font.get("size", FIGURE_TEXT)) * plot.scale, size * 1.3)
    anchor = {"left": "start", "right": "end"}.get(str(one.get("xanchor") or one.get("align")), "middle")
    lower = {"bottom": -own * 0.35, "top": own}.get(str(one.get("yanchor")), own * 0.35)
    words = bare(one["text"])
    x = x + float(one.get("xshift", 0)) * plot.scale
    y = y - float(one.get("yshift", 0)) * plot.scale + lower
    if (
        plot.paper is None
        and one.get("yref") == "paper"
        and float(one.get("y", 0)) >= 1
        and float(one.get("yshift", 0)) < 0
    ):
        y = (
            plot.top - own * 0.35 + float(one["yshift"]) * plot.scale
        )  # names of breaks stand above the plot, in rows
    return text(
        x,
        y,
        words,
        own,
        colour(font.get("color"), plot.colours["ink-soft"]),
        anchor=anchor,
        halo=plot.colours["page"],
    )


def _names(
    traces: Sequence[Mapping[str, Any]],
    layout: Mapping[str, Any],
    wide: float,
    size: float,
    colours: Mapping[str, str],
) -> str:
    """The row of names over a figure that has several named traces."""
    named = [one for one in traces if one.get("name") and one.get("showlegend", True)]
    if layout.get("showlegend") is False or (len(named) < 2 and not layout.get("showlegend")):
        return ""
    parts, x = [], 0.0
    for one in {bare(one["name"]): one for one in named}.values():
        said = bare(one["name"])
        step = width(said, size * 0.92) + size * 2.6
        if x + step > wide:
            parts.append(text(x, size, "…", size, colours["ink-soft"]))
            break
        line, marker = one.get("line") or {}, one.get("marker") or {}
        paint = colour(line.get("color"), "") or colour(each_first(marker.get("color")), colours["ink"])
        if one.get("type") == "bar" or "lines" not in str(one.get("mode", "lines")):
            parts.append(
                el(
                    "rect",
                    {"x": x, "y": size * 0.25, "width": size * 0.85, "height": size * 0.85, "fill": paint},
                )
            )
        else:
            parts.append(
                el(
                    "path",
                    {
                        "d": f"M{x:.2f} {size * 0.7:.2f}h{size * 1.3:.2f}",
                        "stroke": paint,
                        "stroke_width": size * 0.18,
                        "stroke_dasharray": dash(line.get("dash")),
                    },
                )
            )
        parts.append(text(x + size * 1.7, size, said, size * 0.92, colours["ink"]))
        x += step
    return "".join(parts)


def each_first(given: Any) -> Any:
    """The first of several colours, or the one."""
    return given[0] if isinstance(given, list | tuple) and given else given
