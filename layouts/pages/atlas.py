"""Bản đồ: the map with its ranking, the province's figure and the panel of a chosen commune."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, html

from ioc.access import Permission
from ioc.web.callbacks import guarded
from ioc.wording import say
from layouts.address import read_view
from layouts.desk import Desk, House
from layouts.parts.export import export_menu
from layouts.parts.panel import panel
from layouts.parts.province import province
from layouts.parts.village import drilled

TITLE = "map.title"


def page(desk: Desk, search: str) -> html.Div:
    """The frame with the figures that the address asks for."""
    view = read_view(search, desk)
    return html.Div(
        [
            html.Section(
                [
                    dmc.Select(
                        id="kpi", value=view.kpi.id, data=choices(desk), searchable=True, allowDeselect=False, maxDropdownHeight=420,
                        nothingFoundMessage=desk.say("map.kpi_none"), filter={"function": "searchKpi"}, className="kpi-select",
                        comboboxProps={"shadow": "md"}, **{"aria-label": desk.say("map.kpi")},
                    ),
                    html.Div(id="period", className="control"),
                    html.Div(id="colouring", className="control"),
                    html.Div(id="views", className="control views"),
                    html.Div(export_menu(desk, "kpi-map", follow=True), className="control"),
                ],
                id="toolbar",
                className="toolbar sheet",
                **{"aria-label": desk.say("map.controls")},
            ),
            html.Section(
                [
                    html.H2(id="map-title", className="unseen"),
                    html.Nav(id="crumbs", className="crumbs", **{"aria-label": say("atlas.crumbs", desk.lang)}),
                    html.Div(id="map", className="map-host"),
                    html.Div(id="timeline", className="timeline"),
                ],
                className="atlas-map",
                **{"aria-label": desk.say("map.drawing")},
            ),
            html.Section(
                [
                    html.Div(province(view, desk), id="province", className="province"),
                    html.Div(
                        [html.H2(desk.say("map.ranking")), export_menu(desk, "kpi-ranking", follow=True)],
                        className="has-export",
                    ),
                    html.Div(id="ranking", className="ranking-host"),
                ],
                className="atlas-side",
            ),
            html.Button(
                desk.say("map.controls"), className="button dock phone-only", type="button",
                **{"data-act": "sheet", "data-value": "toolbar", "aria-expanded": "false", "aria-controls": "toolbar"},
            ),
            html.Aside(drilled(view, search, desk) or panel(view, desk, None), id="panel", className="panel", **{"aria-live": "polite"}),
        ],
        className="atlas",
    )  # fmt: skip


def choices(desk: Desk) -> list[dict[str, Any]]:
    """KPIs by mission group for the list."""
    site = desk.board.site
    return [
        {
            "group": group.name.in_(desk.lang),
            "items": [
                {"value": kpi.id, "label": kpi.name.in_(desk.lang)}
                for kpi in site.kpis.values()
                if kpi.group == group.id and desk.scope.allows(kpi=kpi.id)
            ],
        }
        for group in site.groups.values()
    ]


def register(app: Dash, house: House) -> None:
    """Callbacks of the page: what a change of address or edition renews on the server."""

    @app.callback(
        Output("province", "children"),
        Input("url", "search"),
        Input("edition", "data"),
        prevent_initial_call=True,
    )
    @guarded(Permission.VIEW)
    def renew_province(search: str, edition: int) -> Any:
        desk = house.desk_at(search)
        return province(read_view(search, desk), desk)

    @app.callback(
        Output("panel", "children"),
        Input("url", "search"),
        Input("edition", "data"),
        Input("theme", "data"),
        State("url", "pathname"),
    )
    @guarded(Permission.VIEW)
    def renew_panel(search: str, edition: int, theme: str, path: str) -> Any:
        desk = house.desk_at(search)
        return drilled(read_view(search, desk), search, desk) or panel(read_view(search, desk), desk, theme)

    app.clientside_callback(
        ClientsideFunction("ioc", "chooseKpi"),
        Output("kpi", "name"),
        Input("kpi", "value"),
        prevent_initial_call=True,
    )
