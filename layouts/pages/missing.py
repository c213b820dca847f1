"""The page for an address that is none, and the one shown before the first edition."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, html

from ioc import formats
from ioc.access import Permission
from ioc.runs import State
from ioc.web.callbacks import guarded
from ioc.wording import say
from layouts.address import EDITIONS, MAP, OVERVIEW
from layouts.desk import Desk, House

TITLE = "missing.title"
EMPTY = "empty.title"


def page(desk: Desk, path: str) -> html.Div:
    """Says which address was not found and where to go instead."""
    return html.Div(
        [
            html.H2(desk.say("missing.title")),
            html.P(desk.say("missing.text", path=path)),
            html.P(
                [
                    html.A(desk.say("missing.home"), href=OVERVIEW, className="go button"),
                    html.A(desk.say("missing.map"), href=MAP, className="go button is-quiet"),
                ],
                className="choices",
            ),
        ],
        className="message",
    )


def edition(desk: Desk, path: str) -> html.Div:
    """Says that the edition an address names does not exist, and where editions are listed."""
    return html.Div(
        [
            html.H2(desk.say("closed.missing")),
            html.P(
                desk.say("closed.missing_text", n=formats.number(desk.board.edition.number, 0, desk.lang))
            ),
            html.P(
                [
                    html.A(desk.say("closed.back"), href=path, className="button"),
                    html.A(desk.say("nav.editions"), href=EDITIONS, className="go button is-quiet"),
                ],
                className="choices",
            ),
        ],
        className="message",
    )


def empty(desk: Desk) -> html.Div:
    """What is happening before the first edition: every source and the stage it has reached."""
    drawing = desk.house.drawing()
    return html.Div(
        [
            html.H2(desk.say("empty.title")),
            html.P(desk.say("empty.text")),
            html.Ul(progress(desk), id="progress-list", className="first-load"),
            None if drawing else html.P(desk.say("empty.no_drawing"), className="quiet"),
        ],
        className="message",
    )


def progress(desk: Desk) -> list[Any]:
    """One line a source: waiting, the stage of its run, or done."""
    warehouse, site = desk.house.office.warehouse, desk.board.site
    rows = []
    for name, runs in warehouse.recent_runs(site.sources, limit=1).items():
        run = runs[0] if runs else None
        done = run is not None and run.state is State.PUBLISHED
        words = desk.say("empty.wait")
        if run is not None:
            words = desk.say("empty.done") if done else say(f"runs.state.{run.state}", desk.lang)
        busy = html.Span(className="done" if done else "busy" if run else "idle", **{"aria-hidden": "true"})
        rows.append(
            html.Li(
                [busy, html.Span(site.sources[name].name.in_(desk.lang)), html.Span(words, className="quiet")]
            )
        )
    return rows


def register(app: Dash, house: House) -> None:
    """Callbacks of the empty state."""

    @app.callback(Output("progress-list", "children"), Input("pulse", "data"), prevent_initial_call=True)
    @guarded(Permission.VIEW)
    def renew(pulse: str) -> Any:
        return progress(house.desk())
