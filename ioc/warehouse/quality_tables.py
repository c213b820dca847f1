"""Tables of data quality: rows by flaw and cells by KPI, versioned by run; a day's scores; receipts of supply.

A version is valid in run r when ``since <= r AND (until IS NULL OR until > r)``; the run behind an edition is
known, so the scores of any past edition can be read back. Knows nothing of how scores are computed.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text

from ioc.warehouse.schema import Instant, metadata

quality_rows = Table(
    "quality_rows",
    metadata,
    Column("source", String(40), primary_key=True),
    Column("area", String(24), primary_key=True),
    Column("code", String(32), primary_key=True),  # ioc.runs.RowReason; empty for rows without a flaw
    Column("column", String(40), primary_key=True),
    Column("since", Integer, primary_key=True, autoincrement=False),
    Column("until", Integer),
    Column("rows", Integer, nullable=False),
    Column("sample", Text, nullable=False),  # JSON list of a few such rows
    Index("ix_quality_rows_valid", "source", "until"),
)

quality_cells = Table(
    "quality_cells",
    metadata,
    Column("source", String(40), primary_key=True),
    Column("kpi", String(40), primary_key=True),
    Column("area", String(24), primary_key=True),
    Column("since", Integer, primary_key=True, autoincrement=False),
    Column("until", Integer),
    Column("due", Integer, nullable=False),
    Column("present", Integer, nullable=False),
    Column("impossible", Integer, nullable=False),
    Index("ix_quality_cells_valid", "source", "until"),
)

quality_version = Table(
    "quality_version",
    metadata,
    Column("source", String(40), primary_key=True),
    Column("run", Integer, primary_key=True, autoincrement=False),
    Column("sha256", String(64), nullable=False),  # of everything the run had to say on quality
)
"""One row for each run that changed anything; a refresh that finds the same again adds none."""

quality_day = Table(
    "quality_day",
    metadata,
    Column("source", String(40), primary_key=True),
    Column("day", Date, primary_key=True),  # province time
    Column("run", Integer, nullable=False),  # the last one published on that day
    Column("as_of", Instant),
    Column("rows", Integer, nullable=False),
    Column("flaws", Text, nullable=False),  # JSON object: rows by ioc.runs.RowReason
    Column("due", Integer, nullable=False),
    Column("present", Integer, nullable=False),
    Column("impossible", Integer, nullable=False),
)
"""The whole of a source at the end of a day: enough to compute that day's scores without reading all versions."""

supply_receipt = Table(
    "supply_receipt",
    metadata,
    Column("source", String(40), primary_key=True),
    Column("period", String(14), primary_key=True),
    Column("unit", String(24), primary_key=True),  # commune, or the root where only the source is known
    Column("at", Instant, nullable=False),
    Column("run", Integer, nullable=False),
)
"""When a unit's data of a period first came. Never changed: a correction does not make a report late."""
