"""The guard: one check before every request, which lets nothing past that was not declared.

Owns the table of endpoints with their permissions and methods, host names, the proof that an unsafe request
comes from our own pages, and the files that may be served. An endpoint missing from the table stops the
start.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import (
    Forbidden,
    HTTPException,
    MethodNotAllowed,
    NotFound,
    RequestURITooLarge,
)

from ioc.access import Permission
from ioc.settings import Settings
from ioc.web.bodies import LARGEST, read_json
from ioc.web.callbacks import Declared, UndeclaredError, check_call
from ioc.web.errors import refusal
from ioc.web.identity import Visitor, recognise

CSRF_COOKIE = "ioc_csrf"
CSRF_HEADER = "X-IOC"
CSRF_VALUE = "1"
"""A header that no other site can send without asking first. It is no secret: the browser's rule locks."""
DASH_CSRF = {"csrf_token_name": CSRF_COOKIE, "csrf_header_name": CSRF_HEADER}
"""Arguments for Dash, whose renderer copies the cookie into the header of every callback."""
SAFE = frozenset({"GET", "HEAD"})
UNSAFE = frozenset({"POST"})
LONGEST_QUERY = 2048
UPDATE = "/_dash-update-component"
PAGES = "/<path:path>"
SUITES = "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>"
ASSETS = "_dash_assets.static"
FILES = frozenset({
    ".css", ".js", ".mjs", ".woff2", ".svg", ".png", ".jpg", ".webp", ".ico", ".json", ".webmanifest",
})  # fmt: skip
"""Kinds of file that are served. Everything else beside them in the folder does not exist for a visitor."""
WALL_PAGE = "walls.page"
ENROL = "/tuong/ghi-danh"
_PAGE = re.compile(r"/(?!(?:api|geo|assets)(?:/|$))[a-z0-9][a-z0-9/-]*")
"""Addresses a page may have; Dash would answer anything at all with its index."""


class UnknownHost(HTTPException):
    """The request names a host that is not ours: a foreign page may be using a name that leads here."""

    code = 421


@dataclass(frozen=True)
class Rule:
    """What an endpoint asks for. `permission` None: nobody gets it, it answers 404."""

    permission: Permission | None
    methods: frozenset[str] = SAFE


RULES: Mapping[str, Rule] = {
    "/": Rule(Permission.VIEW),
    PAGES: Rule(Permission.VIEW),
    "/_dash-layout": Rule(Permission.VIEW),
    "/_dash-dependencies": Rule(Permission.VIEW),
    UPDATE: Rule(Permission.VIEW, UNSAFE),
    SUITES: Rule(Permission.VIEW),
    ASSETS: Rule(Permission.WALL),
    "/_favicon.ico": Rule(Permission.PUBLIC),
    "/_reload-hash": Rule(None),
    "static": Rule(None),
}
"""Endpoints of Dash and Flask. Our own are declared where they are written (`ioc.web.api.RULES`)."""


@dataclass
class Guard:
    """Checks every request of one server. `callbacks` is filled by the audit at start."""

    settings: Settings
    rules: dict[str, Rule] = field(default_factory=lambda: dict(RULES))
    callbacks: dict[str, Declared] = field(default_factory=dict)

    def install(self, server: Flask) -> None:
        """Stand before every other hook of the server."""
        server.config["MAX_CONTENT_LENGTH"] = LARGEST
        server.before_request_funcs.setdefault(None, []).insert(0, self.check)
        server.extensions["ioc.guard"] = self

    def audit(self, server: Flask) -> None:
        """Raise UndeclaredError when the server has an endpoint that nobody declared."""
        lacking = sorted(
            f"{rule.endpoint} ({rule.rule})"
            for rule in server.url_map.iter_rules()
            if rule.endpoint not in self.rules
        )
        if lacking:
            raise UndeclaredError(f"routes without a declared permission: {', '.join(lacking)}")

    def check(self) -> Response | None:
        """Let the request of the moment pass (None) or answer it with a refusal."""
        self._check_host()
        if len(request.query_string) > LONGEST_QUERY:
            raise RequestURITooLarge
        rule = self.rules.get(request.endpoint or "")
        visitor = recognise()
        public = rule is not None and rule.permission is Permission.PUBLIC
        if visitor.identity is None and not public:
            return _turn_away(visitor)
        if rule is None or rule.permission is None:
            if isinstance(request.routing_exception, MethodNotAllowed):
                raise request.routing_exception
            raise NotFound
        if request.method not in rule.methods:
            raise MethodNotAllowed(valid_methods=sorted(rule.methods))
        if visitor.identity is not None and not visitor.identity.may(rule.permission):
            raise Forbidden
        if request.method not in SAFE:
            _check_origin()
            body = read_json(request)
            if request.endpoint == UPDATE:
                if visitor.identity is None:  # a public update would be a mistake of the table
                    raise Forbidden
                check_call(self.callbacks, body, visitor.identity)
        elif request.endpoint in (ASSETS, SUITES):
            _check_file(request.path)
        elif request.endpoint == PAGES and not _PAGE.fullmatch(request.path):
            raise NotFound
        return None

    def _check_host(self) -> None:
        try:
            name = urlsplit(f"//{request.environ.get('HTTP_HOST', '')}").hostname
        except ValueError:
            raise UnknownHost from None
        if name is None or (self.settings.loopback and name not in ("127.0.0.1", "localhost", "::1")):
            raise UnknownHost


def _turn_away(visitor: Visitor) -> Response:
    """The answer to nobody; a screen that may not show its wall, or not any more, is led to where it is let in."""
    if request.endpoint == WALL_PAGE and request.method in SAFE:
        return Response(status=302, headers={"Location": ENROL})
    answer = refusal(401, visitor.refused)
    if visitor.refused:
        answer.headers["X-IOC-Refused"] = visitor.refused.rpartition(".")[2]
    return answer


def _check_origin() -> None:
    """Refuse an unsafe request that does not prove to come from a page of this very server."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is None and origin is None:
        raise Forbidden("origin")
    if site is not None and site != "same-origin":
        raise Forbidden("origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise Forbidden("origin")
    if request.headers.get(CSRF_HEADER) != CSRF_VALUE:
        raise Forbidden("header")


def _check_file(path: str) -> None:
    """Refuse a file that is not of a kind we serve, and everything hidden."""
    parts = PurePosixPath(path).parts
    if "\0" in path or "\\" in path or any(part.startswith(".") for part in parts):
        raise NotFound
    if PurePosixPath(path).suffix.lower() not in FILES:
        raise NotFound


def guard_of(server: Flask | None = None) -> Guard:
    """The guard of a server, of the present one by default."""
    found: Guard = (server or current_app).extensions["ioc.guard"]
    return found
