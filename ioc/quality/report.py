"""The report on one source: its counts by commune and KPI, and the scores at any moment.

Owns how rows and cells come together: a row that is set aside is lost to every KPI of its source, so rows are
counted by commune and cells by KPI and commune. The whole adds communes, departments and rows without a commune.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial

from ioc.contract import SourceSpec
from ioc.periods import VIETNAM
from ioc.quality.criteria import CRITERION, Counts, Criterion, Score, score
from ioc.runs import RowReason
from ioc.warehouse.quality_shelf import CellCount, FlawRows, QualityShelf, Standing

_DAY = timedelta(days=1)
Remember = Callable[[tuple[object, ...], Callable[[], "Report"]], "Report"]
"""Gives what was remembered under a key, or makes and remembers it."""


@dataclass(frozen=True)
class Flaw:
    """One kind of flaw in one place, for whoever has to mend it."""

    reason: RowReason
    column: str
    area: str
    rows: int
    sample: tuple[dict[str, object], ...]

    @property
    def criterion(self) -> Criterion:
        """What it counts against."""
        return CRITERION[self.reason]


@dataclass(frozen=True)
class Report:
    """What the run in force found. `rows` by area, `cells` by (KPI, area), `sums` over them."""

    spec: SourceSpec
    standing: Standing
    rows: Mapping[str, Counts]
    cells: Mapping[tuple[str, str], Counts]
    flaws: tuple[Flaw, ...]
    sums: Mapping[tuple[str | None, str | None], Counts]

    @staticmethod
    def of(
        spec: SourceSpec, standing: Standing, rows: Iterable[FlawRows], cells: Iterable[CellCount]
    ) -> Report:
        """Put together what the shelf holds."""
        by_area: dict[str, Counts] = {}
        flaws = []
        for item in rows:
            reason = RowReason(item.code) if item.code else None
            counted = Counts(item.rows, {reason: item.rows} if reason else {})
            by_area[item.area] = by_area.get(item.area, Counts()) + counted
            if reason is not None:
                flaws.append(Flaw(reason, item.column, item.area, item.rows, item.sample))
        by_cell = {
            (item.kpi, item.area): Counts(due=item.due, present=item.present, impossible=item.impossible)
            for item in cells
        }
        flaws.sort(key=lambda flaw: (-flaw.rows, flaw.reason, flaw.area))
        return Report(spec, standing, by_area, by_cell, tuple(flaws), _sums(by_area, by_cell))

    def counts(self, kpi: str | None = None, area: str | None = None) -> Counts:
        """Rows and cells of one KPI or all, of one area or the whole."""
        rows = self.sums.get(("", None), Counts()) if area is None else self.rows.get(area, Counts())
        if kpi is not None and area is not None:
            return rows + self.cells.get((kpi, area), Counts())
        return rows + self.sums.get((kpi, area), Counts())

    def score(self, now: datetime, kpi: str | None = None, area: str | None = None) -> Score:
        """The four scores at `now`."""
        return score(self.counts(kpi, area), self.age(now), self.spec.schedule.promise)

    def age(self, now: datetime) -> timedelta | None:
        """How old the data are."""
        return None if self.standing.as_of is None else now - self.standing.as_of

    def flaws_in(self, area: str | None = None) -> list[Flaw]:
        """Flaws of one area, or of the whole with the same kind in many areas put together."""
        if area is not None:
            return [flaw for flaw in self.flaws if flaw.area == area]
        merged: dict[tuple[RowReason, str], list[Flaw]] = {}
        for flaw in self.flaws:
            merged.setdefault((flaw.reason, flaw.column), []).append(flaw)
        found = [
            Flaw(
                reason, column, "", sum(flaw.rows for flaw in group),
                tuple(row for flaw in group for row in flaw.sample),
            )
            for (reason, column), group in merged.items()
        ]  # fmt: skip
        return sorted(found, key=lambda flaw: (-flaw.rows, flaw.reason))


def _sums(
    rows: Mapping[str, Counts], cells: Mapping[tuple[str, str], Counts]
) -> dict[tuple[str | None, str | None], Counts]:
    """Cells of each KPI, of each area and of all; under ("", None) all rows."""
    found: dict[tuple[str | None, str | None], list[int]] = {}
    for (kpi, area), cell in cells.items():
        for key in ((kpi, None), (None, area), (None, None)):
            sums = found.setdefault(key, [0, 0, 0])
            for place, number in enumerate((cell.due, cell.present, cell.impossible)):
                sums[place] += number
    total = Counts()
    for counted in rows.values():
        total += counted
    counts = {
        key: Counts(due=due, present=present, impossible=bad) for key, (due, present, bad) in found.items()
    }
    return {**counts, ("", None): total}


def read(shelf: QualityShelf, spec: SourceSpec, standing: Standing) -> Report:
    """The report of a source as of `standing`."""
    version = standing.version
    return Report.of(spec, standing, shelf.flaw_rows(spec.id, version), shelf.cell_counts(spec.id, version))


@dataclass(frozen=True)
class DayScore:
    """The scores of a source at the end of a day, or now for the day that runs."""

    day: date
    score: Score


def history(shelf: QualityShelf, spec: SourceSpec, now: datetime, days: int) -> list[DayScore]:
    """The scores of the last `days` days, oldest first; a day without a refresh lets the data of before grow old."""
    today = now.astimezone(VIETNAM).date()
    first = today - (days - 1) * _DAY
    marks = shelf.quality_days(spec.id, first)
    found: list[DayScore] = []
    for shift in range(days):
        day = first + shift * _DAY
        mark = next((mark for mark in reversed(marks) if mark.day <= day), None)
        if mark is not None:
            end = min(now, datetime.combine(day + _DAY, time(), VIETNAM))
            age = None if mark.as_of is None else end - mark.as_of
            found.append(DayScore(day, score(mark.counts, age, spec.schedule.promise)))
    return found


def reports(
    shelf: QualityShelf, sources: Mapping[str, SourceSpec], edition: int, remember: Remember
) -> dict[str, Report]:
    """The reports on all sources as `edition` shows them; what a version holds is read once and remembered."""
    found = {}
    for name, standing in shelf.quality_standing(edition).items():
        if name in sources:
            kept = remember(
                ("quality", name, standing.version), partial(read, shelf, sources[name], standing)
            )
            found[name] = replace(kept, standing=standing)
    return found
