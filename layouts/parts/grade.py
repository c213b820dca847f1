"""Grades in words and shapes: a colour never stands alone. Shapes are drawn by CSS, so no font is asked for them."""

from __future__ import annotations

from dash import html

from ioc import formats, wording
from ioc.catalogue import Grade
from ioc.cells import Cell


def shape(grade: Grade) -> html.Span:
    """The shape of a grade: triangle up, disc, triangle down, dash."""
    return html.Span(className=f"shape shape-{grade.value}", **{"aria-hidden": "true"})


def badge(cell: Cell, lang: str) -> html.Span | None:
    """Shape and word of a cell's grade; why it has no value; nothing where there is a value but no target."""
    if cell.state != "value":
        return html.Span(
            formats.capital(wording.say(f"states.{cell.state}", lang)), className="grade is-reason"
        )
    if cell.grade is Grade.NONE:
        return None
    return html.Span(
        [shape(cell.grade), html.Span(formats.capital(wording.say(f"grades.{cell.grade}", lang)))],
        className=f"grade is-{cell.grade}",
    )
