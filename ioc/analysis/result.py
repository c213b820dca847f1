"""The result of an analysis: every reading behind its chart and its table, from one board through one scope.

Owns units (communes, their sum, the province), the readings of a question in the way it asks for (value, index,
changes) and the conditions that narrow the communes. Reads cells and nothing else; must not know how it is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ioc.access import Scope
from ioc.analysis.merging import MERGED, merge, mergeable
from ioc.analysis.query import FROM_BASE, THROUGH_TIME, Query, Way
from ioc.analysis.rows import Rows
from ioc.areas import Area
from ioc.board import Board
from ioc.catalogue import Direction, Kpi, Measure
from ioc.cells import Cell
from ioc.formats import rounded, sort_key
from ioc.observations import Status
from ioc.periods import Period

NO_BASE, UNMERGEABLE = "no_base", "unmergeable"
"""States of a reading beside those of a cell: nothing to compare with; communes that cannot be put together."""
INDEX_DECIMALS = 1


@dataclass(frozen=True)
class Unit:
    """A row of the analysis: a commune, the chosen communes together (`code` None), or the province."""

    id: str
    code: str | None
    name: str
    short: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One shown figure. `value` is None unless `state` is "value" or "held"; `cell` is what it was made from."""

    value: float | None
    state: str
    cell: Cell | None

    @property
    def provisional(self) -> bool:
        """Whether its period still runs."""
        return self.cell is not None and self.cell.status is Status.PROVISIONAL

    @property
    def estimated(self) -> bool:
        """Whether it is an estimate."""
        return self.cell is not None and self.cell.status is Status.ESTIMATED

    @property
    def small(self) -> bool:
        """Whether its denominator is below the KPI's minimum."""
        return self.cell is not None and self.cell.small and self.value is not None


NOTHING = Reading(None, "missing", None)


@dataclass(frozen=True)
class Column:
    """One KPI of the result: `rows` by unit id hold a reading for each of the periods."""

    kpi: Kpi
    periods: tuple[str, ...]
    rows: dict[str, tuple[Reading, ...]]
    before: dict[str, Reading] = field(default_factory=dict)
    """By unit id what the last period is compared with, as values, when the question asks for it."""
    compared: str | None = None

    def last(self, unit: str) -> Reading:
        """The reading of the last period."""
        return self.rows[unit][-1] if unit in self.rows else NOTHING


@dataclass(frozen=True)
class Result:
    """The answer to a question: `units` are its rows in the Vietnamese order of their names."""

    query: Query
    board: Board
    units: tuple[Unit, ...]
    chosen: tuple[Unit, ...]
    """The communes asked for, before conditions and merging."""
    root: Unit | None
    columns: tuple[Column, ...]
    left_out: int = 0
    """Communes that the conditions left out."""

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """The periods of every column."""
        return self.columns[0].periods

    def decimals(self, kpi: Kpi) -> int:
        """Places a shown figure is rounded to."""
        return INDEX_DECIMALS if self.query.way is Way.INDEX else kpi.decimals

    def ranked(self, column: Column) -> list[Unit]:
        """Units with a figure in the last period, best first; without a direction, or of changes, the highest first."""
        known = [unit for unit in self.units if column.last(unit.id).value is not None]
        down = column.kpi.direction is Direction.DOWN
        sign = 1 if down else -1
        return sorted(
            known, key=lambda unit: (sign * (column.last(unit.id).value or 0.0), sort_key(unit.short))
        )


def analyse(board: Board, query: Query, scope: Scope) -> Result:
    """Everything the question asks for."""
    return _Analyst(board, query, scope).result()


class _Analyst:
    """Puts the cells of a board together."""

    def __init__(self, board: Board, query: Query, scope: Scope):
        self.board, self.query, self.scope = board, query, scope
        self.rows = Rows.of(board)
        self.merged: dict[tuple[str, str], Cell] = {}
        self.others: dict[tuple[str, str], str | None] = {}
        self.areas = [
            area
            for area in board.communes
            if scope.allows(area=area.id) and (query.areas is None or area.code in query.areas)
        ]
        self.areas.sort(key=lambda area: sort_key(area.short_name))
        self.merging = query.merged and len(self.areas) > 1

    def result(self) -> Result:
        query, board = self.query, self.board
        chosen = tuple(_unit(area) for area in self.areas)
        root = board.root if self.scope.allows(area=board.root.id) else None
        top = Unit(root.id, root.code, root.name, root.name) if root else None
        units: Sequence[Unit] = chosen
        if self.merging:
            units = (Unit(MERGED, None, "", ""),)
        wide = query.view in THROUGH_TIME or query.way is not Way.VALUE
        periods = query.periods if wide else query.periods[-1:]
        columns = [self._column(board.site.kpis[kpi], periods, units, top) for kpi in query.kpis]
        kept = tuple(unit for unit in units if self._passes(unit, columns))
        shown = query.periods if query.view in THROUGH_TIME else query.periods[-1:]
        if len(shown) != len(periods):
            columns = [
                Column(
                    one.kpi,
                    shown,
                    {unit: row[-1:] for unit, row in one.rows.items()},
                    one.before,
                    one.compared,
                )
                for one in columns
            ]
        return Result(query, board, kept, chosen, top, tuple(columns), len(units) - len(kept))

    def _column(self, kpi: Kpi, periods: tuple[str, ...], units: Sequence[Unit], root: Unit | None) -> Column:
        everyone = [*units, *([root] if root else [])]
        rows = {unit.id: tuple(self._reading(kpi, unit, key) for key in periods) for unit in everyone}
        compared = self._compared(kpi, self.query.shown)
        before = {}
        if compared is not None and self.query.way is Way.VALUE:
            before = {
                unit.id: _plain(self._cell(kpi, unit, compared))
                for unit in everyone
                if unit.id != MERGED or mergeable(kpi)
            }
        return Column(kpi, periods, rows, before, compared)

    def _passes(self, unit: Unit, columns: Sequence[Column]) -> bool:
        """Whether the unit's shown figures of the last period meet every condition; one without a figure does not."""
        for condition in self.query.conditions:
            column = next(one for one in columns if one.kpi.id == condition.kpi)
            value = column.last(unit.id).value
            decimals = INDEX_DECIMALS if self.query.way is Way.INDEX else column.kpi.decimals
            if value is None or not condition.passes(rounded(value, decimals)):
                return False
        return True

    def _reading(self, kpi: Kpi, unit: Unit, key: str) -> Reading:
        if unit.id == MERGED and not mergeable(kpi):
            return Reading(None, UNMERGEABLE, None)
        cell = self._cell(kpi, unit, key)
        way = self.query.way
        if way is Way.VALUE or cell is None or cell.state != "value" or cell.value is None:
            return _plain(cell)
        other = self._other(kpi, unit, key, cell)
        if other is None or other.state != "value" or other.value is None:
            return Reading(None, NO_BASE, cell)
        if way is Way.INDEX:
            if other.value == 0:
                return Reading(None, NO_BASE, cell)
            return Reading(100 * (cell.value / other.value), "value", cell)
        # the difference of the two figures as shown: whoever subtracts them finds the same
        step = rounded(cell.value, kpi.decimals) - rounded(other.value, kpi.decimals)
        return Reading(rounded(step, kpi.decimals), "value", cell)

    def _other(self, kpi: Kpi, unit: Unit, key: str, cell: Cell) -> Cell | None:
        """The cell that a value is compared with; none where the comparison would be unfair or there is none."""
        way = self.query.way
        if way is Way.STEP:
            found = self._compared(kpi, key)
            return self._cell(kpi, unit, found) if found else None
        running = cell.status is Status.PROVISIONAL and kpi.measure is Measure.FLOW and not kpi.is_share
        if running:  # a count of a part of a period is not held against a whole one
            return None
        if way in FROM_BASE:
            return self._cell(kpi, unit, self.query.start)
        return self._cell(kpi, unit, Period.parse(key).year_before().key)

    def _compared(self, kpi: Kpi, key: str) -> str | None:
        if (kpi.id, key) not in self.others:
            self.others[kpi.id, key] = self.board.compared(kpi.id, key)
        return self.others[kpi.id, key]

    def _cell(self, kpi: Kpi, unit: Unit, key: str) -> Cell | None:
        if unit.id != MERGED:
            return self._row(kpi, key).get(unit.id)
        if (kpi.id, key) not in self.merged:
            row = self._row(kpi, key)
            found = [row[area.id] for area in self.areas if area.id in row]
            self.merged[kpi.id, key] = merge(kpi, key, found)
        return self.merged[kpi.id, key]

    def _row(self, kpi: Kpi, key: str) -> dict[str, Cell]:
        return self.rows.row(self.board, kpi.id, key, self.scope)


def _plain(cell: Cell | None) -> Reading:
    if cell is None:
        return NOTHING
    return Reading(cell.value, cell.state, cell)


def _unit(area: Area) -> Unit:
    return Unit(area.id, area.code, area.name, area.short_name)
