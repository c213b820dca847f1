"""What judged rows say about quality: rows by commune and flaw with a few samples, and who handed in when.

Owns the two readings of the table ``judged``. A row whose commune cannot be told counts at the root; rows that
are merely older than the history are left out. Must not know scores.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any

import duckdb
import pyarrow as pa

from ioc.periods import VIETNAM, PeriodKind
from ioc.quality.findings import FLAWS, RECEIPTS
from ioc.quality.supply import kind_of
from ioc.refresh.quoting import ident, idents
from ioc.refresh.rows import Judge

SAMPLE = 5
"""Rows shown for one commune and flaw."""


def flaws(connection: duckdb.DuckDBPyConnection, judge: Judge, communes: Collection[str]) -> pa.Table:
    """The rows by commune, reason and column, sorted; columns as `FLAWS`."""
    counts = connection.execute(
        f"SELECT _area, _verdict, count(*) FROM judged WHERE {_counted(judge)} GROUP BY ALL"  # noqa: S608
    ).fetchall()
    samples = _samples(connection, judge, communes)
    found: dict[tuple[str, str, str], int] = {}
    for area, verdict, rows in counts:
        key = (_place(judge, area, communes), *_named(judge, verdict))
        found[key] = found.get(key, 0) + rows
    return pa.Table.from_pylist(
        [
            {
                "area": key[0], "code": key[1], "column": key[2], "rows": rows,
                "sample": json.dumps(samples.get(key, []), ensure_ascii=False),
            }
            for key, rows in sorted(found.items())
        ],
        schema=FLAWS,
    )  # fmt: skip


def _counted(judge: Judge) -> str:
    """SQL: whether a row counts for quality; one that is merely too old does not."""
    return "true" if judge.too_old is None else f"_verdict IS DISTINCT FROM {judge.too_old}"


def _place(judge: Judge, number: int | None, communes: Collection[str]) -> str:
    area = judge.root.id if number is None else judge.areas[number]
    return area if area in communes or area == judge.root.departments else judge.root.id


def _named(judge: Judge, verdict: int | None) -> tuple[str, str]:
    if verdict is None:
        return "", ""
    fault = judge.faults[verdict]
    return fault.reason.value, fault.column or ""


def _samples(
    connection: duckdb.DuckDBPyConnection, judge: Judge, communes: Collection[str]
) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    """The first rows of each kind, as the source wrote them: key, place and the cell at fault."""
    spec = judge.spec
    named = (*spec.key, spec.area.code, spec.area.name, spec.area.level, spec.area.date)
    always = {name for name in named if name}
    faulty = {fault.column for fault in judge.faults}
    shown = [name for name in spec.column if name in always or name in faulty]
    rows = connection.execute(
        "WITH chosen AS (SELECT _file, _line, _area, _verdict FROM judged "  # noqa: S608
        f"WHERE _verdict IS NOT NULL AND {_counted(judge)} "
        f"QUALIFY row_number() OVER (PARTITION BY _area, _verdict ORDER BY _file, _line) <= {SAMPLE}) "
        f"SELECT _area, _verdict, {idents(shown, 's')} FROM chosen JOIN staged s USING (_file, _line) "
        "ORDER BY _file, _line, _verdict"
    ).fetchall()
    found: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for area, verdict, *cells in rows:
        wanted = {*always, judge.faults[verdict].column}
        kept = found.setdefault((_place(judge, area, communes), *_named(judge, verdict)), [])
        if len(kept) < SAMPLE:
            kept.append({
                name: cell for name, cell in zip(shown, cells, strict=True) if name in wanted and cell is not None
            })  # fmt: skip
    return found


def receipts(connection: duckdb.DuckDBPyConnection, judge: Judge, communes: Collection[str]) -> pa.Table:
    """When each commune first handed in each period, by the rows' own stamps; columns as `RECEIPTS`."""
    spec = judge.spec
    if spec.supply is None:
        return RECEIPTS.empty_table()
    kind = kind_of(spec)
    belongs, handed = ident(spec.supply.date), ident(spec.supply.handed_in)
    rows = connection.execute(
        f"SELECT _area, CAST({belongs} AS DATE), min(CAST({handed} AS TIMESTAMP)) FROM work "  # noqa: S608
        f"WHERE CAST({belongs} AS DATE) >= ? GROUP BY ALL",
        [judge.history_start],
    ).fetchall()
    first: dict[tuple[str, str], datetime] = {}
    for number, day, at in rows:
        unit, period = judge.areas[number], _period(judge, day, kind)
        if unit not in communes or period is None:
            continue
        moment = datetime.combine(at.date(), at.time() or time(), VIETNAM)
        first[period, unit] = min(moment, first.get((period, unit), moment))
    listed = [{"period": period, "unit": unit, "at": at} for (period, unit), at in sorted(first.items())]
    return pa.Table.from_pylist(listed, schema=RECEIPTS)


def _period(judge: Judge, day: date, kind: PeriodKind) -> str | None:
    found = judge.spec.calendar.containing(day, kind)
    return found.key if found else None
