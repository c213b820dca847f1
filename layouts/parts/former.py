"""The old units that make up a commune, each with its own figures as reported before 1 July 2025.

Owns the choice of period and the sentences: exact for units that went in whole, estimated for divided ones, refused
where nobody answers for the shares.
"""

from __future__ import annotations

from typing import Any

from dash import html

from ioc import formats
from ioc.areas import Area
from ioc.breaks import REFORM_DOCUMENT
from ioc.catalogue import Kpi
from ioc.cells import Cell
from ioc.crosswalk import Fate, Method
from ioc.periods import Period
from ioc.wording import say
from layouts.address import View
from layouts.desk import Desk


def former(view: View, area: Area, desk: Desk) -> list[Any]:
    """The section; empty for a commune that the reform left as it was."""
    into = desk.board.crosswalk.constituents(area.id)
    if not into:
        return []
    kpi, lang = view.kpi, desk.lang
    reported = desk.board.reported(kpi.id, area.id, desk.scope)
    period = _period(view.period, reported)
    head = [html.H3(say("history.title", lang))]
    if period is None:
        return [*head, html.P(say("history.nothing", lang, kpi=kpi.short.in_(lang)), className="quiet")]
    present = desk.board.cell(kpi.id, area.id, period, desk.scope)
    rows = [_row(kpi, fate, _at(reported.get(fate.old.id, []), period), lang) for fate in into]
    rows.append(_line(kpi, say("history.together", lang, name=area.name), "", present, lang))
    label = formats.period(period, lang)
    columns = [html.Th(say(f"history.head.{name}", lang), scope="col") for name in ("unit", "code")]
    columns.append(html.Th(say("history.head.value", lang, period=label), scope="col"))
    return [
        *head,
        html.Table([html.Thead(html.Tr(columns)), html.Tbody(rows)], className="panel-table former"),
        html.P(_note(into, lang), className="quiet"),
    ]


def _period(shown: str, reported: dict[str, list[Cell]]) -> str | None:
    """The period on the map where it was reported by old units; else their newest one of its kind, or at all."""
    keys = {cell.period for cells in reported.values() for cell in cells}
    asked = Period.parse(shown)
    if shown in keys:
        return shown
    known = [Period.parse(key) for key in keys]
    alike = [one for one in known if one.kind is asked.kind and one.cumulative is asked.cumulative]
    chosen = alike or [one for one in known if not one.cumulative]
    return max(chosen, key=lambda one: (one.end, one.first)).key if chosen else None


def _at(cells: list[Cell], period: str) -> Cell | None:
    return next((cell for cell in cells if cell.period == period), None)


def _row(kpi: Kpi, fate: Fate, cell: Cell | None, lang: str) -> html.Tr:
    return _line(kpi, fate.old.name, fate.old.code, cell, lang)


def _line(kpi: Kpi, name: str, code: str, cell: Cell | None, lang: str) -> html.Tr:
    if cell is None or cell.state != "value":
        value = say(f"states.{cell.state if cell else 'missing'}", lang)
    else:
        value = formats.quantity(cell.value, kpi.unit.in_(lang), kpi.decimals, lang)
        if kpi.is_share and cell.numerator is not None:
            value += (
                f" ({formats.number(cell.numerator, 0, lang)}/{formats.number(cell.denominator, 0, lang)})"
            )
    return html.Tr(
        [
            html.Th(name, scope="row"),
            html.Td(code, className="figures"),
            html.Td(value, className="figures is-value"),
        ],
        className="" if code else "is-chosen",
    )


def _note(into: list[Fate], lang: str) -> str:
    """How figures were carried over, and on which document."""
    methods = {fate.method for fate in into}
    if Method.REFUSED in methods:
        names = ", ".join(fate.old.name for fate in into if fate.method is Method.REFUSED)
        return say("history.refused", lang, names=names)
    estimated = [fate for fate in into if fate.estimated]
    if estimated:
        told = [
            f"{fate.old.name}: {say(f'history.method.{fate.method}', lang)}, {fate.document}"
            for fate in estimated
        ]
        return say("history.estimated", lang, how="; ".join(told))
    return say("history.exact", lang, document=REFORM_DOCUMENT)
