"""Why a floor cannot be kept: which communes make it so, and what it would take.

Owns the explanation of a request without an answer. Nothing is relaxed: what is found here is told, and no plan is
given. Loaded only in processes of its own.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ioc.planning.model import Problem
from ioc.planning.solver import Sheet


@dataclass(frozen=True)
class Conflict:
    """What stands against the floors.

    `beyond` are communes that no budget would help, with the households that can be reached; `together` is a set of
    communes of which none could be left out: their floors cannot be kept together with these budgets, but any fewer
    could; `short` is how few households must go without, by commune; `needed` is the least total that keeps all floors
    when it may be spent at any time. `whole` is false when the clock ended the search for `together`.
    """

    beyond: Mapping[str, int]
    together: tuple[str, ...]
    short: Mapping[str, int]
    needed: int | None
    whole: bool


def reachable(problem: Problem) -> dict[str, int]:
    """Households by commune that could be served if money were no object."""
    standing: set[str] = set()
    while True:
        more = {
            one.id for one in problem.candidates
            if one.id not in standing and all(any(name in standing for name in group) for group in one.requires)
        }  # fmt: skip
        if not more:
            break
        standing |= more
    found = dict.fromkeys(problem.lacking, 0)
    for need in problem.needs:
        if any(name in standing for name in problem.met_by[need.key]):
            found[need.commune] += need.households
    return found


def conflict(problem: Problem, seconds: float = 60.0) -> Conflict:
    """Why `problem`, which has no answer, has none."""
    end = time.monotonic() + seconds
    able = reachable(problem)
    beyond = {name: able.get(name, 0) for name, least in problem.floors.items() if able.get(name, 0) < least}
    kept = {name: least for name, least in problem.floors.items() if name not in beyond}
    rest = replace(problem, floors=kept)
    if not kept or _possible(rest, end):
        return Conflict(
            beyond, (), {name: problem.floors[name] - beyond[name] for name in beyond}, None, True
        )
    return Conflict(
        beyond, *_together(rest, end), _short(rest, end), _needed(rest, end), time.monotonic() < end
    )


def _possible(problem: Problem, end: float) -> bool:
    sheet = Sheet(problem)
    return sheet.run(np.zeros(sheet.width), 1.0, max(end - time.monotonic(), 1.0), None) is not None


def _together(problem: Problem, end: float) -> tuple[tuple[str, ...]]:
    """A set of floors without answer of which every one is needed for that: leave out one after another and look."""
    floors = dict(problem.floors)
    for name in sorted(problem.floors, key=lambda one: (problem.floors[one], one)):
        if time.monotonic() > end:
            break
        fewer = {other: least for other, least in floors.items() if other != name}
        if fewer and not _possible(replace(problem, floors=fewer), end):
            floors = fewer
    return (tuple(sorted(floors)),)


def _short(problem: Problem, end: float) -> dict[str, int]:
    """The fewest households that go without, by commune."""
    sheet = Sheet(problem, elastic=True)
    aim = np.zeros(sheet.width)
    for name, column in sheet.short.items():
        aim[column] = -float(problem.floors[name])
    if sheet.run(aim, 0.0, max(end - time.monotonic(), 2.0), None) is None:
        return {}
    found = {name: round(sheet.values[column] * problem.floors[name]) for name, column in sheet.short.items()}
    return {name: count for name, count in found.items() if count > 0}


def _needed(problem: Problem, end: float) -> int | None:
    """The least total with which every floor can be kept."""
    plenty = replace(problem, budgets=(sum(one.cost for one in problem.candidates),), carry_over=False)
    sheet = Sheet(plenty)
    found = sheet.run(sheet.cost, 0.0, max(end - time.monotonic(), 2.0), None)
    return None if found is None else sum(plenty.by_id[name].cost for name in found[0])
