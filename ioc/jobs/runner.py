"""The runner: starts jobs from a web worker, follows them and writes down how they end.

Owns the threads. Each worker of each server has one; the book alone bounds how many jobs run at once in all of
them. When the worker dies, however it dies, the kernel ends its jobs and another runner takes them up again.
"""

from __future__ import annotations

import errno
import logging
import os
import secrets
import shutil
import socket
import threading
import time
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from ioc.child import Ending, Stopped, run_child
from ioc.jobs.book import Book
from ioc.jobs.kinds import Kind
from ioc.jobs.records import Job, State
from ioc.jobs.work import folder_of, outcome_of
from ioc.office import Office

log = logging.getLogger(__name__)
EACH = 2
"""Jobs of one person that may run at once."""
LOOK_SECONDS, BEAT_SECONDS, CLEAR_SECONDS = 1.0, 1.0, 600.0
_NO_MEMORY = (
    "MemoryError",
    "std::bad_alloc",
    "Cannot allocate memory",
    "memory allocation of",
    "ArrowMemoryError",
)


class Runner:
    """Takes jobs from the queue while it is started. `most` run at once, counted over all runners."""

    def __init__(self, office: Office, most: int | None = None, each: int = EACH):
        self._office = office
        self._book = Book(office.warehouse)
        self._most = office.settings.jobs if most is None else most
        self._each = each
        self._owner = f"{socket.gethostname()[:24]}/{os.getpid()}/{secrets.token_hex(4)}"
        self._woken, self._ended = threading.Event(), threading.Event()
        self._threads: set[threading.Thread] = set()
        self._cleared = time.monotonic()

    def start(self) -> None:
        """Begin to look for work; ends with the process."""
        threading.Thread(target=self._loop, name="jobs", daemon=True).start()

    def wake(self) -> None:
        """Look now: this worker has just put a job into the queue."""
        self._woken.set()

    def stop(self) -> None:
        """Take no more jobs and end those in hand; they are done again by another runner."""
        self._ended.set()
        self._woken.set()
        for thread in list(self._threads):
            thread.join()

    def _loop(self) -> None:
        while not self._ended.is_set():
            try:
                self.look()
            except SQLAlchemyError:
                log.exception("the book of jobs cannot be read")
            self._woken.wait(LOOK_SECONDS)
            self._woken.clear()

    def look(self) -> None:
        """Start what may be started, and clear away what is over."""
        if time.monotonic() - self._cleared > CLEAR_SECONDS:
            self._cleared = time.monotonic()
            self.clear()
        while self._book.waiting() and not self._ended.is_set():
            held = self._book.claim(self._owner, self._most, self._each)
            if held is None:
                return
            log.info(
                "job %s (%s) for %s starts, attempt %s", held.id, held.kind, held.requested_by, held.attempt
            )
            thread = threading.Thread(target=self._follow, args=(held,), name=f"job-{held.id}", daemon=True)
            self._threads.add(thread)
            thread.start()

    def clear(self) -> None:
        """Delete files whose time is over and folders that belong to nobody."""
        room = self._office.settings.data / "jobs"
        self._book.clear()
        folders = [path for path in room.glob("*") if path.name.isdigit()] if room.is_dir() else []
        kept = (
            self._book.open()
        )  # asked after the folders were listed: a job that began since is not among them
        for folder in folders:
            if int(folder.name) not in kept:
                shutil.rmtree(folder, ignore_errors=True)

    def _follow(self, held: Job) -> None:
        """One job from start to end; never raises."""
        try:
            self._run(held)
        except Exception:
            # Every job ends with a reason, also when the fault is one nobody thought of.
            log.exception("job %s", held.id)
            self._finish(held, State.FAILED, fault=("jobs.fault.crashed", {}))
        finally:
            self._threads.discard(threading.current_thread())
            self._woken.set()

    def _run(self, held: Job) -> None:
        kind: Kind | None = self._office.jobs.get(held.kind)
        if kind is None:
            self._finish(held, State.FAILED, fault=("jobs.fault.kind", {"kind": held.kind}))
            return
        folder = folder_of(self._office.settings.data, held)
        pulse = _Pulse(self._book, held, self._ended)
        try:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            pulse.start()
            command = [*self._office.command, "job", str(held.id), *(["--light"] if kind.light else [])]
            ending = run_child(command, folder, kind.limits, pulse.line, pulse.cancelled)
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            self._finish(held, State.FAILED, fault=("jobs.fault.disk" if full else "jobs.fault.crashed", {}))
            return
        finally:
            pulse.stop()
        if self._ended.is_set() and ending.stopped is Stopped.CANCELLED:
            return  # not ended by anybody's wish: the next runner takes it up
        state, values = self._judge(held, kind, ending)
        if not self._finish(held, state, **values) or state is not State.DONE:
            shutil.rmtree(folder, ignore_errors=True)

    def _judge(self, held: Job, kind: Kind, ending: Ending) -> tuple[State, dict[str, Any]]:
        """What became of a job, from how its process ended and what it left."""
        if ending.stopped is Stopped.CANCELLED:
            return State.CANCELLED, {}
        if ending.stopped is Stopped.DEADLINE:
            return State.FAILED, {
                "fault": ("jobs.fault.deadline", {"minutes": _minutes(kind.limits.seconds)})
            }
        outcome = outcome_of(folder_of(self._office.settings.data, held))
        if outcome is None or ending.code != 0:
            log.error("job %s died with code %s: %s", held.id, ending.code, ending.log[-1500:])
            memory = any(word in ending.log for word in _NO_MEMORY)
            return State.FAILED, {"fault": ("jobs.fault.memory" if memory else "jobs.fault.crashed", {})}
        if "fault" in outcome:
            return State.FAILED, {"fault": tuple(outcome["fault"])}
        folder = folder_of(self._office.settings.data, held)
        (folder / outcome.pop("path")).replace(folder / "result")
        return State.DONE, outcome | {"keep": timedelta(hours=kind.keep_hours)}

    def _finish(self, held: Job, state: State, **values: Any) -> bool:
        """Write the end down, patiently: a warehouse that is busy must not leave a job open."""
        for wait in (0.5, 2.0, None):
            try:
                ours = self._book.finish(held, state, **values)
            except SQLAlchemyError:
                log.exception("the end of job %s cannot be written down", held.id)
                if wait is None:
                    return False
                time.sleep(wait)
            else:
                log.info("job %s for %s ends: %s", held.id, held.requested_by, state.value)
                return ours
        return False


class _Pulse:
    """Says once a second that a job is in hand and how far it is, and hears whether it is to end."""

    def __init__(self, book: Book, held: Job, ended: threading.Event):
        self.cancelled = threading.Event()
        self._book, self._held, self._ended = book, held, ended
        self._progress, self._word = 0.0, held.word
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"pulse-{held.id}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def line(self, line: dict[str, Any]) -> None:
        """A line of the process's progress."""
        self._progress, self._word = float(line["progress"]), str(line["word"])[:80]

    def stop(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            if self._ended.is_set():
                self.cancelled.set()
                return
            try:
                if not self._book.beat(self._held, self._progress, self._word):
                    self.cancelled.set()
                    return
            except SQLAlchemyError:
                log.exception("job %s cannot say how far it is", self._held.id)


def _minutes(seconds: float) -> int:
    return max(1, round(seconds / 60))
