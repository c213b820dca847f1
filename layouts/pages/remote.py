"""Điều khiển màn hình: a leader or an aide walks the scenes of one screen from a tablet."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from dash import Dash, Input, Output, html
from flask import current_app

from ioc.access import Permission
from ioc.fleet import words
from ioc.fleet.health import Standing, standings
from ioc.web.callbacks import guarded
from ioc.web.fleet import Fleet
from ioc.web.identity import SCREENS as FLEET
from layouts.address import REMOTE, SCREENS, link
from layouts.desk import Desk, House
from layouts.parts.screen import told

TITLE = "nav.remote"


def page(desk: Desk, search: str) -> html.Div:
    """The frame with the state of the moment."""
    return html.Div([html.Div(content(desk, search), id="remote")], className="remote")


def content(desk: Desk, search: str | None) -> list[Any]:
    """The screen that the address names with its scenes; or all screens, to choose one."""
    if not desk.identity.may(Permission.PRESENT):
        return [html.P(told(desk, "denied_remote"), className="quiet")]
    fleet: Fleet = current_app.extensions[FLEET]
    found = standings(fleet.book, desk.now, fleet.contacts)
    asked = parse_qs((search or "").removeprefix("?")).get("may", [""])[-1]
    chosen = next((one for one in found if str(one.device.id) == asked), None)
    back = html.P(html.A(told(desk, "remote_page.back"), href=SCREENS, className="go"), className="quiet")
    if chosen is not None:
        return [*_control(chosen, desk), back]
    if not found:
        return [html.P(told(desk, "none"), className="quiet"), back]
    return [
        html.H2(told(desk, "remote_page.pick")),
        html.Ul(
            [html.Li(html.A(one.device.name, href=link(REMOTE, may=str(one.device.id)), className="go button is-quiet"))
             for one in found],
            className="remote-pick",
        ),
        back,
    ]  # fmt: skip


def _control(one: Standing, desk: Desk) -> list[Any]:
    site, lang, order = desk.board.site, desk.lang, one.order
    config = site.screens.get(one.device.screen)
    scenes = [name for name in (config.scenes if config else ()) if name in site.scenes]
    shown = order.scene or (one.contact.scene if one.contact else None)
    holds = bool(order.scene) or order.paused
    return [
        html.Header(
            [
                html.H2(one.device.name),
                html.P([html.Span(told(desk, f"mark.{one.health}"), **{"aria-hidden": "true"}),
                        html.Span(told(desk, f"health.{one.health}"))], className=f"screen-health is-{one.health}"),
            ],
            className="screen-head",
        ),
        html.P(
            [
                html.Strong(told(desk, "remote_page.now", scene=words.scene(shown, site, lang))),
                html.Span(told(desk, "remote_page.held" if holds else "remote_page.turning"), className="quiet"),
            ],
            className="remote-now", role="status",
        ),
        html.P(told(desk, "remote_page.takeover", message=order.message), className="screen-trouble") if order.message else None,
        html.Div(
            [
                _big(told(desk, "remote_page.previous"), "previous"),
                _big(told(desk, "remote_page.go_on" if holds else "remote_page.pause"), "toggle"),
                _big(told(desk, "remote_page.next"), "next"),
            ],
            className="remote-walk",
        ),
        html.H3(told(desk, "remote_page.scenes")),
        html.Ol(
            [
                html.Li(
                    html.Button(
                        [html.Span(str(number), className="remote-number figures"), html.Span(site.scenes[name].name.in_(lang))],
                        type="button", className="button is-quiet",
                        **{"data-remote-scene": name, "aria-pressed": "true" if name == shown else "false"},
                    )
                )
                for number, name in enumerate(scenes, 1)
            ],
            className="remote-scenes", id="remote-scenes",
            **{"data-device": str(one.device.id), "data-holds": "1" if holds else "", "data-shown": shown or ""},
        ),
        html.P(told(desk, "remote_page.keys"), className="quiet remote-keys"),
    ]  # fmt: skip


def _big(text: str, what: str) -> html.Button:
    return html.Button(text, type="button", className="button", **{"data-remote": what})


def register(app: Dash, house: House) -> None:
    """Callbacks of the page."""

    @app.callback(
        Output("remote", "children"),
        Input("pulse", "data"),
        Input("url", "search"),
        prevent_initial_call=True,
    )
    @guarded(Permission.VIEW)
    def renew(pulse: str, search: str) -> Any:
        return content(house.desk(), search)
