"""Slices: every number of one KPI in one edition, held compactly in arrays of period by area.

Owns the layout in memory and rounding over whole rows. Knows neither who asks nor where observations come
from; areas it was not told about are left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ioc.formats import rounded
from ioc.observations import Observation, Status
from ioc.periods import Period, PeriodKind

Floats = NDArray[np.float64]
STATUSES: tuple[Status, ...] = tuple(Status)
NO_ROW = -1
_CODES = {status: code for code, status in enumerate(STATUSES)}
_LENGTHS = {kind: rank for rank, kind in enumerate(PeriodKind)}


@dataclass(frozen=True)
class Slice:
    """Numbers of one KPI: arrays of shape (periods, areas), NaN for null.

    `keys` are the period keys in the order of rows, in-period before cumulative, each ascending; `areas`
    gives the column of each dated area id. `status` indexes STATUSES, NO_ROW where nothing was reported.
    `rollups` holds (reporting, expected) of the cells, by (row, column), that are roll-ups.
    """

    keys: tuple[str, ...]
    areas: Mapping[str, int]
    numerator: Floats
    denominator: Floats
    value: Floats
    status: NDArray[np.int8]
    rollups: Mapping[tuple[int, int], tuple[int | None, int | None]]

    @staticmethod
    def of(observations: Iterable[Observation], areas: Mapping[str, int]) -> Slice:
        """Lay out `observations` of one KPI in the columns that `areas` gives."""
        found = [item for item in observations if item.area in areas]
        keys = tuple(sorted({item.period for item in found}, key=_order))
        rows = {key: row for row, key in enumerate(keys)}
        shape = (len(keys), len(areas))
        numerator, denominator, value = (np.full(shape, np.nan) for _ in range(3))
        status = np.full(shape, NO_ROW, dtype=np.int8)
        rollups: dict[tuple[int, int], tuple[int | None, int | None]] = {}
        for item in found:
            at = rows[item.period], areas[item.area]
            numerator[at] = _number(item.numerator)
            denominator[at] = _number(item.denominator)
            value[at] = _number(item.value)
            status[at] = _CODES[item.status]
            if item.reporting is not None or item.expected is not None:
                rollups[at] = item.reporting, item.expected
        return Slice(keys, areas, numerator, denominator, value, status, rollups)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Row of each period key."""
        return {key: row for row, key in enumerate(self.keys)}


def _number(found: float | None) -> float:
    return math.nan if found is None else found


def _order(key: str) -> tuple[bool, object, int]:
    period = Period.parse(key)
    return (period.cumulative, period.end, _LENGTHS[period.kind])


def rounded_all(values: Floats, decimals: int) -> Floats:
    """`ioc.formats.rounded` over a whole array; NaN stays NaN.

    Only numbers within a hair of a half need decimal arithmetic, the rest round alike either way.
    """
    scaled = np.abs(values) * 10.0**decimals
    near_half = np.abs(scaled - np.floor(scaled) - 0.5) < np.maximum(1e-6, scaled * 1e-12)
    result: Floats = np.copysign(np.floor(scaled + 0.5), values) / 10.0**decimals + 0.0
    for at in np.flatnonzero(near_half):
        result[at] = rounded(float(values[at]), decimals)
    return result
