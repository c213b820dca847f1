"""Tổng quan: the headline KPIs as tiles, the chosen one on the map, best and worst communes, what changed."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, html

from ioc.access import Permission
from ioc.web.callbacks import guarded
from ioc.wording import say
from layouts.address import MAP
from layouts.desk import Desk, House
from layouts.parts.alert import strip
from layouts.parts.changes import changes
from layouts.parts.export import export_menu, headed
from layouts.parts.tile import tile

TITLE = "overview.title"


def page(desk: Desk, search: str) -> html.Div:
    """The frame with its first content; map and short lists are drawn in the browser."""
    return html.Div(
        [
            html.Section(
                strip(desk),
                id="alert-strip",
                className="alert-strip",
                **{"aria-label": say("alerts.page.strip", desk.lang)},
            ),
            html.Section(
                tiles(desk), id="tiles", className="tiles", **{"aria-label": desk.say("overview.headlines")}
            ),
            html.Section(
                [
                    html.Header(
                        [
                            html.H2(id="map-title"),
                            html.Div(
                                [
                                    export_menu(desk, "kpi-map", follow=True),
                                    html.A(
                                        desk.say("overview.open_map"),
                                        href=MAP,
                                        id="open-map",
                                        className="go button is-quiet",
                                    ),
                                ],
                                className="acts",
                            ),
                        ],
                        className="section-head",
                    ),
                    html.Div(id="map", className="map-host"),
                ],
                className="overview-map",
                **{"aria-label": desk.say("overview.map")},
            ),
            html.Section(id="ends", className="overview-ends", **{"aria-label": desk.say("overview.ends")}),
            html.Section(
                [
                    headed(html.H2(desk.say("overview.changes")), desk, "changes"),
                    html.Div(changes(desk), id="changes"),
                ],
                className="overview-changes",
            ),
        ],
        className="overview",
    )


def tiles(desk: Desk) -> list[Any]:
    """One tile a headline KPI that the visitor may see."""
    return [tile(kpi, desk) for kpi in desk.board.site.headlines if desk.scope.allows(kpi=kpi.id)]


def register(app: Dash, house: House) -> None:
    """Callbacks of the page."""

    @app.callback(
        Output("tiles", "children"),
        Output("changes", "children"),
        Input("edition", "data"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    @guarded(Permission.VIEW)
    def renew(edition: int, search: str) -> tuple[Any, Any]:
        desk = house.desk_at(search)
        return tiles(desk), changes(desk)

    @app.callback(
        Output("alert-strip", "children"),
        Input("pulse", "data"),
        Input("edition", "data"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    @guarded(Permission.VIEW)
    def renew_strip(pulse: str, edition: int, search: str) -> Any:
        return strip(house.desk_at(search))
