"""The first sight: the page as plain HTML in the first document, seen before any script of Dash has run.

Owns the step from components to HTML, for the few kinds our pages are made of. It is looked at for a second and
then gives way to the living page (assets/js/start.js swaps them); what cannot be written as HTML leaves its room.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

_NAMES = {
    "className": "class", "tabIndex": "tabindex", "colSpan": "colspan", "rowSpan": "rowspan", "dateTime": "datetime", "htmlFor": "for",
    "maxLength": "maxlength", "autoComplete": "autocomplete",
}  # fmt: skip
_PLAIN = frozenset(
    {
        "id",
        "title",
        "href",
        "role",
        "lang",
        "type",
        "scope",
        "value",
        "disabled",
        "selected",
        "open",
        "hidden",
    }
)
STILL = "data-still"
"""Attribute of an element whose children are this markup instead of components (layouts.parts.still)."""
_VOID = frozenset({"Br", "Hr", "Img", "Input"})


def to_html(node: Any) -> str:
    """A component, or a list of them, as HTML. Text is escaped; an unknown kind becomes an empty element."""
    if node is None:
        return ""
    if isinstance(node, list | tuple):
        return "".join(to_html(child) for child in node)
    if not isinstance(node, Component):
        return escape(str(node), quote=False)
    if isinstance(node, dcc.Location | dcc.Store):
        return ""
    if isinstance(node, dmc.MantineProvider):
        return to_html(node.children)
    if isinstance(node, dmc.Select):
        return _select(node)
    if type(node).__module__.startswith("dash.html"):
        return _element(node)
    return _room(node)


def _element(node: Component) -> str:
    kind = type(node).__name__
    name = kind.lower()
    opened = f"<{name}{''.join(_attributes(node))}>"
    if kind in _VOID:
        return opened
    inner = getattr(node, STILL, None)  # a still part is markup already
    return f"{opened}{to_html(getattr(node, 'children', None)) if inner is None else inner}</{name}>"


def _attributes(node: Component) -> Iterable[str]:
    for prop, given in node.to_plotly_json()["props"].items():
        known = prop in _PLAIN or prop in _NAMES or (prop.startswith(("data-", "aria-")) and prop != STILL)
        if prop == "style":
            yield f' style="{escape(_style(given))}"'
        elif known and given is True:
            yield f" {_NAMES.get(prop, prop)}"
        elif known and given is not False and given is not None:
            yield f' {_NAMES.get(prop, prop)}="{escape(str(given))}"'


def _style(given: dict[str, Any]) -> str:
    return ";".join(f"{_kebab(name)}:{value}" for name, value in given.items())


def _kebab(name: str) -> str:
    text = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
    return f"-{text}" if text.startswith("webkit") else text


def _select(node: dmc.Select) -> str:
    """The chosen option in the list's frame."""
    items = [item for group in node.data for item in group["items"]]
    label = next((item["label"] for item in items if item["value"] == node.value), "")
    frame = html.Div(html.Div(label, className="mantine-Select-input"), className=node.className)
    return to_html(frame)


def _room(node: Component) -> str:
    return to_html(
        html.Div(className=getattr(node, "className", None), style=getattr(node, "style", None) or {})
    )
