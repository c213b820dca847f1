"""Frontier: households served at best by every budget, as a line; the plan's own budget is marked.

A pure function from points to a plotly figure as a plain dict. Texts are escaped, for plotly reads a little HTML.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any


def frontier(
    points: Sequence[Mapping[str, Any]],
    labels: Sequence[str],
    now: int,
    colours: Mapping[str, str],
    lang: str,
    across: str,
    up: str,
) -> dict[str, Any]:
    """The figure; `now` is the budget of the plan in millions, the axis is in billions of đồng."""
    known = [{"budget": 0, "households": 0}, *points]
    texts = ["", *(escape(label) for label in labels)]
    sizes = [11 if one["budget"] == now else 6 for one in known]
    axis = {
        "color": colours["ink-soft"],
        "gridcolor": colours["line-soft"],
        "zeroline": False,
        "rangemode": "tozero",
        "fixedrange": True,
    }
    return {
        "data": [
            {
                "type": "scatter", "mode": "lines+markers", "x": [one["budget"] / 1000 for one in known],
                "y": [one["households"] for one in known], "text": texts, "hovertemplate": "%{text}<extra></extra>",
                "line": {"color": colours["ink"], "width": 2}, "showlegend": False,
                "marker": {"size": sizes, "color": [colours["accent"] if size > 6 else colours["ink"] for size in sizes]},
            }
        ],
        "layout": {
            "margin": {"l": 76, "r": 12, "t": 8, "b": 52}, "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": "Be Vietnam Pro, sans-serif", "size": 12, "color": colours["ink-soft"]},
            "separators": ",." if lang == "vi" else ".,", "hovermode": "closest", "dragmode": False,
            "xaxis": {**axis, "title": {"text": escape(across)}}, "yaxis": {**axis, "title": {"text": escape(up)}, "tickformat": ",d"},
        },
    }  # fmt: skip
