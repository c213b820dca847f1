"""The four criteria of the province: which flaw counts against which, and how counts become scores.

Owns the rule that every reason for setting a row aside belongs to exactly one criterion, the scores 0 to 100
and the minimum of the four. Pure; knows neither sources nor tables. See docs/data-contract.md for the words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from ioc.catalogue import Grade
from ioc.runs import RowReason


class Criterion(StrEnum):
    """Đúng, đủ, sạch, sống, in this order everywhere."""

    CORRECT = "correct"
    COMPLETE = "complete"
    CLEAN = "clean"
    LIVE = "live"


CRITERION: dict[RowReason, Criterion] = {
    RowReason.IMPOSSIBLE: Criterion.CORRECT,
    RowReason.BELOW_MINIMUM: Criterion.CORRECT,
    RowReason.BAD_VALUE: Criterion.CORRECT,
    RowReason.OUTSIDE_HISTORY: Criterion.CORRECT,
    RowReason.MISSING: Criterion.COMPLETE,
    RowReason.UNKNOWN_CODE: Criterion.CLEAN,
    RowReason.WRONG_VINTAGE: Criterion.CLEAN,
    RowReason.NAME_MISMATCH: Criterion.CLEAN,
    RowReason.SPLIT_UNIT: Criterion.CLEAN,
    RowReason.DUPLICATE: Criterion.CLEAN,
}
"""The one criterion each reason counts against. Rows older than the history are no flaw and are not counted."""


@dataclass(frozen=True)
class Counts:
    """What is known of some rows and cells.

    `rows` were judged, `flaws` of them were set aside for a reason. `due` cells (commune, KPI, month) should be
    there, `present` are, and `impossible` of these hold a number that cannot be.
    """

    rows: int = 0
    flaws: Mapping[RowReason, int] = field(default_factory=dict)
    due: int = 0
    present: int = 0
    impossible: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Both together."""
        flaws = {
            reason: found
            for reason in RowReason
            if (found := self.flaws.get(reason, 0) + other.flaws.get(reason, 0))
        }
        return Counts(
            self.rows + other.rows, flaws, self.due + other.due, self.present + other.present,
            self.impossible + other.impossible,
        )  # fmt: skip

    def against(self, criterion: Criterion) -> int:
        """Rows that were set aside for a reason of `criterion`."""
        return sum(rows for reason, rows in self.flaws.items() if CRITERION[reason] is criterion)


@dataclass(frozen=True)
class Score:
    """Four scores from 0 to 100; None where there is nothing to judge."""

    correct: float | None
    complete: float | None
    clean: float | None
    live: float | None

    @property
    def overall(self) -> float | None:
        """The smallest of those there are: one bad side cannot be made up for by three good ones."""
        return min((value for value in self.by_criterion.values() if value is not None), default=None)

    @property
    def by_criterion(self) -> dict[Criterion, float | None]:
        """The scores in their order."""
        return {criterion: getattr(self, criterion.value) for criterion in Criterion}

    @property
    def weakest(self) -> Criterion | None:
        """The criterion that decides the overall score; None when there is no score, or nothing is amiss."""
        known = {name: value for name, value in self.by_criterion.items() if value is not None}
        if not known or min(known.values()) == 100:
            return None
        return min(known, key=lambda name: known[name])


LIMITS: dict[Criterion, tuple[float, float]] = {
    Criterion.CORRECT: (97.0, 95.0),
    Criterion.COMPLETE: (95.0, 90.0),
    Criterion.CLEAN: (97.0, 95.0),
    Criterion.LIVE: (85.0, 70.0),
}
"""Below the first a score asks for attention, below the second it is bad. Proposals of this house, no decision."""


def grade(criterion: Criterion, value: float | None) -> Grade:
    """The standing of one score."""
    if value is None:
        return Grade.NONE
    watch, bad = LIMITS[criterion]
    return Grade.BAD if value < bad else Grade.WATCH if value < watch else Grade.GOOD


def worst(found: Score) -> Grade:
    """The worst standing of the four; the overall score is marked with it."""
    grades = {grade(name, value) for name, value in found.by_criterion.items()}
    return next((one for one in (Grade.BAD, Grade.WATCH, Grade.GOOD) if one in grades), Grade.NONE)


def score(counts: Counts, age: timedelta | None, promise: timedelta) -> Score:
    """The four scores.

    Correct: rows without a fault of value, or, where that is less, cells whose number can be. Complete: rows
    without an empty required cell, or, where that is less, cells that are there of those due. Clean: rows with
    a resolved code that appear once. Live: `liveness`.
    """
    return Score(
        correct=_least(
            _share(counts.rows - counts.against(Criterion.CORRECT), counts.rows),
            _share(counts.present - counts.impossible, counts.present),
        ),
        complete=_least(
            _share(counts.rows - counts.against(Criterion.COMPLETE), counts.rows),
            _share(min(counts.present, counts.due), counts.due),
        ),
        clean=_share(counts.rows - counts.against(Criterion.CLEAN), counts.rows),
        live=liveness(age, promise),
    )


def liveness(age: timedelta | None, promise: timedelta) -> float | None:
    """100 while the data are no older than promised, then evenly down to 0 at twice the promise.

    The same two bounds at which a source counts as ageing and as stale. None when nothing was published.
    """
    if age is None:
        return None
    over = (age - promise) / max(promise, timedelta(seconds=1))
    return 100.0 * min(1.0, max(0.0, 1.0 - over))


def _share(part: int, whole: int) -> float | None:
    return None if whole == 0 else 100.0 * part / whole


def _least(*values: float | None) -> float | None:
    return min((value for value in values if value is not None), default=None)
