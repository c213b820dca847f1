"""A full disk, a busy database and a reader that never lets go leave the published numbers readable."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from ioc.leader import Lease
from ioc.warehouse import Warehouse
from ioc.warehouse.engine import open_engine
from tests.warehouse.press import Press

A = ("k", "a", "2026-01")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "warehouse.db"


@pytest.fixture
def press(path: Path) -> Press:
    warehouse = Warehouse(f"sqlite:///{path}")
    warehouse.migrate()
    return Press(warehouse, Lease(warehouse, seconds=600).acquire() or 0)


@pytest.mark.faults
def test_a_full_disk_leaves_the_old_edition_readable_and_heals(press: Press) -> None:
    """TinyDisk: the file may not grow by more than a few pages."""
    warehouse = press.warehouse
    press.publish({A: 1.0})
    many = {("k", f"c{i:05d}", "2026-01"): 1.0 for i in range(5000)} | {A: 2.0}
    with warehouse.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    limit = int(pages)

    def shrink(connection: sqlite3.Connection, _record: object, _proxy: object) -> None:
        connection.execute(f"PRAGMA max_page_count={limit}")

    event.listen(warehouse.engine, "checkout", shrink)
    for room in range(3, 60, 6):
        limit = int(pages) + room
        with pytest.raises(OperationalError, match="full"):
            press.publish(many)
        latest = warehouse.latest()
        assert latest is not None
        assert latest.number == 1
        assert press.shown(["k"], 1) == {A: 1.0}
        assert warehouse.verify(1)
        with warehouse.reading() as connection:
            assert connection.execute(text("PRAGMA quick_check")).scalar_one() == "ok"
    limit = 2**30
    assert press.publish(many).number == 2
    assert len(press.shown(["k"], 2)) == 5001


@pytest.mark.faults
def test_a_writer_that_holds_the_database_for_three_seconds_is_waited_for(press: Press, path: Path) -> None:
    press.publish({A: 1.0})
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        held.set()
        done.wait(3)
        other.execute("ROLLBACK")
        other.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    start = time.monotonic()
    assert press.warehouse.latest() is not None
    assert press.shown(["k"], 1) == {A: 1.0}
    assert time.monotonic() - start < 1, "a reader waited for a writer"
    assert press.publish({A: 2.0}).number == 2
    assert time.monotonic() - start > 2.5
    holder.join()


def test_a_writer_takes_the_lock_when_it_begins(press: Press) -> None:
    """A transaction that reads first and writes later would fail at once when another wrote in between."""
    press.publish({A: 1.0})
    begun: list[str] = []

    def watch(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("BEGIN"):
            begun.append(statement)

    event.listen(press.warehouse.engine, "before_cursor_execute", watch)
    press.publish({A: 2.0})
    press.warehouse.ask("s1", "somebody", press.warehouse.editions()[0].published_at)
    press.warehouse.latest()
    assert begun.count("BEGIN IMMEDIATE") == 3  # open_run, publication, ask
    assert begun[-1] == "BEGIN"


@pytest.mark.faults
def test_the_log_that_a_lingering_reader_keeps_growing_is_seen(press: Press, path: Path) -> None:
    """F17: 300 writes beside an open reader. Without the reader the log is reused and stays small."""
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM edition").fetchall()
    for number in range(300):
        press.publish({("k", f"c{i:03d}", "2026-01"): float(number) for i in range(20)})
    grown = press.warehouse.wal_bytes()
    reader.execute("ROLLBACK")
    reader.close()
    with press.warehouse.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert grown > 8 * 2**20
    assert press.warehouse.wal_bytes() < 2**20


def test_no_transaction_outlives_a_call(press: Press) -> None:
    press.publish({A: 1.0})
    warehouse = press.warehouse
    warehouse.slice("k", 1)
    warehouse.places("village", 1)
    warehouse.changes(0, 1)
    with pytest.raises(ValueError, match=r"finite|not a number"):
        press.publish({A: float("inf")})
    with warehouse.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        assert not raw.in_transaction  # type: ignore[attr-defined]
        busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    assert busy == 0


def test_other_databases_are_refused() -> None:
    for url in ("mysql+pymysql://root@127.0.0.1/x", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(ValueError, match="SQLite file or a PostgreSQL"):
            open_engine(url)
