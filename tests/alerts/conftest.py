"""Towers: provinces with alert rules, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.tower import Tower, rule

Build = Callable[..., Tower]


@pytest.fixture
def build(tmp_path: Path, warehouse_url: str) -> Iterator[Build]:
    """Build a tower with these rules; closed at the end."""
    built: list[Tower] = []

    def build_one(rules: str | None = None, **more: Any) -> Tower:
        built.append(
            Tower(tmp_path / str(len(built)), warehouse_url, rule() if rules is None else rules, **more)
        )
        return built[-1]

    yield build_one
    for tower in built:
        tower.province.warehouse.close()
