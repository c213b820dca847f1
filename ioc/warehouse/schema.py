"""Tables of the warehouse, in SQLAlchemy Core; one definition for SQLite and PostgreSQL.

Facts and places are versioned, never overwritten: a row is visible in edition e when
``since <= e AND (until IS NULL OR until > e)``. `head` marks the newest version of a key, open or closed,
so that any edition is read by one walk over the heads, however many versions lie behind them. Knows
nothing of how rows come about.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)

REVISION = "0009"
"""The newest migration; a test holds it equal to the scripts' head."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_HEAD = text("head = 1")  # as SQLAlchemy writes the condition in a query: SQLite compares the texts
_big = BigInteger().with_variant(Integer, "sqlite")


class Instant(TypeDecorator[datetime]):
    """An instant, kept in UTC. SQLite has no time zones and would silently drop one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """To UTC; a naive time is a programming error."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value}")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Always aware, always UTC."""
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))


edition = Table(
    "edition",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("published_at", Instant, nullable=False),
    Column("run", Integer),
    Column("source", String(40)),
    Column("term", Integer, nullable=False),  # fencing term of the leader that published
    Column("changed", Integer, nullable=False),  # facts and places added, changed or removed
    Column("content_sha256", String(64), nullable=False),  # of everything visible, whatever its history
)

edition_change = Table(
    "edition_change",
    metadata,
    Column("edition", Integer, primary_key=True, autoincrement=False),
    Column("part", String(8), primary_key=True),  # fact | place
    Column("name", String(40), primary_key=True),  # the KPI, or the kind of place
    Column("changed", Integer, nullable=False),
)
"""Which KPIs and kinds of place each edition touched: readers carry the rest over."""

content = Table(
    "content",
    metadata,
    Column("source", String(40), primary_key=True),
    Column("edition", Integer, nullable=False),  # the one that brought it in
    Column("sha256", String(64), nullable=False),  # of the source's whole contribution
)
"""What each source has in the newest edition; equal hashes need no comparison of rows."""

fact = Table(
    "fact",
    metadata,
    Column("kpi", String(40), primary_key=True),
    Column("area", String(24), primary_key=True),
    Column("period", String(14), primary_key=True),
    Column("since", Integer, primary_key=True, autoincrement=False),
    Column("until", Integer),
    Column("head", Boolean, nullable=False),
    Column("numerator", Float),
    Column("denominator", Float),
    Column("value", Float),
    Column("status", String(16), nullable=False),
    Column("reporting", Integer),
    Column("expected", Integer),
    Column("source", String(40), nullable=False),
    CheckConstraint("until IS NULL OR until > since", name="interval"),
    CheckConstraint("head OR until IS NOT NULL", name="head"),
    Index("ix_fact_since", "since"),
    sqlite_with_rowid=False,
)
Index(
    "ix_fact_until",
    fact.c.until,
    sqlite_where=fact.c.until.is_not(None),
    postgresql_where=fact.c.until.is_not(None),
)
Index("ix_fact_slice", fact.c.kpi, fact.c.period, fact.c.area, unique=True,
      sqlite_where=_HEAD, postgresql_where=fact.c.head)  # fmt: skip
Index("ix_fact_series", fact.c.kpi, fact.c.area, fact.c.period, unique=True,
      sqlite_where=_HEAD, postgresql_where=fact.c.head)  # fmt: skip

place = Table(
    "place",
    metadata,
    Column("kind", String(24), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("since", Integer, primary_key=True, autoincrement=False),
    Column("until", Integer),
    Column("head", Boolean, nullable=False),
    Column("area", String(24), nullable=False),
    Column("name", Text, nullable=False),
    Column("lat", Float),
    Column("lon", Float),
    Column("attributes", Text, nullable=False),
    Column("source", String(40), nullable=False),
    CheckConstraint("until IS NULL OR until > since", name="interval"),
    CheckConstraint("head OR until IS NOT NULL", name="head"),
    sqlite_with_rowid=False,
)
Index(
    "ix_place_head", place.c.kind, place.c.id, unique=True, sqlite_where=_HEAD, postgresql_where=place.c.head
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("source", String(40), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("trigger", String(16), nullable=False),  # schedule | manual | first | retry | recovery
    Column("asked_by", String(80), nullable=False),
    Column("state", String(16), nullable=False),  # ioc.runs.State
    Column("reason", String(32)),  # ioc.runs.Reason when FAILED or QUARANTINED
    Column("message", Text),  # the sentence for the operator, Vietnamese
    Column("started_at", Instant, nullable=False),
    Column("heartbeat_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("term", Integer, nullable=False),
    Column("as_of", Instant),  # how late the data reach, not when they were received
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
    Index("ix_run_state", "state"),
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
    Column("expires_at", Instant, nullable=False),
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("detail", Text, nullable=False),  # JSON
)

request = Table(
    "request",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("source", String(40), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("asked_by", String(80), nullable=False),
    Column("taken_by_run", Integer),
)
