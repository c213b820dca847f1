"""Readings: what a rule sees when it looks at an edition and at the sources.

Owns the choice of the period, what counts as beyond a limit and what says nothing: a number that is missing neither
breaks a limit nor comes back from one; nothing to measure ("không phát sinh") and a share of too few cases are calm.
"""

from __future__ import annotations

from collections.abc import Mapping

from ioc.access import OPEN
from ioc.alerts.episodes import Reading, Sign
from ioc.alerts.rules import AlertRule, Kind
from ioc.board import Board
from ioc.catalogue import Kpi, Target
from ioc.cells import Cell
from ioc.freshness import SourceHealth
from ioc.observations import Status
from ioc.periods import Period, PeriodKind


def look(rule: AlertRule, board: Board, sources: Mapping[str, SourceHealth]) -> tuple[Reading, ...]:
    """The readings of a rule on this edition and these sources. A rule without any data sees nothing."""
    if rule.kind is Kind.STALE:
        wanted = rule.sources or tuple(sources)
        return tuple(_stale(rule, sources[name]) for name in wanted if name in sources)
    kpi = board.site.kpis[rule.kpi or ""]
    period = period_of(rule, board, kpi)
    if period is None:
        return ()
    cells = _cells(rule, board, kpi, period.key)
    match rule.kind:
        case Kind.THRESHOLD:
            return tuple(_threshold(rule, kpi, cell) for cell in cells)
        case Kind.JUMP:
            earlier = period.year_before() if rule.against == "year_before" else period.previous()
            if earlier.key not in board.periods(kpi.id, rule.cumulative):
                return tuple(_reading(cell, Sign.UNKNOWN) for cell in cells)
            before = {cell.area: cell for cell in _cells(rule, board, kpi, earlier.key)}
            return tuple(_jump(rule, kpi, cell, before[cell.area]) for cell in cells)
        case _:
            return tuple(_missing(cell) for cell in cells)


def period_of(rule: AlertRule, board: Board, kpi: Kpi) -> Period | None:
    """The newest month the rule may look at: a closed one, or the running one when the rule says so."""
    months = [
        period
        for key in board.periods(kpi.id, rule.cumulative)
        if (period := Period.parse(key)).kind is PeriodKind.MONTH
        and (rule.provisional or not period.is_open(board.edition.published_at))
    ]
    return max(months, key=lambda period: period.end, default=None)


def _cells(rule: AlertRule, board: Board, kpi: Kpi, period: str) -> list[Cell]:
    if rule.level == "province":
        return [board.total(kpi.id, period, OPEN)]
    return board.row(kpi.id, period, OPEN)


def _usable(rule: AlertRule, cell: Cell) -> Sign | None:
    """Why a cell is not judged by its value; None when it is."""
    if cell.state == "no_activity" or (cell.small and rule.level == "commune"):
        return Sign.CALM
    if cell.state != "value" or (cell.status is Status.PROVISIONAL and not rule.provisional):
        return Sign.UNKNOWN
    return None


def _threshold(rule: AlertRule, kpi: Kpi, cell: Cell) -> Reading:
    limit = rule.limit if rule.target is None else _limit_of(rule, cell.target)
    unusable = _usable(rule, cell)
    if unusable is not None or limit is None or cell.value is None:
        return _reading(cell, unusable or Sign.UNKNOWN, limit)
    below = _below(rule, kpi, cell.target)
    beyond = limit - cell.value if below else cell.value - limit
    return _reading(cell, _sign(beyond, rule.margin), limit)


def _limit_of(rule: AlertRule, target: Target | None) -> float | None:
    return None if target is None else target.alert if rule.target == "alert" else target.warn


def _below(rule: AlertRule, kpi: Kpi, target: Target | None) -> bool:
    """Whether low is bad: as the rule says, else as the target's own order says, else as the KPI does."""
    if rule.side is None and rule.target is not None and target is not None and target.target != target.alert:
        return target.target > target.alert
    return rule.side_of(kpi) == "below"


def _jump(rule: AlertRule, kpi: Kpi, cell: Cell, before: Cell) -> Reading:
    limit = rule.limit or 0.0
    unusable = _usable(rule, cell) or _usable(rule, before)
    if unusable is not None or cell.value is None or before.value is None:
        return _reading(cell, unusable or Sign.UNKNOWN, limit)
    step = cell.value - before.value
    size = {"below": -step, "above": step}.get(rule.side or "", abs(step))
    return _reading(cell, _sign(size - limit, rule.margin), limit)


def _missing(cell: Cell) -> Reading:
    return _reading(cell, Sign.BREACH if cell.state == "missing" else Sign.CALM)


def _stale(rule: AlertRule, health: SourceHealth) -> Reading:
    limit = (rule.after or health.promise).total_seconds()
    if health.as_of_age is None:  # nothing was ever published: late from the first moment on
        return Reading(health.source, Sign.BREACH, None, None, limit)
    age = health.as_of_age.total_seconds()
    return Reading(health.source, Sign.BREACH if age > limit else Sign.CALM, None, age, limit)


def _sign(beyond: float, margin: float) -> Sign:
    """BREACH strictly beyond the limit; CALM from the limit itself, or from the margin on when there is one."""
    if beyond > 0:
        return Sign.BREACH
    return Sign.CALM if -beyond >= margin else Sign.BETWEEN


def _reading(cell: Cell, sign: Sign, limit: float | None = None) -> Reading:
    return Reading(cell.area, sign, cell.period, cell.value, limit, cell.numerator, cell.denominator)
