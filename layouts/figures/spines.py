"""The spine chart of a commune as one picture: a line for each KPI in two columns, with the marks of the page.

Owns where the lines stand and their key. Positions on a line are `layouts.figures.spine`'s, the comparison is
`ioc.profile`'s; nothing here needs Dash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ioc import formats
from ioc.catalogue import Direction, Grade
from ioc.profile import Line
from ioc.wording import say
from layouts.figures.dots import SYMBOLS, TOKENS
from layouts.figures.explore.canvas import SIZE, SMALL, Box, Canvas, Look, clip, wide
from layouts.figures.spine import Spine, spine

WIDTH, ROW, HEAD = 1120, 21, 46
NAMES, VALUES, GAP = 190, 92, 18
"""Pixels of a column for names and figures, and between two columns; the rest is for the lines."""
KEY = (("own", "before", "alike_mark", "target_mark"), ("middle", "quarter", "range"))
SIGNS: Mapping[str, tuple[str, str, float]] = {
    "own": ("circle", "ink", 11.0), "before": ("circle-open", "ink-soft", 10.0), "alike_mark": ("diamond-open", "ink", 9.0),
    "target_mark": ("line-ns", "accent", 16.0),
}  # fmt: skip
"""Symbol, colour and size of each mark; one's own takes the shape and colour of its grade."""
Mark = tuple[float, float, str, str, float]
"""Where, and symbol, colour and size."""


def lay_out(one: Line) -> Spine | None:
    """The positions of one line; None where there is nothing to compare with."""
    field, middle = one.field, one.middle
    if field is None or middle is None:
        return None
    value, before = (
        cell.value if cell is not None and cell.state == "value" else None for cell in (one.cell, one.before)
    )
    target = one.cell.target.target if one.cell.target else None
    up = one.kpi.direction is not Direction.DOWN
    return spine(
        middle, field.low, field.first, field.third, field.high, value, before, target, one.alike, up
    )


def spines(
    groups: Sequence[tuple[str, Sequence[Line]]], colours: Mapping[str, str], lang: str
) -> dict[str, Any]:
    """Every line of every group, in plotly's terms; each group under its name."""
    rows: list[str | Line] = []
    for name, lines in groups:
        rows += [name, *lines] if lines else []
    half = -(-len(rows) // 2)
    columns = [rows[:half], rows[half:]]
    if columns[1] and not isinstance(columns[1][0], str):  # a group that goes on is named again
        columns[1].insert(0, next(row for row in reversed(columns[0]) if isinstance(row, str)))
    canvas = Canvas(Look(WIDTH, colours, lang), HEAD + ROW * max(map(len, columns)) + 8)
    marks = _key(canvas, max((one.alike_count for _, lines in groups for one in lines), default=0))
    across = (WIDTH - GAP) / 2
    for at, column in enumerate(columns):
        left = at * (across + GAP)
        place = Box(left + NAMES + VALUES + 12, HEAD, left + across - 10, HEAD + ROW * len(column))
        for row, one in enumerate(column):
            y = HEAD + ROW * (row + 0.5)
            if isinstance(one, str):
                canvas.note(clip(one, across), left, y, colour="ink", bold=True)
                canvas.line(left, y + ROW * 0.45, left + across, y + ROW * 0.45, "line-firm")
            else:
                marks += _line(canvas, one, place, left, y)
    canvas.traces.append({
        "type": "scatter", "mode": "markers", "hoverinfo": "skip", "cliponaxis": False, **canvas.pixels,
        "x": [one[0] for one in marks], "y": [one[1] for one in marks],
        "marker": {
            "symbol": [one[2] for one in marks], "color": [colours[one[3]] for one in marks], "size": [one[4] for one in marks],
            "line": {"width": 2, "color": [colours[one[3]] for one in marks]},
        },
    })  # fmt: skip
    return canvas.figure()


def _line(canvas: Canvas, one: Line, place: Box, left: float, y: float) -> list[Mark]:
    """One KPI; returns its marks."""
    kpi, lang = one.kpi, canvas.look.lang
    canvas.note(clip(kpi.short.in_(lang), NAMES - 8, SMALL), left + NAMES, y, "right")
    value = one.cell.value if one.cell.state == "value" else None
    shown = formats.quantity(value, kpi.unit.in_(lang), kpi.decimals, lang) if value is not None else "–"
    canvas.note(clip(shown, VALUES - 6), left + NAMES + VALUES, y, "right", "ink", SIZE)
    found = lay_out(one)
    if found is None:
        canvas.note(say("profile.spine.none", lang), place.left, y)
        return []

    def at(part: float) -> float:
        return place.left + part * place.width

    canvas.line(at(found.start), y, at(found.end), y, "line-firm", 2)
    canvas.line(at(found.first), y, at(found.third), y, "line-firm", 9)
    canvas.line(at(0.5), y - 8, at(0.5), y + 8, "ink-soft", 2)
    grade, own = one.cell.grade, SIGNS["own"]
    signs = dict(SIGNS)
    if grade is not Grade.NONE:
        signs["own"] = (SYMBOLS[grade], TOKENS[grade], own[2])
    if "target" in found.beyond and found.target is not None:  # it lies farther out than the line reaches
        signs["target_mark"] = (f"triangle-{'left' if found.target < 0.5 else 'right'}", "accent", 11.0)
    places = {
        "target_mark": found.target,
        "alike_mark": found.alike,
        "before": found.before,
        "own": found.own,
    }
    return [(at(part), y, *signs[name]) for name, part in places.items() if part is not None]


def _key(canvas: Canvas, alike: int) -> list[Mark]:
    """What the marks mean, in two rows along the top; returns the marks among them."""
    lang, marks = canvas.look.lang, []
    for row, names in enumerate(KEY):
        x, y = 8.0, 10.0 + 18 * row
        for name in names:
            if name in SIGNS:
                symbol, colour, size = SIGNS[name]
                marks.append((x, y, symbol, colour, size))
            elif name == "middle":
                canvas.line(x, y - 7, x, y + 7, "ink-soft", 2)
            else:
                canvas.line(x - 6, y, x + 6, y, "line-firm", 9 if name == "quarter" else 2)
            words = say(f"profile.spine.{name}", lang, n=alike)
            canvas.note(words, x + 12, y)
            x += 36 + wide(words)
    return marks
