"""The plan as it is kept: one JSON document with the ranked list, what it serves, and everything needed to judge it.

Owns the shape of that document and the run from villages to it. Holds ids and numbers only; words come when it is
shown. Loaded only in processes of its own, for it loads the solver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ioc.planning.assumptions import Assumptions, Listed
from ioc.planning.floors import conflict
from ioc.planning.model import Service, Tally, tally
from ioc.planning.question import Ask, Question, pose
from ioc.planning.solver import Outcome, Solution, solve
from ioc.planning.studies import curve, plain, trials
from ioc.planning.villages import Village

FORM = 1
SECONDS = 240.0
"""For the plan itself; curve and trials together may take as long again."""
Told = Callable[[float, str], None]


def find(
    villages: Sequence[Village],
    assumptions: Assumptions,
    ask: Ask,
    listed: Iterable[Listed] = (),
    *,
    told: Told = lambda share, word: None,
    studied: bool = True,
    seconds: float = SECONDS,
) -> dict[str, Any]:
    """The document of a request. Raises RuntimeError when the clock ran out without any plan."""  # fmt: skip
    given = tuple(listed)
    told(0.05, "planning.word.candidates")
    question = pose(villages, assumptions, ask, given)
    document: dict[str, Any] = {
        "form": FORM, "ask": ask.model_dump(mode="json"), "first_year": assumptions.means.first_year,
        "candidates": len(question.sites), "places": _places(question), "lacking": _lacking(question), "unplaced": _unplaced(question),
    }  # fmt: skip
    told(0.1, "planning.word.served")
    solved = solve(
        question.problem, seconds=seconds,
        told=lambda stage, share: told(0.1 + 0.4 * share, f"planning.word.{stage}"),
    )  # fmt: skip
    document |= {"outcome": solved.outcome.value, "late": solved.late, "seconds": round(solved.seconds, 2)}
    if solved.outcome is Outcome.INFEASIBLE:
        told(0.5, "planning.word.conflict")
        found = conflict(question.problem)
        return document | {
            "conflict": {
                "floors": dict(question.problem.floors), "beyond": dict(found.beyond), "together": list(found.together),
                "short": dict(found.short), "needed": found.needed, "whole": found.whole,
            }
        }  # fmt: skip
    counted = tally(question.problem, solved.choice)
    document |= _reached(question, solved, counted)
    document["measures"] = ranked(question, solved.choice, counted)
    if studied:
        each = max(5.0, seconds / 12)
        points = curve(question, each, lambda share: told(0.5 + 0.25 * share, "planning.word.curve"))
        tried = trials(
            villages, assumptions, ask, given, solved.choice, each,
            lambda share: told(0.75 + 0.2 * share, "planning.word.trials"),
        )  # fmt: skip
        document |= {"curve": plain(points), "trials": plain(tried)}
        possible = [one for one in tried if one.households is not None]
        for measure in document["measures"]:
            measure["kept"] = sum(measure["id"] in one.same for one in possible)
        document["tried"] = len(possible)
    return document


def _places(question: Question) -> dict[str, dict[str, Any]]:
    """The villages that lack something, so that the plan can be told and drawn whatever becomes of the register."""
    lacking: dict[str, list[str]] = {}
    for need in question.problem.needs:
        lacking.setdefault(need.village, []).append(need.service.value)
    return {
        one.id: {
            "name": one.name, "commune": one.commune, "households": one.households, "lat": one.lat, "lon": one.lon,
            "standing": one.standing, "lacks": lacking[one.id],
        }
        for one in question.villages if one.id in lacking
    }  # fmt: skip


def _lacking(question: Question) -> dict[str, dict[str, int]]:
    """Villages and households that lack each service asked for."""
    found: dict[str, dict[str, int]] = {}
    for need in question.problem.needs:
        one = found.setdefault(need.service.value, {"villages": 0, "households": 0})
        one["villages"] += 1
        one["households"] += need.households
    return dict(sorted(found.items()))


def _unplaced(question: Question) -> list[str]:
    """Villages that lack something, have no point, and are served by no candidate: no rule can draw one up."""
    problem = question.problem
    lost = {need.village for need in problem.needs if not problem.met_by[need.key]}
    return [one.id for one in question.villages if one.id in lost and (one.lat is None or one.lon is None)]


def _reached(question: Question, solved: Solution, counted: Tally) -> dict[str, Any]:
    problem = question.problem
    services: dict[str, dict[str, int]] = {}
    for (village, service), _ in counted.served.items():
        one = services.setdefault(service.value, {"villages": 0, "households": 0})
        one["villages"] += 1
        one["households"] += problem.by_key[village, service].households
    people = {village: problem.by_key[village, service].households for village, service in counted.served}
    return {
        "gap": round(solved.gap, 6), "bound": solved.bound, "weighted": counted.weighted,
        "households": counted.households, "distinct": sum(people.values()), "villages": len(people),
        "spent": list(counted.cost), "gained": list(counted.gained), "services": dict(sorted(services.items())),
        "communes": {
            name: {
                "lacking": lacking, "served": counted.by_commune[name], "least": problem.floors.get(name, 0),
            }
            for name, lacking in sorted(problem.lacking.items())
        },
        "left": _left(question, counted),
    }  # fmt: skip


def _left(question: Question, counted: Tally) -> list[dict[str, Any]]:
    """Needs that stay open, and why: no candidate reaches them, or the money went where it serves more."""
    return [
        {
            "village": need.village, "service": need.service.value, "households": need.households,
            "why": "money" if question.problem.met_by[need.key] else "no_candidate",
        }
        for need in question.problem.needs if need.key not in counted.served
    ]  # fmt: skip


def ranked(question: Question, choice: Mapping[str, int], counted: Tally) -> list[dict[str, Any]]:
    """The chosen measures: by year, in a year by weighted households for the money; what must stand first stands first."""
    problem = question.problem
    by_id = {one.id: one for one in question.villages}
    credit: dict[str, list[str]] = {name: [] for name in choice}
    for (village, _), (name, _) in counted.served.items():
        credit[name].append(village)
    worth = {name: _worth(question, name, credit[name]) for name in choice}
    enables: dict[str, list[str]] = {name: [] for name in choice}
    needs: dict[str, list[str]] = {name: [] for name in choice}
    for name, year in choice.items():
        for group in problem.by_id[name].requires:
            first = min(
                (one for one in group if choice.get(one, problem.years) <= year),
                key=lambda one: (choice[one], one),
            )
            enables[first].append(name)
            needs[name].append(first)
    rows = []
    for rank, name in enumerate(_in_order(choice, worth, needs, problem), start=1):
        site, one = question.sites[name], problem.by_id[name]
        service = one.service
        households = (
            sum(problem.by_key[village, service].households for village in credit[name]) if service else 0
        )
        traits: dict[str, int] = {}
        for village in credit[name]:
            for trait in by_id[village].traits:
                traits[trait] = traits.get(trait, 0) + by_id[village].households
        commune = by_id[site.village].commune if site.village in by_id else None
        rows.append({
            "rank": rank, "id": name, "kind": one.kind, "service": service.value if service else None,
            "year": choice[name], "name": site.name, "village": site.village, "commune": commune, "lat": site.lat,
            "lon": site.lon, "km": None if site.km is None else round(site.km, 1), "from": site.origin,
            "listed": site.listed, "cost": one.cost, "households": households, "weighted": worth[name],
            "villages": sorted(credit[name]), "traits": dict(sorted(traits.items())), "needs": sorted(needs[name]),
            "enables": sorted(enables[name]), "floors": _floors(question, credit[name], service, counted),
        })  # fmt: skip
    return rows


def _worth(question: Question, name: str, credit: Sequence[str]) -> int:
    service = question.problem.by_id[name].service
    return sum(question.problem.by_key[village, service].value for village in credit) if service else 0


def _in_order(
    choice: Mapping[str, int], worth: Mapping[str, int], needs: Mapping[str, Sequence[str]], problem: Any
) -> list[str]:
    """By year, then by weighted households a million đồng, then by name; nothing before what it needs."""

    def key(name: str) -> tuple[int, float, str]:
        return choice[name], -worth[name] / max(problem.by_id[name].cost, 1), name

    done: dict[str, None] = {}

    def place(name: str, above: tuple[str, ...] = ()) -> None:
        for first in sorted(needs[name], key=key):
            if first not in done and first not in above:
                place(first, (*above, name))
        done.setdefault(name)

    for name in sorted(choice, key=key):
        place(name)
    return list(done)


def _floors(question: Question, credit: Sequence[str], service: Service | None, counted: Tally) -> list[str]:
    """Communes that would fall below their floor without these villages."""
    problem, gains = question.problem, dict[str, int]()
    for village in credit if service else ():
        need = problem.by_key[village, service]  # type: ignore[index]
        gains[need.commune] = gains.get(need.commune, 0) + need.households
    return sorted(
        name for name, count in gains.items()
        if problem.floors.get(name, 0) > 0 and counted.by_commune[name] - count < problem.floors[name]
    )  # fmt: skip
