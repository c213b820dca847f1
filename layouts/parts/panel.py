"""The commune's panel: everything known of one commune, beside the map.

Owns the order and the words: the KPI on the map first with its trend, then all KPIs by group against the province.
"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from ioc import formats
from ioc.areas import Area, LinkKind, name_key
from ioc.board import Board
from ioc.breaks import breaks
from ioc.catalogue import Kpi
from ioc.cells import Cell
from ioc.observations import Status
from ioc.periods import Period
from ioc.wording import say
from layouts.address import MAP, QUALITY, View, commune_link, link, passport_link
from layouts.desk import Desk
from layouts.figures.trend import CONFIG, trend
from layouts.parts.breaks import told
from layouts.parts.export import headed
from layouts.parts.former import former
from layouts.parts.grade import badge, shape
from layouts.parts.pace import pace
from layouts.parts.quality import meter
from layouts.parts.tile import to_passport
from layouts.theme import palette


def panel(view: View, desk: Desk, theme: str | None) -> list[Any]:
    """The whole panel; empty while no commune is chosen."""
    if view.area is None:
        return []
    area = view.area
    return [
        html.Header(
            [
                html.Div(
                    [
                        html.H2(area.name),
                        html.P(_origin(area, desk), className="quiet"),
                        html.A(
                            say("profile.open", desk.lang), href=commune_link(desk, area.code), className="go"
                        ),
                    ]
                ),
                html.Button(
                    desk.say("panel.close"),
                    className="button is-quiet",
                    **{"data-act": "close", "type": "button"},
                ),
            ],
            className="panel-head",
        ),
        *_chosen(view, area, desk, theme),
        *former(view, area, desk),
        headed(html.H3(desk.say("panel.all")), desk, "profile", xa=area.code),
        _table(view, area, desk),
    ]


def _origin(area: Area, desk: Desk) -> str:
    register = desk.board.register
    old = [
        register.by_id[link.old].name
        for links in register.successors.values()
        for link in links
        if link.new == area.id and link.old in register.by_id
        and (link.kind is not LinkKind.SAME or name_key(register.by_id[link.old].name) != name_key(area.name))
    ]  # fmt: skip
    code = desk.say("panel.code", code=area.code)
    origin = (
        desk.say("panel.merged", names=", ".join(sorted(set(old), key=formats.sort_key)))
        if old
        else desk.say("panel.unchanged")
    )
    return f"{code}. {origin}."


def _chosen(view: View, area: Area, desk: Desk, theme: str | None) -> list[Any]:
    board, kpi, lang = desk.board, view.kpi, desk.lang
    cell = board.cell(kpi.id, area.id, view.period, desk.scope)
    shown = Period.parse(view.period)
    series = board.series(kpi.id, area.id, desk.scope, shown.cumulative, shown.kind)
    whole = board.total(kpi.id, view.period, desk.scope)
    ranks = board.rank(kpi.id, view.period, desk.scope)
    place = (
        desk.say("panel.rank", rank=ranks[area.id], count=len(ranks))
        if area.id in ranks
        else desk.say("panel.unranked")
    )
    lines = [formats.capital(formats.period(view.period, lang)), place, _against(kpi, cell, whole, desk)]
    if cell.status in (Status.ESTIMATED, Status.PROVISIONAL):
        lines.append(say(f"states.status.{cell.status}", lang))
    found: list[Any] = [
        headed(html.H3(kpi.name.in_(lang)), desk, "kpi-trend", kpi=kpi.id, ky=view.period, xa=area.code),
        html.P(
            [
                html.Span(formats.number(cell.value, kpi.decimals, lang), className="tile-figure"),
                html.Span(kpi.unit.in_(lang), className="tile-unit"),
                badge(cell, lang),
                to_passport(kpi, view.period, desk, area.code),
            ],
            className="tile-value",
        ),
        html.P(", ".join(line for line in lines if line), className="tile-change"),
        _quality(kpi, area, desk),
    ]
    marks = breaks(kpi, area, board.register, board.crosswalk, lang)
    if any(one.value is not None for one in series):
        found.append(
            dcc.Graph(
                id="trend", figure=trend(series, kpi, palette(theme), lang, marks), config=CONFIG, className="trend", style={"height": "14.375rem"},
                responsive=True,
            )
        )  # fmt: skip
        found += told(marks, series, lang)
    ahead = pace(kpi, area, desk)
    if ahead is not None:
        found += [html.H3(say("pace.title", lang)), ahead]
    return found


def _quality(kpi: Kpi, area: Area, desk: Desk) -> html.P | None:
    """The quality of the number, leading to what is wrong with it."""
    shown = meter(kpi, desk, area.id)
    if shown is None:
        return None
    address = link(QUALITY, nguon=kpi.source, kpi=kpi.id, xa=area.code)
    return html.P(
        [shown, html.A(desk.say("nav.quality"), href=address, className="go")], className="panel-quality"
    )


def _against(kpi: Kpi, cell: Cell, whole: Cell, desk: Desk) -> str:
    """How the commune stands against the province; only a ratio can be compared with the whole."""
    if not kpi.is_share or cell.value is None or whole.value is None:
        return ""
    gap = formats.rounded(cell.value, kpi.decimals) - formats.rounded(whole.value, kpi.decimals)
    if round(gap, kpi.decimals) == 0:
        return desk.of_root("panel.same")
    points = "điểm %" if desk.lang == "vi" else "points"
    amount = formats.quantity(abs(gap), points, kpi.decimals, desk.lang)
    return desk.of_root("panel.above" if gap > 0 else "panel.below", amount=amount)


def _table(view: View, area: Area, desk: Desk) -> html.Div:
    site, lang = desk.board.site, desk.lang
    groups: list[Any] = []
    for group in site.groups.values():
        kpis = [kpi for kpi in site.kpis.values() if kpi.group == group.id and desk.scope.allows(kpi=kpi.id)]
        if kpis:
            head = html.Tr(
                html.Th(group.name.in_(lang), colSpan=4, scope="colgroup"), className="panel-group"
            )
            groups.append(html.Tbody([head, *(_row(kpi, view, area, desk) for kpi in kpis)]))
    heads = [
        html.Th(
            desk.of_root("panel.head_province") if name == "province" else desk.say(f"panel.head_{name}"),
            scope="col",
        )
        for name in ("kpi", "value", "rank", "province")
    ]
    return html.Div(
        html.Table([html.Thead(html.Tr(heads)), *groups], className="panel-table"), className="panel-scroll"
    )


def _row(kpi: Kpi, view: View, area: Area, desk: Desk) -> html.Tr:
    board, lang = desk.board, desk.lang
    period = _period(board, kpi, view)
    cell = board.cell(kpi.id, area.id, period, desk.scope)
    whole = board.total(kpi.id, period, desk.scope)
    place = board.rank(kpi.id, period, desk.scope).get(area.id)
    unit = kpi.unit.in_(lang)
    value: Any = html.A(
        formats.quantity(cell.value, unit, kpi.decimals, lang),
        href=passport_link(desk, kpi.id, period, area.code),
        className="go passport-link",
    )
    if cell.state != "value":
        value = [value, badge(cell, lang)] if cell.value is not None else badge(cell, lang)
    other = period != view.period
    return html.Tr(
        [
            html.Th(
                [
                    html.A(kpi.short.in_(lang), href=link(MAP, kpi=kpi.id, xa=area.code, ky=view.period if not other else None), className="go", title=kpi.name.in_(lang)),
                    html.Span(formats.period(period, lang, short=True), className="quiet") if other else None,
                ],
                scope="row",
            ),
            html.Td([value, shape(cell.grade) if cell.state == "value" else None], className="figures is-value"),
            html.Td("–" if place is None else str(place), className="figures"),
            html.Td(formats.quantity(whole.value, unit if unit == "%" else "", kpi.decimals, lang), className="figures"),
        ],
        className="is-chosen" if kpi.id == view.kpi.id else "",
    )  # fmt: skip


def _period(board: Board, kpi: Kpi, view: View) -> str:
    """The period on the map where the KPI has it, else the KPI's newest: months of stock have no cumulative form."""
    return view.period if view.period in board.choices(kpi.id) else board.latest_period(kpi.id)
