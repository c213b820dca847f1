"""Màn hình: which screen on which wall shows what, how it is, what it is told, and the book of all that was done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dash import Dash, Input, Output, html
from flask import current_app

from ioc import formats
from ioc.access import Permission
from ioc.fleet import words
from ioc.fleet.certificate import Alarm, certificate
from ioc.fleet.health import Health, standings
from ioc.fleet.records import Act, What
from ioc.web.callbacks import guarded
from ioc.web.fleet import Fleet
from ioc.web.identity import SCREENS
from layouts.desk import Desk, House
from layouts.parts.screen import card, line, told
from layouts.parts.screen_forms import enrol_form, order_form

TITLE = "nav.screens"
ABROAD_FOR = timedelta(days=1)
MOST_ACTS = 40


def page(desk: Desk, search: str) -> html.Div:
    """The frame with the state of the moment, and the forms of an operator."""
    operates = desk.identity.may(Permission.OPERATE)
    if not operates:
        forms: Any = html.P(told(desk, "denied"), className="quiet")
    elif not desk.board.site.screens:
        forms = html.P(told(desk, "no_screens"), className="quiet")
    else:
        forms = html.Div([order_form(desk), enrol_form(desk)], className="screen-forms")
    return html.Div(
        [
            html.P(told(desk, "lead"), className="lead"),
            html.Div(content(desk), id="screens"),
            forms,
            html.Div(book(desk), id="screens-log"),
        ],
        className="screens",
    )


def content(desk: Desk) -> list[Any]:
    """The counts, the certificate, a card for every screen."""
    fleet = _fleet()
    found = standings(fleet.book, desk.now, fleet.contacts)
    operates = desk.identity.may(Permission.OPERATE)
    abroad = _abroad(fleet, desk) if operates else {}
    cards = [card(one, abroad.get(one.device.id), desk) for one in found]
    counts = [(health, sum(one.health is health for one in found)) for health in Health]
    waiting = fleet.door.waiting(desk.now) if operates else []
    return [
        html.P(
            [
                html.Strong(told(desk, "count", n=formats.number(len(found), 0, desk.lang))),
                *(html.Span([html.Span(told(desk, f"mark.{health}"), **{"aria-hidden": "true"}),
                             f" {formats.number(n, 0, desk.lang)} {told(desk, f'health.{health}')}"],
                            className=f"screen-health is-{health}") for health, n in counts if n),
            ],
            className="screens-count",
        ) if found else html.P(told(desk, "none"), className="quiet"),
        _certificate(desk),
        html.Section(cards, className="screen-list") if cards else None,
        html.Ul(
            [html.Li(told(desk, "enrol.waiting", address=one.address, at=formats.instant(one.asked_at, desk.lang)))
             for one in waiting[:8]],
            className="screens-asking",
        ) if waiting else None,
    ]  # fmt: skip


def book(desk: Desk) -> html.Section | None:
    """What was done, newest first; for operators."""
    if not desk.identity.may(Permission.OPERATE):
        return None
    fleet = _fleet()
    acts, devices = fleet.book.acts(limit=MOST_ACTS), {one.id: one for one in fleet.book.devices()}
    lines: Any = html.Ol([line(one, devices, desk) for one in acts], className="screen-log")
    if not acts:
        lines = html.P(told(desk, "log.none"), className="quiet")
    return html.Section([html.H2(told(desk, "log.title")), lines])


def _certificate(desk: Desk) -> html.P | None:
    found = certificate(desk.house.office.settings, desk.now)
    said = words.certificate(found, desk.now, desk.lang)
    if not said:
        return None
    loud = found.alarm in (Alarm.EXPIRED, Alarm.WITHIN_7, Alarm.UNREADABLE)
    mark = "▼ " if loud else "● " if found.wants else ""
    return html.P(
        f"{mark}{said}", className=f"screens-tls is-{'bad' if loud else 'watch' if found.wants else 'well'}"
    )


def _abroad(fleet: Fleet, desk: Desk) -> dict[int, Act]:
    """The last refusal of each device outside its range, of the last day."""
    found: dict[int, Act] = {}
    for one in fleet.book.acts(limit=200):
        fresh = one.what is What.ABROAD and desk.now - one.at < ABROAD_FOR
        if fresh and one.device is not None:
            found.setdefault(one.device, one)
    return found


def _fleet() -> Fleet:
    """The fleet of this worker."""
    found: Fleet = current_app.extensions[SCREENS]
    return found


def register(app: Dash, house: House) -> None:
    """Callbacks of the page."""

    @app.callback(
        Output("screens", "children"),
        Output("screens-log", "children"),
        Input("pulse", "data"),
        Input("edition", "data"),
        prevent_initial_call=True,
    )
    @guarded(Permission.VIEW)
    def renew(pulse: str, edition: int) -> tuple[Any, Any]:
        desk = house.desk()
        return content(desk), book(desk)
