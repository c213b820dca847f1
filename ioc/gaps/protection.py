"""Protection of small counts: which cells are hidden so that no difference of tables brings a small one back.

Owns the choice of what is hidden beside the small cells. Each small cell is hidden together with others so that there
is a second world in which everything shown is the same and the cell lies `k` away: villages that take from each other
inside one commune and set of gaps; else two communes and two sets that exchange crosswise; else fewer totals are
shown. What is hidden only grows, so a world once found stays possible. Must not know pages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ioc.access import OPEN, Scope
from ioc.board import Board
from ioc.gaps.register import Runs, VillageRegister, read
from ioc.gaps.tables import ALL, Key, Signature, Tables, tables

Atom = tuple[str, Signature]
"""Villages of one commune with the same set of gaps: no table but the register tells them apart."""


@dataclass(frozen=True)
class Shield:
    """The tables of a register and the cells that are not shown. Every screen asks `shown`."""

    tables: Tables
    columns: frozenset[str]
    hidden: frozenset[Key]

    def shown(self, column: str, key: Key) -> int | None:
        """The sum of a column over a cell; None where it is hidden."""
        if column in self.columns and key in self.hidden:
            return None
        return self.tables.total(column, key)

    def together(self, column: str, keys: Iterable[Key]) -> int | None:
        """The sum of cells that are shown; None where one of them is hidden, so that nothing new is said."""
        found = [self.shown(column, key) for key in keys]
        return None if any(one is None for one in found) else sum(one or 0 for one in found)

    def hides(self, kind: str) -> int:
        """How many cells of one table are hidden."""
        return sum(key[0] == kind for key in self.hidden)


def shield(board: Board, runs: Runs, scope: Scope) -> Shield | None:
    """The shield of the board's edition for one scope, None where there is no register.

    What is hidden for everybody stays hidden in a narrower scope, whose own totals are protected as well.
    """

    def build() -> Shield | None:
        register = read(board, runs, scope)
        if register is None:
            return None
        whole = None if scope == OPEN else shield(board, runs, OPEN)
        return protect(register, whole.hidden if whole else frozenset())

    found: Shield | None = board.document(("village_shield", scope.key), build)
    return found


def protect(register: VillageRegister, already: frozenset[Key] = frozenset()) -> Shield:
    """Hide the small cells of a register and as many others as it takes."""
    made, rule = tables(register), register.definitions.protection
    if rule is None:
        return Shield(made, frozenset(), frozenset())
    hidden = {key for key in already if key in made.members}
    for column in [name for name in rule.columns if name in made.counts]:
        ceilings = _ceilings(register, rule.within)
        _Cover(made, made.counts[column], ceilings, rule.k, hidden).cover()
    return Shield(made, frozenset(rule.columns), frozenset(hidden))


def _ceilings(register: VillageRegister, within: str | None) -> dict[str, float]:
    """What everybody knows a village's count cannot exceed."""
    if within is None:
        return dict.fromkeys((village.id for village in register.villages), float("inf"))
    return {village.id: float(village.cells.get(within) or 0) for village in register.villages}


class _Cover:
    """Finds for each small cell of one column what else must be hidden, and adds it to `hidden`."""

    def __init__(
        self, made: Tables, counts: Mapping[str, int], ceilings: Mapping[str, float], k: int, hidden: set[Key]
    ):
        self.tables, self.counts, self.ceilings, self.k, self.hidden = made, counts, ceilings, k, hidden
        self.atoms: dict[Atom, list[str]] = defaultdict(list)
        for village, area in made.areas.items():
            self.atoms[area, made.signatures[village]].append(village)
        self.by_area: dict[str, list[Signature]] = defaultdict(list)
        for area, found in self.atoms:
            self.by_area[area].append(found)

    def cover(self) -> None:
        """All small cells, sums before villages: what a sum hides often serves its villages too."""
        small = [key for key in self.tables.members if 0 < self._value(key) < self.k]
        for key in sorted(small, key=lambda one: (one[0] == "village", one)):
            self.hidden.add(key)
            self._cover(key)

    def _cover(self, key: Key) -> None:
        village = max(self.tables.members[key], key=lambda one: (self._room(one), one))
        up = int(min(self.k, self._room(village)))
        if up > 0:
            self._move(key, village, up, +1)
        down = min(self.k - up, self.counts[village])
        if down > 0:
            self._move(key, village, down, -1)

    def _move(self, key: Key, village: str, amount: int, sign: int) -> None:
        """Make it possible that `village`, and with it the cell, counts `amount` more (or less)."""
        for plan in self._plans(key, village, amount, sign):
            self.hidden |= plan
            return

    def _plans(self, key: Key, village: str, amount: int, sign: int) -> Iterator[set[Key]]:
        """What must be hidden, the least intrusive plan first. The last one always exists."""
        table = key[0]
        area, mine = self.tables.areas[village], self.tables.signatures[village]
        own: set[Key] = {("village", village)}
        if table == "village":
            taken = self._takers((area, mine), amount, -sign, aside=village)
            if taken is not None:
                yield own | taken
        fitting = [other for other in self.by_area[area] if other != mine and not _inside(key, other)]
        if table in ("village", "commune_kind"):
            yield from self._crosswise(own, area, mine, fitting, amount, sign)
        if table in ("village", "commune_kind", "kind", "set"):
            for other in fitting:
                taken = self._takers((area, other), amount, -sign)
                if taken is not None:
                    kinds = set(mine) ^ set(other)
                    sums: set[Key] = {("set", *mine), ("set", *other)}
                    sums |= {("kind", kind) for kind in kinds} | {
                        ("commune_kind", area, kind) for kind in kinds
                    }
                    yield own | taken | sums
        if table == "commune":
            yield from self._elsewhere(own, area, mine, amount, sign)
        yield own | {cell for cell, members in self.tables.members.items() if village in members}

    def _crosswise(
        self, own: set[Key], area: str, mine: Signature, fitting: list[Signature], amount: int, sign: int
    ) -> Iterator[set[Key]]:
        """Two communes exchange between two sets of gaps: their totals and those of the sets stay."""
        best: set[Key] | None = None
        for other in fitting:
            here = self._takers((area, other), amount, -sign)
            if here is None:
                continue
            for partner, sets in self.by_area.items():
                if partner == area or mine not in sets or other not in sets:
                    continue
                lower = self._takers((partner, mine), amount, -sign)
                upper = self._takers((partner, other), amount, sign)
                if lower is None or upper is None:
                    continue
                kinds = set(mine) ^ set(other)
                sums: set[Key] = {("commune_kind", one, kind) for one in (area, partner) for kind in kinds}
                plan = own | here | lower | upper | sums
                if best is None or len(plan - self.hidden) < len(best - self.hidden):
                    best = plan
        if best is not None:
            yield best

    def _elsewhere(
        self, own: set[Key], area: str, mine: Signature, amount: int, sign: int
    ) -> Iterator[set[Key]]:
        """Two communes exchange inside one set of gaps: the set's totals stay, the communes' are not shown."""
        for partner, sets in self.by_area.items():
            taken = self._takers((partner, mine), amount, -sign) if partner != area and mine in sets else None
            if taken is not None:
                both = (area, partner)
                sums: set[Key] = {("commune", one) for one in both}
                yield own | taken | sums | {("commune_kind", one, kind) for one in both for kind in mine}

    def _takers(self, atom: Atom, amount: int, sign: int, aside: str | None = None) -> set[Key] | None:
        """Villages of an atom that together can count `amount` more (or less); None where they cannot."""
        able: Callable[[str], float] = self._room if sign > 0 else lambda one: float(self.counts[one])
        chosen: set[Key] = set()
        left = float(amount)
        order = sorted(
            (one for one in self.atoms[atom] if one != aside and able(one) > 0),
            key=lambda one: (("village", one) not in self.hidden, -min(able(one), amount), one),
        )
        for one in order:
            if left <= 0:
                break
            chosen.add(("village", one))
            left -= able(one)
        return chosen if left <= 0 else None

    def _room(self, village: str) -> float:
        return self.ceilings[village] - self.counts[village]

    def _value(self, key: Key) -> int:
        return sum(self.counts[one] for one in self.tables.members[key])


def _inside(key: Key, other: Signature) -> bool:
    """Whether villages with the set `other` stand in the cell themselves, so that an exchange would not move it."""
    match key[0]:
        case "commune_kind" | "kind":
            return key[-1] in other
        case "set":
            return key[1:] == other
        case _:
            return False


__all__ = ["ALL", "Shield", "protect", "shield"]
