"""A source that is a database: one reviewed SELECT, streamed through SQLAlchemy, read-only.

Owns the connection and its limits: read-only session, statement timeout, connect timeout, allow-listed URL
parameters. What may go wrong and how it is told is `datasources.faults`. Must not know what rows mean.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import quote

import pyarrow as pa
from sqlalchemy import URL, Connection, Engine, bindparam, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from datasources.faults import explained, place_of
from ioc.contract import SourceSpec
from ioc.refresh.source import text_batch
from ioc.runs import Reason, RunFailed
from ioc.settings import Settings

CONNECT_TIMEOUT_S = 5
BATCH_ROWS = 5000
LEAST: dict[str, Any] = {
    "datetime": datetime(1900, 1, 1),  # noqa: DTZ001 - sources keep province time without an offset
    "date": date(1900, 1, 1),
    "int": -(2**31),
    "number": -1e300,
}
"""Bound to ``:since`` when everything is asked for; a text starts at the empty text."""
_FILE_WRITING = re.compile(r"\b(outfile|dumpfile)\b", re.IGNORECASE)
"""MySQL and MariaDB let even a read-only session write a file on their server with these."""


@dataclass(frozen=True)
class Dialect:
    """What is particular to one kind of server.

    `driver` is put into the URL when it names none. `parameters` of the URL are let through, any other is
    refused: a URL can switch on the reading of local files. `session` are statements sent first, with
    ``{seconds}`` for the statement timeout; the read-only one is there where the server offers it.
    """

    driver: str
    parameters: frozenset[str] = frozenset()
    connect: Mapping[str, Any] = field(default_factory=dict)
    session: tuple[str, ...] = ()


_TLS_PG = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey", "application_name"})
_TLS_MY = frozenset({"charset", "ssl_ca", "ssl_cert", "ssl_key", "ssl_verify_cert", "ssl_verify_identity"})
_MYSQL = Dialect(
    "mysql+pymysql",
    _TLS_MY,
    {"connect_timeout": CONNECT_TIMEOUT_S, "read_timeout": CONNECT_TIMEOUT_S, "local_infile": False,
     "charset": "utf8mb4"},
    ("SET SESSION TRANSACTION READ ONLY", "SET time_zone = '+07:00'"),
)  # fmt: skip
DIALECTS: dict[str, Dialect] = {
    "sqlite": Dialect("sqlite"),
    "postgresql": Dialect(
        "postgresql+psycopg",
        _TLS_PG,
        {"connect_timeout": CONNECT_TIMEOUT_S, "keepalives_idle": 15, "keepalives_interval": 5,
         "keepalives_count": 3},
        ("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "SET TIME ZONE 'Asia/Ho_Chi_Minh'",
         "SET statement_timeout = '{seconds}s'"),
    ),
    "mysql": _MYSQL,
    "mariadb": Dialect("mariadb+pymysql", _MYSQL.parameters, _MYSQL.connect, _MYSQL.session),
    "oracle": Dialect(
        "oracle+oracledb",
        frozenset({"service_name", "wallet_location", "ssl_server_dn_match"}),
        {"tcp_connect_timeout": CONNECT_TIMEOUT_S},
        ("ALTER SESSION SET TIME_ZONE = '+07:00'",),
    ),
    "mssql": Dialect(
        "mssql+pymssql",
        frozenset({"charset", "tds_version", "encryption"}),
        {"login_timeout": CONNECT_TIMEOUT_S},
        ("SET LOCK_TIMEOUT 5000",),
    ),
}  # fmt: skip


class SqlSource:
    """Pulls the rows of one source's query."""

    def __init__(self, spec: SourceSpec, settings: Settings):
        self.spec = spec
        self.url = resolve_url(spec, settings)
        self.dialect = DIALECTS[self.url.get_backend_name()]
        self.seconds = max(1, int(spec.schedule.deadline.total_seconds()))

    def pull(self, since: str | None) -> Iterator[pa.RecordBatch]:
        """Batches of at most 5,000 rows as text columns named as in the query. Raises RunFailed."""
        if _FILE_WRITING.search(self.spec.query):
            raise RunFailed(
                Reason.QUERY,
                f"Câu truy vấn của nguồn {self.spec.id} ({place_of(self.url)}) định ghi ra tệp trên máy chủ nguồn "
                f"nên không được chạy; bỏ INTO OUTFILE, INTO DUMPFILE trong sources/{self.spec.id}.toml. "
                "Số liệu đã công bố được giữ nguyên.",
            )
        statement = text(self.spec.query.strip().rstrip(";"))
        if self.spec.pull.watermark is not None:
            statement = statement.bindparams(bindparam("since", self._bound(since)))
        connected = False
        try:
            engine = self._engine()
            with engine.connect() as connection:
                connected = True
                self._limit(connection)
                stream = connection.execution_options(stream_results=True, yield_per=BATCH_ROWS)
                result = stream.execute(statement)
                names = [str(name).lower() for name in result.keys()]  # noqa: SIM118 - a method, not a dict's
                sent = False
                for rows in result.partitions(BATCH_ROWS):
                    sent = True
                    yield text_batch(names, rows)
                if not sent:
                    yield text_batch(names, [])
        except (DBAPIError, sqlite3.Error) as error:
            raise explained(self.spec, self.url, error, connected) from None
        except (ImportError, NoSuchModuleError):
            raise RunFailed(
                Reason.UNREACHABLE,
                f"Máy này chưa cài trình điều khiển {self.dialect.driver} để đọc nguồn {self.spec.id}; "
                "cài thêm gói đó (docs/dependencies.md) rồi chạy lại.",
            ) from None
        except (SQLAlchemyError, OSError) as error:
            raise explained(self.spec, self.url, error, connected) from None

    def _bound(self, since: str | None) -> Any:
        """`since` as the server compares it: a text in SQLite, which has no dates, a value elsewhere."""
        kind = self.spec.column[str(self.spec.pull.watermark)].type
        if kind in ("int", "number"):
            return (int if kind == "int" else float)(since) if since else LEAST[kind]
        if self.url.get_backend_name() == "sqlite" or kind in ("text", "code"):
            return since or ""
        read: Any = datetime if kind == "datetime" else date
        return read.fromisoformat(since) if since else LEAST[kind]

    def _engine(self) -> Engine:
        if self.url.get_backend_name() == "sqlite":
            return create_engine("sqlite://", creator=self._open_file, poolclass=NullPool)
        url = self.url
        if url.drivername == url.get_backend_name():
            url = url.set(drivername=self.dialect.driver)
        return create_engine(url, connect_args=dict(self.dialect.connect), poolclass=NullPool)

    def _limit(self, connection: Connection) -> None:
        """Make the session read-only and its statements finite, before anything of the source is read."""
        for statement in self.dialect.session:
            connection.exec_driver_sql(statement.format(seconds=self.seconds))
        backend = self.url.get_backend_name()
        raw: Any = connection.connection.dbapi_connection
        if backend == "sqlite":
            raw.set_authorizer(_only_reading)
        elif backend in ("mysql", "mariadb"):
            if connection.dialect.is_mariadb:  # type: ignore[attr-defined]
                connection.exec_driver_sql(f"SET SESSION max_statement_time = {self.seconds}")
            else:
                connection.exec_driver_sql(f"SET SESSION max_execution_time = {self.seconds * 1000}")
            # the handshake had to answer within five seconds; a statement may take as long as it is allowed
            raw._read_timeout = self.seconds + CONNECT_TIMEOUT_S
        elif backend == "oracle":
            raw.call_timeout = self.seconds * 1000
        connection.commit()

    def _open_file(self) -> sqlite3.Connection:
        """The SQLite file, opened so that it can neither be created nor written nor left."""
        file = Path(str(self.url.database))
        connection = sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True, timeout=CONNECT_TIMEOUT_S)
        deadline = monotonic() + self.seconds
        connection.execute("PRAGMA query_only = ON")
        connection.set_progress_handler(lambda: int(monotonic() > deadline), 100_000)
        return connection


def resolve_url(spec: SourceSpec, settings: Settings) -> URL:
    """The URL of a source, checked. Raises RunFailed; no message ever holds more than host and database."""
    given = os.environ.get(spec.url_env) if spec.url_env else None
    if not given and spec.url is None:
        raise RunFailed(
            Reason.SECRET_MISSING,
            f"Chưa có địa chỉ kết nối của nguồn {spec.id}: đặt biến môi trường {spec.url_env} "
            "(ví dụ postgresql://tên:mật_khẩu@máy_chủ/csdl) cho tiến trình lập lịch rồi chạy lại.",
        )
    try:
        url = make_url((given or str(spec.url)).replace("{data}", str(settings.data)))
        known = DIALECTS[url.get_backend_name()]
    except (ArgumentError, KeyError, ValueError):
        raise RunFailed(
            Reason.UNREACHABLE,
            f"Địa chỉ kết nối của nguồn {spec.id} không đúng dạng hoặc thuộc loại chưa hỗ trợ; viết như "
            f"postgresql://tên:mật_khẩu@máy_chủ/csdl. Loại hỗ trợ: {', '.join(DIALECTS)}.",
        ) from None
    refused = sorted(set(url.query) - known.parameters)
    if refused:
        raise RunFailed(
            Reason.UNREACHABLE,
            f"Địa chỉ kết nối của nguồn {spec.id} ({place_of(url)}) có tham số không được phép: "
            f"{', '.join(refused)}; bỏ đi. Được phép: {', '.join(sorted(known.parameters)) or 'không có'}.",
        )
    return url


def _only_reading(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """SQLite's own gatekeeper: reading and functions, nothing that attaches, writes or loads."""
    reading = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
    if action in reading and (second or "").lower() != "load_extension":
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_OK if action == sqlite3.SQLITE_TRANSACTION else sqlite3.SQLITE_DENY
