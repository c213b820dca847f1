"""Tables of gaps: every sum that is shown, by village, commune, kind of gap and exact set of gaps.

Owns which cells there are and what stands in them. Households and people are taken together with the columns under
protection; which cells may be shown is for `ioc.gaps.protection` to say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ioc.gaps.register import Village, VillageRegister

Key = tuple[str, ...]
"""Names a cell: ("village", id), ("commune", area), ("commune_kind", area, kind), ("kind", kind), ("set", *kinds), ("all",)."""
Signature = tuple[str, ...]
"""The exact set of gaps of a village, in the order of the definitions; empty where it has none."""
ALL: Key = ("all",)


@dataclass(frozen=True)
class Tables:
    """Members of every cell, and the counts of every village, by column."""

    members: Mapping[Key, tuple[str, ...]]
    counts: Mapping[str, Mapping[str, int]]
    signatures: Mapping[str, Signature]
    areas: Mapping[str, str]

    def villages(self, key: Key) -> int:
        """How many villages stand in a cell; never hidden."""
        return len(self.members.get(key, ()))

    def total(self, column: str, key: Key) -> int:
        """The sum of a column over a cell, whether or not it may be shown."""
        counts = self.counts[column]
        return sum(counts[one] for one in self.members.get(key, ()))


def signature(village: Village, kinds: Iterable[str]) -> Signature:
    """The exact set of gaps of a village."""
    return tuple(kind for kind in kinds if kind in village.gaps)


def tables(register: VillageRegister) -> Tables:
    """All cells of a register."""
    kinds = list(register.definitions.kinds)
    members: dict[Key, list[str]] = defaultdict(list)
    signatures: dict[str, Signature] = {}
    for village in register.villages:
        found = signatures[village.id] = signature(village, kinds)
        keys: list[Key] = [("village", village.id), ("commune", village.area), ("set", *found), ALL]
        keys += [("kind", kind) for kind in found] + [("commune_kind", village.area, kind) for kind in found]
        for key in keys:
            members[key].append(village.id)
    return Tables(
        {key: tuple(found) for key, found in members.items()},
        {name: _column(register, name) for name in columns(register)},
        signatures,
        {village.id: village.area for village in register.villages},
    )


def columns(register: VillageRegister) -> list[str]:
    """The columns that are summed: households, people and whatever is protected and known of any village."""
    spec, guarded = register.definitions.villages, register.definitions.protection
    known = (
        [name for name in guarded.columns if any(name in one.cells for one in register.villages)]
        if guarded
        else []
    )
    return list(dict.fromkeys([spec.households, spec.population, *known]))


def _column(register: VillageRegister, name: str) -> dict[str, int]:
    return {village.id: int(village.cells.get(name) or 0) for village in register.villages}
