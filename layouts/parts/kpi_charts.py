"""The charts of a KPI's page: the province's trend and how the communes are spread, each with its numbers in words.

Owns what is drawn and what stands beside it; the pictures themselves are `layouts.figures`.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from dash import dcc, html

from ioc import formats
from ioc.areas import REFORM
from ioc.breaks import breaks
from ioc.catalogue import Kpi
from ioc.cells import Cell
from ioc.periods import Period
from ioc.wording import say
from layouts.address import View, passport_link
from layouts.desk import Desk
from layouts.figures.spread import Spread, spread
from layouts.figures.trend import CONFIG, trend
from layouts.parts.breaks import told
from layouts.parts.export import export_menu
from layouts.parts.pace import pace
from layouts.theme import palette


def _say(desk: Desk, key: str, **values: object) -> str:
    return say(f"kpis.{key}", desk.lang, **values)


def trend_of(view: View, desk: Desk, theme: str | None) -> html.Section:
    """The province through time with its breaks, the pace to plan where one can be told, and the numbers as a table."""
    one, lang = view.kpi, desk.lang
    board, shown = desk.board, Period.parse(view.period)
    cells = board.series(one.id, board.root.id, desk.scope, shown.cumulative, shown.kind)
    marks = breaks(one, board.root, board.register, board.crosswalk, lang)
    known = [cell for cell in cells if cell.value is not None]
    parts: list[Any] = [
        html.Div(
            [html.H3(_say(desk, "trend")), export_menu(desk, "kpi-trend", kpi=one.id, ky=view.period)],
            className="has-export",
        )
    ]
    if len(known) < 2:
        parts.append(html.P(_say(desk, "trend_short"), className="quiet"))
    else:
        parts.append(
            dcc.Graph(
                id="kpi-trend", figure=trend(cells, one, palette(theme), lang, marks), config=CONFIG, className="trend",
                style={"height": "17rem"}, responsive=True,
            )
        )  # fmt: skip
    parts += told(marks, cells, lang)
    if cells and Period.parse(cells[0].period).first < REFORM:
        parts.append(html.P(desk.say("trend.older"), className="quiet"))
    ahead = pace(one, board.root, desk)
    if ahead is not None:
        parts += [html.H3(say("pace.title", lang)), ahead]
    if cells:
        parts.append(
            html.Details(
                [
                    html.Summary(_say(desk, "trend_table")),
                    export_menu(desk, "kpi-trend-table", kpi=one.id, ky=view.period),
                    _trend_table(cells, one, desk),
                ]
            )
        )
    return html.Section(parts)


def _trend_table(cells: Sequence[Cell], one: Kpi, desk: Desk) -> html.Table:
    lang, unit = desk.lang, one.unit.in_(desk.lang)
    heads = ("period", "value", "fraction", "status", "target")
    rows = [
        html.Tr(
            [
                html.Th(formats.capital(formats.period(cell.period, lang)), scope="row"),
                html.Td(figure(cell, one, desk, desk.board.root.code)),
                html.Td(_fraction(cell, lang), className="figures"),
                html.Td(say(f"states.status.{cell.status}" if cell.status else "states.missing", lang)),
                html.Td(
                    formats.quantity(cell.target.target if cell.target else None, unit, one.decimals, lang)
                ),
            ]
        )
        for cell in reversed(cells)
    ]
    return html.Table(
        [html.Thead(html.Tr([html.Th(_say(desk, f"head.{name}"), scope="col") for name in heads])), html.Tbody(rows)],
        className="plain-table",
    )  # fmt: skip


def figure(cell: Cell, one: Kpi, desk: Desk, code: str) -> html.A:
    """The value as a link to its passport; why there is none, in its place."""
    shown = (
        formats.quantity(cell.value, one.unit.in_(desk.lang), one.decimals, desk.lang)
        if cell.state == "value"
        else formats.capital(say(f"states.{cell.state}", desk.lang))
    )
    if cell.state == "held" and cell.value is not None:
        figure = formats.quantity(cell.value, one.unit.in_(desk.lang), one.decimals, desk.lang)
        shown = f"{figure} ({say('states.held', desk.lang)})"
    return html.A(
        shown, href=passport_link(desk, one.id, cell.period, code), className="go figures passport-link"
    )


def _fraction(cell: Cell, lang: str) -> str:
    if cell.numerator is None or cell.denominator is None:
        return "–"
    return " / ".join(
        formats.number(side, 0 if float(side).is_integer() else 1, lang)
        for side in (cell.numerator, cell.denominator)
    )


def spread_of(view: View, row: Sequence[Cell], whole: Cell, desk: Desk) -> html.Section:
    """The communes over one line, with the province and the target; the ranking beside it is its table."""
    one, lang = view.kpi, desk.lang
    target = next((cell.target for cell in row if cell.target), None)
    marks = [target.target] if target else []
    if one.is_share and whole.value is not None:
        marks.append(whole.value)
    found = spread([cell.value for cell in row], marks)
    title = html.H3(_say(desk, "spread"))
    export = export_menu(desk, "kpi-spread", kpi=one.id, ky=view.period)
    head = (
        html.Div([title, export], className="has-export")
        if found is not None and one.level != "province"
        else title
    )
    if one.level == "province":
        return html.Section([head, html.P(say("states.why.whole_only", lang), className="quiet")])
    if found is None:
        return html.Section([head, html.P(_say(desk, "spread_none"), className="quiet")])
    unit = one.unit.in_(lang)

    def shown(value: float) -> str:
        return formats.quantity(value, unit, one.decimals, lang)

    known = sorted(cell.value for cell in row if cell.value is not None)
    words = {
        "n": len(known), "low": shown(known[0]), "high": shown(known[-1]), "middle": shown(median(known)),
        "left": len(row) - len(known),
    }  # fmt: skip
    names = {area.id: area.name for area in desk.board.communes}
    picture: list[Any] = [*_dots(found, row, names, shown), *_bars(found)]
    for name, value in (
        ("target", target.target if target else None),
        ("whole", whole.value if one.is_share else None),
    ):
        if value is not None:
            plain = (
                formats.quantity(value, unit, 0, lang)
                if name == "target" and float(value).is_integer()
                else shown(value)
            )
            label = _say(desk, f"spread_{name}", value=plain)
            side = " is-right" if found.at(value) > 0.6 else ""
            picture.append(
                html.Span(
                    html.Span(label),
                    className=f"spread-mark is-{name}{side}",
                    style={"left": f"{found.at(value):.2%}"},
                )
            )
    aria = _say(desk, "spread_aria", **words)
    return html.Section(
        [
            head,
            html.Div(picture, className="spread", role="img", style={"--rows": found.tallest}, **{"aria-label": aria}),
            html.P([html.Span(shown(found.low)), html.Span(shown(found.high))], className="spread-ends figures"),
            html.P(_say(desk, "spread_note", **words) + (" " + _say(desk, "spread_left", n=words["left"]) if words["left"] else ""), className="quiet"),
        ]
    )  # fmt: skip


def _dots(found: Spread, row: Sequence[Cell], names: dict[str, str], shown: Any) -> list[html.Span]:
    return [
        html.Span(
            className=f"dot-mark is-{row[index].grade}{' is-small' if row[index].small else ''}",
            style={"left": f"{left:.2%}", "--row": height},
            title=f"{names[row[index].area]}: {shown(row[index].value)}",
        )
        for index, left, height in found.dots
    ]


def _bars(found: Spread) -> list[html.Span]:
    return [
        html.Span(className="bar-mark", style={"left": f"{left:.2%}", "height": f"{count / found.tallest:.2%}"}, title=str(count))
        for left, count in found.bars
    ]  # fmt: skip
