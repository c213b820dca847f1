"""The canvas of a chart: panels placed in pixels, scales with whole steps, words in the visitor's language.

Owns what all views share: size, fonts, axes, texts of figures and of their tips. Knows readings, no single view.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from typing import Any

from ioc import formats
from ioc.analysis.query import Way
from ioc.analysis.result import NO_BASE, UNMERGEABLE, Reading, Result, Unit
from ioc.catalogue import Kpi
from ioc.wording import say

FONT = '"Be Vietnam Pro", sans-serif'
SIZE, SMALL = 12, 11
LETTER = 0.57
"""Mean width of a letter, as a part of its size."""
MOST_NAMED = 8
"""Units up to which each has its own colour and name in a chart of lines."""
MOST_ROWS = 80


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


@dataclass(frozen=True)
class Scale:
    """A stretch of numbers with whole steps to mark."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def part(self, value: float) -> float:
        """Where a value lies, from 0 to 1."""
        return (value - self.low) / ((self.high - self.low) or 1.0)


def scale(values: Iterable[float | None], steps: int = 5, zero: bool = False, tight: bool = False) -> Scale:
    """A scale over `values` with about `steps` marks; `zero` keeps 0 on it, `tight` ends near the outermost values."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        low, high = (low - 1, high + 1) if not zero else (min(low, 0.0), max(high, 1.0))
    rough = (high - low) / max(1, steps)
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * one for one in (1, 2, 2.5, 5, 10) if power * one >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(round(step * at, 10) for at in range(first, last + 1))
    if tight:
        pad = (high - low) * 0.04
        inner = tuple(tick for tick in ticks if low - pad <= tick <= high + pad)
        return Scale(low - pad, high + pad, inner or ticks)
    return Scale(ticks[0], ticks[-1], ticks)


def padded(ruler: Scale, part: float = 0.03) -> Scale:
    """A little room beyond the outermost marks, so that no point is cut by the edge."""
    room = (ruler.high - ruler.low) * part
    return Scale(ruler.low - room, ruler.high + room, ruler.ticks)


def tick_words(ticks: Sequence[float], unit: str, lang: str) -> list[str]:
    """The marks of a scale as read: as many places as its steps need."""
    step = min((b - a for a, b in pairwise(ticks)), default=1.0)
    places = 0 if step >= 1 and float(step).is_integer() else 1 if step >= 0.1 else 2
    short = unit if unit == "%" else ""
    return [formats.quantity(tick, short, places, lang) for tick in ticks]


@dataclass
class Canvas:
    """A picture in the making."""

    look: Look
    height: float
    traces: list[dict[str, Any]] = field(default_factory=list)
    axes: dict[str, dict[str, Any]] = field(default_factory=dict)
    shapes: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0

    def panel(self, box: Box, x: Mapping[str, Any], y: Mapping[str, Any]) -> dict[str, str]:
        """A pair of axes in `box`; returns their names as traces carry them."""
        self.count += 1
        end = "" if self.count == 1 else str(self.count)
        c = self.look.colours
        base = {
            "fixedrange": True, "zeroline": False, "showgrid": False, "ticks": "", "linecolor": c["line-firm"],
            "tickfont": self.font(SMALL), "automargin": False,
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
        """Words at a place in pixels; `side` is the edge of the words that stands there."""
        shown = escape(text)
        one: dict[str, Any] = {
            "text": f"<b>{shown}</b>" if bold else shown, "xref": "paper", "yref": "paper", "x": x / self.look.width,
            "y": 1 - y / self.height, "showarrow": False, "xanchor": side, "yanchor": "middle", "borderpad": 0,
            "font": self.font(size, colour), "align": side,
        }  # fmt: skip
        if hover:
            one["hovertext"] = escape(hover)
        self.notes.append(one)

    def line(
        self, x0: float, y0: float, x1: float, y1: float, colour: str, width: float = 1, dash: str = "solid"
    ) -> None:
        """A straight line between two places in pixels."""
        w, h = self.look.width, self.height
        self.shapes.append({
            "type": "line", "xref": "paper", "yref": "paper", "x0": x0 / w, "x1": x1 / w, "y0": 1 - y0 / h, "y1": 1 - y1 / h,
            "line": {"color": self.look.colours[colour], "width": width, "dash": dash},
        })  # fmt: skip

    def block(self, box: Box, colour: str, below: bool = False) -> None:
        """A filled rectangle; `colour` is a value, not the name of one."""
        w, h = self.look.width, self.height
        self.shapes.append({
            "type": "rect", "xref": "paper", "yref": "paper", "x0": box.left / w, "x1": box.right / w, "y0": 1 - box.bottom / h,
            "y1": 1 - box.top / h, "fillcolor": colour, "line": {"width": 0}, "layer": "below" if below else "above",
        })  # fmt: skip

    def figure(self, mode: str = "closest") -> dict[str, Any]:
        """The finished picture."""
        c, lang = self.look.colours, self.look.lang
        return {
            "data": self.traces,
            "layout": {
                "width": self.look.width, "height": round(self.height), "autosize": False,
                "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0}, "font": self.font(), "separators": ",." if lang == "vi" else ".,",
                "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "hovermode": mode, "dragmode": False,
                "showlegend": False, "hoverdistance": 24, "bargap": 0.3,
                "hoverlabel": {"bgcolor": c["surface"], "bordercolor": c["line-firm"], "font": self.font(SIZE, "ink"), "align": "left"},
                "shapes": self.shapes, "annotations": self.notes, **self.axes,
            },
        }  # fmt: skip


def wide(text: str, size: float = SMALL) -> float:
    """About how many pixels words take."""
    return len(text) * size * LETTER


def unit_of(result: Result, kpi: Kpi, lang: str) -> str:
    """The unit of what is shown: of an index none, of a change of percentages points."""
    way = result.query.way
    if way is Way.INDEX:
        return ""
    unit = kpi.unit.in_(lang)
    return unit if way is Way.VALUE or unit != "%" else say("formats.points", lang)


def shown(result: Result, kpi: Kpi, reading: Reading, lang: str) -> str:
    """A figure as read, signed where it is a change; the reason where there is none."""
    if reading.value is None:
        return reason(reading, lang)
    text = formats.quantity(reading.value, unit_of(result, kpi, lang), result.decimals(kpi), lang)
    change = result.query.way not in (Way.VALUE, Way.INDEX)
    return f"+{text}" if change and reading.value > 0 else text


def reason(reading: Reading, lang: str) -> str:
    """Why there is no figure."""
    if reading.state in (NO_BASE, UNMERGEABLE):
        return say(f"explore.state.{reading.state}", lang)
    return say(f"states.{reading.state}", lang)


def marks(reading: Reading, lang: str) -> list[str]:
    """What a reader must know beside a figure."""
    found = []
    if reading.state == "held" and reading.value is not None:
        found.append(say("states.held", lang))
    if reading.provisional:
        found.append(say("states.status.provisional", lang))
    if reading.estimated:
        found.append(say("states.status.estimated", lang))
    if reading.small:
        found.append(say("states.small", lang))
    return found


def tip(result: Result, kpi: Kpi, unit: Unit, period: str, reading: Reading, look: Look) -> str:
    """The tip of a point: who, when, how much, and what to mind."""
    beside = marks(reading, look.lang)
    name = unit.name or look.say("merged", n=formats.number(len(result.chosen), 0, look.lang))
    when = formats.period(period, look.lang)
    value = shown(result, kpi, reading, look.lang) + (f" ({', '.join(beside)})" if beside else "")
    return f"<b>{escape(name)}</b><br>{escape(formats.capital(when))}: {escape(value)}"


def heading(result: Result, kpi: Kpi, look: Look) -> str:
    """The title of a panel: the KPI and its unit."""
    unit = unit_of(result, kpi, look.lang)
    name = kpi.name.in_(look.lang)
    way = result.query.way
    if way is Way.INDEX:
        return f"{name} – {look.say('axis.index', period=formats.period(result.query.start, look.lang, short=True))}"
    return f"{name} ({unit})" if unit else name


def titled(result: Result) -> bool:
    """Whether panels carry their own title: of a single KPI the page's title says it all."""
    return len(result.columns) > 1


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
