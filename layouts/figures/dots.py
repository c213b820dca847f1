"""Dots: a spread as a figure, for a file; on the page the same positions are set by the style sheet.

Pure functions from positions to plotly's dicts. A grade is told by shape as well as by colour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ioc import formats
from ioc.catalogue import Grade, Kpi
from ioc.cells import Cell
from layouts.figures.spread import Spread

SYMBOLS = {Grade.GOOD: "triangle-up", Grade.WATCH: "circle", Grade.BAD: "triangle-down", Grade.NONE: "circle"}
TOKENS = {Grade.GOOD: "good", Grade.WATCH: "watch", Grade.BAD: "bad", Grade.NONE: "ink-soft"}


def dots_of(found: Spread, row: Sequence[Cell], colours: Mapping[str, str]) -> list[dict[str, Any]]:
    """Dots stacked over the line, or bars where there are too many."""
    span = found.high - found.low
    if found.bars:
        return [{
            "type": "bar", "x": [found.low + left * span for left, _ in found.bars], "y": [count for _, count in found.bars],
            "marker": {"color": colours["ink-soft"]},
        }]  # fmt: skip
    size = max(4.0, min(14.0, 240.0 / max(found.tallest, 1)))
    return [{
        "type": "scatter", "mode": "markers", "x": [found.low + left * span for _, left, _ in found.dots],
        "y": [height + 0.5 for *_, height in found.dots],
        "marker": {
            "size": size, "color": [colours[TOKENS[row[at].grade]] for at, *_ in found.dots],
            "symbol": [SYMBOLS[row[at].grade] for at, *_ in found.dots],
        },
    }]  # fmt: skip


def spread_layout(
    found: Spread, lines: Sequence[tuple[float, str]], kpi: Kpi, lang: str, colours: Mapping[str, str]
) -> dict[str, Any]:
    """The line under the dots, and the marks of province and target over them."""
    middle = (found.low + found.high) / 2
    return {
        "xaxis": {"title": formats.capital(kpi.unit.in_(lang)), "linecolor": colours["line-firm"], "nticks": 6},
        "yaxis": {"range": [0, max(found.tallest + 2, 6)], "visible": bool(found.bars), "dtick": 5},
        "separators": ",." if lang == "vi" else ".,",
        "shapes": [
            {"type": "line", "x0": value, "x1": value, "y0": 0, "y1": 1, "yref": "paper",
             "line": {"color": colours["accent" if at == 0 else "ink"], "width": 1.5, "dash": "dash" if at == 0 else "solid"}}
            for at, (value, _) in enumerate(lines)
        ],
        "annotations": [
            {"text": words, "x": value, "y": 1, "yref": "paper", "yshift": -14 * at, "yanchor": "bottom",
             "xanchor": "left" if value < middle else "right", "font": {"size": 11, "color": colours["accent" if at == 0 else "ink"]}}
            for at, (value, words) in enumerate(lines)
        ],
    }  # fmt: skip
