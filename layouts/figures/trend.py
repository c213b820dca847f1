"""Trend: the periods of one KPI as a line, with target, open periods hollow and every break marked.

A pure function from cells to a plotly figure as a plain dict. Colours come from the theme; texts are escaped,
because plotly reads a little HTML in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from ioc import formats
from ioc.areas import REFORM
from ioc.breaks import REFORM_DOCUMENT, Mark
from ioc.catalogue import Kpi
from ioc.cells import Cell
from ioc.observations import Status
from ioc.periods import Period
from ioc.wording import say

CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "displaylogo": False,
    "showSendToCloud": False,
    "locale": "vi",
    "responsive": True,
}
"""Shared by every graph: nothing to click away, nothing sent anywhere."""


def trend(
    cells: Sequence[Cell],
    kpi: Kpi,
    colours: Mapping[str, str],
    lang: str,
    marks: Sequence[Mark] | None = None,
) -> dict[str, Any]:
    """The figure for `cells`, ascending periods of one basis and kind; one without a value is a gap in the line.

    `marks` are the breaks to draw; None draws those of the KPI and the reform.
    """
    drawn = marks if marks is not None else [
        *(Mark(one.on, formats.day(one.on, lang), one.cause.in_(lang), one.document) for one in kpi.breaks),
        Mark(REFORM, say("face.trend.reform", lang), say("history.break.two_levels", lang), REFORM_DOCUMENT),
    ]  # fmt: skip
    days = [Period.parse(cell.period).first.isoformat() for cell in cells]
    closed = [None if cell.status is Status.PROVISIONAL else cell.value for cell in cells]
    firm = {"color": colours["ink"], "width": 2}
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter", "mode": "lines+markers", "x": days, "y": closed, "line": firm,
            "marker": {"size": 5, "color": colours["ink"]}, "hovertemplate": "%{text}<extra></extra>",
            "text": [_hover(cell, kpi, lang) for cell in cells], "showlegend": False, "connectgaps": False,
        }
    ]  # fmt: skip
    traces += _open_end(cells, days, kpi, colours, lang)
    target = next((cell.target for cell in reversed(cells) if cell.target), None)
    if target is not None:
        steps = [cell.target.target if cell.target else None for cell in cells]
        traces.append(
            {
                "type": "scatter", "mode": "lines", "x": days, "y": steps, "hoverinfo": "skip", "showlegend": False,
                "line": {"color": colours["accent"], "width": 1.5, "dash": "4px,3px", "shape": "hv"},
            }
        )  # fmt: skip
    return {
        "data": traces,
        "layout": _layout(cells, days, kpi, colours, lang, target.target if target else None, drawn),
    }


def _open_end(
    cells: Sequence[Cell], days: list[str], kpi: Kpi, colours: Mapping[str, str], lang: str
) -> list[dict[str, Any]]:
    """The last month while it is open: a hollow point on a dashed line from the month before."""
    if len(cells) < 2 or cells[-1].status is not Status.PROVISIONAL:
        return []
    return [
        {
            "type": "scatter", "mode": "lines+markers", "x": days[-2:], "y": [cells[-2].value, cells[-1].value],
            "line": {"color": colours["ink"], "width": 2, "dash": "3px,3px"}, "showlegend": False,
            "marker": {"size": [0, 8], "color": colours["surface"], "line": {"color": colours["ink"], "width": 2}},
            "hovertemplate": "%{text}<extra></extra>", "text": ["", _hover(cells[-1], kpi, lang)],
        }
    ]  # fmt: skip


def _hover(cell: Cell, kpi: Kpi, lang: str) -> str:
    value = (
        formats.quantity(cell.value, kpi.unit.in_(lang), kpi.decimals, lang)
        if cell.value is not None
        else say(f"states.{cell.state}", lang)
    )
    if cell.state == "held" and cell.value is not None:
        value = f"{value}, {say('states.held', lang)}"
    mark = f" ({say('face.trend.provisional', lang)})" if cell.status is Status.PROVISIONAL else ""
    return escape(f"{formats.capital(formats.period(cell.period, lang))}: {value}{mark}")


def _layout(
    cells: Sequence[Cell],
    days: list[str],
    kpi: Kpi,
    colours: Mapping[str, str],
    lang: str,
    target: float | None,
    marks: Sequence[Mark],
) -> dict[str, Any]:
    font = {"family": '"Be Vietnam Pro", sans-serif', "size": 12, "color": colours["ink-soft"]}
    every = max(1, len(days) // 4)
    ticks = list(range(len(days) - 1, -1, -every))[::-1]
    shapes, notes = [], []
    inside = [mark for mark in marks if days and days[0] < mark.on.isoformat() <= days[-1]]
    for row, mark in enumerate(inside):
        on = mark.on.isoformat()
        shapes.append(
            {
                "type": "line", "x0": on, "x1": on, "y0": 0, "y1": 1, "yref": "paper",
                "line": {"color": colours["line-firm"], "width": 1, "dash": "dot"},
            }
        )  # fmt: skip
        early = sum(day < on for day in days) < len(days) / 2
        note = _note(mark.name, on, 1, "paper", "left" if early else "right", font)
        cause = f"{mark.cause} ({mark.document})" if mark.document else mark.cause
        # names of breaks that lie close together stand below each other
        notes.append({**note, "yshift": -14 * row, "hovertext": escape(formats.capital(cause))})
    if target is not None:
        words = formats.quantity(
            target, kpi.unit.in_(lang), 0 if target == int(target) else kpi.decimals, lang
        )
        accent = {**font, "color": colours["accent"]}
        side, above = _clear(cells, target)
        at = days[0] if side == "left" else days[-1]
        named = _note(say("face.trend.target", lang, value=words), at, target, "y", side, accent)
        notes.append({**named, "yanchor": "bottom" if above else "top"})
    return {
        "autosize": True, "margin": {"l": 46, "r": 14, "t": 24, "b": 28}, "font": font, "separators": ",." if lang == "vi" else ".,",
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "hovermode": "x", "dragmode": False,
        "hoverlabel": {"bgcolor": colours["surface"], "bordercolor": colours["line-firm"], "font": {**font, "color": colours["ink"]}},
        "xaxis": {
            "type": "date", "fixedrange": True, "showgrid": False, "zeroline": False, "linecolor": colours["line-firm"],
            "tickvals": [days[i] for i in ticks], "ticktext": [escape(formats.period(cells[i].period, lang, short=True)) for i in ticks],
        },
        "yaxis": {"fixedrange": True, "gridcolor": colours["line-soft"], "zeroline": False, "nticks": 5, "ticksuffix": " %" if kpi.unit.vi == "%" else "", "rangemode": "normal" if kpi.is_share else "tozero", **_whole(cells, kpi)},
        "shapes": shapes, "annotations": notes,
    }  # fmt: skip


def _clear(cells: Sequence[Cell], target: float) -> tuple[str, bool]:
    """Where the target's name meets no line: the end at which the values keep away from it, on the far side of them."""
    third = max(1, len(cells) // 3)
    ends = {"left": cells[:third], "right": cells[-third:]}
    away = {
        side: min((cell.value - target for cell in part if cell.value is not None), key=abs, default=0.0)
        for side, part in ends.items()
    }
    side = max(away, key=lambda one: abs(away[one]))
    return side, away[side] <= 0


def _whole(cells: Sequence[Cell], kpi: Kpi) -> dict[str, Any]:
    """Counts of a few things are read in whole steps."""
    top = max((cell.value for cell in cells if cell.value is not None), default=0.0)
    return {"dtick": 1} if kpi.decimals == 0 and top <= 5 else {}


def _note(text: str, x: str, y: float, yref: str, side: str, font: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "text": escape(text), "x": x, "y": y, "yref": yref, "xref": "x", "showarrow": False, "xanchor": side,
        "yanchor": "bottom", "font": {**font, "size": 11}, "align": side, "borderpad": 0,
    }  # fmt: skip
