"""A floor is kept or refused with the communes that stand against it; it is never quietly relaxed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ioc.planning.floors import conflict, reachable
from ioc.planning.model import Candidate, Need, Problem, Service, tally
from ioc.planning.solver import Outcome, solve
from tests.planning.cases import best, problem


def towers(*costs: int) -> tuple[Candidate, ...]:
    """One tower for each of the villages v0, v1, …"""
    return tuple(
        Candidate(f"t{n}", "tower", Service.MOBILE, cost, (f"v{n}",)) for n, cost in enumerate(costs)
    )


NEEDS = tuple(Need(f"v{n}", Service.MOBILE, f"c{n}", 50 - n) for n in range(3))


def test_a_floor_that_can_be_kept_is_kept_though_it_serves_fewer() -> None:
    asked = Problem(NEEDS, towers(10, 10, 20), (20,))
    free = tally(asked, solve(asked).choice)
    kept = tally(asked, solve(replace(asked, floors={"c2": 48})).choice)
    assert (free.by_commune["c2"], kept.by_commune["c2"]) == (0, 48)
    assert kept.households < free.households


def test_floors_too_dear_together_are_named_with_what_they_would_need() -> None:
    asked = Problem(NEEDS, towers(10, 10, 20), (15,), floors={"c0": 1, "c1": 1, "c2": 0})
    assert solve(asked).outcome is Outcome.INFEASIBLE
    found = conflict(asked)
    assert found.together == ("c0", "c1")
    assert found.needed == 20
    assert sum(found.short.values()) == 1
    assert not found.beyond
    assert found.whole


def test_a_commune_that_no_money_reaches_is_named_apart() -> None:
    asked = Problem(NEEDS, towers(10, 10), (99,), floors={"c0": 10, "c2": 10})
    assert solve(asked).outcome is Outcome.INFEASIBLE
    found = conflict(asked)
    assert found.beyond == {"c2": 0}
    assert found.together == ()


def test_what_needs_power_that_nobody_brings_is_out_of_reach() -> None:
    lone = Candidate("t0", "tower", Service.MOBILE, 1, ("v0",), ((),))
    tied = Candidate("t1", "tower", Service.MOBILE, 1, ("v1",), (("t0",),))
    assert reachable(Problem(NEEDS, (lone, tied), (9,))) == {"c0": 0, "c1": 0, "c2": 0}


@pytest.mark.parametrize("seed", range(0, 90, 3))
def test_the_named_communes_conflict_and_any_fewer_do_not(seed: int) -> None:
    asked = problem(seed, floors=True, most=7)
    asked = replace(asked, floors=dict.fromkeys(("c0", "c1", "c2"), 40))
    if best(asked) is not None:
        return
    found = conflict(asked)
    assert found.beyond or found.together
    reach = reachable(asked)
    assert all(reach.get(name, 0) == count < 40 for name, count in found.beyond.items())
    if found.together:
        these = dict.fromkeys(found.together, 40)
        assert best(replace(asked, floors=these)) is None
        for name in these:
            fewer = {other: least for other, least in these.items() if other != name}
            assert best(replace(asked, floors=fewer)) is not None
