"""The tile: one headline number with its movement, its standing and how much it can be trusted.

Owns the words of a tile. Three times are told apart: to when the data reach, when they were received, and (in the
top bar) which edition this is.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from dash import html

from ioc import formats
from ioc.calendars import Calendar
from ioc.catalogue import Grade, Kpi
from ioc.cells import Cell
from ioc.observations import Status
from ioc.periods import VIETNAM, Period
from ioc.wording import say
from layouts.address import OVERVIEW, link, passport_link
from layouts.desk import Desk
from layouts.figures.spark import spark
from layouts.parts.export import export_menu
from layouts.parts.grade import badge
from layouts.parts.quality import meter

MONTHS = 13


def tile(kpi: Kpi, desk: Desk) -> html.Div:
    """The tile of one KPI for the whole root, at the period to show first: a link that puts it on the map, and in
    its corner one to the passport of its number.
    """
    board, lang = desk.board, desk.lang
    period = board.latest_period(kpi.id)
    cell = board.total(kpi.id, period, desk.scope)
    unit = kpi.unit.in_(lang)
    shown = html.A(
        [
            html.Div([html.H3(kpi.short.in_(lang)), badge(cell, lang)], className="tile-head"),
            html.Div(
                [
                    html.P(
                        [
                            html.Span(
                                formats.number(cell.value, kpi.decimals, lang), className="tile-figure"
                            ),
                            html.Span(unit, className="tile-unit"),
                        ],
                        className="tile-value",
                    ),
                    sparkline(kpi, cell, desk),
                ],
                className="tile-main",
            ),
            html.P(movement(kpi, cell, desk), className="tile-change"),
            html.P(_footing(kpi, cell, desk), className="tile-foot"),
        ],
        href=link(OVERVIEW, kpi=kpi.id),
        className=f"tile go is-{cell.grade.value if cell.state == 'value' else 'reason'}",
        title=kpi.name.in_(lang),
        **{"data-kpi": kpi.id},
    )
    export = export_menu(desk, "kpi-trend", kpi=kpi.id, ky=period)
    return html.Div([shown, to_passport(kpi, period, desk), export], className="tile-frame")


def to_passport(kpi: Kpi, period: str, desk: Desk, code: str | None = None) -> html.A:
    """The small mark beside a figure that opens its passport."""
    words = desk.say("passport.open", kpi=kpi.short.in_(desk.lang), period=formats.period(period, desk.lang))
    href = passport_link(desk, kpi.id, period, code)
    return html.A(
        html.Span("i", **{"aria-hidden": "true"}),
        href=href,
        className="to-passport go",
        title=words,
        **{"aria-label": words},
    )


def movement(kpi: Kpi, cell: Cell, desk: Desk) -> str:
    """``tăng 2,1 điểm % so với tháng 9/2026``: against the period before; of a running one its same part."""
    if cell.state == "held":
        return say("states.why.held", desk.lang)
    before = desk.board.compared(kpi.id, cell.period)
    if before is None:
        return desk.say("tile.first")
    earlier = desk.board.total(kpi.id, before, desk.scope)
    words = formats.change(earlier.value, cell.value, kpi.unit.in_(desk.lang), kpi.decimals, desk.lang)
    if not words:
        return desk.say("tile.first")
    return formats.capital(desk.say("tile.versus", change=words, period=formats.period(before, desk.lang)))


def goal(kpi: Kpi, cell: Cell, desk: Desk) -> str:
    """``chỉ tiêu 80 %``, or that none was set."""
    if cell.target is None:
        return desk.say("tile.no_target")
    decimals = 0 if cell.target.target == int(cell.target.target) else kpi.decimals
    value = formats.quantity(cell.target.target, kpi.unit.in_(desk.lang), decimals, desk.lang)
    return desk.say("tile.target", value=value)


def sparkline(kpi: Kpi, cell: Cell, desk: Desk) -> html.Div | None:
    """Thirteen months up to the cell's own; nothing where fewer than two have a value."""
    board, lang = desk.board, desk.lang
    series = board.series(kpi.id, board.root.id, desk.scope, cumulative=cell.period.endswith(".ytd"))
    upto = [one for one in series if one.period <= cell.period][-MONTHS:]
    line = spark([one.value for one in upto], cell.target.target if cell.target else None)
    if line is None:
        return None
    words = {
        "first": formats.period(upto[0].period, lang),
        "last": formats.period(upto[-1].period, lang),
        "target": goal(kpi, cell, desk),
    }
    parts: list[Any] = [
        html.Span(className="spark-line", style={"maskImage": line.mask, "WebkitMaskImage": line.mask})
    ]
    if line.target is not None:
        parts.append(html.Span(className="spark-target", style={"bottom": f"{line.target:.1%}"}))
    if line.last is not None:
        hollow = " is-hollow" if upto[-1].status in (Status.PROVISIONAL, Status.HELD) else ""
        grade = cell.grade if cell.grade is not Grade.NONE else "none"
        parts.append(
            html.Span(
                className=f"spark-last is-{grade}{hollow}",
                style={"left": f"{line.last[0]:.1%}", "bottom": f"{line.last[1]:.1%}"},
            )
        )
    return html.Div(parts, className="spark", role="img", **{"aria-label": desk.say("tile.spark", **words)})


def _footing(kpi: Kpi, cell: Cell, desk: Desk) -> list[Any]:
    """The quiet line: target, to when the data reach, how many communes stand behind it."""
    run = desk.source_run(kpi.source)
    calendar = desk.board.calendar(kpi.id)
    parts: list[Any] = [html.Span(formats.capital(goal(kpi, cell, desk)))]
    if run is not None and run.finished_at is not None:
        reach = reached(cell.period, run.as_of or run.finished_at, calendar)
        parts.append(
            html.Span(
                _until(cell, formats.day(reach, desk.lang), desk),
                title=desk.say(
                    "tile.as_of_full",
                    date=formats.day(reach, desk.lang),
                    received=formats.instant(run.finished_at, desk.lang),
                ),
            )
        )
    if cell.reporting is not None and cell.expected:
        parts.append(coverage(cell, desk))
    parts.append(meter(kpi, desk))
    return parts


def _until(cell: Cell, day: str, desk: Desk) -> str:
    """``Đến 21/11/2026``, and that the figure is provisional while its period is open."""
    words = desk.say("tile.as_of", date=day)
    return f"{words}, {desk.say('tile.provisional')}" if cell.status is Status.PROVISIONAL else words


def reached(period: str, as_of: datetime, calendar: Calendar = Calendar.MONTH) -> date:
    """To which day the figures of `period` reach: its last day, or the day of the data while it is open."""
    parsed = Period.parse(period)
    return as_of.astimezone(VIETNAM).date() if calendar.is_open(parsed, as_of) else calendar.last(parsed)


def coverage(cell: Cell, desk: Desk) -> html.Span:
    """``36/38 xã`` with a meter as long as the share of communes that reported."""
    share = (cell.reporting or 0) / (cell.expected or 1)
    words = {"reporting": str(cell.reporting), "expected": str(cell.expected)}
    return html.Span(
        [
            html.Span(html.Span(style={"width": f"{share:.1%}"}), className="meter"),
            html.Span(desk.say("tile.communes", **words), className="figures"),
        ],
        className=f"coverage{' is-partial' if share < 1 else ''}",
        title=desk.say("tile.communes_full", **words),
    )
