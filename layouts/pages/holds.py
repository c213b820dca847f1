"""Đang xác minh: new figures that are not believed yet, with what stands in their place and who decided what."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, html

from ioc import formats
from ioc.access import Permission
from ioc.web.callbacks import guarded
from layouts.desk import Desk, House
from layouts.parts.export import headed
from layouts.parts.hold import card, ended, told

TITLE = "nav.holds"
MOST = 30
"""Cases of each kind on the page."""


def page(desk: Desk, search: str) -> html.Div:
    """The frame with the state of the moment."""
    return html.Div(
        [html.P(told(desk, "lead"), className="lead"), html.Div(content(desk), id="holds")],
        className="alerts holds",
    )


def content(desk: Desk) -> list[Any]:
    """What is held now, and what has ended."""
    warehouse, kpis = desk.house.office.warehouse, desk.board.site.kpis
    known = [one for one in warehouse.cases(limit=10 * MOST, cells=6, scope=desk.scope) if one.kpi in kpis]
    past = [
        one for one in warehouse.cases(ended=True, limit=MOST, cells=1, scope=desk.scope) if one.kpi in kpis
    ]
    count = told(desk, "count", n=formats.number(len(known), 0, desk.lang)) if known else told(desk, "none")
    lines: Any = html.Ul([ended(one, kpis[one.kpi], desk) for one in past], className="alert-ended")
    if not past:
        lines = html.P(told(desk, "history_none"), className="quiet")
    return [
        headed(html.P(count, className="alerts-count"), desk, "holds"),
        html.Section([card(one, kpis[one.kpi], desk) for one in known[:MOST]], className="alert-list"),
        html.Section(
            [headed(html.H2(told(desk, "history")), desk, "holds-ended"), lines], className="alerts-history"
        ),
    ]


def register(app: Dash, house: House) -> None:
    """Callbacks of the page."""

    @app.callback(
        Output("holds", "children"),
        Input("pulse", "data"),
        Input("edition", "data"),
        prevent_initial_call=True,
    )
    @guarded(Permission.VIEW)
    def renew(pulse: str, edition: int) -> Any:
        return content(house.desk())
