"""Breaks of a trend in words, below the chart on which they are drawn.

Owns which of them fall into the stretch shown. What counts as a break is `ioc.breaks`.
"""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from ioc import formats
from ioc.breaks import Mark
from ioc.cells import Cell
from ioc.periods import Period
from ioc.wording import say


def within(marks: Sequence[Mark], cells: Sequence[Cell]) -> list[Mark]:
    """The marks that part the periods of `cells`."""
    days = [Period.parse(cell.period).first for cell in cells]
    return [mark for mark in marks if days and days[0] < mark.on <= days[-1]]


def told(marks: Sequence[Mark], cells: Sequence[Cell], lang: str) -> list[html.Ul]:
    """Each break with its day, cause and document; nothing where there is none."""
    lines = [
        say(
            "history.break.line_document" if mark.document else "history.break.line", lang,
            date=formats.day(mark.on, lang), cause=mark.cause, document=mark.document or "",
        )
        for mark in within(marks, cells)
    ]  # fmt: skip
    if not lines:
        return []
    title = say("history.break.title", lang)
    return [html.Ul([html.Li(line) for line in lines], className="breaks quiet", **{"aria-label": title})]
