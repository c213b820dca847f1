"""A fleet on either database, and a clock that is set by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from ioc.fleet.book import Book
from ioc.fleet.enrolments import Enrolments
from ioc.warehouse import Warehouse

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
KEY = "k" * 32


@dataclass
class Fleet:
    """Book and door of one warehouse."""

    warehouse: Warehouse
    book: Book
    door: Enrolments

    def admit(
        self, name: str = "Phòng họp tầng 2", screen: str = "toan_canh", ranges: tuple[str, ...] = ()
    ) -> tuple[int, str]:
        """A screen enrolled from start to end: its number and its token."""
        asked = self.door.ask("10.1.2.3", NOW)
        self.door.confirm(asked.code, name, screen, ranges, "Lò Văn A", "lắp mới", NOW)
        got = self.door.claim(asked.claim, "10.1.2.3", NOW)
        assert got is not None
        return got[0], got[2]


def fleet_on(url: str) -> Fleet:
    """A fleet in an empty database."""
    warehouse = Warehouse(url)
    warehouse.migrate()
    return Fleet(warehouse, Book(warehouse), Enrolments(warehouse, KEY))


@pytest.fixture
def fleet(warehouse_url: str) -> Iterator[Fleet]:
    """On either database."""
    found = fleet_on(warehouse_url)
    yield found
    found.warehouse.close()
