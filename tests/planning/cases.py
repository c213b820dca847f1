"""Random questions small enough to be answered by trying everything."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

from ioc.planning.model import Candidate, Need, Problem, Service, breaches, tally

SERVICES = tuple(Service)


def problem(seed: int, *, most: int = 12, years: int | None = None, floors: bool = False) -> Problem:
    """A question with overlapping reaches, dependencies, weights, and now and then floors or a carry-over."""
    dice = random.Random(seed)
    years = years or dice.choice((1, 1, 2, 3))
    count = dice.randint(3, {1: most, 2: min(most, 8), 3: min(most, 6)}[years])
    villages = [f"v{n:02d}" for n in range(dice.randint(3, 14))]
    needs = [
        Need(one, service, f"c{n % 3}", dice.randint(5, 90), dice.choice((100, 100, 125, 160)))
        for n, one in enumerate(villages) for service in SERVICES if dice.random() < 0.6
    ]  # fmt: skip
    candidates = []
    for n in range(count):
        service = dice.choice((*SERVICES, None)) if n else Service.GRID
        serves = dice.sample(villages, dice.randint(1, min(4, len(villages)))) if service else []
        requires = []
        if n and dice.random() < 0.4:
            requires.append(tuple(sorted({f"m{dice.randrange(n):02d}" for _ in range(dice.randint(1, 2))})))
        candidates.append(
            Candidate(
                f"m{n:02d}",
                "any",
                service,
                dice.randint(0 if n % 5 else 3, 40),
                tuple(serves),
                tuple(requires),
            )
        )
    budgets = tuple(dice.randint(0, 70) for _ in range(years))
    least = {f"c{dice.randrange(3)}": dice.randint(1, 60)} if floors else {}
    return Problem(tuple(needs), tuple(candidates), budgets, dice.random() < 0.4, least)


def choices(asked: Problem) -> Iterator[dict[str, int]]:
    """Every choice there is, allowed or not."""
    names = [one.id for one in asked.candidates]
    for years in itertools.product(range(-1, asked.years), repeat=len(names)):
        yield {name: year for name, year in zip(names, years, strict=True) if year >= 0}


def best(asked: Problem) -> tuple[int, int, int] | None:
    """The standing of the best allowed choice, by trying all of them; None when none is allowed."""
    costs = {one.id: one.cost for one in asked.candidates}
    total = sum(asked.budgets)
    found = None
    for choice in choices(asked):
        if sum(costs[name] for name in choice) > total or breaches(asked, choice):
            continue
        standing = tally(asked, choice).standing
        if found is None or standing > found:
            found = standing
    return found
