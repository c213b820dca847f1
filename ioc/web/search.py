"""The route of the search box: what a visitor of this scope finds for what was typed, in one edition.

Owns its address and parameters, ``q`` and ``ban``. How words are understood is `ioc.search`'s; the addresses that finds
lead to are the scripts'.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock

from flask import Blueprint, Response, current_app, request

from ioc.access import Permission
from ioc.bookshelf import Bookshelf
from ioc.office import Office
from ioc.search.entries import PAGES, lasting, villages
from ioc.search.index import LONGEST, Hit, Index, find
from ioc.web.asking import asked_board, params
from ioc.web.documents import Document
from ioc.web.errors import InvalidError
from ioc.web.guard import SAFE, Rule
from ioc.web.identity import current_lang, current_scope

KEPT = 16
"""Indices of what outlasts an edition that a worker keeps, one for each scope and language."""
RULES: Mapping[str, Rule] = {"search.find": Rule(Permission.VIEW, SAFE)}


def blueprint(office: Office, bookshelf: Bookshelf) -> Blueprint:
    """The route, for one worker."""
    room = Blueprint("search", __name__)
    kept: OrderedDict[tuple[str, str], Index] = OrderedDict()
    lock = Lock()

    def answer_query() -> Response:
        given = params("q", "ban")
        query = given.get("q", "").strip()
        if not query or len(query) > LONGEST:
            raise InvalidError("web.param.q", longest=LONGEST)
        board, scope, lang = asked_board(bookshelf, given), current_scope(), current_lang()
        key = (scope.key, lang)
        with lock:
            index = kept.get(key)
            if index is None:
                pages = current_app.extensions.get(PAGES, ())
                index = kept[key] = Index(lasting(board, scope, lang, pages))
            kept.move_to_end(key)
            while len(kept) > KEPT:
                kept.popitem(last=False)
        local: Index = board.document(("villages", *key), lambda: Index(villages(board, scope, lang)))
        document = Document.of(
            {"e": board.edition.number, "hits": [_told(hit) for hit in find((index, local), query)]}
        )
        answer = Response(document.raw, content_type="application/json")
        answer.set_etag(document.etag)
        answer.make_conditional(request)
        return answer

    room.add_url_rule("/api/search", "find", answer_query, methods=sorted(SAFE))
    return room


def _told(hit: Hit) -> dict[str, object]:
    found = hit.entry
    told: dict[str, object] = {"kind": found.kind, "name": found.name, "note": found.note, "code": found.code}
    if len(found.heirs) > 1:
        told["heirs"] = [list(pair) for pair in found.heirs]
    return {**told, "near": True} if hit.near else told
