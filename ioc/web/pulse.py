"""The pulse: what every screen asks every few seconds, whether there is something new and how things stand.

Owns the state that is not part of an edition: the scheduler's sign of life and the freshness of the sources,
looked up at most once a second for all visitors of a worker together.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ioc.alerts.book import Book
from ioc.bookshelf import Bookshelf
from ioc.freshness import HEARTBEAT, health, scheduler_state
from ioc.office import Office

EVERY = 1.0


@dataclass(frozen=True)
class Beat:
    """Edition, build, scheduler and sources at one moment; `etag` changes with any of them, not with age."""

    content: dict[str, Any]
    published_at: datetime | None
    etag: str

    def body(self, now: datetime) -> bytes:
        """The JSON for the browser, with the edition's age at `now`."""
        age = None if self.published_at is None else max(0, int((now - self.published_at).total_seconds()))
        document = {**self.content, "age_s": age}
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


class Pulse:
    """Takes the pulse of one office for one worker."""

    def __init__(self, office: Office, bookshelf: Bookshelf, build: str):
        self._office = office
        self._bookshelf = bookshelf
        self._build = build
        self._lock = threading.Lock()
        self._taken = -float("inf")
        self._standing: dict[str, Any] = {}
        self._last: tuple[int, dict[str, Any], Beat] | None = None

    def take(self) -> Beat:
        """The present beat: the edition is the bookshelf's, the rest at most EVERY seconds old."""
        self._refresh()
        edition, standing, last = self._bookshelf.latest().edition, self._standing, self._last
        if last is not None and last[0] == edition.number and last[1] is standing:
            return last[2]
        published = edition.published_at if edition.number else None
        content = {
            "edition": edition.number,
            "published_at": published and published.astimezone(UTC).isoformat(timespec="seconds"),
            "build": self._build,
            **standing,
        }
        etag = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
        beat = Beat(content, published, etag)
        self._last = (edition.number, standing, beat)
        return beat

    def _refresh(self) -> None:
        if time.monotonic() - self._taken < EVERY or not self._lock.acquire(blocking=not self._standing):
            return
        try:
            if time.monotonic() - self._taken >= EVERY:
                self._standing = self._look(datetime.now(UTC))
                self._taken = time.monotonic()
        finally:
            self._lock.release()

    def _look(self, now: datetime) -> dict[str, Any]:
        warehouse, sources = self._office.warehouse, self._office.site.sources
        sign = warehouse.heartbeat(HEARTBEAT)
        runs = warehouse.recent_runs(sources)
        return {
            "scheduler": scheduler_state(sign.at if sign else None, now),
            "alerts": Book(warehouse).counts()["last"],
            "sources": {
                name: health(spec, runs.get(name, ()), now).state.value for name, spec in sources.items()
            },
        }
