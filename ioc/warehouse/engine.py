"""Connections to the warehouse: SQLite or PostgreSQL by URL, with the transactions said aloud.

Owns what differs between the two databases, so that every other file of the room is one code path: how a
reading and a writing transaction begin, the database's clock, and the bulk load of a staging table.
Knows no table.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
from sqlalchemy import Connection, Engine, FromClause, Table, create_engine, event, make_url, text
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler

BUSY_SECONDS = 30
"""How long a writer waits for another one. Publications of millions of rows hold the lock for seconds."""
_SQLITE = (
    "PRAGMA journal_mode=WAL",
    f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}",
    "PRAGMA foreign_keys=ON",
    # FULL, not NORMAL: an edition number that a reader has seen may not be taken back by a power cut and
    # given to other content. It costs one fsync a commit, a few times a second at most.
    "PRAGMA synchronous=FULL",
    "PRAGMA cache_size=-65536",
    "PRAGMA journal_size_limit=67108864",
)
_WRITE = "ioc_write"


class _Hinting(SQLiteCompiler):
    """SQLite's compiler as it is, but `with_hint(table, "INDEXED BY …")` is written out."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        """The hint, after the table's name."""
        return text


def open_engine(url: str) -> Engine:
    """An engine for ``sqlite:///path`` or ``postgresql://…`` (psycopg 3). Connects lazily.

    Raises ValueError for any other database.
    """
    target = make_url(url)
    if target.get_backend_name() == "postgresql":
        target = target.set(drivername="postgresql+psycopg")
        return create_engine(target, pool_pre_ping=True, pool_size=5, max_overflow=10)
    if target.get_backend_name() != "sqlite" or not target.database or target.database == ":memory:":
        raise ValueError(f"the warehouse is a SQLite file or a PostgreSQL database, not {target!r}")
    engine = create_engine(target, connect_args={"timeout": BUSY_SECONDS})
    engine.dialect.statement_compiler = _Hinting

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver's own BEGIN comes late and unasked, and tears what should be one transaction.
        connection.isolation_level = None
        for pragma in _SQLITE:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes the lock at once: an upgrade from reading fails immediately whatever the timeout.
        write = connection.get_execution_options().get(_WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def ensure_folder(engine: Engine) -> None:
    """Make the folder of a SQLite file; nothing for a server."""
    if engine.dialect.name == "sqlite" and engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One read-only transaction that sees one moment of the warehouse, ended when the block ends."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One writing transaction: committed when the block ends, rolled back when it raises."""
    with engine.connect() as connection, write_on(connection):
        yield connection


@contextmanager
def write_on(connection: Connection) -> Iterator[None]:
    """A writing transaction on a connection that is already open (and may hold temporary tables)."""
    connection.execution_options(**{_WRITE: True})
    try:
        with connection.begin():
            if connection.dialect.name == "postgresql":
                # A writer that stops breathing in mid-transaction is ended by the server, not waited for.
                connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = '60s'"))
                connection.execute(text("SET LOCAL lock_timeout = '120s'"))
            yield
    finally:
        connection.execution_options(**{_WRITE: False})


def lock_for_migration(connection: Connection) -> None:
    """Let one process at a time change the tables; on SQLite the transaction itself does."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(7061263)"))


def database_now(connection: Connection) -> datetime:
    """The database's clock: the server's on PostgreSQL, this machine's for a file on it."""
    if connection.dialect.name == "postgresql":
        found: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return found.astimezone(UTC)
    return datetime.now(UTC)


def bulk_load(connection: Connection, table: Table, rows: pa.Table) -> None:
    """Fill an empty temporary `table` from `rows`, column by column in the table's order.

    COPY on PostgreSQL, one prepared statement on SQLite: about a second a million rows.
    """
    names = [column.name for column in table.columns]
    rows = rows.select(names)
    if connection.dialect.name == "postgresql":
        quoted = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in names)
        cursor = connection.connection.cursor()
        with cursor.copy(f"COPY {table.name} ({quoted}) FROM STDIN (FORMAT csv)") as copy:
            for block in csv_blocks(rows):
                copy.write(block)
        cursor.close()
        analyse(connection, table)
        return
    marks = ", ".join("?" * len(names))
    for batch in rows.to_batches(max_chunksize=50_000):
        columns = [column.to_pylist() for column in batch.columns]
        connection.exec_driver_sql(
            f"INSERT INTO {table.name} VALUES ({marks})",  # noqa: S608 - a name of our own, values bound
            list(zip(*columns, strict=True)),
        )


def analyse(connection: Connection, table: Table) -> None:
    """Let PostgreSQL look at a table that has just changed a lot; SQLite is told its indexes outright."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ANALYZE {table.name}")


def csv_blocks(rows: pa.Table) -> Iterator[bytes]:
    """The rows as CSV without a header, in blocks; null is empty, an empty text is quoted, floats exact."""
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")
    for batch in rows.to_batches(max_chunksize=100_000):
        sink = io.BytesIO()
        pyarrow.csv.write_csv(batch, sink, options)
        yield sink.getvalue()
