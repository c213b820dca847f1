"""Recounting: the value of one cell once more from the staged rows of its run, by another way than it was made.

Owns that other way: the rows of all the communes a cell covers are taken together and the KPI's own measure is
put to them once, where a refresh counts commune by commune and month by month and then adds. Only the verdict on
each single row is shared with the refresh. Knows no edition and no page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from ioc.areas import COMMUNES, DEPARTMENTS, Register
from ioc.catalogue import Aggregation, Kpi, Measure
from ioc.contract import SourceSpec
from ioc.measures import Formula, parse_measure
from ioc.periods import VIETNAM, Period
from ioc.refresh.codes import Root
from ioc.refresh.quoting import ident
from ioc.refresh.rows import Judge
from ioc.refresh.trace import Trace
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
    NOT_COUNTED = "not_counted"
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
        self._files = trace.paths(data)
        self._as_of = trace.as_of.astimezone(VIETNAM).replace(tzinfo=None)

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
        """One cell counted from rows; `area` is a dated id, parts of the root included.

        Raises NotCountedError for a KPI or period that is not made by counting the rows of this source.
        """
        if kpi.source != self.spec.id or kpi.aggregation not in _KNOWN:
            raise NotCountedError(kpi.id)
        numerator, denominator, rows = self._found(kpi, Period.parse(period), area)
        return Counted(numerator, denominator, _value(kpi, numerator, denominator), rows)

    def _found(self, kpi: Kpi, period: Period, area: str) -> tuple[float | None, float | None, int]:
        n = parse_measure(kpi.numerator, self.spec.column)
        d = parse_measure(kpi.denominator, self.spec.column) if kpi.denominator else None
        members = [self._numbers[one] for one in self._members(area) if one in self._numbers]
        measures = f"{n.sql} AS n, {d.sql if d else 'NULL'} AS d"
        rows = f'(SELECT *, {self._instant(period)} AS "at" FROM work WHERE {self._within(kpi, period)})'  # noqa: S608
        each = self._ask(
            f"SELECT _area, {measures}, count(*) FROM {rows} WHERE _area IN ({_list(members)}) GROUP BY _area"  # noqa: S608
        )
        counted = sum(count for *_, count in each)
        known = {one: a for one, a, b, _ in each if a is not None and (d is None or b is not None)}
        if not known:
            silent = self._present(kpi, period, members) - {one for one, *_ in each}
            return (n.over_nothing, d.over_nothing if d else None, 0) if silent else (None, None, counted)
        if _by_area(kpi, n, d):
            fold = {Aggregation.MAX: max, Aggregation.MIN: min}.get(kpi.aggregation, sum)
            return fold(known.values()), None, counted
        together = _list(list(known))
        a, b = self._ask(f"SELECT {measures} FROM {rows} WHERE _area IN ({together})")[0]  # noqa: S608
        return a, b, counted

    def _present(self, kpi: Kpi, period: Period, members: Sequence[int]) -> set[int]:
        """Areas that reported in the period though no row of theirs falls under this KPI's own date."""
        if kpi.measure is not Measure.FLOW:
            return set()
        dates = {one.date for one in self.site.kpis_of(self.spec.id) if one.measure is Measure.FLOW}
        within = " OR ".join(f"({self._dated(str(date), period.start, period.end)})" for date in dates)
        found = self._ask(
            f"SELECT DISTINCT _area FROM work WHERE _area IN ({_list(members)}) AND ({within})"  # noqa: S608
        )
        return {area for (area,) in found}

    def _members(self, area: str) -> Iterable[str]:
        """The areas whose rows a cell covers: itself, or everything below it."""
        communes = [one.id for one in self.register.communes]
        if area == self.root.id:
            return [*communes, self.root.departments]
        if area.endswith(COMMUNES):
            return communes
        if area.endswith(DEPARTMENTS) or area in communes:
            return [area]
        return [one.id for one in self.register.communes if one.parent == area]

    def _within(self, kpi: Kpi, period: Period) -> str:
        """SQL: which rows belong to the period."""
        if kpi.date is None:
            return "true"
        return self._dated(
            kpi.date, period.start if kpi.measure is Measure.FLOW else period.first, period.end
        )

    @staticmethod
    def _dated(column: str, first: date, end: date) -> str:
        return f"{ident(column)} >= DATE '{first}' AND {ident(column)} < DATE '{end}'"

    def _instant(self, period: Period) -> str:
        """SQL: when a stock is taken, the end of the period or how late the data reach."""
        return f"TIMESTAMP '{min(datetime.combine(period.end, time()) - _TICK, self._as_of)}'"

    def _ask(self, statement: str) -> list[Any]:
        return self._connection.execute(statement).fetchall()


def _by_area(kpi: Kpi, n: Formula, d: Formula | None) -> bool:
    """Whether communes must be taken one by one: the highest of counts, the sum of highest values."""
    extreme = kpi.aggregation in (Aggregation.MAX, Aggregation.MIN)
    return d is None and (extreme or n.function in ("max", "min"))


def _value(kpi: Kpi, numerator: float | None, denominator: float | None) -> float | None:
    """The value in the KPI's unit; None where the published one is null as well."""
    if numerator is None or numerator < 0:
        return None
    if not kpi.is_share:
        return numerator / kpi.scale
    if denominator is None or denominator <= 0:
        return None
    if kpi.ceiling is not None and numerator > kpi.ceiling * denominator:
        return None
    return 100 * numerator / denominator if kpi.is_percent else numerator / denominator / kpi.scale


def _list(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) or "NULL"


__all__ = ["Counted", "NotCountedError", "Recount", "Recounter", "Verdict", "compare"]
