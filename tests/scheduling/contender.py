"""Schedulers in processes of their own, to be killed, stopped and told to go."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

from sqlalchemy.exc import OperationalError

from ioc.leader import Holder, holder
from ioc.office import Office
from ioc.scheduling import Scheduler
from ioc.warehouse.engine import database_now
from tests.scheduling.conftest import eventually, office_at

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.scheduling.contender"])


def _contend(site: Path, data: Path, warehouse: str, crash_at: str | None) -> None:
    if crash_at is not None:
        os.environ["IOC_CRASH_AT"] = crash_at
    log = (data / f"{os.getpid()}.log").open("w", encoding="utf-8", buffering=1)
    sys.stdout = sys.stderr = log
    logging.basicConfig(level=logging.INFO, stream=log, format="%(levelname)s %(message)s", force=True)
    Scheduler(office_at(site, data, warehouse)).run_until_told()


@dataclass
class Contenders:
    """The schedulers on one warehouse."""

    office: Office
    started: list[BaseProcess] = field(default_factory=list)

    def start(self, count: int = 1, crash_at: str | None = None) -> list[BaseProcess]:
        """Start some; returns when each of them is at work or waits."""
        settings = self.office.settings
        given = (settings.site, settings.data, settings.warehouse, crash_at)
        new = [_processes.Process(target=_contend, args=given, daemon=True) for _ in range(count)]
        for process in new:
            process.start()
        self.started += new
        assert eventually(lambda: all((settings.data / f"{process.pid}.log").exists() for process in new))
        return new

    def leader(self, but: BaseProcess | None = None) -> BaseProcess:
        """The one that leads, as soon as one of them (other than `but`) does."""

        def leads() -> BaseProcess | None:
            found = holder(self.office.warehouse)
            pids = {str(process.pid): process for process in self.started if process is not but}
            return pids.get(found.owner.split("/")[2]) if found is not None and found.alive else None

        found = eventually(leads)
        assert found is not None, "nobody leads"
        return found

    @property
    def lease(self) -> Holder:
        """The lease as it stands."""
        found = holder(self.office.warehouse)
        assert found is not None
        return found

    def lease_is_free(self) -> bool:
        """Whether the lease's time is up by the clock of the database."""
        with self.office.warehouse.reading() as connection:
            return self.lease.expires_at <= database_now(connection)

    def log(self, process: BaseProcess) -> str:
        """What a scheduler had to say."""
        return (self.office.settings.data / f"{process.pid}.log").read_text(encoding="utf-8")

    def stop(self, process: BaseProcess) -> None:
        """SIGSTOP between two transactions: a lock it held would stop the others as well."""
        for _ in range(100):
            send(process, signal.SIGSTOP)
            if self._writable():
                return
            send(process, signal.SIGCONT)
        raise AssertionError("the scheduler never lets go of the warehouse")

    def _writable(self) -> bool:
        engine = self.office.warehouse.engine
        with engine.connect() as connection:
            try:
                if engine.dialect.name == "sqlite":
                    connection.exec_driver_sql("PRAGMA busy_timeout=300")
                    connection.exec_driver_sql("UPDATE lease SET term = term WHERE 0")
                else:
                    connection.exec_driver_sql("SELECT 1 FROM lease FOR UPDATE NOWAIT")
            except OperationalError:
                return False
            finally:
                connection.rollback()
                connection.invalidate()
        return True


def send(process: BaseProcess, number: signal.Signals) -> None:
    """Send a signal."""
    assert process.pid is not None
    os.kill(process.pid, number)


@contextmanager
def contending(office: Office) -> Iterator[Contenders]:
    """Schedulers that are gone when the block ends."""
    found = Contenders(office)
    try:
        yield found
    finally:
        for process in found.started:
            process.kill()
            process.join(30)
