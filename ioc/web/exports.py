"""The route of exports: a small file at once, anything else as a job.

Owns its address and the shape of the answer. Either way it is written down who took what away, from which edition.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
import time
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, json, request, send_file
from pydantic import ValidationError
from werkzeug.exceptions import Forbidden

from ioc.access import Permission
from ioc.board import Board
from ioc.bookshelf import Bookshelf
from ioc.exports.kind import EXPORT
from ioc.exports.making import QUICK_CELLS, Request, TooLargeError, make, opened, quick, view_of
from ioc.exports.subjects import Exports
from ioc.jobs.book import Book
from ioc.jobs.kinds import JobError, Kind
from ioc.jobs.records import Order
from ioc.office import Office
from ioc.unknown import UnknownEditionError, UnknownError
from ioc.web.errors import InvalidError
from ioc.web.guard import UNSAFE, Rule
from ioc.web.identity import current_identity, current_lang, current_scope
from ioc.web.jobs import start, told

log = logging.getLogger(__name__)
ROUTES: tuple[tuple[str, str, Permission, frozenset[str]], ...] = (
    ("/api/export", "export", Permission.EXPORT, UNSAFE),
)
RULES: Mapping[str, Rule] = {f"exports.{name}": Rule(needed, methods) for _, name, needed, methods in ROUTES}


class Export:
    """The answers of one worker; one method a route."""

    def __init__(self, office: Office, bookshelf: Bookshelf):
        self._office, self._bookshelf = office, bookshelf

    def export(self) -> Response:
        """``subject``, ``format``, ``size``, ``options`` and ``edition``: the file, or 202 and the job that makes it."""
        body = request.get_json()
        if not isinstance(body, dict):
            raise InvalidError("web.refused.fields", fields="subject, format")
        edition = body.pop("edition", None)
        try:
            asked = Request.model_validate(body)
        except ValidationError as error:
            field = ".".join(str(part) for part in error.errors()[0]["loc"])[:80] or "subject"
            raise InvalidError("jobs.refused.parameter", field=field) from None
        kind: Kind | None = self._office.jobs.get(EXPORT)
        if kind is None or not current_identity().may(kind.permission):
            raise Forbidden
        answer = self._at_once(kind, asked, self._board(edition))
        if answer is not None:
            return answer
        held = start(self._office, self._bookshelf, kind, asked.model_dump(), edition)
        body = json.dumps({"ok": True, "job": told(held)}, ensure_ascii=False)
        return Response(body, 202, content_type="application/json")

    def _board(self, edition: Any) -> Board:
        if edition is None:
            return self._bookshelf.latest()
        if not isinstance(edition, int) or isinstance(edition, bool) or edition < 1:
            raise InvalidError("web.param.ban")
        try:
            return self._bookshelf.get(edition)
        except UnknownEditionError:
            raise InvalidError("web.param.ban", 404) from None

    def _at_once(self, kind: Kind, asked: Request, board: Board) -> Response | None:
        """The file when it is a small one, else None."""
        exports: Exports = self._office.exports
        identity, scope, lang = current_identity(), current_scope(), current_lang()
        began = time.monotonic()
        try:
            subject, options = opened(exports, asked, board, scope)
            view = view_of(self._office, board, options, scope, lang)
            if not quick(asked, subject, view):
                return None
            with tempfile.TemporaryDirectory(prefix="ioc-export-") as folder:
                made = make(exports, asked, subject, view, Path(folder), most_cells=QUICK_CELLS)
                content = made.file.read_bytes()
        except TooLargeError:
            return None
        except JobError as fault:
            raise InvalidError(fault.key, 400, **fault.values) from None
        except UnknownError as error:
            raise InvalidError("exports.refused.unknown", 404) from error
        digest = hashlib.sha256(content).hexdigest()
        order = Order(
            EXPORT, kind.title(board, asked, lang), asked.model_dump_json(), identity, scope,
            board.edition.number, lang,
        )  # fmt: skip
        Book(self._office.warehouse).note(order, made.media, len(content), digest)
        log.info(
            "%s took %s of edition %s in %.2f s",
            identity.name,
            made.name,
            board.edition.number,
            time.monotonic() - began,
        )
        return send_file(
            BytesIO(content), made.media, as_attachment=True, download_name=made.name, etag=False, max_age=0
        )


def blueprint(office: Office, bookshelf: Bookshelf) -> Blueprint:
    """The routes, for one worker."""
    room, answers = Blueprint("exports", __name__), Export(office, bookshelf)
    for address, name, _, methods in ROUTES:
        room.add_url_rule(address, name, getattr(answers, name), methods=sorted(methods))
    return room
