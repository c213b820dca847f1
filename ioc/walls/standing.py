"""Standing: what a wall must know beside an edition: how old each source is, what is alerted, whether the scheduler lives.

Owns looking it up at most once a second for all screens of a worker together. Ages are measured here, on the server,
and never by the clock of a screen.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from ioc.alerts.book import Book
from ioc.alerts.records import Alert
from ioc.freshness import HEARTBEAT, Freshness, health, scheduler_state
from ioc.office import Office

log = logging.getLogger(__name__)
EVERY = 1.0


@dataclass(frozen=True)
class Stand:
    """One source: since when its data are (None: never had any), how old they may be, whether it is out of reach."""

    as_of: datetime | None
    promise_s: int
    down: bool


@dataclass(frozen=True)
class Standing:
    """Everything that is not in an edition, at one moment. Two that are equal make the same document."""

    sources: dict[str, Stand] = field(default_factory=dict)
    scheduler: str = "never"
    alerts: int = 0


class Lookout:
    """Keeps the standing of one office for one worker."""

    def __init__(self, office: Office):
        self._office = office
        self._book = Book(office.warehouse)
        self._lock = threading.Lock()
        self._looked = -float("inf")
        self._standing = Standing()
        self._alerts: tuple[int, list[Alert]] = (-1, [])

    def standing(self) -> Standing:
        """The present standing, at most EVERY seconds old; the last one while the warehouse cannot be read."""
        if time.monotonic() - self._looked < EVERY:
            return self._standing
        if self._lock.acquire(blocking=not self._standing.sources):
            try:
                if time.monotonic() - self._looked >= EVERY:
                    self._look(datetime.now(UTC))
                    self._looked = time.monotonic()
            finally:
                self._lock.release()
        return self._standing

    def alerts(self) -> list[Alert]:
        """Alerts that have not ended, as of the last standing. Read again when one of them changed."""
        number = self.standing().alerts
        if self._alerts[0] != number:
            self._alerts = number, self._book.unresolved()
        return self._alerts[1]

    def _look(self, now: datetime) -> None:
        warehouse, specs = self._office.warehouse, self._office.site.sources
        try:
            sign = warehouse.heartbeat(HEARTBEAT)
            runs = warehouse.recent_runs(specs)
            found = {name: health(spec, runs.get(name, ()), now) for name, spec in specs.items()}
            self._standing = Standing(
                {
                    name: Stand(
                        one.as_of, int(one.promise.total_seconds()), one.state is Freshness.SOURCE_DOWN
                    )
                    for name, one in found.items()
                },
                scheduler_state(sign.at if sign else None, now),
                self._book.counts()["last"],
            )
        except SQLAlchemyError:
            if not self._standing.sources:
                raise
            log.exception("the standing of the sources cannot be read; the last one stays in use")
