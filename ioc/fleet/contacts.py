"""Contacts: when each screen was last heard, kept in memory and written down now and then.

Owns the pace of writing: one transaction for all screens of a worker every few seconds, and of each screen one line
in WRITE_EVERY. A poll, which brings the heartbeat, never waits for it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from ioc.fleet.records import Contact

log = logging.getLogger(__name__)
WRITE_EVERY = timedelta(seconds=30)
FLUSH_SECONDS = 5.0


class Contacts:
    """What one worker has heard. `keep` writes a batch down."""

    def __init__(self, keep: Callable[[list[Contact]], None], flush_seconds: float = FLUSH_SECONDS):
        self._keep = keep
        self._seconds = flush_seconds
        self._heard: dict[int, Contact] = {}
        self._written: dict[int, Contact] = {}
        self._lock = threading.Lock()
        self._writer: threading.Thread | None = None

    def heard(self, contact: Contact) -> None:
        """A screen has asked."""
        with self._lock:
            self._heard[contact.device] = contact
            if self._writer is None:
                self._writer = threading.Thread(target=self._write_on, name="screen-contacts", daemon=True)
                self._writer.start()

    def latest(self) -> dict[int, Contact]:
        """The last contact of every screen that this worker has heard."""
        with self._lock:
            return dict(self._heard)

    def flush(self) -> int:
        """Write down what is due; how many lines. What cannot be written stays due."""
        with self._lock:
            due = [one for one in self._heard.values() if _is_due(self._written.get(one.device), one)]
        if due:
            self._keep(due)
            with self._lock:
                self._written.update((one.device, one) for one in due)
        return len(due)

    def _write_on(self) -> None:
        pause = threading.Event()
        while True:
            pause.wait(self._seconds)
            try:
                self.flush()
            except SQLAlchemyError as error:  # the screens go on; the next round tries again
                log.warning("contacts of screens could not be written: %s", error)


def _is_due(written: Contact | None, heard: Contact) -> bool:
    """A line is due after WRITE_EVERY; a change of state is told at once."""
    if written is None:
        return True
    if heard.at - written.at >= WRITE_EVERY:
        return True
    return heard.state != written.state and heard.at > written.at


def newer(kept: dict[int, Contact], heard: dict[int, Contact]) -> dict[int, Contact]:
    """The later contact of each device, from what is written down and what this worker has heard."""
    found = dict(kept)
    for device, one in heard.items():
        if device not in found or found[device].at < one.at:
            found[device] = replace(one)
    return found
