"""A migrated warehouse for every test, and somebody who publishes into it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ioc.leader import Lease
from ioc.warehouse import Warehouse
from tests.warehouse.press import Press


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
