"""Shifts: communes that improve or fall against communes of their kind.

Owns the method: how far a commune lies from the median of its similar communes now, less how far it lay half a year
before. Only shares are compared so, for counts follow the size of a commune. Told are shifts far outside those of the
others (median and MAD) that chance in small counts does not explain.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ioc.access import Scope
from ioc.board import Board
from ioc.catalogue import Direction, Kpi
from ioc.peers import peers
from ioc.periods import Period
from ioc.profile import figures
from ioc.slices import Floats

BACK, LEAST_BACK = 6, 3
"""Periods looked back, and how few will do."""
FAR = 3.0
"""Spreads (1.4826 MAD) from the median shift beyond which one is told."""
CHANCE = 2.0
"""Standard errors that a shift of a share must exceed."""
FEWEST_PEERS = 3


@dataclass(frozen=True, slots=True)
class Shift:
    """A find: `by` in the KPI's unit, above 0 better; own value and the peers' median, then and now."""

    code: str
    by: float
    then: float
    now: float
    peers_then: float
    peers_now: float


def shifts(board: Board, kpi: Kpi, scope: Scope) -> tuple[tuple[str, str] | None, list[Shift]]:
    """The two periods compared (None when there are too few) and the finds, the largest first."""
    calendar = board.calendar(kpi.id)
    closed = [
        key
        for key in board.periods(kpi.id)
        if not calendar.is_open(Period.parse(key), board.edition.published_at)
    ]
    if not kpi.is_share or kpi.direction is Direction.NEUTRAL or len(closed) <= LEAST_BACK:
        return None, []
    then, now = closed[max(0, len(closed) - 1 - BACK)], closed[-1]
    areas = [area for area in board.communes if scope.allows(area=area.id)]
    before, after = (figures(board, kpi.id, period, scope) for period in (then, now))
    medians = [_medians(near, before, after) for near in _kinds(board, scope)]
    kind_before, kind_after = (np.array([pair[side] for pair in medians]) for side in (0, 1))
    turn = -1.0 if kpi.direction is Direction.DOWN else 1.0
    by = turn * ((after - kind_after) - (before - kind_before))
    told = _far(by) & (np.abs(by) > CHANCE * _errors(board, kpi, (then, now), scope))
    found = [
        Shift(
            areas[at].code,
            float(by[at]),
            *(float(side[at]) for side in (before, after, kind_before, kind_after)),
        )
        for at in np.flatnonzero(told)
    ]
    return (then, now), sorted(found, key=lambda one: (-abs(one.by), one.code))


def _kinds(board: Board, scope: Scope) -> list[list[int]]:
    """For every commune in scope the rows of its similar communes."""

    def build() -> list[list[int]]:
        seen = [area.id for area in board.communes if scope.allows(area=area.id)]
        row = {area: at for at, area in enumerate(seen)}
        return [[row[peer.area.id] for peer in peers(board, area, scope)] for area in seen]

    return board.document(("kinds", scope.key), build)


def _medians(near: list[int], before: Floats, after: Floats) -> tuple[float, float]:
    """The peers' medians of both periods, over the peers known in both."""
    known = [at for at in near if not math.isnan(before[at]) and not math.isnan(after[at])]
    if len(known) < FEWEST_PEERS:
        return math.nan, math.nan
    return float(np.median(before[known])), float(np.median(after[known]))


def _far(by: Floats) -> NDArray[np.bool_]:
    known = by[~np.isnan(by)]
    if len(known) < 2 * FEWEST_PEERS:
        return np.zeros(len(by), dtype=bool)
    middle = np.median(known)
    spread = 1.4826 * np.median(np.abs(known - middle))
    return np.abs(by - middle) > FAR * spread if spread > 0 else np.zeros(len(by), dtype=bool)


def _errors(board: Board, kpi: Kpi, periods: tuple[str, str], scope: Scope) -> Floats:
    """Standard errors of the change of a share, in its unit; 0 where the KPI is no percentage."""
    count = sum(scope.allows(area=area.id) for area in board.communes)
    if not kpi.is_percent:
        return np.zeros(count)
    total = np.zeros(count)
    for period in periods:
        for at, cell in enumerate(board.row(kpi.id, period, scope)):
            if cell.value is not None and cell.denominator:
                share = min(1.0, max(0.0, cell.value / 100))
                total[at] += share * (1 - share) / cell.denominator
    return 100 * np.sqrt(total)
