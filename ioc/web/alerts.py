"""Routes of alerts: what has not ended, and the two acts of a person.

Owns their addresses and the shape of the answers. The acts need the operator's role and a reason; the name is the
visitor's own, never one that is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, json, request

from ioc.access import Permission
from ioc.alerts import words
from ioc.alerts.book import ActError, Book
from ioc.alerts.records import OPEN, Alert, seen
from ioc.bookshelf import Bookshelf
from ioc.office import Office
from ioc.web.asking import params
from ioc.web.errors import InvalidError
from ioc.web.guard import SAFE, UNSAFE, Rule
from ioc.web.identity import current_identity, current_lang, current_scope
from ioc.wording import say

ROUTES: tuple[tuple[str, str, Permission, frozenset[str]], ...] = (
    ("/api/alerts", "listed", Permission.VIEW, SAFE),
    ("/api/alerts/<int:number>/acknowledge", "acknowledge", Permission.OPERATE, UNSAFE),
    ("/api/alerts/<int:number>/resolve", "resolve", Permission.OPERATE, UNSAFE),
)
RULES: Mapping[str, Rule] = {f"alerts.{name}": Rule(needed, methods) for _, name, needed, methods in ROUTES}
_LARGEST = 2**31 - 1


class Alerts:
    """The answers of one worker; one method a route."""

    def __init__(self, office: Office):
        self._office = office
        self._book = Book(office.warehouse)

    def listed(self) -> Response:
        """Counts, and every alert that has not ended, worst first, as far as the visitor may see."""
        params()
        scope = current_scope()
        found = [one for alert in self._book.unresolved() if (one := seen(alert, scope)) is not None]
        is_open = sum(one.state == OPEN for one in found)
        return _json({
            "open": is_open,
            "acknowledged": len(found) - is_open,
            "badge": say("alerts.page.badge", current_lang(), n=is_open),
            "alerts": [self._told(one) for one in found],
        })  # fmt: skip

    def acknowledge(self, number: int) -> Response:
        """Take an alert in hand."""
        return self._act(number, "acknowledge")

    def resolve(self, number: int) -> Response:
        """End an alert."""
        return self._act(number, "resolve")

    def _act(self, number: int, what: str) -> Response:
        body = request.get_json()
        if not isinstance(body, dict) or set(body) != {"reason"} or not isinstance(body["reason"], str):
            raise InvalidError("web.refused.fields", fields="reason")
        act = self._book.acknowledge if what == "acknowledge" else self._book.resolve
        held = self._book.one(number) if number <= _LARGEST else None
        if held is None or seen(held, current_scope()) is None:
            raise InvalidError("alerts.act.unknown", 404, n=number)
        try:
            alert = act(number, current_identity().name, body["reason"], datetime.now(UTC))
        except ActError as error:
            status = 400 if error.key == "act.reason" else 409
            raise InvalidError(f"alerts.{error.key}", status, **error.values) from None
        message = say(f"alerts.act.done_{alert.state}", current_lang(), n=alert.id)
        return _json({"ok": True, "message": message, "state": alert.state})

    def _told(self, alert: Alert) -> dict[str, Any]:
        site, lang = self._office.site, current_lang()
        return {
            "id": alert.id, "rule": alert.rule, "kind": alert.kind, "severity": alert.severity, "state": alert.state,
            "title": words.title(alert, site, lang), "what": words.sentence(alert, site, lang),
            "owner": alert.owner, "since": alert.since.isoformat(), "opened_at": alert.opened_at.isoformat(),
            "count": alert.count, "total": alert.total, "edition": alert.edition,
            "members": [
                {"member": one.member, "value": one.value, "limit": one.limit, "period": one.period,
                 "since": one.since.isoformat()}
                for one in alert.members
            ],
        }  # fmt: skip


def blueprint(office: Office, bookshelf: Bookshelf) -> Blueprint:
    """The routes, for one worker."""
    room, answers = Blueprint("alerts", __name__), Alerts(office)
    for address, name, _, methods in ROUTES:
        room.add_url_rule(address, name, getattr(answers, name), methods=sorted(methods))
    return room


def _json(content: Any) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), content_type="application/json")
