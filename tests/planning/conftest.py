"""The demonstration with an edition, in a copy that plans may be written into; and one plan of it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ioc.access import OPEN
from ioc.office import Office
from ioc.planning.book import Plan
from ioc.planning.model import Service
from ioc.planning.question import suggested
from ioc.planning.task import make
from tests.refresh.conftest import Whole, demo, office_of, small, whole

__all__ = ["demo", "small", "whole"]
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)


@pytest.fixture(scope="session")
def data(whole: Whole, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the installation's warehouse and register."""
    folder = tmp_path_factory.mktemp("planned")
    shutil.copytree(whole.data / "geo", folder / "geo")
    for part in whole.data.glob("warehouse.db*"):
        shutil.copy(part, folder)
    return folder


@pytest.fixture(scope="session")
def office(data: Path) -> Office:
    return office_of(data)


@pytest.fixture(scope="session")
def kept(office: Office, whole: Whole) -> Plan:
    """The plan of grid and signal with a small budget."""
    assumptions = office.site.planning
    assert assumptions is not None
    ask = suggested(assumptions).model_copy(
        update={"services": (Service.GRID, Service.MOBILE), "budgets": (9000, 9000)}
    )
    return make(office, whole.board(), OPEN, ask, "Người thử", lambda share, word: None)[1]
