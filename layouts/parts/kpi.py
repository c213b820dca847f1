"""One KPI on a page of its own: the province's number, the trend, how the communes are spread, and the definition.

Owns the order of the sections and their words. Every chart has its table; every number leads to its passport.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dash import html

from ioc import formats
from ioc.cells import Cell
from ioc.periods import Period
from ioc.wording import say
from layouts.address import KPIS, MAP, QUALITY, View, commune_link, link, passport_link
from layouts.desk import Desk
from layouts.parts.export import export_menu
from layouts.parts.grade import badge, shape
from layouts.parts.kpi_about import definition, targets
from layouts.parts.kpi_charts import figure, spread_of, trend_of
from layouts.parts.quality import meter
from layouts.parts.still import still
from layouts.parts.tile import coverage, goal, movement

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
                    [trend_of(view, desk, theme), spread_of(view, row, whole, desk)], className="kpi-charts"
                ),
                still(_ranking(view, row, desk), "kpi-ranking"),
                still([definition(view.kpi, desk), targets(view.kpi, desk)], "kpi-about"),
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
    quality = meter(one, desk)
    if quality is not None:
        foot.append(
            html.A(
                quality,
                href=link(QUALITY, nguon=one.source, kpi=one.id),
                className="go",
                title=desk.say("nav.quality"),
            )
        )
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
    """A step back, the period, a step forward; the other kinds of period and the other basis where there are any."""
    one, board, now = view.kpi, desk.board, Period.parse(view.period)
    keys = board.periods(one.id, now.cumulative, now.kind)
    at = keys.index(view.period) if view.period in keys else -1
    before = keys[at - 1] if at > 0 else None
    after = keys[at + 1] if 0 <= at < len(keys) - 1 else None
    parts: list[Any] = [
        _step("‹", before, "earlier", view, desk),
        html.Span(formats.capital(formats.period(view.period, desk.lang)), className="step-now"),
        _step("›", after, "later", view, desk),
    ]
    shown: list[Any] = [*_kinds(view, desk), html.Div(parts, className="steps")]
    other = replace(now, cumulative=not now.cumulative).key
    if other in board.periods(one.id, not now.cumulative, now.kind):
        words = _say(desk, "single" if now.cumulative else "total")
        href = _held(KPIS, desk, kpi=one.id, ky=other)
        shown.append(html.A(words, href=href, className="go button is-quiet"))
    return html.Div(shown, className="kpi-period")


def _kinds(view: View, desk: Desk) -> list[html.A]:
    """The newest period of every other kind the KPI has."""
    now = Period.parse(view.period)
    if now.cumulative:
        return []
    found = []
    for kind in view.kpi.periods:
        keys = desk.board.periods(view.kpi.id, kind=kind) if kind is not now.kind else []
        if keys:
            href = _held(KPIS, desk, kpi=view.kpi.id, ky=keys[-1])
            found.append(html.A(desk.say(f"js.when.kind_{kind}"), href=href, className="go button is-quiet"))
    return found


def _step(sign: str, key: str | None, words: str, view: View, desk: Desk) -> Any:
    label = _say(desk, words)
    if key is None:
        return html.Span(sign, className="step is-off", **{"aria-hidden": "true"})
    href = _held(KPIS, desk, kpi=view.kpi.id, ky=key)
    return html.A(sign, href=href, className="step go", title=label, **{"aria-label": label})


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
                        areas[cell.area].name, className="go", href=commune_link(desk, areas[cell.area].code),
                    ),
                    scope="row",
                ),
                html.Td(
                    [figure(cell, view.kpi, desk, areas[cell.area].code), "*" if cell.small else None, shape(cell.grade) if cell.state == "value" else None],
                    className="is-value",
                ),
            ],
        )
        for cell in shown
    ]  # fmt: skip
    export = export_menu(desk, "kpi-ranking", kpi=view.kpi.id, ky=view.period)
    parts: list[Any] = [
        html.Div([html.H3(_say(desk, "ranking")), export], className="has-export"),
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
