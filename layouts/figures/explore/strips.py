"""Strips: how the units of one period are spread, a stack of dots over one line for each KPI.

A pure function of a result. The province, the target, the middle and the two ends are named on the line.
"""

from __future__ import annotations

from statistics import median
from typing import Any

from ioc import formats
from ioc.analysis.query import Way
from ioc.analysis.result import Column, Result
from layouts.figures.explore.canvas import SMALL, Box, Canvas, Look, clip, grid, wide
from layouts.figures.explore.lines import alike
from layouts.figures.explore.ranked import _target
from layouts.figures.explore.scales import scale, tick_words
from layouts.figures.explore.words import Tips, heading, least_step, unit_of
from layouts.figures.spread import BARS, spread

HEIGHT = 240


def strips(result: Result, look: Look) -> dict[str, Any]:
    """One strip a KPI."""
    columns = 1 if look.narrow or len(result.columns) == 1 else 2
    canvas = Canvas(look, HEIGHT * -(-len(result.columns) // columns))
    for column, place in zip(result.columns, grid(look, len(result.columns), HEIGHT, columns), strict=True):
        _strip(canvas, result, column, place)
    return canvas.figure()


def _strip(canvas: Canvas, result: Result, column: Column, place: Box) -> None:
    look, kpi, c = canvas.look, column.kpi, canvas.look.colours
    box = Box(place.left + 24, place.top + 74, place.right - 28, place.bottom - 30)
    canvas.note(
        clip(heading(result, kpi, look), place.width - 30),
        place.left + 4,
        place.top + 12,
        colour="ink",
        size=13,
        bold=True,
    )
    units = [unit for unit in result.units if column.last(unit.id).value is not None]
    values = [column.last(unit.id).value or 0.0 for unit in units]
    found = spread(values)
    if not units:
        canvas.note(look.say("nothing"), place.left + 4, place.top + 40)
        return
    whole = column.last(result.root.id).value if result.root and alike(column, result) else None
    target = _target(result, column, result.units)
    middle = median(values)
    ruler = scale(
        [*values, whole, target],
        max(3, int(box.width / 110)),
        not kpi.is_share and result.query.way is Way.VALUE,
        least=least_step(result, kpi),
    )
    tall = max(found.tallest if found else 1, 6)
    axes = canvas.panel(
        box,
        {"range": [ruler.low, ruler.high], "tickvals": list(ruler.ticks), "ticktext": tick_words(ruler.ticks, unit_of(result, kpi, look.lang), look.lang), "showgrid": True, "gridcolor": c["line-soft"]},
        {"range": [-0.6, tall + 0.2], "visible": False},
    )  # fmt: skip
    if found is None or found.dots:
        heights = (
            {index: height for index, _, height in found.dots}
            if found
            else dict.fromkeys(range(len(units)), 0)
        )
        span = (found.high - found.low) if found else 0.0
        lefts = {index: found.low + left * span for index, left, _ in found.dots} if found else {}
        small, tips = [column.last(unit.id).small for unit in units], Tips(result, look)
        canvas.traces.append({
            "type": "scatter", "mode": "markers", "x": [lefts.get(i, value) for i, value in enumerate(values)], "y": [heights[i] for i in range(len(units))],
            "text": [tips.tip(kpi, unit, column.periods[-1], column.last(unit.id)) for unit in units], "hovertemplate": "%{text}<extra></extra>",
            "marker": {"size": 10, "symbol": "circle", "color": [c["surface"] if one else c["seq-5"] for one in small], "line": {"color": c["seq-6"], "width": 1}}, **axes,
        })  # fmt: skip
    else:
        span = found.high - found.low
        canvas.traces.append({
            "type": "bar", "x": [found.low + left * span for left, _ in found.bars], "y": [count for _, count in found.bars],
            "width": span / BARS * 0.9, "marker": {"color": c["seq-5"]}, "hovertemplate": "%{y}<extra></extra>", **axes,
        })  # fmt: skip
    _words(canvas, column, result, box, ruler, {"whole": whole, "target_short": target, "middle": middle})


def _words(
    canvas: Canvas, column: Column, result: Result, box: Box, ruler: Any, marks: dict[str, float | None]
) -> None:
    """Province, target and middle as lines with their names, moved apart in two rows."""
    colours = {"whole": ("ink", "solid"), "target_short": ("accent", "dash"), "middle": ("ink-soft", "dot")}
    right_end = [-1e9, -1e9, -1e9]
    for name, value in sorted(((n, v) for n, v in marks.items() if v is not None), key=lambda one: one[1]):
        x = box.left + ruler.part(value) * box.width
        places = 0 if float(value).is_integer() else max(1, result.decimals(column.kpi))
        words = f"{canvas.look.say(f'axis.{name}')} {tick_words([value], '', canvas.look.lang)[0] if places == 0 else _number(value, places, canvas.look.lang)}"
        length = wide(words, SMALL)
        left = min(max(x - length / 2, box.left - 20), box.right + 20 - length)
        row = next((i for i, end in enumerate(right_end) if left > end + 8), 2)
        right_end[row] = left + length
        colour, dash = colours[name]
        canvas.line(x, box.top - 8 - 13 * row, x, box.bottom, colour, 1.5, dash)
        canvas.note(words, left, box.top - 14 - 13 * row, colour=colour)


def _number(value: float, places: int, lang: str) -> str:
    return formats.number(value, places, lang)
