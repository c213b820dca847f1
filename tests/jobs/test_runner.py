"""A job ends with a file or a reason, whatever its process does, and a process never outlives its worker."""

from __future__ import annotations

import hashlib
import json
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from ioc.jobs.book import SILENT
from ioc.jobs.records import State
from ioc.jobs.work import folder_of
from ioc.warehouse.engine import database_now
from ioc.warehouse.job_tables import job
from tests.jobs.conftest import Shop


def _processes(word: str) -> list[int]:
    """Processes that do the job with this number."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            parts = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"tests.jobs.chores" in parts and word.encode() in parts:
            found.append(int(path.parent.name))
    return found


def _until_gone(folder: Path) -> None:
    end = time.monotonic() + 10
    while folder.exists():
        assert time.monotonic() < end, folder
        time.sleep(0.02)


def _ended(held) -> bool:
    return held.state not in (State.QUEUED, State.RUNNING)


def test_a_job_leaves_a_file_that_is_what_it_says(shop: Shop) -> None:
    asked = shop.ask(mark=7)
    shop.runner().look()
    held = shop.until(asked, _ended)
    assert (held.state, held.progress, held.file, held.media) == (
        State.DONE,
        1.0,
        "Kết quả.txt",
        "text/plain",
    )
    content = (folder_of(shop.office.settings.data, held) / "result").read_bytes()
    assert content == b"7 ana 1 1"
    assert (hashlib.sha256(content).hexdigest(), len(content)) == (held.sha256, held.bytes)
    assert held.expires_at is not None and held.ended_at is not None
    assert held.expires_at - held.ended_at == timedelta(hours=24)


@pytest.mark.parametrize(
    ("do", "seconds", "fault"),
    [
        ("fault", 50, "jobs.refused.kind"),
        ("crash", 50, "jobs.fault.crashed"),
        ("eat", 50, "jobs.fault.memory"),
        ("hang", 2, "jobs.fault.deadline"),
    ],
)
def test_a_job_that_cannot_be_done_says_why(shop: Shop, do: str, seconds: float, fault: str) -> None:
    asked = shop.ask(do=do)
    shop.runner(seconds=seconds).look()
    held = shop.until(asked, _ended)
    assert held.state is State.FAILED and held.fault is not None and held.fault[0] == fault
    _until_gone(
        folder_of(shop.office.settings.data, held)
    )  # the state is told first, then the place is cleared


def test_a_running_job_tells_how_far_it_is_and_is_ended_when_cancelled(shop: Shop) -> None:
    asked = shop.ask(do="hang")
    shop.runner().look()
    held = shop.until(asked, lambda one: one.progress > 0)
    assert (held.state, held.progress, held.word) == (State.RUNNING, 0.25, "jobs.word.reads")
    assert _processes(str(asked.id))
    shop.book.cancel(asked.id)
    assert shop.until(asked, _ended).state is State.CANCELLED
    assert not _processes(str(asked.id))


def test_a_worker_that_stops_ends_its_processes_and_another_does_the_job_again(shop: Shop) -> None:
    asked = shop.ask(do="once")
    first = shop.runner()
    first.look()
    shop.until(asked, lambda one: one.progress > 0)
    first.stop()
    assert not _processes(str(asked.id))
    held = shop.book.job(asked.id)
    assert held is not None and held.state is State.RUNNING, "the job was ended though nobody wished it"
    with shop.office.warehouse.writing() as connection:
        then = database_now(connection) - SILENT - timedelta(seconds=1)
        connection.execute(update(job).values(heartbeat_at=then))
    shop.runner().look()
    held = shop.until(asked, _ended)
    assert (held.state, held.attempt) == (State.DONE, 2)


def test_files_whose_time_is_over_are_cleared_away_and_no_others(shop: Shop) -> None:
    runner = shop.runner()
    over, kept = shop.ask(mark=1), shop.ask(mark=2)
    runner.look()
    over, kept = shop.until(over, _ended), shop.until(kept, _ended)
    room = shop.office.settings.data / "jobs"
    (room / "999").mkdir()
    with shop.office.warehouse.writing() as connection:
        connection.execute(update(job).where(job.c.id == over.id).values(expires_at=database_now(connection)))
    runner.clear()
    assert sorted(path.name for path in room.iterdir()) == [str(kept.id)]
    gone = shop.book.job(over.id)
    assert gone is not None and gone.file is None and gone.state is State.DONE
    assert json.loads(gone.parameters)["mark"] == 1, "the record of who asked for what went with the file"
