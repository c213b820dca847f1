"""A province with two months of numbers, made anew for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from ioc.bookshelf import Bookshelf
from tests.board.province import Province, numbers, villages


@pytest.fixture
def province(tmp_path: Path) -> Province:
    """Six communes, one edition published."""
    made = Province(tmp_path)
    made.publish(numbers(made), villages(made))
    return made


@pytest.fixture
def shelf(province: Province) -> Bookshelf:
    """The bookshelf of the province, with a clock the test moves."""
    return Bookshelf(province.warehouse, province.site, province.register)
