"""Cảnh báo: what is open and whose it is, what has ended, and what was told to whom."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, html

from ioc import formats
from ioc.access import Permission
from ioc.alerts import words
from ioc.alerts.book import Book
from ioc.alerts.evaluator import HEARTBEAT
from ioc.alerts.records import ITSELF, OPEN, Alert, Delivery, Message, seen
from ioc.web.callbacks import guarded
from ioc.wording import say
from layouts.desk import Desk, House
from layouts.parts.alert import card, event_line, severity, unresolved
from layouts.parts.export import headed

TITLE = "nav.alerts"


def page(desk: Desk, search: str) -> html.Div:
    """The frame with the state of the moment."""
    return html.Div(
        [html.P(_say("lead", desk), className="lead"), html.Div(content(desk), id="alerts")],
        className="alerts",
    )


def content(desk: Desk) -> list[Any]:
    """The open ones, the ended ones, the messages."""
    site, book = desk.board.site, Book(desk.house.office.warehouse)
    found = unresolved(desk)
    ended = [one for alert in book.resolved() if (one := seen(alert, desk.scope)) is not None]
    if not site.alerts and not found and not ended:
        return [html.P(_say("page.no_rules", desk), className="quiet")]
    return [
        _head(found, desk),
        html.Section([card(one, desk) for one in found], className="alert-list") if found else None,
        _history(ended, desk),
        _messages(book.messages(scope=desk.scope), desk),
    ]


def _head(found: list[Alert], desk: Desk) -> html.Div:
    sign = desk.house.office.warehouse.heartbeat(HEARTBEAT)
    is_open, may = sum(one.state == OPEN for one in found), desk.identity.may(Permission.OPERATE)
    count = _say("page.counted", desk, open=is_open, acknowledged=len(found) - is_open)
    at = formats.instant(sign.at, desk.lang) if sign else ""
    looked = _say("page.looked", desk, at=at) if sign else _say("page.never_looked", desk)
    return html.Div(
        [
            headed(
                html.P(
                    formats.capital(count) if found else _say("page.none_open", desk),
                    className="alerts-count",
                ),
                desk,
                "alerts",
            ),
            html.P(
                [
                    html.Span(_say("page.rules", desk, n=len(desk.board.site.alerts))),
                    html.Span(looked),
                ],
                className="quiet alerts-about",
            ),
            None if may or not found else html.P(_say("act.denied", desk), className="quiet"),
        ],
        className="alerts-head",
    )


def _history(ended: list[Alert], desk: Desk) -> html.Section:
    rows = [_ended(one, desk) for one in ended]
    body: Any = html.Ul(rows, className="alert-ended")
    if not rows:
        body = html.P(_say("page.history_none", desk), className="quiet")
    head = headed(html.H2(_say("page.history", desk)), desk, "alerts-ended")
    return html.Section([head, body], className="alerts-history")


def _ended(alert: Alert, desk: Desk) -> html.Li:
    site, lang = desk.board.site, desk.lang
    by = _say("page.itself", desk) if alert.resolved_by == ITSELF else alert.resolved_by
    reason = words.ended_why(alert, lang)
    at = formats.instant(alert.resolved_at, lang) if alert.resolved_at else ""
    return html.Li(
        [
            html.P([severity(alert, desk), html.Strong(words.title(alert, site, lang)),
                    html.Span(words.sentence(alert, site, lang))], className="ended-what"),
            html.P([html.Span(_say("page.opened", desk, at=formats.instant(alert.opened_at, lang))),
                    html.Span(_say("page.ended", desk, at=at, by=by, reason=reason))], className="quiet ended-when"),
            html.Details([
                html.Summary(_say("page.log", desk)),
                html.Ol([html.Li(event_line(event, desk)) for event in alert.events[-12:]], className="alert-log"),
            ]),
        ]
    )  # fmt: skip


def _messages(found: list[tuple[Message, list[Delivery]]], desk: Desk) -> html.Section:
    site = desk.board.site
    policy = site.messages
    parts: list[Any] = [
        headed(html.H2(_say("page.messages", desk)), desk, "alerts-told"),
        html.P(
            _say(
                "page.messages_lead", desk, budget=policy.daily_budget, quiet_from=policy.quiet_from,
                quiet_to=policy.quiet_to, digest_at=policy.digest_at,
            ),
            className="quiet",
        ),
    ]  # fmt: skip
    if not site.recipients:
        parts.append(html.P(_say("page.no_recipient", desk), className="quiet"))
    rows = [_message(message, deliveries, desk) for message, deliveries in found]
    parts.append(
        html.Ul(rows, className="alert-told")
        if rows
        else html.P(_say("page.messages_none", desk), className="quiet")
    )
    return html.Section(parts, className="alerts-messages")


def _message(message: Message, deliveries: list[Delivery], desk: Desk) -> html.Li:
    """One word to one owner and what became of it."""
    owner = desk.board.site.departments.get(message.owner)
    return html.Li(
        [
            html.Span(formats.instant(message.made_at, desk.lang), className="told-when figures"),
            html.Span(owner.name.in_(desk.lang) if owner else message.owner, className="told-whom"),
            html.Span(words.headline(message, desk.board.site, desk.lang), className="told-what"),
            html.Span(words.became(message, deliveries, desk.lang), className="told-how quiet"),
        ],
        **{"data-state": message.state},
    )


def register(app: Dash, house: House) -> None:
    """Callbacks of the page."""

    @app.callback(
        Output("alerts", "children"),
        Input("pulse", "data"),
        Input("edition", "data"),
        prevent_initial_call=True,
    )
    @guarded(Permission.VIEW)
    def renew(pulse: str, edition: int) -> Any:
        return content(house.desk())


def _say(key: str, desk: Desk, **values: object) -> str:
    return say(f"alerts.{key}", desk.lang, **values)
