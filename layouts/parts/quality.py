"""The quality meter: four short bars for đúng, đủ, sạch, sống and the overall number, small enough for any tile.

Owns how a score looks and is said. The scores come from `ioc.quality`; bars never stand without the words, which
are in the title and for whoever listens instead of looking.
"""

from __future__ import annotations

from typing import Any

from dash import html

from ioc import formats
from ioc.catalogue import Kpi
from ioc.quality.criteria import Criterion, Score, grade, worst
from ioc.wording import say
from layouts.desk import Desk
from layouts.parts.grade import shape


def meter(kpi: Kpi, desk: Desk, area: str | None = None) -> html.Span | None:
    """The meter of one KPI, for the whole or one commune; None before anything was checked."""
    report = desk.quality.get(kpi.source)
    return None if report is None else bars(report.score(desk.now, kpi.id, area), desk)


def bars(found: Score, desk: Desk) -> html.Span | None:
    """Four bars as tall as their scores, and the overall score as a number."""
    if found.overall is None:
        return None
    words = in_words(found, desk)
    return html.Span(
        [
            html.Span(
                [
                    html.Span(
                        className=f"is-{grade(name, value)}", style={"height": f"{max(value or 0, 8):.0f}%"}
                    )
                    for name, value in found.by_criterion.items()
                ],
                className="quality-bars",
            ),
            html.Span(whole(found.overall, desk), className="figures"),
        ],
        className=f"quality is-{worst(found)}",
        title=words,
        role="img",
        **{"aria-label": words},
    )


def in_words(found: Score, desk: Desk) -> str:
    """``Chất lượng 92/100: đúng 99, đủ 92, sạch 97, sống 100``."""
    values = {name.value: whole(value, desk) for name, value in found.by_criterion.items()}
    return say("quality.meter", desk.lang, overall=whole(found.overall, desk), **values)


def whole(value: float | None, desk: Desk) -> str:
    """A score as a whole number, rounded down: only what is without a flaw is 100."""
    return say("quality.nothing", desk.lang) if value is None else formats.number(int(value), 0, desk.lang)


def fine(value: float | None, desk: Desk) -> str:
    """A score with one decimal, cut off: 99,96 is 99,9 and not 100."""
    if value is None:
        return "–"
    return formats.number(int(value * 10 + 1e-9) / 10, 0 if value == 100 else 1, desk.lang)


def cells(found: Score, desk: Desk) -> list[Any]:
    """The four scores and the overall one as cells of a table."""
    row = [_cell(name, value, desk) for name, value in found.by_criterion.items()]
    return [
        *row,
        html.Td(
            [shape(worst(found)), fine(found.overall, desk)],
            className=f"figures is-overall is-{worst(found)}",
        ),
    ]


def _cell(name: Criterion, value: float | None, desk: Desk) -> html.Td:
    standing = grade(name, value)
    words = say(
        "quality.score", desk.lang, name=say(f"quality.criterion.{name}", desk.lang), value=fine(value, desk),
        grade=say(f"quality.grade.{standing}", desk.lang),
    )  # fmt: skip
    return html.Td(fine(value, desk), className=f"figures is-{standing}", title=words)
