"""The province's own figure beside the map, with the sum of the map where the two differ."""

from __future__ import annotations

from typing import Any

from dash import html

from ioc import formats
from ioc.cells import Cell
from layouts.address import View, passport_link
from layouts.desk import Desk
from layouts.parts.grade import badge
from layouts.parts.tile import coverage, goal, movement, to_passport


def province(view: View, desk: Desk) -> list[Any]:
    """Number, grade, movement, target and coverage of the root for the KPI and period on the map."""
    board, kpi, lang = desk.board, view.kpi, desk.lang
    cell = board.total(kpi.id, view.period, desk.scope)
    unit = kpi.unit.in_(lang)
    head = html.Div(
        [
            html.H2(desk.of_root("province.title")),
            html.P(
                [
                    html.Span(formats.number(cell.value, kpi.decimals, lang), className="tile-figure"),
                    html.Span(unit, className="tile-unit"),
                    badge(cell, lang),
                    to_passport(kpi, view.period, desk),
                ],
                className="tile-value",
            ),
        ],
        className="province-head",
    )
    foot: list[Any] = [html.Span(formats.capital(goal(kpi, cell, desk)))]
    if cell.reporting is not None and cell.expected:
        foot.append(coverage(cell, desk))
    return [
        head,
        html.P(movement(kpi, cell, desk), className="tile-change"),
        html.P(foot, className="tile-foot"),
        *_parts(view, cell, desk),
    ]


def _parts(view: View, whole: Cell, desk: Desk) -> list[Any]:
    """Communes and departments apart, where there are departments in the figure."""
    board, kpi, lang = desk.board, view.kpi, desk.lang
    communes = board.communes_total(kpi.id, view.period, desk.scope)
    departments = board.departments(kpi.id, view.period, desk.scope)
    if communes is None or departments is None or communes.value == whole.value:
        return []
    unit = kpi.unit.in_(lang)
    rows = (
        (desk.say("province.communes_only", n=len(board.communes)), communes),
        (desk.say("province.departments"), departments),
    )
    return [
        html.Dl(
            [
                html.Div(
                    [
                        html.Dt(name),
                        html.Dd(
                            html.A(
                                formats.quantity(cell.value, unit, kpi.decimals, lang),
                                href=passport_link(
                                    desk,
                                    kpi.id,
                                    view.period,
                                    board.root.code + cell.area[len(board.root.id) :],
                                ),
                                className="go passport-link",
                            ),
                            className="figures",
                        ),
                    ]
                )
                for name, cell in rows
            ],
            className="province-parts",
            title=desk.say("province.differs"),
        )
    ]
