"""Towers: provinces with alert rules, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.tower import Tower, rule

Build = Callable[..., Tower]


def _building(folder: Path, url: str) -> Iterator[Build]:
    built: list[Tower] = []

    def build_one(rules: str | None = None, **more: Any) -> Tower:
        built.append(Tower(folder / str(len(built)), url, rule() if rules is None else rules, **more))
        return built[-1]

    yield build_one
    for tower in built:
        tower.province.warehouse.close()


@pytest.fixture
def build(tmp_path: Path, warehouse_url: str) -> Iterator[Build]:
    """Build a tower with these rules, on either database; closed at the end."""
    yield from _building(tmp_path, warehouse_url)


@pytest.fixture
def build_light(tmp_path: Path) -> Iterator[Build]:
    """The same on SQLite alone, for what no database has a part in."""
    yield from _building(tmp_path, f"sqlite:///{tmp_path / 'warehouse.db'}")
