"""Lines: each KPI through time, every unit a line; few are named and coloured, many are the ground of the province's.

A pure function of a result. Periods that still run are hollow, gaps stay gaps, breaks are drawn where they apply.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ioc import formats
from ioc.analysis.notes import marks_of
from ioc.analysis.query import Against, Way
from ioc.analysis.result import Column, Reading, Result, Unit
from ioc.catalogue import Aggregation
from ioc.periods import Period
from layouts.figures.explore.canvas import MOST_NAMED, SMALL, Box, Canvas, Look, clip, grid, spaced, wide
from layouts.figures.explore.scales import Scale, scale, tick_words
from layouts.figures.explore.words import Tips, heading, least_step, titled, unit_of

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "x", "star")
COLOURS = ("cat-1", "cat-2", "cat-3", "cat-4", "cat-5", "cat-6", "ink", "ink-soft")


def lines(result: Result, look: Look) -> dict[str, Any]:
    """One panel a KPI."""
    several = len(result.columns) > 1
    columns = 1 if look.narrow or not several else 2
    height = (300 if look.narrow else 460) if not several else 270
    rows = -(-len(result.columns) // columns)
    canvas = Canvas(look, height * rows)
    for column, place in zip(result.columns, grid(look, len(result.columns), height, columns), strict=True):
        _panel(canvas, result, column, place)
    return canvas.figure()


def alike(column: Column, result: Result) -> bool:
    """Whether the province's figure belongs on the communes' scale: a sum over them would dwarf them."""
    return column.kpi.aggregation is not Aggregation.SUM or result.query.way is Way.INDEX


def drawn(result: Result, column: Column) -> tuple[list[Unit], list[Unit]]:
    """Units with a name and colour of their own, and those that are ground."""
    root = result.root if result.root and alike(column, result) else None
    asked = Against.WHOLE in result.query.against
    if len(result.units) > MOST_NAMED:
        return ([root] if root else []), list(result.units)
    return [*result.units, *([root] if root and asked else [])], []


def _panel(canvas: Canvas, result: Result, column: Column, place: Box) -> None:
    look = canvas.look
    named, ground = drawn(result, column)
    names = {unit.id: unit.short or look.say("merged_short") for unit in named}
    room = max([wide(name) for name in names.values()] or [0]) + 16
    room = min(room, 92 if look.narrow else 150)
    box = Box(
        place.left + 52,
        place.top + (44 if titled(result) else 26),
        place.right - max(room, 24),
        place.bottom - 34,
    )
    targets = _targets(result, column)
    readings = [row for unit in (*named, *ground) for row in column.rows.get(unit.id, ())]
    values = [reading.value for reading in readings]
    zero = not column.kpi.is_share and result.query.way is Way.VALUE
    ruler = scale(
        [*values, *(targets or [])], 5 if box.height > 300 else 4, zero, least=least_step(result, column.kpi)
    )
    axes = canvas.panel(box, _periods(result, column, box, look), _values(result, column, ruler, look))
    if titled(result):
        canvas.title(heading(result, column.kpi, look), place.left + 4, place.top + 12, place.width - 20)
    if result.query.way is Way.INDEX or (result.query.way is not Way.VALUE and ruler.low < 0 < ruler.high):
        y = box.bottom - ruler.part(100 if result.query.way is Way.INDEX else 0) * box.height
        canvas.line(box.left, y, box.right, y, "line-firm")
    if ground:
        canvas.traces.append(_ground(result, column, ground, look) | axes)
    if targets:
        canvas.traces.append({
            "type": "scatter", "mode": "lines", "x": list(range(len(targets))), "y": targets, "hoverinfo": "skip",
            "line": {"color": look.colours["accent"], "width": 1.5, "dash": "4px,3px", "shape": "hv"}, **axes,
        })  # fmt: skip
        _target_word(canvas, result, column, targets, ruler, box)
    for at, unit in enumerate(named):
        canvas.traces += [trace | axes for trace in _named(result, column, unit, at, look)]
    _ends(canvas, result, column, named, names, ruler, box)
    _breaks(canvas, result, column, box)


def _periods(result: Result, column: Column, box: Box, look: Look) -> dict[str, Any]:
    count = len(column.periods)
    every = max(1, -(-count // max(2, int(box.width / 62))))
    at = list(range(count - 1, -1, -every))[::-1]
    return {
        "range": [-0.4, count - 0.6], "tickvals": at,
        "ticktext": [formats.period(column.periods[i], look.lang, short=True) for i in at],
    }  # fmt: skip


def _values(result: Result, column: Column, ruler: Scale, look: Look) -> dict[str, Any]:
    return {
        "range": [ruler.low, ruler.high], "showgrid": True, "tickvals": list(ruler.ticks), "showline": False,
        "ticktext": tick_words(ruler.ticks, unit_of(result, column.kpi, look.lang), look.lang),
    }  # fmt: skip


def _targets(result: Result, column: Column) -> list[float | None]:
    """Targets of the communes by period, when the question asks for them; empty when there are none."""
    if Against.TARGET not in result.query.against or result.query.way is not Way.VALUE:
        return []
    rows = [column.rows[unit.id] for unit in result.units if unit.id in column.rows] or list(
        column.rows.values()
    )
    found: list[float | None] = []
    for at in range(len(column.periods)):
        cells = [row[at].cell for row in rows]
        here = {cell.target.target for cell in cells if cell is not None and cell.target is not None}
        found.append(here.pop() if len(here) == 1 else None)
    return found if any(one is not None for one in found) else []


def _target_word(
    canvas: Canvas, result: Result, column: Column, targets: Sequence[float | None], ruler: Scale, box: Box
) -> None:
    lang = canvas.look.lang
    value = next(one for one in targets if one is not None)
    last = next(one for one in reversed(targets) if one is not None)
    unit, places = column.kpi.unit.in_(lang), 0 if float(last).is_integer() else column.kpi.decimals
    words = canvas.look.say("axis.target", value=formats.quantity(last, unit, places, lang))
    canvas.note(words, box.left + 4, box.bottom - ruler.part(value) * box.height - 9, colour="accent")


def _ground(result: Result, column: Column, units: Sequence[Unit], look: Look) -> dict[str, Any]:
    """All other lines as one trace, with gaps between them: a hundred lines cost as much as one."""
    tips = Tips(result, look)
    x: list[float | None] = []
    y: list[float | None] = []
    text: list[str] = []
    for unit in units:
        for at, reading in enumerate(column.rows[unit.id]):
            x.append(at)
            y.append(reading.value)
            text.append(
                "" if reading.value is None else tips.tip(column.kpi, unit, column.periods[at], reading)
            )
        x.append(None)
        y.append(None)
        text.append("")
    dots = len(x) * len(result.columns) <= 1200
    return {
        "type": "scatter", "mode": "lines+markers" if dots else "lines", "x": x, "y": y, "text": text, "hovertemplate": "%{text}<extra></extra>",
        "line": {"color": look.colours["plain"], "width": 1}, "marker": {"color": look.colours["plain"], "size": 3},
        "opacity": 0.75, "connectgaps": False,
    }  # fmt: skip


def _named(result: Result, column: Column, unit: Unit, at: int, look: Look) -> list[dict[str, Any]]:
    """A line of its own; points of periods that still run, and figures held back, are hollow."""
    row, whole = column.rows.get(unit.id, ()), result.root is not None and unit.id == result.root.id
    colour = look.colours["ink" if whole else COLOURS[at % len(COLOURS)]]
    open_ = [reading.provisional or reading.state == "held" for reading in row]
    fill = [look.colours["surface"] if hollow else colour for hollow in open_]
    many, tips = len(row) > 40, Tips(result, look)
    return [{
        "type": "scatter", "mode": "lines+markers", "x": list(range(len(row))), "y": [one.value for one in row],
        "text": ["" if one.value is None else tips.tip(column.kpi, unit, column.periods[i], one) for i, one in enumerate(row)],
        "hovertemplate": "%{text}<extra></extra>", "connectgaps": False, "line": {"color": colour, "width": 2.5 if whole else 2},
        "marker": {"size": 4 if many else 7, "symbol": "circle" if whole else SYMBOLS[at % len(SYMBOLS)], "color": fill, "line": {"color": colour, "width": 1.5}},
    }]  # fmt: skip


def _ends(
    canvas: Canvas,
    result: Result,
    column: Column,
    named: Sequence[Unit],
    names: dict[str, str],
    ruler: Scale,
    box: Box,
) -> None:
    """Names at the ends of the lines, moved apart."""
    last: list[tuple[int, Unit, float]] = []
    for at, unit in enumerate(named):
        value = _last(column.rows.get(unit.id, ()))
        if value is not None:
            last.append((at, unit, value))
    wanted = [box.bottom - ruler.part(value) * box.height for _, _, value in last]
    for (at, unit, _), y in zip(last, spaced(wanted, 15, box.top, box.bottom), strict=True):
        whole = result.root is not None and unit.id == result.root.id
        colour = "ink" if whole else COLOURS[at % len(COLOURS)]
        canvas.note(clip(names[unit.id], 150, SMALL), box.right + 8, y, colour=colour, bold=whole)


def _last(row: Sequence[Reading]) -> float | None:
    return next((one.value for one in reversed(row) if one.value is not None), None)


def _breaks(canvas: Canvas, result: Result, column: Column, box: Box) -> None:
    """A dotted line where figures before are not comparable with those after, named and with its cause."""
    days = [Period.parse(key).first for key in column.periods]
    row = 0
    for mark in marks_of(result, column.kpi, canvas.look.lang):
        at = sum(day < mark.on for day in days)
        if not 0 < at < len(days):
            continue
        x = box.left + (at - 0.5 + 0.4) / (len(days) - 0.2) * box.width
        canvas.line(x, box.top - 8, x, box.bottom, "line-firm", dash="dot")
        side = "left" if x < box.left + box.width * 0.6 else "right"
        cause = f"{mark.cause} ({mark.document})" if mark.document else mark.cause
        canvas.note(
            mark.name,
            x + (4 if side == "left" else -4),
            box.top - 10 + 13 * row,
            side,
            hover=formats.capital(cause),
        )
        row += 1
