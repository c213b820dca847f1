"""Merging: several communes as one, by the rule their KPI rolls up with, never as a mean of percentages.

Owns the sum of cells of one KPI and period. A KPI whose parts cannot be put together from the communes' figures
(an official figure, a count of what is different) is refused, not approximated.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ioc.catalogue import Aggregation, Grade, Kpi
from ioc.cells import Cell, is_small
from ioc.observations import Status

MERGED = "+gop"
"""Area of the cell that stands for the chosen communes together."""
_ADDED = (Aggregation.RATIO, Aggregation.POPULATION)


def mergeable(kpi: Kpi) -> bool:
    """Whether communes of this KPI can be put together at all."""
    return kpi.level != "province" and kpi.aggregation not in (Aggregation.OFFICIAL, Aggregation.DISTINCT)


def merge(kpi: Kpi, period: str, cells: Sequence[Cell]) -> Cell:
    """The communes of `cells` as one: ratio of sums, sum, highest or lowest, over those that have a value.

    `reporting` of `expected` says how many those are; "nothing happened" counts as having reported. Without any the
    cell is missing. It has no target and no grade of its own.
    """
    known = [cell for cell in cells if cell.state in ("value", "no_activity")]
    numerator = denominator = value = None
    state = "missing"
    if known and kpi.aggregation in _ADDED:
        numerator = math.fsum(cell.numerator or 0.0 for cell in known)
        denominator = math.fsum(cell.denominator or 0.0 for cell in known)
        state = "value" if denominator else "no_activity"
        if denominator:
            value = 100 * numerator / denominator if kpi.is_percent else numerator / denominator / kpi.scale
    elif known:
        found = [cell.value for cell in known if cell.value is not None]
        state = "value" if found else "no_activity"
        value = _plain(kpi.aggregation, found) if found else None
    return Cell(
        kpi.id, MERGED, period, state, value, numerator, denominator, _status(known) if known else None,  # type: ignore[arg-type]
        Grade.NONE, None, is_small(kpi, denominator), len(known), len(cells),
    )  # fmt: skip


def _plain(kind: Aggregation, values: Sequence[float]) -> float:
    if kind is Aggregation.MAX:
        return max(values)
    if kind is Aggregation.MIN:
        return min(values)
    return math.fsum(values)


def _status(known: Sequence[Cell]) -> Status:
    """An estimate in any part makes the whole one; a part that still runs makes it provisional."""
    found = {cell.status for cell in known}
    for one in (Status.ESTIMATED, Status.PROVISIONAL):
        if one in found:
            return one
    return Status.FINAL
