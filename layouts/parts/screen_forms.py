"""The two forms of the page of screens: give an order, enrol a new screen.

Owns their fields and words. They are built once and not renewed, so that nothing typed is lost; what happens on them
is in assets/js/screens.js.
"""

from __future__ import annotations

from typing import Any

from dash import html

from ioc import formats
from layouts.desk import Desk
from layouts.parts.screen import told

ACTS = ("push", "pin", "takeover", "resume", "change", "revoke")
OF_ONE = ("change", "revoke")
"""Acts on one screen at a time."""


def order_form(desk: Desk) -> html.Section:
    """What to tell which screen, with the reason."""
    site, lang = desk.board.site, desk.lang
    scenes = [(one.id, one.name.in_(lang)) for one in site.scenes.values()]
    communes = [one for one in desk.board.communes if desk.scope.allows(area=one.id)]
    areas = [
        (one.code, one.name) for one in sorted(communes, key=lambda one: formats.sort_key(one.short_name))
    ]
    kpis = [
        (one.id, one.short.in_(lang))
        for one in site.kpis.values()
        if one.level == "commune" and desk.scope.allows(kpi=one.id)
    ]
    none = [("", told(desk, "form.no_pin"))]
    return html.Section(
        [
            html.H2(told(desk, "form.title"), id="screen-order-title"),
            _field("screen-to", told(desk, "form.to"), html.Select([html.Option(told(desk, "all"), value="")], id="screen-to")),
            html.Div([_act(act, desk) for act in ACTS], className="segment screen-acts", role="group",
                     **{"aria-label": told(desk, "form.act")}),
            _part("push", [_select("screen-scene", told(desk, "form.scene"), scenes)]),
            _part("pin", [_select("screen-area", told(desk, "form.area"), none + areas),
                          _select("screen-kpi", told(desk, "form.kpi"), none + kpis)]),
            _part("takeover", [_text("screen-message", told(desk, "form.message"), told(desk, "form.message_hint"), 240, 2),
                               html.P(told(desk, "form.takeover_note"), className="quiet")]),
            _part("resume", [html.P(told(desk, "form.resume_note"), className="quiet")]),
            _part("change", _about("screen-change", desk)),
            _part("revoke", [html.P(told(desk, "form.revoke_note"), className="quiet")]),
            _text("screen-reason", told(desk, "form.reason"), told(desk, "form.reason_hint"), 500),
            html.Button(told(desk, "form.send"), type="button", className="button", **{"data-screen-send": "order"}),
        ],
        className="screen-form",
        id="screen-order",
        **{"data-act": "push"},
    )  # fmt: skip


def enrol_form(desk: Desk) -> html.Section:
    """Let the screen in that shows a code."""
    return html.Section(
        [
            html.H2(told(desk, "enrol.form")),
            _text("screen-code", told(desk, "enrol.code"), told(desk, "enrol.code_hint"), 12),
            *_about("screen-enrol", desk),
            _text("screen-enrol-reason", told(desk, "form.reason"), told(desk, "form.reason_hint"), 500),
            html.Button(told(desk, "enrol.submit"), type="button", className="button", **{"data-screen-send": "enrol"}),
        ],
        className="screen-form",
        id="screen-enrol",
    )  # fmt: skip


def _about(prefix: str, desk: Desk) -> list[Any]:
    """Where a screen hangs, which configuration it shows, from where it may ask."""
    configs = [(one.id, one.name.in_(desk.lang)) for one in desk.board.site.screens.values()]
    return [
        _text(f"{prefix}-name", told(desk, "form.name"), told(desk, "form.name_hint"), 80),
        _select(f"{prefix}-config", told(desk, "form.config"), configs),
        _text(f"{prefix}-ranges", told(desk, "form.ranges"), told(desk, "form.ranges_hint"), 400),
    ]


def _act(act: str, desk: Desk) -> html.Button:
    return html.Button(
        told(desk, f"act.{act}"), type="button", disabled=act in OF_ONE,
        **{"data-screen-act": act, "aria-pressed": "true" if act == ACTS[0] else "false"},
    )  # fmt: skip


def _part(act: str, children: list[Any]) -> html.Div:
    return html.Div(children, className="screen-part", **{"data-of": act})


def _select(name: str, label: str, options: list[tuple[str, str]]) -> html.Div:
    return _field(
        name, label, html.Select([html.Option(text, value=value) for value, text in options], id=name)
    )


def _text(name: str, label: str, hint: str, most: int, rows: int = 1) -> html.Div:
    box = html.Textarea(
        id=name, rows=rows, maxLength=most, placeholder=hint, className="screen-text", autoComplete="off"
    )
    return _field(name, label, box)


def _field(name: str, label: str, control: Any) -> html.Div:
    return html.Div([html.Label(label, htmlFor=name, className="label"), control], className="screen-field")
