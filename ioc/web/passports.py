"""Routes of the passport: everything behind one number, and its recount, for programs.

Owns their addresses and parameters: ``kpi``, ``xa`` (present code, with +so or +xa for parts of the root; the root
by default), ``ky``, ``ban``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, Response, json

from ioc.access import Permission
from ioc.areas import COMMUNES, DEPARTMENTS
from ioc.board import Board
from ioc.bookshelf import Bookshelf
from ioc.office import Office
from ioc.passport import issue
from ioc.proof import prove
from ioc.unknown import UnknownAreaError, UnknownKpiError, UnknownPeriodError
from ioc.web.asking import asked_board, asked_kpi, params
from ioc.web.errors import InvalidError
from ioc.web.guard import SAFE, Rule
from ioc.web.identity import current_lang, current_scope

ROUTES = (
    ("/api/passport", "passport", Permission.VIEW, SAFE),
    ("/api/recount", "recount", Permission.VIEW, SAFE),
)
RULES: Mapping[str, Rule] = {
    f"passports.{name}": Rule(needed, methods) for _, name, needed, methods in ROUTES
}


class Passports:
    """The answers of one worker; one method a route."""

    def __init__(self, office: Office, bookshelf: Bookshelf):
        self._office = office
        self._bookshelf = bookshelf

    def passport(self) -> Response:
        """The passport of one number."""
        board, kpi, area, period = self._asked()
        newest = self._bookshelf.latest().edition.number
        now, scope = datetime.now(UTC), current_scope()
        found = issue(
            self._office, board, kpi, area, period, now, scope=scope, lang=current_lang(), newest=newest
        )
        return _json(asdict(found))

    def recount(self) -> Response:
        """The same number counted again from the rows of its run."""
        board, kpi, area, period = self._asked()
        return _json(asdict(prove(self._office, board, kpi, area, period, current_scope())))

    def _asked(self) -> tuple[Board, str, str, str]:
        given = params("kpi", "xa", "ky", "ban")
        board, kpi, scope = asked_board(self._bookshelf, given), asked_kpi(given), current_scope()
        try:
            entry = board.kpi(kpi, scope)
            area = place(board, given.get("xa"))
            period = given.get("ky") or board.latest_period(entry.id)
            board.cell(kpi, area, period, scope)
        except UnknownKpiError:
            raise InvalidError("web.param.kpi", 404) from None
        except UnknownAreaError:
            raise InvalidError("web.param.xa", 404) from None
        except UnknownPeriodError:
            raise InvalidError("web.param.ky") from None
        return board, kpi, area, period


def place(board: Board, code: str | None) -> str:
    """The dated id for a present code as addresses carry it. Raises UnknownAreaError."""
    if not code:
        return board.root.id
    plain, plus, part = code.partition("+")
    found = board.find(plain).id + plus + part
    if plus and found not in (board.root.id + DEPARTMENTS, board.root.id + COMMUNES):
        raise UnknownAreaError(f"no part {code!r} here")
    return found


def blueprint(office: Office, bookshelf: Bookshelf) -> Blueprint:
    """The routes, for one worker."""
    room, answers = Blueprint("passports", __name__), Passports(office, bookshelf)
    for address, name, _, methods in ROUTES:
        room.add_url_rule(address, name, getattr(answers, name), methods=sorted(methods))
    return room


def _json(content: Any) -> Response:
    return Response(json.dumps(content, ensure_ascii=False, default=_plain), content_type="application/json")


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")
