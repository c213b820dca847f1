"""The board: one edition in memory, read-only, answering every question a page or route asks of numbers.

Owns reading by KPI, area and period, ranks, totals and movements, always through a scope. Numbers come
lazily, one KPI at a time, from a reader (the warehouse); it knows nothing of the web, of languages or of
how an edition came about.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from itertools import islice
from typing import Any, Protocol, TypeVar

import numpy as np

from ioc.access import OPEN, Scope
from ioc.areas import COMMUNES, DEPARTMENTS, Area, Register
from ioc.calendars import Calendar
from ioc.catalogue import Direction, Kpi, Measure, Target
from ioc.cells import Cell, Strip, cells, strip
from ioc.changes import CHANGES_READ, Change, Changes, news
from ioc.crosswalk import Crosswalk
from ioc.observations import Edition, Observation, Place, Status
from ioc.periods import VIETNAM, Period, PeriodKind
from ioc.site import Site
from ioc.slices import STATUSES, Slice, rounded_all
from ioc.unknown import (
    OutOfScopeError,
    UnknownAreaError,
    UnknownError,
    UnknownKpiError,
    UnknownPeriodError,
)

__all__ = ["Board", "Change", "Reader", "UnknownError", "root_area"]

FIRST_DAYS = timedelta(days=10)
"""How long into an open month the closed one before it stays the latest to show."""
Made = TypeVar("Made")


class Reader(Protocol):
    """What a board asks of the warehouse."""

    def slice(
        self, kpi: str, edition: int, *, areas: Collection[str] | None = None, former: bool = True
    ) -> Sequence[Observation]:
        """Observations of one KPI as of one edition; of some areas, or without units of before the reform."""

    def places(self, kind: str, edition: int) -> Sequence[Place]:
        """Points of one kind as of one edition."""

    def changes(self, e0: int, e1: int, limit: int) -> Sequence[Any]:
        """Facts that differ between two editions."""


class Board:
    """One edition of one site. Safe to share between threads; nothing in it changes once read.

    `communes` are the root's present communes by code. `carried` are slices of an earlier board whose KPIs
    did not change in between; `previous` is the number of the edition before this one, None for the first.
    """

    def __init__(
        self,
        edition: Edition,
        site: Site,
        register: Register,
        reader: Reader,
        *,
        carried: Mapping[str, Slice] | None = None,
        previous: int | None = None,
    ):
        self.edition = edition
        self.site = site
        self.register = register
        self.previous = previous
        self.root: Area = root_area(site, register)
        self.communes: tuple[Area, ...] = register.communes
        ids = [area.id for area in self.communes] + [
            self.root.id + part for part in ("", DEPARTMENTS, COMMUNES)
        ]
        self._columns = {area: column for column, area in enumerate(ids)}
        self._codes = {area.id: area.code for area in self.communes}
        self._reader = reader
        self._slices: dict[str, Slice] = dict(carried or {})
        self._lock = threading.RLock()
        self._documents: dict[tuple[Any, ...], Any] = {}
        self._gates: dict[tuple[Any, ...], threading.Lock] = {}
        self._today: date = edition.published_at.astimezone(VIETNAM).date()

    @property
    def empty(self) -> bool:
        """Whether nothing has been published yet (edition 0)."""
        return self.edition.number == 0

    @property
    def loaded(self) -> dict[str, Slice]:
        """The slices read so far, by KPI, for the next board to carry over."""
        return dict(self._slices)

    def read(self, kpis: Iterable[str]) -> None:
        """Read the slices of `kpis` now, so that no visitor waits for them."""
        for kpi in kpis:
            self._slice(kpi)

    @cached_property
    def by_code(self) -> dict[str, Area]:
        """The root and its communes by present code, as URLs carry them."""
        return {area.code: area for area in (*self.communes, self.root)}

    def find(self, code: str) -> Area:
        """The root or commune with present `code`. Raises UnknownAreaError."""
        area = self.by_code.get(code)
        if area is None:
            raise UnknownAreaError(f"no present commune of {self.root.name} has code {code!r}")
        return area

    def kpi(self, kpi: str, scope: Scope) -> Kpi:
        """The catalogue entry. Raises UnknownKpiError or OutOfScopeError."""
        if kpi not in self.site.kpis:
            raise UnknownKpiError(f"no KPI {kpi!r} in the catalogue")
        if not scope.allows(kpi=kpi):
            raise OutOfScopeError(f"KPI {kpi!r} is outside the scope")
        return self.site.kpis[kpi]

    def periods(self, kpi: str, cumulative: bool = False, kind: PeriodKind | None = None) -> list[str]:
        """Keys of the whole periods that have data, ascending, of one basis and kind (the KPI's own if None)."""
        held = self._slice(kpi)
        wanted = kind or self.site.kpis[kpi].base
        found = ((key, Period.parse(key)) for key in held.keys)
        return [
            key for key, one in found if one.cumulative is cumulative and one.kind is wanted and not one.part
        ]

    def choices(self, kpi: str) -> list[str]:
        """Keys of all whole periods that have data: every kind, in-period before cumulative, each ascending."""
        return [key for key in self._slice(kpi).keys if not Period.parse(key).part]

    @cached_property
    def crosswalk(self) -> Crosswalk:
        """What became of every commune of before the reform."""
        return Crosswalk(self.register, self.site.splits)

    def reported(self, kpi: str, area: str, scope: Scope) -> dict[str, list[Cell]]:
        """As reported: the cells of every old unit that went into present commune `area`, by the unit's id.

        Ascending periods of all kinds, ungraded; units without any number are left out.
        """
        entry = self.kpi(kpi, scope)
        self._see(area, scope)
        old = [fate.old.id for fate in self.crosswalk.constituents(area)]

        def read() -> dict[str, list[Cell]]:
            found = () if self.empty or not old else self._reader.slice(kpi, self.edition.number, areas=old)
            held = Slice.of(found, {one: column for column, one in enumerate(old)})
            series = {one: [cells(entry, held, key, [one], [None])[0] for key in held.keys] for one in old}
            kept = {
                one: [cell for cell in row if cell.state not in ("missing", "whole_only")]
                for one, row in series.items()
            }
            return {one: row for one, row in kept.items() if row}

        return self.document(("reported", kpi, area), read)

    def calendar(self, kpi: str) -> Calendar:
        """The calendar that the KPI's source keeps."""
        spec = self.site.sources.get(self.site.kpis[kpi].source)
        return spec.calendar if spec else Calendar.MONTH

    def compared(self, kpi: str, period: str) -> str | None:
        """The period that `period` may fairly be compared with; None when there is none with data.

        The one before, and of a cumulative one that of a year before; of a flow whose period still runs the
        same part of it, never the whole.
        """
        held, asked = self._slice(kpi), Period.parse(period)
        before = asked.year_before() if asked.cumulative else asked.previous()
        row = held.row_of.get(period)
        running = row is not None and bool((held.status[row] == STATUSES.index(Status.PROVISIONAL)).any())
        if not running or self.site.kpis[kpi].measure is not Measure.FLOW:
            if before.key in held.row_of or self.site.kpis[kpi].measure is Measure.FLOW or asked.cumulative:
                return before.key if before.key in held.row_of else None
            # a standing that is taken twice a year is compared with the one before, whenever that was
            earlier = (one for key in reversed(held.keys) if (one := Period.parse(key)).kind is asked.kind)
            return next((one.key for one in earlier if one.first < asked.first and not one.cumulative), None)
        cut = (key for key in held.keys if (one := Period.parse(key)).part and one.whole == before)
        return next(cut, None)

    def latest_period(self, kpi: str) -> str:
        """The newest period with data; of a flow not the open one while it is in its first ten days.

        A KPI without any data answers the last closed month, whose cells are all missing.
        """
        keys, calendar = self.periods(kpi), self.calendar(kpi)
        if not keys:
            return Period.containing(self._today, self.site.kpis[kpi].base).previous().key
        newest = Period.parse(keys[-1])
        running = calendar.is_open(newest, self.edition.published_at)
        young = running and self._today - calendar.start(newest) < FIRST_DAYS
        if young and len(keys) > 1 and self.site.kpis[kpi].measure is Measure.FLOW:
            return keys[-2]
        return keys[-1]

    def cell(self, kpi: str, area: str, period: str, scope: Scope) -> Cell:
        """One number. `area` is a dated id, pseudo-areas included. Raises an UnknownError."""
        entry, held = self._open(kpi, period, scope)
        self._see(area, scope)
        return cells(entry, held, period, [area], self._targets(entry, period, [area]))[0]

    def row(self, kpi: str, period: str, scope: Scope) -> list[Cell]:
        """The cells of the communes in scope, in the order of `communes`; all of them when it is open."""
        entry, held = self._open(kpi, period, scope)
        areas = [area for area in self._codes if scope.allows(area=area)]
        return cells(entry, held, period, areas, self._targets(entry, period, areas))

    def strip(self, kpi: str, period: str, scope: Scope) -> Strip:
        """`row` as arrays, for sending: the same communes in the same order."""
        entry, held = self._open(kpi, period, scope)
        areas = [area for area in self._codes if scope.allows(area=area)]
        return strip(entry, held, period, areas, self._targets(entry, period, areas))

    def estimated(self, kpi: str, period: str, scope: Scope) -> list[str]:
        """Codes of the communes in scope whose figure is an estimate: a share of a unit that was divided."""
        _, held = self._open(kpi, period, scope)
        row = held.row_of.get(period)
        if row is None:
            return []
        marked = held.status[row] == STATUSES.index(Status.ESTIMATED)
        return [
            code for area, code in self._codes.items() if marked[held.areas[area]] and scope.allows(area=area)
        ]

    def series(
        self, kpi: str, area: str, scope: Scope, cumulative: bool = False, kind: PeriodKind | None = None
    ) -> list[Cell]:
        """The cells of one area through all periods with data of one basis and kind, ascending."""
        keys = self.periods(self.kpi(kpi, scope).id, cumulative, kind)
        return [self.cell(kpi, area, key, scope) for key in keys]

    def total(self, kpi: str, period: str, scope: Scope) -> Cell:
        """The root's number: communes and departments together."""
        return self.cell(kpi, self.root.id, period, scope)

    def departments(self, kpi: str, period: str, scope: Scope) -> Cell | None:
        """What the root's departments did themselves, ungraded; None when the KPI has no such part."""
        cell = self.cell(kpi, self.root.id + DEPARTMENTS, period, scope)
        return None if cell.state == "missing" else cell

    def communes_total(self, kpi: str, period: str, scope: Scope) -> Cell | None:
        """The sum over the communes, which is that of the map, ungraded; None when not told apart."""
        cell = self.cell(kpi, self.root.id + COMMUNES, period, scope)
        return None if cell.state == "missing" else cell

    def rank(self, kpi: str, period: str, scope: Scope) -> dict[str, int]:
        """Rank by dated area id among the communes in scope, best = 1, equals sharing the better rank.

        Values are compared as shown, so that equal figures never differ in rank. Small samples and cells
        without a value have none. A KPI without a direction ranks the highest first.
        """
        entry = self.kpi(kpi, scope)
        ranked = [cell for cell in self.row(kpi, period, scope) if cell.state == "value" and not cell.small]
        shown = rounded_all(np.array([cell.value for cell in ranked], dtype=np.float64), entry.decimals)
        keys = shown if entry.direction is Direction.DOWN else -shown
        ranks = np.searchsorted(np.sort(keys), keys, side="left") + 1
        return {cell.area: int(rank) for cell, rank in zip(ranked, ranks, strict=True)}

    def places(self, kind: str, scope: Scope) -> list[Place]:
        """Points of `kind` whose commune is in scope, by id."""
        found = self.document(("places", kind), lambda: self._read_places(kind))
        return [place for place in found if scope.allows(area=place.area)]

    def changes(self, scope: Scope, limit: int) -> list[Change]:
        """What differs from the previous edition and is in scope: newest periods first, the root before all.

        At most `limit`. The first edition has none: everything in it is new.
        """
        visible = (
            item
            for item in self._changes.listed
            if scope.allows(item.kpi, item.area.split("+", maxsplit=1)[0])
        )
        return list(islice(visible, limit))

    @property
    def changes_cut(self) -> bool:
        """Whether more differs than `changes` looks at."""
        return self._changes.cut

    @property
    def _changes(self) -> Changes:
        return self.document(("changes",), self._compare)

    def document(self, key: tuple[Any, ...], build: Callable[[], Made]) -> Made:
        """What `build` makes, made once for `key` in the life of this board and then shared.

        Whoever builds something that depends on a scope puts ``scope.key`` into the key.
        """
        found = self._documents.get(key)
        if found is None:
            with self._lock:
                gate = self._gates.setdefault(key, threading.Lock())
            with gate:  # a crowd that asks for the same at once waits for one to make it
                found = self._documents.get(key)
                if found is None:
                    found = self._documents[key] = build()
        made: Made = found
        return made

    def _open(self, kpi: str, period: str, scope: Scope) -> tuple[Kpi, Slice]:
        """The KPI and its slice, once both KPI and period are known to be askable."""
        entry = self.kpi(kpi, scope)
        held = self._slice(kpi)
        if period not in held.row_of:
            self._check_history(entry, period)
        return entry, held

    def _check_history(self, entry: Kpi, key: str) -> None:
        """Let pass a period of the history this site keeps, though it has no data. Raises otherwise."""
        try:
            period = Period.parse(key)
        except ValueError as error:
            raise UnknownPeriodError(str(error)) from None
        this_month = self._today.year * 12 + self._today.month
        month = period.first.year * 12 + period.first.month
        kept = this_month - self.site.head.history_months < month <= this_month
        strange = period.part or period.kind not in entry.periods
        if not kept or strange or (period.cumulative and not entry.cumulative):
            raise UnknownPeriodError(
                f"KPI {entry.id!r} has no period {key!r} in edition {self.edition.number}"
            )

    def _see(self, area: str, scope: Scope) -> None:
        """Raise when `area` is not on the board or not in scope; parts of the root are seen with the root."""
        if area not in self._columns:
            raise UnknownAreaError(f"no area {area!r} here; expected a dated id such as {self.root.id}")
        if not scope.allows(area=area.split("+", maxsplit=1)[0]):
            raise OutOfScopeError(f"area {area!r} is outside the scope")

    def _slice(self, kpi: str) -> Slice:
        held = self._slices.get(kpi)
        if held is not None:
            return held
        self.kpi(kpi, OPEN)
        with self._lock:
            if kpi not in self._slices:
                found = () if self.empty else self._reader.slice(kpi, self.edition.number, former=False)
                self._slices[kpi] = Slice.of(found, self._columns)
            return self._slices[kpi]

    def _targets(self, entry: Kpi, period: str, areas: Sequence[str]) -> list[Target | None]:
        """Targets in force on the last day of `period`; the parts of the root have none of their own."""
        if not entry.target:
            return [None] * len(areas)
        last = self.calendar(entry.id).last(Period.parse(period))
        general = entry.target_for(last, "commune")
        special = {target.area for target in entry.target}
        found: list[Target | None] = []
        for area in areas:
            code = self._codes.get(area)
            if code is None:
                of_root = area == self.root.id
                found.append(entry.target_for(last, "province", self.root.code) if of_root else None)
            else:
                found.append(entry.target_for(last, "commune", code) if code in special else general)
        return found

    def cell_target(self, entry: Kpi, area: str, period: str) -> Target | None:
        """The target of an area on the last day of `period`, whether or not the period has begun."""
        return self._targets(entry, period, [area])[0]

    def _read_places(self, kind: str) -> list[Place]:
        found = () if self.empty else self._reader.places(kind, self.edition.number)
        return sorted(found, key=lambda place: place.id)

    def _compare(self) -> Changes:
        if self.previous is None:
            return Changes([], cut=False)
        found = self._reader.changes(self.previous, self.edition.number, CHANGES_READ)
        return news(found, self.site, self._columns, self._codes)


def root_area(site: Site, register: Register) -> Area:
    """The province of the site, or the country. Raises UnknownAreaError when the register lacks it."""
    found = [area for area in register.areas if area.code == site.head.root and area.valid_to is None]
    if not found:
        raise UnknownAreaError(f"the register has no present unit with code {site.head.root!r}")
    return found[0]
