"""Tables of the warehouse, in SQLAlchemy Core; one definition for SQLite and PostgreSQL.

Facts and places are versioned, never overwritten: a row is visible in edition e when
``since <= e AND (until IS NULL OR until > e)``. Knows nothing of how rows come about.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger, Boolean, CheckConstraint, Column, DateTime, Float, Index, Integer, MetaData, String, Table, Text,
)  # fmt: skip

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)
_big = BigInteger().with_variant(Integer, "sqlite")

edition = Table(
    "edition",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
    Column("run", Integer),
    Column("source", String(40)),
    Column("term", Integer, nullable=False),  # fencing term of the leader that published
    Column("changed", Integer, nullable=False),  # fact and place rows written or closed
    Column("content_sha256", String(64), nullable=False),
)

fact = Table(
    "fact",
    metadata,
    Column("kpi", String(40), primary_key=True),
    Column("area", String(24), primary_key=True),
    Column("period", String(14), primary_key=True),
    Column("since", Integer, primary_key=True),
    Column("until", Integer),
    Column("numerator", Float),
    Column("denominator", Float),
    Column("value", Float),
    Column("status", String(16), nullable=False),
    Column("reporting", Integer),
    Column("expected", Integer),
    Column("source", String(40), nullable=False),
    CheckConstraint("until IS NULL OR until > since", name="interval"),
    Index("ix_fact_slice", "kpi", "period", "since"),
    Index("ix_fact_until", "until"),
)

place = Table(
    "place",
    metadata,
    Column("kind", String(24), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("since", Integer, primary_key=True),
    Column("until", Integer),
    Column("area", String(24), nullable=False),
    Column("name", Text, nullable=False),
    Column("lat", Float),
    Column("lon", Float),
    Column("attributes", Text, nullable=False),
    Column("source", String(40), nullable=False),
    CheckConstraint("until IS NULL OR until > since", name="interval"),
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("source", String(40), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("trigger", String(16), nullable=False),  # schedule | manual | first | retry
    Column("asked_by", String(80), nullable=False),
    Column("state", String(16), nullable=False),  # ioc.runs.State
    Column("reason", String(32)),  # ioc.runs.Reason when FAILED or QUARANTINED
    Column("message", Text),  # the sentence for the operator, Vietnamese
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("heartbeat_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True)),
    Column("term", Integer, nullable=False),
    Column("as_of", DateTime(timezone=True)),  # how late the data reach, not when they were received
    Column("full", Boolean),
    Column("pulled", Integer),
    Column("staged", Integer),
    Column("published", Integer),
    Column("parked", Integer),
    Column("rejected", Integer),
    Column("content_sha256", String(64)),
    Column("watermark", String(40)),
    Column("edition", Integer),
    Index("ix_run_source", "source", "id"),
)

finding = Table(
    "finding",
    metadata,
    Column("id", _big, primary_key=True, autoincrement=True),
    Column("run", Integer, nullable=False, index=True),
    Column("source", String(40), nullable=False),
    Column("code", String(32), nullable=False),  # ioc.runs.RowReason
    Column("disposition", String(10), nullable=False),  # parked | rejected | noted
    Column("rows", Integer, nullable=False),
    Column("column", String(40)),
    Column("sample", Text, nullable=False),  # JSON list of at most 20 offending rows
)

lease = Table(
    "lease",
    metadata,
    Column("name", String(24), primary_key=True),
    Column("owner", String(80), nullable=False),
    Column("term", Integer, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("detail", Text, nullable=False),  # JSON
)

request = Table(
    "request",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("source", String(40), nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("asked_by", String(80), nullable=False),
    Column("taken_by_run", Integer),
)
