"""Hộ chiếu số liệu: one number and everything behind it, at an address that opens the same number again."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from dash import Dash, Input, Output, State, html

from ioc.access import Permission
from ioc.passport import Passport, issue
from ioc.proof import prove
from ioc.unknown import UnknownError
from ioc.web.callbacks import guarded
from ioc.web.passports import place
from ioc.wording import say
from layouts.address import KPIS
from layouts.desk import Desk, House
from layouts.parts.passport import passport, recounted

TITLE = "passport.title"


def page(desk: Desk, search: str) -> html.Div:
    """The passport that the address asks for."""
    return html.Div(content(desk, search), id="passport", className="passport")


def content(desk: Desk, search: str | None) -> list[Any]:
    """The passport, or why there is none."""
    try:
        return passport(_issued(desk, search), desk)
    except UnknownError:
        return [
            html.Div(
                [
                    html.H2(desk.say("passport.unknown")),
                    html.P(desk.say("passport.unknown_text")),
                    html.P(
                        html.A(desk.say("nav.kpis"), href=KPIS, className="go button"), className="choices"
                    ),
                ],
                className="message",
            )
        ]


def _issued(desk: Desk, search: str | None) -> Passport:
    """Raises an UnknownError for an address that names nothing this edition has."""
    kpi, area, period = _asked(desk, search)
    newest = desk.house.bookshelf.latest().edition.number
    return issue(
        desk.house.office,
        desk.board,
        kpi,
        area,
        period,
        desk.now,
        scope=desk.scope,
        lang=desk.lang,
        newest=newest,
    )


def _asked(desk: Desk, search: str | None) -> tuple[str, str, str]:
    given = {name: found[-1] for name, found in parse_qs((search or "").removeprefix("?")).items()}
    kpi = desk.board.kpi(given.get("kpi", ""), desk.scope).id
    area = place(desk.board, given.get("xa", "").replace(" ", "+"))  # a plus typed by hand arrives as a space
    return kpi, area, given.get("ky") or desk.board.latest_period(kpi)


def register(app: Dash, house: House) -> None:
    """Callbacks of the page."""

    @app.callback(
        Output("passport", "children"),
        Input("url", "search"),
        Input("edition", "data"),
        State("url", "pathname"),
        prevent_initial_call=True,
    )
    @guarded(Permission.VIEW)
    def renew(search: str, edition: int, path: str) -> Any:
        return content(house.desk_at(search), search)

    @app.callback(
        Output("recount", "children"),
        Input("recount-ask", "n_clicks"),
        State("url", "search"),
        running=[(Output("recount-ask", "disabled"), True, False)],
        prevent_initial_call=True,
    )
    @guarded(Permission.VIEW)
    def recount(clicks: int, search: str) -> Any:
        desk = house.desk_at(search)
        if not clicks:
            return []
        try:
            found = _issued(desk, search)
            kpi, area, period = _asked(desk, search)
            return recounted(found, prove(desk.house.office, desk.board, kpi, area, period, desk.scope), desk)
        except UnknownError:
            return say("passport.recount.rows_gone", desk.lang)
