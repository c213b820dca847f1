"""The agenda of a leader: which sources wait to be refreshed, which are being refreshed, in what order.

Owns fairness: one errand a source, what somebody asked for before what merely fell due, otherwise first
come first served; and a source that hung the last time never takes the last place from the healthy ones.
Starts nothing itself and keeps no time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from ioc.dispatch import Order

SLOTS = 2
"""Sources refreshed at a time."""


@dataclass(frozen=True)
class Errand:
    """An order that waits; `request` is the newest request it answers, None when nobody asked."""

    order: Order
    request: int | None = None


class Agenda:
    """Waiting and running sources. Safe to share between threads."""

    def __init__(self, slots: int = SLOTS):
        self.slots = slots
        self._waiting: dict[str, Errand] = {}
        self._running: dict[str, tuple[Errand, bool]] = {}
        self._lock = threading.Lock()

    def add(self, order: Order, request: int | None = None) -> bool:
        """Put a source on the agenda; False when that changes nothing.

        A source waits once. Somebody who asks is served by the errand that waits, in his name; a mere tick
        is dropped while the source waits or runs.
        """
        with self._lock:
            waiting, running = self._waiting.get(order.source), self._running.get(order.source)
            if request is None:
                if waiting is not None or running is not None:
                    return False
                self._waiting[order.source] = Errand(order)
            elif any(errand and errand.request == request for errand in (waiting, running and running[0])):
                return False
            elif waiting is not None:
                self._waiting[order.source] = replace(waiting, order=order, request=request)
            else:
                self._waiting[order.source] = Errand(order, request)
            return True

    def take(self, suspect: Callable[[str], bool]) -> Errand | None:
        """The next errand to start, now counted as running; None while there is no place or nothing to do.

        At most one `suspect` source runs at a time, so that the others always have a place.
        """
        with self._lock:
            if len(self._running) >= self.slots:
                return None
            for source, errand in self._in_turn():
                if source in self._running:
                    continue
                doubtful = suspect(source)
                if doubtful and any(other for _, other in self._running.values()):
                    continue
                del self._waiting[source]
                self._running[source] = (errand, doubtful)
                return errand
            return None

    def done(self, source: str) -> None:
        """A running source has ended."""
        with self._lock:
            self._running.pop(source, None)

    def forget(self) -> None:
        """Drop everything that waits."""
        with self._lock:
            self._waiting.clear()

    @property
    def running(self) -> list[str]:
        """Sources being refreshed."""
        with self._lock:
            return list(self._running)

    @property
    def waiting(self) -> list[str]:
        """Sources that wait, in order."""
        with self._lock:
            return [source for source, _ in self._in_turn()]

    def _in_turn(self) -> list[tuple[str, Errand]]:
        return sorted(self._waiting.items(), key=lambda item: item[1].request is None)
