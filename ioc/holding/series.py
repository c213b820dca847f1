"""The numbers of one KPI as arrays: what stands in the newest edition, what has arrived, which of it are parts.

Owns which periods and areas of a KPI are judged themselves (its months; communes and departments) and which
merely contain others. Knows nothing of bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ioc.areas import Register
from ioc.catalogue import Kpi
from ioc.observations import Observation, Status
from ioc.periods import Period, PeriodKind
from ioc.refresh.codes import Root

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Place = tuple[str, str]
"""Area and period of one KPI."""


@dataclass(frozen=True)
class Tree:
    """Which areas are summed into which: communes and departments into the root, communes into their sum."""

    root: Root
    targets: Mapping[str, tuple[str, ...]]
    communes: frozenset[str]

    @staticmethod
    def of(register: Register, code: str) -> Tree:
        """The tree of a site's root."""
        root = Root.of(register, code)
        targets: dict[str, tuple[str, ...]] = {}
        for area in register.communes:
            above = (area.parent,) if root.country and area.parent else ()
            targets[area.id] = (root.communes, root.id, *above)
        communes = frozenset(targets)
        targets[root.departments] = (root.id,)
        return Tree(root, targets, communes)

    @cached_property
    def members(self) -> dict[str, tuple[str, ...]]:
        """The parts of each area that has some."""
        found: dict[str, list[str]] = {}
        for area, above in self.targets.items():
            for target in above:
                found.setdefault(target, []).append(area)
        return {target: tuple(parts) for target, parts in found.items()}


@dataclass(frozen=True, slots=True)
class Row:
    """One number, come or standing; `edition` brought it in (None for one that has just come)."""

    numerator: float | None
    denominator: float | None
    value: float | None
    status: Status
    reporting: int | None
    expected: int | None
    edition: int | None = None

    @staticmethod
    def of(found: Observation) -> Row:
        """A standing number."""
        return Row(found.numerator, found.denominator, found.value, found.status, found.reporting,
                   found.expected, found.edition)  # fmt: skip

    def same(self, other: Row | None) -> bool:
        """Whether two numbers say the same, whatever edition they came with."""
        return other is not None and (
            (self.numerator, self.denominator, self.value, self.status, self.reporting, self.expected)
            == (
                other.numerator,
                other.denominator,
                other.value,
                other.status,
                other.reporting,
                other.expected,
            )
        )


@dataclass(frozen=True)
class Grid:
    """Numbers by base period (rows, without a gap) and area (columns); NaN where there is none."""

    numerator: Floats
    denominator: Floats
    open: Flags
    impossible: Flags
    held: Flags

    @cached_property
    def there(self) -> Flags:
        """Where there is a number."""
        found: Flags = ~np.isnan(self.numerator)
        return found


@dataclass(frozen=True)
class Series:
    """One KPI: standing numbers (`good`) and those that have come (`raw`)."""

    kpi: Kpi
    tree: Tree
    good: Mapping[Place, Row]
    raw: Mapping[Place, Row]
    periods: tuple[Period, ...] = field(init=False)
    areas: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        places = self.good.keys() | self.raw.keys()
        known = {key: Period.parse(key) for key in {period for _, period in places}}
        plain = [one for one in known.values() if not (one.cumulative or one.part)]
        kinds = {period.kind for period in plain}
        kind = PeriodKind.MONTH if PeriodKind.MONTH in kinds else min(kinds, default=None, key=_ORDER.index)
        base = sorted((period for period in plain if period.kind is kind), key=lambda one: one.first)
        object.__setattr__(self, "periods", tuple(_without_gaps(base)))
        areas = {area for area, _ in places}
        whole = {
            target for target in areas if any(part in areas for part in self.tree.members.get(target, ()))
        }
        object.__setattr__(self, "areas", tuple(sorted(areas - whole)))

    @cached_property
    def row_of(self) -> dict[str, int]:
        """The place of each base period."""
        return {period.key: at for at, period in enumerate(self.periods)}

    @cached_property
    def column_of(self) -> dict[str, int]:
        """The place of each area that is judged itself."""
        return {area: at for at, area in enumerate(self.areas)}

    @cached_property
    def communes(self) -> Flags:
        """Which columns are communes."""
        return np.array([area in self.tree.communes for area in self.areas], dtype=np.bool_)

    @cached_property
    def summed(self) -> Flags:
        """Which columns are summed into the root; units of before a reform stand beside them."""
        return np.array([area in self.tree.targets for area in self.areas], dtype=np.bool_)

    @cached_property
    def standing(self) -> Grid:
        """What stands."""
        return self._grid(self.good.items())

    @cached_property
    def come(self) -> Grid:
        """What has come."""
        return self._grid(self.raw.items())

    @cached_property
    def changed(self) -> Flags:
        """Where what has come is new, or is not what stands."""
        come, good = self.come, self.standing
        same = (come.numerator == good.numerator) & (
            (come.denominator == good.denominator) | (np.isnan(come.denominator) & np.isnan(good.denominator))
        )
        found: Flags = come.there & ~(
            same & (come.impossible == good.impossible) & (come.open == good.open) & ~good.held
        )
        return found

    def _grid(self, rows: Iterable[tuple[Place, Row]]) -> Grid:
        shape = (len(self.periods), len(self.areas))
        numerator, denominator = np.full(shape, np.nan), np.full(shape, np.nan)
        flags = {status: np.zeros(shape, dtype=np.bool_) for status in _TOLD}
        for (area, period), row in rows:
            at, column = self.row_of.get(period), self.column_of.get(area)
            if at is None or column is None:
                continue
            if row.numerator is not None:
                numerator[at, column] = row.numerator
            if row.denominator is not None:
                denominator[at, column] = row.denominator
            if row.status in flags:
                flags[row.status][at, column] = True
        return Grid(numerator, denominator, *(flags[status] for status in _TOLD))


_TOLD = (Status.PROVISIONAL, Status.IMPOSSIBLE, Status.HELD)
_ORDER = tuple(PeriodKind)


def _without_gaps(periods: list[Period]) -> list[Period]:
    found: list[Period] = []
    for period in periods:
        while found and found[-1].next() < period:
            found.append(found[-1].next())
        found.append(period)
    return found
