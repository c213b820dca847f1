"""The routes of an analysis: the explorer's address in, its document out; and which communes are like one.

Owns the parameters that belong to the screen and not to the question (theme, width) and the answer to an address
that cannot be read: every fault with its part, in words. The page never guesses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Blueprint, Response, json, request

from ioc.access import Permission
from ioc.analysis.query import Fault, QueryError
from ioc.peers import peers
from ioc.unknown import UnknownEditionError
from ioc.web.api import send
from ioc.web.asking import params
from ioc.web.errors import InvalidError
from ioc.web.guard import SAFE, Rule
from layouts.analysis.document import Answers
from layouts.analysis.words import sentences
from layouts.desk import Desk, House, asked_edition
from layouts.theme import THEMES

ADDRESS = "/api/analysis"
SIMILAR = "/api/analysis/similar"
RULES: Mapping[str, Rule] = {
    "analysis.answer": Rule(Permission.VIEW, SAFE),
    "analysis.similar": Rule(Permission.VIEW, SAFE),
}
OF_THE_SCREEN = ("theme", "rong")
NARROWEST, WIDEST = 280, 3840
_WIDTH = re.compile(r"[1-9]\d{2,3}")


def blueprint(house: House) -> Blueprint:
    """The route, for one worker."""
    room, answers = Blueprint("analysis", __name__), Answers.empty()

    def answer() -> Response:
        given: dict[str, str] = {}
        faults: list[Fault] = []
        for name, found in request.args.lists():
            if len(found) != 1:
                faults.append(Fault(name[:40], "repeated", (("name", name[:40]),)))
            given[name] = found[0]
        theme, width = given.pop("theme", THEMES[0]), given.pop("rong", "1200")
        wide = int(width) if _WIDTH.fullmatch(width) else 0
        if theme not in THEMES or not NARROWEST <= wide <= WIDEST:
            faults.append(Fault("rong", "size"))
        try:
            desk = house.desk(asked_edition(request.query_string.decode("utf-8", "replace")))
        except UnknownEditionError:
            desk = house.desk()
            faults.append(Fault("ban", "edition", (("text", given.get("ban", "")[:20]),)))
        if faults:
            return refused(desk, faults)
        try:
            return send(answers.document(desk, given, theme, wide))
        except QueryError as error:
            return refused(desk, list(error.faults))

    def similar() -> Response:
        code = params("xa").get("xa", "")
        desk = house.desk()
        area = desk.board.by_code.get(code)
        if area is None or area not in desk.board.communes or not desk.scope.allows(area=area.id):
            raise InvalidError("explore.fault.area", 404, text=code[:20])
        found = [peer.area.code for peer in peers(desk.board, area.id, desk.scope)]
        return Response(json.dumps({"areas": found}), content_type="application/json")

    room.add_url_rule(SIMILAR, "similar", similar, methods=sorted(SAFE))
    room.add_url_rule(ADDRESS, "answer", answer, methods=sorted(SAFE))
    return room


def refused(desk: Desk, faults: list[Fault]) -> Response:
    """400 with every fault in words."""
    said = sentences(faults, desk.lang)
    body = {"error": " ".join(one["text"] for one in said), "status": 400, "faults": said}
    return Response(json.dumps(body, ensure_ascii=False), 400, content_type="application/json")
