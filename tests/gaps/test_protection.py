"""Nobody who reads every table and subtracts finds a small count: a linear programme is the reader.

It knows every cell that is shown, that no count is negative and that none exceeds the households of its village; it
asks for the least and the greatest value of each small cell. What it finds must be as wide as the rule demands.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from ioc.gaps.protection import Shield, protect
from ioc.gaps.register import VillageRegister
from ioc.gaps.tables import Key
from tests.gaps import hamlets
from tests.gaps.hamlets import KINDS

POOR = "poor"


class Attacker:
    """All that is shown, as equations over the villages that are not shown themselves."""

    def __init__(self, shield: Shield, column: str, ceilings: dict[str, int]):
        tables = shield.tables
        self.shield, self.column, self.ceilings = shield, column, ceilings
        self.free = [key[1] for key in sorted(tables.members) if key[0] == "village" and key in shield.hidden]
        place = {village: at for at, village in enumerate(self.free)}
        rows, sums = [], []
        for key, members in tables.members.items():
            shown = shield.shown(column, key)
            if shown is None or key[0] == "village":
                continue
            known = sum(tables.counts[column][one] for one in members if one not in place)
            rows.append([place[one] for one in members if one in place])
            sums.append(shown - known)
        cells = [(row, at) for row, found in enumerate(rows) for at in found]
        shape = (len(rows), len(self.free))
        self.equations = csr_matrix(
            (np.ones(len(cells)), tuple(zip(*cells, strict=True))) if cells else shape, shape=shape
        )
        self.sums = np.array(sums, dtype=float)
        self.place = place

    def interval(self, key: Key) -> tuple[float, float]:
        """The least and the greatest value a cell can have."""
        counts = self.shield.tables.counts[self.column]
        aim = np.zeros(len(self.free))
        known = 0
        for one in self.shield.tables.members[key]:
            if one in self.place:
                aim[self.place[one]] = 1
            else:
                known += counts[one]
        bounds = [(0, self.ceilings[one]) for one in self.free]
        ends = []
        for sign in (1, -1):
            solved = linprog(sign * aim, A_eq=self.equations, b_eq=self.sums, bounds=bounds, method="highs")
            assert solved.status == 0, solved.message
            ends.append(sign * solved.fun + known)
        return ends[0], ends[1]


def attack(shield: Shield, ceilings: dict[str, int], k: int, column: str = POOR) -> int:
    """Attack every small cell; returns how many there were. Fails when one is found out."""
    tables, attacker = shield.tables, Attacker(shield, column, ceilings)
    small = [key for key in tables.members if 0 < tables.total(column, key) < k]
    for key in small:
        assert shield.shown(column, key) is None, key
        low, high = attacker.interval(key)
        demanded = min(k, max(ceilings[one] for one in tables.members[key]))
        assert high - low >= demanded - 1e-6, (key, low, high, demanded)
        assert low - 1e-6 <= tables.total(column, key) <= high + 1e-6
    return len(small)


def ceilings_of(found: VillageRegister) -> dict[str, int]:
    return {village.id: village.households for village in found.villages}


GAPS = st.sampled_from([(), ("cable",), ("signal", "cable"), KINDS])
VILLAGES = st.tuples(
    st.sampled_from(["A", "B", "C"]), GAPS, st.integers(1, 30), st.integers(0, 12)
).map(lambda row: (*row[:3], min(row[2], row[3])))  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.lists(VILLAGES, min_size=1, max_size=24), st.sampled_from([3, 5, 10]))
def test_no_small_count_is_found_out_in_any_register(rows, k) -> None:
    found = hamlets.register(rows, k)
    attack(protect(found), ceilings_of(found), k)


@settings(max_examples=40, deadline=None)
@given(st.lists(VILLAGES, min_size=2, max_size=24))
def test_without_a_public_ceiling_nothing_is_found_out_either(rows) -> None:
    found = hamlets.register(rows, 5, within=None)
    attack(protect(found), dict.fromkeys(ceilings_of(found), 10_000), 5)


def test_hiding_the_small_cells_alone_would_not_do() -> None:
    """The attacker is worth something: without the other hidden cells it finds a village's count exactly."""
    rows = [("A", ("cable",), 40, 3), ("A", ("cable",), 60, 21), ("A", (), 80, 30), ("B", ("cable",), 50, 12)]
    found = hamlets.register(rows)
    safe = protect(found)
    bare = Shield(safe.tables, safe.columns, frozenset({("village", "v0000")}))
    assert Attacker(bare, POOR, ceilings_of(found)).interval(("village", "v0000")) == pytest.approx((3, 3))
    low, high = Attacker(safe, POOR, ceilings_of(found)).interval(("village", "v0000"))
    assert high - low >= 5


def test_what_is_not_protected_is_shown_whole(register: VillageRegister) -> None:
    safe = protect(register)
    assert all(
        safe.shown("households", key) == safe.tables.total("households", key) for key in safe.tables.members
    )


def test_a_count_that_an_older_edition_does_not_know_is_left_out_and_never_zero() -> None:
    found = hamlets.register([("A", ("cable",), 40, 3)])
    older = replace(
        found,
        villages=tuple(replace(one, cells={"households": 40, "population": 160}) for one in found.villages),
    )
    assert POOR not in protect(older).tables.counts


def test_sums_of_hidden_cells_are_not_said_in_another_way() -> None:
    found = hamlets.register([("A", ("cable",), 40, 3), ("B", (), 60, 21)])
    safe = protect(found)
    assert safe.together(POOR, [("set", "cable"), ("set",)]) is None
    assert safe.together("households", [("set", "cable"), ("set",)]) == 100


def test_the_demonstration_withstands_the_attack(register: VillageRegister) -> None:
    safe = protect(register)
    k = register.definitions.protection.k  # type: ignore[union-attr]
    attacked = attack(safe, ceilings_of(register), k, "poor_households")
    assert attacked > 30  # there is something to protect
    shown = sum(safe.shown("poor_households", ("village", one.id)) is not None for one in register.villages)
    assert shown > 0.75 * len(register.villages)  # and most can still be read
    assert safe.shown("poor_households", ("all",)) is not None
