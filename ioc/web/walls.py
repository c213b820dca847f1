"""Routes of the walls: the bare page a screen lives in, and the one document it asks for again and again.

Owns their addresses and who may have them: a person by ``?man=``, an enrolled device by what `Orders` says it is.
A device whose standing is gone gets 401, and its page shows that it must be enrolled, never a form to log in.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, request

from ioc.access import Permission
from ioc.bookshelf import Bookshelf
from ioc.office import Office
from ioc.walls.document import Walls
from ioc.walls.orders import HEARTBEAT_HEADER, Orders, read_heartbeat
from ioc.web.asking import NAME, params
from ioc.web.drawn import Drawn
from ioc.web.errors import InvalidError, refusal
from ioc.web.guard import SAFE, Rule
from ioc.web.identity import current_lang, current_scope
from ioc.web.wall_page import wall_page

ROUTES: tuple[tuple[str, str, Permission, frozenset[str]], ...] = (
    ("/tuong", "page", Permission.WALL, SAFE),
    ("/api/wall", "own", Permission.WALL, SAFE),
    ("/api/wall/<screen>", "named", Permission.VIEW, SAFE),
)
"""``/api/wall`` is a device's own document; ``/api/wall/<screen>`` a person's preview of any screen."""
RULES: Mapping[str, Rule] = {f"walls.{name}": Rule(needed, methods) for _, name, needed, methods in ROUTES}


class Answers:
    """The answers of one worker; one method a route."""

    def __init__(self, walls: Walls, orders: Orders, build: str, site_name: Mapping[str, str]):
        self._walls = walls
        self._orders = orders
        self._build = build
        self._site_name = site_name

    def page(self) -> Response:
        """The page of a screen: ``man`` for a preview, nothing for a device; ``canh`` to begin with one scene."""
        given = params("man", "canh")
        if any(not NAME.fullmatch(one) for one in given.values()):
            raise InvalidError("walls.param.name")
        device, lang = self._orders.device(), current_lang()
        if "man" in given:
            lang = self._walls.screen(given["man"]).lang
            feed = f"/api/wall/{given['man']}"
        else:
            own = self._orders.screen(device) if device is not None else None
            lang = self._walls.screen(own).lang if own is not None else lang
            feed = "/api/wall"
        page = wall_page(lang, self._build, feed, given.get("canh"), self._site_name[lang])
        return Response(page, content_type="text/html; charset=utf-8")

    def own(self) -> Response:
        """The document of the device that asks; 401 when it is none, or no longer."""
        params()
        device = self._orders.device()
        name = self._orders.screen(device) if device is not None else None
        return refusal(401) if name is None else self._answer(name, device)

    def named(self, screen: str) -> Response:
        """The document of one screen, for a person."""
        params()
        if not NAME.fullmatch(screen):
            raise InvalidError("walls.param.name", 404)
        return self._answer(screen, None)

    def _answer(self, name: str, device: str | None) -> Response:
        walls, orders = self._walls, self._orders
        found = walls.answer(walls.screen(name), orders.order(device), current_scope())
        beat = read_heartbeat(request.headers.get(HEARTBEAT_HEADER))
        if beat is not None:
            orders.heard(device, beat)
        tag = f'"{found.etag}"'
        if tag in request.headers.get("If-None-Match", ""):
            answer = Response(status=304, headers={"ETag": tag})
            del answer.headers["Content-Type"]
            return answer
        return Response(found.body(walls.clock()), headers={"ETag": tag}, content_type="application/json")


def blueprint(office: Office, bookshelf: Bookshelf, build: str, orders: Orders) -> Blueprint:
    """The routes, for one worker."""
    room = Blueprint("walls", __name__)
    walls = Walls(office, bookshelf, build, Drawn(office.settings.data).current)
    names = {lang: office.site.head.name.in_(lang) for lang in ("vi", "en")}
    answers = Answers(walls, orders, build, names)
    for address, name, _, methods in ROUTES:
        room.add_url_rule(address, name, getattr(answers, name), methods=sorted(methods))
    return room
