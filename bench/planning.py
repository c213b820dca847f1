"""The investment planner at the size of a large province: 956 villages, 300 candidates, five years."""

from __future__ import annotations

import math
import random
from time import perf_counter

from bench.report import Report
from ioc.planning.model import Candidate, Need, Problem, Service, tally
from ioc.planning.solver import solve

VILLAGES, CANDIDATES, YEARS = 956, 300, 5


def measure(report: Report) -> None:
    """Time and proved gap with scarce, middling and ample money."""
    report.section(f"Investment planner: {VILLAGES} villages, {CANDIDATES} candidates, {YEARS} years")
    for share in (0.15, 0.35, 0.6):
        asked = question(1, share)
        start = perf_counter()
        found = solve(asked)
        name = f"plan with {share:.0%} of what everything costs"
        report.claim(f"{name}: time", perf_counter() - start, "s", 30)
        report.claim(f"{name}: proved gap", 100 * found.gap, "%", 1)
        report.note(f"{name}: households served", tally(asked, found.choice).households, "households")


def question(seed: int, share: float) -> Problem:
    """Villages strewn over 100 × 90 km, towers of 2 to 8 km that overlap, one in six waiting for another measure."""
    dice = random.Random(seed)
    points = [(dice.random() * 100, dice.random() * 90) for _ in range(VILLAGES)]
    needs = tuple(
        Need(
            f"v{n:04d}", Service.MOBILE, f"c{n % 38:02d}", dice.randint(15, 160), dice.choice((100, 120, 150))
        )
        for n in range(VILLAGES)
    )
    candidates = []
    for n in range(CANDIDATES):
        x, y = points[dice.randrange(VILLAGES)]
        reach = dice.choice((2, 4, 6, 8))
        serves = tuple(f"v{k:04d}" for k, (a, b) in enumerate(points) if math.hypot(a - x, b - y) <= reach)
        before = ((f"m{dice.randrange(n):03d}",),) if n > 20 and dice.random() < 0.15 else ()
        candidates.append(
            Candidate(f"m{n:03d}", "tower", Service.MOBILE, dice.randint(200, 3000), serves, before)
        )
    whole = sum(one.cost for one in candidates)
    return Problem(needs, tuple(candidates), (int(whole * share / YEARS),) * YEARS)
