"""One screen on a wall as its operator sees it: what it shows, what it was told, how it is; and lines of the book.

Owns the card, the line and the words between them; what is true of a screen `ioc.fleet` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from ioc import formats
from ioc.access import Permission
from ioc.fleet import words
from ioc.fleet.health import Standing
from ioc.fleet.records import Act, Device
from ioc.wording import has_words, say
from layouts.address import REMOTE, link
from layouts.desk import Desk


def card(one: Standing, abroad: Act | None, desk: Desk) -> html.Article:
    """A screen with everything an operator asks about it, and the ways to command it."""
    device, site, lang = one.device, desk.board.site, desk.lang
    state = one.contact.state if one.contact else None
    trouble = told(desk, f"state.{state}") if state and has_words(f"fleet.state.{state}") else None
    return html.Article(
        [
            html.Header(
                [
                    html.H3(device.name),
                    html.P(
                        [html.Span(told(desk, f"mark.{one.health}"), **{"aria-hidden": "true"}),
                         html.Span(told(desk, f"health.{one.health}"))],
                        className=f"screen-health is-{one.health}",
                    ),
                ],
                className="screen-head",
            ),
            html.P(words.scene(one.contact.scene, site, lang), className="screen-shows")
            if one.contact and one.contact.scene
            else html.P(told(desk, "fact.unknown"), className="screen-shows quiet"),
            html.P(formats.capital(trouble), className="screen-trouble") if trouble and state != "fresh" else None,
            html.P(_abroad(abroad, desk), className="screen-trouble") if abroad else None,
            html.Dl([part for fact in _facts(one, desk) for part in fact], className="screen-facts"),
            _ways(device, desk),
        ],
        className="screen-card",
        id=f"man-hinh-{device.id}",
        **{"data-device": str(device.id), "data-name": device.name, "data-config": device.screen,
           "data-ranges": ", ".join(device.ranges)},
    )  # fmt: skip


def line(one: Act, devices: Mapping[int, Device], desk: Desk) -> html.Li:
    """One act: who, what, when; why; before and after."""
    changed = words.changes(one, desk.board.site, desk.board.register, desk.lang)
    reason = told(desk, "log.reason", reason=one.reason) if one.reason else None
    return html.Li(
        [
            html.P(words.act(one, devices, desk.lang)),
            html.P([html.Span(part) for part in [reason, *changed] if part], className="quiet screen-change"),
        ]
    )


def told(desk: Desk, key: str, **values: object) -> str:
    """Words of the room ``fleet``."""
    return say(f"fleet.{key}", desk.lang, **values)


def _facts(one: Standing, desk: Desk) -> list[tuple[html.Dt, html.Dd]]:
    contact, device, lang = one.contact, one.device, desk.lang
    config = desk.board.site.screens.get(device.screen)
    unknown = told(desk, "fact.unknown")
    rows: list[tuple[str, Any]] = [
        ("order", formats.capital("; ".join(words.orders(one.order, desk.board.site, desk.board.register, lang)))),
        ("edition", _edition(contact.edition if contact else None, desk)),
        ("contact", html.Time(formats.age_of(contact.at, desk.now, lang), dateTime=contact.at.isoformat(), className="age")
         if contact else told(desk, "fact.never" if device.claimed else "fact.waiting_token")),
        ("uptime", formats.duration(contact.uptime_s, lang) if contact and contact.uptime_s is not None else unknown),
        ("heap", told(desk, "fact.megabytes", n=formats.number(contact.heap_kb / 1024, 1, lang))
         if contact and contact.heap_kb else unknown),
        ("config", config.name.in_(lang) if config else device.screen),
    ]  # fmt: skip
    if desk.identity.may(Permission.OPERATE):
        rows.append(("address", _address(one, desk)))
    return [
        (html.Dt(told(desk, f"fact.{name}")), html.Dd(value, className="figures")) for name, value in rows
    ]


def _edition(number: int | None, desk: Desk) -> str:
    newest = desk.house.bookshelf.latest().edition.number
    if not number:
        return told(desk, "fact.unknown")
    if number >= newest:
        return told(desk, "fact.newest", n=formats.number(number, 0, desk.lang))
    behind = formats.number(newest - number, 0, desk.lang)
    return told(desk, "fact.behind", n=formats.number(number, 0, desk.lang), behind=behind)


def _address(one: Standing, desk: Desk) -> str:
    address = one.contact.address if one.contact else told(desk, "fact.unknown")
    if not one.device.ranges:
        return told(desk, "fact.any_address", address=address)
    return told(desk, "fact.in_ranges", address=address, ranges=", ".join(one.device.ranges))


def _abroad(act: Act, desk: Desk) -> str:
    return told(
        desk, "fact.abroad", address=act.after.get("address", ""), at=formats.instant(act.at, desk.lang)
    )


def _ways(device: Device, desk: Desk) -> html.Footer | None:
    ways = []
    if desk.identity.may(Permission.PRESENT):
        ways.append(
            html.A(
                told(desk, "remote"), href=link(REMOTE, may=str(device.id)), className="go button is-quiet"
            )
        )
    if desk.identity.may(Permission.OPERATE):
        ways.append(
            html.Button(told(desk, "command"), type="button", className="button is-quiet", **{"data-screen-choose": str(device.id)})
        )  # fmt: skip
    return html.Footer(ways, className="screen-ways") if ways else None
