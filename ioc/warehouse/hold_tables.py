"""Tables of numbers held back: cases with their decisions, the cells of each, and what was judged last."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, String, Table, Text

from ioc.warehouse.schema import Instant, metadata

_big = BigInteger().with_variant(Integer, "sqlite")

hold = Table(
    "hold",
    metadata,
    Column("id", _big, primary_key=True, autoincrement=True),
    Column("source", String(40), nullable=False),
    Column("kpi", String(40), nullable=False),
    Column("why", String(12), nullable=False),  # ioc.holding.cases.Why
    Column("state", String(10), nullable=False),  # ioc.holding.cases.CaseState
    Column("run", Integer, nullable=False),  # the one that brought the values
    Column("opened_at", Instant, nullable=False),
    Column("decided_by", String(80)),
    Column("decided_at", Instant),
    Column("reason", Text),
    Column("ended_at", Instant),  # since when nothing of it is held any more
    Column("ended_run", Integer),
    Index("ix_hold_source", "source", "ended_at"),
)

hold_cell = Table(
    "hold_cell",
    metadata,
    Column("hold", _big, primary_key=True, autoincrement=False),
    Column("area", String(24), primary_key=True),
    Column("period", String(14), primary_key=True),
    Column("measure", String(12), nullable=False),  # which figure: value | denominator | reporting | batch
    Column("old", Float),  # the figure shown before; null where the cell is new
    Column("new", Float),  # the figure held back
    Column("low", Float),
    Column("high", Float),
    Column("numerator", Float),  # of the value held back
    Column("denominator", Float),
    Column("good_edition", Integer),  # the edition that brought in the value shown instead
    Column("ended", String(10)),  # null while it is held: ioc.holding.cases.CellEnd
)

hold_basis = Table(
    "hold_basis",
    metadata,
    Column("source", String(40), primary_key=True),
    Column("run", Integer, nullable=False),  # whose raw values were judged last
    Column("sha256", String(64), nullable=False),  # of those raw values
    Column("site", String(64), nullable=False),  # fingerprint of the configuration they were judged by
)
"""What was judged last of each source: the same again need not be judged again."""
