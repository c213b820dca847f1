"""The shell: rail, top bar, the demonstration mark and the place where pages appear.

Owns what is on every screen. What happens on its switches is in assets/js/shell.js; the stamp and the chip are
kept true by assets/js/watcher.js.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from ioc import formats
from ioc.access import Role
from ioc.wording import LANGS, say
from layouts.address import (
    ALERTS,
    ATTENTION,
    EDITIONS,
    EXPLORE,
    GAPS,
    HOLDS,
    KPIS,
    MAP,
    OVERVIEW,
    PLAN,
    QUALITY,
    SCORES,
    SCREENS,
    SOURCES,
)
from layouts.desk import Desk


class Part(StrEnum):
    """Groups of the rail, in their order."""

    WATCH = "watch"
    ACT = "act"
    DATA = "data"


@dataclass(frozen=True)
class Entry:
    """A page in the navigation: its address, the key of its name, its group; `tab` gives it one of four tabs on a phone."""

    path: str
    words: str
    part: Part
    tab: bool = False


PAGES = (
    Entry(OVERVIEW, "nav.overview", Part.WATCH, tab=True),
    Entry(MAP, "nav.map", Part.WATCH, tab=True),
    Entry(KPIS, "nav.kpis", Part.WATCH, tab=True),
    Entry(ATTENTION, "nav.attention", Part.WATCH),
    Entry(EXPLORE, "nav.explore", Part.WATCH),
    Entry(ALERTS, "nav.alerts", Part.ACT, tab=True),
    Entry(GAPS, "nav.gaps", Part.ACT),
    Entry(PLAN, "nav.planning", Part.ACT),
    Entry(SCORES, "nav.scores", Part.ACT),
    Entry(SOURCES, "nav.sources", Part.DATA),
    Entry(QUALITY, "nav.quality", Part.DATA),
    Entry(HOLDS, "nav.holds", Part.DATA),
    Entry(EDITIONS, "nav.editions", Part.DATA),
    Entry(SCREENS, "nav.screens", Part.DATA),
)
"""Every page that the navigation leads to, in order; on a phone what has no tab stands under "Thêm"."""
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}


def shell(desk: Desk, theme: str | None, page: Any = None, title: str = "") -> dmc.MantineProvider:
    """Everything around a page. `theme` is the visitor's choice, None while the system decides.

    `page` and `title` are given for the first sight; in Dash the router fills them in.
    """
    edition = desk.board.edition.number or None
    return dmc.MantineProvider(
        [
            dcc.Location(id="url", refresh=False),
            dcc.Store(id="edition", data=edition),
            dcc.Store(id="pulse"),
            dcc.Store(id="started"),
            dcc.Store(id="theme"),
            html.A(desk.say("skip"), href="#page", className="skip"),
            html.Div(
                [
                    _rail(desk),
                    html.Div(
                        [
                            _bar(desk, title),
                            html.Div(closed(desk), id="closed", role="status"),
                            html.Main(page, id="page", tabIndex=-1),
                        ],
                        className="stage",
                    ),
                ],
                className="shell",
            ),
            _tabs(desk),
            _more(desk),
            html.Div(id="toast", className="toast", role="status", **{"aria-live": "polite"}),
        ],
        id="mantine",
        forceColorScheme="light" if theme == "day" else "dark" if theme else None,
        theme={"fontFamily": "var(--font)", "primaryColor": "gray", "defaultRadius": "sm"},
    )


def closed(desk: Desk) -> list[Any]:
    """The band over a page that shows one edition for good, with the way back to the present; else nothing."""
    if not desk.fixed:
        return []
    edition = desk.board.edition
    at = formats.instant(edition.published_at, desk.lang)
    return [
        html.Div(
            [
                html.P(
                    [
                        html.Strong(
                            desk.say("closed.title", n=formats.number(edition.number, 0, desk.lang), at=at)
                        ),
                        html.Span(desk.say("closed.note")),
                    ]
                ),
                html.Button(
                    desk.say("closed.back"), type="button", className="button", **{"data-act": "present"}
                ),
            ],
            className="closed",
            **{"data-edition": str(edition.number)},
        )
    ]


def _rail(desk: Desk) -> html.Nav:
    return html.Nav(
        [
            html.P(
                [html.Strong("IOC"), html.Span(desk.board.site.head.name.in_(desk.lang))], className="brand"
            ),
            *_groups(desk, PAGES),
        ],
        className="rail",
        **{"aria-label": desk.say("nav.label")},
    )


def _groups(desk: Desk, pages: tuple[Entry, ...]) -> list[html.Div]:
    """Links under the name of their group; a group without pages is not shown."""
    return [
        html.Div(
            [
                html.P(desk.say(f"nav.part.{part}"), className="nav-part"),
                *(_link(desk, entry) for entry in pages if entry.part is part),
            ],
            className="nav-group",
        )
        for part in Part
        if any(entry.part is part for entry in pages)
    ]


def _link(desk: Desk, entry: Entry) -> html.A:
    return html.A(desk.say(entry.words), href=entry.path, className="go")


def _tabs(desk: Desk) -> html.Nav:
    """The phone's navigation: up to four tabs and the way to everything else."""
    return html.Nav(
        [
            *(_link(desk, entry) for entry in PAGES if entry.tab),
            html.Button(
                desk.say("nav.more"), type="button", id="more-tab",
                **{"data-act": "sheet", "data-value": "more", "aria-expanded": "false", "aria-controls": "more"},
            ),
        ],
        className="tabs",
        **{"aria-label": desk.say("nav.label")},
    )  # fmt: skip


def _more(desk: Desk) -> html.Nav:
    """The sheet behind "Thêm"."""
    rest = tuple(entry for entry in PAGES if not entry.tab)
    return html.Nav(
        _groups(desk, rest), id="more", className="more sheet", **{"aria-label": desk.say("nav.more_label")}
    )


def _bar(desk: Desk, title: str) -> html.Header:
    return html.Header(
        [
            html.Div(
                [
                    html.P(desk.board.site.head.name.in_(desk.lang), className="bar-province"),
                    html.H1(title, id="title"),
                ],
                className="bar-title",
            ),
            html.P(desk.say("demonstration"), className="demonstration") if desk.board.site.head.demonstration else None,
            html.Div(id="search", className="search-host", role="search"),
            html.Div(
                [
                    html.P([html.Span(className="stamp-long"), html.Span(className="stamp-short")], id="stamp", className="stamp figures"),
                    html.P([html.Span(className="dot", **{"aria-hidden": "true"}), html.Span(className="chip-word")], id="chip", className="chip", role="status"),
                ],
                className="bar-state",
            ),
            html.Button(desk.say("bar.settings"), className="button is-quiet phone-only", type="button",
                        **{"data-act": "sheet", "data-value": "switches", "aria-expanded": "false", "aria-controls": "switches"}),
            html.Div([_role(desk), _language(desk), _theme(desk)], id="switches", className="switches sheet"),
        ],
        className="bar",
    )  # fmt: skip


def _role(desk: Desk) -> html.Label:
    """The demonstration's choice of identity; a real installation shows who is signed in instead."""
    options = [
        html.Option(say(f"web.role.{role.value}", desk.lang), value=role.value)
        for role in Role
    ]  # fmt: skip
    return html.Label(
        [
            html.Span(desk.say("bar.role"), className="label"),
            dcc_select("role", options, desk.identity.role.value),
        ],
        className="switch",
    )


def dcc_select(name: str, options: list[Any], value: str) -> html.Select:
    """A native list; Dash keeps no value for it, the chosen option carries the mark."""
    for option in options:
        if option.value == value:
            option.selected = "selected"
    return html.Select(options, id=name)


def _language(desk: Desk) -> html.Div:
    return html.Div(
        [
            html.Button(
                lang.upper(),
                type="button",
                title=LANGUAGES[lang],
                lang=lang,
                **{
                    "data-act": "lang",
                    "data-value": lang,
                    "aria-pressed": "true" if lang == desk.lang else "false",
                    "aria-label": LANGUAGES[lang],
                },
            )
            for lang in LANGS
        ],
        className="segment",
        role="group",
        **{"aria-label": desk.say("bar.language")},
    )


def _theme(desk: Desk) -> html.Div:
    return html.Div(
        [
            html.Button(
                desk.say(f"bar.{theme}"),
                type="button",
                **{"data-act": "theme", "data-value": theme, "aria-pressed": "false"},
            )
            for theme in ("day", "night")
        ],
        className="segment",
        role="group",
        **{"aria-label": desk.say("bar.theme")},
    )
