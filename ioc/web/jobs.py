"""Routes of jobs: start one, follow it, cancel it, fetch what came of it.

Owns their addresses and the shape of the answers. Whoever asks sees the jobs of their own and no others; a file is
given out only while the scope it was made under is still within the visitor's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app, json, request, send_file
from pydantic import ValidationError
from werkzeug.exceptions import Forbidden

from ioc import formats
from ioc.access import Permission
from ioc.bookshelf import Bookshelf
from ioc.jobs.book import Book, QueueFullError
from ioc.jobs.kinds import JobError, Kind
from ioc.jobs.records import Job, Order, State
from ioc.jobs.runner import Runner
from ioc.jobs.work import folder_of
from ioc.office import Office
from ioc.unknown import UnknownEditionError
from ioc.web.asking import params
from ioc.web.errors import InvalidError
from ioc.web.guard import SAFE, UNSAFE, Rule
from ioc.web.identity import current_identity, current_lang, current_scope
from ioc.wording import say

ROUTES: tuple[tuple[str, str, Permission, frozenset[str]], ...] = (
    ("/api/jobs", "listed", Permission.VIEW, SAFE),
    ("/api/jobs/start/<kind>", "start", Permission.VIEW, UNSAFE),
    ("/api/jobs/<int:number>", "one", Permission.VIEW, SAFE),
    ("/api/jobs/<int:number>/cancel", "cancel", Permission.VIEW, UNSAFE),
    ("/api/jobs/<int:number>/file", "file", Permission.VIEW, SAFE),
)
"""What a kind asks for beside VIEW is checked where the kind is known."""
RULES: Mapping[str, Rule] = {f"jobs.{name}": Rule(needed, methods) for _, name, needed, methods in ROUTES}
RUNNER = "ioc.runner"
LISTED = 20
LONGEST = 100_000
"""Characters that the parameters of one job may have."""
_LARGEST = 2**31 - 1


class Jobs:
    """The answers of one worker; one method a route."""

    def __init__(self, office: Office, bookshelf: Bookshelf):
        self._office, self._bookshelf = office, bookshelf
        self._book = Book(office.warehouse)

    def listed(self) -> Response:
        """The visitor's own newest jobs."""
        params()
        found = self._book.jobs_of(current_identity().name, LISTED)
        return _json({"jobs": [told(one) for one in found]})

    def start(self, kind: str) -> Response:
        """Put a job into the queue: ``parameters``, and ``edition`` when not the newest."""
        known = self._kind(kind)
        body = request.get_json()
        if (
            not isinstance(body, dict)
            or not set(body) <= {"parameters", "edition"}
            or "parameters" not in body
        ):
            raise InvalidError("web.refused.fields", fields="parameters, edition")
        held = start(self._office, self._bookshelf, known, body["parameters"], body.get("edition"))
        return _json({"ok": True, "job": told(held)}, 202)

    def one(self, number: int) -> Response:
        """How far a job is."""
        params()
        return _json({"job": told(self._own(number))})

    def cancel(self, number: int) -> Response:
        """End a job that has not ended."""
        held = self._book.cancel(self._own(number).id)
        return _json({"ok": True, "job": told(held or self._own(number))})

    def file(self, number: int) -> Response:
        """What came of a job, to be kept as a file."""
        params()
        held = self._own(number)
        known = self._kind(held.kind)
        if not current_identity().may(known.permission) or not current_scope().covers(held.scope):
            raise Forbidden
        if held.state is not State.DONE:
            raise InvalidError("jobs.refused.not_done", 409)
        path = folder_of(self._office.settings.data, held) / "result"
        if held.file is None or not path.is_file():
            raise InvalidError("jobs.refused.gone", 410)
        return send_file(path, held.media, as_attachment=True, download_name=held.file, etag=False, max_age=0)

    def _kind(self, name: str) -> Kind:
        known: Kind | None = self._office.jobs.get(name)
        if known is None:
            raise InvalidError("jobs.refused.kind", 404, kind=name[:40])
        return known

    def _own(self, number: int) -> Job:
        """A job of the visitor's; somebody else's does not exist for them."""
        held = self._book.job(number) if number <= _LARGEST else None
        if held is None or held.requested_by != current_identity().name:
            raise InvalidError("jobs.refused.unknown", 404, n=number)
        return held


def start(office: Office, bookshelf: Bookshelf, kind: Kind, given: Any, edition: Any = None) -> Job:
    """Take a job on for the visitor of this request. Raises what a route may raise, with a sentence in it."""
    identity, scope, lang = current_identity(), current_scope(), current_lang()
    if not identity.may(kind.permission):
        raise Forbidden
    if edition is not None and (not isinstance(edition, int) or isinstance(edition, bool) or edition < 1):
        raise InvalidError("web.param.ban")
    try:
        board = bookshelf.latest() if edition is None else bookshelf.get(edition)
    except UnknownEditionError:
        raise InvalidError("web.param.ban", 404) from None
    try:
        parameters = kind.model.model_validate(given)
        kind.check(board, parameters, scope)
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidError(
            "jobs.refused.parameter", field=".".join(str(part) for part in first["loc"])[:80] or "parameters"
        ) from None
    except JobError as fault:
        raise InvalidError(fault.key, 400, **fault.values) from None
    text = parameters.model_dump_json()
    if len(text) > LONGEST:
        raise InvalidError("jobs.refused.long")
    order = Order(
        kind.name, kind.title(board, parameters, lang), text, identity, scope, board.edition.number, lang
    )
    try:
        held = Book(office.warehouse).ask(order)
    except QueueFullError as full:
        raise InvalidError("jobs.refused.own_full" if full.mine else "jobs.refused.full", 429) from None
    runner: Runner = current_app.extensions[RUNNER]
    runner.wake()
    return held


def told(held: Job) -> dict[str, Any]:
    """A job as scripts read it, in the visitor's language."""
    lang = current_lang()
    said = say(f"jobs.state.{held.state.value}", lang)
    if held.state is State.RUNNING:
        said = say("jobs.state.cancelling" if held.cancel else held.word or "jobs.word.starts", lang)
    if held.fault is not None:
        said = say(held.fault[0], lang, **held.fault[1])
    until = held.expires_at and formats.instant(held.expires_at, lang)
    return {
        "id": held.id, "kind": held.kind, "title": held.title, "state": held.state.value, "edition": held.edition,
        "progress": round(held.progress, 3), "said": said, "cancelling": held.cancel and held.state is State.RUNNING,
        "asked_at": held.asked_at.isoformat(), "ended_at": held.ended_at and held.ended_at.isoformat(),
        "seconds": _seconds(held), "file": held.file, "bytes": held.bytes, "sha256": held.sha256,
        "url": f"/api/jobs/{held.id}/file" if held.state is State.DONE and held.file else None,
        "until": say("jobs.until", lang, at=until) if until and held.file else None,
    }  # fmt: skip


def _seconds(held: Job) -> float | None:
    """How long it has run, or ran."""
    if held.started_at is None:
        return None
    return round(((held.ended_at or datetime.now(UTC)) - held.started_at).total_seconds(), 1)


def blueprint(office: Office, bookshelf: Bookshelf) -> Blueprint:
    """The routes, for one worker."""
    room, answers = Blueprint("jobs", __name__), Jobs(office, bookshelf)
    for address, name, _, methods in ROUTES:
        room.add_url_rule(address, name, getattr(answers, name), methods=sorted(methods))
    return room


def _json(content: Any, status: int = 200) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), status, content_type="application/json")
