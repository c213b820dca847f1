"""Pictures of an analysis: one pure function a view, from a result to a plain plotly dict of a known size.

Owns the list of views that are drawn as charts. Only traces of type scatter, bar and heatmap are used, with shapes
and annotations beside them, so that paper and screen can draw the same; maps and tables are not drawn here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ioc.analysis.query import View
from ioc.analysis.result import Result
from layouts.figures.explore.canvas import Look
from layouts.figures.explore.heat import heat
from layouts.figures.explore.lines import lines
from layouts.figures.explore.ranked import bars, dots
from layouts.figures.explore.scatter import scatter
from layouts.figures.explore.small import small
from layouts.figures.explore.strips import strips

FIGURES: Mapping[View, Callable[[Result, Look], dict[str, Any]]] = {
    View.LINES: lines,
    View.BARS: bars,
    View.DOTS: dots,
    View.HEAT: heat,
    View.SCATTER: scatter,
    View.SPREAD: strips,
    View.SMALL: small,
}


def figure(result: Result, look: Look) -> dict[str, Any] | None:
    """The chart of the result's view; None for a map or a table, and where there is nothing to draw."""
    draw = FIGURES.get(result.query.view)
    if draw is None or not result.units:
        return None
    if result.query.view is View.SCATTER and len(result.columns) < 2:
        return None
    return draw(result, look)


__all__ = ["FIGURES", "Look", "figure"]
