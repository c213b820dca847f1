"""Judging rows: every staged row is read, placed and checked, and leaves with one verdict.

Owns the order of the checks, the findings with their samples and the tally that must close. Works inside
one DuckDB connection: reads the staged files, leaves the table ``judged`` (typed columns, `area`,
`verdict`) and the view ``work`` of the rows that count. Must not know KPI formulas, only their columns.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ioc.areas import REFORM, Register
from ioc.catalogue import Measure
from ioc.measures import parse_measure
from ioc.periods import VIETNAM
from ioc.refresh.cells import TYPES, reading, trimmed
from ioc.refresh.codes import Resolver, Root
from ioc.refresh.history import history_start, stamps
from ioc.refresh.staging import newest_rows, numbered_rows
from ioc.runs import ROW_DISPOSITION, Disposition, Finding, RowReason, Tally
from ioc.site import Site, SourceSpec

SAMPLE = 20
"""Rows shown with a finding."""
CLOCK_SKEW = timedelta(minutes=10)
"""How far ahead of ours the clock of a source may run before its rows count as future ones."""


@dataclass(frozen=True)
class Plan:
    """What a source's rows are needed for: the columns measures use and the dates that place rows in periods.

    `standing` says that some stock is taken over all rows at an instant, however old they are.
    """

    used: frozenset[str]
    dates: tuple[str, ...]
    standing: bool

    @staticmethod
    def of(site: Site, spec: SourceSpec) -> Plan:
        """Read the plan off the catalogue."""
        kpis = site.kpis_of(spec.id)
        used: set[str] = set()
        for kpi in kpis:
            for text in (kpi.numerator, kpi.denominator):
                used |= parse_measure(text, spec.column).columns if text else set()
        dates = tuple(dict.fromkeys(kpi.date for kpi in kpis if kpi.date))
        standing = any(kpi.measure is Measure.STOCK and kpi.date is None for kpi in kpis)
        return Plan(frozenset(used.union(dates)), dates, standing)


@dataclass(frozen=True)
class Verdicts:
    """The result: the tally, what was seen, and the share of rows that could not be used."""

    tally: Tally
    findings: tuple[Finding, ...]
    unusable: float


@dataclass(frozen=True)
class _Fault:
    """A reason with the column it concerns; its place in the list is the verdict's number."""

    reason: RowReason
    column: str | None


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
        self.faults: list[_Fault] = []
        self.history_start = history_start(site, now)
        self.too_old: int | None = None

    def judge(self, files: Iterable[Path]) -> Verdicts:
        """Judge the rows of `files` (a base and its deltas, oldest first)."""
        self._stage(list(files))
        self._read()
        self._mark_duplicates()
        self._place()
        self._conclude()
        return self._sum_up()

    # -- steps ------------------------------------------------------------------------------------------

    def _stage(self, files: list[Path]) -> None:
        """The view `staged`: text cells of the newest version of each row, addressed by (file, line)."""
        base = numbered_rows(files[0], 0)
        if len(files) == 1:
            self.connection.execute(f"CREATE VIEW staged AS {base}")
            return
        same = " AND ".join(f"d.{_q(key)} IS NOT DISTINCT FROM b.{_q(key)}" for key in self.spec.key)
        self.connection.execute(f"CREATE TABLE delta AS {newest_rows(files[1:], self.spec.key, 1)}")
        self.connection.execute(
            f"CREATE VIEW staged AS SELECT * FROM ({base}) b "  # noqa: S608
            f"WHERE NOT EXISTS (SELECT 1 FROM delta d WHERE {same}) UNION ALL BY NAME SELECT * FROM delta"
        )

    def _read(self) -> None:
        """The table `typed`: values, a content hash and the number of the first fault, if any."""
        columns = self.spec.column
        texts = ", ".join(f"{trimmed(_q(name))} AS {_q(name)}" for name in columns)
        values = ", ".join(
            f"{reading(_q(name), column.type)} AS {_q('v:' + name)}" for name, column in columns.items()
        )
        whens: list[str] = []
        for name in columns:
            refused = f"{_q(name)} IS NOT NULL AND {_q('v:' + name)} IS NULL"
            whens.append(f"WHEN {refused} THEN {self._fault(RowReason.BAD_VALUE, name)}")
        for name, column in columns.items():
            if column.required or name in (*self.spec.key, self.spec.area.date):
                whens.append(f"WHEN {_q(name)} IS NULL THEN {self._fault(RowReason.MISSING, name)}")
            if column.values is not None:
                allowed = ", ".join(_literal(value) for value in column.values)
                among = f"CAST({_q('v:' + name)} AS VARCHAR) NOT IN ({allowed})"
                whens.append(f"WHEN {among} THEN {self._fault(RowReason.BAD_VALUE, name)}")
        needed = [name for name in columns if name in self._needed()]
        kept = ", ".join(
            f"CAST({_q('v:' + name)} AS {TYPES[columns[name].type]}) AS {_q(name)}" for name in needed
        )
        content = ", ".join(_q(name) for name in columns)
        self.connection.execute(
            f"CREATE TABLE typed AS SELECT _file, _line, {kept}, hash({content}) AS _content, "  # noqa: S608
            f"CAST(CASE {' '.join(whens)} END AS SMALLINT) AS _fault "
            f"FROM (SELECT *, {values} FROM (SELECT _file, _line, {texts} FROM staged))"
        )

    def _needed(self) -> set[str]:
        """Columns that something after reading looks at."""
        spec, area = self.spec, self.spec.area
        checked = {
            name for name, column in spec.column.items() if column.minimum is not None or column.at_most
        }
        bounds = {column.at_most for column in spec.column.values() if column.at_most}
        place = spec.place
        points = {place.id, place.name, place.lat, place.lon, *place.attributes} if place else set()
        named = {
            area.code,
            area.date,
            area.name,
            area.level,
            spec.order,
            *spec.key,
            *stamps(spec, self.plan.dates),
        }
        return {name for name in named if name} | checked | bounds | points | self.plan.used

    def _mark_duplicates(self) -> None:
        """The table `twins`: rows that lost to another row of the same key.

        The last by `order` is kept. Where two different rows are equally last, neither can be trusted.
        """
        keys = ", ".join(_q(key) for key in self.spec.key)
        same = " AND ".join(f"t.{_q(key)} = k.{_q(key)}" for key in self.spec.key)
        mine = ", ".join(f"t.{_q(key)}" for key in self.spec.key)
        order = f"t.{_q(self.spec.order)}" if self.spec.order else "NULL"
        window = f"(PARTITION BY {mine} ORDER BY {order} DESC NULLS LAST"
        self.connection.execute(
            f"CREATE TABLE twins AS WITH k AS (SELECT {keys} FROM typed GROUP BY ALL HAVING count(*) > 1), "  # noqa: S608
            f"ranked AS (SELECT {mine}, t._file, t._line, t._content, rank() OVER {window}) AS _rank, "
            f"row_number() OVER {window}, t._file, t._line) AS _number FROM typed t JOIN k ON {same}), "
            f"tops AS (SELECT {keys}, count(DISTINCT _content) AS _versions FROM ranked WHERE _rank = 1 "
            f"GROUP BY ALL) SELECT _file, _line FROM ranked JOIN tops USING ({keys}) "
            "WHERE _number > 1 OR _versions > 1"
        )

    def _place(self) -> None:
        """The table `placed`: each distinct (vintage, code, name) with its area or the reason against it."""
        area = self.spec.area
        name = _q(area.name) if area.name else "CAST(NULL AS VARCHAR)"
        rows = self.connection.execute(
            f"SELECT DISTINCT {self._old()} AS old, {_q(area.code)}, {name} FROM typed "  # noqa: S608
            f"WHERE {_q(area.code)} IS NOT NULL AND {self._old()} IS NOT NULL AND NOT {self._of_department()}"
        ).fetchall()
        resolver = Resolver(self.register, self.site.aliases, self.now.date())
        numbers = {
            reason: self._fault(reason, area.name if reason is RowReason.NAME_MISMATCH else area.code)
            for reason in (
                RowReason.BAD_VALUE, RowReason.UNKNOWN_CODE, RowReason.WRONG_VINTAGE,
                RowReason.NAME_MISMATCH, RowReason.SPLIT_UNIT,
            )
        }  # fmt: skip
        resolved = [resolver.resolve(*row) for row in rows]
        columns = {
            "old": pa.array([row[0] for row in rows], pa.bool_()),
            "code": pa.array([row[1] for row in rows], pa.string()),
            "name": pa.array([row[2] for row in rows], pa.string()),
            "area": pa.array([area for area, _ in resolved], pa.string()),
            "fault": pa.array([reason and numbers[reason] for _, reason in resolved], pa.int16()),
        }
        self.connection.register("resolved", pa.table(columns))
        self.connection.execute("CREATE TABLE placed AS SELECT * FROM resolved")
        self.connection.unregister("resolved")

    def _conclude(self) -> None:
        """The table `judged` and the view `work`."""
        area = self.spec.area
        name_joined = f"AND p.name IS NOT DISTINCT FROM t.{_q(area.name)}" if area.name else ""
        whens = [
            f"WHEN twin._line IS NOT NULL THEN {self._fault(RowReason.DUPLICATE, None)}",
            "WHEN t._fault IS NOT NULL THEN t._fault",
            "WHEN p.fault IS NOT NULL AND NOT _dept THEN p.fault",
            f"WHEN t.{_q(area.code)} IS NULL AND NOT _dept THEN {self._fault(RowReason.MISSING, area.code)}",
            *self._time_checks(),
            *self._value_checks(),
        ]
        self.connection.execute(
            "CREATE TABLE judged AS SELECT t.* EXCLUDE (_content, _fault, _dept, _old), "  # noqa: S608
            f"CASE WHEN _dept THEN {_literal(self.root.departments)} ELSE p.area END AS _area, "
            f"CAST(CASE {' '.join(whens)} END AS SMALLINT) AS _verdict "
            f"FROM (SELECT *, {self._of_department()} AS _dept, {self._old()} AS _old FROM typed) t "
            f"LEFT JOIN placed p ON p.code = t.{_q(area.code)} AND p.old = t._old {name_joined} "
            "LEFT JOIN twins twin ON twin._file = t._file AND twin._line = t._line"
        )
        self.connection.execute("DROP TABLE typed")
        self.connection.execute("CREATE VIEW work AS SELECT * FROM judged WHERE _verdict IS NULL")

    def _time_checks(self) -> list[str]:
        happened = dict.fromkeys([*self.plan.dates, *([self.spec.area.date] if self.spec.area.date else [])])
        today, soon = self.now.date(), self.now + CLOCK_SKEW
        whens = []
        for column in happened:
            day = self.spec.column[column].type == "date"
            limit = f"DATE '{today}'" if day else f"TIMESTAMP '{soon}'"
            whens.append(f"WHEN {_q(column)} > {limit} THEN {self._fault(RowReason.OUTSIDE_HISTORY, column)}")
        if self.plan.dates and not self.plan.standing:
            # a stock may still count an old row, for instance a dossier open for years; flows alone cannot
            first = self.history_start
            old = " AND ".join(f"coalesce({_q(date)} < DATE '{first}', true)" for date in self.plan.dates)
            some = " OR ".join(f"{_q(date)} IS NOT NULL" for date in self.plan.dates)
            self.too_old = self._fault(RowReason.OUTSIDE_HISTORY, self.plan.dates[0], again=True)
            whens.append(f"WHEN ({old}) AND ({some}) THEN {self.too_old}")
        return whens

    def _value_checks(self) -> list[str]:
        columns = self.spec.column.items()
        above = [
            f"WHEN {_q(name)} > {_q(column.at_most)} THEN {self._fault(RowReason.IMPOSSIBLE, name)}"
            for name, column in columns
            if column.at_most
        ]
        below = [
            f"WHEN {_q(name)} < {column.minimum!r} THEN {self._fault(RowReason.BELOW_MINIMUM, name)}"
            for name, column in columns
            if column.minimum is not None
        ]
        return above + below

    def _sum_up(self) -> Verdicts:
        counts = dict(
            self.connection.execute("SELECT _verdict, count(*) FROM judged GROUP BY _verdict").fetchall()
        )
        staged = sum(counts.values())
        published = counts.pop(None, 0)
        samples = self._samples()
        sums = {Disposition.PARKED: 0, Disposition.REJECTED: 0}
        grouped: dict[_Fault, tuple[int, list[dict[str, Any]]]] = {}
        for number, rows in sorted(counts.items()):
            fault = self.faults[number]
            sums[ROW_DISPOSITION[fault.reason]] += rows
            before = grouped.get(fault, (0, []))
            grouped[fault] = (before[0] + rows, before[1] + samples.get(number, []))
        findings = tuple(
            Finding(fault.reason, ROW_DISPOSITION[fault.reason], rows, fault.column, tuple(sample[:SAMPLE]))
            for fault, (rows, sample) in grouped.items()
        )
        tally = Tally(staged, published, sums[Disposition.PARKED], sums[Disposition.REJECTED])
        unusable = sum(rows for number, rows in counts.items() if number != self.too_old)
        return Verdicts(tally, findings, unusable / staged if staged else 0.0)

    def _samples(self) -> dict[int, list[dict[str, Any]]]:
        """Up to twenty rows for each verdict, as the source wrote them: key, place and the cell at fault."""
        area = self.spec.area
        always = dict.fromkeys(
            name for name in (*self.spec.key, area.code, area.name, area.level, area.date) if name
        )
        faulty = dict.fromkeys(fault.column for fault in self.faults if fault.column)
        shown = [name for name in self.spec.column if name in always or name in faulty]
        listed = ", ".join(f"s.{_q(name)}" for name in shown)
        rows = self.connection.execute(
            "WITH chosen AS (SELECT _file, _line, _verdict FROM judged WHERE _verdict IS NOT NULL "  # noqa: S608
            f"QUALIFY row_number() OVER (PARTITION BY _verdict ORDER BY _file, _line) <= {SAMPLE}) "
            f"SELECT _verdict, {listed} FROM chosen JOIN staged s USING (_file, _line) "
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
            return f"({_q(area.date)} < DATE '{REFORM}')"
        return "true" if area.vintage == "before_2025" else "false"

    def _of_department(self) -> str:
        area = self.spec.area
        if area.level is None or area.departments is None:
            return "false"
        return f"coalesce(CAST({_q(area.level)} AS VARCHAR) = {_literal(area.departments)}, false)"

    def _fault(self, reason: RowReason, column: str | None, again: bool = False) -> int:
        """The verdict's number for a reason and column; `again` makes a second one for the same pair."""
        fault = _Fault(reason, column)
        if again or fault not in self.faults:
            self.faults.append(fault)
            return len(self.faults) - 1
        return self.faults.index(fault)


def _q(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
