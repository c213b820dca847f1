"""Pace to plan in words: where the year ends if the pace holds, against the target, and how far off that may be.

Owns the choice of months it is projected from and its sentences. The arithmetic is `ioc.pace`.
"""

from __future__ import annotations

from dash import html

from ioc import formats
from ioc.areas import Area
from ioc.calendars import Calendar
from ioc.catalogue import Aggregation, Direction, Kpi, Measure, Target
from ioc.cells import Cell
from ioc.observations import Status
from ioc.pace import LEAST_POINTS, Landing, Outlook, Pace, Point
from ioc.pace import pace as project
from ioc.periods import Period, PeriodKind
from ioc.wording import say
from layouts.desk import Desk

_OPEN = (Status.PROVISIONAL, Status.HELD)


def pace(kpi: Kpi, area: Area, desk: Desk) -> html.Div | None:
    """The projection for the area (a commune or the root); None where there is nothing to say honestly."""
    found = outlook_of(kpi, area, desk)
    if found is None:
        return None
    year, target, ahead = found
    lang = desk.lang
    unit = kpi.unit.in_(lang)
    points = say("formats.points", lang) if unit == "%" else unit

    def amount(value: float) -> str:
        return formats.quantity(value, unit, kpi.decimals, lang)

    low, high = formats.number(ahead.low, kpi.decimals, lang), amount(ahead.high)
    goal = formats.quantity(target.target, unit, _decimals(target.target, kpi), lang)
    return html.Div(
        [
            html.P(
                [
                    html.Strong(say(f"pace.value.{_landing(kpi)}", lang, year=year, value=amount(ahead.value))),
                    html.Span(say("pace.band", lang, low=low, high=high)),
                ]
            ),
            html.P(say(f"pace.{_against(kpi, target, ahead)}", lang, target=goal)),
            html.P(
                say(
                    "pace.tested", lang, n=ahead.tests, way=say(f"pace.way.{ahead.way}", lang),
                    error=formats.quantity(ahead.error, points, max(1, kpi.decimals), lang),
                ),
                className="quiet",
            ),
        ],
        className="pace",
    )  # fmt: skip


def outlook_of(kpi: Kpi, area: Area, desk: Desk) -> tuple[int, Target, Pace] | None:
    """The year, the target in force at its end and the projection."""
    board = desk.board
    landing = _landing(kpi)
    if landing is None or board.calendar(kpi.id) is Calendar.SCHOOL or not kpi.target:
        return None
    series = board.series(kpi.id, area.id, desk.scope, kind=PeriodKind.MONTH)
    if not series:
        return None
    run = _run(series, kpi)
    year = Period.parse(series[-1].period).first.year
    known = sum(period.first.year == year for period, _ in run)
    target = board.cell_target(kpi, area.id, Period.month(year, 12).key)
    if target is None or known < LEAST_POINTS:
        return None
    left = 12 - run[-1][0].first.month
    if landing is not Landing.LAST and known != 12 - left:
        return None  # the year's sum would lack a month
    points = [point for _, point in run]
    lowest = 0.0 if all(point.numerator >= 0 for point in points) else None
    ahead = project(points, left, Outlook(landing, lowest, 100.0 if kpi.is_percent else None))
    return None if ahead is None else (year, target, ahead)


def _landing(kpi: Kpi) -> Landing | None:
    if PeriodKind.MONTH not in kpi.periods or kpi.aggregation not in (Aggregation.RATIO, Aggregation.SUM):
        return None
    if kpi.measure is not Measure.FLOW:
        return Landing.LAST
    return Landing.RATIO if kpi.is_share else Landing.SUM


def _run(series: list[Cell], kpi: Kpi) -> list[tuple[Period, Point]]:
    """The newest unbroken run of closed months with a value, after the KPI's last break."""
    since = max((one.on for one in kpi.breaks), default=None)
    factor = 100.0 if kpi.is_percent else 1 / kpi.scale
    found: list[tuple[Period, Point]] = []
    for cell in series:
        period = Period.parse(cell.period)
        if cell.status in _OPEN and cell is series[-1]:
            break
        if cell.state != "value" or cell.numerator is None or cell.status in _OPEN:
            found = []
            continue
        if found and found[-1][0].next() != period:
            found = []
        if since is None or period.first >= since:
            size = cell.denominator if kpi.is_share and cell.denominator else 1.0
            found.append((period, Point(cell.numerator * factor, size)))
    return found


def _against(kpi: Kpi, target: Target, ahead: Pace) -> str:
    """Whether the band lies beyond the target, short of it, or around it."""
    down = kpi.direction is Direction.DOWN
    worst, best = (ahead.high, ahead.low) if down else (ahead.low, ahead.high)
    sign = -1 if down else 1
    if sign * worst >= sign * target.target:
        return "reached"
    return "missed" if sign * best < sign * target.target else "open"


def _decimals(value: float, kpi: Kpi) -> int:
    return 0 if value == int(value) else kpi.decimals
