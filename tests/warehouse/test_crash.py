"""Killed at any point of a publication, the warehouse shows the old edition or the new one, whole."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import re
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from ioc.leader import Lease
from ioc.runs import State
from ioc.warehouse import Warehouse
from tests.conftest import PROJECT
from tests.warehouse.press import Key, Press, facts, points

BEFORE_COMMIT = (
    "publish.staged",
    "publish.locked",
    *(
        f"publish.{part}.{step}"
        for part in ("fact", "place")
        for step in ("compared", "replaced_closed", "removed_closed", "added")
    ),
    "publish.changes_listed",
    "publish.edition_added",
    "publish.run_marked",
    "publish.lease_kept",
    "publish.before_commit",
)
LABELS = (*BEFORE_COMMIT, "publish.committed")
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.warehouse.test_crash"])


def _content(number: int) -> tuple[dict[Key, float], dict[tuple[str, str], dict[str, object]]]:
    """Contribution no. `number`: some rows stay, some change, some go and some come, of both kinds."""
    values = {("k1", f"c{i}", "2026-01"): 1.0 for i in range(30)}
    values |= {("k2", f"c{i}", "2026-01"): float(number) for i in range(30)}
    values |= {(f"k{3 + number % 2}", f"c{i}", "2026-01"): 5.0 for i in range(10)}
    places = {("village", str(i)): {"turn": number if i < 5 else 0} for i in range(20)}
    places[("village", f"only in {number}")] = {}
    return values, places


def _shown(
    warehouse: Warehouse, edition: int
) -> tuple[dict[Key, float | None], dict[tuple[str, str], object]]:
    values = Press(warehouse, 0).shown(["k1", "k2", "k3", "k4"], edition)
    return values, {("village", place.id): place.attributes for place in warehouse.places("village", edition)}


def _publish(url: str, run: int, term: int, number: int, label: str | None) -> None:
    if label is not None:
        os.environ["IOC_CRASH_AT"] = label
    values, places = _content(number)
    Warehouse(url).publish(run, "s1", facts(values), points(places), term, datetime.now(UTC))


class Victim:
    """A warehouse with a first edition, and processes that publish into it and die."""

    def __init__(self, url: str):
        self.url = url
        self.warehouse = Warehouse(url)
        self.warehouse.migrate()
        self.term = Lease(self.warehouse, owner="nobody", seconds=3600).acquire() or 0
        self.number = 0
        self.publish()

    def open_run(self) -> int:
        return self.warehouse.open_run("s1", "manual", "test", self.term, datetime.now(UTC))

    def publish(self) -> None:
        """Publish the next contribution in peace."""
        self.number += 1
        values, places = _content(self.number)
        run = self.open_run()
        self.warehouse.publish(run, "s1", facts(values), points(places), self.term, datetime.now(UTC))

    def kill(self, label: str | None, after: float = 0.0) -> tuple[int, int]:
        """Let a process publish the next contribution and die; returns its run and its exit code."""
        run = self.open_run()
        child = _processes.Process(target=_publish, args=(self.url, run, self.term, self.number + 1, label))
        child.start()
        if label is None:
            time.sleep(after)
            with contextlib.suppress(ProcessLookupError):  # it may have finished already
                os.kill(child.pid or 0, signal.SIGKILL)
        child.join(30)
        assert child.exitcode is not None
        return run, child.exitcode

    def check(self, run: int) -> bool:
        """Whether the new edition is in; asserts that it is in wholly or not at all."""
        found = Warehouse(self.url)
        latest = found.latest()
        assert latest is not None
        assert latest.number in (self.number, self.number + 1)
        for number in {self.number, latest.number}:
            assert _shown(found, number) == _content(number)
            assert found.verify(number)
        book = found.run(run)
        assert book is not None
        arrived = latest.number == self.number + 1
        assert (book.state, book.edition) == (
            (State.PUBLISHED, latest.number) if arrived else (State.EXTRACTING, None)
        )
        if found.engine.dialect.name == "sqlite":
            with found.reading() as connection:
                assert connection.execute(text("PRAGMA quick_check")).scalar_one() == "ok"
        found.close()
        self.number = latest.number
        return arrived


@pytest.fixture
def victim(warehouse_url: str) -> Iterator[Victim]:
    found = Victim(warehouse_url)
    yield found
    found.warehouse.close()


def test_the_labels_are_those_in_the_code() -> None:
    code = "".join(
        path.read_text(encoding="utf-8") for path in sorted((PROJECT / "ioc" / "warehouse").glob("*.py"))
    )
    written = set(re.findall(r'crash_point\(f?"(publish[^"]*)"', code))
    assert written == {re.sub(r"publish\.(fact|place)\.", "publish.{what.part}.", label) for label in LABELS}


@pytest.mark.faults
@pytest.mark.timeout(300)
def test_killed_at_any_label_the_edition_is_old_or_new_and_whole(victim: Victim) -> None:
    """Three rounds of every label on SQLite (48 kills), one on PostgreSQL (16)."""
    rounds = 3 if victim.url.startswith("sqlite") else 1
    for _ in range(rounds):
        for label in LABELS:
            run, code = victim.kill(label)
            assert code == 137, label
            assert victim.check(run) == (label not in BEFORE_COMMIT), label
            victim.publish()
    latest = victim.warehouse.latest()
    assert latest is not None
    assert latest.number == victim.number == 1 + rounds * (len(LABELS) + 1)


@pytest.mark.faults
def test_killed_at_any_moment_the_edition_is_old_or_new_and_whole(victim: Victim) -> None:
    """kill -9 from outside, at times drawn over the whole length of a publication."""
    chance = random.Random(7)
    arrived = [victim.check(victim.kill(None, after=chance.uniform(0.0, 0.1))[0]) for _ in range(8)]
    victim.publish()
    assert victim.check(victim.kill("publish.locked")[0]) is False
    assert len(arrived) == 8


def test_a_database_file_left_by_a_crash_opens_at_once(tmp_path: Path) -> None:
    victim = Victim(f"sqlite:///{tmp_path / 'w.db'}")
    victim.kill("publish.before_commit")
    start = time.monotonic()
    victim.publish()
    assert time.monotonic() - start < 5
    victim.warehouse.close()
