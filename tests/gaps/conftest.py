"""The demonstration's village register, read once, for all tests of gaps; and its allocation from the facts."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ioc.access import OPEN
from ioc.board import Board
from ioc.gaps.register import VillageRegister, read
from tests.refresh.conftest import Whole, demo, make, small, whole

__all__ = ["demo", "make", "small", "whole"]


@pytest.fixture(scope="session")
def board(whole: Whole) -> Board:
    return whole.board()


@pytest.fixture(scope="session")
def register(board: Board, whole: Whole) -> VillageRegister:
    found = read(board, whole.office.warehouse, OPEN)
    assert found is not None
    return found


@pytest.fixture(scope="session")
def allocation(shared: Path) -> dict[str, dict[str, str]]:
    """The facts by commune code."""
    path = shared / "facts" / "lai_chau_demo_allocation.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}
