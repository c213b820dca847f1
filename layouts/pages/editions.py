"""Các bản số liệu: every publication with its time, its source and what it changed, each to be opened for good."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from dash import Dash, Input, Output, State, html

from ioc import formats
from ioc.access import Permission
from ioc.observations import Edition
from ioc.web.callbacks import guarded
from layouts.address import EDITIONS, MAP, OVERVIEW, link
from layouts.desk import Desk, House
from layouts.parts.export import export_menu

TITLE = "editions.title"
SHOWN = 40
NAMED = 3


def page(desk: Desk, search: str) -> html.Div:
    """The frame with one page of the list."""
    return html.Div(
        [
            html.P(desk.say("editions.lead"), className="lead"),
            html.Div(rows(desk, search), id="editions", className="editions"),
        ],
        className="editions-page",
    )


def rows(desk: Desk, search: str | None) -> list[Any]:
    """The newest editions, or those older than the one the address names by ``truoc``."""
    before = _before(search)
    warehouse = desk.house.office.warehouse
    found = warehouse.editions(SHOWN + 1, before)
    shown = found[:SHOWN]
    changed = warehouse.touched([one.number for one in shown])
    heads = ("number", "time", "source", "changed", "kpis", "open")
    table = html.Table(
        [
            html.Thead(html.Tr([html.Th(desk.say(f"editions.{name}"), scope="col") for name in heads])),
            html.Tbody([_row(one, changed[one.number], desk) for one in shown]),
        ],
        className="plain-table",
    )
    ways: list[Any] = []
    if before is not None:
        ways.append(html.A(desk.say("editions.newest"), href=EDITIONS, className="go button is-quiet"))
    if len(found) > SHOWN:
        older = link(EDITIONS, truoc=str(shown[-1].number))
        ways.append(html.A(desk.say("editions.older"), href=older, className="go button is-quiet"))
    export = html.Div(
        export_menu(desk, "editions", truoc=None if before is None else str(before)),
        className="has-export is-end",
    )
    return [export, table, html.P(ways, className="choices")]


def _before(search: str | None) -> int | None:
    asked = parse_qs((search or "").removeprefix("?")).get("truoc", [""])[-1]
    return int(asked) if asked.isdecimal() and len(asked) < 10 else None


def _row(edition: Edition, changed: dict[str, int], desk: Desk) -> html.Tr:
    site, lang, number = desk.board.site, desk.lang, str(edition.number)
    source = site.sources.get(edition.source or "")
    kpis = sorted((name for name in changed if desk.scope.allows(kpi=name)), key=lambda name: -changed[name])
    named = ", ".join(site.kpis[name].short.in_(lang) for name in kpis[:NAMED] if name in site.kpis)
    if len(kpis) > NAMED:
        named = desk.say("editions.and_more", names=named, n=len(kpis) - NAMED)
    return html.Tr(
        [
            html.Th(formats.number(edition.number, 0, lang), scope="row", className="figures"),
            html.Td(formats.instant(edition.published_at, lang)),
            html.Td(source.name.in_(lang) if source else edition.source or "–"),
            html.Td(formats.number(edition.changed, 0, lang), className="figures"),
            html.Td(named or desk.say("editions.no_kpi"), className="quiet"),
            html.Td(
                [
                    html.A(desk.say("nav.overview"), href=link(OVERVIEW, ban=number)),
                    html.A(desk.say("nav.map"), href=link(MAP, ban=number)),
                ],
                className="editions-open",
            ),
        ]
    )


def register(app: Dash, house: House) -> None:
    """Callbacks of the page."""

    @app.callback(
        Output("editions", "children"),
        Input("url", "search"),
        Input("edition", "data"),
        State("url", "pathname"),
        prevent_initial_call=True,
    )
    @guarded(Permission.VIEW)
    def renew(search: str, edition: int, path: str) -> Any:
        return rows(house.desk(), search)
