"""The plan is the best there is, keeps every rule, and is the same whenever the same is asked."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ioc.planning.model import Candidate, Need, Problem, Service, breaches, tally
from ioc.planning.solver import Outcome, solve
from tests.planning.cases import best, problem

SEEDS = st.integers(0, 10**6)
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("block", range(6))
def test_the_plan_is_as_good_as_trying_everything(block: int) -> None:
    """60 random questions of 3 to 12 candidates over 1 to 3 years, with dependencies, every third with a floor."""
    for seed in range(block * 10, block * 10 + 10):
        asked = problem(seed, floors=seed % 3 == 0, most=12 if seed % 10 == 7 else 10)
        truth = best(asked)
        found = solve(asked)
        if truth is None:
            assert found.outcome is Outcome.INFEASIBLE, seed
            continue
        assert found.outcome is Outcome.OPTIMAL, seed
        assert tally(asked, found.choice).standing == truth, seed
        assert found.gap == 0


@QUICK
@given(SEEDS)
def test_no_plan_breaks_a_rule_and_none_spends_more_than_there_is(seed: int) -> None:
    asked = problem(seed)
    found = solve(asked)
    assert breaches(asked, found.choice) == []
    spent = tally(asked, found.choice).cost
    assert sum(spent) <= sum(asked.budgets)
    if not asked.carry_over:
        assert all(one <= most for one, most in zip(spent, asked.budgets, strict=True))


@QUICK
@given(SEEDS, st.lists(st.integers(0, 60), min_size=3, max_size=3))
def test_more_money_never_serves_fewer_households(seed: int, more: list[int]) -> None:
    asked = problem(seed)
    asked = replace(asked, needs=tuple(replace(one, weight=100) for one in asked.needs))
    richer = replace(asked, budgets=tuple(a + b for a, b in zip(asked.budgets, more, strict=False)))
    few, many = (tally(one, solve(one).choice) for one in (asked, richer))
    assert many.households >= few.households
    assert many.weighted >= few.weighted


@QUICK
@given(SEEDS, st.randoms(use_true_random=False))
def test_the_same_question_in_any_order_has_the_same_list(seed: int, dice: random.Random) -> None:
    asked = problem(seed)
    needs, candidates = list(asked.needs), list(asked.candidates)
    dice.shuffle(needs)
    dice.shuffle(candidates)
    again = Problem(tuple(needs), tuple(candidates), asked.budgets, asked.carry_over)
    assert solve(again).choice == solve(asked).choice


def test_equals_are_told_apart_by_sooner_then_cheaper_then_name() -> None:
    need = (Need("v1", Service.MOBILE, "c", 50),)
    twins = tuple(Candidate(name, "tower", Service.MOBILE, 10, ("v1",)) for name in ("b", "a"))
    dear = Candidate("0", "tower", Service.MOBILE, 11, ("v1",))
    assert solve(Problem(need, (*twins, dear), (20, 20))).choice == {"a": 0}


def test_a_village_counts_once_for_a_service_however_many_reach_it() -> None:
    needs = (
        Need("v1", Service.MOBILE, "c", 50),
        Need("v1", Service.CABLE, "c", 50),
        Need("v2", Service.MOBILE, "c", 9),
    )
    both = tuple(Candidate(name, "tower", Service.MOBILE, 1, ("v1", "v2")) for name in "ab")
    counted = tally(Problem(needs, both, (9,)), {"a": 0, "b": 0})
    assert (counted.households, counted.weighted) == (59, 5900)


def test_power_comes_before_the_tower_or_in_the_same_year() -> None:
    need = (Need("v1", Service.MOBILE, "c", 50), Need("v1", Service.GRID, "c", 50))
    grid = Candidate("grid", "line", Service.GRID, 30, ("v1",))
    tower = Candidate("tower", "tower", Service.MOBILE, 10, ("v1",), (("grid", "solar"),))
    solar = Candidate("solar", "solar", None, 5)
    assert solve(Problem(need, (grid, tower, solar), (15, 30))).choice == {"solar": 0, "tower": 0, "grid": 1}
    assert solve(Problem(need, (grid, tower), (10, 30))).choice == {"grid": 1}
    assert solve(Problem(need, (tower,), (99, 99))).choice == {}


def test_what_one_year_leaves_is_lost_unless_it_may_be_carried_over() -> None:
    need = (Need("v1", Service.GRID, "c", 50),)
    line = (Candidate("line", "line", Service.GRID, 15, ("v1",)),)
    assert solve(Problem(need, line, (10, 10))).choice == {}
    assert solve(Problem(need, line, (10, 10), carry_over=True)).choice == {"line": 1}


def test_a_large_question_states_a_proved_gap() -> None:
    dice = random.Random(5)
    needs = tuple(Need(f"v{n:03d}", Service.MOBILE, "c", dice.randint(10, 99)) for n in range(120))
    candidates = tuple(
        Candidate(f"m{n:03d}", "tower", Service.MOBILE, dice.randint(20, 90), tuple(f"v{dice.randrange(120):03d}" for _ in range(5)))
        for n in range(130)
    )  # fmt: skip
    asked = Problem(needs, candidates, (300,) * 5)
    found = solve(asked, seconds=60)
    reached = tally(asked, found.choice).weighted
    assert reached <= found.bound
    assert found.gap == pytest.approx((found.bound - reached) / found.bound)
    assert found.gap <= 0.01
    assert (found.outcome is Outcome.OPTIMAL) == (found.bound - reached < 1)
