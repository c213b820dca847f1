"""The source databases as stores: opening, marking as a demonstration, filling in bulk.

Owns the differences between SQLite, PostgreSQL and MariaDB. Touches only databases that are empty or
that carry the demonstration mark, because a setting may by mistake name a real system.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

NOTICE = "Dữ liệu minh họa, không phải số liệu chính thức"
"""Stands in every generated database and on every screen and export made from it."""
_MARK = "canh_bao"
_DRIVERS = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql", "mariadb": "mariadb+pymysql"}
_CHUNK = 20_000

Columns = Mapping[str, Sequence[Any]]
"""Values by column name, all of one length; moments as text 'YYYY-MM-DD HH:MM:SS', days as 'YYYY-MM-DD'."""


class NotADemonstration(Exception):  # noqa: N818
    """The database holds tables the generator did not make; it was left untouched."""


def table(metadata: sa.MetaData, name: str, *columns: sa.Column[Any] | sa.Index) -> sa.Table:
    """A table of a source system, spelled the same on the three databases."""
    return sa.Table(
        name, metadata, *columns, mysql_charset="utf8mb4", mysql_collate="utf8mb4_bin", mysql_engine="InnoDB"
    )


def about(metadata: sa.MetaData) -> sa.Table:
    """The table every generated database has: what it is, of which day, with which deliberate errors."""
    return table(
        metadata,
        "thong_tin",
        sa.Column("khoa", sa.String(80), primary_key=True),
        sa.Column("gia_tri", sa.String(255), nullable=False),
    )


@lru_cache(maxsize=32)
def engine(url: str) -> sa.Engine:
    """An engine without a pool: a demonstration must not hold connections. Makes a SQLite file's folder."""
    address = sa.make_url(url)
    address = address.set(drivername=_DRIVERS.get(address.drivername, address.drivername))
    made = sa.create_engine(address, poolclass=sa.pool.NullPool)
    if made.dialect.name == "sqlite":
        if made.url.database:
            Path(made.url.database).parent.mkdir(parents=True, exist_ok=True)
        sa.event.listen(made, "connect", _patient)
    return made


def _patient(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA busy_timeout = 5000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def marked(url: str) -> dict[str, str]:
    """What a generated database says of itself; empty when it is not one or was never finished."""
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        return {}  # connecting would create the file
    try:
        with engine(url).connect() as connection:
            found = {
                str(key): str(value)
                for key, value in connection.execute(sa.text("SELECT khoa, gia_tri FROM thong_tin"))
            }
    except sa.exc.DBAPIError:
        return {}
    return found if found.get(_MARK) == NOTICE and "hoan_thanh" in found else {}


def recreate(url: str, metadata: sa.MetaData, facts: Mapping[str, str]) -> None:
    """Drop and recreate the tables of `metadata`, and mark the database as a demonstration.

    Raises NotADemonstration when it holds tables but no mark.
    """
    with engine(url).begin() as connection:
        present = set(sa.inspect(connection).get_table_names())
        if present and not _is_marked(connection, present):
            raise NotADemonstration(
                f"Cơ sở dữ liệu {sa.make_url(url).render_as_string(hide_password=True)} đã có bảng "
                f"({', '.join(sorted(present)[:3])}…) nhưng không phải do bộ sinh dữ liệu minh họa tạo ra; "
                "không ghi đè. Hãy kiểm tra lại địa chỉ hoặc dùng một cơ sở dữ liệu trống."
            )
        metadata.drop_all(connection)
        metadata.create_all(connection)
        rows = [
            {"khoa": _MARK, "gia_tri": NOTICE},
            *({"khoa": key, "gia_tri": value} for key, value in facts.items()),
        ]
        connection.execute(metadata.tables["thong_tin"].insert(), rows)


def _is_marked(connection: sa.Connection, present: set[str]) -> bool:
    if "thong_tin" not in present:
        return False
    found = connection.execute(sa.text("SELECT gia_tri FROM thong_tin WHERE khoa = :key"), {"key": _MARK})
    return found.scalar() == NOTICE


def fill(url: str, tables: Mapping[sa.Table, Columns], done: Mapping[str, str]) -> None:
    """Load whole tables in one transaction, then note `done` so that a half-filled database is told apart."""
    with engine(url).begin() as connection:
        for target, columns in tables.items():
            _load(connection, target, columns)
        rows = [{"khoa": key, "gia_tri": value} for key, value in {**done, "hoan_thanh": "1"}.items()]
        about_table = next(iter(tables)).metadata.tables["thong_tin"]
        connection.execute(about_table.insert(), rows)


def _load(connection: sa.Connection, target: sa.Table, columns: Columns) -> None:
    names = ", ".join(columns)
    rows = zip(*columns.values(), strict=True)
    cursor = connection.connection.cursor()
    match connection.dialect.name:
        case "postgresql":
            with cursor.copy(f"COPY {target.name} ({names}) FROM STDIN WITH (FORMAT csv)") as copy:
                while chunk := list(islice(rows, _CHUNK)):
                    text = io.StringIO()
                    csv.writer(text).writerows(chunk)
                    copy.write(text.getvalue())
        case "sqlite":
            marks = ", ".join("?" * len(columns))
            cursor.executemany(f"INSERT INTO {target.name} ({names}) VALUES ({marks})", rows)  # type: ignore[arg-type]  # noqa: S608
        case _:
            marks = ", ".join(["%s"] * len(columns))
            while chunk := list(islice(rows, _CHUNK)):
                cursor.executemany(f"INSERT INTO {target.name} ({names}) VALUES ({marks})", chunk)  # noqa: S608
    cursor.close()
