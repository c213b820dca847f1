"""Still: a large part of a page that no callback reads or writes, sent as one text instead of a thousand components.

Owns the way around the framework for tables and pictures made of many elements: the part travels as escaped HTML in one
attribute and assets/js/still.js puts it in its place. It must not hold what the framework draws itself (charts, lists of
choice) or elements that a callback names.
"""

from __future__ import annotations

from typing import Any

from dash import html

from layouts.first import STILL, to_html


def still(node: Any, className: str = "still") -> html.Div:  # noqa: N803 - the framework's own name
    """The place of `node`, a component or a list of them; without a class of its own it leaves no box of its own."""
    return html.Div(className=className, **{STILL: to_html(node)})
