"""Judging rows: every staged row is placed and checked, and leaves with exactly one verdict.

Owns the order of the checks, the findings with their samples and the tally that must close. Works inside
one DuckDB connection on the view ``typed``; leaves the view ``work`` of the rows that count, in which
`_area` is a number into `Judge.areas`, as is `_reported`, the old unit a row was reported for where that unit
went into another. Must not know formulas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ioc.areas import REFORM, Register
from ioc.contract import SourceSpec
from ioc.crosswalk import Crosswalk
from ioc.periods import VIETNAM
from ioc.refresh.codes import Resolver, Root
from ioc.refresh.history import history_start
from ioc.refresh.quoting import ident, idents, literal
from ioc.refresh.reading import Fault, Plan, Reader
from ioc.runs import ROW_DISPOSITION, Disposition, Finding, RowReason, Tally
from ioc.site import Site

SAMPLE = 20
"""Rows shown with a finding."""
CLOCK_SKEW = timedelta(minutes=10)
"""How far ahead of ours the clock of a source may run before its rows count as future ones."""


@dataclass(frozen=True)
class Verdicts:
    """The result: the tally, what was seen, and the share of rows that could not be used.

    Rows that are merely older than the history are parked, but not counted as unusable.
    """

    tally: Tally
    findings: tuple[Finding, ...]
    unusable: float


class Judge:
    """Judges the rows of one source at one moment."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, site: Site, register: Register, spec: SourceSpec,
        now: datetime,
    ):  # fmt: skip
        self.connection = connection
        self.site, self.register, self.spec = site, register, spec
        self.now = now.astimezone(VIETNAM).replace(tzinfo=None)
        self.root = Root.of(register, site.head.root)
        self.plan = Plan.of(site, spec)
        self.areas: list[str] = [self.root.departments]
        self.faults: list[Fault] = []
        self.history_start = history_start(site, now, spec.calendar)
        self.too_old: int | None = None

    def judge(self, files: Sequence[Path]) -> Verdicts:
        """Judge the rows of `files`, a base and its deltas, oldest first."""
        reader = Reader(self.connection, self.spec, self.plan)
        self.faults = list(reader.faults)
        reader.read(files)
        self._mark_duplicates()
        self._place()
        self._conclude()
        return self._sum_up()

    # -- steps ------------------------------------------------------------------------------------------

    def _mark_duplicates(self) -> None:
        """The table `twins`: rows that lost to another row of the same key.

        The last by `order` is kept. Where two different rows are equally last, neither can be trusted.
        """
        order = ident(self.spec.order) if self.spec.order else "NULL"
        window = f"(PARTITION BY _key ORDER BY {order} DESC NULLS LAST"
        self.connection.execute(
            "CREATE TABLE twins AS "  # noqa: S608
            "WITH shared AS (SELECT _key FROM typed GROUP BY _key HAVING count(*) > 1), "
            f"ranked AS (SELECT _file, _line, _key, _content, rank() OVER {window}) AS _rank, "
            f"row_number() OVER {window}, _file, _line) AS _number "
            "FROM typed WHERE _key IN (SELECT _key FROM shared)), "
            "tops AS (SELECT _key, count(DISTINCT _content) AS _versions "
            "FROM ranked WHERE _rank = 1 GROUP BY _key) "
            "SELECT _file, _line FROM ranked JOIN tops USING (_key) WHERE _number > 1 OR _versions > 1"
        )

    def _place(self) -> None:
        """The table `placed`: each distinct (vintage, code, name) with its area or the reason against it."""
        area = self.spec.area
        name = ident(area.name) if area.name else "CAST(NULL AS VARCHAR)"
        rows = self.connection.execute(
            f"SELECT DISTINCT {self._old()} AS old, {ident(area.code)}, {name} FROM typed "  # noqa: S608
            f"WHERE {ident(area.code)} IS NOT NULL AND {self._old()} IS NOT NULL "
            f"AND NOT {self._of_department()}"
        ).fetchall()
        divided = Crosswalk(self.register, self.site.splits).divided
        resolver = Resolver(self.register, self.site.aliases, self.now.date(), divided)
        spots = [resolver.place(*row) for row in rows]
        self.areas += sorted({spot.area for spot in spots if spot.area is not None})
        self.areas += sorted({spot.reported for spot in spots if spot.area and spot.reported})
        number = {found: place for place, found in enumerate(self.areas)}
        guard = {RowReason.NAME_MISMATCH: area.name}
        table = pa.table({
            "old": pa.array([row[0] for row in rows], pa.bool_()),
            "code": pa.array([row[1] for row in rows], pa.string()),
            "name": pa.array([row[2] for row in rows], pa.string()),
            "area": pa.array([spot.area and number[spot.area] for spot in spots], pa.int16()),
            "reported": pa.array(
                [spot.reported and number[spot.reported] if spot.area else None for spot in spots], pa.int16()
            ),
            "fault": pa.array(
                [
                    None if spot.reason is None else self._fault(spot.reason, guard.get(spot.reason, area.code))
                    for spot in spots
                ],
                pa.int16(),
            ),
        })  # fmt: skip
        self.connection.register("resolved", table)
        self.connection.execute("CREATE TABLE placed AS SELECT * FROM resolved")
        self.connection.unregister("resolved")

    def _conclude(self) -> None:
        """The table `judged` and the view `work`."""
        area = self.spec.area
        named = f"AND p.name IS NOT DISTINCT FROM t.{ident(area.name)}" if area.name else ""
        nowhere = f"t.{ident(area.code)} IS NULL AND NOT _dept"
        whens = [
            f"WHEN twin._line IS NOT NULL THEN {self._fault(RowReason.DUPLICATE, None)}",
            "WHEN t._fault IS NOT NULL THEN t._fault",
            "WHEN p.fault IS NOT NULL AND NOT _dept THEN p.fault",
            f"WHEN {nowhere} THEN {self._fault(RowReason.MISSING, area.code)}",
            *self._time_checks(),
            *self._value_checks(),
        ]
        used = "".join(f", t.{ident(name)}" for name in self.spec.column if name in self.plan.used)
        self.connection.execute(
            f"CREATE TABLE judged AS SELECT t._file, t._line{used}, "  # noqa: S608
            "CAST(CASE WHEN _dept THEN 0 ELSE p.area END AS SMALLINT) AS _area, "
            "CAST(CASE WHEN _dept THEN NULL ELSE p.reported END AS SMALLINT) AS _reported, "
            f"CAST(CASE {' '.join(whens)} END AS SMALLINT) AS _verdict "
            f"FROM (SELECT *, {self._of_department()} AS _dept, {self._old()} AS _old FROM typed) t "
            f"LEFT JOIN placed p ON p.code = t.{ident(area.code)} AND p.old = t._old {named} "
            "LEFT JOIN twins twin ON twin._file = t._file AND twin._line = t._line"
        )
        self.connection.execute("CREATE VIEW work AS SELECT * FROM judged WHERE _verdict IS NULL")

    def _time_checks(self) -> list[str]:
        area = self.spec.area
        happened = dict.fromkeys([*self.plan.dates, *([area.date] if area.date else [])])
        today, soon = self.now.date(), self.now + CLOCK_SKEW
        whens = []
        for column in happened:
            day = self.spec.column[column].type == "date"
            limit = f"DATE '{today}'" if day else f"TIMESTAMP '{soon}'"
            number = self._fault(RowReason.OUTSIDE_HISTORY, column)
            whens.append(f"WHEN {ident(column)} > {limit} THEN {number}")
        if self.plan.dates and not self.plan.standing:
            # a stock may still count an old row, for instance a dossier open for years; flows alone cannot
            first = f"DATE '{self.history_start}'"
            old = " AND ".join(f"coalesce({ident(date)} < {first}, true)" for date in self.plan.dates)
            some = " OR ".join(f"{ident(date)} IS NOT NULL" for date in self.plan.dates)
            self.faults.append(Fault(RowReason.OUTSIDE_HISTORY, self.plan.dates[0]))
            self.too_old = len(self.faults) - 1
            whens.append(f"WHEN ({old}) AND ({some}) THEN {self.too_old}")
        return whens

    def _value_checks(self) -> list[str]:
        columns = self.spec.column.items()
        above = [
            f"WHEN {ident(name)} > {ident(column.at_most)} THEN {self._fault(RowReason.IMPOSSIBLE, name)}"
            for name, column in columns
            if column.at_most
        ]
        below = [
            f"WHEN {ident(name)} < {column.minimum!r} THEN {self._fault(RowReason.BELOW_MINIMUM, name)}"
            for name, column in columns
            if column.minimum is not None
        ]
        return above + below

    def _sum_up(self) -> Verdicts:
        rows = self.connection.execute("SELECT _verdict, count(*) FROM judged GROUP BY _verdict").fetchall()
        counts: dict[int | None, int] = dict(rows)
        staged = sum(counts.values())
        published = counts.pop(None, 0)
        samples = self._samples() if counts else {}
        sums = {Disposition.PARKED: 0, Disposition.REJECTED: 0}
        grouped: dict[Fault, tuple[int, list[dict[str, Any]]]] = {}
        for number in sorted(number for number in counts if number is not None):
            fault, found = self.faults[number], counts[number]
            sums[ROW_DISPOSITION[fault.reason]] += found
            before = grouped.get(fault, (0, []))
            grouped[fault] = (before[0] + found, before[1] + samples.get(number, []))
        findings = tuple(
            Finding(fault.reason, ROW_DISPOSITION[fault.reason], found, fault.column, tuple(sample[:SAMPLE]))
            for fault, (found, sample) in grouped.items()
        )
        tally = Tally(staged, published, sums[Disposition.PARKED], sums[Disposition.REJECTED])
        unusable = sum(found for number, found in counts.items() if number != self.too_old)
        return Verdicts(tally, findings, unusable / staged if staged else 0.0)

    def _samples(self) -> dict[int, list[dict[str, Any]]]:
        """Up to twenty rows for each verdict, as the source wrote them: key, place and the cell at fault."""
        area = self.spec.area
        named = (*self.spec.key, area.code, area.name, area.level, area.date)
        always = {name for name in named if name}
        faulty = {fault.column for fault in self.faults}
        shown = [name for name in self.spec.column if name in always or name in faulty]
        rows = self.connection.execute(
            "WITH chosen AS (SELECT _file, _line, _verdict FROM judged WHERE _verdict IS NOT NULL "  # noqa: S608
            f"QUALIFY row_number() OVER (PARTITION BY _verdict ORDER BY _file, _line) <= {SAMPLE}) "
            f"SELECT _verdict, {idents(shown, 's')} FROM chosen JOIN staged s USING (_file, _line) "
            "ORDER BY _verdict, _file, _line"
        ).fetchall()
        found: dict[int, list[dict[str, Any]]] = {}
        for verdict, *cells in rows:
            wanted = {*always, self.faults[verdict].column}
            sample = {name: cell for name, cell in zip(shown, cells, strict=True) if name in wanted}
            found.setdefault(verdict, []).append(sample)
        return found

    # -- small expressions ------------------------------------------------------------------------------

    def _old(self) -> str:
        """SQL: whether the row's code is one of before the reform."""
        area = self.spec.area
        if area.vintage == "by_date" and area.date:
            return f"({ident(area.date)} < DATE '{REFORM}')"
        return "true" if area.vintage == "before_2025" else "false"

    def _of_department(self) -> str:
        area = self.spec.area
        if area.level is None or area.departments is None:
            return "false"
        return f"coalesce(CAST({ident(area.level)} AS VARCHAR) = {literal(area.departments)}, false)"

    def _fault(self, reason: RowReason, column: str | None) -> int:
        """The verdict's number for a reason and column."""
        fault = Fault(reason, column)
        if fault not in self.faults:
            self.faults.append(fault)
        return self.faults.index(fault)
