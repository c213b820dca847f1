"""A plot: where a pair of axes is drawn, and how colours, dashes and lists of a figure are read.

Owns the step from values to places on the page. Draws nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ioc.exports.axes import Axis

_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|rgba?\([\d., %]+\)|transparent|none")
_DASHES = {"dot": "1.5 2.5", "dash": "5 3", "dashdot": "5 3 1.5 3", "longdash": "8 4"}


@dataclass(frozen=True)
class Plot:
    """Where a pair of axes is drawn: its corner and size, in page units; `scale` turns figure pixels into them.

    `paper` is the box that plotly's paper refers to, this very plot where there is no other.
    """

    x: Axis
    y: Axis
    left: float
    top: float
    wide: float
    high: float
    colours: Mapping[str, str]
    scale: float
    paper: tuple[float, float, float, float] | None = None

    def point(self, x: Any, y: Any) -> tuple[float, float] | None:
        """Where a pair of values lies; None where one of them is missing."""
        across, up = self.x.at(x), self.y.at(y)
        if across is None or up is None:
            return None
        return self.left + across * self.wide, self.top + (1 - up) * self.high


def colour(given: Any, fallback: str) -> str:
    """A colour as it may stand in an attribute; anything else is the fallback."""
    return given if isinstance(given, str) and _COLOUR.fullmatch(given) else fallback


def dash(given: Any) -> str | None:
    """A dash pattern in plotly's words as SVG's."""
    if not given or given == "solid":
        return None
    numbers = re.findall(r"[\d.]+", str(given))
    return _DASHES.get(str(given)) or (" ".join(numbers[:6]) if numbers else None)


def each(given: Any, at: int, fallback: Any) -> Any:
    """A property that is one for all or one for each point."""
    if isinstance(given, list | tuple):
        return given[at] if at < len(given) and given[at] is not None else fallback
    return fallback if given is None else given
