"""What every test may rely on: where things are, and that CI skips nothing.

A test that needs a server, a browser or the shared folder asks for the fixture; on a machine without it
the test is skipped with the reason, in CI it fails.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared"
POSTGRES = os.environ.get("IOC_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
MARIADB = os.environ.get("IOC_TEST_MARIADB", "mysql+pymysql://root@127.0.0.1:3306/")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]  # fmt: skip

settings.register_profile("patient", deadline=None)  # a loaded machine is not a fault
settings.load_profile("patient")
expect.set_options(timeout=20_000)


def lacking(what: str) -> None:
    """Skip for want of `what`; in CI nothing may be wanting."""
    if os.environ.get("CI"):
        pytest.fail(f"CI must have it: {what}")
    pytest.skip(f"not on this machine: {what}")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real boundaries and facts that stands beside the project."""
    if not SHARED.is_dir():
        lacking("the folder 'shared' with boundaries and facts, beside the project")
    return SHARED


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a real chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        lacking("chromium")
    return str(found)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium, for which every host but this machine does not exist; one driver a process, as it wants."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield found
        found.close()


def _database(server: str, what: str) -> Iterator[str]:
    name = f"ioc_test_{uuid.uuid4().hex[:12]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        lacking(what)
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        force = " WITH (FORCE)" if server.startswith("postgresql") else ""
        connection.execute(text(f"DROP DATABASE {name}{force}"))
    engine.dispose()


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """URL of an empty PostgreSQL database, dropped afterwards."""
    yield from _database(POSTGRES, "a PostgreSQL server (IOC_TEST_POSTGRES)")


@pytest.fixture
def mariadb_url() -> Iterator[str]:
    """URL of an empty MariaDB database, dropped afterwards."""
    yield from _database(MARIADB, "a MariaDB server (IOC_TEST_MARIADB)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def warehouse_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty warehouse, once on SQLite and once on a real PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'warehouse.db'}"
    return str(request.getfixturevalue("postgres_url"))
