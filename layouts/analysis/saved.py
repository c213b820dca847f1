"""The routes of saved analyses: list, save, rename, save over, delete.

Owns their addresses and answers. Saving needs the right to; renaming and the like also that it is one's own. An
address is read before it is kept and again whenever the list is sent, so that what can no longer be opened says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Response, json, request

from ioc.access import Permission
from ioc.analysis.address import read
from ioc.analysis.query import Fault, QueryError
from ioc.analysis.saved import LONGEST_QUERY, Saved, SavedError, Shelf
from ioc.unknown import UnknownEditionError
from ioc.web.asking import params
from ioc.web.errors import InvalidError
from ioc.web.guard import SAFE, UNSAFE, Rule
from ioc.web.identity import current_identity, current_lang
from ioc.wording import say
from layouts.analysis.document import canonical
from layouts.analysis.words import sentences
from layouts.desk import Desk, House, asked_edition

ROUTES: tuple[tuple[str, str, Permission, frozenset[str]], ...] = (
    ("/api/analyses", "listed", Permission.VIEW, SAFE),
    ("/api/analyses/save", "save", Permission.SAVE, UNSAFE),
    ("/api/analyses/<int:number>/rename", "rename", Permission.SAVE, UNSAFE),
    ("/api/analyses/<int:number>/change", "change", Permission.SAVE, UNSAFE),
    ("/api/analyses/<int:number>/delete", "delete", Permission.SAVE, UNSAFE),
)
RULES: Mapping[str, Rule] = {f"analyses.{name}": Rule(needed, methods) for _, name, needed, methods in ROUTES}
_LARGEST = 2**31 - 1
_STATUS = {"unknown": 404, "not_owner": 403, "twice": 409}


class Analyses:
    """The answers of one worker; one method a route."""

    def __init__(self, house: House):
        self._house = house
        self._shelf = Shelf(house.office.warehouse)

    def listed(self) -> Response:
        """Every saved analysis; one whose address can no longer be read says why."""
        params()
        me, found = current_identity(), self._shelf.listed()
        rows = [
            {
                "id": one.id, "name": one.name, "query": one.query, "owner": _owner(one.owner), "at": one.changed_at.isoformat(),
                "mine": one.owner == me.name, "wrong": self._wrong(one.query),
            }
            for one in found
        ]  # fmt: skip
        return _json({"analyses": rows, "may": me.may(Permission.SAVE)})

    def save(self) -> Response:
        """Keep the address ``query`` under ``name``."""
        body = _body("name", "query")
        query = self._read(body["query"])
        return self._done(
            "done_saved", lambda now: self._shelf.save(body["name"], query, current_identity().name, now)
        )

    def rename(self, number: int) -> Response:
        """Another ``name``."""
        name = _body("name")["name"]
        return self._act("done_renamed", number, lambda me, now: self._shelf.rename(number, name, me, now))

    def change(self, number: int) -> Response:
        """Another address, ``query``."""
        query = self._read(_body("query")["query"])
        return self._act("done_changed", number, lambda me, now: self._shelf.change(number, query, me, now))

    def delete(self, number: int) -> Response:
        """Take it from the list."""
        _body()
        return self._act("done_deleted", number, lambda me, now: self._shelf.delete(number, me, now))

    def _act(self, words: str, number: int, act: Callable[[str, datetime], Saved]) -> Response:
        if number > _LARGEST:
            raise InvalidError("explore.saved.unknown", 404, n=number)
        return self._done(words, lambda now: act(current_identity().name, now))

    def _done(self, words: str, act: Callable[[datetime], Saved]) -> Response:
        try:
            done = act(datetime.now(UTC))
        except SavedError as error:
            values = {name: _owner(text) if name == "owner" else text for name, text in error.values.items()}
            raise InvalidError(f"explore.saved.{error.key}", _STATUS.get(error.key, 400), **values) from None
        message = say(f"explore.saved.{words}", current_lang(), name=done.name)
        return _json({"ok": True, "message": message, "id": done.id, "query": done.query})

    def _desk(self, query: str) -> tuple[Desk, dict[str, str]]:
        """The desk an address asks for and its parts. Raises QueryError."""
        given: dict[str, str] = {}
        for name, text in parse_qsl(query.removeprefix("?"), max_num_fields=30):
            if name in given:
                raise QueryError([Fault(name[:40], "repeated", (("name", name[:40]),))])
            given[name] = text
        given.pop("sap", None)
        try:
            return self._house.desk(asked_edition(query)), given
        except UnknownEditionError:
            raise QueryError([Fault("ban", "edition", (("text", given.get("ban", "")[:20]),))]) from None

    def _read(self, query: str) -> str:
        """The address in its canonical form. Raises InvalidError when it cannot be read."""
        if len(query) > LONGEST_QUERY:
            raise InvalidError("explore.fault.long")
        try:
            desk, given = self._desk(query)
            return canonical(desk, read(given, desk.board, desk.scope))
        except QueryError as error:
            fault = error.faults[0]
            raise InvalidError(f"explore.fault.{fault.key}", 400, **dict(fault.values)) from None
        except ValueError:  # more fields than any address of ours has
            raise InvalidError("explore.fault.long") from None

    def _wrong(self, query: str) -> str | None:
        try:
            desk, given = self._desk(query)
            read(given, desk.board, desk.scope)
        except QueryError as error:
            return sentences(error.faults, current_lang())[0]["text"]
        return None


def _owner(name: str) -> str:
    """The owner as read: a role of the demonstration by its words, a person by name."""
    role = name.removeprefix("demo-")
    return say(f"web.role.{role}", current_lang()) if role != name else name


def _body(*fields: str) -> dict[str, str]:
    """The text fields of a JSON body, these and no others."""
    body = request.get_json()
    if (
        not isinstance(body, dict)
        or set(body) != set(fields)
        or not all(isinstance(one, str) for one in body.values())
    ):
        raise InvalidError("web.refused.fields", fields=", ".join(fields))
    return body


def _json(content: Any) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), content_type="application/json")


def blueprint(house: House) -> Blueprint:
    """The routes, for one worker."""
    room, answers = Blueprint("analyses", __name__), Analyses(house)
    for address, name, _, methods in ROUTES:
        room.add_url_rule(address, name, getattr(answers, name), methods=sorted(methods))
    return room
