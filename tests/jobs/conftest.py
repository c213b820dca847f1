"""A province whose office knows the test's kinds of job, on SQLite and on PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ioc.access import OPEN, Identity, Role
from ioc.jobs.book import Book
from ioc.jobs.records import Job, Order
from ioc.jobs.runner import Runner
from ioc.office import Office
from tests.board.province import Province, numbers
from tests.jobs.chores import COMMAND, Chore, kinds

ANA = Identity("ana", Role.ANALYST)
BINH = Identity("binh", Role.ANALYST)


class Shop:
    """An office with a book of jobs, and runners that are stopped at the end."""

    def __init__(self, office: Office):
        self.office, self.book = office, Book(office.warehouse)
        self.runners: list[Runner] = []

    def ask(self, who: Identity = ANA, **asked: object) -> Job:
        """Put a chore into the queue."""
        chore = Chore(**asked)  # type: ignore[arg-type]
        return self.book.ask(Order("chore", "Việc", chore.model_dump_json(), who, OPEN, 1, "vi"))

    def runner(self, most: int = 2, seconds: float = 50) -> Runner:
        """Another web worker."""
        found = Runner(replace(self.office, make_jobs=lambda: kinds(seconds)), most)
        self.runners.append(found)
        return found

    def until(self, job: Job, good: Callable[[Job], bool]) -> Job:
        """Wait, looking for work meanwhile as a runner does, until the job is as wanted."""
        for _ in range(600):
            found = self.book.job(job.id)
            assert found is not None
            if good(found):
                return found
            time.sleep(0.05)
        raise AssertionError(f"still {found}")


@pytest.fixture
def shop(tmp_path: Path, warehouse_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """An office with one edition."""
    province = Province(tmp_path, warehouse=warehouse_url)
    province.publish(numbers(province))
    for name, value in {
        "IOC_SITE": province.settings.site, "IOC_DATA": province.settings.data, "IOC_WAREHOUSE": warehouse_url,
    }.items():  # fmt: skip
        monkeypatch.setenv(name, str(value))
    found = Shop(replace(province.office, make_jobs=kinds, command=COMMAND))
    yield found
    for runner in found.runners:
        runner.stop()
    found.office.warehouse.close()
    province.warehouse.close()
