"""What follows from a plan: what each further đồng buys, and what becomes of the list when an assumption is wrong.

Owns the trials around a plan. Every one is solved like the plan itself, only for its first aim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from ioc.planning.assumptions import Assumptions, Listed
from ioc.planning.model import tally
from ioc.planning.question import Ask, Question, pose
from ioc.planning.solver import Outcome, solve
from ioc.planning.villages import Village

STEPS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
"""Shares of the budget on the curve of cost against households."""
TRIALS: tuple[tuple[str, dict[str, float]], ...] = (
    ("cost_up", {"cost": 1.2}), ("cost_down", {"cost": 0.8}), ("reach_down", {"reach": 0.8}),
    ("reach_up", {"reach": 1.2}), ("even", {"even": True}),
)  # fmt: skip
NEAR = 0.01
Told = Callable[[float], None]


@dataclass(frozen=True)
class Point:
    """One budget in all years together, and the households it serves at best; money in millions of đồng."""

    share: float
    budget: int
    cost: int
    households: int
    weighted: int
    gap: float


@dataclass(frozen=True)
class Trial:
    """A plan under another assumption. `same` are the measures of the plan that stay; None where floors fail."""

    id: str
    households: int | None
    measures: int
    same: tuple[str, ...]


def curve(question: Question, seconds: float, told: Told) -> list[Point]:
    """What more or less money would serve. Floors are left out: they may be out of reach with less."""
    problem = replace(question.problem, floors={})
    found: list[Point] = []
    start: Mapping[str, int] | None = None
    for number, share in enumerate(STEPS):
        told(number / len(STEPS))
        budgets = tuple(int(share * one) for one in problem.budgets)
        asked = replace(problem, budgets=budgets)
        solved = solve(asked, near=NEAR, seconds=seconds, start=start, first_aim_only=True)
        # the plan for less money is allowed for more: the curve never falls
        start = solved.choice
        counted = tally(asked, solved.choice)
        found.append(
            Point(share, sum(budgets), sum(counted.cost), counted.households, counted.weighted, solved.gap)
        )
    return found


def trials(
    villages: Sequence[Village],
    assumptions: Assumptions,
    ask: Ask,
    listed: Iterable[Listed],
    choice: Mapping[str, int],
    seconds: float,
    told: Told,
) -> list[Trial]:
    """The plan again with each main assumption changed."""  # fmt: skip
    found, given = [], tuple(listed)
    for number, (name, factors) in enumerate(TRIALS):
        told(number / len(TRIALS))
        problem = pose(villages, assumptions, ask, given, **factors).problem  # type: ignore[arg-type]
        solved = solve(problem, near=NEAR, seconds=seconds, first_aim_only=True)
        if solved.outcome is Outcome.INFEASIBLE:
            found.append(Trial(name, None, 0, ()))
            continue
        same = tuple(sorted(set(choice) & set(solved.choice)))
        found.append(Trial(name, tally(problem, solved.choice).households, len(solved.choice), same))
    return found


def plain(items: Iterable[Point | Trial]) -> list[dict[str, object]]:
    """As JSON keeps it."""
    return [asdict(one) for one in items]
