"""The village register of one edition: every village with its people, its point and the gaps it has.

Owns the reading of published places into villages and the instant at which gaps are measured, which is the one the
catalogue's stocks use, so that both count the same. Reads through a board and a scope; must not know pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, Protocol

from ioc.access import Scope
from ioc.areas import Area
from ioc.board import Board
from ioc.calendars import Calendar
from ioc.gaps.criteria import Criterion, cells, criterion
from ioc.gaps.definitions import Gaps
from ioc.observations import Place
from ioc.periods import VIETNAM, Period, months
from ioc.runs import Run

UNKNOWN = "unknown"
"""Standing of a village without a point: it is never placed at its commune's centre instead."""
_TICK = timedelta(microseconds=1)


class Runs(Protocol):
    """What is asked of the warehouse beside the board."""

    def published_run(self, source: str, edition: int) -> Run | None:
        """The run whose contribution `edition` shows for `source`."""


@dataclass(frozen=True)
class Village:
    """One village. `area` is the dated id of its commune; `gaps` are ids of the kinds it has now.

    `lat` and `lon` are None where no point is known. Weights are None where the register has no such column.
    `cells` are all published columns, typed.
    """

    id: str
    name: str
    area: str
    kind: str | None
    households: int
    population: int
    lat: float | None
    lon: float | None
    standing: str
    surveyed: date | None
    established: date | None
    gaps: frozenset[str]
    border: bool | None = None
    minority_share: float | None = None
    poor_households: int | None = None
    school: bool | None = None
    clinic: bool | None = None
    cells: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def survey_age(self, on: date) -> int | None:
        """Days since the last survey, None where there was none."""
        return None if self.surveyed is None else (on - self.surveyed).days


@dataclass(frozen=True)
class VillageRegister:
    """The villages that a scope may see, by id; `at` is the naive instant, in province time, of all gaps."""

    definitions: Gaps
    villages: tuple[Village, ...]
    at: datetime
    edition: int
    criteria: Mapping[str, Criterion] = field(repr=False, default_factory=dict)
    among: Mapping[str, Criterion] = field(repr=False, default_factory=dict)

    @property
    def on(self) -> date:
        """The day of that instant, to which the catalogue counts ages of surveys."""
        return self.at.date()

    @property
    def through(self) -> date:
        """The last day the data know of."""
        return (self.at - _TICK).date()

    @cached_property
    def by_id(self) -> dict[str, Village]:
        """Villages by id."""
        return {village.id: village for village in self.villages}

    def having(self, kind: str) -> list[Village]:
        """The villages with a gap."""
        return [village for village in self.villages if kind in village.gaps]

    def counted_among(self, kind: str, at: datetime | None = None) -> int:
        """The denominator of a kind: the villages it is counted among."""
        test = self.among.get(kind)
        moment = at or self.at
        return len(self.villages) if test is None else sum(test(one.cells, moment) for one in self.villages)

    def count(self, kind: str, at: datetime) -> int:
        """Villages that had a gap at an earlier instant, by the dates they carry."""
        test = self.criteria[kind]
        return sum(test(village.cells, at) for village in self.villages)


def read(board: Board, runs: Runs, scope: Scope) -> VillageRegister | None:
    """The register of the board's edition as far as `scope` sees it; None where the site keeps none."""
    gaps = board.site.gaps
    if gaps is None:
        return None
    key = ("village_register", scope.key)
    found: VillageRegister = board.document(key, lambda: _read(board, gaps, runs, scope))
    return found


def _read(board: Board, gaps: Gaps, runs: Runs, scope: Scope) -> VillageRegister:
    spec = board.site.sources[gaps.villages.source]
    assert spec.place is not None  # noqa: S101 - the site's check sees to it
    run = runs.published_run(spec.id, board.edition.number)
    moment = (run.as_of if run else None) or board.edition.published_at
    at = moment.astimezone(VIETNAM).replace(tzinfo=None)
    columns = {name: spec.column[name] for name in spec.place.attributes}
    criteria = {gap.id: criterion(gap.criterion, columns) for gap in gaps.kinds.values()}
    among = {gap.id: criterion(gap.among, columns) for gap in gaps.kinds.values() if gap.among is not None}
    villages = [
        _village(place, cells(place.attributes, columns), gaps, criteria, at)
        for place in board.places(spec.place.kind, scope)
        if place.source == spec.id
    ]
    return VillageRegister(gaps, tuple(villages), at, board.edition.number, criteria, among)


def _village(
    place: Place, row: Mapping[str, Any], gaps: Gaps, criteria: Mapping[str, Criterion], at: datetime
) -> Village:
    named = gaps.villages.columns
    known = {name: row.get(column) for name, column in named.items()}
    pointed = place.lat is not None and place.lon is not None
    truths = {name: _truth(known.get(name)) for name in ("border", "school", "clinic")}
    return Village(
        place.id, place.name, place.area, known.get("kind"), int(known["households"] or 0),
        int(known["population"] or 0), place.lat, place.lon,
        str(known.get("standing") or UNKNOWN) if pointed else UNKNOWN,
        known.get("surveyed"), known.get("established"),
        frozenset(kind for kind, test in criteria.items() if test(row, at)),
        minority_share=known.get("minority_share"), poor_households=known.get("poor_households"), **truths, cells=row,
    )  # fmt: skip


def _truth(value: object) -> bool | None:
    return None if value is None else bool(value)


def instants(board: Board, register: VillageRegister) -> list[tuple[str, datetime]]:
    """Every month of the history kept up to the register's, with the instant its stock is taken at."""
    calendar = board.site.sources[register.definitions.villages.source].calendar
    last = calendar.month(register.through)
    first = last
    for _ in range(board.site.head.history_months - 1):
        first = first.previous()
    return [(month.key, _instant(calendar, month, register.at)) for month in months(first.first, last.first)]


def _instant(calendar: Calendar, month: Period, at: datetime) -> datetime:
    return min(datetime.combine(calendar.end(month), time()) - _TICK, at)


def communes(board: Board, scope: Scope) -> list[Area]:
    """The communes in scope, in the order of the board."""
    return [area for area in board.communes if scope.allows(area=area.id)]


def people(villages: Iterable[Village]) -> tuple[int, int]:
    """Households and people of some villages together."""
    found = list(villages)
    return sum(one.households for one in found), sum(one.population for one in found)
