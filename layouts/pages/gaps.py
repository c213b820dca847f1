"""Khoảng trống: villages that lack grid, signal or cable; who lacks several, what comes first, and the register itself."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, html

from ioc import formats
from ioc.access import Permission
from ioc.web.callbacks import guarded
from ioc.wording import say
from layouts.desk import Desk, House
from layouts.parts.gap_communes import by_commune
from layouts.parts.gapped import Gapped, read_gapped
from layouts.parts.gaps import cards, steps, unlocks
from layouts.parts.overlaps import closed, overlaps
from layouts.parts.still import still
from layouts.parts.villages import villages

TITLE = "nav.gaps"


def page(desk: Desk, search: str) -> html.Div:
    """The frame with its content."""
    return html.Div(content(desk, search), id="gaps", className="gaps-page")


def content(desk: Desk, search: str | None) -> list[Any]:
    """Everything of the page, for what the address asks."""
    lang, view = desk.lang, read_gapped(search, desk)
    if view is None:
        return [html.P(say("gaps.none_configured", lang), className="lead")]
    if not view.register.villages:
        return [html.P(say("gaps.none_yet", lang), className="lead")]
    return [
        _head(view, desk),
        cards(view, desk),
        html.Div([steps(view, desk), unlocks(view, desk)], className="gap-pair"),
        html.Div([overlaps(view, desk), closed(view, desk)], className="gap-pair"),
        still(by_commune(view, desk)),
        still(villages(view, desk)),
    ]


def _head(view: Gapped, desk: Desk) -> html.Header:
    lang, register = desk.lang, view.register
    source = desk.board.site.sources[register.definitions.villages.source]
    words = say(
        "gaps.lead", lang, n=formats.number(len(register.villages), 0, lang), area=desk.board.root.name,
        on=formats.day(register.through, lang), source=source.name.in_(lang), edition=formats.number(register.edition, 0, lang),
    )  # fmt: skip
    return html.Header(
        [html.H2(say("gaps.title", lang)), html.P(words, className="lead")], className="gap-head"
    )


def register(app: Dash, house: House) -> None:
    """Callbacks of the page."""

    @app.callback(
        Output("gaps", "children"),
        Input("url", "search"),
        Input("edition", "data"),
        prevent_initial_call=True,
    )
    @guarded(Permission.VIEW)
    def renew(search: str, edition: int) -> Any:
        return content(house.desk_at(search or ""), search or "")
