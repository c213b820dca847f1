"""The rule of points: full marks from a threshold on, below it in proportion; sums and classes as printed.

Pure arithmetic of an index, after the rule of the national portal: ``points = Pmax if R >= T else R * Pmax / T``.
Knows nothing of units, files or pages.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ioc.formats import rounded
from ioc.scoring.index import Index, Missing, ScoreClass

ASSUMED_FULL_AT = 100.0
"""Percentage taken for full marks where the document states none."""


def points(ratio: float, maximum: float, full_at: float) -> float:
    """Points for `ratio` (percent, 0 or more). Raises ValueError for anything that is not such a figure."""
    if not (math.isfinite(ratio) and ratio >= 0 and maximum > 0 and 0 < full_at <= 100):
        raise ValueError(f"no points for ratio {ratio}, maximum {maximum}, full marks at {full_at}")
    return maximum if ratio >= full_at else min(maximum, ratio * maximum / full_at)


@dataclass(frozen=True)
class Part:
    """Points of one metric within its group; None where there is no figure."""

    points: float | None
    maximum: float | None


def group_total(parts: Sequence[Part], maximum: float, missing: Missing) -> float | None:
    """The points of a group. A missing metric is not zero: None, unless `missing` says how to go on.

    A metric whose maximum is not known leaves the group without a total, whatever `missing` says.
    """
    if any(part.maximum is None for part in parts):
        return None
    known = [part for part in parts if part.points is not None]
    if len(known) < len(parts) and missing is Missing.NO_TOTAL:
        return None
    if not known:
        return None
    gained = math.fsum(part.points or 0.0 for part in known)
    if missing is Missing.RESCALE:
        gained *= maximum / math.fsum(part.maximum or 0.0 for part in known)
    return min(maximum, gained)


def printed_sum(numbers: Iterable[float | None], decimals: int) -> float | None:
    """The sum of figures as they are printed, so that whoever adds them up finds the same; None where one is missing."""
    found = list(numbers)
    if not found or any(number is None for number in found):
        return None
    return rounded(math.fsum(rounded(number, decimals) for number in found if number is not None), decimals)


def class_of(total: float, index: Index) -> ScoreClass:
    """The class of a total, judged as printed: what reads 90,00 is in the class from 90."""
    shown = rounded(total, index.decimals)
    return next((one for one in index.band if shown >= one.lower), index.band[-1])
