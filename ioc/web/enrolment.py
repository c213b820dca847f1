"""Routes by which a screen comes in: the page with its code, the request for one, the fetching of the token.

Owns their addresses. They are open to anybody, so they tell nothing, cost little and are counted; who is let in an
operator decides elsewhere (`ioc.web.screens`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from html import escape
from typing import TypeVar

from flask import Blueprint, Response, request

from ioc.access import Permission
from ioc.fleet.records import FleetError
from ioc.settings import PROJECT
from ioc.web.asking import params
from ioc.web.errors import InvalidError, refusal
from ioc.web.fleet import Fleet, give_token
from ioc.web.guard import ENROL, SAFE, UNSAFE, Rule
from ioc.web.headers import IMMUTABLE
from ioc.wording import LANGS, catalog, say

ROUTES: tuple[tuple[str, str, Permission, frozenset[str]], ...] = (
    (ENROL, "page", Permission.PUBLIC, SAFE),
    (f"{ENROL}/<file>", "file", Permission.PUBLIC, SAFE),
    ("/api/enrol", "ask", Permission.PUBLIC, UNSAFE),
    ("/api/enrol/claim", "claim", Permission.PUBLIC, UNSAFE),
)
RULES: Mapping[str, Rule] = {
    f"enrolment.{name}": Rule(needed, methods) for _, name, needed, methods in ROUTES
}
FILES = {
    "enrol.js": ("js/enrol.js", "text/javascript"),
    "enrol.css": ("css/enrol.css", "text/css"),
    "tokens.css": ("css/tokens.css", "text/css"),
    **{
        f"{script}-{weight}.woff2": (f"fonts/be-vietnam-pro-{script}-{weight}.woff2", "font/woff2")
        for script in ("latin", "vietnamese")
        for weight in (400, 600)
    },
}
"""The few files that the page needs before anybody is let in; all others ask who comes."""
WALL = "/tuong"
Result = TypeVar("Result")
_CLAIM = re.compile(r"[A-Za-z0-9_-]{43}")


class Answers:
    """The answers of one worker; one method a route."""

    def __init__(self, fleet: Fleet, province: Mapping[str, str]):
        self._fleet = fleet
        self._province = province

    def page(self) -> Response:
        """The page that shows the code; `tieng` chooses the language."""
        lang = params("tieng").get("tieng", LANGS[0])
        if lang not in LANGS:
            raise InvalidError("web.param.lang")
        return Response(_page(lang, self._province[lang]), content_type="text/html; charset=utf-8")

    def file(self, file: str) -> Response:
        """A file of that page."""
        params("v")
        if file not in FILES:
            return refusal(404)
        name, kind = FILES[file]
        head = {"Cache-Control": IMMUTABLE}
        return Response(_read(name), headers=head, content_type=kind)

    def ask(self) -> Response:
        """A new code, with the secret by which the screen fetches its token once an operator has confirmed it."""
        if request.get_json() != {}:
            raise InvalidError("web.refused.fields", fields="–")
        asked = said(lambda: self._fleet.door.ask(self._fleet.address(request), datetime.now(UTC)))
        seconds = int((asked.expires_at - datetime.now(UTC)).total_seconds())
        return _json({"code": asked.code, "claim": asked.claim, "seconds": seconds})

    def claim(self) -> Response:
        """202 while nobody has confirmed the code; then the token, once, as a cookie that no script can read."""
        body = request.get_json()
        claim = body.get("claim") if isinstance(body, dict) and set(body) == {"claim"} else None
        if not isinstance(claim, str) or not _CLAIM.fullmatch(claim):
            raise InvalidError("web.refused.fields", fields="claim")
        got = said(lambda: self._fleet.door.claim(claim, self._fleet.address(request), datetime.now(UTC)))
        if got is None:
            return _json({"in": False}, 202)
        answer = _json({"in": True, "next": WALL})
        give_token(answer, got[2], request.is_secure)
        return answer


def said(act: Callable[[], Result]) -> Result:
    """Do an act of the fleet; what is not possible is said to the visitor."""
    try:
        return act()
    except FleetError as error:
        raise InvalidError(f"fleet.{error.key}", error.status, **error.values) from None


def blueprint(fleet: Fleet, province: Mapping[str, str]) -> Blueprint:
    """The routes, for one worker."""
    room, answers = Blueprint("enrolment", __name__), Answers(fleet, province)
    for address, name, _, methods in ROUTES:
        room.add_url_rule(address, name, getattr(answers, name), methods=sorted(methods))
    return room


@lru_cache(maxsize=16)
def _read(name: str) -> bytes:
    return (PROJECT / "assets" / name).read_bytes()


def _address(file: str) -> str:
    return f"{ENROL}/{file}?v={hashlib.sha256(_read(FILES[file][0])).hexdigest()[:12]}"


def _page(lang: str, province: str) -> str:
    words = {
        key.removeprefix("fleet.js."): text
        for key, text in catalog(lang).items()
        if key.startswith("fleet.js.")
    }
    boot = json.dumps({"lang": lang, "wall": WALL, "words": words}, ensure_ascii=False).replace(
        "<", "\\u003c"
    )

    def told(key: str) -> str:
        return escape(say(f"fleet.enrol.{key}", lang))

    return f"""<!DOCTYPE html>
<html lang="{lang}" data-theme="wall">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{told("title")} – {escape(province)}</title>
<link rel="stylesheet" href="{_address("tokens.css")}">
<link rel="stylesheet" href="{_address("enrol.css")}">
<script type="application/json" id="enrol-boot">{boot}</script>
<script defer src="{_address("enrol.js")}"></script>
</head>
<body>
<main>
<p class="province">{escape(province)}</p>
<h1>{told("title")}</h1>
<p class="why" id="why" role="status"></p>
<p class="code" id="code" aria-live="polite">···–···</p>
<p class="left" id="left"></p>
<p class="how">{told("how")}</p>
<p class="state" id="state" role="status"></p>
</main>
<noscript>{told("noscript")}</noscript>
</body>
</html>"""


def _json(content: object, status: int = 200) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), status, content_type="application/json")
