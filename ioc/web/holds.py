"""Routes of numbers held back: what is held, and the two decisions of a person.

Owns their addresses and the shape of the answers. A decision needs the operator's role and a reason; the name is
the visitor's own, never one that is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime

from flask import Blueprint, Response, json, request

from ioc.access import Permission
from ioc.bookshelf import Bookshelf
from ioc.holding.cases import CaseState
from ioc.office import Office
from ioc.web.asking import params
from ioc.web.errors import InvalidError
from ioc.web.guard import SAFE, UNSAFE, Rule
from ioc.web.identity import current_identity, current_lang, current_scope
from ioc.wording import say

ROUTES: tuple[tuple[str, str, Permission, frozenset[str]], ...] = (
    ("/api/holds", "listed", Permission.VIEW, SAFE),
    ("/api/holds/<int:number>/release", "release", Permission.OPERATE, UNSAFE),
    ("/api/holds/<int:number>/reject", "reject", Permission.OPERATE, UNSAFE),
)
RULES: Mapping[str, Rule] = {f"holds.{name}": Rule(needed, methods) for _, name, needed, methods in ROUTES}
SHORTEST = 3
_LARGEST = 2**31 - 1


class Holds:
    """The answers of one worker; one method a route."""

    def __init__(self, office: Office):
        self._office = office

    def listed(self) -> Response:
        """Every case that still holds something, as far as the visitor may see it."""
        params()
        found = self._office.warehouse.cases(scope=current_scope())
        return _json({"cases": [asdict(one) for one in found]})

    def release(self, number: int) -> Response:
        """Let the new figures of a case pass."""
        return self._decide(number, CaseState.RELEASED)

    def reject(self, number: int) -> Response:
        """Keep the last good figures until the source sends others."""
        return self._decide(number, CaseState.REJECTED)

    def _decide(self, number: int, state: CaseState) -> Response:
        body = request.get_json()
        if not isinstance(body, dict) or set(body) != {"reason"} or not isinstance(body["reason"], str):
            raise InvalidError("web.refused.fields", fields="reason")
        reason = body["reason"].strip()
        if len(reason) < SHORTEST:
            raise InvalidError("holds.act.reason")
        warehouse, by = self._office.warehouse, current_identity().name
        case = warehouse.case(number, 1) if number <= _LARGEST else None
        mine = warehouse.case(number, 1, current_scope()) if case else None
        if case is None or mine is None or mine.count < case.count:  # a decision is about the whole of a case
            raise InvalidError("holds.act.unknown", 404, n=number)
        if not warehouse.decide(number, state, by, reason[:500], datetime.now(UTC)):
            raise InvalidError("holds.act.late", 409, n=number)
        message = say(f"holds.act.done_{state}", current_lang(), n=number)
        return _json({"ok": True, "message": message, "state": state})


def blueprint(office: Office, bookshelf: Bookshelf) -> Blueprint:
    """The routes, for one worker."""
    room, answers = Blueprint("holds", __name__), Holds(office)
    for address, name, _, methods in ROUTES:
        room.add_url_rule(address, name, getattr(answers, name), methods=sorted(methods))
    return room


def _json(content: object) -> Response:
    body = json.dumps(content, ensure_ascii=False, default=lambda one: one.isoformat())
    return Response(body, content_type="application/json")
