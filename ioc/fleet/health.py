"""Health of screens: whether each is heard, and what it says of itself.

Owns the rule when a screen counts as dead. A heartbeat is written down every WRITE_EVERY; two of them missed and
the screen is dead, whichever worker is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ioc.fleet.book import Book
from ioc.fleet.contacts import WRITE_EVERY, Contacts, newer
from ioc.fleet.records import Contact, Device
from ioc.walls.orders import NOTHING, Order

DEAD_AFTER = 2 * WRITE_EVERY


class Health(StrEnum):
    """The worst comes first."""

    DEAD = "dead"
    TROUBLED = "troubled"
    NEVER = "never"
    LIVE = "live"
    REVOKED = "revoked"


WELL = frozenset({None, "fresh", "ageing"})
"""States of its own that a screen may report without being in trouble."""


@dataclass(frozen=True)
class Standing:
    """One device with what it was told and what was last heard of it."""

    device: Device
    order: Order
    contact: Contact | None
    health: Health


def judge(device: Device, contact: Contact | None, now: datetime) -> Health:
    """How a device is at `now`."""
    if device.revoked_at is not None:
        return Health.REVOKED
    if contact is None:
        return Health.NEVER
    if now - contact.at > DEAD_AFTER:
        return Health.DEAD
    return Health.LIVE if contact.state in WELL else Health.TROUBLED


def standings(book: Book, now: datetime, heard: Contacts | None = None) -> list[Standing]:
    """Every device that is not revoked, the troubled ones first, then by name."""
    contacts = newer(book.contacts(), heard.latest() if heard else {})
    orders, order = book.orders(), list(Health)
    found = [
        Standing(
            one, orders.get(one.id, NOTHING), contacts.get(one.id), judge(one, contacts.get(one.id), now)
        )
        for one in book.devices(revoked=False)
    ]
    return sorted(found, key=lambda one: (order.index(one.health), one.device.name.casefold(), one.device.id))
