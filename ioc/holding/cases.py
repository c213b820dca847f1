"""The words of holding back: why a number is held, in what state a case is, how a cell's hold ended.

Owns the vocabulary that judgement, warehouse, page and command line share. Judges nothing itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Key = tuple[str, str, str]
"""KPI, dated area id, period key."""


class Why(StrEnum):
    """Why a number is held back."""

    JUMP = "jump"
    IMPOSSIBLE = "impossible"
    COVERAGE = "coverage"


class Measure(StrEnum):
    """Which figure of a number was out of bounds."""

    VALUE = "value"
    DENOMINATOR = "denominator"
    REPORTING = "reporting"
    """Communes that reported."""
    BATCH = "batch"
    """None: it came in one delivery with months that are held, and is still open."""


class CaseState(StrEnum):
    """What was decided about a case. A released one is published at once; a rejected one waits for its source."""

    OPEN = "open"
    RELEASED = "released"
    REJECTED = "rejected"


class CellEnd(StrEnum):
    """How the hold of one cell ended."""

    RELEASED = "released"
    HEALED = "healed"
    """The source sent a value within bounds."""
    REPLACED = "replaced"
    """The source sent another value that is not believed either: a new case."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A cell that is held at present, with what was decided about its case."""

    hold: int
    state: CaseState
    why: Why
    measure: Measure
    new: float | None
    numerator: float | None
    denominator: float | None
    good_edition: int | None


@dataclass(frozen=True, slots=True)
class Suspect:
    """One number that is not believed. `old` is the figure shown before, `low` and `high` its bounds.

    `area` is a commune, or the sum of the communes when a whole month is held. `good_edition` brought in the
    value that stays in its place, None where there is none yet.
    """

    kpi: str
    area: str
    period: str
    why: Why
    measure: Measure
    old: float | None
    new: float | None
    low: float | None
    high: float | None
    numerator: float | None
    denominator: float | None
    good_edition: int | None

    @property
    def key(self) -> Key:
        """What it is about."""
        return self.kpi, self.area, self.period


def alike(before: Standing, now: Suspect, floor: float) -> bool:
    """Whether a suspect is the one that was decided about, or hardly differs from it."""
    if before.measure is not now.measure:
        return False
    if now.measure is Measure.REPORTING:
        return near(before.new, now.new, floor)
    return near(before.numerator, now.numerator, floor) and near(before.denominator, now.denominator, floor)


def near(one: float | None, other: float | None, floor: float) -> bool:
    """Whether two figures differ by less than the usual at least."""
    if one is None or other is None:
        return one is other
    return abs(math.asinh(one) - math.asinh(other)) <= floor


@dataclass(frozen=True)
class Cell:
    """One cell of a case as read back; `ended` None while it is held."""

    area: str
    period: str
    measure: Measure
    old: float | None
    new: float | None
    low: float | None
    high: float | None
    numerator: float | None
    denominator: float | None
    good_edition: int | None
    ended: CellEnd | None


@dataclass(frozen=True)
class Case:
    """The numbers of one KPI that one run brought and that are held for one reason.

    `ended_at` is None while any of them is still held. `count` is that of all its cells, of which `cells` are
    the first.
    """

    id: int
    source: str
    kpi: str
    why: Why
    state: CaseState
    run: int
    opened_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    ended_at: datetime | None
    ended_run: int | None
    count: int
    cells: tuple[Cell, ...]
