"""The catalogue as a list: every KPI by mission group with its number, standing, trend and owner.

Owns the list's columns. Searching in it happens in the browser (assets/js/catalogue.js).
"""

from __future__ import annotations

from typing import Any

from dash import html

from ioc import formats
from ioc.catalogue import Kpi
from ioc.wording import say
from layouts.address import KPIS, link, passport_link
from layouts.desk import Desk
from layouts.parts.export import export_menu
from layouts.parts.grade import badge
from layouts.parts.still import still
from layouts.parts.tile import sparkline


def kpi_list(desk: Desk) -> list[Any]:
    """Search box (made in the browser), the groups, and a sentence for a search that finds nothing."""
    site, lang = desk.board.site, desk.lang
    visible = [one for one in site.kpis.values() if desk.scope.allows(kpi=one.id)]
    bodies = []
    for group in site.groups.values():
        mine = [one for one in visible if one.group == group.id]
        if mine:
            head = html.Tr(html.Th(group.name.in_(lang), colSpan=5, scope="colgroup"), className="group")
            bodies.append(html.Tbody([head, *(_row(one, desk) for one in mine)]))
    heads = ("kpi", "value", "grade", "trend", "owner")
    return [
        html.Div(
            [
                html.P(say("kpis.lead", lang, n=len(visible)), className="lead"),
                html.Div(id="catalogue-search", className="catalogue-search"),
                export_menu(desk, "catalogue"),
            ],
            className="catalogue-head",
        ),
        still(html.Table(
            [html.Thead(html.Tr([html.Th(say(f"kpis.head.{name}", lang), scope="col", className=f"is-{name}") for name in heads])), *bodies],
            id="catalogue", className="plain-table catalogue",
        )),
        html.P(say("kpis.nothing", lang), id="catalogue-none", className="quiet", role="status"),
    ]  # fmt: skip


def _row(one: Kpi, desk: Desk) -> html.Tr:
    board, lang = desk.board, desk.lang
    period = board.latest_period(one.id)
    cell = board.total(one.id, period, desk.scope)
    owner = board.site.departments.get(one.owner)
    ban = str(board.edition.number) if desk.fixed else None
    words = formats.period(period, lang, short=True)
    value: Any = (
        html.A(
            formats.quantity(cell.value, one.unit.in_(lang), one.decimals, lang),
            href=passport_link(desk, one.id, period), className="go figures passport-link",
        )
        if cell.state == "value"
        else "–"
    )  # fmt: skip
    return html.Tr(
        [
            html.Th(
                [
                    html.A(one.name.in_(lang), href=link(KPIS, kpi=one.id, ban=ban), className="go"),
                ],
                scope="row",
            ),
            html.Td([value, html.Span(words, className="quiet")], className="is-value"),
            html.Td(badge(cell, lang), className="is-grade"),
            html.Td(sparkline(one, cell, desk), className="is-trend"),
            html.Td(owner.name.in_(lang) if owner else one.owner, className="is-owner"),
        ],
        **{"data-name": f"{one.name.in_(lang)} {one.short.in_(lang)} {one.id}"},
    )
