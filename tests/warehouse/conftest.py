"""A warehouse of its own for every test, once on SQLite and once on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ioc.leader import Lease
from ioc.warehouse import Warehouse
from tests.warehouse.press import Press


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def warehouse_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty warehouse."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'warehouse.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def warehouse(warehouse_url: str) -> Iterator[Warehouse]:
    """A warehouse with its tables."""
    found = Warehouse(warehouse_url)
    found.migrate()
    yield found
    found.close()


@pytest.fixture
def press(warehouse: Warehouse) -> Press:
    """Somebody who leads and publishes."""
    lease = Lease(warehouse, seconds=600)
    term = lease.acquire()
    assert term is not None
    return Press(warehouse, term)
