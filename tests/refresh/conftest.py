"""The demonstration, generated once and refreshed once for all tests that ask about it as a whole."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

import datasources
from datasources.sites.lai_chau.generator import default_urls, generate
from geodata.register import build_register
from ioc.areas import Register
from ioc.board import Board
from ioc.leader import Lease
from ioc.office import REGISTER, Office
from ioc.periods import VIETNAM
from ioc.refresh.extract import Task, extract
from ioc.settings import Settings
from ioc.site import Site
from tests.demo.conftest import ANCHOR, SITE, Demonstration, demo, make, small

__all__ = ["demo", "make", "small"]

AS_SEEN = datetime(ANCHOR.year, ANCHOR.month, ANCHOR.day, 6, tzinfo=VIETNAM)
"""The moment at which the whole refresh takes place."""


@pytest.fixture(scope="session")
def demo_site() -> Site:
    return Site.load(SITE)


@dataclass(frozen=True)
class Whole:
    """An installation after its first whole refresh: its sources, its register, its warehouse."""

    data: Path
    office: Office
    sources: Demonstration

    @property
    def register(self) -> Register:
        return self.office.register

    def board(self) -> Board:
        """The newest edition as a web worker reads it."""
        newest, before, *_ = [*self.office.warehouse.editions(2), None]
        assert newest is not None
        return Board(
            newest, self.office.site, self.register, self.office.warehouse, previous=before and before.number
        )


def refresh_whole(data: Path, office: Office, now: datetime, *only: str) -> None:
    """Every source or `only` some, pulled whole and published, as a scheduler's day begins; in this process."""
    lease = Lease(office.warehouse, seconds=600)
    term = lease.acquire()
    assert term is not None
    for source, spec in office.site.sources.items():
        if only and source not in only:
            continue
        run = office.warehouse.open_run(source, "manual", "test", term, now)
        task = Task(
            office.site, office.register, spec, office.settings, office.kinds, data / "runs" / str(run), now
        )
        outcome = extract(task, full=True)
        assert outcome.reason is None, outcome.message
        office.warehouse.publish(run, source, outcome.observations(), outcome.places(), term, now)
    lease.release()


def _prepared(data: Path, volume: float) -> None:
    if not (data / REGISTER).exists():
        generate(default_urls(data), ANCHOR, 2026, volume)
        build_register([]).dump(data / REGISTER)


def office_of(data: Path) -> Office:
    """The office of an installation in `data`; addresses of the environment do not reach it."""
    return Office(Settings(data=data), datasources.kinds())


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """The demonstration after a whole refresh; made once, whichever test process comes first. Read only."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    data, done = base / "whole", base / "whole.done"
    office = office_of(data)
    with (base / "whole.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            data.mkdir()
            _prepared(data, 1.0)
            office.warehouse.migrate()
            refresh_whole(data, office, AS_SEEN)
            done.touch()
    yield Whole(data, office, Demonstration(data, default_urls(data), {}))
    office.warehouse.close()
