"""The bookshelf: the boards a web worker has at hand, the latest first.

Owns noticing a new edition, keeping a few boards and carrying over what did not change between two of them.
Any worker gives the same answer for the same edition number, so nothing here is shared between processes.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from ioc.areas import Register
from ioc.board import Board, Reader
from ioc.observations import Edition
from ioc.site import Site
from ioc.slices import Slice
from ioc.unknown import UnknownEditionError

log = logging.getLogger(__name__)
NOTICE = 0.5
"""Seconds between two looks at the warehouse for a new edition; in between, asking costs a comparison."""
KEPT = 6
"""Boards kept beside the latest."""


class Editions(Reader, Protocol):
    """What the bookshelf asks of the warehouse beside reading."""

    def latest(self) -> Edition | None:
        """The newest edition, None before the first."""

    def edition(self, number: int) -> Edition | None:
        """One edition; None or KeyError when there is no such number."""

    def changed_kpis(self, e0: int, e1: int) -> set[str]:
        """KPIs that differ between two editions."""


class Bookshelf:
    """Boards by edition number. Safe to share between the threads of a worker."""

    def __init__(
        self,
        warehouse: Editions,
        site: Site,
        register: Register,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.site = site
        self.register = register
        self._warehouse = warehouse
        self._clock = clock
        self._lock = threading.Lock()
        self._looked = -float("inf")
        self._latest: Board | None = None
        self._kept: OrderedDict[int, Board] = OrderedDict()

    def latest(self) -> Board:
        """The board of the newest edition, at most NOTICE seconds behind the warehouse.

        Before the first publication it is an empty board with edition number 0. While the warehouse cannot
        be read the last board stays; without one the database's error is raised.
        """
        board = self._latest
        if board is not None and self._clock() - self._looked < NOTICE:
            return board
        if self._lock.acquire(blocking=board is None):
            try:
                if self._latest is None or self._clock() - self._looked >= NOTICE:
                    self._look()
            finally:
                self._lock.release()
        if self._latest is None:  # only when the very first look failed in another thread
            raise UnknownEditionError("no edition can be read yet")
        return self._latest

    def get(self, number: int) -> Board:
        """The board of one edition, past or present. Raises UnknownEditionError."""
        latest = self.latest()
        if number == latest.edition.number:
            return latest
        with self._lock:
            board = self._kept.get(number)
            if board is None:
                edition = self._find(number)
                board = self._kept[number] = self._open(edition, latest)
            self._kept.move_to_end(number)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return board

    def _find(self, number: int) -> Edition:
        try:
            edition = self._warehouse.edition(number) if number > 0 else None
        except KeyError:
            edition = None
        if edition is None:
            raise UnknownEditionError(f"no edition has number {number}")
        return edition

    def _look(self) -> None:
        """Ask the warehouse for its newest edition and open it when it is another one."""
        before = self._latest
        try:
            edition = self._warehouse.latest() or _nothing_yet()
            if before is None or before.edition.number != edition.number:
                board = self._open(edition, before)
                if before is not None:
                    board.read(before.loaded)
                    self._kept[before.edition.number] = before
                self._latest = board
        except SQLAlchemyError:
            if before is None:
                raise
            log.exception("the warehouse cannot be read; edition %s stays in use", before.edition.number)
        self._looked = self._clock()

    def _open(self, edition: Edition, beside: Board | None) -> Board:
        """The board of `edition`, with the unchanged slices of `beside`."""
        carried: Mapping[str, Slice] = {}
        if beside is not None and not beside.empty and edition.number > 0:
            low, high = sorted((beside.edition.number, edition.number))
            changed = self._warehouse.changed_kpis(low, high)
            carried = {kpi: held for kpi, held in beside.loaded.items() if kpi not in changed}
        previous = edition.number - 1 if edition.number > 1 else None
        return Board(edition, self.site, self.register, self._warehouse, carried=carried, previous=previous)


def _nothing_yet() -> Edition:
    return Edition(0, datetime.now(UTC), None, None, 0)
