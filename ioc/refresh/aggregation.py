"""From judged rows to observations: every KPI of a source by commune and month, cumulated and rolled up.

Owns presence (who reported), roll-ups by each KPI's rule and the state of a value. Adds numerators and
denominators, never percentages; what cannot be added (distinct counts) is counted again from the rows.
Works on the view ``work``; must not know how rows were judged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from ioc.areas import Register
from ioc.catalogue import Aggregation, Kpi, Measure
from ioc.measures import Formula, parse_measure
from ioc.observations import OBSERVATIONS, Status
from ioc.periods import Period
from ioc.refresh.codes import Root
from ioc.refresh.history import History
from ioc.site import Site, SourceSpec


@dataclass(frozen=True)
class _Computed:
    """A KPI with its formulas translated."""

    kpi: Kpi
    numerator: Formula
    denominator: Formula | None

    @staticmethod
    def of(kpi: Kpi, spec: SourceSpec) -> _Computed:
        denominator = parse_measure(kpi.denominator, spec.column) if kpi.denominator else None
        return _Computed(kpi, parse_measure(kpi.numerator, spec.column), denominator)

    @property
    def formulas(self) -> tuple[Formula, ...]:
        return (self.numerator, self.denominator) if self.denominator else (self.numerator,)

    @property
    def recounted(self) -> bool:
        """Whether values of parts say nothing about the whole, so that the rows must be counted again."""
        return any(formula.function == "distinct" for formula in self.formulas)

    def select(self, place: int | str = "") -> str:
        """Both aggregates as columns `n` and `d`, numbered when several KPIs share a query."""
        return f"{self.numerator.sql} AS n{place}, {self.denominator.sql if self.denominator else 'NULL'} AS d{place}"

    def merged(self, over_areas: bool) -> str:
        """The aggregates that put values of parts together, over areas by the KPI's rule or over months."""

        def one(column: str, formula: Formula | None) -> str:
            if over_areas and self.kpi.aggregation in (Aggregation.MAX, Aggregation.MIN):
                return f"{self.kpi.aggregation}({column})"
            if formula is not None and not (formula.additive or over_areas):
                return f"{formula.function}({column})"
            # as decimals, for a sum of doubles depends on the order of its parts
            return f"CAST(sum(CAST({column} AS DECIMAL(38, 6))) AS DOUBLE)"

        return f"{one('n', self.numerator)} AS n, {one('d', self.denominator)} AS d"


class Aggregator:
    """Computes the observations of one source."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, site: Site, register: Register, spec: SourceSpec,
        history: History,
    ):  # fmt: skip
        self.run: Callable[..., duckdb.DuckDBPyConnection] = connection.execute
        self.connection = connection
        self.register, self.spec, self.history = register, spec, history
        self.root = Root.of(register, site.head.root)
        self.computed = [_Computed.of(kpi, spec) for kpi in site.kpis_of(spec.id)]

    def observations(self) -> pa.Table:
        """All observations, sorted by KPI, area and period; columns as `OBSERVATIONS`."""
        self._prepare()
        self._flows([item for item in self.computed if item.kpi.measure is Measure.FLOW])
        for item in self.computed:
            if item.kpi.measure is Measure.STOCK and item.kpi.date is not None:
                self._dated_stock(item)
        self._standing_stocks(
            [item for item in self.computed if item.kpi.measure is Measure.STOCK and item.kpi.date is None]
        )
        self.run(
            "DELETE FROM cell WHERE n IS NULL OR (d IS NULL AND kpi IN (SELECT kpi FROM rule WHERE ratio))"
        )
        self._roll_up()
        return self._finished()

    def _prepare(self) -> None:
        """Small tables: the rules of the KPIs, the months, what each area rolls up to; and the cells."""
        self.run("CREATE TABLE cell (kpi VARCHAR, area VARCHAR, month DATE, ytd BOOLEAN, n DOUBLE, d DOUBLE)")
        self.run("CREATE TABLE rolled AS SELECT *, 0 AS reporting FROM cell")
        self.run("CREATE TABLE rule (kpi VARCHAR, ratio BOOLEAN, percent BOOLEAN, scale DOUBLE)")
        self._fill("rule", [
            (item.kpi.id, item.kpi.is_share, item.kpi.is_share and item.kpi.unit.vi == "%", item.kpi.scale)
            for item in self.computed
        ])  # fmt: skip
        self.run("CREATE TABLE month (month DATE, year_whole BOOLEAN, open BOOLEAN)")
        self._fill("month", [
            (month.first, self.history.whole_year(month), month.is_open(self.history.as_of_aware))
            for month in self._window()
        ])  # fmt: skip
        communes = self.register.communes
        targets = [(area.id, target) for area in communes for target in (self.root.communes, self.root.id)]
        if self.root.country:
            targets += [(area.id, area.parent) for area in communes if area.parent]
        self.run("CREATE TABLE scope (area VARCHAR, target VARCHAR, commune BOOLEAN)")
        self._fill("scope", [(area, target, True) for area, target in targets])
        self._fill("scope", [(self.root.departments, self.root.id, False)])
        self.run(
            "CREATE TABLE expected AS SELECT target, count(*) AS expected FROM scope WHERE commune GROUP BY target"
        )

    def _window(self) -> list[Period]:
        """Months from the start of the history to the present one."""
        month = Period.containing(self.history.start)
        found = []
        while month.first < self.history.stop:
            found.append(month)
            month = month.next()
        return found

    # -- flows ------------------------------------------------------------------------------------------

    def _flows(self, items: Sequence[_Computed]) -> None:
        """Month and cumulative cells. A commune reported in a month when any of its rows falls into it."""
        if not items:
            return
        dates = list(dict.fromkeys(str(item.kpi.date) for item in items))
        for number, date in enumerate(dates):
            mine = [item for item in items if item.kpi.date == date]
            columns = "".join(f", {item.select(place)}" for place, item in enumerate(mine))
            self.run(
                f"CREATE TABLE flow{number} AS SELECT _area AS area, "  # noqa: S608
                f"CAST(date_trunc('month', {_q(date)}) AS DATE) AS month{columns} "
                f"FROM work WHERE {self._inside(date)} GROUP BY ALL"
            )
        seen = " UNION ".join(f"SELECT area, month FROM flow{number}" for number in range(len(dates)))
        self.run(f"CREATE TABLE seen AS {seen}")
        for number, date in enumerate(dates):
            mine = [item for item in items if item.kpi.date == date]
            for place, item in enumerate(mine):
                n, d = f"n{place}", f"d{place}"
                self.run(
                    f"INSERT INTO cell SELECT {_t(item.kpi.id)}, seen.area, seen.month, false, "  # noqa: S608
                    f"{_or_nothing(n, item.numerator)}, {_or_nothing(d, item.denominator)} "
                    f"FROM seen LEFT JOIN flow{number} f USING (area, month)"
                )
                if item.kpi.cumulative:
                    self._cumulate(item)
            self.run(f"DROP TABLE flow{number}")

    def _cumulate(self, item: _Computed) -> None:
        """Cells from 1 January to the end of each month, up to the last month anybody reported."""
        until = "month.year_whole AND month.month <= (SELECT max(month) FROM seen)"
        if item.recounted:
            date = _q(str(item.kpi.date))
            self.run(
                f"INSERT INTO cell SELECT {_t(item.kpi.id)}, _area, month.month, true, {item.select()} FROM work "  # noqa: S608
                f"JOIN month ON year({date}) = year(month.month) AND {date} < month.month + INTERVAL 1 MONTH "
                f"WHERE {until} GROUP BY ALL"
            )
            return
        self.run(
            f"INSERT INTO cell SELECT kpi, area, month.month, true, {item.merged(over_areas=False)} "  # noqa: S608
            "FROM cell JOIN month ON year(cell.month) = year(month.month) AND cell.month <= month.month "
            f"WHERE kpi = {_t(item.kpi.id)} AND NOT ytd AND {until} GROUP BY ALL"
        )

    def _inside(self, date: str) -> str:
        return f"{_q(date)} >= DATE '{self.history.start}' AND {_q(date)} < DATE '{self.history.stop}'"

    # -- stocks -----------------------------------------------------------------------------------------

    def _dated_stock(self, item: _Computed) -> None:
        """A stock reported by date: the rows dated in a month are the standing at its end."""
        for month in self._window():
            self.run(
                f"INSERT INTO cell SELECT {_t(item.kpi.id)}, _area, DATE '{month.first}', false, {item.select()} "  # noqa: S608
                f"FROM {self._at(month)} WHERE {_within(str(item.kpi.date), month)} GROUP BY _area"
            )

    def _standing_stocks(self, items: Sequence[_Computed]) -> None:
        """Stocks over all rows, taken at the end of each month the data reach."""
        timeless = [item for item in items if not any(formula.uses_at for formula in item.formulas)]
        dated = [item for item in items if item not in timeless]
        reached = self.history.months
        for month in reached:
            # a measure without `at` describes the present only; nothing is claimed for earlier months
            due = [*dated, *(timeless if month == reached[-1] else [])]
            if not due:
                continue
            columns = "".join(f", {item.select(place)}" for place, item in enumerate(due))
            self.run(
                f"CREATE OR REPLACE TABLE standing AS SELECT _area AS area{columns} "  # noqa: S608
                f"FROM {self._at(month)} GROUP BY _area HAVING {self._begun()}"
            )
            for place, item in enumerate(due):
                self.run(
                    f"INSERT INTO cell SELECT {_t(item.kpi.id)}, area, DATE '{month.first}', false, n{place}, "  # noqa: S608
                    f"d{place} FROM standing"
                )

    def _at(self, month: Period) -> str:
        instant = self.history.instant(month)
        return f"(SELECT *, TIMESTAMP '{instant}' AS \"at\" FROM work)"  # noqa: S608

    def _begun(self) -> str:
        """SQL: whether the area had any row by then, for a source whose rows have dates."""
        dates = {item.kpi.date for item in self.computed if item.kpi.date} | {self.spec.area.date}
        known = [_q(date) for date in sorted(date for date in dates if date)]
        return f'bool_or(least({", ".join(known)}) <= "at")' if known else "true"

    # -- roll-ups ---------------------------------------------------------------------------------------

    def _roll_up(self) -> None:
        """Pseudo-areas and the root: by the KPI's rule over the areas that have data."""
        for item in self.computed:
            self.run(
                "INSERT INTO rolled SELECT kpi, target, month, ytd, "  # noqa: S608
                f"{item.merged(over_areas=True)}, count(*) FILTER (WHERE commune) "
                f"FROM cell JOIN scope USING (area) WHERE kpi = {_t(item.kpi.id)} GROUP BY kpi, target, month, ytd"
            )
            if item.recounted and item.kpi.aggregation in (Aggregation.RATIO, Aggregation.SUM):
                self._recount(item)

    def _recount(self, item: _Computed) -> None:
        """Replace the sums of a distinct count by a count over the rows of the whole."""
        if item.kpi.measure is Measure.FLOW:
            date = _q(str(item.kpi.date))
            self.run(
                "CREATE OR REPLACE TABLE recount AS SELECT target AS area, m.month, ytd, "  # noqa: S608
                f"{item.select()} FROM work JOIN scope ON scope.area = _area JOIN month m "
                f"ON {date} < m.month + INTERVAL 1 MONTH CROSS JOIN (VALUES (false), (true)) basis (ytd) "
                f"WHERE {date} >= CASE WHEN ytd THEN date_trunc('year', m.month) ELSE m.month END GROUP BY ALL"
            )
        else:
            self.run("CREATE OR REPLACE TABLE recount AS SELECT area, month, ytd, n, d FROM rolled LIMIT 0")
            for month in self.history.months if item.kpi.date is None else self._window():
                dated = f"WHERE {_within(item.kpi.date, month)}" if item.kpi.date else ""
                self.run(
                    f"INSERT INTO recount SELECT target, DATE '{month.first}', false, {item.select()} "  # noqa: S608
                    f"FROM {self._at(month)} JOIN scope ON scope.area = _area {dated} GROUP BY target"
                )
        self.run(
            "UPDATE rolled SET n = recount.n, d = recount.d FROM recount "  # noqa: S608
            f"WHERE rolled.kpi = {_t(item.kpi.id)} AND rolled.area = recount.area "
            "AND rolled.month = recount.month AND rolled.ytd = recount.ytd"
        )

    # -- the end ----------------------------------------------------------------------------------------

    def _finished(self) -> pa.Table:
        impossible = "n < 0 OR d < 0 OR (percent AND n > d)"
        table = self.run(
            "WITH everything AS (SELECT kpi, area, month, ytd, n, d, NULL AS reporting, NULL AS expected FROM cell "  # noqa: S608
            "UNION ALL SELECT rolled.*, expected.expected FROM rolled JOIN expected ON target = area) "
            "SELECT kpi, area, strftime(month, '%Y-%m') || CASE WHEN ytd THEN '.ytd' ELSE '' END AS period, "
            "n AS numerator, d AS denominator, "
            f"CASE WHEN {impossible} OR d = 0 THEN NULL WHEN percent THEN 100 * n / d "
            "WHEN ratio THEN n / d / scale ELSE n / scale END AS value, "
            f"CASE WHEN {impossible} THEN '{Status.IMPOSSIBLE}' WHEN d = 0 THEN '{Status.NO_ACTIVITY}' "
            f"WHEN open THEN '{Status.PROVISIONAL}' ELSE '{Status.FINAL}' END AS status, "
            f"CAST(reporting AS INTEGER) AS reporting, CAST(expected AS INTEGER) AS expected, "
            f"{_t(self.spec.id)} AS source "
            "FROM everything JOIN rule USING (kpi) JOIN month USING (month) ORDER BY kpi, area, period"
        ).to_arrow_table()
        return table.cast(OBSERVATIONS)

    def _fill(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            columns = [list(column) for column in zip(*rows, strict=True)]
            batch = pa.table(columns, names=[f"c{place}" for place in range(len(columns))])
            self.connection.register("filling", batch)
            self.run(f"INSERT INTO {table} SELECT * FROM filling")  # noqa: S608
            self.connection.unregister("filling")


def fingerprint(tables: Iterable[pa.Table]) -> str:
    """A hash of what the tables say, the same on every machine and whatever their memory looks like."""
    digest = hashlib.sha256()
    for table in tables:
        for name in table.column_names:
            column = table[name].combine_chunks()
            digest.update(f"{name}:{len(column)}:".encode())
            known = column.is_valid().cast(pa.uint8())
            digest.update(memoryview(known.buffers()[1] or b"")[: len(known)])
            digest.update(_content(column))
    return digest.hexdigest()


def _content(column: pa.Array) -> bytes:
    if pa.types.is_string(column.type):
        return "\0".join(text or "" for text in column.to_pylist()).encode()
    filled = column.fill_null(0)
    width = column.type.bit_width // 8
    return bytes(
        memoryview(filled.buffers()[1] or b"")[filled.offset * width : (filled.offset + len(filled)) * width]
    )


def _within(date: str, month: Period) -> str:
    return f"{_q(date)} >= DATE '{month.first}' AND {_q(date)} < DATE '{month.end}'"


def _or_nothing(column: str, formula: Formula | None) -> str:
    """The measure's value, or its value over no row where the area has rows but none for this date."""
    nothing = "NULL" if formula is None or formula.over_nothing is None else repr(formula.over_nothing)
    return f"CASE WHEN f.area IS NULL THEN {nothing} ELSE f.{column} END"


def _q(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _t(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
