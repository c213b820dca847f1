"""Leadership: which of several schedulers works, and the term by which its publications are known.

Owns the lease row. The term rises at every takeover and is checked again inside each publication, so a
leader that was paused and comes back cannot publish. Knows nothing of what a leader does.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select, update

from ioc.warehouse import Warehouse
from ioc.warehouse.engine import database_now
from ioc.warehouse.publication import LEASE, LEASE_SECONDS
from ioc.warehouse.schema import lease

RENEW_SECONDS = 3.0


@dataclass(frozen=True)
class Holder:
    """Who holds the lease, in which term, until when, and whether that is still so."""

    owner: str
    term: int
    expires_at: datetime
    alive: bool


class Lease:
    """One contender for leadership. `term` is its term while it leads, None while it does not.

    A lease is free when it has run out by the database's clock, when its owner is a dead process of this
    very machine, or when it has not been renewed for its whole length by our own steady clock: a clock
    that was set back must not leave a dead leader in office.
    """

    def __init__(
        self,
        warehouse: Warehouse,
        owner: str | None = None,
        seconds: float = LEASE_SECONDS,
        steady: Callable[[], float] = time.monotonic,
    ):
        self.warehouse = warehouse
        self.owner = owner or _this_process()
        self.seconds = seconds
        self.term: int | None = None
        self._steady = steady
        self._seen: tuple[int, datetime] | None = None
        self._seen_at = 0.0

    def acquire(self) -> int | None:
        """Take the lease when it is free, keep it when ours; returns the term, None when another leads."""
        with self.warehouse.writing() as connection:
            now = database_now(connection)
            until = now + timedelta(seconds=self.seconds)
            row = connection.execute(
                select(lease).where(lease.c.name == LEASE).with_for_update()
            ).one_or_none()
            if row is None:
                values = {"owner": self.owner, "term": 1, "expires_at": until}
                connection.execute(insert(lease).values(name=LEASE, **values))
                self.term = 1
                return self.term
            if row.owner == self.owner and row.term == self.term:
                connection.execute(update(lease).where(lease.c.name == LEASE).values(expires_at=until))
                return self.term
            self.term = None
            if not (row.expires_at <= now or _dead(row.owner) or self._silent(row.term, row.expires_at)):
                return None
            values = {"owner": self.owner, "term": row.term + 1, "expires_at": until}
            connection.execute(update(lease).where(lease.c.name == LEASE).values(**values))
            self.term = int(row.term) + 1
            return self.term

    def renew(self) -> bool:
        """Prolong our lease; False when another process has taken over (then `term` is None)."""
        if self.term is None:
            return False
        with self.warehouse.writing() as connection:
            until = database_now(connection) + timedelta(seconds=self.seconds)
            kept = connection.execute(
                update(lease)
                .where(lease.c.name == LEASE, lease.c.owner == self.owner, lease.c.term == self.term)
                .values(expires_at=until)
            )
        if kept.rowcount != 1:
            self.term = None
        return self.term is not None

    def release(self) -> None:
        """Give the lease back so that the next contender need not wait. The term stays used."""
        if self.term is None:
            return
        with self.warehouse.writing() as connection:
            connection.execute(
                update(lease)
                .where(lease.c.name == LEASE, lease.c.owner == self.owner, lease.c.term == self.term)
                .values(expires_at=database_now(connection))
            )
        self.term = None

    def _silent(self, term: int, expires_at: datetime) -> bool:
        """Whether the same promise has stood unrenewed for the whole length of a lease, as we saw it."""
        now = self._steady()
        if self._seen != (term, expires_at):
            self._seen, self._seen_at = (term, expires_at), now
        return now - self._seen_at > self.seconds


def holder(warehouse: Warehouse) -> Holder | None:
    """Who holds the lease; None when nobody ever has."""
    with warehouse.reading() as connection:
        now = database_now(connection)
        row = connection.execute(select(lease).where(lease.c.name == LEASE)).one_or_none()
    if row is None:
        return None
    return Holder(row.owner, row.term, row.expires_at, row.expires_at > now and not _dead(row.owner))


def _this_process() -> str:
    """A name no other process ever has: host, kernel and process space, process, its start, a nonce."""
    pid = os.getpid()
    return f"{socket.gethostname()[:24]}/{_kernel()}/{pid}/{_started(pid)}/{secrets.token_hex(4)}"


def _dead(owner: str) -> bool:
    """Whether the owner surely was a process of this machine and process space that is no more."""
    parts = owner.split("/")
    if len(parts) != 5 or parts[1] != _kernel() or not parts[1] or not parts[2].isdigit():
        return False
    return _started(int(parts[2])) != parts[3]


def _kernel() -> str:
    """This boot and process space; empty where the system does not tell, and then nobody is called dead."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")[:8]
        return f"{boot}-{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return ""


def _started(pid: int) -> str:
    """Start of a process in ticks since boot, empty when there is none (or only its corpse)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = text.rpartition(")")[2].split()
    return "" if fields[0] in ("Z", "X") else fields[19]
