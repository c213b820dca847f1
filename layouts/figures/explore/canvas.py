"""The canvas of a chart: panels placed in pixels, and lines, words and squares drawn beside them in one trace each.

Owns size, fonts and axes. All words of a picture are one trace of text on axes of pixels that lie under the panels: a
hundred annotations would cost a hundred times as much to draw. Knows neither readings nor views.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from ioc.wording import say

FONT = '"Be Vietnam Pro", sans-serif'
SIZE, SMALL = 12, 11
LETTER = 0.57
"""Mean width of a letter, as a part of its size."""
MOST_NAMED = 8
"""Units up to which each has its own colour and name in a chart of lines."""
MOST_ROWS = 80
_SIDES = {"left": "middle right", "right": "middle left", "center": "middle center"}
"""Where plotly puts a text beside its point, by the edge of the words that shall stand there."""


@dataclass(frozen=True)
class Look:
    """Who looks and how: width of the picture in pixels, colours of the theme, language."""

    width: int
    colours: Mapping[str, str]
    lang: str

    @property
    def narrow(self) -> bool:
        """Whether it is a phone's picture."""
        return self.width < 640

    def say(self, key: str, **values: object) -> str:
        """Words of the room ``explore``."""
        return say(f"explore.{key}", self.lang, **values)


@dataclass(frozen=True)
class Box:
    """A panel in pixels from the top left: where its axes stand."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Pixels across."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Pixels down."""
        return self.bottom - self.top


@dataclass
class Canvas:
    """A picture in the making. `pixels` are the names of the axes that lie under everything, in pixels from the top left."""

    look: Look
    height: float
    traces: list[dict[str, Any]] = field(default_factory=list)
    axes: dict[str, dict[str, Any]] = field(default_factory=dict)
    shapes: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    count: int = 1
    _words: list[tuple[str, float, float, str, str, int]] = field(default_factory=list)
    _lines: dict[tuple[str, float, str], list[tuple[float, float]]] = field(default_factory=dict)
    _squares: list[tuple[float, float, str]] = field(default_factory=list)

    @property
    def pixels(self) -> dict[str, str]:
        """The axes of the whole picture, as traces carry them."""
        return {"xaxis": "x", "yaxis": "y"}

    def panel(self, box: Box, x: Mapping[str, Any], y: Mapping[str, Any]) -> dict[str, str]:
        """A pair of axes in `box`; returns their names as traces carry them."""
        self.count += 1
        end = str(self.count)
        c = self.look.colours
        base = {
            "fixedrange": True, "zeroline": False, "showgrid": False, "ticks": "", "linecolor": c["line-firm"],
            "tickfont": self.font(SMALL), "automargin": False, "ticklabeloverflow": "allow", "tickangle": 0,
        }  # fmt: skip
        across = [box.left / self.look.width, box.right / self.look.width]
        up = [1 - box.bottom / self.height, 1 - box.top / self.height]
        self.axes[f"xaxis{end}"] = {**base, "domain": across, "anchor": f"y{end}", **x}
        self.axes[f"yaxis{end}"] = {
            **base,
            "gridcolor": c["line-soft"],
            "domain": up,
            "anchor": f"x{end}",
            **y,
        }
        return {"xaxis": f"x{end}", "yaxis": f"y{end}"}

    def font(self, size: int = SIZE, colour: str = "ink-soft") -> dict[str, Any]:
        """A font of the page in a colour of the theme."""
        return {"family": FONT, "size": size, "color": self.look.colours[colour]}

    def note(
        self, text: str, x: float, y: float, side: str = "left", colour: str = "ink-soft", size: int = SMALL,
        bold: bool = False, hover: str = "",
    ) -> None:  # fmt: skip
        """Words at a place in pixels; `side` is the edge of the words that stands there, `hover` a tip of their own."""
        shown = f"<b>{escape(text)}</b>" if bold else escape(text)
        if not hover:
            self._words.append((shown, x, y, side, colour, size))
            return
        self.notes.append({
            "text": shown, "xref": "paper", "yref": "paper", "x": x / self.look.width, "y": 1 - y / self.height,
            "showarrow": False, "xanchor": side, "yanchor": "middle", "borderpad": 0, "align": side,
            "font": self.font(size, colour), "hovertext": escape(hover),
        })  # fmt: skip

    def title(self, text: str, x: float, y: float, room: float | None = None) -> None:
        """The heading of a panel; cut where it has no more than `room` pixels."""
        self.note(text if room is None else clip(text, room), x, y, colour="ink", size=13, bold=True)

    def line(
        self, x0: float, y0: float, x1: float, y1: float, colour: str, width: float = 1, dash: str = "solid"
    ) -> None:
        """A straight line between two places in pixels, under the panels."""
        self._lines.setdefault((colour, width, dash), []).extend([(x0, y0), (x1, y1)])

    def square(self, x: float, y: float, colour: str) -> None:
        """A small filled square around a place; `colour` is a value, not the name of one."""
        self._squares.append((x, y, colour))

    def ground(self, box: Box, colour: str) -> None:
        """A filled rectangle under everything; `colour` is the name of one."""
        w, h = self.look.width, self.height
        self.shapes.append({
            "type": "rect", "xref": "paper", "yref": "paper", "x0": box.left / w, "x1": box.right / w, "y0": 1 - box.bottom / h,
            "y1": 1 - box.top / h, "fillcolor": self.look.colours[colour], "line": {"width": 0}, "layer": "below",
        })  # fmt: skip

    def figure(self) -> dict[str, Any]:
        """The finished picture."""
        c, lang, w, h = self.look.colours, self.look.lang, self.look.width, round(self.height)
        hidden = {"visible": False, "fixedrange": True}
        whole = {
            "xaxis": {**hidden, "range": [0, w], "domain": [0, 1], "anchor": "y"},
            "yaxis": {**hidden, "range": [self.height, 0], "domain": [0, 1], "anchor": "x"},
        }  # fmt: skip
        return {
            "data": [*self._beside(), *self.traces],
            "layout": {
                "width": w, "height": h, "autosize": False, "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
                "font": self.font(), "separators": ",." if lang == "vi" else ".,", "paper_bgcolor": "rgba(0,0,0,0)",
                "plot_bgcolor": "rgba(0,0,0,0)", "hovermode": "closest", "dragmode": False, "showlegend": False,
                "hoverdistance": 24, "bargap": 0.3,
                "hoverlabel": {"bgcolor": c["surface"], "bordercolor": c["line-firm"], "font": self.font(SIZE, "ink"), "align": "left"},
                "shapes": self.shapes, "annotations": self.notes, **whole, **self.axes,
            },
        }  # fmt: skip

    def _beside(self) -> list[dict[str, Any]]:
        """Lines, squares and words on the axes of pixels."""
        c, plain = (
            self.look.colours,
            {"type": "scatter", "hoverinfo": "skip", "cliponaxis": False, **self.pixels},
        )
        found: list[dict[str, Any]] = []
        for (colour, width, dash), ends in self._lines.items():
            x: list[float | None] = []
            y: list[float | None] = []
            for at, (px, py) in enumerate(ends):
                x += [px] if at % 2 == 0 else [px, None]
                y += [py] if at % 2 == 0 else [py, None]
            found.append(
                {
                    **plain,
                    "mode": "lines",
                    "x": x,
                    "y": y,
                    "line": {"color": c[colour], "width": width, "dash": dash},
                    "connectgaps": False,
                }
            )
        if self._squares:
            xs, ys, fills = zip(*self._squares, strict=True)
            marker = {"symbol": "square", "size": 12, "color": list(fills), "line": {"width": 0}}
            found.append({**plain, "mode": "markers", "x": list(xs), "y": list(ys), "marker": marker})
        if self._words:
            found.append({
                **plain, "mode": "text", "x": [one[1] for one in self._words], "y": [one[2] for one in self._words],
                "text": [one[0] for one in self._words], "textposition": [_SIDES[one[3]] for one in self._words],
                "textfont": {"family": FONT, "color": [c[one[4]] for one in self._words], "size": [one[5] for one in self._words]},
            })  # fmt: skip
        return found


def wide(text: str, size: float = SMALL) -> float:
    """About how many pixels words take."""
    return len(text) * size * LETTER


def clip(text: str, pixels: float, size: float = SIZE) -> str:
    """Words cut to a width, with dots where something was left out."""
    most = max(4, int(pixels / (size * LETTER)))
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def grid(look: Look, count: int, height: float, columns: int, top: float = 0.0) -> list[Box]:
    """Places for `count` panels in rows of `columns`, each as wide as it can be and `height` high."""
    across = look.width / columns
    return [
        Box(at % columns * across, top + at // columns * height, (at % columns + 1) * across, top + (at // columns + 1) * height)
        for at in range(count)
    ]  # fmt: skip


def spaced(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places as near as can be to `wanted`, at least `gap` apart, between `low` and `high`."""
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    places = [0.0] * len(wanted)
    before = low - gap
    for at in order:
        before = places[at] = max(wanted[at], before + gap)
    after = high + gap
    for at in reversed(order):
        after = places[at] = min(places[at], after - gap)
    return places
