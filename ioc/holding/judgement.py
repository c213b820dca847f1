"""A whole delivery judged: what will be shown of it, and what changes in the book of cases.

Owns the walk over the KPIs of a source and the comparison with what was held before: a number within bounds
again ends its hold by itself, one that a person has released is shown, one that was rejected stays rejected
until its source sends another. Reads numbers through a function it is given; knows no database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from ioc.areas import Register
from ioc.catalogue import Kpi
from ioc.holding.cases import CaseState, CellEnd, Key, Standing, Suspect, alike
from ioc.holding.judge import Judge
from ioc.holding.series import Place, Row, Series, Tree
from ioc.holding.shown import shown
from ioc.observations import OBSERVATIONS, Observation, Status
from ioc.periods import Period
from ioc.site import Site

Reader = Callable[[str], Iterable[Observation]]
"""The standing numbers of one KPI."""


@dataclass(frozen=True)
class Judged:
    """`table` is what is to be published. `opened` are new cells of cases, `renewed` cells held before whose
    figures have changed, by their case; `ended` cells no longer held, by their case."""

    table: pa.Table
    opened: tuple[Suspect, ...] = ()
    renewed: tuple[tuple[int, Suspect], ...] = ()
    ended: tuple[tuple[int, Key, CellEnd], ...] = ()

    @property
    def held(self) -> int:
        """Numbers of the table under the mark."""
        return int(pc.sum(pc.equal(self.table["status"], Status.HELD.value)).as_py() or 0)


def judge(
    site: Site,
    register: Register,
    source: str,
    table: pa.Table,
    reader: Reader,
    standing: Mapping[Key, Standing],
) -> Judged:
    """Judge a source's observations (OBSERVATIONS) against what stands."""
    tree, first = Tree.of(register, site.head.root), _first(table)
    parts: list[pa.Table] = []
    suspects: list[Suspect] = []
    kpis = {kpi.id: kpi for kpi in site.kpis_of(source)}
    come = pc.unique(table["kpi"]).to_pylist()
    for name in [*come, *(kpi for kpi in kpis if kpi not in come)]:
        mine = table.filter(pc.equal(table["kpi"], name))
        kpi = kpis.get(name)
        if kpi is not None and kpi.hold.on:
            mine, found = _judge_kpi(kpi, tree, mine, reader, standing, first)
            suspects += found
        parts.append(mine)
    opened, renewed, ended = _reconciled(suspects, standing, kpis)
    return Judged(pa.concat_tables(parts) if parts else table, opened, renewed, ended)


def _first(table: pa.Table) -> date:
    """The first day the delivery speaks of; from the far future when it says nothing."""
    keys = pc.unique(table["period"]).to_pylist()
    return min((Period.parse(key).first for key in keys), default=date.min)


def _judge_kpi(
    kpi: Kpi, tree: Tree, table: pa.Table, reader: Reader, standing: Mapping[Key, Standing], first: date
) -> tuple[pa.Table, list[Suspect]]:
    good = {(item.area, item.period): Row.of(item) for item in reader(kpi.id)}
    if not good:
        return table, []
    raw = _rows(table)
    if raw.keys() == good.keys() and all(row.same(good[place]) for place, row in raw.items()):
        return table, []
    mine = {(area, period): found for (name, area, period), found in standing.items() if name == kpi.id}
    series = Series(kpi, tree, good, raw)
    judge = Judge(series, mine, first)
    judge.judge()
    changes = shown(series, judge.held)
    if not changes:
        return table, judge.suspects
    source = table["source"][0].as_py() if table.num_rows else kpi.source
    return _table(kpi.id, source, raw | changes), judge.suspects


def _rows(table: pa.Table) -> dict[Place, Row]:
    columns = [table[name].to_pylist() for name in OBSERVATIONS.names[1:-1]]
    return {
        (area, period): Row(numerator, denominator, value, Status(status), reporting, expected)
        for area, period, numerator, denominator, value, status, reporting, expected in zip(
            *columns, strict=True
        )
    }


def _table(kpi: str, source: str, rows: Mapping[Place, Row]) -> pa.Table:
    places, found = list(rows), list(rows.values())
    columns = {
        "kpi": [kpi] * len(places),
        "area": [area for area, _ in places],
        "period": [period for _, period in places],
        "source": [source] * len(places),
        "status": [row.status.value for row in found],
    }
    for name in ("numerator", "denominator", "value", "reporting", "expected"):
        columns[name] = [getattr(row, name) for row in found]
    return pa.table({name: columns[name] for name in OBSERVATIONS.names}, schema=OBSERVATIONS)


def _after(now: Suspect, before: Standing | None) -> Suspect:
    """A suspect that follows another: what is shown meanwhile is still the same good number."""
    return now if before is None else replace(now, good_edition=before.good_edition)


def _reconciled(
    suspects: Iterable[Suspect], standing: Mapping[Key, Standing], kpis: Mapping[str, Kpi]
) -> tuple[tuple[Suspect, ...], tuple[tuple[int, Suspect], ...], tuple[tuple[int, Key, CellEnd], ...]]:
    """What changes in the book: cells of new cases, cells with new figures, cells that end."""
    renewed: list[tuple[int, Suspect]] = []
    ended: list[tuple[int, Key, CellEnd]] = []
    found = {one.key: one for one in suspects}
    months = {(kpi, period) for kpi, area, period in found if "+" in area}
    for key, before in standing.items():
        now = found.get(key)
        if now is None:
            covered = (key[0], key[2]) in months and "+" not in key[1]
            end = CellEnd.REPLACED if covered else CellEnd.HEALED
            ended.append((before.hold, key, CellEnd.RELEASED if before.state is CaseState.RELEASED else end))
        elif before.state is CaseState.OPEN and before.why is now.why:
            renewed.append((before.hold, now))
        elif before.state is not CaseState.REJECTED or not alike(before, now, kpis[key[0]].hold.floor):
            ended.append((before.hold, key, CellEnd.REPLACED))
    kept = {key for key in standing if key not in {key for _, key, _ in ended}}
    opened = [_after(one, standing.get(key)) for key, one in found.items() if key not in kept]
    return tuple(opened), tuple(renewed), tuple(ended)
