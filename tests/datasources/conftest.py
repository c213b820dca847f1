"""Databases on the three kinds of server, empty and to be broken, and the demonstration to compare with."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.datasources.databases import PASSWORD, Counter, Database
from tests.demo.conftest import make, site, small

__all__ = ["make", "site", "small"]

OnServer = Callable[[str], Database]


@pytest.fixture
def mariadb_account(mariadb_url: str) -> Iterator[sa.URL]:
    """An account that owns the database and must show its password."""
    name = f"ioc_{uuid.uuid4().hex[:12]}"
    database = sa.make_url(mariadb_url).database
    admin = sa.create_engine(mariadb_url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    try:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE USER '{name}'@'%%' IDENTIFIED BY '{PASSWORD}'")
            connection.exec_driver_sql(f"GRANT ALL ON `{database}`.* TO '{name}'@'%%'")
        yield sa.make_url(mariadb_url).set(username=name, password=PASSWORD)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP USER IF EXISTS '{name}'@'%%'")
        admin.dispose()


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.postgres),
        pytest.param("mariadb", marks=pytest.mark.mariadb),
    ]
)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """An empty database, once on each kind of server."""
    backend = str(request.param)
    if backend == "sqlite":
        url = f"sqlite:///{tmp_path / 'nguon.db'}"
        return Database(backend, url, url)
    admin = str(request.getfixturevalue(f"{'postgres' if backend == 'postgresql' else 'mariadb'}_url"))
    if backend == "postgresql":
        address = sa.make_url(admin).set(password=PASSWORD)
    else:
        address = request.getfixturevalue("mariadb_account")
    return Database(backend, address.render_as_string(hide_password=False), admin)


@pytest.fixture
def counter(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counter:
    """An installation that reads dossiers from that database."""
    return Counter(database, tmp_path / "data", monkeypatch.setenv)
