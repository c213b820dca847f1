"""The plan that serves most, found by HiGHS as a mixed-integer programme: maximal coverage over several years.

Owns the formulation and the order of aims: most weighted households at the end, then sooner, then cheaper, then the
first by name. One thread, one seed, inputs in one order: the same question has the same answer. Loaded only in
processes of its own, never in a web worker.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import highspy
import numpy as np
from highspy._core import _Highs

from ioc.planning.model import Problem, breaches, tally

EXACT = 600
"""Choices (candidates × years) up to which the optimum is proved to the last household."""
NEAR = 0.004
"""Above that a proved distance from the optimum of this share is enough."""
LATER_NEAR, LATER_NODES = 0.01, 1
"""The later aims of a large question: a rougher proof, and an effort that is counted, not timed."""
_HAIR = 0.5
"""Aims are whole numbers: closer than this to the bound is the optimum itself."""
Told = Callable[[str, float], None]


class Outcome(StrEnum):
    """What came of it."""

    OPTIMAL = "optimal"
    NEAR = "near"
    INFEASIBLE = "infeasible"


@dataclass(frozen=True)
class Solution:
    """A choice with what is proved: `bound` is what no plan can exceed (weighted households, hundredths).

    `late` is true when the clock and not the proof ended the search: another machine might find another list.
    """

    outcome: Outcome
    choice: Mapping[str, int]
    bound: int
    gap: float
    late: bool
    seconds: float


def solve(
    problem: Problem,
    *,
    near: float | None = None,
    seconds: float = 120.0,
    start: Mapping[str, int] | None = None,
    first_aim_only: bool = False,
    told: Told = lambda stage, share: None,
) -> Solution:
    """The best plan. `near` is the share of the optimum that may remain unproved (by default from the size).

    `start` is a plan that is known to be allowed. Raises RuntimeError when no plan at all was found in time.
    """
    began = time.monotonic()
    size = len(problem.candidates) * problem.years
    asked = (0.0 if size <= EXACT else NEAR) if near is None else near
    sheet = Sheet(problem)
    told("served", 0.0)
    found = sheet.run(sheet.ends, asked, seconds * 0.6, start)
    rough = asked > 0
    if found is None:
        return Solution(Outcome.INFEASIBLE, {}, 0, 0.0, False, time.monotonic() - began)
    choice, bound, late = found
    reached = tally(problem, choice).weighted
    bound = max(bound, reached)
    aims = [("sooner", sheet.sooner), ("cheaper", sheet.cost)] if not first_aim_only else []
    if aims and not rough:  # in a large question equals are told apart by the order of the columns alone
        aims.append(("named", sheet.order))
    keep, value = sheet.ends, float(reached)
    for number, (stage, aim) in enumerate(aims, start=1):
        left = seconds - (time.monotonic() - began)
        if left < 1.0:
            late = True
            break
        told(stage, number / 4)
        sheet.hold(keep, value)
        better = sheet.run(aim, LATER_NEAR if rough else 0.0, left / (len(aims) - number + 1), choice, rough)
        if better is None:
            break  # the plan in hand is allowed, so only the clock can have ended this
        choice, _, slow = better
        late = late or slow
        keep, value = aim, sheet.value(aim, choice)
    wrong = breaches(problem, choice)
    if wrong:
        raise RuntimeError(f"the solver's plan breaks the rules: {'; '.join(wrong[:3])}")
    reached = tally(problem, choice).weighted
    gap = (bound - reached) / bound if bound else 0.0
    outcome = Outcome.OPTIMAL if bound - reached < 1 else Outcome.NEAR
    return Solution(outcome, dict(sorted(choice.items())), bound, gap, late, time.monotonic() - began)


class _Shared(NamedTuple):
    """Needs that the same candidates meet: of one commune where that has a floor, of all communes ("") elsewhere."""

    names: tuple[str, ...]
    commune: str
    value: int
    households: int


class Sheet:
    """The programme: a column for each candidate and year, and for each need that several candidates can meet.

    A need that only one candidate meets needs no column: it is met exactly when that candidate stands. Needs that the
    same candidates meet share columns. Aims are vectors over the columns, all to be made large.
    """

    def __init__(self, problem: Problem, elastic: bool = False):
        self.problem = problem
        years = problem.years
        self.at = {one.id: n * years for n, one in enumerate(problem.candidates)}
        groups: dict[tuple[tuple[str, ...], str], tuple[int, int]] = {}
        for need in problem.needs:
            names = problem.met_by[need.key]
            if names:
                key = names, need.commune if need.commune in problem.floors else ""
                value, households = groups.get(key, (0, 0))
                groups[key] = value + need.value, households + need.households
        self.groups = [_Shared(*key, *both) for key, both in sorted(groups.items())]
        built = len(problem.candidates) * years
        self.shared = {
            n: built + k * years
            for k, n in enumerate(n for n, one in enumerate(self.groups) if len(one.names) > 1)
        }
        self.width = built + len(self.shared) * years
        self.built = built
        self.short: dict[str, int] = {}  # with `elastic` a column for what a commune lacks of its floor
        if elastic:
            self.short = {commune: self.width + n for n, commune in enumerate(problem.floors)}
            self.width += len(self.short)
        self.rows: list[tuple[list[int], list[float], float, float]] = []
        self.values: list[float] = []
        self._rules()
        self._aims()

    def _met(self, group: int, year: int) -> list[int]:
        """Columns whose sum says whether the needs of `group` are met by the end of `year`."""
        names = self.groups[group].names
        if group in self.shared:
            return [self.shared[group] + year]
        return [self.at[names[0]] + t for t in range(year + 1)]

    def _rules(self) -> None:
        problem, years = self.problem, self.problem.years
        for one in problem.candidates:
            first = self.at[one.id]
            self._row([(first + t, 1.0) for t in range(years)], -np.inf, 1.0)
            for wanted in one.requires:
                for year in range(years if one.id not in wanted else 0):
                    mine = [(first + t, 1.0) for t in range(year + 1)]
                    theirs = [
                        (self.at[name] + t, -1.0)
                        for name in wanted
                        if name in self.at
                        for t in range(year + 1)
                    ]
                    self._row(mine + theirs, -np.inf, 0.0)
        total = 0
        for year, budget in enumerate(problem.budgets):
            total = total + budget if problem.carry_over else budget
            span = range(year + 1) if problem.carry_over else (year,)
            self._row(
                [(self.at[one.id] + t, float(one.cost)) for one in problem.candidates for t in span], -np.inf, float(total)
            )  # fmt: skip
        for group, first in self.shared.items():
            for year in range(years):
                theirs = [
                    (self.at[name] + t, -1.0) for name in self.groups[group].names for t in range(year + 1)
                ]
                self._row([(first + year, 1.0), *theirs], -np.inf, 0.0)
        for commune, least in problem.floors.items():
            parts = [
                (column, float(one.households))
                for n, one in enumerate(self.groups)
                if one.commune == commune
                for column in self._met(n, years - 1)
            ]
            if commune in self.short:
                parts.append((self.short[commune], float(least)))
            self._row(parts, float(least) - 1e-4, np.inf)

    def _aims(self) -> None:
        years = self.problem.years
        self.ends, self.sooner, self.cost, self.order = (np.zeros(self.width) for _ in range(4))
        for n, shared in enumerate(self.groups):
            value = shared.value
            for column in self._met(n, years - 1):
                self.ends[column] += value
            for year in range(years):
                for column in self._met(n, year):
                    self.sooner[column] += value
        for place, one in enumerate(self.problem.candidates, start=1):
            for year in range(years):
                self.cost[self.at[one.id] + year] = -one.cost
                self.order[self.at[one.id] + year] = -(place * years + year)

    def _row(self, parts: list[tuple[int, float]], low: float, high: float) -> None:
        self.rows.append(([column for column, _ in parts], [value for _, value in parts], low, high))

    def hold(self, aim: np.ndarray, value: float) -> None:
        """From now on no plan may fall short of `value` in `aim`."""
        used = np.flatnonzero(aim)
        self.rows.append((used.tolist(), aim[used].tolist(), value - _HAIR, np.inf))

    def value(self, aim: np.ndarray, choice: Mapping[str, int]) -> float:
        """What `choice` comes to in `aim`."""
        return float(aim @ self._columns(choice))

    def _columns(self, choice: Mapping[str, int]) -> np.ndarray:
        columns = np.zeros(self.width)
        for name, year in choice.items():
            columns[self.at[name] + year] = 1.0
        for group, first in self.shared.items():
            stands = min(
                (choice[name] for name in self.groups[group].names if name in choice),
                default=self.problem.years,
            )
            columns[first + stands : first + self.problem.years] = 1.0
        return columns

    def run(
        self,
        aim: np.ndarray,
        near: float,
        seconds: float,
        start: Mapping[str, int] | None,
        rough: bool = False,
    ) -> tuple[dict[str, int], int, bool] | None:
        """The choice that is best in `aim`, a bound on it, and whether the clock ended the search. None: there is none."""
        solver = _Highs()  # the wrapper around it prints a line of its own, into the JSON of the command line
        for name, value in (
            ("output_flag", False), ("threads", 1), ("parallel", "off"), ("random_seed", 0), ("mip_rel_gap", near),
            ("mip_abs_gap", _HAIR), ("time_limit", max(seconds, 1.0)), ("mip_feasibility_tolerance", 1e-7),
        ):  # fmt: skip
            solver.setOptionValue(name, value)
        if rough:
            solver.setOptionValue("mip_max_nodes", LATER_NODES)
        solver.passModel(self._programme(aim))
        if start is not None:
            given = highspy.HighsSolution()
            given.col_value = self._columns(start).tolist()
            solver.setSolution(given)
        solver.run()
        status, info = solver.getModelStatus(), solver.getInfo()
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return None
        late = status == highspy.HighsModelStatus.kTimeLimit
        if info.primal_solution_status != 2:
            raise RuntimeError(f"no plan found in {seconds:.0f} s ({status})")
        values = self.values = solver.getSolution().col_value
        choice = {
            one.id: year
            for one in self.problem.candidates
            for year in range(self.problem.years)
            if values[self.at[one.id] + year] > 0.5
        }
        return choice, int(np.floor(info.mip_dual_bound + 1e-3)), late

    def _programme(self, aim: np.ndarray) -> highspy.HighsLp:
        programme = highspy.HighsLp()
        programme.num_col_, programme.num_row_ = self.width, len(self.rows)
        programme.sense_ = highspy.ObjSense.kMaximize
        programme.col_cost_ = aim
        programme.col_lower_, programme.col_upper_ = np.zeros(self.width), np.ones(self.width)
        whole = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        programme.integrality_ = [
            whole[0] if column < self.built else whole[1] for column in range(self.width)
        ]
        programme.row_lower_ = np.array([row[2] for row in self.rows])
        programme.row_upper_ = np.array([row[3] for row in self.rows])
        matrix = programme.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.num_col_, matrix.num_row_ = self.width, len(self.rows)
        matrix.start_ = np.cumsum([0, *(len(row[0]) for row in self.rows)]).astype(np.int32)
        matrix.index_ = np.array([column for row in self.rows for column in row[0]], dtype=np.int32)
        matrix.value_ = np.array([value for row in self.rows for value in row[1]], dtype=np.float64)
        return programme
