"""What somebody asks the planner: budgets, services, weights and floor; and the question made of it.

Owns the form of the request, its name (equal requests about equal data have equal names) and the step from villages
and assumptions to the solver's problem.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from ioc.access import OPEN, Scope
from ioc.catalogue import Identifier, Strict
from ioc.planning.assumptions import MOST_YEARS, Assumptions, Listed
from ioc.planning.model import Need, Problem, Service
from ioc.planning.sites import Site, draw_up
from ioc.planning.villages import Village, weights

MOST_BUDGET = 100_000_000
"""Millions of đồng in one year; more is a slip of the pen."""


class Ask(Strict):
    """One request. `budgets` are by year in millions of đồng; `bonus` replaces those of the configuration by emphasis.

    `floor` is the share of lacking households that every commune must get; `listed` the number of a list of candidates
    that was handed in.
    """

    budgets: tuple[Annotated[int, Field(ge=0, le=MOST_BUDGET)], ...] = Field(
        min_length=1, max_length=MOST_YEARS
    )
    services: tuple[Service, ...] = Field(min_length=1, max_length=len(Service))
    floor: float = Field(default=0.0, ge=0, le=1)
    carry_over: bool = False
    bonus: dict[Identifier, Annotated[float, Field(ge=0, le=5)]] = Field(default_factory=dict, max_length=20)
    listed: int | None = Field(default=None, ge=1, le=2**31 - 1)

    @property
    def request(self) -> str:
        """The same for the same request, whatever the data."""
        return self.name(0, "", OPEN)

    def name(self, edition: int, configuration: str, scope: Scope) -> str:
        """The same for the same request about the same data: a plan is kept under it."""
        text = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return hashlib.sha256(f"{text}|{edition}|{configuration}|{scope.key}".encode()).hexdigest()


def suggested(assumptions: Assumptions) -> Ask:
    """What the configuration suggests."""
    means = assumptions.means
    return Ask(
        budgets=means.budgets, services=tuple(assumptions.services), floor=means.floor, carry_over=means.carry_over,
        bonus={name: one.bonus for name, one in assumptions.emphases.items()},
    )  # fmt: skip


@dataclass(frozen=True)
class Question:
    """Villages, candidates and the problem they make."""

    villages: tuple[Village, ...]
    sites: Mapping[str, Site]
    problem: Problem


def pose(
    villages: Sequence[Village],
    assumptions: Assumptions,
    ask: Ask,
    listed: Iterable[Listed] = (),
    *,
    cost: float = 1.0,
    reach: float = 1.0,
    even: bool = False,
) -> Question:
    """The question of a request. `cost` and `reach` are factors for trying out; `even` leaves out all weights."""  # fmt: skip
    bonus = {} if even else {name: ask.bonus.get(name, 0.0) for name in assumptions.emphases}
    weight = weights(villages, assumptions, bonus)
    wanted = frozenset(ask.services)
    needs = tuple(
        Need(one.id, service, one.commune, one.households, 100 if even else weight[one.id, service])
        for one in villages for service in one.lacks & wanted if one.households > 0
    )  # fmt: skip
    sites = draw_up(villages, assumptions, listed, services=ask.services, cost=cost, reach=reach)
    problem = Problem(needs, tuple(site.candidate for site in sites), ask.budgets, ask.carry_over)
    if ask.floor > 0:
        floors = {name: math.ceil(ask.floor * count - 1e-9) for name, count in problem.lacking.items()}
        problem = replace(problem, floors=floors)
    return Question(tuple(villages), {site.candidate.id: site for site in sites}, problem)
