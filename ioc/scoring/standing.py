"""Standings: where a unit stands in a period, the official score beside our own reckoning, and what is still to gain.

Owns the comparison. Official figures are taken as they are; where a file gives no total of a group, or of all, the
sum is marked as ours. Our points come from the figures of one edition, read through a scope. Says nothing in words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ioc.access import Scope
from ioc.areas import Area
from ioc.board import Board, UnknownError
from ioc.cells import Cell
from ioc.formats import rounded
from ioc.scoring.index import Index, ScoreClass, ScoreGroup, ScoreMetric
from ioc.scoring.points import ASSUMED_FULL_AT, Part, class_of, group_total, points, printed_sum
from ioc.scoring.rows import DEPARTMENT, Key, Score

Scores = Mapping[Key, Score]


@dataclass(frozen=True)
class Own:
    """Our figure for a metric: the catalogue's cell, and the points by the rule where a maximum is known."""

    cell: Cell
    points: float | None


@dataclass(frozen=True)
class Gain:
    """Points still to gain. `reach` is the percentage for full marks (`assumed` where no document states it), `ratio`
    the present one, `more` how many further cases of the present denominator that takes; None where not known."""

    points: float
    ratio: float | None
    reach: float
    assumed: bool
    more: int | None


@dataclass(frozen=True)
class MetricStanding:
    """One metric of one unit. `maximum` as the official file says, otherwise as configured."""

    metric: ScoreMetric
    official: Score | None
    own: Own | None
    maximum: float | None
    difference: float | None
    gain: Gain | None


@dataclass(frozen=True)
class GroupStanding:
    """One group of one unit. `summed`: the file gives no score of the group, its metrics were added here."""

    group: ScoreGroup
    metrics: tuple[MetricStanding, ...]
    official: float | None
    maximum: float
    summed: bool
    own: float | None
    difference: float | None


@dataclass(frozen=True)
class Standing:
    """One unit in one period. `unit` is a dated area id or ``department:<id>``.

    `stated` is the total that the file gives; when it differs from the sum of the groups, `sum` holds the other.
    """

    unit: str
    period: str
    groups: tuple[GroupStanding, ...]
    official: float | None
    maximum: float
    summed: bool
    sum: float | None
    band: ScoreClass | None
    own: float | None

    @property
    def disagrees(self) -> bool:
        """Whether the stated total is not the sum of the groups as printed."""
        return self.official is not None and self.sum is not None and self.official != self.sum

    @property
    def gap(self) -> float | None:
        """Points between the official total and its maximum."""
        return None if self.official is None else self.maximum - self.official

    @property
    def gains(self) -> list[MetricStanding]:
        """Metrics with something to gain, the most first."""
        found = [
            one
            for group in self.groups
            for one in group.metrics
            if one.gain is not None and one.gain.points > 0
        ]
        return sorted(found, key=lambda one: -(one.gain.points if one.gain else 0))


def standing(index: Index, unit: str, period: str, scores: Scores, board: Board, scope: Scope) -> Standing:
    """Where `unit` stands. `scores` may hold other units and periods as well."""
    groups = tuple(_group(index, group, unit, period, scores, board, scope) for group in index.group)
    stated = scores.get(Key(period, unit, "", ""))
    whole = printed_sum((one.official for one in groups), index.decimals)
    official = rounded(stated.score, index.decimals) if stated else whole
    return Standing(
        unit,
        period,
        groups,
        official,
        stated.max_score if stated else math.fsum(one.maximum for one in groups),
        stated is None and whole is not None,
        whole,
        class_of(official, index) if official is not None else None,
        printed_sum((one.own for one in groups), index.decimals),
    )


def _group(
    index: Index, group: ScoreGroup, unit: str, period: str, scores: Scores, board: Board, scope: Scope
) -> GroupStanding:
    metrics = tuple(
        _metric(index, group, metric, unit, period, scores, board, scope) for metric in group.metric
    )
    scored = [one for one in metrics if not one.metric.information]
    stated = scores.get(Key(period, unit, group.code, ""))
    whole = printed_sum((one.official.score if one.official else None for one in scored), index.decimals)
    official = rounded(stated.score, index.decimals) if stated else whole
    parts = [Part(one.own.points if one.own else None, one.metric.max) for one in scored]
    own = group_total(parts, group.max, group.missing)
    own = None if own is None else rounded(own, index.decimals)
    maximum = stated.max_score if stated else group.max
    return GroupStanding(
        group, metrics, official, maximum, stated is None and whole is not None, own,
        _difference(own, official, index.decimals),
    )  # fmt: skip


def _metric(
    index: Index, group: ScoreGroup, metric: ScoreMetric, unit: str, period: str, scores: Scores, board: Board, scope: Scope
) -> MetricStanding:  # fmt: skip
    official = scores.get(Key(period, unit, group.code, metric.key))
    own = _own(metric, unit, period, board, scope)
    if metric.information:
        return MetricStanding(metric, official, own, None, None, None)
    maximum = official.max_score if official else metric.max
    reached = official.score if official else own.points if own else None
    gain = None
    if maximum is not None and reached is not None:
        gain = _gain(metric, rounded(maximum - reached, index.decimals), official, own)
    difference = _difference(
        own.points if own else None, official.score if official else None, index.decimals
    )
    return MetricStanding(metric, official, own, maximum, difference, gain)


def _own(metric: ScoreMetric, unit: str, period: str, board: Board, scope: Scope) -> Own | None:
    """None where we have no figure of this kind: official only, a department, outside scope, no such period."""
    if metric.kpi is None or unit.startswith(DEPARTMENT):
        return None
    try:
        cell = board.cell(metric.kpi, unit, period, scope)
    except UnknownError:
        return None
    if cell.value is None or metric.max is None:
        return Own(cell, None)
    return Own(cell, points(cell.value, metric.max, metric.full_at or ASSUMED_FULL_AT))


def _gain(metric: ScoreMetric, left: float, official: Score | None, own: Own | None) -> Gain:
    reach = metric.full_at or ASSUMED_FULL_AT
    if official is not None:
        ratio, top, bottom = official.ratio, official.numerator, official.denominator
    else:
        cell = own.cell if own else None
        ratio, top, bottom = (cell.value, cell.numerator, cell.denominator) if cell else (None, None, None)
    more = None
    if ratio is not None and ratio < reach and top is not None and bottom:
        # tolerance: 80 % of 1,000 must not ask for an 801st because of how 0.8 is stored
        more = max(1, math.ceil(reach * bottom / 100 - top - 1e-9))
    return Gain(left, ratio, reach, metric.full_at is None, more)


def _difference(own: float | None, official: float | None, decimals: int) -> float | None:
    """Ours less the official one, of the figures as printed."""
    if own is None or official is None:
        return None
    return rounded(rounded(own, decimals) - rounded(official, decimals), decimals)


@dataclass(frozen=True)
class Ranked:
    """A unit among its peers. Equal totals as printed share a rank; without an official total there is none."""

    area: Area
    standing: Standing
    rank: int | None


def ranking(
    index: Index, areas: Iterable[Area], period: str, scores: Scores, board: Board, scope: Scope
) -> list[Ranked]:
    """The areas in scope by official total, the best first; those without one at the end, in their order."""
    found = [
        (area, standing(index, area.id, period, scores, board, scope))
        for area in areas
        if scope.allows(area=area.id)
    ]
    totals = sorted((one.official for _, one in found if one.official is not None), reverse=True)
    ranked = [
        Ranked(area, one, None if one.official is None else totals.index(one.official) + 1)
        for area, one in found
    ]
    return sorted(ranked, key=lambda one: one.rank or len(ranked) + 1)


def whereabouts(scores: Scores, index: Index, periods: Iterable[str], unit: str) -> dict[str, float]:
    """Official totals of one unit by period, for a trend; a period without all groups has none."""
    found: dict[str, float] = {}
    for period in periods:
        stated = scores.get(Key(period, unit, "", ""))
        total = (
            rounded(stated.score, index.decimals)
            if stated
            else printed_sum((_score(scores.get(Key(period, unit, group.code, ""))) for group in index.group), index.decimals)
        )  # fmt: skip
        if total is not None:
            found[period] = total
    return found


def _score(one: Score | None) -> float | None:
    return one.score if one else None
