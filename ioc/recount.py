"""Recounting: the value of one cell once more from the staged rows of its run, by another way than it was made.

Owns that other way: the rows of all the communes a cell covers are taken together and the KPI's own measure is
put to them once, where a refresh counts commune by commune and month by month and then adds. Only the verdict on
each single row is shared with the refresh. Knows no edition and no page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from ioc.areas import Register
from ioc.catalogue import Aggregation, Kpi, Measure
from ioc.contract import SourceSpec
from ioc.crosswalk import DIVIDED, Crosswalk
from ioc.measures import Formula, parse_measure
from ioc.periods import VIETNAM, Period, PeriodKind
from ioc.refresh.codes import Root
from ioc.refresh.history import History
from ioc.refresh.quoting import ident
from ioc.refresh.rows import Judge
from ioc.refresh.spans import parts
from ioc.refresh.trace import Trace
from ioc.rollups import single
from ioc.site import Site

_TICK = timedelta(microseconds=1)
_MEMORY = "384MB"
_KNOWN = frozenset(Aggregation) - {Aggregation.OFFICIAL}
_CLOSE = 1e-9


class Verdict(StrEnum):
    """What became of a recount. Only AGREES and DIFFERS are findings; the others say why there is none."""

    AGREES = "agrees"
    DIFFERS = "differs"
    ROWS_GONE = "rows_gone"
    CHANGED = "changed"
    NOT_COUNTED = "not_counted"
    HELD = "held"
    BUSY = "busy"


class NotCountedError(Exception):
    """The cell is not made by counting rows of this run, so there is nothing to count again."""


@dataclass(frozen=True)
class Counted:
    """Numerator, denominator and value as counted from `rows` rows; None where the rows say nothing."""

    numerator: float | None
    denominator: float | None
    value: float | None
    rows: int


@dataclass(frozen=True)
class Recount:
    """A finding: what was counted, from the rows of which run, and whether it agrees with what is published."""

    verdict: Verdict
    run: int | None
    counted: Counted | None = None


def compare(
    counted: Counted, numerator: float | None, denominator: float | None, value: float | None
) -> bool:
    """Whether a recount gives the very numbers that are published (to a billionth, for the order of a sum)."""
    pairs = (
        (counted.numerator, numerator), (counted.denominator, denominator), (counted.value, value),
    )  # fmt: skip
    return all(
        a is b if a is None or b is None else abs(a - b) <= _CLOSE * max(1.0, abs(a), abs(b))
        for a, b in pairs
    )


class Recounter:
    """The rows of one run, judged again and held open. Use as a context; not to be shared between threads."""

    def __init__(self, site: Site, register: Register, trace: Trace, data: Path):
        self.site, self.register, self.trace = site, register, trace
        self.spec: SourceSpec = site.sources[trace.source]
        self.root = Root.of(register, site.head.root)
        self.old_units = frozenset(Crosswalk(register, site.splits).fates)
        self._files = trace.paths(data)
        as_of = trace.as_of.astimezone(VIETNAM).replace(tzinfo=None)
        self.history = History.of(site, trace.now, as_of, self.spec.calendar)

    def __enter__(self) -> Self:
        self._connection = duckdb.connect(config={"threads": 1, "memory_limit": _MEMORY})
        try:
            judge = Judge(self._connection, self.site, self.register, self.spec, self.trace.now)
            judge.judge(self._files)
        except BaseException:
            self._connection.close()
            raise
        self._numbers = {area: number for number, area in enumerate(judge.areas)}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def count(self, kpi: Kpi, area: str, period: str) -> Counted:
        """One cell counted from rows; `area` is a dated id, parts of the root and old units included.

        Raises NotCountedError for a KPI that is not made by counting the rows of this source, and for a part of
        a period other than the one this run compares with.
        """
        if kpi.source != self.spec.id:
            raise NotCountedError(kpi.id)
        numerator, denominator, rows = self._found(kpi, self._span(kpi, Period.parse(period)), area)
        return Counted(numerator, denominator, _value(kpi, numerator, denominator), rows)

    def _found(self, kpi: Kpi, span: _Span, area: str) -> tuple[float | None, float | None, int]:
        read = single if kpi.aggregation is Aggregation.OFFICIAL else _formula
        n = read(kpi.numerator, self.spec)
        d = read(kpi.denominator, self.spec) if kpi.denominator else None
        place = "_reported" if area in self.old_units else "_area"
        members = [self._numbers[one] for one in self._members(kpi, area) if one in self._numbers]
        measures = f"{n.sql} AS n, {d.sql if d else 'NULL'} AS d"
        rows = f"(SELECT *, TIMESTAMP '{span.at}' AS \"at\" FROM work WHERE {self._within(kpi, span)})"  # noqa: S608
        each = self._ask(
            f"SELECT {place}, {measures}, count(*) FROM {rows} WHERE {place} IN ({_list(members)}) GROUP BY {place}"  # noqa: S608
        )
        counted = sum(count for *_, count in each)
        known = {one: a for one, a, b, _ in each if a is not None and (d is None or b is not None)}
        if not known:
            silent = self._present(kpi, span, place, members) - {one for one, *_ in each}
            return (n.over_nothing, d.over_nothing if d else None, 0) if silent else (None, None, counted)
        if _by_area(kpi, n, d):
            fold = {Aggregation.MAX: max, Aggregation.MIN: min}.get(kpi.aggregation, sum)
            return fold(known.values()), None, counted
        together = _list(list(known))
        a, b = self._ask(f"SELECT {measures} FROM {rows} WHERE {place} IN ({together})")[0]  # noqa: S608
        return a, b, counted

    def _present(self, kpi: Kpi, span: _Span, place: str, members: Sequence[int]) -> set[int]:
        """Areas that reported in the period though no row of theirs falls under this KPI's own date."""
        if kpi.measure is not Measure.FLOW:
            return set()
        dates = {one.date for one in self.site.kpis_of(self.spec.id) if one.measure is Measure.FLOW}
        within = " OR ".join(f"({span.holds(str(date))})" for date in dates)
        found = self._ask(
            f"SELECT DISTINCT {place} FROM work WHERE {place} IN ({_list(members)}) AND ({within})"  # noqa: S608
        )
        return {area for (area,) in found}

    def _members(self, kpi: Kpi, area: str) -> Iterable[str]:
        """The areas whose rows a cell covers: itself, or everything below it."""
        if kpi.aggregation is Aggregation.OFFICIAL:
            return [self.root.departments if area == self.root.id else area]
        communes = [one.id for one in self.register.communes]
        divided = [one for one in self._numbers if one.endswith(DIVIDED)]
        if area == self.root.id:
            return [*communes, *divided, self.root.departments]
        if area == self.root.communes:
            return [*communes, *divided]
        below = [one.id for one in self.register.communes if one.parent == area]
        return below or [area]

    def _within(self, kpi: Kpi, span: _Span) -> str:
        """SQL: which rows belong to the period."""
        return "true" if kpi.date is None else span.holds(kpi.date)

    def _span(self, kpi: Kpi, period: Period) -> _Span:
        """The days of a period by the calendar of the source; of a stock, those of its last month with data."""
        calendar = self.history.calendar
        if period.part:
            for found, start, stop in parts(self.history, period.kind, period.cumulative):
                if found == period:
                    return _Span(start, stop, stop)
            raise NotCountedError(period.key)
        if kpi.measure is Measure.STOCK and period.kind not in (PeriodKind.DAY, PeriodKind.MONTH):
            period = self._last_month(kpi, calendar.months_of(period, self.history.months)) or period
        start, stop = (
            datetime.combine(day, time()) for day in (calendar.start(period), calendar.end(period))
        )
        return _Span(start, stop, min(stop - _TICK, self.history.as_of))

    def _last_month(self, kpi: Kpi, months: Sequence[Period]) -> Period | None:
        """The newest of `months` for which the source says anything of a stock."""
        for month in reversed(months):
            if kpi.date is None:
                return month
            start, stop = (self.history.calendar.start(month), self.history.calendar.end(month))
            held = _Span(datetime.combine(start, time()), datetime.combine(stop, time()), self.history.as_of)
            if self._ask(f"SELECT count(*) FROM work WHERE {held.holds(kpi.date)}")[0][0]:  # noqa: S608
                return month
        return None

    def _ask(self, statement: str) -> list[Any]:
        return self._connection.execute(statement).fetchall()


@dataclass(frozen=True)
class _Span:
    """From `start` up to `stop`; stocks are taken at `at`. All naive, in province time."""

    start: datetime
    stop: datetime
    at: datetime

    def holds(self, column: str) -> str:
        """SQL: whether the date in `column` lies within."""
        return f"{ident(column)} >= TIMESTAMP '{self.start}' AND {ident(column)} < TIMESTAMP '{self.stop}'"


def _formula(text: str, spec: SourceSpec) -> Formula:
    return parse_measure(text, spec.column)


def _by_area(kpi: Kpi, n: Formula, d: Formula | None) -> bool:
    """Whether communes must be taken one by one: the highest of counts, the sum of highest values."""
    extreme = kpi.aggregation in (Aggregation.MAX, Aggregation.MIN)
    return d is None and (extreme or n.function in ("max", "min"))


def _value(kpi: Kpi, numerator: float | None, denominator: float | None) -> float | None:
    """The value in the KPI's unit; None where the published one is null as well."""
    if numerator is None or numerator < 0 or (kpi.is_share and (denominator is None or denominator <= 0)):
        return None
    if kpi.ceiling is not None and numerator > kpi.ceiling * (1 if denominator is None else denominator):
        return None
    if denominator is None:
        return numerator / kpi.scale
    return 100 * numerator / denominator if kpi.is_percent else numerator / denominator / kpi.scale


def _list(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) or "NULL"


__all__ = ["Counted", "NotCountedError", "Recount", "Recounter", "Verdict", "compare"]
