"""Routes: the small, exact answers that pages and screens fetch beside what Dash sends.

Owns addresses, parameters and their permissions. Everything said here comes from a board, the pulse or a
drawing; a parameter that is not allowed gets 400 and a sentence, never a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from flask import Blueprint, Response, json, request
from sqlalchemy.exc import SQLAlchemyError

from ioc.access import Permission, Role, Scope
from ioc.board import Board
from ioc.bookshelf import Bookshelf
from ioc.gaps import register
from ioc.office import Office
from ioc.unknown import UnknownError, UnknownKpiError, UnknownPeriodError
from ioc.web import documents
from ioc.web.asking import NAME, asked_board, asked_kpi, params
from ioc.web.documents import Document, Lacking
from ioc.web.drawn import Drawn
from ioc.web.errors import InvalidError, refusal
from ioc.web.guard import SAFE, UNSAFE, Rule
from ioc.web.headers import IMMUTABLE
from ioc.web.identity import Demonstration, current_identity, current_lang, current_scope
from ioc.web.pulse import Pulse
from ioc.wording import LANGS, say

ROUTES: tuple[tuple[str, str, Permission, frozenset[str]], ...] = (
    ("/api/edition", "edition", Permission.VIEW, SAFE),
    ("/api/values", "values", Permission.VIEW, SAFE),
    ("/api/areas/<sha>.json", "areas", Permission.VIEW, SAFE),
    ("/api/catalogue/<sha>.json", "catalogue", Permission.VIEW, SAFE),
    ("/api/periods", "periods", Permission.VIEW, SAFE),
    ("/api/places", "places", Permission.VIEW, SAFE),
    ("/geo/<sha>.svg", "sheet", Permission.WALL, SAFE),
    ("/api/refresh/<source>", "refresh", Permission.OPERATE, UNSAFE),
    ("/api/role", "role", Permission.VIEW, UNSAFE),
    ("/api/lang", "lang", Permission.VIEW, UNSAFE),
    ("/healthz", "healthz", Permission.PUBLIC, SAFE),
    ("/readyz", "readyz", Permission.PUBLIC, SAFE),
)
"""Address, name, permission and methods of every route here."""
RULES: Mapping[str, Rule] = {f"api.{name}": Rule(needed, methods) for _, name, needed, methods in ROUTES}


class Answers:
    """The answers of one worker; one method a route, named as in ROUTES."""

    def __init__(self, office: Office, bookshelf: Bookshelf, build: str, demonstration: Demonstration):
        self._office = office
        self._bookshelf = bookshelf
        self._demonstration = demonstration
        self._pulse = Pulse(office, bookshelf, build)
        self._drawn = Drawn(office.settings.data)

    def edition(self) -> Response:
        """What every screen polls: edition, age, build, scheduler and sources."""
        params()
        beat = self._pulse.take()
        if _has(beat.etag):
            return _unchanged(beat.etag)
        return Response(beat.body(datetime.now(UTC)), headers=_head(beat.etag))

    def values(self) -> Response:
        """Values and standings of all communes: ``kpi``, ``ky``, ``ban``."""
        given = params("kpi", "ky", "ban")
        board = asked_board(self._bookshelf, given)
        kpi, scope = asked_kpi(given), current_scope()
        try:
            period = given["ky"] if "ky" in given else board.latest_period(board.kpi(kpi, scope).id)
            return send(documents.values(board, kpi, period, scope))
        except UnknownKpiError:
            raise InvalidError("web.param.kpi", 404) from None
        except UnknownPeriodError:
            raise InvalidError("web.param.ky") from None

    def areas(self, sha: str) -> Response:
        """Codes and names of the communes, by content hash."""
        params()
        board = self._bookshelf.latest()
        return _send_named(documents.areas(board), sha, documents.areas_sha(board))

    def catalogue(self, sha: str) -> Response:
        """What each KPI is, in ``lang``, by content hash."""
        lang = params("lang").get("lang", LANGS[0])
        if lang not in LANGS:
            raise InvalidError("web.param.lang")
        board, scope = self._bookshelf.latest(), current_scope()
        found = documents.catalogue(board, scope, lang)
        return _send_named(found, sha, documents.catalogue_sha(board, scope))

    def periods(self) -> Response:
        """Periods with data of every KPI: ``ban``."""
        return send(documents.periods(asked_board(self._bookshelf, params("ban")), current_scope()))

    def places(self) -> Response:
        """Points of one ``kind``: ``ban``."""
        given = params("kind", "ban")
        if not NAME.fullmatch(given.get("kind", "")):
            raise InvalidError("web.param.kind")
        kinds = {spec.place.kind for spec in self._office.site.sources.values() if spec.place}
        if given["kind"] not in kinds:
            raise InvalidError("web.param.kind", 404)
        board, scope = asked_board(self._bookshelf, given), current_scope()
        gaps = self._lacking(board, given["kind"], scope)
        return send(documents.places(board, given["kind"], scope, self._drawn.current(), gaps))

    def _lacking(self, board: Board, kind: str, scope: Scope) -> Callable[[], Lacking] | None:
        """The gaps of villages as the site defines them, where `kind` is its register of villages."""
        site = self._office.site
        spec = site.sources.get(site.gaps.villages.source) if site.gaps else None
        if spec is None or spec.place is None or spec.place.kind != kind:
            return None

        def found() -> Lacking:
            villages = register.read(board, self._office.warehouse, scope)
            return {one.id: one.gaps for one in villages.villages} if villages else {}

        return found

    def sheet(self, sha: str) -> Response:
        """One drawing, by content hash."""
        found = self._drawn.sheet(sha)
        if found is None:
            return refusal(404)
        head = {"Cache-Control": IMMUTABLE, "Vary": "Accept-Encoding", "ETag": f'"{sha}"'}
        if _has(sha):
            return Response(status=304, headers=head)
        if _gzip():
            head["Content-Encoding"] = "gzip"
        return Response(found[1] if _gzip() else found[0], headers=head, content_type="image/svg+xml")

    def refresh(self, source: str) -> Response:
        """Ask for a refresh of a source; while one request waits, asking again changes nothing."""
        if source not in self._office.site.sources:
            raise InvalidError("web.param.source", 404, source=source[:40])
        asked = self._office.warehouse.ask(source, current_identity().name, datetime.now(UTC))
        name = self._office.site.sources[source].name.in_(current_lang())
        return _done(say("web.done.refresh", current_lang(), source=name), 202, request=asked.id)

    def role(self) -> Response:
        """Choose the demonstration role."""
        chosen = _field("role")
        if chosen not in set(Role):
            raise InvalidError("web.param.role", roles=", ".join(Role))
        if not self._demonstration.allowed:
            return refusal(403)
        answer = _done(say("web.done.role", current_lang()))
        self._demonstration.choose(answer, role=chosen)
        return answer

    def lang(self) -> Response:
        """Choose the language."""
        chosen = _field("lang")
        if chosen not in LANGS:
            raise InvalidError("web.param.lang")
        answer = _done(say("web.done.lang", chosen))
        self._demonstration.choose(answer, lang=chosen)
        return answer

    def healthz(self) -> Response:
        """Whether the process lives; anybody's page may ask, for a screen's first page is a file on its own disk."""
        head = {"Access-Control-Allow-Origin": "*"}
        return Response(b'{"alive":true}', headers=head, content_type="application/json")

    def readyz(self) -> Response:
        """Whether the warehouse can be read and holds an edition."""
        try:
            found = self._office.warehouse.latest()
        except SQLAlchemyError:
            found = None
        body = b'{"ready":false}' if found is None else f'{{"ready":true,"edition":{found.number}}}'.encode()
        return Response(body, 503 if found is None else 200, content_type="application/json")


def blueprint(office: Office, bookshelf: Bookshelf, build: str, demonstration: Demonstration) -> Blueprint:
    """All routes of the web API, for one worker."""
    api = Blueprint("api", __name__)
    answers = Answers(office, bookshelf, build, demonstration)
    for address, name, _, methods in ROUTES:
        api.add_url_rule(address, name, getattr(answers, name), methods=sorted(methods))
    return api


def _field(name: str) -> str:
    """The one field of a JSON body."""
    body = request.get_json()
    if not isinstance(body, dict) or set(body) != {name} or not isinstance(body[name], str):
        raise InvalidError("web.refused.fields", fields=name)
    found: str = body[name]
    return found


def _gzip() -> bool:
    return "gzip" in request.headers.get("Accept-Encoding", "")


def _has(etag: str) -> bool:
    """Whether the browser has this very version already."""
    return f'"{etag}"' in request.headers.get("If-None-Match", "")


def _head(etag: str) -> dict[str, str]:
    return {"ETag": f'"{etag}"', "Content-Type": "application/json"}


def _unchanged(etag: str) -> Response:
    answer = Response(status=304, headers={"ETag": f'"{etag}"'})
    del answer.headers["Content-Type"]
    return answer


def send(document: Document, cache: str | None = None) -> Response:
    """The document, or word that the browser has it already."""
    if _has(document.etag):
        return _unchanged(document.etag)
    head = _head(document.etag)
    if cache:
        head["Cache-Control"] = cache
    if document.small is None:
        return Response(document.raw, headers=head)
    head["Vary"] = "Accept-Encoding"
    if not _gzip():
        return Response(document.raw, headers=head)
    head["Content-Encoding"] = "gzip"
    return Response(document.small, headers=head)


def _send_named(document: Document, sha: str, current: str) -> Response:
    """A document whose address names its content; another name was another edition's and is gone."""
    if sha != current:
        raise UnknownError(f"no document has the hash {sha!r}")
    return send(document, IMMUTABLE)


def _done(message: str, status: int = 200, **more: object) -> Response:
    body = json.dumps({"ok": True, "message": message, **more}, ensure_ascii=False)
    return Response(body, status, content_type="application/json")
