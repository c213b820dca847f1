"""Heat: units by periods, one table of colour a KPI, in the classes of the KPI or, for changes, away from nothing.

A pure function of a result. Colours are the map's own classes wherever the KPI has them; cells without a figure are
left open with a sign, and never coloured.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ioc import formats
from ioc.analysis.query import Way
from ioc.analysis.result import Column, Reading, Result, Unit
from layouts.figures.explore.canvas import SMALL, Box, Canvas, Look, clip, wide
from layouts.figures.explore.ranked import order
from layouts.figures.explore.words import Tips, heading, shown, titled, unit_of

HEAD, FOOT = 76, 14
STEPS = 7
SIGNS = {"missing": "–", "no_activity": "0/0", "impossible": "!", "whole_only": "–", "held": "?"}


@dataclass(frozen=True)
class Classes:
    """Breaks of a KPI's colours and the colour of each class, one more than there are breaks."""

    at: tuple[float, ...]
    colours: tuple[str, ...]
    automatic: bool

    def of(self, value: float) -> int:
        """The class of a value."""
        return bisect_right(self.at, value)


def classes(result: Result, column: Column, values: Sequence[float], look: Look) -> Classes:
    """The catalogue's classes; fifths of what is there when it has none; around 0 (or 100) for changes and indices."""
    c = look.colours
    if result.query.way is not Way.VALUE:
        middle = 100.0 if result.query.way is Way.INDEX else 0.0
        reach = max((abs(value - middle) for value in values), default=0.0) or 1.0
        steps = [_round(reach * part) for part in (0.15, 0.5)]
        at = tuple(sorted({middle - one for one in steps} | {middle + one for one in steps}))
        return Classes(at, (c["less-2"], c["less-1"], c["even"], c["more-1"], c["more-2"]), True)
    if column.kpi.classes:
        at, automatic = tuple(column.kpi.classes), False
    else:
        known = sorted(values)
        cuts = [known[len(known) * part // 5] for part in range(1, 5)] if known else []
        at, automatic = tuple(sorted({cut for cut in cuts if cut > known[0]})), True
    count = len(at) + 1
    shades = [STEPS if count < 2 else 1 + round(one * (STEPS - 1) / (count - 1)) for one in range(count)]
    return Classes(at, tuple(c[f"seq-{shade}"] for shade in shades), automatic)


def _round(value: float) -> float:
    """Two digits are enough for a break."""
    return float(f"{value:.2g}")


def heat(result: Result, look: Look) -> dict[str, Any]:
    """One table a KPI, rows in the order of the first one's last period."""
    rows = order(result)
    names = {unit.id: unit.short or look.say("merged_short") for unit in rows}
    count, periods = len(result.columns), len(result.periods)
    room = min(max(wide(name, 12) for name in names.values()) + 12, 150 if not look.narrow else 104)
    across = 1 if look.narrow or count == 1 else 2 if count < 5 or look.width < 1100 else 3
    tall = 20 if count == 1 else 14
    height = HEAD + tall * len(rows) + FOOT
    shift = 0 if titled(result) else 22
    canvas = Canvas(look, height * -(-count // across) - shift)
    each = (look.width - room) / across
    for at, column in enumerate(result.columns):
        top, left = at // across * height - shift, room + at % across * each
        if at % across == 0:
            for row, unit in enumerate(rows):
                canvas.note(
                    clip(names[unit.id], room - 8),
                    room - 6,
                    top + HEAD + tall * (row + 0.5),
                    "right",
                    "ink",
                    12 if tall > 15 else 11,
                )
        place = Box(
            left + 2, top + HEAD, left + min(each - 14, periods * 64 + 4), top + HEAD + tall * len(rows)
        )
        _panel(canvas, result, column, rows, place, each)
    return canvas.figure()


def _panel(
    canvas: Canvas, result: Result, column: Column, rows: Sequence[Unit], place: Box, each: float
) -> None:
    look, kpi, count = canvas.look, column.kpi, len(column.periods)
    readings = [column.rows[unit.id] for unit in rows]
    values = [one.value for row in readings for one in row if one.value is not None]
    scheme = classes(result, column, values, look)
    every = max(1, -(-count // max(1, int(place.width / 44))))
    at = list(range(count - 1, -1, -every))[::-1]
    running = {i for row in readings for i, one in enumerate(row) if one.provisional}
    axes = canvas.panel(
        place,
        {"range": [-0.5, count - 0.5], "side": "top", "tickvals": at, "showline": False,
         "ticktext": [formats.period(column.periods[i], look.lang, short=True) + ("*" if i in running else "") for i in at]},
        {"range": [len(rows) - 0.5, -0.5], "visible": False},
    )  # fmt: skip
    top = place.top - HEAD
    if titled(result):
        canvas.title(heading(result, kpi, look), place.left, top + 12, each - 20)
    _legend(canvas, result, column, scheme, place, top)
    canvas.ground(place, "hatch-ground")
    last, tips = max(1, len(scheme.colours) - 1), Tips(result, look)
    steps = [
        [place_, shade]
        for i, shade in enumerate(scheme.colours)
        for place_ in _stretch(i, len(scheme.colours))
    ]
    written = len(result.columns) == 1 and place.width / count >= 34
    trace: dict[str, Any] = {
        "type": "heatmap", "z": [[None if one.value is None else scheme.of(one.value) for one in row] for row in readings],
        "x": list(range(count)), "y": list(range(len(rows))), "zmin": -0.5, "zmax": last + 0.5 if len(scheme.colours) > 1 else 0.5,
        "colorscale": steps, "showscale": False, "xgap": 1, "ygap": 1, "hoverongaps": False,
        "hovertext": [
            [tips.tip(kpi, unit, column.periods[i], one) for i, one in enumerate(row)] for unit, row in zip(rows, readings, strict=True)
        ],
        "hovertemplate": "%{hovertext}<extra></extra>", **axes,
    }  # fmt: skip
    if written:
        trace |= {
            "text": [[_written(result, column, one, look) for one in row] for row in readings],
            "texttemplate": "%{text}", "textfont": {"size": SMALL, "family": canvas.font()["family"]},
        }  # fmt: skip
    canvas.traces.append(trace)
    _open_cells(canvas, readings, axes)


def _stretch(at: int, count: int) -> tuple[float, float]:
    return at / count, (at + 1) / count


def _written(result: Result, column: Column, reading: Reading, look: Look) -> str:
    if reading.value is None:
        return ""
    return shown(result, column.kpi, reading, look.lang).split(formats.NBSP)[0].removesuffix("%")


def _open_cells(canvas: Canvas, readings: Sequence[Sequence[Reading]], axes: dict[str, str]) -> None:
    """A sign where there is no figure, and a question mark where one is held back."""
    found = [
        (i, row, SIGNS.get(one.state, "–"))
        for row, line in enumerate(readings)
        for i, one in enumerate(line)
        if one.value is None or one.state == "held"
    ]
    if found:
        canvas.traces.append({
            "type": "scatter", "mode": "text", "x": [i for i, _, _ in found], "y": [row for _, row, _ in found],
            "text": [sign for _, _, sign in found], "textfont": canvas.font(10), "hoverinfo": "skip", **axes,
        })  # fmt: skip


def _legend(canvas: Canvas, result: Result, column: Column, scheme: Classes, place: Box, top: float) -> None:
    """The classes in a row under the title."""
    lang, x, y = canvas.look.lang, 4.0 if canvas.look.narrow else place.left, top + 34
    unit = unit_of(result, column.kpi, lang)

    def number(value: float) -> str:
        return formats.number(value, 0 if float(value).is_integer() else max(1, column.kpi.decimals), lang)

    for i, colour in enumerate(scheme.colours):
        if i == 0:
            words = f"< {number(scheme.at[0])}" if scheme.at else unit
        elif i == len(scheme.at):
            words = f"≥ {number(scheme.at[-1])}"
        else:
            words = f"{number(scheme.at[i - 1])} – < {number(scheme.at[i])}"
        if x + 18 + wide(words, 10) > place.right + 40:
            break
        canvas.square(x + 6, y, colour)
        canvas.note(words, x + 16, y, size=10)
        x += 26 + wide(words, 10)
