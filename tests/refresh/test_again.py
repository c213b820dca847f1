"""A second refresh changes nothing, and one that is killed leaves the last edition whole."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from datasources.sites.lai_chau.generator import default_urls, feed, generate
from geodata.register import build_register
from ioc.leader import holder
from ioc.office import REGISTER, Office
from ioc.periods import VIETNAM
from ioc.runs import State
from tests.conftest import PROJECT
from tests.refresh.conftest import office_of, refresh_whole

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]  # processes that start and die take their time
SOURCES = ("mot_cua", "thon_ban", "thue")
"""Enough of the demonstration: one that is pulled by increments, one with places, one of monthly reports."""
NOBODY = 137
"""Exit code of a process that died where a test told it to."""


def ioc(data: Path, *words: str, **environment: str) -> subprocess.Popen[str]:
    """The command line at work on the installation in `data`."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("IOC_")}
    return subprocess.Popen(
        [sys.executable, str(PROJECT / "app.py"), *words], cwd=data, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env={**env, "IOC_DATA": str(data), **environment},
    )  # fmt: skip


def refresh(data: Path, *source: str) -> list[dict[str, Any]]:
    """Refresh and return the runs. Whoever died before must first be known to be gone."""
    office = office_of(data)
    until = time.monotonic() + 120
    while (leader := holder(office.warehouse)) is not None and leader.alive and time.monotonic() < until:
        time.sleep(0.5)
    office.warehouse.close()
    done = ioc(data, "refresh", *source, "--json")
    out, err = done.communicate(timeout=500)
    assert done.returncode == 0, (out, err)
    found: list[dict[str, Any]] = json.loads(out)
    return found


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation after its first refresh; made once, to be copied."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    data, done = base / "first", base / "first.done"
    with (base / "first.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            data.mkdir()
            urls = {source: url for source, url in default_urls(data).items() if source in SOURCES}
            generate(urls, datetime.now(VIETNAM).date(), volume=0.05)
            build_register([]).dump(data / REGISTER)
            office = office_of(data)
            office.warehouse.migrate()
            refresh_whole(data, office, datetime.now(VIETNAM), *SOURCES)
            office.warehouse.close()
            done.touch()
    return data


@pytest.fixture
def data(first: Path, tmp_path: Path) -> Path:
    """A copy of it, to be used up."""
    shutil.copytree(first, tmp_path / "data")
    return tmp_path / "data"


def everything(office: Office) -> dict[str, list[Any]]:
    """Every number and every place of the newest edition."""
    edition = office.warehouse.latest()
    assert edition is not None
    found: dict[str, list[Any]] = {
        kpi: [
            (
                item.area,
                item.period,
                item.numerator,
                item.denominator,
                item.value,
                item.status,
                item.reporting,
            )
            for item in office.warehouse.slice(kpi.id, edition.number)
        ]
        for source in SOURCES
        for kpi in office.site.kpis_of(source)
    }
    return found | {"places": list(office.warehouse.places("village", edition.number))}


def told(data: Path) -> tuple[int, dict[str, list[Any]]]:
    """Number and content of the newest edition, as a process of its own would read them."""
    office = office_of(data)
    try:
        edition = office.warehouse.latest()
        assert edition is not None and office.warehouse.verify(edition.number)
        return edition.number, everything(office)
    finally:
        office.warehouse.close()


def live_on(data: Path) -> None:
    """A day of dossiers arrives at the source."""
    midnight = datetime.now(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    assert feed(default_urls(data), midnight + timedelta(seconds=1)) >= 0
    assert feed(default_urls(data), max(datetime.now(VIETNAM), midnight + timedelta(minutes=5))) >= 0
    import sqlite3

    with sqlite3.connect(data / "sources" / "mot_cua.db") as connection:
        # whatever the hour, something has changed since: dossiers of last month handed in another way
        connection.execute(
            "UPDATE ho_so SET kenh_tiep_nhan = 3, cap_nhat_luc = (SELECT max(cap_nhat_luc) FROM ho_so) "
            "WHERE id IN (SELECT id FROM ho_so WHERE trang_thai = 4 ORDER BY ngay_tiep_nhan DESC LIMIT 25)"
        )
    connection.close()


def test_a_second_refresh_without_a_change_publishes_no_changed_value(data: Path) -> None:
    number, before = told(data)
    office = office_of(data)
    refresh_whole(data, office, datetime.now(VIETNAM), *SOURCES)
    newest = office.warehouse.latest()
    assert newest is not None
    assert office.warehouse.changes(number, newest.number) == []
    assert office.warehouse.changed_kpis(number, newest.number) == set()
    assert office.warehouse.changed_places(number, newest.number) == set()
    assert everything(office) == before
    office.warehouse.close()


@pytest.mark.parametrize("label", ["dispatch.child_ended", "publish.fact.added"])
def test_a_refresh_that_dies_leaves_the_last_edition_whole_and_the_next_one_makes_up_for_it(
    data: Path, tmp_path: Path, label: str
) -> None:
    number, before = told(data)
    live_on(data)
    twin = tmp_path / "twin"
    shutil.copytree(data, twin)

    died = ioc(data, "refresh", "mot_cua", IOC_CRASH_AT=label)
    died.communicate(timeout=500)
    assert died.returncode == NOBODY, "the label was never passed"
    assert told(data) == (number, before), "old values, all of them, and nothing of the new ones"

    (run,) = refresh(data, "mot_cua")
    assert run["state"] == State.PUBLISHED.value
    office = office_of(twin)
    refresh_whole(twin, office, datetime.now(VIETNAM), "mot_cua")
    undisturbed = office.warehouse.runs("mot_cua", limit=1)[0]
    office.warehouse.close()
    assert undisturbed.state is State.PUBLISHED
    assert run["staged"] == run["published"] + run["parked"] + run["rejected"]
    assert told(data)[1] == told(twin)[1] != before, "as if nothing had happened"


def test_a_refresh_killed_while_it_reads_leaves_the_last_edition_whole(data: Path) -> None:
    number, before = told(data)
    live_on(data)
    runs = {path.name for path in (data / "runs").iterdir()}
    killed = ioc(data, "refresh", "mot_cua")
    until = time.monotonic() + 300
    while time.monotonic() < until:
        begun = [path for path in (data / "runs").iterdir() if path.name not in runs]
        if any((path / "progress.jsonl").exists() for path in begun):
            break
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=60)
    assert told(data) == (number, before)
    (run,) = refresh(data, "mot_cua")
    assert run["state"] == State.PUBLISHED.value
    assert run["staged"] == run["published"] + run["parked"] + run["rejected"]
    after, numbers = told(data)
    assert after > number and numbers != before
    assert not list((data / "staging").rglob("*.part")), "what the dead process began has been swept away"
