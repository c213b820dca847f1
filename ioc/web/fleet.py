"""The fleet in one web worker: who of those that ask is an enrolled screen, what it was told, when it was heard.

Owns the token's cookie and the address a request really comes from. A token is looked up in the worker's copy, at
most a second old; one that is revoked, unknown or used outside its range opens nothing on the wall.
"""

from __future__ import annotations

import ipaddress
import logging
import time
from datetime import UTC, datetime

from flask import Request, Response, request
from sqlalchemy.exc import SQLAlchemyError

from ioc.access import OPEN, Role, ScreenIdentity
from ioc.fleet import codes
from ioc.fleet.book import Book
from ioc.fleet.contacts import Contacts
from ioc.fleet.enrolments import Enrolments
from ioc.fleet.orders import Orders
from ioc.fleet.records import Contact, What
from ioc.office import Office
from ioc.walls.orders import Heartbeat, Order
from ioc.web.identity import Visitor, current_visitor
from ioc.web.secret import signing_key

log = logging.getLogger(__name__)
COOKIE = "ioc_screen"
PATHS = ("/tuong", "/api/wall", "/geo", "/assets")
"""Where a browser sends the token: the wall, its document, its drawing, its files."""
WALL = PATHS[:2]
DAYS = 400
"""As long as browsers keep a cookie; every fetch of the page renews it."""
ABROAD_EVERY = 3600.0
"""Seconds between two lines of the book about one token used outside its range."""


class Fleet:
    """One worker's fleet: `ioc.web.identity.Screens` for the guard, `ioc.walls.orders.Orders` for the walls."""

    def __init__(self, office: Office):
        self.book = Book(office.warehouse)
        self.door = Enrolments(office.warehouse, signing_key(office.settings, office.site.head.demonstration))
        self.orders = Orders(self.book)
        self.contacts = Contacts(self.book.keep)
        self._proxies = frozenset(part.strip() for part in office.settings.proxies.split(",") if part.strip())
        self._told: dict[int, float] = {}

    def visitor(self, asked: Request, lang: str) -> Visitor | None:
        """The screen behind a request, or on a wall's address why it is refused; None without a token that we gave."""
        token = asked.cookies.get(cookie_name(asked.is_secure))
        if not token:
            return None
        device, address = self.orders.device(token), self.address(asked)
        if device is None:
            return None
        revoked, within = device.revoked_at is not None, codes.within(address, device.ranges)
        if within and not revoked:
            identity = ScreenIdentity(f"screen:{device.id}", Role.LEADER, device.id, device.screen)
            return Visitor(identity, OPEN, lang)
        if not revoked:
            self._tell_abroad(device.id, address)
        if asked.path.startswith(WALL):
            return Visitor(None, OPEN, lang, f"fleet.refused.{'revoked' if revoked else 'range'}")
        return None

    def device(self) -> str | None:
        """The enrolled device behind the request of the moment."""
        identity = current_visitor().identity
        return str(identity.device) if isinstance(identity, ScreenIdentity) else None

    def screen(self, device: str) -> str | None:
        """The screen of the configuration that a device is; only its own is told."""
        identity = current_visitor().identity
        own = isinstance(identity, ScreenIdentity) and str(identity.device) == device
        return identity.screen if own and isinstance(identity, ScreenIdentity) else None

    def order(self, device: str | None) -> Order:
        """What a device was told to show."""
        return self.orders.order(None if device is None else int(device))

    def heard(self, device: str | None, beat: Heartbeat) -> None:
        """A device gave a sign of life."""
        if device is not None:
            self.contacts.heard(
                Contact(
                    int(device), datetime.now(UTC), self.address(request), beat.scene, beat.edition, beat.uptime_s,
                    beat.heap_kb, beat.state,
                )
            )  # fmt: skip

    def address(self, asked: Request) -> str:
        """Where a request comes from; a proxy's word counts only if it is one of ours."""
        near = asked.remote_addr or ""
        if near not in self._proxies:
            return near
        said = asked.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip()
        try:
            return str(ipaddress.ip_address(said))
        except ValueError:
            return near

    def _tell_abroad(self, device: int, address: str) -> None:
        now = time.monotonic()
        if now - self._told.get(device, -ABROAD_EVERY) < ABROAD_EVERY:
            return
        self._told[device] = now
        try:
            self.book.note(device, What.ABROAD, f"screen:{device}", address, datetime.now(UTC))
        except SQLAlchemyError as error:  # refused all the same
            log.warning("a token used from %s could not be written down: %s", address, error)


def cookie_name(secure: bool) -> str:
    """The token's cookie; over TLS browsers then refuse it from anywhere else."""
    return f"__Secure-{COOKIE}" if secure else COOKIE


def give_token(response: Response, token: str, secure: bool) -> None:
    """Put the token on a screen, for the addresses it is meant for and for no script to read."""
    for path in PATHS:
        response.set_cookie(
            cookie_name(secure), token, max_age=DAYS * 86400, secure=secure, httponly=True, samesite="Strict",
            path=path,
        )  # fmt: skip
