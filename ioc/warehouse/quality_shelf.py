"""The warehouse's shelf of quality: what runs found, by version; which run stood on which day; receipts of supply.

Owns the tables of `ioc.warehouse.quality_tables`. A run may be put here before it is published: readers ask as of
the run behind an edition, so what a run found shows with its numbers and not before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, bindparam, func, insert, or_, select, update

from ioc.quality.criteria import Counts
from ioc.quality.findings import Findings
from ioc.quality.supply import Receipt
from ioc.runs import RowReason, State
from ioc.warehouse.connected import Connected
from ioc.warehouse.quality_tables import (
    quality_cells,
    quality_day,
    quality_rows,
    quality_version,
    supply_receipt,
)
from ioc.warehouse.schema import run as run_table

_KEYS = {"quality_rows": ("area", "code", "column"), "quality_cells": ("kpi", "area")}


@dataclass(frozen=True)
class Standing:
    """What an edition shows of a source: the run, how late its data reach, and the run whose findings are in force."""

    source: str
    run: int
    as_of: datetime | None
    version: int


@dataclass(frozen=True)
class FlawRows:
    """Rows of one area with one flaw (empty `code`: without any), and a few of them."""

    area: str
    code: str
    column: str
    rows: int
    sample: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class CellCount:
    """Cells of one KPI in one area."""

    kpi: str
    area: str
    due: int
    present: int
    impossible: int


@dataclass(frozen=True)
class DayMark:
    """The run that stood for a source at the end of a day, and what it found in all."""

    day: date
    run: int
    as_of: datetime | None
    counts: Counts


class QualityShelf(Connected):
    """The part of the warehouse that remembers quality."""

    def store_quality(self, run: int, source: str, findings: Findings) -> bool:
        """Put down what a run found, as far as it differs from before; False when nothing does."""
        rows = {
            "quality_rows": findings.flaws.to_pylist(),
            "quality_cells": findings.cells.to_pylist(),
        }
        told = json.dumps(rows, ensure_ascii=False, sort_keys=True).encode()
        sha256 = hashlib.sha256(told).hexdigest()
        newest = (
            select(quality_version).where(quality_version.c.source == source)
            .order_by(quality_version.c.run.desc()).limit(1)
        )  # fmt: skip
        with self.writing() as connection:
            before = connection.execute(newest).one_or_none()
            if before is not None and (before.sha256 == sha256 or before.run >= run):
                return False
            for table in (quality_rows, quality_cells):
                _replace(connection, table, source, run, rows[table.name])
            connection.execute(insert(quality_version).values(source=source, run=run, sha256=sha256))
        return True

    def note_day(self, source: str, mark: DayMark) -> None:
        """Say which run stands for a source on a day; the last one said remains."""
        mine = and_(quality_day.c.source == source, quality_day.c.day == mark.day)
        counts = mark.counts
        values = {
            "run": mark.run, "as_of": mark.as_of, "rows": counts.rows, "due": counts.due,
            "present": counts.present, "impossible": counts.impossible,
            "flaws": json.dumps({reason.value: rows for reason, rows in sorted(counts.flaws.items())}),
        }  # fmt: skip
        with self.writing() as connection:
            kept = connection.execute(update(quality_day).where(mine).values(**values))
            if not kept.rowcount:
                connection.execute(insert(quality_day).values(source=source, day=mark.day, **values))

    def add_receipts(self, source: str, run: int, received: Iterable[Receipt]) -> int:
        """Put down what came for the first time; returns how much that is. What stands already stays."""
        table = supply_receipt
        known = select(table.c.period, table.c.unit).where(table.c.source == source)
        with self.writing() as connection:
            before = {tuple(row) for row in connection.execute(known)}
            fresh = {(item.period, item.unit): item for item in received}
            new = [
                {"source": source, "period": item.period, "unit": item.unit, "at": item.at, "run": run}
                for key, item in fresh.items()
                if key not in before
            ]
            if new:
                connection.execute(insert(table), new)
        return len(new)

    def receipts(self, source: str) -> list[Receipt]:
        """Everything received from a source."""
        table = supply_receipt
        query = select(table).where(table.c.source == source).order_by(table.c.period, table.c.unit)
        with self.reading() as connection:
            return [Receipt(row.period, row.unit, row.at) for row in connection.execute(query)]

    def quality_standing(self, edition: int | None = None) -> dict[str, Standing]:
        """By source: the newest published run, or the one that `edition` shows, with the findings in force."""
        shown = [run_table.c.state == State.PUBLISHED.value]
        if edition is not None:
            shown.append(run_table.c.edition <= edition)
        newest = select(func.max(run_table.c.id)).where(*shown).group_by(run_table.c.source)
        version = (
            select(func.max(quality_version.c.run))
            .where(quality_version.c.source == run_table.c.source, quality_version.c.run <= run_table.c.id)
            .scalar_subquery()
        )
        query = select(
            run_table.c.source, run_table.c.id, run_table.c.as_of, run_table.c.finished_at, version.label("v")
        ).where(run_table.c.id.in_(newest))
        with self.reading() as connection:
            return {
                row.source: Standing(row.source, row.id, row.as_of or row.finished_at, row.v)
                for row in connection.execute(query)
                if row.v is not None
            }

    def flaw_rows(self, source: str, run: int) -> list[FlawRows]:
        """Rows by area and flaw as `run` found them."""
        order = (quality_rows.c.area, quality_rows.c.code, quality_rows.c.column)
        with self.reading() as connection:
            found = connection.execute(_valid(quality_rows, source, run).order_by(*order))
            return [
                FlawRows(row.area, row.code, row.column, row.rows, tuple(json.loads(row.sample)))
                for row in found
            ]

    def cell_counts(self, source: str, run: int) -> list[CellCount]:
        """Cells by KPI and area as `run` found them."""
        with self.reading() as connection:
            found = connection.execute(_valid(quality_cells, source, run))
            return [CellCount(row.kpi, row.area, row.due, row.present, row.impossible) for row in found]

    def quality_days(self, source: str, since: date) -> list[DayMark]:
        """The marks of a source from `since` on, with the last one before it, oldest first."""
        table = quality_day
        earlier = (
            select(func.max(table.c.day))
            .where(table.c.source == source, table.c.day < since)
            .scalar_subquery()
        )
        query = (
            select(table)
            .where(table.c.source == source, or_(table.c.day >= since, table.c.day == earlier))
            .order_by(table.c.day)
        )
        with self.reading() as connection:
            return [_mark(row) for row in connection.execute(query)]


def _mark(row: Row[Any]) -> DayMark:
    flaws = {RowReason(code): rows for code, rows in json.loads(row.flaws).items()}
    return DayMark(row.day, row.run, row.as_of, Counts(row.rows, flaws, row.due, row.present, row.impossible))


def _valid(table: Table, source: str, run: int) -> Any:
    return select(table).where(
        table.c.source == source, table.c.since <= run, or_(table.c.until.is_(None), table.c.until > run)
    )


def _replace(
    connection: Connection, table: Table, source: str, run: int, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Close the versions that no longer hold and add the new ones."""
    key = _KEYS[table.name]
    standing = connection.execute(
        select(table).where(table.c.source == source, table.c.until.is_(None))
    ).mappings()
    payload = [c.name for c in table.columns if c.name not in (*key, "source", "since", "until")]
    before = {tuple(row[n] for n in key): tuple(row[n] for n in payload) for row in standing}
    after = {tuple(row[n] for n in key): tuple(row[n] for n in payload) for row in rows}
    closed = [found for found, values in before.items() if after.get(found) != values]
    added = [found for found, values in after.items() if before.get(found) != values]
    if closed:
        same = and_(*(table.c[name] == bindparam(f"key_{name}") for name in key))
        connection.execute(
            update(table).where(table.c.source == source, table.c.until.is_(None), same).values(until=run),
            [{f"key_{name}": cell for name, cell in zip(key, found, strict=True)} for found in closed],
        )
    if added:
        connection.execute(
            insert(table),
            [
                {
                    "source": source, "since": run, "until": None,
                    **dict(zip(key, found, strict=True)), **dict(zip(payload, after[found], strict=True)),
                }
                for found in added
            ],
        )  # fmt: skip
