"""Ranked: units below each other in one period, as bars or as dots with the period before, beside target and province.

Pure functions of a result. All panels of a picture keep the same order of rows, that of the first KPI, so that one
row is one commune throughout; what has no figure stands at the end with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ioc import formats
from ioc.analysis.query import Against, Way
from ioc.analysis.result import Column, Result, Unit
from ioc.catalogue import Grade
from layouts.figures.explore.canvas import MOST_ROWS, SMALL, Box, Canvas, Look, clip, wide
from layouts.figures.explore.lines import alike
from layouts.figures.explore.scales import padded, scale, tick_words
from layouts.figures.explore.words import Tips, heading, least_step, reason, shown, titled, unit_of

ROW, HEAD, FOOT = 18, 70, 8
SHAPES = {Grade.GOOD: "triangle-up", Grade.WATCH: "circle", Grade.BAD: "triangle-down", Grade.NONE: "circle"}


def bars(result: Result, look: Look) -> dict[str, Any]:
    """A bar a unit."""
    return _picture(result, look, as_bars=True)


def dots(result: Result, look: Look) -> dict[str, Any]:
    """A dot a unit, shaped by its grade, with a thin line to the period before when the question asks for it."""
    return _picture(result, look, as_bars=False)


def order(result: Result) -> list[Unit]:
    """Rows from the top: those with a figure of the first KPI, best first, then the others by name; at most MOST_ROWS."""
    ranked = result.ranked(result.columns[0])
    known = {unit.id for unit in ranked}
    rows = ranked + [unit for unit in result.units if unit.id not in known]
    if len(rows) <= MOST_ROWS:
        return rows
    half = MOST_ROWS // 2
    return rows[:half] + ranked[half:][-half:]


def _picture(result: Result, look: Look, as_bars: bool) -> dict[str, Any]:
    rows = order(result)
    names = {unit.id: unit.short or look.say("merged_short") for unit in rows}
    room = min(max(wide(name, 12) for name in names.values()) + 52, 168 if not look.narrow else 124)
    count = len(result.columns)
    across = 1 if look.narrow else min(count, max(1, int((look.width - room) / 250)))
    lines = -(-count // across)
    height = HEAD + ROW * len(rows) + FOOT
    shift = 0 if titled(result) else 18
    canvas = Canvas(look, height * lines - shift)
    each = (look.width - room) / across
    for at, column in enumerate(result.columns):
        top, left = at // across * height - shift, room + at % across * each
        if at % across == 0:
            _names(canvas, result, rows, names, room, top)
        place = Box(left + 6, top + HEAD, left + each - 62, top + HEAD + ROW * len(rows))
        _panel(canvas, result, column, rows, place, each, as_bars)
    return canvas.figure()


def _names(
    canvas: Canvas, result: Result, rows: Sequence[Unit], names: dict[str, str], room: float, top: float
) -> None:
    ranked, before, rank = result.ranked(result.columns[0]), None, 0
    places: dict[str, int] = {}
    for at, unit in enumerate(ranked):
        value = formats.rounded(
            result.columns[0].last(unit.id).value or 0.0, result.decimals(result.columns[0].kpi)
        )
        rank = rank if value == before else at + 1
        places[unit.id], before = rank, value
    for at, unit in enumerate(rows):
        y = top + HEAD + ROW * (at + 0.5)
        if unit.id in places:
            canvas.note(str(places[unit.id]), 24, y, "right")
        canvas.note(clip(names[unit.id], room - 40), room - 6, y, "right", "ink", 12)


def _panel(
    canvas: Canvas,
    result: Result,
    column: Column,
    rows: Sequence[Unit],
    place: Box,
    each: float,
    as_bars: bool,
) -> None:
    look, kpi = canvas.look, column.kpi
    c, count = look.colours, len(rows)
    readings = [column.last(unit.id) for unit in rows]
    whole = column.last(result.root.id).value if result.root and alike(column, result) else None
    whole = whole if Against.WHOLE in result.query.against else None
    target = _target(result, column, rows)
    before = [column.before.get(unit.id) for unit in rows] if Against.BEFORE in result.query.against else []
    values = [*(one.value for one in readings), whole, target, *(one.value for one in before if one)]
    ruler = scale(
        values,
        max(2, int(place.width / 80)),
        zero=as_bars or not kpi.is_share or result.query.way is not Way.VALUE,
        least=least_step(result, kpi),
    )
    ruler = ruler if as_bars else padded(ruler)
    ticks = list(ruler.ticks)
    axes = canvas.panel(
        place,
        {"range": [ruler.low, ruler.high], "tickvals": ticks, "ticktext": tick_words(ticks, unit_of(result, kpi, look.lang), look.lang),
         "side": "top", "showgrid": True, "gridcolor": c["line-soft"], "showline": False},
        {"range": [count - 0.5, -0.5], "visible": False},
    )  # fmt: skip
    top = place.top - HEAD
    if titled(result):
        canvas.title(heading(result, kpi, look), place.left, top + 12, each - 16)
    writer = Tips(result, look)
    tips = [writer.tip(kpi, unit, column.periods[-1], one) for unit, one in zip(rows, readings, strict=True)]
    at = list(range(count))
    if before:
        canvas.traces += [
            one | axes for one in _before(result, column, rows, readings, before, look, as_bars)
        ]
    shapes = {
        "x": [one.value for one in readings],
        "y": at,
        "text": tips,
        "hovertemplate": "%{text}<extra></extra>",
    }
    light = [c["seq-3"] if one.small or one.state == "held" else c["seq-5"] for one in readings]
    if as_bars:
        canvas.traces.append(
            {
                "type": "bar",
                "orientation": "h",
                **shapes,
                "textposition": "none",
                "marker": {"color": light},
                "width": 0.68,
                **axes,
            },
        )
    else:
        grades = [
            one.cell.grade if one.cell and result.query.way is Way.VALUE else Grade.NONE for one in readings
        ]
        fill = [
            c[grade.value] if grade is not Grade.NONE else shade
            for grade, shade in zip(grades, light, strict=True)
        ]
        canvas.traces.append({
            "type": "scatter", "mode": "markers", **shapes,
            "marker": {"size": 10, "symbol": [SHAPES[grade] for grade in grades], "color": fill, "line": {"color": c["surface"], "width": 1}}, **axes,
        })  # fmt: skip
    for row, one in enumerate(readings):
        y = place.top + ROW * (row + 0.5)
        if one.value is None:
            if before:
                canvas.note("–", place.right + 54, y, "right")
            else:
                canvas.note(clip(reason(one, look.lang), place.width, SMALL), place.left, y, "left")
            continue
        text = (
            shown(result, kpi, one, look.lang).split(formats.NBSP)[0]
            + ("*" if one.small else "")
            + ("?" if one.state == "held" else "")
        )
        canvas.note(text, place.right + 54, y, "right", "ink-soft" if one.small else "ink", 12)
    for value, colour, dash, words in (
        (whole, "ink", "solid", look.say("axis.whole")), (target, "accent", "dash", look.say("axis.target_short")),
    ):  # fmt: skip
        if value is not None:
            x = place.left + ruler.part(value) * place.width
            canvas.traces.append({
                "type": "scatter", "mode": "lines", "x": [value, value], "y": [-0.6, count - 0.5], "hoverinfo": "skip",
                "cliponaxis": False, "line": {"color": c[colour], "width": 1.5, "dash": dash}, **axes,
            })  # fmt: skip
            side = "right" if x > place.left + place.width / 2 else "left"
            number = formats.number(value, 0 if float(value).is_integer() else kpi.decimals, look.lang)
            canvas.note(
                f"{words} {number}",
                x + (4 if side == "left" else -4),
                top + (29 if colour == "ink" else 42),
                side,
                colour,
            )


def _target(result: Result, column: Column, rows: Sequence[Unit]) -> float | None:
    """The one target of the shown communes; None when not asked for, or when they differ."""
    if Against.TARGET not in result.query.against or result.query.way is not Way.VALUE:
        return None
    cells = [column.last(unit.id).cell for unit in rows]
    found = {cell.target.target for cell in cells if cell and cell.target}
    return found.pop() if len(found) == 1 else None


def _before(
    result: Result,
    column: Column,
    rows: Sequence[Unit],
    now: Sequence[Any],
    before: Sequence[Any],
    look: Look,
    as_bars: bool,
) -> list[dict[str, Any]]:
    """The period before: hollow points, tied to the present ones where these are dots."""
    c, kpi, lang = look.colours, column.kpi, look.lang
    x: list[float | None] = []
    y: list[float | None] = []
    for row, (one, old) in enumerate(zip(now, before, strict=True)):
        if old is not None and one.value is not None and old.value is not None:
            x += [old.value, one.value, None]
            y += [row, row, None]
    when = formats.capital(formats.period(column.compared or "", lang)) if column.compared else ""
    words = [
        "" if old is None or old.value is None
        else f"{when}: {formats.quantity(old.value, kpi.unit.in_(lang), kpi.decimals, lang)}"
        for old in before
    ]  # fmt: skip
    points = {
        "type": "scatter", "mode": "markers", "x": [None if old is None else old.value for old in before], "y": list(range(len(rows))),
        "text": words, "hovertemplate": "%{text}<extra></extra>",
        "marker": {"size": 7, "symbol": "circle", "color": c["surface"], "line": {"color": c["ink-soft"], "width": 1.5}},
    }  # fmt: skip
    tie = {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "hoverinfo": "skip",
        "line": {"color": c["line-firm"], "width": 1.5},
    }
    return [points] if as_bars else [tie, points]
