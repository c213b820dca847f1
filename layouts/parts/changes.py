"""What changed since the edition before: the newest movements, the province's own first."""

from __future__ import annotations

from typing import Any

from dash import html

from ioc import formats
from ioc.changes import Change
from layouts.address import MAP, link
from layouts.desk import Desk
from layouts.tables.changed import telling

MOST = 400


def changes(desk: Desk, shown: int = 5) -> list[Any]:
    """Rows of the list; a sentence when there is nothing to list."""
    if desk.board.previous is None:
        return [html.P(desk.say("changes.first"), className="quiet")]
    every = desk.board.changes(desk.scope, MOST)
    found = [change for change in every if telling(change)]
    if not found:
        return [html.P(desk.say("changes.none"), className="quiet")]
    if all(change.before is None for change in found):
        return [_arrivals(found, desk)]
    rows: list[Any] = [html.Ul([_row(change, desk) for change in found[:shown]], className="changes")]
    if len(found) > shown:
        count = f"{len(found) - shown}{'+' if len(every) == MOST else ''}"
        rows.append(html.P(desk.say("changes.more", n=count), className="quiet"))
    return rows


def _arrivals(found: list[Change], desk: Desk) -> html.P:
    """When everything is new, as on a source's first day, the KPIs that came in are all there is to say."""
    site, lang = desk.board.site, desk.lang
    names = list(dict.fromkeys(change.kpi for change in found))
    parts: list[Any] = [desk.say("changes.arrived", n=len(names))]
    for place, name in enumerate(names):
        parts += [
            ", " if place else " ",
            html.A(site.kpis[name].short.in_(lang), href=link(MAP, kpi=name), className="go"),
        ]
    return html.P([*parts, "."])


def _row(change: Change, desk: Desk) -> html.Li:
    kpi, lang = desk.board.site.kpis[change.kpi], desk.lang
    area = desk.board.register.by_id.get(change.area.split("+", maxsplit=1)[0])
    unit = kpi.unit.in_(lang)
    before = (
        desk.say("changes.from_none")
        if change.before is None
        else formats.number(change.before, kpi.decimals, lang)
    )
    after = (
        desk.say("changes.to_none")
        if change.after is None
        else formats.quantity(change.after, unit, kpi.decimals, lang)
    )
    commune = area is not None and area in desk.board.communes
    return html.Li(
        html.A(
            [
                html.Span(area.name if area else change.area, className="change-area"),
                html.Span(
                    f"{kpi.short.in_(lang)}, {formats.period(change.period, lang)}", className="change-kpi"
                ),
                html.Span(
                    [
                        html.Span(before),
                        html.Span(className="arrow", **{"aria-hidden": "true"}),
                        html.Strong(after),
                    ],
                    className="change-figure figures",
                ),
            ],
            href=link(MAP, kpi=kpi.id, ky=change.period, xa=area.code if commune and area else None),
            className="go",
        )
    )
