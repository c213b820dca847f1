"""The export menu: one button beside every tile, chart, map and table, with the same choices everywhere.

Owns the button and what it tells the script (assets/js/exports.js): which subject, in which state. What the choices
mean, the server knows; the menu itself is drawn by the script when it is opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from dash import html

from ioc.access import Permission
from layouts.desk import Desk


def export_menu(
    desk: Desk, subject: str, follow: bool | str = False, label: str = "",
    state: Mapping[str, str | None] = MappingProxyType({}), **options: str | None,
) -> Any:  # fmt: skip
    """The button for `subject` with its `options` and those in `state`; `follow`: the page's address adds KPI, period and colouring when
    it is opened, or with "all" every part it has.

    Where two stand side by side, `label` says what each is of. The visitor who may not export sees nothing. A page that holds a past edition exports that one.
    """
    if not desk.identity.may(Permission.EXPORT):
        return None
    given = {
        f"data-option-{name}": value
        for name, value in (*state.items(), *options.items())
        if value is not None
    }
    known = desk.house.office.exports
    places = known is not None and subject in known.subjects and known.subjects[subject].places
    return html.Button(
        f"{desk.say('export.button')}: {label}" if label else desk.say("export.button"),
        type="button",
        className="export-button",
        title=desk.say("export.title"),
        **{
            "aria-haspopup": "menu", "aria-expanded": "false", "data-export": subject, "data-follow": follow if isinstance(follow, str) else "yes" if follow else "",
            "data-places": "yes" if places else "", "data-edition": str(desk.board.edition.number), **given,
        },
    )  # fmt: skip


def headed(
    heading: Any, desk: Desk, subject: str, state: Mapping[str, str | None] = MappingProxyType({}), **options: str | None
) -> html.Div:  # fmt: skip
    """A heading with the menu of what stands under it at the other end of its line."""
    return html.Div([heading, export_menu(desk, subject, state={**state, **options})], className="has-export")
