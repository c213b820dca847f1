"""The route of the legend's other breaks: ``kpi``, ``ky``, ``cach`` (the way), ``so`` (how many classes), ``ban``.

Owns its address and parameters. The answer holds for every period of the kind of ``ky``.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, json

from ioc.access import Permission
from ioc.bookshelf import Bookshelf
from ioc.classing import FEWEST, MOST, WAYS, locked
from ioc.office import Office
from ioc.unknown import UnknownKpiError, UnknownPeriodError
from ioc.web.asking import asked_board, asked_kpi, params
from ioc.web.errors import InvalidError
from ioc.web.guard import SAFE, Rule
from ioc.web.identity import current_scope

RULES: Mapping[str, Rule] = {"classing.classes": Rule(Permission.VIEW, SAFE)}


def blueprint(office: Office, bookshelf: Bookshelf) -> Blueprint:
    """The route, for one worker."""
    room = Blueprint("classing", __name__)

    def classes() -> Response:
        given = params("kpi", "ky", "cach", "so", "ban")
        board, kpi, scope = asked_board(bookshelf, given), asked_kpi(given), current_scope()
        way, count = given.get("cach", ""), given.get("so", "5")
        if way not in WAYS:
            raise InvalidError("atlas.param.cach", ways=", ".join(WAYS))
        if count not in {str(n) for n in range(FEWEST, MOST + 1)}:
            raise InvalidError("atlas.param.so", fewest=FEWEST, most=MOST)
        try:
            period = given["ky"] if "ky" in given else board.latest_period(board.kpi(kpi, scope).id)
            at = locked(board, kpi, period, way, int(count), scope)
        except UnknownKpiError:
            raise InvalidError("web.param.kpi", 404) from None
        except UnknownPeriodError:
            raise InvalidError("web.param.ky") from None
        body = {"e": board.edition.number, "k": kpi, "p": period, "way": way, "at": at}
        return Response(json.dumps(body), content_type="application/json")

    room.add_url_rule("/api/classes", "classes", classes, methods=sorted(SAFE))
    return room
