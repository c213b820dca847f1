"""What must be said beside an analysis: what is provisional, estimated, held, small, missing or not comparable.

Owns counting it over the readings that are shown, the coverage behind the last period and the breaks of a series.
Says keys and numbers; the words are in the wording room, and nothing here knows how they are shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ioc.analysis.merging import MERGED
from ioc.analysis.query import FROM_BASE, Way
from ioc.analysis.result import NO_BASE, UNMERGEABLE, Column, Reading, Result
from ioc.areas import REFORM
from ioc.breaks import Mark, breaks
from ioc.catalogue import Kpi
from ioc.periods import Period

_REASONS = ("missing", "no_activity", "impossible", "whole_only", NO_BASE, UNMERGEABLE)


@dataclass(frozen=True)
class Note:
    """One remark: the key of its words (`explore.note.<key>`), the KPI it is about and its numbers."""

    LEFT_OUT: ClassVar[str] = "left_out"

    key: str
    kpi: str | None
    values: tuple[tuple[str, int | str], ...] = ()


def notes(result: Result) -> list[Note]:
    """Everything a reader must know before quoting a figure, most important first."""
    found: list[Note] = []
    for column in result.columns:
        found += _of_column(result, column)
    if result.left_out:
        found.append(
            Note(Note.LEFT_OUT, None, (("n", result.left_out), ("all", result.left_out + len(result.units))))
        )
    return found


def _of_column(result: Result, column: Column) -> Iterator[Note]:
    kpi = column.kpi.id
    rows = [column.rows[unit.id] for unit in result.units]
    last = [row[-1] for row in rows]
    yield from _coverage(result, column, last)
    everything = [reading for row in rows for reading in row]
    tally = Counter(reading.state for reading in everything if reading.value is None)
    for state in _REASONS:
        if tally[state]:
            yield Note(f"none_{state}", kpi, (("n", tally[state]), ("all", len(everything))))
    held = sum(reading.state == "held" for reading in everything)
    if held:
        yield Note("held", kpi, (("n", held),))
    provisional = sorted(
        {key for row in rows for key, one in zip(column.periods, row, strict=True) if one.provisional},
        key=lambda key: Period.parse(key).first,
    )
    if provisional:
        yield Note("provisional", kpi, (("period", provisional[-1]), ("n", len(provisional))))
    estimated = sum(reading.estimated for reading in everything)
    if estimated:
        yield Note("estimated", kpi, (("n", estimated),))
    small = sum(reading.small for reading in last)
    if small and result.query.way is Way.VALUE:
        yield Note("small", kpi, (("n", small), ("minimum", column.kpi.minimum_n)))
    if result.query.way in FROM_BASE and result.query.start not in result.board.periods(
        kpi, result.query.cumulative, result.query.kind
    ):
        yield Note("base_unknown", kpi, (("period", result.query.start),))


def _coverage(result: Result, column: Column, last: list[Reading]) -> Iterator[Note]:
    """How many communes stand behind the last period: of the merged figure, else of the province's."""
    cell = column.rows[MERGED][-1].cell if MERGED in column.rows else None
    if cell is None and result.root is not None:
        cell = column.last(result.root.id).cell
    if cell is not None and cell.expected:
        reporting = ("n", cell.reporting or 0), ("all", cell.expected)
        yield Note("coverage_merged" if MERGED in column.rows else "coverage", column.kpi.id, reporting)


def marks_of(result: Result, kpi: Kpi, lang: str) -> list[Mark]:
    """Breaks to draw through the shown units: the KPI's own, and the reform where any of the units was changed by it."""
    board = result.board
    own = {mark.on: mark for mark in breaks(kpi, board.root, board.register, board.crosswalk, lang)}
    first = Period.parse(result.periods[0]).first
    if first < REFORM and len(result.units) == 1 and result.units[0].code is not None:
        area = board.by_code[result.units[0].code]
        own = {mark.on: mark for mark in breaks(kpi, area, board.register, board.crosswalk, lang)}
    return [own[on] for on in sorted(own)]
