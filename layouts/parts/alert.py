"""One alert on its page: what, where, since when, whose, beyond which limit, and the two acts. And the strip of the
overview.

Owns the arrangement; what is said is `ioc.alerts.words`'s.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dash import html

from ioc import formats
from ioc.access import Permission
from ioc.alerts import words
from ioc.alerts.book import Book
from ioc.alerts.records import ACKNOWLEDGED, ITSELF, OPEN, Alert, Event, Member, seen
from ioc.wording import say
from layouts.address import ALERTS, MAP, SOURCES, link
from layouts.desk import Desk

SHAPES = {"critical": "bad", "warning": "watch", "notice": "none"}
"""Triangle, disc and dash: a severity is never a colour alone."""
MOST = 12
"""Members shown before the rest folds away."""


def severity(alert: Alert, desk: Desk) -> html.Span:
    """Shape and word of a severity."""
    shape = SHAPES.get(alert.severity, "none")
    return html.Span(
        [
            html.Span(className=f"shape shape-{shape}", **{"aria-hidden": "true"}),
            html.Span(_say(f"severity.{alert.severity}", desk)),
        ],
        className=f"grade alert-severity is-{alert.severity}",
    )


def card(alert: Alert, desk: Desk) -> html.Article:
    """An alert that has not ended."""
    site, lang = desk.board.site, desk.lang
    todo = words.advice(alert, site, lang)
    return html.Article(
        [
            html.Header(
                [
                    severity(alert, desk),
                    html.H3(words.title(alert, site, lang)),
                    html.Span(
                        formats.capital(_say(f"state.{alert.state}", desk)),
                        className=f"alert-state is-{alert.state}",
                    ),
                ],
                className="alert-head",
            ),
            html.P(words.sentence(alert, site, lang), className="alert-what"),
            _members(alert, desk),
            html.P(todo, className="alert-advice") if todo else None,
            _facts(alert, desk),
            _taken(alert, desk),
            _log(alert, desk),
            _acts(alert, desk),
        ],
        className=f"alert is-{alert.severity}",
        id=f"canh-bao-{alert.id}",
        **{"data-alert": str(alert.id), "data-rule": alert.rule, "data-state": alert.state},
    )


def _members(alert: Alert, desk: Desk) -> Any:
    """Communes with their values, the worst first; each leads to the map that shows it."""
    found = words.ordered(alert)
    if alert.subject.get("level") == "province":
        return None
    rows = [_member(one, alert, desk) for one in found]
    shown: list[Any] = [html.Ul(rows[:MOST], className="alert-members")]
    if len(rows) > MOST:
        more = formats.capital(say("alerts.more", desk.lang, n=len(rows) - MOST))
        shown.append(html.Details([html.Summary(more), html.Ul(rows[MOST:], className="alert-members")]))
    return html.Div(shown, **{"aria-label": _say("page.what", desk)})


def _member(one: Member, alert: Alert, desk: Desk) -> html.Li:
    name = words.member_name(one, alert, desk.board.site, desk.board.register, desk.lang)
    value = words.member_value(one, alert, desk.board.site, desk.lang)
    return html.Li(
        html.A(
            [html.Span(name), html.Strong(value, className="figures")],
            href=target(alert, desk, one),
            className="go",
        )
    )


def target(alert: Alert, desk: Desk, one: Member | None = None) -> str:
    """The address of the view that shows it."""
    if alert.kind == "stale":
        return SOURCES
    area = desk.board.register.by_id.get(one.member) if one else None
    commune = area if area in desk.board.communes else None
    period = alert.subject.get("period")
    return link(MAP, kpi=alert.subject.get("kpi"), ky=period, xa=commune.code if commune else None)


def _facts(alert: Alert, desk: Desk) -> html.P:
    """Since when, whose, which limit, from which data."""
    site, lang = desk.board.site, desk.lang
    kpi = site.kpis.get(str(alert.subject.get("kpi")))
    limits = {one.limit for one in alert.members if one.limit is not None}
    parts: list[Any] = [
        html.Span(_since(alert.since, desk)),
        html.Span(_say("page.owner", desk, owner=words.owner(alert, site, lang))),
    ]
    if len(limits) == 1 and alert.kind != "missing":
        parts.append(
            html.Span(_say("page.limit", desk, limit=words.limit_words(alert, limits.pop(), kpi, lang)))
        )
    edition = formats.number(alert.edition, 0, lang)
    parts.append(
        html.Span(_say("page.kept_line", desk, source=words.source(alert, site, lang), edition=edition))
    )
    return html.P(parts, className="alert-facts quiet")


def _since(moment: datetime, desk: Desk) -> list[Any]:
    age = formats.age_of(moment, desk.now, desk.lang)
    at = _say("page.since", desk, at=formats.instant(moment, desk.lang))
    return [at, html.Time(age, dateTime=moment.isoformat(), className="age")]


def _taken(alert: Alert, desk: Desk) -> html.P | None:
    if alert.state != ACKNOWLEDGED or alert.acknowledged_at is None:
        return None
    at = formats.instant(alert.acknowledged_at, desk.lang)
    said = _say("page.taken", desk, by=alert.acknowledged_by, at=at, reason=alert.acknowledged_reason)
    return html.P(said, className="alert-taken")


def _log(alert: Alert, desk: Desk) -> html.Details | None:
    """What happened so far; nothing while it is only open."""
    if len(alert.events) < 2:
        return None
    rows = [html.Li(event_line(event, desk)) for event in alert.events[-12:]]
    return html.Details([html.Summary(_say("page.log", desk)), html.Ol(rows, className="alert-log")])


def event_line(event: Event, desk: Desk) -> str:
    """``24/11/2026 10:05: thành 14/38``."""
    by = _say("page.itself", desk) if event.by == ITSELF else event.by
    said = _say(
        f"event.{event.what}", desk, count=event.count, total=event.total, by=by, reason=event.reason or "–"
    )
    return f"{formats.instant(event.at, desk.lang)}: {said}"


def _acts(alert: Alert, desk: Desk) -> html.Footer:
    """The way to the map, and for an operator a reason with two buttons."""
    shown = "to_sources" if alert.kind == "stale" else "to_map"
    way = html.A(_say(f"page.{shown}", desk), href=target(alert, desk), className="go button is-quiet")
    if not desk.identity.may(Permission.OPERATE):
        return html.Footer(way)
    name = f"reason-{alert.id}"
    buttons = [
        html.Button(
            _say(f"act.{act}", desk),
            type="button",
            className="button" if act == "acknowledge" else "button is-quiet",
            **{"data-alert-act": act, "data-value": str(alert.id)},
        )
        for act in ("acknowledge", "resolve")
        if act == "resolve" or alert.state == OPEN
    ]
    reason = html.Textarea(
        id=name, rows=1, maxLength=500, className="alert-reason", placeholder=_say("act.why_hint", desk)
    )
    return html.Footer(
        html.Div(
            [
                html.Label(_say("act.why", desk), htmlFor=name, className="label"),
                reason,
                html.Div([*buttons, way], className="alert-buttons"),
            ],
            className="alert-acts",
        )
    )


def unresolved(desk: Desk) -> list[Alert]:
    """What has not ended, worst first, as far as the visitor may see."""
    book = Book(desk.house.office.warehouse)
    return [one for alert in book.unresolved() if (one := seen(alert, desk.scope)) is not None]


def strip(desk: Desk, most: int = 2) -> list[Any]:
    """The line of the overview: the gravest open alerts and the way to all. Nothing when none is open.

    Alerts are of the present: a past edition has none.
    """
    found = [] if desk.fixed else [alert for alert in unresolved(desk) if alert.state == OPEN]
    if not found:
        return []
    site, lang = desk.board.site, desk.lang
    rows: list[Any] = [
        html.A(
            [severity(alert, desk), html.Span(words.sentence(alert, site, lang), className="strip-what")],
            href=f"{ALERTS}#canh-bao-{alert.id}",
            className="go strip-one",
        )
        for alert in found[:most]
    ]
    rest = len(found) - most
    words_all = _say("page.strip_more", desk, n=rest) if rest > 0 else _say("page.strip_all", desk)
    return [*rows, html.A(words_all, href=ALERTS, className="go strip-all")]


def _say(key: str, desk: Desk, **values: object) -> str:
    return say(f"alerts.{key}", desk.lang, **values)
