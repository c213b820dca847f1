"""A commune's profile: every KPI of one commune against the province, its target, similar communes and its own past.

Owns the comparison, line by line, each at its own newest period and within a scope. Knows nothing of pages; which
communes are alike is `ioc.peers`.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ioc.access import Scope
from ioc.board import Board
from ioc.catalogue import Aggregation, Direction, Kpi
from ioc.cells import STATES, Cell, Strip
from ioc.peers import peers
from ioc.slices import Floats, rounded_all

FEWEST = 5
"""Communes with a figure below which quartiles say nothing."""


class Quarter(StrEnum):
    """Where a commune lies among all that have a figure."""

    BEST = "best"
    MIDDLE = "middle"
    WORST = "worst"


@dataclass(frozen=True, slots=True)
class Field:
    """How the figures of the communes in scope are spread: number, extremes, quartiles and median."""

    count: int
    low: float
    first: float
    middle: float
    third: float
    high: float


@dataclass(frozen=True)
class Line:
    """One KPI of the profile. `whole` is the province, None where its figure cannot be set beside a commune's.

    `alike` is the median of the similar communes that have a figure, of which there are `alike_count`. `quarter` and
    `rank` are None for a figure that is not compared: none, small, or of a KPI without direction.
    """

    kpi: Kpi
    cell: Cell
    before: Cell | None
    whole: Cell | None
    field: Field | None
    alike: float | None
    alike_count: int
    rank: int | None
    quarter: Quarter | None

    @property
    def middle(self) -> float | None:
        """What the commune is set against: the province, or the median commune where counts cannot be compared."""
        if self.whole is not None and self.whole.value is not None:
            return self.whole.value
        return self.field.middle if self.field else None


def profile(board: Board, area: str, scope: Scope) -> list[Line]:
    """The lines of all KPIs with figures of communes, in the order of the catalogue. Raises an UnknownError."""
    alike = frozenset(peer.area.id for peer in peers(board, area, scope))
    wanted = (kpi for kpi in board.site.kpis.values() if kpi.level == "commune" and scope.allows(kpi=kpi.id))
    return [_line(board, kpi, area, alike, scope) for kpi in wanted]


def _line(board: Board, kpi: Kpi, area: str, alike: Collection[str], scope: Scope) -> Line:
    period = board.latest_period(kpi.id)
    earlier = board.compared(kpi.id, period)
    cell = board.cell(kpi.id, area, period, scope)
    values = figures(board, kpi.id, period, scope)
    known = np.sort(values[~np.isnan(values)])
    mine = [one.id for one in board.communes if scope.allows(area=one.id)]
    near = values[np.isin(mine, list(alike))]
    near = near[~np.isnan(near)]
    own = float(values[mine.index(area)])
    directed = kpi.direction is not Direction.NEUTRAL and not math.isnan(own)
    rank = None
    if directed:
        better = known < own if kpi.direction is Direction.DOWN else known > own
        rank = int(better.sum()) + 1
    field = _field(known)
    return Line(
        kpi,
        cell,
        board.cell(kpi.id, area, earlier, scope) if earlier else None,
        _whole(board, kpi, period, scope),
        field,
        float(np.median(near)) if len(near) else None,
        len(near),
        rank,
        _quarter(kpi, own, field) if directed else None,
    )


def figures(board: Board, kpi: str, period: str, scope: Scope) -> Floats:
    """Values of the communes in scope, in the order of `communes`, as they are shown; NaN where not compared."""

    def build() -> Floats:
        entry, found = board.site.kpis[kpi], board.strip(kpi, period, scope)
        return shown(entry, found)

    return board.document(("compared", kpi, period, scope.key), build)


def shown(kpi: Kpi, found: Strip) -> Floats:
    """What of a row may be compared: values that are neither held nor of too few cases, rounded as on a screen."""
    fit = (found.state == STATES.index("value")) & ~found.small
    return np.where(fit, rounded_all(found.value, kpi.decimals), np.nan)


def _whole(board: Board, kpi: Kpi, period: str, scope: Scope) -> Cell | None:
    """The province's figure where it is of the same kind as a commune's: a share, neither a sum nor a union."""
    if not kpi.is_share or kpi.aggregation is Aggregation.DISTINCT or not scope.allows(area=board.root.id):
        return None
    return board.total(kpi.id, period, scope)


def _field(known: Floats) -> Field | None:
    if len(known) < FEWEST:
        return None
    low, first, middle, third, high = (float(one) for one in np.quantile(known, [0, 0.25, 0.5, 0.75, 1]))
    return Field(len(known), low, first, middle, third, high)


def _quarter(kpi: Kpi, own: float, field: Field | None) -> Quarter | None:
    """Beyond a quartile counts as beyond it only when figures differ at all there: many equal ones are the middle."""
    if field is None or field.low == field.high:
        return None
    high, low = (
        (Quarter.WORST, Quarter.BEST) if kpi.direction is Direction.DOWN else (Quarter.BEST, Quarter.WORST)
    )
    if own >= field.third and own > field.middle:
        return high
    return low if own <= field.first and own < field.middle else Quarter.MIDDLE
