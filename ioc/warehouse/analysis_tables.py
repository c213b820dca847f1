"""Tables of saved analyses: a name for an address, and the record of who saved, renamed, changed or deleted it.

Owns the shape of these two tables; `ioc.analysis.saved` alone writes them. A deleted analysis keeps its row, so that
the record of acts never points at nothing.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text, text

from ioc.warehouse.schema import Instant, metadata

analysis = Table(
    "analysis",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(80), nullable=False),
    Column("query", Text, nullable=False),  # canonical, as the address carries it
    Column("owner", String(80), nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("deleted_at", Instant),
    Index(
        "uq_analysis_name",
        "owner",
        "name",
        unique=True,
        sqlite_where=text("deleted_at IS NULL"),
        postgresql_where=text("deleted_at IS NULL"),
    ),
)

analysis_act = Table(
    "analysis_act",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("analysis", Integer, nullable=False),
    Column("act", String(10), nullable=False),  # ioc.analysis.saved.Act
    Column("by", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Column("before", Text),  # the name or the address that was replaced
    Column("after", Text),
    Index("ix_analysis_act", "analysis"),
)
