"""Chỉ số: the catalogue, and with ``kpi`` in the address the page of one KPI."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from dash import Dash, Input, Output, State, html

from ioc.access import Permission
from ioc.web.callbacks import guarded
from ioc.wording import say
from layouts.address import read_view
from layouts.desk import Desk, House
from layouts.parts.export import export_menu
from layouts.parts.kpi import kpi
from layouts.parts.kpi_list import kpi_list

TITLE = "nav.kpis"


def page(desk: Desk, search: str) -> html.Div:
    """The catalogue or one KPI, as the address says; the map, drawn in the browser, stays while the rest is renewed."""
    shown = html.Div(content(desk, search, None), id="kpi-page", className="kpi-page")
    place = html.Section(
        [
            html.Div(
                [html.H3(say("kpis.on_map", desk.lang)), export_menu(desk, "kpi-map", follow=True)],
                className="has-export",
            ),
            html.Div(id="map", className="map-host"),
        ],
        className="kpi-map",
    )
    return html.Div([shown, place], className="kpi-place")


def content(desk: Desk, search: str | None, theme: str | None) -> list[Any]:
    """What stands on the page; an unknown KPI leads to the catalogue."""
    asked = parse_qs((search or "").removeprefix("?")).get("kpi", [""])[-1]
    if asked in desk.board.site.kpis and desk.scope.allows(kpi=asked):
        return kpi(read_view(search, desk), desk, theme)
    return kpi_list(desk)


def register(app: Dash, house: House) -> None:
    """Callbacks of the page."""

    @app.callback(
        Output("kpi-page", "children"),
        Input("url", "search"),
        Input("edition", "data"),
        Input("theme", "data"),
        State("url", "pathname"),
        prevent_initial_call=True,
    )
    @guarded(Permission.VIEW)
    def renew(search: str, edition: int, theme: str, path: str) -> Any:
        return content(house.desk_at(search), search, theme)
