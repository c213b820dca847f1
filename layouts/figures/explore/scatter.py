"""Scatter: two KPIs against each other in one period, every commune a named point where its name finds room.

A pure function of a result. Names are placed one after the other in the first free place around their point; those
without room are counted, and the tip has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from ioc import formats
from ioc.analysis.query import Against, Way
from ioc.analysis.result import Column, Result, Unit
from layouts.figures.explore.canvas import SMALL, Box, Canvas, Look, wide
from layouts.figures.explore.lines import alike
from layouts.figures.explore.scales import Scale, padded, scale, tick_words
from layouts.figures.explore.words import Tips, heading, least_step, unit_of

REACH = 7
"""Pixels from the middle of a point to its name."""


@dataclass(frozen=True)
class Rect:
    """Room that is taken, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Rect) -> bool:
        """Whether the two overlap."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def scatter(result: Result, look: Look) -> dict[str, Any]:
    """The first KPI across, the second up."""
    across, up = result.columns[0], result.columns[1]
    canvas = Canvas(look, 420 if look.narrow else 620)
    box = Box(64, 44, look.width - 24, canvas.height - 52)
    units = [
        unit
        for unit in result.units
        if across.last(unit.id).value is not None and up.last(unit.id).value is not None
    ]
    xs = [across.last(unit.id).value or 0.0 for unit in units]
    ys = [up.last(unit.id).value or 0.0 for unit in units]
    lines = [_marks(result, column) for column in (across, up)]
    x = scale(
        [*xs, *lines[0].values()],
        max(3, int(box.width / 130)),
        _zero(result, across),
        least=least_step(result, across.kpi),
    )
    y = scale([*ys, *lines[1].values()], 6, _zero(result, up), least=least_step(result, up.kpi))
    x, y = padded(x), padded(y)
    axes = canvas.panel(
        box,
        {"range": [x.low, x.high], "tickvals": list(x.ticks), "ticktext": tick_words(x.ticks, unit_of(result, across.kpi, look.lang), look.lang),
         "showgrid": True, "gridcolor": look.colours["line-soft"], "showline": False},
        {"range": [y.low, y.high], "tickvals": list(y.ticks), "ticktext": tick_words(y.ticks, unit_of(result, up.kpi, look.lang), look.lang),
         "showgrid": True, "showline": False},
    )  # fmt: skip
    canvas.title(f"↑ {heading(result, up.kpi, look)}", 8, 16)
    canvas.note(
        f"{heading(result, across.kpi, look)} →", box.right, canvas.height - 14, "right", "ink", 13, bold=True
    )
    _cross(canvas, lines, x, y, box)
    writer, second = Tips(result, look), escape(formats.capital(up.kpi.short.in_(look.lang)))
    tips = [
        f"{writer.tip(across.kpi, unit, across.periods[-1], across.last(unit.id))}<br>{second}: {writer.value(up.kpi, up.last(unit.id))}"
        for unit in units
    ]
    small = [across.last(unit.id).small or up.last(unit.id).small for unit in units]
    c = look.colours
    canvas.traces.append({
        "type": "scatter", "mode": "markers", "x": xs, "y": ys, "text": tips, "hovertemplate": "%{text}<extra></extra>",
        "marker": {"size": 9, "symbol": "circle", "color": [c["surface"] if one else c["seq-5"] for one in small], "line": {"color": c["seq-6"], "width": 1.5}}, **axes,
    })  # fmt: skip
    places = [
        (box.left + x.part(a) * box.width, box.bottom - y.part(b) * box.height)
        for a, b in zip(xs, ys, strict=True)
    ]
    hidden = _names(canvas, units, places, box)
    if hidden:
        canvas.note(
            look.say("axis.unnamed", n=hidden), box.right, canvas.height - 32 if look.narrow else 14, "right"
        )
    return canvas.figure()


def _zero(result: Result, column: Column) -> bool:
    return result.query.way is not Way.INDEX and (
        not column.kpi.is_share or result.query.way is not Way.VALUE
    )


def _marks(result: Result, column: Column) -> dict[str, float]:
    """What the axis is held against: the province, the target, and nothing at all for changes."""
    found: dict[str, float] = {}
    way, against = result.query.way, result.query.against
    if way is not Way.VALUE:
        found["even"] = 100.0 if way is Way.INDEX else 0.0
    if Against.WHOLE in against and result.root and alike(column, result):
        value = column.last(result.root.id).value
        if value is not None:
            found["whole"] = value
    targets = {
        cell.target.target for unit in result.units if (cell := column.last(unit.id).cell) and cell.target
    }
    if Against.TARGET in against and way is Way.VALUE and len(targets) == 1:
        found["target"] = targets.pop()
    return found


def _cross(canvas: Canvas, lines: Sequence[dict[str, float]], x: Scale, y: Scale, box: Box) -> None:
    looks = {"even": ("line-firm", "solid"), "whole": ("ink", "solid"), "target": ("accent", "dash")}
    for name, value in lines[0].items():
        at = box.left + x.part(value) * box.width
        canvas.line(at, box.top, at, box.bottom, *looks[name][:1], 1, looks[name][1])
        if name != "even":
            canvas.note(
                canvas.look.say(f"axis.{name}" if name == "whole" else "axis.target_short"),
                at + 4,
                box.top + 8,
                colour=looks[name][0],
            )
    for name, value in lines[1].items():
        at = box.bottom - y.part(value) * box.height
        canvas.line(box.left, at, box.right, at, looks[name][0], 1, looks[name][1])
        if name != "even":
            canvas.note(
                canvas.look.say(f"axis.{name}" if name == "whole" else "axis.target_short"),
                box.right - 4,
                at - 8,
                "right",
                looks[name][0],
            )


def placed(
    places: Sequence[tuple[float, float]], names: Sequence[str], box: Box
) -> list[tuple[float, float, str] | None]:
    """Where each name stands (x, y, side of the words), None where there is no room; no two overlap, nor a point."""
    taken = [Rect(x - 5, y - 5, x + 5, y + 5) for x, y in places]
    found: list[tuple[float, float, str] | None] = [None] * len(places)
    # outermost first: at the rim there is room, in the crowd the later ones give way
    middle = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    order = sorted(
        range(len(places)),
        key=lambda at: -((places[at][0] - middle[0]) ** 2 + (places[at][1] - middle[1]) ** 2),
    )
    for at in order:
        x, y = places[at]
        length = wide(names[at])
        for dx, dy, side in ((REACH, 0, "left"), (-REACH, 0, "right"), (0, -13, "center"), (0, 13, "center"),
                             (REACH, -10, "left"), (REACH, 10, "left"), (-REACH, -10, "right"), (-REACH, 10, "right")):  # fmt: skip
            left = x + dx - {"left": 0, "right": length, "center": length / 2}[side]
            rect = Rect(left, y + dy - 7, left + length, y + dy + 7)
            inside = (
                rect.left >= box.left - 40
                and rect.right <= box.right + 20
                and rect.top >= box.top - 6
                and rect.bottom <= box.bottom + 6
            )
            if inside and not any(rect.meets(other) for i, other in enumerate(taken) if i != at):
                taken.append(rect)
                found[at] = (x + dx, y + dy, side)
                break
    return found


def _names(canvas: Canvas, units: Sequence[Unit], places: Sequence[tuple[float, float]], box: Box) -> int:
    if len(units) > 400:
        return len(units)
    names = [unit.short or canvas.look.say("merged_short") for unit in units]
    found = placed(places, names, box)
    for name, place in zip(names, found, strict=True):
        if place is not None:
            canvas.note(name, place[0], place[1], place[2], "ink", SMALL)
    return sum(place is None for place in found)
