"""Small multiples: one little chart a unit, all on the same scale, the province's line grey behind each.

A pure function of a result. Everything lies on one pair of axes in pixels, so that eighty charts cost two traces.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ioc import formats
from ioc.analysis.notes import marks_of
from ioc.analysis.result import Column, Result, Unit
from ioc.periods import Period
from layouts.figures.explore.canvas import MOST_ROWS, Box, Canvas, Look, clip
from layouts.figures.explore.lines import alike
from layouts.figures.explore.ranked import order
from layouts.figures.explore.scales import scale, tick_words
from layouts.figures.explore.words import Tips, heading, least_step, reason, shown, titled, unit_of

EACH, TALL, HEAD = 178, 104, 40
MOST = 120


def small(result: Result, look: Look) -> dict[str, Any]:
    """A block of little charts for each KPI, as many as there is room for; the first KPI always."""
    units = order(result)
    kept = result.columns[: blocks(result)]
    across = max(2, int(look.width / EACH))
    lines = -(-len(units) // across)
    block = HEAD + lines * TALL + 10
    canvas = Canvas(look, block * len(kept))
    axes = canvas.pixels
    for at, column in enumerate(kept):
        _block(canvas, result, column, units, block * at, across, axes)
    return canvas.figure()


def blocks(result: Result) -> int:
    """How many KPIs are drawn: as many as there is room for, the first one always."""
    return min(len(result.columns), max(1, MOST // max(1, min(len(result.units), MOST_ROWS))))


def _block(
    canvas: Canvas,
    result: Result,
    column: Column,
    units: Sequence[Unit],
    top: float,
    across: int,
    axes: dict[str, str],
) -> None:
    look, c, kpi = canvas.look, canvas.look.colours, column.kpi
    root = result.root if result.root and alike(column, result) else None
    behind = column.rows[root.id] if root else ()
    values = [one.value for unit in units for one in column.rows[unit.id]] + [one.value for one in behind]
    ruler = scale(values, 4, not kpi.is_share, tight=True, least=least_step(result, kpi))
    low, high = tick_words([ruler.ticks[0], ruler.ticks[-1]], unit_of(result, kpi, look.lang), look.lang)
    head = f"{heading(result, kpi, look)} · " if titled(result) else ""
    canvas.title(head + formats.capital(look.say("axis.same_scale", low=low, high=high)), 4, top + 14)
    count, each = len(column.periods), look.width / across
    ground: tuple[list[Any], list[Any]] = ([], [])
    lines: tuple[list[Any], list[Any], list[str]] = ([], [], [])
    points: tuple[list[Any], list[Any], list[str], list[str]] = ([], [], [], [])
    breaks, tips = _breaks(result, column, look), Tips(result, look)
    for at, unit in enumerate(units):
        left, up = at % across * each + 6, top + HEAD + at // across * TALL
        box = Box(left, up + 22, left + each - 16, up + TALL - 14)

        def x(i: int, box: Box = box) -> float:
            return box.left + (i + 0.5) / count * box.width

        def y(value: float | None, box: Box = box) -> float | None:
            return None if value is None else box.bottom - ruler.part(value) * box.height

        row = column.rows[unit.id]
        last = row[-1]
        canvas.line(box.left, box.bottom, box.right, box.bottom, "line-soft")
        for place in breaks:
            canvas.line(
                x(place) - 0.5 / count * box.width,
                box.top,
                x(place) - 0.5 / count * box.width,
                box.bottom,
                "line-firm",
                dash="dot",
            )
        canvas.note(
            clip(unit.short or look.say("merged_short"), box.width * 0.62),
            box.left,
            up + 10,
            colour="ink",
            size=12,
        )
        text = shown(result, kpi, last, look.lang) if last.value is not None else reason(last, look.lang)
        canvas.note(
            clip(text, box.width * 0.5), box.right, up + 10, "right", "ink-soft", bold=last.value is not None
        )
        ground[0].extend([*(x(i) for i in range(len(behind))), None])
        ground[1].extend([*(y(one.value) for one in behind), None])
        lines[0].extend([*(x(i) for i in range(count)), None])
        lines[1].extend([*(y(one.value) for one in row), None])
        lines[2].extend(
            [
                *(
                    "" if one.value is None else tips.tip(kpi, unit, column.periods[i], one)
                    for i, one in enumerate(row)
                ),
                "",
            ]
        )
        if last.value is not None:
            points[0].append(x(count - 1))
            points[1].append(y(last.value))
            points[2].append(tips.tip(kpi, unit, column.periods[-1], last))
            points[3].append(c["surface"] if last.provisional or last.state == "held" else c["seq-6"])
    if behind:
        canvas.traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": ground[0],
                "y": ground[1],
                "hoverinfo": "skip",
                "line": {"color": c["plain"], "width": 1.5},
                **axes,
            }
        )
    canvas.traces.append({
        "type": "scatter", "mode": "lines", "x": lines[0], "y": lines[1], "text": lines[2], "hovertemplate": "%{text}<extra></extra>",
        "line": {"color": c["seq-6"], "width": 2}, "connectgaps": False, **axes,
    })  # fmt: skip
    canvas.traces.append({
        "type": "scatter", "mode": "markers", "x": points[0], "y": points[1], "text": points[2], "hovertemplate": "%{text}<extra></extra>",
        "marker": {"size": 7, "symbol": "circle", "color": points[3], "line": {"color": c["seq-6"], "width": 1.5}}, **axes,
    })  # fmt: skip
    ends = [formats.period(column.periods[i], look.lang, short=True) for i in (0, -1)]
    canvas.note(
        " – ".join(ends) + (f" · {look.say('axis.grey_whole')}" if behind else ""),
        look.width - 6,
        top + 14,
        "right",
    )


def _breaks(result: Result, column: Column, look: Look) -> list[int]:
    """Places between periods where a break falls."""
    days = [Period.parse(key).first for key in column.periods]
    found = [sum(day < mark.on for day in days) for mark in marks_of(result, column.kpi, look.lang)]
    return [at for at in found if 0 < at < len(days)]
