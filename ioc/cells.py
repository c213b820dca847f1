"""Cells: one number each with everything a reader needs to judge it.

Owns the states a shown number may be in and the grading of a row of them. Works on a slice; knows nothing of
scopes, editions or pages.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ioc.catalogue import Grade, Kpi, Target, grade
from ioc.observations import Status
from ioc.slices import NO_ROW, STATUSES, Floats, Slice

State = Literal["value", "no_activity", "impossible", "missing", "held", "whole_only"]
STATES: tuple[State, ...] = ("value", "no_activity", "impossible", "missing", "held", "whole_only")
GRADES: tuple[Grade, ...] = tuple(Grade)
_NO_GRADE = GRADES.index(Grade.NONE)
_NOTHING = (None, None, None, None)
_COMMUNE = re.compile(r"\d{5}@")


@dataclass(frozen=True, slots=True)
class Cell:
    """One number. `area` is a dated id, `period` a key.

    `value` is in the KPI's unit and None unless `state` is "value", or "held" and a last good one is known,
    which is shown under that mark, neither graded nor ranked. `small` marks a share whose denominator
    is below the KPI's minimum; it is shown but not ranked. `reporting` of `expected` communes stand behind a
    roll-up (None below it). `status` is None when nothing was reported.
    """

    kpi: str
    area: str
    period: str
    state: State
    value: float | None
    numerator: float | None
    denominator: float | None
    status: Status | None
    grade: Grade
    target: Target | None
    small: bool
    reporting: int | None
    expected: int | None


def cells(
    kpi: Kpi,
    held: Slice,
    period: str,
    areas: Sequence[str],
    targets: Sequence[Target | None],
) -> list[Cell]:
    """The cells of `areas` (dated ids with a column) in one period; `targets` in the same order.

    A period without a row in the slice gives missing cells.
    """
    row = held.row_of.get(period)
    if row is None:
        return [
            Cell(kpi.id, area, period, _absent(kpi, area), *_NOTHING, Grade.NONE, target, False, None, None)
            for area, target in zip(areas, targets, strict=True)
        ]
    columns = [held.areas[area] for area in areas]
    standings = grade_codes(kpi, held.value[row, columns], targets).tolist()
    values, numerators, denominators = (
        [None if math.isnan(number) else number for number in array[row, columns].tolist()]
        for array in (held.value, held.numerator, held.denominator)
    )
    found: list[Cell] = []
    for at, (area, column) in enumerate(zip(areas, columns, strict=True)):
        code = held.status[row, column]
        status = None if code == NO_ROW else STATUSES[code]
        state = _absent(kpi, area) if status is None else state_of(status, values[at])
        has_value = state == "value"
        found.append(
            Cell(
                kpi.id,
                area,
                period,
                state,
                values[at] if has_value or state == "held" else None,
                numerators[at],
                denominators[at],
                status,
                GRADES[standings[at]] if has_value else Grade.NONE,
                targets[at],
                is_small(kpi, denominators[at]),
                *held.rollups.get((row, column), (None, None)),
            )
        )
    return found


@dataclass(frozen=True)
class Strip:
    """A row of cells as arrays, for what is sent rather than read: same order, same judgement as `cells`.

    `value` is NaN unless the state is "value" or "held"; `state` indexes STATES, `grade` GRADES.
    """

    value: Floats
    state: NDArray[np.int8]
    grade: NDArray[np.int8]
    small: NDArray[np.bool_]


def strip(
    kpi: Kpi, held: Slice, period: str, areas: Sequence[str], targets: Sequence[Target | None]
) -> Strip:
    """`cells` without the cells, some twenty times as fast on a national row."""
    row = held.row_of.get(period)
    if row is None:
        nothing = np.full(len(areas), np.nan)
        missing = np.array([STATES.index(_absent(kpi, area)) for area in areas], dtype=np.int8)
        return Strip(nothing, missing, np.full(len(areas), _NO_GRADE, dtype=np.int8), missing < 0)
    columns = [held.areas[area] for area in areas]
    value, denominator = held.value[row, columns], held.denominator[row, columns]
    state = _STATE_OF[held.status[row, columns]]
    if kpi.level == "province":
        state = np.array(
            [
                STATES.index(_absent(kpi, area)) if here == STATES.index("missing") else here
                for area, here in zip(areas, state.tolist(), strict=True)
            ],
            dtype=np.int8,
        )
    state[(state == _HAS_VALUE) & np.isnan(value)] = STATES.index("impossible")
    value = np.where((state == _HAS_VALUE) | (state == _HELD), value, np.nan)
    small = (denominator > 0) & (denominator < kpi.minimum_n) & kpi.is_share
    grades = grade_codes(kpi, np.where(state == _HELD, np.nan, value), targets)
    return Strip(value, state, grades, small)


def _absent(kpi: Kpi, area: str) -> State:
    """Why an area has no row: a commune of a KPI that only the province knows never will, others may yet."""
    return "whole_only" if kpi.level == "province" and _COMMUNE.match(area) else "missing"


def state_of(status: Status | None, value: float | None) -> State:
    """How a number is shown. A row that says it has a value but holds none is impossible, not missing."""
    if status is None:
        return "missing"
    if status in (Status.NO_ACTIVITY, Status.HELD):
        return "held" if status is Status.HELD else "no_activity"
    return "impossible" if status is Status.IMPOSSIBLE or value is None else "value"


def is_small(kpi: Kpi, denominator: float | None) -> bool:
    """Whether a share stands on too few cases to be compared."""
    return kpi.is_share and denominator is not None and 0 < denominator < kpi.minimum_n


def grade_codes(kpi: Kpi, values: Floats, targets: Sequence[Target | None]) -> NDArray[np.int8]:
    """`ioc.catalogue.grade` of each value against its target, as indices into GRADES.

    A target's two limits cut the line into three stretches and two points on each of which the grade is
    constant, so `grade` is asked once for each of the five and the array is painted with its answers.
    """
    result = np.full(len(values), _NO_GRADE, dtype=np.int8)
    different = {id(target): target for target in targets if target is not None}
    identities = np.array([id(target) for target in targets], dtype=np.int64)
    for identity, target in different.items():
        mine = identities == identity
        low, high = sorted((target.warn, target.alert))
        stretches = (
            (mine & (values < low), low - 1),
            (mine & (values == low), low),
            (mine & (values > low) & (values < high), (low + high) / 2),
            (mine & (values == high), high),
            (mine & (values > high), high + 1),
        )
        for stretch, sample in stretches:
            result[stretch] = GRADES.index(grade(kpi, sample, target))
    return result


_HAS_VALUE = STATES.index("value")
_HELD = STATES.index("held")
_STATE_OF = np.array(
    [STATES.index(state_of(status, 0.0)) for status in (*STATUSES, None)], dtype=np.int8
)  # NO_ROW, being -1, reads the last
