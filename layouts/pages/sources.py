"""Nguồn dữ liệu: each source with its state, its ages and what became of its rows, and the scheduler's sign of life."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, html

from ioc import formats
from ioc.access import Permission
from ioc.freshness import HEARTBEAT, Freshness, health, scheduler_state
from ioc.web.callbacks import guarded
from ioc.wording import say
from layouts.desk import Desk, House
from layouts.parts.export import export_menu
from layouts.parts.source import Known, source
from layouts.parts.still import still

TITLE = "sources.title"


def page(desk: Desk, search: str) -> html.Div:
    """The frame with the state of the moment."""
    return html.Div(
        [html.P(desk.say("sources.lead"), className="lead"), html.Div(cards(desk), id="sources")],
        className="sources",
    )


def known(desk: Desk) -> list[Known]:
    """What is known of every source, in the order of the site."""
    warehouse, site = desk.house.office.warehouse, desk.board.site
    runs = warehouse.recent_runs(site.sources)
    asked = {request.source for request in warehouse.waiting_requests()}
    found = []
    for spec in site.sources.values():
        state = health(spec, runs[spec.id], desk.now)
        telling = state.published or state.attempt
        detail = warehouse.run(telling.id) if telling else None
        found.append(Known(spec, state, detail.findings if detail else (), spec.id in asked))
    return found


def cards(desk: Desk) -> list[Any]:
    """The scheduler's line and a card for every source."""
    found = known(desk)
    fresh = sum(one.health.state is Freshness.FRESH for one in found)
    return [
        html.Div(
            [
                html.P(desk.say("sources.summary", fresh=fresh, all=len(found)), className="sources-count"),
                _scheduler(desk),
                html.Div(
                    [
                        export_menu(desk, "sources"),
                        export_menu(desk, "findings", label=say("exports.table.findings", desk.lang).lower()),
                    ],
                    className="choices",
                ),
            ],
            className="sources-head",
        ),
        still([source(one, desk) for one in found], className="source-list"),
    ]


def _scheduler(desk: Desk) -> html.P:
    sign = desk.house.office.warehouse.heartbeat(HEARTBEAT)
    state = scheduler_state(sign.at if sign else None, desk.now)
    at = formats.instant(sign.at, desk.lang) if sign else ""
    return html.P(
        [
            html.Span(className=f"dot is-{state}", **{"aria-hidden": "true"}),
            desk.say(f"sources.scheduler_{state}", at=at),
        ],
        className=f"scheduler is-{state}",
    )


def register(app: Dash, house: House) -> None:
    """Callbacks of the page."""

    @app.callback(
        Output("sources", "children"),
        Input("pulse", "data"),
        Input("edition", "data"),
        prevent_initial_call=True,
    )
    @guarded(Permission.VIEW)
    def renew(pulse: str, edition: int) -> Any:
        return cards(house.desk())
