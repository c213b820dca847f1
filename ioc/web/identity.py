"""Who is asking, for one request: the demonstration role and the language, from one signed cookie.

Owns that cookie. A role may be chosen only where nobody but this machine can ask, in a demonstration; named
users and sessions will take its place behind the same three functions. A request that carries a screen's token is
that screen's and nobody else's (`Screens`). Knows no route.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any, Protocol

from flask import Request, Response, current_app, g, request
from itsdangerous import BadData, URLSafeTimedSerializer

from ioc.access import OPEN, Identity, Role, Scope
from ioc.wording import LANGS

COOKIE = "ioc_demo"
HOURS = 10
"""How long a chosen role lasts; then the visitor is the one with the fewest rights again."""
FIRST_ROLE = Role.LEADER
EXTENSION = "ioc.identity"
SCREENS = "ioc.screens"
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")


@dataclass(frozen=True)
class Visitor:
    """What a request says of itself: an identity (None when nobody is signed in), a scope and a language.

    `refused` names the words why a screen's token is not accepted.
    """

    identity: Identity | None
    scope: Scope
    lang: str
    refused: str | None = None


class Screens(Protocol):
    """Who tells enrolled screens by their tokens."""

    def visitor(self, asked: Request, lang: str) -> Visitor | None:
        """The screen behind a request, or why it is refused; None when the request carries no token."""


class Demonstration:
    """Gives demonstration identities. `allowed` is False for a real site or an address others can reach."""

    def __init__(self, key: str, allowed: bool):
        self.allowed = allowed
        self._serializer = URLSafeTimedSerializer(key, salt="ioc-demonstration-1")

    def visitor(self, asked: Request) -> Visitor:
        """The visitor behind a request; a missing, old or forged cookie gives the first role."""
        chosen = self._read(asked)
        lang = chosen.get("l")
        lang = lang if lang in LANGS else LANGS[0]
        if not self.allowed or not _from_here(asked):
            return Visitor(None, OPEN, lang)
        role = Role(chosen["r"]) if chosen.get("r") in set(Role) else FIRST_ROLE
        return Visitor(Identity(f"demo-{role.value}", role), OPEN, lang)

    def choose(self, response: Response, role: str | None = None, lang: str | None = None) -> None:
        """Put a new cookie on `response`: what is not given stays as the request had it."""
        visitor = current_visitor()
        kept = visitor.identity.role.value if visitor.identity else FIRST_ROLE.value
        secure = request.is_secure
        response.set_cookie(
            _cookie_name(secure),
            self._serializer.dumps({"r": role or kept, "l": lang or visitor.lang}),
            max_age=HOURS * 3600,
            secure=secure,
            httponly=True,
            samesite="Lax",
            path="/",
        )

    def _read(self, asked: Request) -> dict[str, Any]:
        text = asked.cookies.get(_cookie_name(asked.is_secure))
        if not text:
            return {}
        try:
            found = self._serializer.loads(text, max_age=HOURS * 3600)
        except BadData:
            return {}
        return found if isinstance(found, dict) else {}


def _cookie_name(secure: bool) -> str:
    return f"__Host-{COOKIE}" if secure else COOKIE


def _from_here(asked: Request) -> bool:
    """Whether the request comes from this machine itself, not through somebody who forwards."""
    if any(name in asked.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(asked.remote_addr or "").is_loopback
    except ValueError:
        return False


def recognise() -> Visitor:
    """Find out who asks and remember it for this request. The guard calls it, once."""
    demonstration: Demonstration = current_app.extensions[EXTENSION]
    visitor = demonstration.visitor(request)
    screens: Screens | None = current_app.extensions.get(SCREENS)
    if screens is not None:
        visitor = screens.visitor(request, visitor.lang) or visitor
    g.ioc_visitor = visitor
    return visitor


def current_visitor() -> Visitor:
    """The visitor of this request."""
    found: Visitor | None = g.get("ioc_visitor")
    return found if found is not None else recognise()


def current_identity() -> Identity:
    """Who acts in this request. Raises PermissionError when nobody is signed in."""
    identity = current_visitor().identity
    if identity is None:
        raise PermissionError("nobody is signed in")
    return identity


def current_scope() -> Scope:
    """What the visitor may see; every read of numbers takes it."""
    return current_visitor().scope


def current_lang() -> str:
    """The language of the interface, "vi" or "en"."""
    return current_visitor().lang
