"""Routes of investment plans: what a plan found, keeping it under a name, taking the name back.

Owns their addresses and the shape of the answers. Plans are made by a job (`ioc.planning.task`). Naming needs the
planner's or operator's role, withdrawing a reason as well; the person is the visitor's own, never one that is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, json, request

from ioc.access import Permission
from ioc.bookshelf import Bookshelf
from ioc.drawings import Drawing
from ioc.office import Office
from ioc.planning.book import NameTakenError, Plan, PlanBook
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
    ("/api/plans/scenarios/<int:number>/withdraw", "withdraw", Permission.PLAN, UNSAFE),
)
RULES: Mapping[str, Rule] = {f"plans.{name}": Rule(needed, methods) for _, name, needed, methods in ROUTES}
_LARGEST = 2**31 - 1


class Plans:
    """The answers of one worker; one method a route."""

    def __init__(self, office: Office):
        self._office = office
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

    def _plan(self, number: int) -> Plan:
        kept = self._book.plan(number, current_scope()) if number <= _LARGEST else None
        if kept is None:
            raise InvalidError("planning.refused.unknown", 404, n=number)
        return kept


def points(kept: Plan, drawing: Drawing | None) -> dict[str, Any]:
    """Villages as [name, x, y, households, {service: year or null}]; those without a point are only counted."""
    met = {
        (village, one["service"]): kept.document["first_year"] + one["year"]
        for one in kept.document.get("measures", ()) for village in one["villages"]
    }  # fmt: skip
    drawn, lost = [], 0
    for name, one in sorted(kept.document["places"].items()):
        if one["lat"] is None or one["lon"] is None or drawing is None:
            lost += 1
            continue
        x, y = drawing.project(one["lat"], one["lon"])
        needs = {service: met.get((name, service)) for service in one["lacks"]}
        drawn.append([one["name"], round(x, 1), round(y, 1), one["households"], needs])
    return {"plan": kept.id, "villages": drawn, "unplaced": lost}


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
    room, answers = Blueprint("plans", __name__), Plans(office)
    for address, name, _, methods in ROUTES:
        room.add_url_rule(address, name, getattr(answers, name), methods=sorted(methods))
    return room


def _done(key: str, **values: object) -> Response:
    return _json({"ok": True, "message": say(key, current_lang(), **values)})


def _json(content: Any) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), content_type="application/json")
