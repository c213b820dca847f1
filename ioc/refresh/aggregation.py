"""From judged rows to observations: every KPI of a source by commune and month, cumulated and rolled up.

Owns presence (who reported), roll-ups by each KPI's rule and the state of a value. Adds numerators and
denominators, never percentages; a distinct count of a whole unites what its parts counted. Works on the
view ``work``; must not know how rows were judged.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from ioc.areas import Register
from ioc.catalogue import Aggregation, Measure
from ioc.contract import SourceSpec
from ioc.crosswalk import DIVIDED, Crosswalk
from ioc.observations import OBSERVATIONS, Status
from ioc.periods import Period, PeriodKind
from ioc.refresh.codes import Root
from ioc.refresh.computed import Computed
from ioc.refresh.dividing import divide, tables
from ioc.refresh.history import History
from ioc.refresh.quoting import ident, literal
from ioc.refresh.spans import Spans
from ioc.site import Site

_TOGETHER = 500_000
"""Rows times months up to which stocks of all months are taken in one query."""


class Aggregator:
    """Computes the observations of one source. `areas` are the ids behind the numbers in `_area`."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, site: Site, register: Register, spec: SourceSpec, *,
        history: History, areas: Sequence[str],
    ):  # fmt: skip
        self.connection = connection
        self.register, self.spec, self.history = register, spec, history
        self.root = Root.of(register, site.head.root)
        self.areas = list(areas)
        self.crosswalk = Crosswalk(register, site.splits)
        self.computed = [Computed.of(number, kpi, spec) for number, kpi in enumerate(site.kpis_of(spec.id))]

    def observations(self) -> pa.Table:
        """All observations, sorted by KPI, area and period; columns as `OBSERVATIONS`."""
        self._prepare()
        flows = [item for item in self.computed if item.kpi.measure is Measure.FLOW]
        self._flows(flows)
        for item in flows:
            if item.kpi.cumulative:
                self._cumulate(item)
        for item in self.computed:
            if item.kpi.measure is Measure.STOCK and item.kpi.date is not None:
                self._dated_stock(item)
        standing = [
            item for item in self.computed if item.kpi.measure is Measure.STOCK and item.kpi.date is None
        ]
        self._standing_stocks(standing)
        shares = "SELECT kpi FROM rule WHERE ratio"
        self._run(f"DELETE FROM cell WHERE n IS NULL OR (d IS NULL AND kpi IN ({shares}))")  # noqa: S608
        ended = f"area IN (SELECT area FROM old_unit) AND month >= DATE '{self.history.before_reform}'"  # noqa: S608
        self._run(f"DELETE FROM cell WHERE {ended}")  # noqa: S608
        for item in self.computed:
            divide(self._run, item)
            self._roll_up(item)
        Spans(self._run, self._table, self.history, self.computed).make()
        for item in self.computed:
            if item.kpi.level == "province":
                self._keep_whole(item)
        return self._finished()

    def _prepare(self) -> None:
        """Small tables: rules of the KPIs, months, what each area rolls up to; and the empty results."""
        key = "kpi SMALLINT, area SMALLINT, month DATE"
        self._run(f"CREATE TABLE cell ({key}, ytd BOOLEAN, n DOUBLE, d DOUBLE, estimated BOOLEAN)")
        self._run(f"CREATE TABLE rolled ({key}, ytd BOOLEAN, n DOUBLE, d DOUBLE, reporting INTEGER)")
        self._run(f"CREATE TABLE member ({key}, part VARCHAR, item VARCHAR)")
        self._table("rule", ("kpi", "id", "ratio", "percent", "scale", "ceiling", "monthly"), [
            (item.number, item.kpi.id, item.kpi.is_share, item.kpi.is_percent, item.kpi.scale,
             item.kpi.ceiling or float("inf"), PeriodKind.MONTH in item.kpi.periods)
            for item in self.computed
        ])  # fmt: skip
        self._table("month", ("month", "whole", "open"), [
            (month.first, self.history.whole_year(month), self.history.calendar.is_open(month, self.history.as_of_aware))
            for month in self.history.window
        ])  # fmt: skip
        communes = self.register.communes
        pairs = [(area.id, target) for area in communes for target in (self.root.communes, self.root.id)]
        if self.root.country:
            pairs += [(area.id, area.parent) for area in communes if area.parent]
        divided, shares = tables(self.crosswalk, self.register, self.root, self.areas)
        number = {area: place for place, area in enumerate(self.areas)}
        for pair in [*pairs, *divided, *((area, new) for area, new, *_ in shares)]:
            for area in pair:
                number.setdefault(area, len(number))
        self.areas = list(number)
        self._table("place", ("area", "id"), list(enumerate(self.areas)))
        rows = [(number[area], number[target], True) for area, target in pairs]
        rows.append((number[self.root.departments], number[self.root.id], False))
        rows += [(number[area], number[target], False) for area, target in divided]
        self._table("scope", ("area", "target", "commune"), rows)
        self._table(
            "old_unit", ("area",), [(number[area],) for area in self.areas if area in self.crosswalk.fates]
        )
        self._table("share", ("divided", "area", "weight", "place", "parts"), [
            (number[area], number[new], *rest) for area, new, *rest in shares
        ])  # fmt: skip
        self._run(
            "CREATE VIEW counted AS SELECT *, false AS _was FROM work UNION ALL "
            "SELECT * REPLACE (_reported AS _area), true FROM work WHERE _reported IS NOT NULL"
        )

    # -- flows ------------------------------------------------------------------------------------------

    def _flows(self, items: Sequence[Computed]) -> None:
        """Cells by month. A commune reported in a month when any of its rows falls into it."""
        dates = list(dict.fromkeys(str(item.kpi.date) for item in items))
        for place, date in enumerate(dates):
            month = self.history.calendar.month_sql(ident(date))
            columns = "".join(item.columns() for item in items if item.kpi.date == date)
            within = (
                f"{ident(date)} >= DATE '{self.history.start}' AND {ident(date)} < DATE '{self.history.stop}' "
                f"AND (NOT _was OR {month} < DATE '{self.history.before_reform}')"
            )
            self._run(
                f"CREATE TABLE flow{place} AS SELECT _area AS area, "  # noqa: S608
                f"{month} AS month{columns} FROM counted WHERE {within} GROUP BY ALL"
            )
        if not dates:
            return
        seen = " UNION ".join(f"SELECT area, month FROM flow{place}" for place in range(len(dates)))  # noqa: S608
        self._run(f"CREATE TABLE seen AS {seen}")
        for item in items:
            self._take(
                item, f"seen LEFT JOIN flow{dates.index(str(item.kpi.date))} f USING (area, month)", True
            )

    def _take(self, item: Computed, rows: str, gaps: bool = False) -> None:
        """Move one KPI's columns from an aggregate over rows into `cell` and `member`.

        With `gaps` the relation may have areas without rows for this very date (`f.area` is NULL then),
        for which a count is a real 0.
        """
        values = []
        for part in item.parts:
            nothing = part.formula.over_nothing
            value = part.value(item.number)
            values.append(
                f"CASE WHEN f.area IS NULL THEN {'NULL' if nothing is None else nothing} ELSE {value} END"
                if gaps
                else value
            )
            if part.formula.members:
                self._run(
                    f"INSERT INTO member SELECT {item.number}, area, month, '{part.name}', "  # noqa: S608
                    f"unnest({part.name}{item.number}) FROM {rows}"
                )
        listed = ", ".join([*values, "NULL"][:2])
        self._run(f"INSERT INTO cell SELECT {item.number}, area, month, false, {listed}, false FROM {rows}")  # noqa: S608

    def _cumulate(self, item: Computed) -> None:
        """Cells from 1 January to the end of each month, up to the last month anybody reported."""
        years = "year({0}.month) = year(m.month) AND {0}.month <= m.month"
        until = "m.whole AND m.month <= (SELECT max(month) FROM seen)"
        self._run(
            f"INSERT INTO cell SELECT kpi, area, m.month, true, {item.merged(over_areas=False)}, false "  # noqa: S608
            f"FROM cell JOIN month m ON {years.format('cell')} "
            f"WHERE kpi = {item.number} AND NOT ytd AND {until} GROUP BY ALL"
        )
        for part in item.parts:
            if part.formula.members:
                self._run(
                    f"UPDATE cell SET {part.name} = u.found FROM (SELECT area, m.month, "  # noqa: S608
                    f"count(DISTINCT item) AS found FROM member JOIN month m ON {years.format('member')} "
                    f"WHERE kpi = {item.number} AND part = '{part.name}' GROUP BY ALL) u "
                    f"WHERE cell.kpi = {item.number} AND ytd AND cell.area = u.area AND cell.month = u.month"
                )

    # -- stocks -----------------------------------------------------------------------------------------

    def _dated_stock(self, item: Computed) -> None:
        """A stock reported by date: the rows dated in a month are the standing at its end."""
        month = self.history.calendar.month_sql(ident(str(item.kpi.date)))
        for together in self._sweeps(self.history.window):
            self._stand([item], f"{self._at(together)} WHERE {month} = _month")
        self._take(item, "standing")
        self._run("DROP TABLE standing")

    def _standing_stocks(self, items: Sequence[Computed]) -> None:
        """Stocks over all rows, taken at the end of each month the data reach.

        A KPI without ``at`` describes the present only; nothing is claimed for earlier months.
        """
        moving = [item for item in items if any(part.formula.uses_at for part in item.parts)]
        still = [item for item in items if item not in moving]
        reached = self.history.months
        self._presence()
        for group, months in ((moving, reached), (still, reached[-1:])):
            if not group or not months:
                continue
            # what all formulas ask of a row is asked first; often it spares most of the rows
            common = frozenset.intersection(
                *(part.formula.conditions for item in group for part in item.parts)
            )
            where = f" WHERE {' AND '.join(sorted(common))}" if common else ""
            for together in self._sweeps(months):
                self._stand(group, self._at(together) + where)
            first, last = months[0].first, months[-1].first
            present = (
                f"(SELECT area, month FROM present JOIN month ON since <= month "  # noqa: S608
                f"WHERE month BETWEEN DATE '{first}' AND DATE '{last}' AND (month < "
                f"DATE '{self.history.before_reform}' OR area NOT IN (SELECT area FROM old_unit)))"
            )
            for item in group:
                self._take(item, f"{present} LEFT JOIN standing f USING (area, month)", gaps=True)
            self._run("DROP TABLE standing")

    def _presence(self) -> None:
        """The table `present`: since which month an area has rows; always, where rows have no dates."""
        dates = {item.kpi.date for item in self.computed if item.kpi.date} | {self.spec.area.date}
        known = ", ".join(ident(date) for date in sorted(date for date in dates if date))
        since = self.history.calendar.month_sql(f"min(least({known}))") if known else "DATE '0001-01-01'"
        self._run(
            f"CREATE TABLE present AS SELECT _area AS area, {since} AS since FROM counted GROUP BY _area"  # noqa: S608
        )

    def _sweeps(self, months: Sequence[Period]) -> list[list[Period]]:
        """Months to be taken together: all where rows are few, else one by one, which needs less memory."""
        rows = self.connection.execute("SELECT count(*) FROM work").fetchall()[0][0]
        return [list(months)] if rows * len(months) <= _TOGETHER else [[month] for month in months]

    def _stand(self, items: Sequence[Computed], rows: str) -> None:
        """Add the aggregates over `rows`, which carry "at" and _month, to the table `standing`."""
        columns = "".join(item.columns() for item in items)
        query = f"SELECT _area AS area, _month AS month{columns} FROM {rows} GROUP BY _area, _month"  # noqa: S608
        self._run(f"CREATE TABLE IF NOT EXISTS standing AS {query} LIMIT 0")
        self._run(f"INSERT INTO standing {query}")

    def _at(self, months: Sequence[Period]) -> str:
        """SQL: all rows, once for each month with the instant at which its stocks are taken."""
        if len(months) == 1:
            at, first = self.history.instant(months[0]), months[0].first
            then = "true" if first < self.history.before_reform else "NOT _was"
            return (
                f"(SELECT *, TIMESTAMP '{at}' AS \"at\", DATE '{first}' AS _month FROM counted WHERE {then})"  # noqa: S608
            )
        instants = ", ".join(
            f"(TIMESTAMP '{self.history.instant(month)}', DATE '{month.first}')" for month in months
        )
        return (
            f'(SELECT * FROM counted CROSS JOIN (VALUES {instants}) instant ("at", _month) '  # noqa: S608
            f"WHERE NOT _was OR _month < DATE '{self.history.before_reform}')"
        )

    # -- roll-ups ---------------------------------------------------------------------------------------

    def _roll_up(self, item: Computed) -> None:
        """Pseudo-areas and the root, by the KPI's rule over the areas that have data."""
        if item.kpi.aggregation is Aggregation.OFFICIAL:
            self._take_over(item)
            return
        self._run(
            f"INSERT INTO rolled SELECT kpi, target, month, ytd, {item.merged(over_areas=True)}, "  # noqa: S608
            f"count(*) FILTER (WHERE commune) FROM cell JOIN scope USING (area) WHERE kpi = {item.number} "
            "GROUP BY kpi, target, month, ytd"
        )
        for part in item.parts:
            if part.formula.members and item.rule is None:
                mine = f"kpi = {item.number} AND part = '{part.name}'"
                sets = f"FROM member JOIN scope USING (area) JOIN month m ON {{}} WHERE {mine}"
                months = sets.format("member.month = m.month")
                years = sets.format("year(member.month) = year(m.month) AND member.month <= m.month")
                union = (
                    f"SELECT target, m.month, false AS ytd, item {months} "
                    f"UNION ALL SELECT target, m.month, true AS ytd, item {years}"
                )
                self._run(
                    f"UPDATE rolled SET {part.name} = u.found FROM (SELECT target, month, ytd, "  # noqa: S608
                    f"count(DISTINCT item) AS found FROM ({union}) GROUP BY ALL) u "
                    f"WHERE rolled.kpi = {item.number} AND rolled.area = u.target "
                    "AND rolled.month = u.month AND rolled.ytd = u.ytd"
                )

    def _take_over(self, item: Computed) -> None:
        """An official figure of the whole is the one imported for it; nothing is computed from communes."""
        number = {area: place for place, area in enumerate(self.areas)}
        whole, imported = number[self.root.id], number[self.root.departments]
        mine = f"kpi = {item.number} AND area = {imported}"
        self._run(f"INSERT INTO rolled SELECT kpi, {whole}, month, ytd, n, d, NULL FROM cell WHERE {mine}")  # noqa: S608
        self._run(f"DELETE FROM cell WHERE {mine}")  # noqa: S608

    def _keep_whole(self, item: Computed) -> None:
        """Of a KPI that is known for the whole only, no part is published and no commune is missed."""
        whole = self.areas.index(self.root.id)
        self._run(f"DELETE FROM cell WHERE kpi = {item.number}")  # noqa: S608
        self._run(f"DELETE FROM rolled WHERE kpi = {item.number} AND area <> {whole}")  # noqa: S608
        self._run(f"UPDATE rolled SET reporting = NULL WHERE kpi = {item.number}")  # noqa: S608

    # -- the end ----------------------------------------------------------------------------------------

    def _finished(self) -> pa.Table:
        impossible = "n < 0 OR d < 0 OR n > ceiling * coalesce(d, 1)"
        expected = "SELECT target, count(*) AS expected FROM scope WHERE commune GROUP BY target"
        table = self.connection.sql(
            "WITH monthly AS (SELECT *, NULL AS reporting FROM cell UNION ALL "  # noqa: S608
            "SELECT * EXCLUDE (reporting), false, reporting FROM rolled), everything AS (SELECT kpi, area, "
            "strftime(month, '%Y-%m') || CASE WHEN ytd THEN '.ytd' ELSE '' END AS period, n, d, reporting, "
            "estimated, open FROM monthly JOIN month USING (month) JOIN rule USING (kpi) WHERE rule.monthly "
            "UNION ALL SELECT kpi, area, period, n, d, reporting, estimated, open FROM span) "
            "SELECT rule.id AS kpi, place.id AS area, period, n AS numerator, d AS denominator, "
            f"CASE WHEN {impossible} OR d = 0 THEN NULL WHEN percent THEN 100 * n / d "
            "WHEN ratio THEN n / d / scale ELSE n / scale END AS value, "
            f"CASE WHEN {impossible} THEN '{Status.IMPOSSIBLE}' WHEN d = 0 THEN '{Status.NO_ACTIVITY}' "
            f"WHEN estimated THEN '{Status.ESTIMATED}' WHEN open THEN '{Status.PROVISIONAL}' ELSE '{Status.FINAL}' END AS status, "
            "CAST(reporting AS INTEGER) AS reporting, "
            "CAST(CASE WHEN reporting IS NOT NULL THEN e.expected END AS INTEGER) AS expected, "
            f"{literal(self.spec.id)} AS source "
            "FROM everything JOIN rule USING (kpi) JOIN place USING (area) "
            f"LEFT JOIN ({expected}) e ON e.target = everything.area WHERE NOT ends_with(place.id, {literal(DIVIDED)})"
        ).to_arrow_table()
        by = [("kpi", "ascending"), ("area", "ascending"), ("period", "ascending")]
        return table.cast(OBSERVATIONS).sort_by(by)

    def _run(self, statement: str) -> None:
        self.connection.execute(statement)

    def _table(self, name: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> None:
        """Make a small table of our own values."""
        cells = list(zip(*rows, strict=True)) or [()] * len(columns)
        batch = pa.table([list(column) for column in cells], names=list(columns))
        self.connection.register("filling", batch)
        self._run(f"CREATE TABLE {name} AS SELECT * FROM filling")  # noqa: S608
        self.connection.unregister("filling")
