"""What a refresh leaves behind for the scores: rows by commune and flaw, cells due and present, receipts.

Owns the columns of these three tables and the counting of cells. Must not know how rows were judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from ioc.calendars import Calendar
from ioc.catalogue import Cycle, Kpi, Measure
from ioc.contract import SourceSpec
from ioc.observations import Status
from ioc.periods import Period, PeriodKind
from ioc.quality.criteria import Counts
from ioc.quality.supply import Receipt, due
from ioc.quality.workdays import Workdays
from ioc.runs import RowReason

_CYCLES = {Cycle.QUARTER: PeriodKind.QUARTER, Cycle.YEAR: PeriodKind.YEAR}
FLAWS = pa.schema(
    [
        pa.field(
            "area", pa.string(), nullable=False
        ),  # commune, departments, or the root where it is unknown
        pa.field("code", pa.string(), nullable=False),  # ioc.runs.RowReason; empty for rows without a flaw
        pa.field("column", pa.string(), nullable=False),  # where the flaw is; empty where it is in no column
        pa.field("rows", pa.int64(), nullable=False),
        pa.field("sample", pa.string(), nullable=False),  # JSON list of a few such rows
    ]
)
CELLS = pa.schema(
    [
        pa.field("kpi", pa.string(), nullable=False),
        pa.field("area", pa.string(), nullable=False),
        pa.field("due", pa.int64(), nullable=False),
        pa.field("present", pa.int64(), nullable=False),
        pa.field("impossible", pa.int64(), nullable=False),
    ]
)
RECEIPTS = pa.schema(
    [
        pa.field("period", pa.string(), nullable=False),
        pa.field("unit", pa.string(), nullable=False),
        pa.field("at", pa.timestamp("us", tz="UTC"), nullable=False),
    ]
)


@dataclass(frozen=True)
class Findings:
    """The three tables of one run. `receipts` is empty where rows do not say when they were handed in."""

    flaws: pa.Table
    cells: pa.Table
    receipts: pa.Table

    def totals(self) -> Counts:
        """Rows and cells of the whole source."""
        total = Counts()
        for row in self.flaws.to_pylist():
            reason = RowReason(row["code"]) if row["code"] else None
            total += Counts(row["rows"], {reason: row["rows"]} if reason else {})
        due, present, impossible = (
            pc.sum(self.cells[name]).as_py() or 0 for name in ("due", "present", "impossible")
        )
        return total + Counts(due=due, present=present, impossible=impossible)

    def received(self) -> list[Receipt]:
        """The receipts as such."""
        return [Receipt(row["period"], row["unit"], row["at"]) for row in self.receipts.to_pylist()]


@dataclass(frozen=True)
class Expectation:
    """What should be there: of which communes, up to what moment. `root` is the id of the whole."""

    communes: tuple[str, ...]
    root: str
    as_of: datetime
    now: datetime
    workdays: Workdays

    def is_due(self, spec: SourceSpec, period: Period) -> bool:
        """Whether the data reach past the end of `period`, and the time to hand it in is over.

        That the data do not reach further is not a gap in them: it counts against their age.
        """
        return not spec.calendar.is_open(period, self.as_of) and due(spec, period, self.workdays) <= self.now


def cells(observed: pa.Table, spec: SourceSpec, kpis: Iterable[Kpi], expected: Expectation) -> pa.Table:
    """Cells due and present by KPI and commune; `observed` is sorted by KPI.

    Due are the months from the first one with a number of that KPI; of a standing that is known for the present
    only, its newest month. A KPI that has no months is counted by its own kind of period, and one that is renewed
    by quarter or year by these: some month of each must have a number.
    """
    found: list[dict[str, object]] = []
    shares, start = {}, 0
    for count in pc.value_counts(observed["kpi"]).to_pylist():
        shares[count["values"]] = observed.slice(start, count["counts"])
        start += count["counts"]
    for kpi in kpis:
        mine = shares.get(kpi.id, observed.slice(0, 0))
        areas = [expected.root] if kpi.level == "province" else expected.communes
        mine = mine.filter(pc.is_in(mine["area"], value_set=pa.array(areas)))
        places = {key: _cell(key, kpi, spec.calendar) for key in pc.unique(mine["period"]).to_pylist()}
        wanted = _due([place for place in places.values() if place], spec, kpi, expected)
        by_area = _counted(mine, {key: place for key, place in places.items() if place in wanted})
        for area in areas:
            present, impossible = by_area.get(area, (0, 0))
            found.append({
                "kpi": kpi.id, "area": area, "due": len(wanted), "present": present, "impossible": impossible,
            })  # fmt: skip
    return pa.Table.from_pylist(found, schema=CELLS)


def _counted(mine: pa.Table, places: dict[str, str]) -> dict[str, tuple[int, int]]:
    """By area: cells that are there, and those of them with a number that cannot be."""
    known = pa.array(list(places), pa.string())
    shown = mine.filter(pc.is_in(mine["period"], value_set=known))
    names = pa.array(list(places.values()), pa.string())
    columns = {
        "area": shown["area"],
        "cell": pc.take(names, pc.index_in(shown["period"], value_set=known)),
        "bad": pc.cast(pc.equal(shown["status"], Status.IMPOSSIBLE.value), pa.int64()),
    }
    each = pa.table(columns).group_by(["area", "cell"]).aggregate([("bad", "max")])
    summed = each.group_by("area").aggregate([([], "count_all"), ("bad_max", "sum")])
    return {row["area"]: (row["count_all"], row["bad_max_sum"]) for row in summed.to_pylist()}


def _cell(key: str, kpi: Kpi, calendar: Calendar) -> str | None:
    """The period by whose name a number fills a cell; None for one of another kind (cumulative, a day)."""
    period = Period.parse(key)
    if period.kind is not _kind(kpi, calendar) or period.cumulative or period.part:
        return None
    if period.kind is PeriodKind.MONTH and kpi.cycle in _CYCLES:
        return Period.containing(period.first, _CYCLES[kpi.cycle]).key
    return key


def _kind(kpi: Kpi, calendar: Calendar) -> PeriodKind:
    order = (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.SCHOOL_YEAR, PeriodKind.YEAR)
    known = frozenset(kpi.periods) & calendar.kinds
    return next((kind for kind in order if kind in known), PeriodKind.MONTH)


def _due(keys: list[str], spec: SourceSpec, kpi: Kpi, expected: Expectation) -> list[str]:
    if not keys:
        return []
    newest, period = max(keys), Period.parse(min(keys))
    wanted: list[str] = []
    while expected.is_due(spec, period):
        wanted.append(period.key)
        period = period.next()
    if not wanted and kpi.measure is Measure.STOCK:
        wanted = [newest]
    return wanted
