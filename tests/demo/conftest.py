"""The demonstration generated once, at a fixed anchor, and ways to ask its databases."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from datasources.sites.lai_chau.generator import default_urls, generate
from ioc.site import Site
from tests.conftest import PROJECT

ANCHOR = date(2026, 11, 22)
SITE = PROJECT / "datasources" / "sites" / "lai_chau"


@dataclass(frozen=True)
class Demonstration:
    """A generated set of databases with its ledger."""

    data: Path
    urls: dict[str, str]
    ledger: dict[str, int]

    def ask(self, source: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of a statement on one SQLite source."""
        connection = sqlite3.connect(self.data / "sources" / f"{source}.db")
        try:
            return connection.execute(statement, values).fetchall()
        finally:
            connection.close()


Make = Callable[..., Demonstration]


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Generate into a fresh folder: make(volume=0.05, anchor=..., seed=...)."""

    def made(volume: float = 1.0, anchor: date = ANCHOR, seed: int = 2026) -> Demonstration:
        data = tmp_path_factory.mktemp("demo")
        urls = default_urls(data)
        return Demonstration(data, urls, generate(urls, anchor, seed, volume))

    return made


@pytest.fixture(scope="session")
def demo(make: Make) -> Demonstration:
    """The whole demonstration as a first start makes it."""
    return make()


@pytest.fixture(scope="session")
def small(make: Make) -> Demonstration:
    """The demonstration with a twentieth of the dossiers."""
    return make(volume=0.05)


@pytest.fixture(scope="session")
def site() -> Site:
    return Site.load(SITE)


def facts(name: str) -> list[dict[str, str]]:
    """A facts table of the site, read without the generator."""
    with (SITE / "facts" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
