"""One KPI on a page of its own: the province's number, the trend, how the communes are spread, and the definition.

Owns the order of the sections and their words. Every chart has its table; every number leads to its passport.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from dash import dcc, html

from ioc import formats
from ioc.areas import REFORM
from ioc.catalogue import Kpi, Target
from ioc.cells import Cell
from ioc.periods import Period
from ioc.wording import say
from layouts.address import KPIS, MAP, View, link, passport_link
from layouts.desk import Desk
from layouts.figures.spread import Spread, spread
from layouts.figures.trend import CONFIG, trend
from layouts.parts.grade import badge, shape
from layouts.parts.tile import coverage, goal, movement
from layouts.theme import palette

MOST_RANKED = 60


def kpi(view: View, desk: Desk, theme: str | None) -> list[Any]:
    """The whole page of the KPI and period that the address names."""
    board, period = desk.board, view.period
    whole = board.total(view.kpi.id, period, desk.scope)
    row = board.row(view.kpi.id, period, desk.scope)
    return [
        _head(view, whole, desk),
        html.Div(
            [
                html.Div(
                    [_trend(view, desk, theme), _spread(view, row, whole, desk)], className="kpi-charts"
                ),
                html.Div([_ranking(view, row, desk)], className="kpi-ranking"),
                html.Div([_definition(view.kpi, desk), _targets(view.kpi, desk)], className="kpi-about"),
            ],
            className="kpi-body",
        ),
    ]


def _say(desk: Desk, key: str, **values: object) -> str:
    return say(f"kpis.{key}", desk.lang, **values)


def _head(view: View, whole: Cell, desk: Desk) -> html.Header:
    one, lang = view.kpi, desk.lang
    group = desk.board.site.groups[one.group].name.in_(lang)
    foot: list[Any] = [html.Span(formats.capital(goal(one, whole, desk)))]
    if whole.reporting is not None and whole.expected:
        foot.append(coverage(whole, desk))
    return html.Header(
        [
            html.Div(
                [
                    html.P([html.A(_say(desk, "all"), href=_held(KPIS, desk), className="go"), f" / {group}"], className="quiet"),
                    html.H2(one.name.in_(lang)),
                    html.P(
                        [
                            html.A(
                                formats.number(whole.value, one.decimals, lang), className="tile-figure go",
                                href=passport_link(desk, one.id, view.period), title=_say(desk, "passport"),
                            ),
                            html.Span(one.unit.in_(lang), className="tile-unit"),
                            badge(whole, lang),
                        ],
                        className="tile-value",
                    ),
                    html.P(movement(one, whole, desk), className="tile-change"),
                    html.P(foot, className="tile-foot"),
                ]
            ),
            html.Div([_periods(view, desk), _ways(view, desk)], className="kpi-tools"),
        ],
        className="kpi-head",
    )  # fmt: skip


def _held(path: str, desk: Desk, **parts: str | None) -> str:
    """An address that stays in the edition the visitor holds."""
    return link(path, **parts, ban=str(desk.board.edition.number) if desk.fixed else None)


def _ways(view: View, desk: Desk) -> html.P:
    return html.P(
        [
            html.A(_say(desk, "map"), href=_held(MAP, desk, kpi=view.kpi.id, ky=view.period), className="go button is-quiet"),
            html.A(_say(desk, "passport"), href=passport_link(desk, view.kpi.id, view.period), className="go button is-quiet"),
        ],
        className="choices",
    )  # fmt: skip


def _periods(view: View, desk: Desk) -> html.Div:
    """A step back, the period, a step forward; and the other basis where there is one."""
    one, lang = view.kpi, desk.lang
    total = view.period.endswith(".ytd")
    keys = desk.board.periods(one.id, cumulative=total)
    at = keys.index(view.period) if view.period in keys else -1
    before = keys[at - 1] if at > 0 else None
    after = keys[at + 1] if 0 <= at < len(keys) - 1 else None
    parts: list[Any] = [
        _step("‹", before, "earlier", view, desk),
        html.Span(formats.capital(formats.period(view.period, lang)), className="step-now"),
        _step("›", after, "later", view, desk),
    ]
    shown: list[Any] = [html.Div(parts, className="steps")]
    other = view.period.removesuffix(".ytd") if total else f"{view.period}.ytd"
    if other in desk.board.periods(one.id, cumulative=not total):
        shown.append(
            html.A(
                _say(desk, "single" if total else "total"), href=_held(KPIS, desk, kpi=one.id, ky=other), className="go button is-quiet"
            )
        )  # fmt: skip
    return html.Div(shown, className="kpi-period")


def _step(sign: str, key: str | None, words: str, view: View, desk: Desk) -> Any:
    label = _say(desk, words)
    if key is None:
        return html.Span(sign, className="step is-off", **{"aria-hidden": "true"})
    href = _held(KPIS, desk, kpi=view.kpi.id, ky=key)
    return html.A(sign, href=href, className="step go", title=label, **{"aria-label": label})


# -- trend ----------------------------------------------------------------------------------------------


def _trend(view: View, desk: Desk, theme: str | None) -> html.Section:
    one, lang = view.kpi, desk.lang
    cells = desk.board.series(one.id, desk.board.root.id, desk.scope, cumulative=view.period.endswith(".ytd"))
    known = [cell for cell in cells if cell.value is not None]
    parts: list[Any] = [html.H3(_say(desk, "trend"))]
    if len(known) < 2:
        parts.append(html.P(_say(desk, "trend_short"), className="quiet"))
    else:
        parts.append(
            dcc.Graph(
                id="kpi-trend", figure=trend(cells, one, palette(theme), lang), config=CONFIG, className="trend",
                style={"height": "17rem"}, responsive=True,
            )
        )  # fmt: skip
    if cells and Period.parse(cells[0].period).first < REFORM:
        parts.append(html.P(desk.say("trend.older"), className="quiet"))
    if cells:
        parts.append(html.Details([html.Summary(_say(desk, "trend_table")), _trend_table(cells, one, desk)]))
    return html.Section(parts)


def _trend_table(cells: Sequence[Cell], one: Kpi, desk: Desk) -> html.Table:
    lang, unit = desk.lang, one.unit.in_(desk.lang)
    heads = ("period", "value", "fraction", "status", "target")
    rows = [
        html.Tr(
            [
                html.Th(formats.capital(formats.period(cell.period, lang)), scope="row"),
                html.Td(_figure(cell, one, desk, desk.board.root.code)),
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


def _figure(cell: Cell, one: Kpi, desk: Desk, code: str) -> html.A:
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


# -- spread ---------------------------------------------------------------------------------------------


def _spread(view: View, row: Sequence[Cell], whole: Cell, desk: Desk) -> html.Section:
    """The communes over one line, with the province and the target; the ranking beside it is its table."""
    one, lang = view.kpi, desk.lang
    target = next((cell.target for cell in row if cell.target), None)
    marks = [target.target] if target else []
    if one.is_share and whole.value is not None:
        marks.append(whole.value)
    found = spread([cell.value for cell in row], marks)
    head = html.H3(_say(desk, "spread"))
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


# -- ranking --------------------------------------------------------------------------------------------


def _ranking(view: View, row: Sequence[Cell], desk: Desk) -> html.Section:
    if view.kpi.level == "province":
        words = html.P(say("states.why.whole_only", desk.lang), className="quiet")
        return html.Section([html.H3(_say(desk, "ranking")), words])
    ranks = desk.board.rank(view.kpi.id, view.period, desk.scope)
    areas = {area.id: area for area in desk.board.communes}
    last = len(row) + 1
    ordered = sorted(
        row, key=lambda cell: (ranks.get(cell.area, last), formats.sort_key(areas[cell.area].name))
    )
    shown = ordered[:MOST_RANKED]
    heads = ("rank", "commune", "value")
    rows = [
        html.Tr(
            [
                html.Td(str(ranks[cell.area]) if cell.area in ranks else "–", className="figures is-rank"),
                html.Th(
                    html.A(
                        areas[cell.area].name, className="go",
                        href=_held(MAP, desk, kpi=view.kpi.id, ky=view.period, xa=areas[cell.area].code),
                    ),
                    scope="row",
                ),
                html.Td(
                    [_figure(cell, view.kpi, desk, areas[cell.area].code), "*" if cell.small else None, shape(cell.grade) if cell.state == "value" else None],
                    className="is-value",
                ),
            ],
        )
        for cell in shown
    ]  # fmt: skip
    parts: list[Any] = [
        html.H3(_say(desk, "ranking")),
        html.Div(
            html.Table(
                [html.Thead(html.Tr([html.Th(_say(desk, f"head.{name}"), scope="col") for name in heads])), html.Tbody(rows)],
                className="plain-table kpi-rank",
            ),
            className="kpi-scroll", tabIndex=0, role="region", **{"aria-label": _say(desk, "ranking")},
        ),
    ]  # fmt: skip
    if any(cell.small for cell in shown):
        parts.append(html.P(_say(desk, "small", n=view.kpi.minimum_n), className="quiet"))
    if len(ordered) > MOST_RANKED:
        parts.append(html.P(_say(desk, "more", n=MOST_RANKED, all=len(ordered)), className="quiet"))
    return html.Section(parts)


# -- definition -----------------------------------------------------------------------------------------


def _definition(one: Kpi, desk: Desk) -> html.Section:
    site, lang = desk.board.site, desk.lang
    owner, source = site.departments.get(one.owner), site.sources.get(one.source)
    rows = [
        ("formula", one.formula.in_(lang)),
        ("roll_up", say(f"passport.roll_up.{one.aggregation}", lang)),
        ("measure", say(f"passport.measure.{one.measure}", lang)),
        ("basis", say(f"passport.basis.{one.basis}", lang)),
        ("owner", owner.name.in_(lang) if owner else one.owner),
        ("source", source.name.in_(lang) if source else one.source),
        ("legal", one.legal_basis),
    ]
    facts = [html.Div([html.Dt(say(f"passport.label.{name}", lang)), html.Dd(text)]) for name, text in rows]
    register = (("indicator", one.indicator), ("cycle", one.cycle))
    facts += [
        html.Div([html.Dt(_say(desk, name)), html.Dd(_say(desk, f"{name}s.{value}"))])
        for name, value in register
        if value is not None
    ]
    return html.Section([html.H3(_say(desk, "definition")), html.Dl(facts, className="facts")])


def _targets(one: Kpi, desk: Desk) -> html.Section:
    if not one.target:
        return html.Section(
            [html.H3(_say(desk, "targets")), html.P(_say(desk, "no_targets"), className="quiet")]
        )
    return html.Section(
        [html.H3(_say(desk, "targets")), html.Ul([_target(target, one, desk) for target in one.target], className="targets")]
    )  # fmt: skip


def _target(target: Target, one: Kpi, desk: Desk) -> html.Li:
    lang, unit = desk.lang, one.unit.in_(desk.lang)

    def shown(value: float) -> str:
        return formats.quantity(value, unit, 0 if value == int(value) else one.decimals, lang)

    area = desk.board.by_code.get(target.area or "")
    words = {
        "whom": area.name if area else _say(desk, f"level.{target.level}"),
        "value": shown(target.target),
        "from": formats.day(target.valid_from, lang),
    }
    line = (
        _say(desk, "target_until", **words, to=formats.day(target.valid_to, lang))
        if target.valid_to
        else _say(desk, "target", **words)
    )
    mark = "verified" if target.verified else "unverified"
    limits = _say(desk, "limits", warn=shown(target.warn), alert=shown(target.alert))
    return html.Li(
        [
            html.Strong(line),
            html.Span(limits),
            html.Span(target.decision, className="quiet"),
            html.Span(say(f"passport.value.{mark}", lang), className=f"mark is-{mark}"),
        ]
    )  # fmt: skip
