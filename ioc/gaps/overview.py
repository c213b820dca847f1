"""The gaps of a register at a glance: counts with their denominators, overlaps, what closing one unlocks, the chain.

Owns what the page and the command line say of each kind. All sums of counts under protection come from a shield; must
not know pages.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from ioc.board import Board
from ioc.gaps.definitions import Gap, earlier
from ioc.gaps.protection import Shield
from ioc.gaps.register import VillageRegister, instants
from ioc.gaps.tables import Key, Signature


@dataclass(frozen=True)
class Standing:
    """One kind of gap. Villages are counts; `open` have no earlier gap, `blocked` must first be rid of one.

    `opens` villages have a later gap that cannot be closed before this one; `unlocked` villages lack nothing else of the
    chain: closing this gap brings them to its end. Each set of villages
    is also given as the exact sets of gaps that make it up, for sums of people.
    """

    gap: Gap
    villages: int
    among: int
    open: int
    blocked: int
    opens: int
    unlocked: int
    sets: tuple[Key, ...]
    open_sets: tuple[Key, ...]
    opens_sets: tuple[Key, ...]
    unlocked_sets: tuple[Key, ...]

    @property
    def share(self) -> float | None:
        """Per cent of the villages it is counted among; None among none."""
        return 100 * self.villages / self.among if self.among else None


@dataclass(frozen=True)
class Link:
    """A step of the chain: how many villages have taken it and all before, and how many stop right here."""

    gap: Gap
    passed: int
    stopped: int


def signatures(register: VillageRegister) -> Counter[Signature]:
    """How many villages have each exact set of gaps, the set of none included."""
    kinds = list(register.definitions.kinds)
    return Counter(tuple(kind for kind in kinds if kind in village.gaps) for village in register.villages)


def standings(register: VillageRegister) -> list[Standing]:
    """Every kind, in the order of the definitions."""
    gaps = register.definitions
    sets = signatures(register)
    chain = {gap.id for gap in gaps.steps}
    found = []
    for kind, gap in gaps.kinds.items():
        before, after = (
            set(earlier(kind, gaps)),
            {other for other in gaps.kinds if kind in earlier(other, gaps)},
        )
        mine = [one for one in sets if kind in one]
        free = [one for one in mine if not before & set(one)]
        ways = [one for one in mine if after & set(one)]
        last = [one for one in mine if kind in chain and chain & set(one) == {kind}]
        whole, now, opens, ends = (sum(sets[one] for one in part) for part in (mine, free, ways, last))
        found.append(
            Standing(
                gap, whole, register.counted_among(kind), now, whole - now, opens, ends, *(_keys(part) for part in (mine, free, ways, last))
            )
        )  # fmt: skip
    return found


def _keys(sets: list[Signature]) -> tuple[Key, ...]:
    return tuple(("set", *one) for one in sets)


def overlap(
    register: VillageRegister, shield: Shield, first: str, second: str
) -> tuple[int, tuple[Key, ...]]:
    """How many villages have both gaps, and the exact sets they are in."""
    sets = signatures(register)
    both = [one for one in sets if first in one and second in one]
    return sum(sets[one] for one in both), _keys(both)


def chain(register: VillageRegister) -> list[Link]:
    """The chain in its order: who passes each step, who stops there."""
    left = list(register.villages)
    found = []
    for gap in register.definitions.steps:
        passed = [village for village in left if gap.id not in village.gaps]
        found.append(Link(gap, len(passed), len(left) - len(passed)))
        left = passed
    return found


def trend(register: VillageRegister, board: Board) -> list[tuple[str, datetime, dict[str, int]]]:
    """Every month of the history with the villages that had each gap at its end."""

    def build() -> list[tuple[str, datetime, dict[str, int]]]:
        kinds = register.definitions.kinds
        return [
            (key, at, {kind: register.count(kind, at) for kind in kinds})
            for key, at in instants(board, register)
        ]

    areas = hash(frozenset(village.area for village in register.villages))
    made: list[tuple[str, datetime, dict[str, int]]] = board.document(("gap_trend", areas), build)
    return made
