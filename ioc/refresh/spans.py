"""Periods other than the month: quarters and years made of months, days and parts of periods made of rows.

Owns which of them a source has and the KPI's own rule over time: sums and ratios of sums add up, an extreme stays
one, a distinct count unites what its months counted, a stock is that of the last month. Works on the tables of the
aggregator it serves and leaves `span` beside them; must not know how months were counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from ioc.catalogue import Aggregation, Measure
from ioc.periods import SCHOOL_ENDS, SCHOOL_STARTS, Period, PeriodKind
from ioc.refresh.computed import Computed
from ioc.refresh.history import History
from ioc.refresh.quoting import ident

DAYS = 45
"""Days kept of a KPI that has them: the month that runs and the whole one before it."""
_LONG = (PeriodKind.QUARTER, PeriodKind.YEAR, PeriodKind.SCHOOL_YEAR)
_TICK = timedelta(microseconds=1)
_KEY = "kpi SMALLINT, area SMALLINT, period VARCHAR"


def long_periods(history: History, kind: PeriodKind) -> dict[Period, list[Period]]:
    """Periods of `kind` that begin inside the window, each with those of its months that lie in it."""
    found: dict[Period, list[Period]] = {}
    for month in history.window:
        if kind is PeriodKind.SCHOOL_YEAR and SCHOOL_ENDS <= month.first.month < SCHOOL_STARTS:
            continue
        found.setdefault(Period.containing(month.first, kind), []).append(month)
    first = history.window[0].first
    return {period: inside for period, inside in found.items() if period.first >= first}


def parts(history: History, kind: PeriodKind, cumulative: bool) -> list[tuple[Period, datetime, datetime]]:
    """What the open period of `kind` is compared with: the part, its beginning and the instant it is cut at."""
    calendar = history.calendar
    named = calendar.containing((history.as_of - _TICK).date(), kind)
    if named is None:
        return []
    found = calendar.same_part(Period(named.first, kind, cumulative), history.as_of)
    if found is None or calendar.start(found[0]) < history.start:
        return []
    return [(found[0], datetime.combine(calendar.start(found[0]), time()), found[1])]


class Spans:
    """Makes the spans of one source. `run` executes a statement, `table` makes a small table of our values."""

    def __init__(
        self, run: Callable[[str], None], table: Callable[..., None], history: History,
        items: Sequence[Computed],
    ):  # fmt: skip
        self.run, self.table, self.history = run, table, history
        self.items = [item for item in items if item.kpi.aggregation is not Aggregation.OFFICIAL]
        self.flows = [item for item in self.items if item.kpi.measure is Measure.FLOW]

    def make(self) -> None:
        """The table `span`: kpi, area, period, n, d, reporting, open, estimated; roll-ups among the areas."""
        self.run(f"CREATE TABLE span_cell ({_KEY}, n DOUBLE, d DOUBLE, estimated BOOLEAN)")
        self.run(f"CREATE TABLE span_member ({_KEY}, part VARCHAR, item VARCHAR)")
        self.run(f"CREATE TABLE span_rolled ({_KEY}, n DOUBLE, d DOUBLE, reporting INTEGER)")
        wanted = {kind for item in self.items for kind in item.kpi.periods}
        spells = [
            (period.key, str(kind), month.first, month.first == inside[-1].first, self._open(period))
            for kind in _LONG
            if kind in wanted
            for period, inside in long_periods(self.history, kind).items()
            for month in inside
        ]
        self.table("spell", ("period", "kind", "month", "last", "open"), spells)
        windows = self._windows()
        self.table("piece_window", ("_period", "kind", "ytd", "_start", "_stop", "open"), windows)
        if spells:
            for item in self.items:
                self._from_months(item)
        if windows:
            self._from_rows()
        for item in self.items:
            self._roll_up(item)
        opened = (
            "SELECT DISTINCT period, open FROM spell UNION SELECT _period, open FROM piece_window"
            if spells or windows
            else "SELECT '' AS period, false AS open"
        )
        self.run(
            "CREATE TABLE span AS SELECT s.*, o.open FROM (SELECT kpi, area, period, n, d, NULL AS reporting, "  # noqa: S608
            "estimated FROM span_cell UNION ALL SELECT kpi, area, period, n, d, reporting, false FROM span_rolled) s "
            f"JOIN ({opened}) o USING (period)"
        )

    def _open(self, period: Period) -> bool:
        return self.history.calendar.is_open(period, self.history.as_of_aware)

    def _windows(self) -> list[tuple[Any, ...]]:
        """Key, kind, basis, beginning, end and openness of days and parts."""
        last = (self.history.as_of - _TICK).date()
        kinds = {(kind, False) for item in self.flows for kind in item.kpi.periods}
        kinds |= {(PeriodKind.MONTH, True) for item in self.flows if item.kpi.cumulative}
        found: list[tuple[Any, ...]] = []
        for kind, cumulative in sorted(kinds):
            for part, start, stop in parts(self.history, kind, cumulative):
                found.append((part.key, str(kind), cumulative, start, stop, False))
            if kind is PeriodKind.DAY:
                days = [last - timedelta(days=back) for back in range(DAYS)]
                found += [
                    (
                        day.isoformat(), str(kind), False, datetime.combine(day, time()),
                        datetime.combine(day + timedelta(days=1), time()),
                        datetime.combine(day + timedelta(days=1), time()) > self.history.as_of,
                    )
                    for day in days
                    if day >= self.history.start
                ]  # fmt: skip
        return found

    def _kinds(self, item: Computed) -> str:
        return ", ".join(f"'{kind}'" for kind in item.kpi.periods)

    # -- from months ------------------------------------------------------------------------------------

    def _from_months(self, item: Computed) -> None:
        mine = f"kpi = {item.number} AND kind IN ({self._kinds(item)})"
        ends = f"DATE '{self.history.before_reform}'"
        # an old unit has whole periods only: none that runs on after the unit itself had ended
        whole = (
            f"(area NOT IN (SELECT area FROM old_unit) OR period NOT IN "  # noqa: S608
            f"(SELECT period FROM spell WHERE month >= {ends}))"
        )
        if item.kpi.measure is Measure.STOCK:
            newest = (
                f"SELECT period, max(month) AS month FROM spell JOIN (SELECT DISTINCT month FROM cell "  # noqa: S608
                f"WHERE kpi = {item.number} AND NOT ytd) USING (month) GROUP BY period"
            )
            spell = f"(SELECT spell.* FROM spell JOIN ({newest}) USING (period, month))"  # noqa: S608
            values, group = "n, d, estimated", ""
        else:
            spell, group = "spell", "GROUP BY kpi, area, period"
            values = f"{item.merged(over_areas=False)}, bool_or(estimated)"
        self.run(
            f"INSERT INTO span_cell SELECT kpi, area, period, {values} FROM cell JOIN {spell} spell "  # noqa: S608
            f"USING (month) WHERE {mine} AND NOT ytd AND {whole} {group}"
        )
        if any(part.formula.members for part in item.parts):
            self.run(
                "INSERT INTO span_member SELECT DISTINCT kpi, area, period, part, item FROM member "  # noqa: S608
                f"JOIN {spell} spell USING (month) WHERE {mine} AND {whole}"
            )
            self._unite(item, "span_cell", "span_member", "area")

    # -- from rows --------------------------------------------------------------------------------------

    def _from_rows(self) -> None:
        dates = list(dict.fromkeys(str(item.kpi.date) for item in self.flows))
        for place, date in enumerate(dates):
            columns = "".join(item.columns() for item in self.flows if item.kpi.date == date)
            self.run(
                f"CREATE TABLE piece{place} AS SELECT _area AS area, _period AS period{columns} FROM work "  # noqa: S608
                f"JOIN (SELECT _period, _start, _stop FROM piece_window) ON {ident(date)} >= _start AND {ident(date)} < _stop GROUP BY ALL"
            )
        seen = " UNION ".join(f"SELECT area, period FROM piece{place}" for place in range(len(dates)))  # noqa: S608
        self.run(f"CREATE TABLE piece_seen AS {seen}")
        for item in self.flows:
            rows = (
                "(SELECT DISTINCT area, _period AS period FROM piece_seen JOIN piece_window ON _period = period "  # noqa: S608
                f"WHERE kind IN ({self._kinds(item)}) AND NOT ytd OR ytd AND {item.kpi.cumulative}) seen "
                f"LEFT JOIN piece{dates.index(str(item.kpi.date))} f USING (area, period)"
            )
            values = []
            for part in item.parts:
                nothing = part.formula.over_nothing
                empty = "NULL" if nothing is None else nothing
                values.append(f"CASE WHEN f.area IS NULL THEN {empty} ELSE {part.value(item.number)} END")
                if part.formula.members:
                    self.run(
                        f"INSERT INTO span_member SELECT {item.number}, area, period, '{part.name}', "  # noqa: S608
                        f"unnest({part.name}{item.number}) FROM {rows}"
                    )
            listed = ", ".join([*values, "NULL"][:2])
            self.run(
                f"INSERT INTO span_cell SELECT {item.number}, area, period, {listed}, false FROM {rows}"  # noqa: S608
            )

    # -- roll-ups ---------------------------------------------------------------------------------------

    def _roll_up(self, item: Computed) -> None:
        shares = "SELECT kpi FROM rule WHERE ratio"
        mine = f"kpi = {item.number}"
        self.run(
            f"DELETE FROM span_cell WHERE {mine} AND (n IS NULL OR (d IS NULL AND kpi IN ({shares})))"  # noqa: S608
        )
        self.run(
            f"INSERT INTO span_rolled SELECT kpi, target, period, {item.merged(over_areas=True)}, "  # noqa: S608
            f"count(*) FILTER (WHERE commune) FROM span_cell JOIN scope USING (area) WHERE {mine} "
            "GROUP BY kpi, target, period"
        )
        if item.rule is None:
            self._unite(
                item,
                "span_rolled",
                "(SELECT kpi, target AS area, period, part, item FROM span_member JOIN scope USING (area))",
                "area",
            )

    def _unite(self, item: Computed, table: str, members: str, area: str) -> None:
        """Put right the distinct counts in `table`: the number of different members."""
        for part in item.parts:
            if part.formula.members:
                self.run(
                    f"UPDATE {table} SET {part.name} = u.found FROM (SELECT area, period, "  # noqa: S608
                    f"count(DISTINCT item) AS found FROM {members} m WHERE kpi = {item.number} "
                    f"AND part = '{part.name}' GROUP BY ALL) u WHERE {table}.kpi = {item.number} "
                    f"AND {table}.{area} = u.area AND {table}.period = u.period"
                )
