"""Orders as every web worker sees them: read from the warehouse when something changed, at most once a second.

Owns the worker's copy of devices and orders, which is what a poll is answered from. One look at the newest act's
number tells whether the copy still holds, so a thousand screens cost one small query a second.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from ioc.fleet import codes
from ioc.fleet.book import Book
from ioc.fleet.records import Device
from ioc.walls.orders import NOTHING, Order

log = logging.getLogger(__name__)
EVERY = 1.0


@dataclass(frozen=True)
class _Copy:
    newest: int
    devices: dict[str, Device]
    orders: dict[int, Order]


class Orders:
    """One worker's copy."""

    def __init__(self, book: Book, clock: Callable[[], float] = time.monotonic):
        self._book = book
        self._clock = clock
        self._lock = threading.Lock()
        self._looked = -float("inf")
        self._copy: _Copy | None = None

    def order(self, device: int | None) -> Order:
        """What a device was told; a browser that is no device is told nothing."""
        return NOTHING if device is None else self._present().orders.get(device, NOTHING)

    def device(self, token: str) -> Device | None:
        """The device a token belongs to, revoked ones included; None for a token we never gave."""
        return self._present().devices.get(codes.fingerprint(token))

    def _present(self) -> _Copy:
        copy = self._copy
        if copy is not None and self._clock() - self._looked < EVERY:
            return copy
        with self._lock:
            if self._copy is None or self._clock() - self._looked >= EVERY:
                self._look()
            assert self._copy is not None  # noqa: S101 - _look raised otherwise
            return self._copy

    def _look(self) -> None:
        """Look whether anything changed. Without the warehouse the last copy stands: a screen stays what it was."""
        held = self._copy
        try:
            newest = self._book.newest()
            if held is None or newest != held.newest:
                self._copy = _Copy(newest, *self._book.standing())
        except SQLAlchemyError as error:
            if held is None:
                raise
            log.warning("orders of screens could not be read: %s", error)
        self._looked = self._clock()
