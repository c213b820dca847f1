"""The same rows give the same numbers whichever database holds them, and no query can change anything."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
import sqlalchemy as sa

import datasources
from datasources.sites.lai_chau.generator import SOURCES, feed, generate
from datasources.sql import SqlSource
from geodata.register import build_register
from ioc.areas import Register
from ioc.periods import VIETNAM
from ioc.refresh.cells import TYPES, reading, sound, trimmed
from ioc.refresh.extract import Task, extract
from ioc.refresh.outcome import Outcome
from ioc.runs import Reason
from ioc.settings import Settings
from ioc.site import Site
from tests.datasources.databases import PASSWORD, Counter, dossiers
from tests.demo.conftest import ANCHOR, Demonstration
from tests.refresh.tiny import counts, present, row, values

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=VIETNAM)
LATER = datetime(2026, 11, 22, 20, 0, tzinfo=VIETNAM)


@pytest.fixture(scope="module")
def register() -> Register:
    return build_register([]).branch("12")


@contextmanager
def beside(server: str) -> Iterator[dict[str, str]]:
    """A database for each source beside the one given, dropped afterwards."""
    address = sa.make_url(server)
    names = {source: f"{address.database}_{source}" for source in SOURCES}
    force = " WITH (FORCE)" if address.get_backend_name() == "postgresql" else ""
    admin = sa.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    try:
        with admin.connect() as connection:
            for name in names.values():
                connection.execute(sa.text(f"CREATE DATABASE {name}"))
        yield {
            source: address.set(database=name).render_as_string(hide_password=False)
            for source, name in names.items()
        }
    finally:
        with admin.connect() as connection:
            for name in names.values():
                connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name}{force}"))
        admin.dispose()


def _told(outcome: Outcome) -> tuple[Any, ...]:
    """Everything of an outcome that readers ever see."""
    assert outcome.reason is None, outcome.message
    findings = [
        (item.code, item.disposition, item.rows, item.column, len(item.sample)) for item in outcome.findings
    ]
    return (
        outcome.observations().to_pylist(), outcome.places().to_pylist(), outcome.tally, sorted(findings, key=str),
        outcome.as_of, outcome.watermark and datetime.fromisoformat(outcome.watermark), outcome.pulled,
        outcome.full, outcome.content_sha256,
    )  # fmt: skip


def _same_numbers(
    server: str, small: Demonstration, site: Site, register: Register, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def refreshed(source: str, url: str, data: Path, now: datetime, full: bool = False) -> Outcome:
        spec, folder = site.sources[source], data / "runs" / f"{source}-{now:%d%H%M}"
        monkeypatch.setenv(str(spec.url_env), url)
        settings = Settings(data=data)
        return extract(Task(site, register, spec, settings, datasources.kinds(), folder, now), full)

    with beside(server) as urls:
        generate(urls, ANCHOR, 2026, 0.05)
        (tmp_path / "plain").mkdir()
        copy = {"mot_cua": f"sqlite:///{tmp_path / 'plain' / 'mot_cua.db'}"}
        generate(copy, ANCHOR, 2026, 0.05)
        plain = small.urls | copy
        for source in SOURCES:
            there = refreshed(source, urls[source], tmp_path / "server", NOW)
            here = refreshed(source, plain[source], tmp_path / "file", NOW)
            assert there.tally is not None and there.tally.staged == small.ledger[f"rows.{source}"]
            assert _told(there) == _told(here), source
        # life goes on, and the increment is the same as well
        assert feed(urls, LATER) == feed(plain, LATER) > 0
        there = refreshed("mot_cua", urls["mot_cua"], tmp_path / "server", LATER)
        here = refreshed("mot_cua", plain["mot_cua"], tmp_path / "file", LATER)
        assert not there.full and there.pulled
        assert _told(there) == _told(here)


@pytest.mark.postgres
def test_postgresql_gives_the_numbers_that_sqlite_gives(
    postgres_url: str, small: Demonstration, site: Site, register: Register, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    _same_numbers(postgres_url, small, site, register, tmp_path, monkeypatch)


@pytest.mark.mariadb
def test_mariadb_gives_the_numbers_that_sqlite_gives(
    mariadb_url: str, small: Demonstration, site: Site, register: Register, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    _same_numbers(mariadb_url, small, site, register, tmp_path, monkeypatch)


# -- cells --------------------------------------------------------------------------------------------------

DECOMPOSED = unicodedata.normalize("NFD", "Thị trấn Mường Tè")
CELLS: list[dict[str, Any]] = [
    {
        "id": "h1", "name": "Phường Đoàn Kết, Ủy ban Quỹ 'Nghĩa' \"Tình\" \\ ; -- %s :x", "code": "00123",
        "received": datetime(2026, 2, 10, 23, 59, 59, 999999),  # noqa: DTZ001
        "channel": 2, "fee": Decimal("1234567.891"), "paid": Decimal("0.5"), "org": "𠀋 ✓ é",
    },
    {"id": "h2", "name": DECOMPOSED, "code": "03388", "received": datetime(2026, 2, 28), "channel": -1,  # noqa: DTZ001
     "fee": Decimal("1.234"), "paid": Decimal("-12.000"), "org": "  chừa hai bên\t"},
    {"id": "h3"},
    {"id": "h4", "name": "", "org": "dòng một\ndòng hai", "fee": Decimal("100000000"), "channel": 0},
]  # fmt: skip
READ = {
    "h1": (CELLS[0]["name"], "00123", CELLS[0]["received"], 2, 1234567.891, 0.5, "𠀋 ✓ é"),
    "h2": ("Thị trấn Mường Tè", "03388", CELLS[1]["received"], -1, 1.234, -12.0, "chừa hai bên"),
    "h3": (None,) * 7,
    "h4": (None, None, None, 0, 100000000.0, None, "dòng một\ndòng hai"),
}


def test_text_nulls_moments_and_decimals_arrive_alike(counter: Counter) -> None:
    table = dossiers(sa.MetaData())
    blank = dict.fromkeys([column.name for column in table.columns])
    counter.database.fill(table, [blank | cells for cells in CELLS])
    spec = counter.site().sources["hs"]
    staged = pa.Table.from_batches(list(SqlSource(spec, Settings(data=counter.data)).pull(None)))
    kinds = {
        "name": "text", "code": "code", "received": "datetime", "channel": "int", "fee": "number",
        "paid": "number", "org": "text",
    }  # fmt: skip
    assert all(staged.schema.field(name).type == "string" for name in staged.column_names)
    with duckdb.connect() as connection:
        connection.register("staged", staged)
        columns = ", ".join(
            f"CAST({sound(reading(trimmed(name), kind), kind)} AS {TYPES[kind]})"
            for name, kind in kinds.items()
        )
        found = {
            one[0]: one[1:] for one in connection.execute(f"SELECT id, {columns} FROM staged").fetchall()
        }
    assert found == READ


def test_a_column_of_days_or_of_moments_with_an_offset_reads_alike(counter: Counter) -> None:
    day = sa.Column("received", sa.Date)
    metadata = sa.MetaData()
    table = dossiers(metadata)
    days = sa.Table("ngay", metadata, sa.Column("id", sa.String(20)), day)
    plain = row(id="h1", name="Phường Đoàn Kết") | {
        "received": datetime(2026, 2, 10, 8), "updated": datetime(2026, 2, 10, 8)}  # noqa: DTZ001  # fmt: skip
    counter.database.fill(table, [plain])
    with counter.database.engine() as engine, engine.begin() as connection:
        connection.execute(days.insert(), [{"id": "h1", "received": date(2026, 2, 10)}])
    fields = [
        f"n.{name}" if name == "received" else f"h.{name}" for name in counter.site().sources["hs"].column
    ]
    outcome = counter.refresh(query=f"SELECT {', '.join(fields)} FROM ho_so h JOIN ngay n ON n.id = h.id")
    assert values(outcome, "all", "2026-02")[present("03388")] == (1, None, 1)
    if counter.database.backend == "postgresql":
        outcome = counter.refresh(
            query="SELECT id, code, name, level, timestamptz '2026-01-31 18:00:00+00' AS received, finished, channel,"
            " fee, paid, org, updated FROM ho_so"
        )
        assert values(outcome, "all", "2026-02")[present("03388")] == (1, None, 1), (
            "midnight is that of Việt Nam"
        )


# -- reading only -------------------------------------------------------------------------------------------

OUTFILE = f"/tmp/ioc_test_{uuid.uuid4().hex}"  # noqa: S108 - on the machine of the server
WRITING = {
    "sqlite": [
        "WITH a AS (SELECT 1) INSERT INTO ho_so (id) SELECT 'x' FROM a",
        "WITH a AS (SELECT 1) DELETE FROM ho_so",
        "WITH a AS (SELECT 1) UPDATE ho_so SET id = 'x'",
        "SELECT load_extension('/nowhere')",
    ],
    "postgresql": [
        "WITH a AS (INSERT INTO ho_so (id) VALUES ('x') RETURNING id) SELECT * FROM a",
        "WITH a AS (DELETE FROM ho_so RETURNING id) SELECT * FROM a",
        "WITH a AS (UPDATE ho_so SET id = 'x' RETURNING id) SELECT * FROM a",
        "SELECT * INTO ban_sao FROM ho_so",
        "SELECT nextval('day_so')",
        "SELECT * FROM ho_so FOR UPDATE",
        "SELECT set_config('transaction_read_only', 'off', false), nextval('day_so')",
        "SELECT lo_create(4711)",
    ],
    "mariadb": [
        "WITH a AS (SELECT 1) DELETE FROM ho_so",
        "SELECT ghi()",
        f"SELECT id FROM ho_so INTO OUTFILE '{OUTFILE}'",
        f"SELECT id INTO/**/DUMPFILE '{OUTFILE}' FROM ho_so LIMIT 1",
        "SELECT NEXTVAL(day_so)",
    ],
}


def test_a_query_that_writes_is_refused_and_nothing_has_changed(counter: Counter) -> None:
    database = counter.database
    database.fill(dossiers(sa.MetaData()), [_dossier("h1")])
    if database.backend != "sqlite":
        database.run("CREATE SEQUENCE day_so")
    if database.backend == "mariadb":
        database.run(
            "CREATE FUNCTION ghi() RETURNS INT BEGIN INSERT INTO ho_so (id) VALUES ('x'); RETURN 1; END"
        )
        counter.use(database.admin)  # an account that may do anything at all
    before = database.ask("SELECT * FROM ho_so")
    for query in WRITING[database.backend]:
        outcome = counter.refresh(query=query)
        # what only pretends to read and is undone with its transaction is missed by its columns at the latest
        assert outcome.reason in (Reason.QUERY, Reason.SCHEMA), (query, outcome.reason, outcome.message)
        assert outcome.message and "sources/hs.toml" in outcome.message and outcome.message.endswith(".")
        assert database.ask("SELECT * FROM ho_so") == before, query
    if database.backend == "postgresql":
        assert database.ask("SELECT is_called FROM day_so") == [(False,)]
        assert database.ask("SELECT count(*) FROM pg_largeobject_metadata WHERE oid = 4711") == [(0,)]
        assert database.ask("SELECT count(*) FROM pg_class WHERE relname = 'ban_sao'") == [(0,)]
    if database.backend == "mariadb":
        assert database.ask(f"SELECT LOAD_FILE('{OUTFILE}')") == [(None,)]
        assert database.ask("SELECT next_not_cached_value FROM day_so") == [(1,)]
    assert counter.refresh().reason is None, "and reading goes on"


def test_a_file_that_is_not_there_is_not_made(counter: Counter, tmp_path: Path) -> None:
    if counter.database.backend == "sqlite":
        assert counter.refresh().reason is Reason.UNREACHABLE
        assert not (tmp_path / "nguon.db").exists()


def test_parameters_of_an_address_that_open_files_are_refused(counter: Counter) -> None:
    address = sa.make_url(counter.database.url)
    for query in (
        {"local_infile": "1"},
        {"init_command": "x"},
        {"service": "x"},
        {"passfile": "/etc/passwd"},
    ):
        counter.use(address.set(query=query).render_as_string(hide_password=False))
        outcome = counter.refresh()
        assert outcome.reason is Reason.UNREACHABLE
        assert outcome.message and next(iter(query)) in outcome.message and PASSWORD not in outcome.message


def test_only_what_came_after_the_watermark_is_asked_for_again(counter: Counter) -> None:
    database = counter.database
    table = dossiers(sa.MetaData())
    database.fill(table, [_dossier(f"h{number}", _at(1 + number % 9)) for number in range(20)])
    incremental = {
        "query": f"{counter.site().sources['hs'].query} WHERE updated >= :since",
        "pull": {"mode": "incremental", "watermark": "updated", "overlap": "10m"},
    }
    first = counter.refresh(**incremental)
    assert (first.full, first.pulled) == (True, 20)
    with database.engine() as engine, engine.begin() as connection:
        connection.execute(table.update().where(table.c.id == "h3"), {"channel": 2, "updated": _at(11)})
        connection.execute(table.insert(), [_dossier("new", _at(12))])
    second = counter.refresh(**incremental)
    again = 2  # h8 and h17 lie within the overlap
    assert (second.full, second.pulled) == (False, 2 + again)
    assert counts(second) == {}
    assert values(second, "online", "2026-02")[present("03388")] == (1, 21, pytest.approx(100 / 21))


def _at(day: int) -> datetime:
    return datetime(2026, 2, day, 8)  # noqa: DTZ001 - sources keep province time


def _dossier(id: str, updated: datetime | None = None) -> dict[str, Any]:
    return row(id=id, name="Phường Đoàn Kết") | {"received": _at(10), "updated": updated or _at(10)}
