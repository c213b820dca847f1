"""Điểm cần chú ý: hot and cold clusters of each KPI, and communes that move unlike those of their kind."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from dash import Dash, Input, Output, State, html

from ioc.access import Permission
from ioc.clusters import sheet as sheets
from ioc.web.callbacks import guarded
from ioc.wording import say
from layouts.desk import Desk, House
from layouts.parts.attention import listing, meaning, stamp, story, told

TITLE = "nav.attention"


def page(desk: Desk, search: str) -> html.Div:
    """The frame with the KPI that the address asks for."""
    return html.Div(content(desk, search), id="attention", className="attention")


def content(desk: Desk, search: str | None) -> list[Any]:
    """Findings of the newest sheet that is not younger than the edition; why there are none."""
    lang = desk.lang
    head = html.P(say("attention.lead", lang), className="lead")
    if desk.scope.areas is not None:
        return [head, html.P(say("attention.none_scope", lang), role="status")]
    found = sheets.newest(desk.house.office.settings.data, desk.board.edition.number)
    if found is None:
        return [head, html.P(say("attention.none_yet", lang), role="status"), meaning(desk)]
    kpis = told(found, desk)
    asked = parse_qs((search or "").removeprefix("?")).get("kpi", [""])[-1]
    if asked not in found.kpis or asked not in desk.board.site.kpis or not desk.scope.allows(kpi=asked):
        asked = kpis[0] if kpis else ""
    return [
        html.Div([head, stamp(found, desk)], className="attention-head"),
        html.Div(
            [
                listing(found, kpis, asked, desk),
                story(found, asked, desk) if asked else html.P(say("attention.all_quiet", lang)),
            ],
            className="attention-body",
        ),
        meaning(desk),
    ]


def register(app: Dash, house: House) -> None:
    """Callbacks of the page."""

    @app.callback(
        Output("attention", "children"),
        Input("url", "search"),
        Input("edition", "data"),
        State("url", "pathname"),
        prevent_initial_call=True,
    )
    @guarded(Permission.VIEW)
    def renew(search: str, edition: int, path: str) -> Any:
        return content(house.desk_at(search), search)
