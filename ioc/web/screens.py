"""Routes of people over screens: let one in, tell it what to show, walk its scenes, take its token away.

Owns their addresses and what a body may hold. Every act needs a permission and a reason; the name is the visitor's
own, never one that is sent, and the book keeps what was before and after.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, request

from ioc.access import Permission
from ioc.bookshelf import Bookshelf
from ioc.fleet import codes
from ioc.fleet.health import standings
from ioc.fleet.records import What
from ioc.office import Office
from ioc.web.asking import params
from ioc.web.enrolment import said
from ioc.web.errors import InvalidError
from ioc.web.fleet import Fleet
from ioc.web.guard import SAFE, UNSAFE, Rule
from ioc.web.identity import current_identity, current_lang, current_scope
from ioc.wording import say

ROUTES: tuple[tuple[str, str, Permission, frozenset[str]], ...] = (
    ("/api/screens", "listed", Permission.OPERATE, SAFE),
    ("/api/screens/enrol", "enrol", Permission.OPERATE, UNSAFE),
    ("/api/screens/order", "order", Permission.OPERATE, UNSAFE),
    ("/api/screens/<int:number>/change", "change", Permission.OPERATE, UNSAFE),
    ("/api/screens/<int:number>/revoke", "revoke", Permission.OPERATE, UNSAFE),
    ("/api/screens/<int:number>/present", "present", Permission.PRESENT, UNSAFE),
)
RULES: Mapping[str, Rule] = {f"screens.{name}": Rule(needed, methods) for _, name, needed, methods in ROUTES}
FIELDS: Mapping[What, frozenset[str]] = {
    What.PUSH: frozenset({"scene"}),
    What.PIN: frozenset({"area", "kpi"}),
    What.TAKEOVER: frozenset({"message"}),
    What.RESUME: frozenset(),
}
"""What an order of each kind may hold besides the screens and the reason."""
_LARGEST = 2**31 - 1
_MOST = 1000


class Answers:
    """The answers of one worker; one method a route."""

    def __init__(self, office: Office, bookshelf: Bookshelf, fleet: Fleet):
        self._office = office
        self._bookshelf = bookshelf
        self._fleet = fleet

    def listed(self) -> Response:
        """Every screen with what it was told and when it was last heard."""
        params()
        found = standings(self._fleet.book, datetime.now(UTC), self._fleet.contacts)
        return _json({"screens": [_plain(one) for one in found]})

    def enrol(self) -> Response:
        """Let the screen in that shows this code."""
        body = _body("code", "name", "screen", "ranges", "reason")
        screen, ranges = self._screen(body["screen"]), said(lambda: codes.read_ranges(body["ranges"]))
        number = said(
            lambda: self._fleet.door.confirm(
                body["code"], body["name"], screen, ranges, _who(), body["reason"], _now()
            )
        )
        return _done("enrol", name=body["name"].strip(), device=number)

    def order(self) -> Response:
        """Tell some screens, or all (`devices` null), what to show."""
        body = request.get_json()
        if not isinstance(body, dict) or body.get("act") not in [*FIELDS]:
            raise InvalidError("fleet.act.kind")
        what = What(body["act"])
        if set(body) - {"act", "devices", "reason"} != FIELDS[what] or not isinstance(
            body.get("reason"), str
        ):
            raise InvalidError(
                "web.refused.fields", fields=", ".join(sorted(FIELDS[what] | {"devices", "reason"}))
            )
        change = self._change(what, body)
        told = said(
            lambda: self._fleet.book.tell(
                _devices(body.get("devices")), what, change, _who(), body["reason"], _now()
            )
        )
        return _done(what.value, n=told)

    def change(self, number: int) -> Response:
        """Another name, configuration or address range."""
        body = _body("name", "screen", "ranges", "reason")
        screen, ranges = self._screen(body["screen"]), said(lambda: codes.read_ranges(body["ranges"]))
        said(
            lambda: self._fleet.book.change(
                _number(number), body["name"], screen, ranges, _who(), body["reason"], _now()
            )
        )
        return _done("change", name=body["name"].strip())

    def revoke(self, number: int) -> Response:
        """Take a screen's token away for good."""
        body = _body("reason")
        said(lambda: self._fleet.book.revoke(_number(number), _who(), body["reason"], _now()))
        return _done("revoke")

    def present(self, number: int) -> Response:
        """Walk the scenes of one screen: show one and stay, or go on (`scene` null)."""
        body = request.get_json()
        if (
            not isinstance(body, dict)
            or set(body) != {"scene", "paused"}
            or not isinstance(body["paused"], bool)
        ):
            raise InvalidError("web.refused.fields", fields="scene, paused")
        device = self._fleet.book.device(number) if number <= _LARGEST else None
        if device is None:
            raise InvalidError("fleet.act.unknown", 404, n=number)
        change = {"scene": body["scene"] and self._scene(body["scene"]), "paused": body["paused"]}
        reason = say("fleet.act.presenting", "vi")
        said(lambda: self._fleet.book.tell([device.id], What.PRESENT, change, _who(), reason, _now()))
        return _done("present")

    def _change(self, what: What, body: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of the order, each held against the site."""
        if what is What.PUSH:
            return {"scene": self._scene(body["scene"])}
        if what is What.TAKEOVER:
            if not isinstance(body["message"], str):
                raise InvalidError("web.refused.fields", fields="message")
            return {"message": " ".join(body["message"].split())}
        if what is What.PIN:
            area, kpi = self._area(body["area"]), self._kpi(body["kpi"])
            if not (area or kpi):
                raise InvalidError("fleet.act.pin_what")
            return {"pin_area": area, "pin_kpi": kpi}
        return {}

    def _screen(self, name: str) -> str:
        if name not in self._office.site.screens:
            raise InvalidError("fleet.act.screen", screen=name[:40])
        return name

    def _scene(self, name: object) -> str:
        if not isinstance(name, str) or name not in self._office.site.scenes:
            raise InvalidError("fleet.act.scene", scene=str(name)[:40])
        return name

    def _area(self, code: object) -> str | None:
        if code in (None, ""):
            return None
        board, scope = self._bookshelf.latest(), current_scope()
        known = {one.code for one in board.communes if scope.allows(area=one.id)}
        if not isinstance(code, str) or code not in known:
            raise InvalidError("fleet.act.area", area=str(code)[:40])
        return code

    def _kpi(self, name: object) -> str | None:
        if name in (None, ""):
            return None
        found = self._office.site.kpis.get(name) if isinstance(name, str) else None
        if found is None or found.level == "province" or not current_scope().allows(kpi=found.id):
            raise InvalidError("fleet.act.kpi", kpi=str(name)[:40])
        return found.id


def blueprint(office: Office, bookshelf: Bookshelf, fleet: Fleet) -> Blueprint:
    """The routes, for one worker."""
    room, answers = Blueprint("screens", __name__), Answers(office, bookshelf, fleet)
    for address, name, _, methods in ROUTES:
        room.add_url_rule(address, name, getattr(answers, name), methods=sorted(methods))
    return room


def _who() -> str:
    return current_identity().name


def _now() -> datetime:
    return datetime.now(UTC)


def _number(number: int) -> int:
    if number > _LARGEST:
        raise InvalidError("fleet.act.unknown", 404, n=number)
    return number


def _devices(given: object) -> list[int] | None:
    """The screens an order is for; None means all of them, a list at least one."""
    if given is None:
        return None
    if not isinstance(given, list) or not 0 < len(given) <= _MOST:
        raise InvalidError("fleet.act.devices")
    if not all(type(one) is int and 0 < one <= _LARGEST for one in given):
        raise InvalidError("fleet.act.devices")
    return given


def _body(*fields: str) -> dict[str, str]:
    """A JSON body of exactly these texts."""
    body = request.get_json()
    if not isinstance(body, dict) or set(body) != set(fields):
        raise InvalidError("web.refused.fields", fields=", ".join(fields))
    if not all(isinstance(one, str) for one in body.values()):
        raise InvalidError("web.refused.fields", fields=", ".join(fields))
    return body


def _plain(one: Any) -> dict[str, Any]:
    device, contact, order = one.device, one.contact, one.order
    told = {
        name: getattr(order, name) for name in ("scene", "pin_area", "pin_kpi", "message", "paused", "seq")
    }
    return {
        "id": device.id, "name": device.name, "screen": device.screen, "ranges": list(device.ranges),
        "health": one.health.value, "order": told,
        "contact": contact and {
            "at": contact.at.isoformat(timespec="seconds"), "address": contact.address, "scene": contact.scene,
            "edition": contact.edition, "uptime_s": contact.uptime_s, "heap_kb": contact.heap_kb, "state": contact.state,
        },
    }  # fmt: skip


def _done(act: str, **values: object) -> Response:
    numbers = {name: value for name, value in values.items() if name == "device"}
    return _json({"ok": True, "message": say(f"fleet.done.{act}", current_lang(), **values), **numbers})


def _json(content: object) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), content_type="application/json")
