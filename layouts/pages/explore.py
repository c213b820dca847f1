"""Phân tích: the frame of the explorer. What stands in it is fetched for the address and drawn by assets/js/explore.js."""

from __future__ import annotations

import json

from dash import Dash, html

from ioc.wording import say
from layouts.desk import Desk, House
from layouts.parts.export import export_menu

TITLE = "nav.explore"


def page(desk: Desk, search: str) -> html.Div:
    """The places of choices, picture, words and table."""
    return html.Div(
        [
            html.Section(
                [html.Div(id="explore-tools", className="explore-choices"), html.Div(id="explore-saved")],
                id="explore-side", className="explore-side sheet", **{"aria-label": say("explore.js.controls", desk.lang)},
            ),
            html.Section(
                [
                    html.Div(id="explore-views", className="segment explore-views", role="group", **{"aria-label": say("explore.js.views", desk.lang)}),
                    html.Div(id="explore-fault"),
                    html.Header(
                        [
                            html.P(id="explore-name", className="label", hidden=True),
                            html.H2(say("explore.title", desk.lang), id="explore-title"),
                            html.P(say("explore.lead", desk.lang), id="explore-line", className="explore-line"),
                        ]
                    ),
                    html.Div(
                        [
                            html.Div(className="progress", role="progressbar", **{"aria-label": say("explore.loading", desk.lang)}),
                            html.Div(id="explore-chart", className="explore-chart", hidden=True),
                            html.Div(id="explore-map", className="explore-map map-host", hidden=True),
                            html.P(id="explore-empty", className="explore-empty", role="status"),
                        ],
                        id="explore-picture", className="explore-picture",
                    ),
                    html.P(id="explore-source", className="quiet explore-source"),
                    html.Div(
                        [html.Div(id="explore-acts", className="explore-acts"), export_menu(desk, "analysis", follow="all")],
                        className="acts explore-row",
                    ),
                    html.Div(id="explore-notes", className="explore-notes"),
                    html.Div(id="explore-table", className="explore-table", hidden=True),
                ],
                className="explore-main",
            ),
            html.Button(
                say("explore.js.controls", desk.lang), className="button dock phone-only", type="button",
                **{"data-act": "sheet", "data-value": "explore-side", "aria-expanded": "false", "aria-controls": "explore-side"},
            ),
        ],
        id="explorer",
        className="explorer",
        **{"data-groups": groups(desk)},
    )  # fmt: skip


def groups(desk: Desk) -> str:
    """The site's groups of communes, as the chooser reads them."""
    seen = {area.code: area.name for area in desk.board.communes if desk.scope.allows(area=area.id)}
    found = [
        {
            "id": one.id,
            "name": one.name.in_(desk.lang),
            "areas": [code for code in one.communes if code in seen],
        }
        for one in desk.board.site.area_groups
    ]
    return json.dumps([one for one in found if one["areas"]], ensure_ascii=False)


def register(app: Dash, house: House) -> None:
    """The page has no callbacks: it asks for its document by the route of `layouts.analysis`."""
