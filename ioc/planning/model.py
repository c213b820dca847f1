"""The question a plan answers, as plain data: needs, candidates, budgets and floors; and how a choice is counted.

Owns the rules of the game and the count of any choice against them. The count is written without the solver, so that
what the solver says is never believed but counted again. Money is in whole millions of đồng, weights in hundredths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


class Service(StrEnum):
    """What a village can lack and a measure can bring."""

    GRID = "grid"
    MOBILE = "mobile"
    CABLE = "cable"


@dataclass(frozen=True, slots=True)
class Need:
    """One village that lacks one service. `weight` is in hundredths: 100 counts each household once."""

    village: str
    service: Service
    commune: str
    households: int
    weight: int = 100

    @property
    def key(self) -> tuple[str, Service]:
        """A village is counted once for each service."""
        return self.village, self.service

    @property
    def value(self) -> int:
        """Weighted households, in hundredths."""
        return self.households * self.weight


@dataclass(frozen=True, slots=True)
class Candidate:
    """One measure that could be built once. `serves` are villages; `service` None serves nobody by itself (solar).

    `requires` holds groups of candidates: of each group at least one must stand in the same year or before.
    """

    id: str
    kind: str
    service: Service | None
    cost: int
    serves: tuple[str, ...] = ()
    requires: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Problem:
    """A whole question. `budgets` are by year; with `carry_over` what is left of a year may be spent later.

    `floors` are households to be served at the end, by commune, each village once for each service.
    """

    needs: tuple[Need, ...]
    candidates: tuple[Candidate, ...]
    budgets: tuple[int, ...]
    carry_over: bool = False
    floors: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # one order whatever the order given, so that the same question has the same answer
        object.__setattr__(self, "needs", tuple(sorted(self.needs, key=lambda one: one.key)))
        object.__setattr__(self, "candidates", tuple(sorted(self.candidates, key=lambda one: one.id)))
        floors = {name: least for name, least in sorted(self.floors.items()) if least > 0}
        object.__setattr__(self, "floors", floors)
        if len(self.by_key) != len(self.needs) or len(self.by_id) != len(self.candidates):
            raise ValueError("a need or a candidate is named twice")
        if min((*self.budgets, 0)) < 0 or min((one.cost for one in self.candidates), default=0) < 0:
            raise ValueError("budgets and costs are never negative")

    @property
    def years(self) -> int:
        """How many years are planned."""
        return len(self.budgets)

    @cached_property
    def by_key(self) -> dict[tuple[str, Service], Need]:
        """Needs by village and service."""
        return {one.key: one for one in self.needs}

    @cached_property
    def by_id(self) -> dict[str, Candidate]:
        """Candidates by id."""
        return {one.id: one for one in self.candidates}

    @cached_property
    def reach(self) -> dict[str, tuple[Need, ...]]:
        """The needs that each candidate can meet."""
        found = {}
        for one in self.candidates:
            keys = ((village, one.service) for village in sorted(set(one.serves))) if one.service else ()
            found[one.id] = tuple(self.by_key[key] for key in keys if key in self.by_key)
        return found

    @cached_property
    def met_by(self) -> dict[tuple[str, Service], tuple[str, ...]]:
        """The candidates that can meet each need, in order."""
        found: dict[tuple[str, Service], list[str]] = {one.key: [] for one in self.needs}
        for one in self.candidates:
            for need in self.reach[one.id]:
                found[need.key].append(one.id)
        return {key: tuple(names) for key, names in found.items()}

    @cached_property
    def lacking(self) -> dict[str, int]:
        """Households that lack something by commune, each village once for each service."""
        found: dict[str, int] = {}
        for one in self.needs:
            found[one.commune] = found.get(one.commune, 0) + one.households
        return found


@dataclass(frozen=True)
class Tally:
    """What a choice comes to. Lists are by year; `served` names the measure that meets each need, and the year."""

    weighted: int
    weighted_years: int
    households: int
    cost: tuple[int, ...]
    gained: tuple[int, ...]
    served: Mapping[tuple[str, Service], tuple[str, int]]
    by_commune: Mapping[str, int]

    @property
    def standing(self) -> tuple[int, int, int]:
        """What is compared, in this order: served in the end, served sooner, cheaper."""
        return self.weighted, self.weighted_years, -sum(self.cost)


def tally(problem: Problem, choice: Mapping[str, int]) -> Tally:
    """Count `choice` (candidate to year, from 0). A need is met by the earliest measure, then the first by name."""
    cost, gained = [0] * problem.years, [0] * problem.years
    served: dict[tuple[str, Service], tuple[str, int]] = {}
    by_commune = dict.fromkeys(problem.lacking, 0)
    weighted = weighted_years = 0
    for name, year in sorted(choice.items(), key=lambda item: (item[1], item[0])):
        cost[year] += problem.by_id[name].cost
        for need in problem.reach[name]:
            if need.key in served:
                continue
            served[need.key] = name, year
            gained[year] += need.households
            by_commune[need.commune] += need.households
            weighted += need.value
            weighted_years += need.value * (problem.years - year)
    return Tally(weighted, weighted_years, sum(gained), tuple(cost), tuple(gained), served, by_commune)


def breaches(problem: Problem, choice: Mapping[str, int]) -> list[str]:
    """Every rule that `choice` breaks, in words for a programmer; none when it may be done."""
    found, counted = [], tally(problem, choice)
    left = 0
    for year, (spent, budget) in enumerate(zip(counted.cost, problem.budgets, strict=True)):
        left = budget + (left if problem.carry_over else 0) - spent
        if left < 0:
            found.append(f"year {year} spends {-left} too much")
    for name, year in choice.items():
        for group in problem.by_id[name].requires:
            if not any(choice.get(one, problem.years) <= year for one in group):
                found.append(f"{name} stands in year {year} without any of {group}")
    for commune, least in problem.floors.items():
        if counted.by_commune.get(commune, 0) < least:
            found.append(f"{commune} has {counted.by_commune.get(commune, 0)} of {least} households")
    return found
