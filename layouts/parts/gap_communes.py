"""Gaps by commune: one row a commune, one column a kind, in villages, households, people or a protected count.

Owns the table and the choice of what it counts. Every sum comes through the shield.
"""

from __future__ import annotations

from typing import Any

from dash import html

from ioc.areas import Area
from ioc.gaps.register import communes
from ioc.gaps.tables import ALL, Key
from ioc.wording import say
from layouts.address import COMMUNE
from layouts.desk import Desk
from layouts.parts.export import export_menu
from layouts.parts.gapped import VILLAGES, Gapped, address, hidden_words, what
from layouts.parts.gaps import counted, mark, number


def by_commune(view: Gapped, desk: Desk) -> html.Section:
    """The whole table with the province above it."""
    lang, kinds = desk.lang, view.register.definitions.kinds
    heads = [
        html.Th(say("gaps.communes.commune", lang), scope="col"),
        html.Th(say("gaps.communes.all", lang), scope="col"),
    ]
    heads += [html.Th([mark(gap), gap.short.in_(lang)], scope="col") for gap in kinds.values()]
    rows = [_row(area, view, desk) for area in communes(desk.board, desk.scope)]
    whole = html.Tr(
        [
            html.Th(desk.board.root.name, scope="row"),
            _cell(ALL, view, desk),
            *(_cell(("kind", kind), view, desk) for kind in kinds),
        ],
        className="is-whole",
    )
    return html.Section(
        [
            html.Header([html.H3(say("gaps.communes.title", lang, what=what(view.measure, view, desk.lang))), html.Div([_choice(view, desk), export_menu(desk, "gap-communes", do=view.measure)], className="section-head")], className="section-head"),
            html.Div(
                html.Table([html.Thead(html.Tr(heads)), html.Tbody([whole, *rows])], className="gap-table gap-communes"),
                className="table-scroll gap-tall",
            ),
            note(view, desk),
        ],
        id="theo-xa",
    )  # fmt: skip


def _row(area: Area, view: Gapped, desk: Desk) -> html.Tr:
    chosen = view.area is not None and view.area.id == area.id
    name = html.A(
        area.name, href=address(view, desk, xa=None if chosen else area.code, trang=None), className="go"
    )
    profile = html.A(
        say("gaps.communes.profile", desk.lang), href=f"{COMMUNE}/{area.code}", className="go quiet no-print"
    )
    return html.Tr(
        [
            html.Th([name, profile], scope="row"),
            _cell(("commune", area.id), view, desk),
            *(_cell(("commune_kind", area.id, kind), view, desk) for kind in view.register.definitions.kinds),
        ],
        className="is-chosen" if chosen else None,
        **{"data-commune": area.code},
    )


def _cell(key: Key, view: Gapped, desk: Desk) -> html.Td:
    villages = view.shield.tables.villages(key)
    if view.measure == VILLAGES:
        return html.Td(number(villages, desk) if villages else "–", className="figures")
    value = view.shield.shown(view.measure, key)
    return html.Td("–" if not villages else counted(value, view, desk), className="figures")


def _choice(view: Gapped, desk: Desk) -> html.Div:
    options = [VILLAGES, *view.shield.tables.counts]
    links: list[Any] = [
        html.A(what(one, view, desk.lang), href=address(view, desk, do=None if one == VILLAGES else one), className="go",
               **({"aria-current": "true"} if one == view.measure else {}))
        for one in options
    ]  # fmt: skip
    return html.Div(
        links,
        className="segment gap-segment no-print",
        role="group",
        **{"aria-label": say("gaps.measure.title", desk.lang)},
    )


def note(view: Gapped, desk: Desk) -> html.P | None:
    """The words on what is hidden, beside the mark that stands for it."""
    words = hidden_words(view, desk.lang)
    if words is None:
        return None
    word = html.Span(say("gaps.masked.word", desk.lang), className="masked")
    return html.P([word, words], className="quiet gap-note")
