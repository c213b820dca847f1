"""Routes of investment plans: what a plan found, its name given and taken back, and lists of candidates handed in.

Owns their addresses and the shape of the answers. Plans are made by a job (`ioc.planning.task`). Naming and handing in
need the planner's or operator's role, withdrawing a reason as well; the person is the visitor's own, never one sent.
A file travels as base64 inside JSON, so that it passes the guard like everything else.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from flask import Blueprint, Response, json, request

from ioc import formats
from ioc.access import Permission
from ioc.bookshelf import Bookshelf
from ioc.drawings import Drawing
from ioc.jobs import JobError
from ioc.office import Office
from ioc.planning.book import Head, NameTakenError, Plan, PlanBook
from ioc.planning.handed_in import ListError, list_of
from ioc.planning.task import villages
from ioc.planning.words import Telling
from ioc.web.asking import params
from ioc.web.drawn import Drawn
from ioc.web.errors import InvalidError
from ioc.web.guard import SAFE, UNSAFE, Rule
from ioc.web.identity import current_identity, current_lang, current_scope
from ioc.wording import say

ROUTES: tuple[tuple[str, str, Permission, frozenset[str]], ...] = (
    ("/api/plans/<int:number>", "one", Permission.VIEW, SAFE),
    ("/api/plans/<int:number>/points", "points", Permission.VIEW, SAFE),
    ("/api/plans/<int:number>/tables", "tables", Permission.VIEW, SAFE),
    ("/api/plans/<int:number>/name", "name", Permission.PLAN, UNSAFE),
    ("/api/plans/lists", "hand_in", Permission.PLAN, UNSAFE),
    ("/api/plans/scenarios/<int:number>/withdraw", "withdraw", Permission.PLAN, UNSAFE),
)
RULES: Mapping[str, Rule] = {f"plans.{name}": Rule(needed, methods) for _, name, needed, methods in ROUTES}
_LARGEST = 2**31 - 1
MOST_BYTES = 1_500_000
"""Of a list: written as base64 it still fits into a body (`ioc.web.bodies.LARGEST`)."""


class Plans:
    """The answers of one worker; one method a route."""

    def __init__(self, office: Office, bookshelf: Bookshelf):
        self._office = office
        self._bookshelf = bookshelf
        self._book = PlanBook(office.warehouse)
        self._drawn = Drawn(office.settings.data)

    def one(self, number: int) -> Response:
        """A plan whole, as it was found."""
        params()
        kept = self._plan(number)
        notice = say("face.demonstration", current_lang()) if self._office.site.head.demonstration else None
        return _json({
            "plan": kept.id, "edition": kept.edition, "made_at": kept.made_at.isoformat(), "made_by": kept.made_by,
            "notice": notice, **kept.document,
        })  # fmt: skip

    def points(self, number: int) -> Response:
        """The villages of a plan on the map in force: what each lacks, and in which year it is met."""
        params()
        return _json(points(self._plan(number), self._drawn.current()))

    def tables(self, number: int) -> Response:
        """The ranked list with its reasons and the communes, in the visitor's words; long, so it comes by itself."""
        params()
        kept, assumptions = self._plan(number), self._office.site.planning
        if assumptions is None:
            raise InvalidError("planning.refused.none", 404)
        tell = Telling(kept.document, assumptions, self._office.register, current_lang())
        return _json({"plan": kept.id, "list": tell.ranking(), "communes": tell.communes()})

    def name(self, number: int) -> Response:
        """Keep a plan under a name."""
        body = _body("name", "note")
        kept = self._plan(number)
        if not 2 <= len(body["name"].strip()) <= 120 or len(body["note"]) > 1000:
            raise InvalidError("planning.refused.name")
        by = current_identity().name
        try:
            named = self._book.name(kept.id, body["name"], body["note"], by, datetime.now(UTC))
        except NameTakenError:
            raise InvalidError("planning.refused.taken", 409, name=body["name"].strip()) from None
        return _done("planning.done.named", name=named.name)

    def withdraw(self, number: int) -> Response:
        """Take a name back."""
        reason = _body("reason")["reason"].strip()
        if not 3 <= len(reason) <= 1000:
            raise InvalidError("planning.refused.reason")
        seen = {one.id for one, _ in self._book.scenarios(current_scope())}
        by, now = current_identity().name, datetime.now(UTC)
        if number not in seen or not self._book.withdraw(number, reason, by, now):
            raise InvalidError("planning.refused.gone", 404, n=number)
        return _done("planning.done.withdrawn")

    def hand_in(self) -> Response:
        """Take a list of candidates, whole or not at all; a file that was handed in before is the list it was then."""
        body, assumptions = _body("file", "content"), self._office.site.planning
        if assumptions is None:
            raise InvalidError("planning.refused.none", 404)
        file, raw = _file_name(body["file"]), _decoded(body["content"])
        scope, by, now = current_scope(), current_identity().name, datetime.now(UTC)
        try:
            known = {one.id for one in villages(self._office, self._bookshelf.latest(), scope, assumptions)}
            found = list_of(raw, file, assumptions, known)
        except JobError as fault:
            raise InvalidError(fault.key, 400, **fault.values) from None
        except ListError as fault:
            raise InvalidError("planning.refused.faults", why=fault) from None
        number = self._book.take_list(file, found.sha256, found.candidates, by, now)
        held, lang = self._book.handed_in(number), current_lang()
        if held is None:
            raise RuntimeError("a list that was just taken cannot be read")
        head = Head(held.id, held.file, held.handed_in_at, held.handed_in_by)
        key = (
            "planning.done.taken"
            if (held.handed_in_at, held.handed_in_by) == (now, by)
            else "planning.done.known"
        )
        count = formats.number(len(held.candidates), 0, lang)
        told = say(key, lang, n=count, list=list_words(head, lang))
        return _json({"ok": True, "message": told, "list": {"id": number, "words": list_words(head, lang)}})

    def _plan(self, number: int) -> Plan:
        kept = self._book.plan(number, current_scope()) if number <= _LARGEST else None
        if kept is None:
            raise InvalidError("planning.refused.unknown", 404, n=number)
        return kept


def points(kept: Plan, drawing: Drawing | None) -> dict[str, Any]:
    """Villages as [name, x, y, households, {service: year or null}]; those without a point are only counted."""
    met = kept.met
    drawn, lost = [], 0
    for name, one in sorted(kept.document["places"].items()):
        if one["lat"] is None or one["lon"] is None or drawing is None:
            lost += 1
            continue
        x, y = drawing.project(one["lat"], one["lon"])
        needs = {service: met.get((name, service)) for service in one["lacks"]}
        drawn.append([one["name"], round(x, 1), round(y, 1), one["households"], needs])
    return {"plan": kept.id, "villages": drawn, "unplaced": lost}


def list_words(one: Head, lang: str) -> str:
    """A list as the page offers it: number, file, who and when."""
    at = formats.instant(one.handed_in_at, lang)
    return say("planning.page.handed_in", lang, n=one.id, file=one.file, by=one.handed_in_by, at=at)


def _file_name(given: str) -> str:
    """The name of a file without its folder. Raises InvalidError."""
    name = PurePosixPath(given.replace("\\", "/")).name.strip()
    if not name or len(name) > 200 or not name.isprintable():
        raise InvalidError("planning.refused.file")
    return name


def _decoded(given: str) -> bytes:
    """The bytes of a file that is neither empty nor too large. Raises InvalidError."""
    try:
        raw = b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidError("planning.refused.content") from None
    if not raw:
        raise InvalidError("planning.refused.empty")
    if len(raw) > MOST_BYTES:
        raise InvalidError("planning.refused.large", 413)
    return raw


def _body(*fields: str) -> dict[str, str]:
    body = request.get_json()
    if (
        not isinstance(body, dict)
        or set(body) != set(fields)
        or not all(isinstance(one, str) for one in body.values())
    ):
        raise InvalidError("web.refused.fields", fields=", ".join(fields))
    return body


def blueprint(office: Office, bookshelf: Bookshelf) -> Blueprint:
    """The routes, for one worker."""
    room, answers = Blueprint("plans", __name__), Plans(office, bookshelf)
    for address, name, _, methods in ROUTES:
        room.add_url_rule(address, name, getattr(answers, name), methods=sorted(methods))
    return room


def _done(key: str, **values: object) -> Response:
    return _json({"ok": True, "message": say(key, current_lang(), **values)})


def _json(content: Any) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), content_type="application/json")
