"""Real databases for tests: one small table of dossiers, filled alike on SQLite, PostgreSQL and MariaDB."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from datasources.sql import SqlSource
from ioc.refresh.outcome import Outcome
from ioc.site import Site
from tests.refresh import tiny

PASSWORD = "mat-khau-khong-ai-duoc-thay"
ENV = "IOC_SOURCE_HS_URL"
BACKENDS = ("sqlite", "postgresql", "mariadb")
COLUMNS = tuple(tiny.SPEC["column"])
QUERY = f"SELECT {', '.join(COLUMNS)} FROM ho_so"
_MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")


def dossiers(metadata: sa.MetaData, *more: sa.Column[Any], key: bool = False) -> sa.Table:
    """The table of dossiers, columns as in the tiny source."""
    return sa.Table(
        "ho_so",
        metadata,
        sa.Column("id", sa.String(20), primary_key=key),
        sa.Column("code", sa.String(5)),
        sa.Column("name", sa.String(80)),
        sa.Column("level", sa.String(10)),
        sa.Column("received", _MOMENT),
        sa.Column("finished", _MOMENT),
        sa.Column("channel", sa.SmallInteger),
        sa.Column("fee", sa.Numeric(12, 3)),
        sa.Column("paid", sa.Numeric(12, 3)),
        sa.Column("org", sa.String(400)),
        sa.Column("updated", _MOMENT),
        *more,
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )


@dataclass
class Database:
    """A database that a test may fill and break. `url` is what a source is given, with a password in it."""

    backend: str
    url: str
    admin: str

    def run(self, *statements: str) -> None:
        """Execute as the owner, each statement committed."""
        with self.engine() as engine, engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        with self.engine() as engine, engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]

    def fill(self, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
        """Create the table anew and insert rows."""
        engine = sa.create_engine(self.admin, poolclass=sa.pool.NullPool)
        with engine.begin() as connection:
            table.metadata.drop_all(connection)
            table.metadata.create_all(connection)
            if rows:
                connection.execute(table.insert(), list(rows))
        engine.dispose()

    @contextmanager
    def engine(self) -> Iterator[sa.Engine]:
        made = sa.create_engine(self.admin, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
        yield made
        made.dispose()

    @property
    def place(self) -> str:
        """What a sentence must say so that somebody finds the server."""
        address = sa.make_url(self.url)
        return str(address.database) if self.backend == "sqlite" else f"{address.host}:{address.port}/"


@dataclass
class Counter:
    """One installation whose only source is the table of dossiers in a database."""

    database: Database
    data: Path
    set_env: Callable[[str, str], None]

    def __post_init__(self) -> None:
        self.office = tiny.Office(self.data, self.site())
        self.use(self.database.url)

    def site(self, **changes: Any) -> Site:
        asked: dict[str, Any] = {"kind": "sql", "url": None, "url_env": ENV, "query": QUERY}
        return tiny.site(**(asked | changes))

    def use(self, url: str) -> None:
        """Let the source look at `url` from now on."""
        self.set_env(ENV, url)

    def refresh(self, **changes: Any) -> Outcome:
        """One refresh as an operator's process does it; `changes` go into the source's file."""
        self.office.site = self.site(**changes)
        outcome = self.office.refresh(SqlSource)
        told = "".join(path.read_text(encoding="utf-8") for path in (self.data / "runs").rglob("*.json*"))
        assert PASSWORD not in told, "a password has been written down"
        return outcome
