"""The wall document: everything one screen needs to show its scenes, in one answer, kept ready in memory.

Owns putting scenes, places, sources and the order of the moment together, and the mark by which a screen tells that
nothing has changed. The mark knows editions, standings and orders but no ages: those follow by themselves.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ioc import formats
from ioc.access import Scope
from ioc.board import Board
from ioc.bookshelf import Bookshelf
from ioc.drawings import Drawing
from ioc.office import Office
from ioc.quality.report import Report, reports
from ioc.unknown import UnknownError
from ioc.walls.content import Desk, content
from ioc.walls.layout import HEAD, SHAPES, Plan, plan
from ioc.walls.orders import Order
from ioc.walls.scenes import Scene
from ioc.walls.screens import DAYS, Screen
from ioc.walls.sight import view
from ioc.walls.standing import Lookout, Standing

log = logging.getLogger(__name__)
POLL_S = 3
"""An order is on its screen within 5 seconds: this with its jitter, and the second a worker may be behind."""
AGAIN_S = 600
"""Seconds after which tiles that depend on the time of day are made again."""
_KEPT = 48


@dataclass(frozen=True)
class Answer:
    """A wall document. `etag` stays while nothing but time has passed; `body` is written with the ages of a moment."""

    etag: str
    fixed: str
    edition: int
    published_at: datetime | None
    standing: Standing
    order: Order
    names: Mapping[str, str]

    def body(self, now: datetime) -> bytes:
        """The JSON for the screen: what is fixed, then everything that counts seconds, on the server's clock."""
        moving = {
            "now": round(now.timestamp(), 3),
            "age": _age(self.published_at, now),
            "scheduler": self.standing.scheduler,
            "sources": {
                name: {
                    "name": self.names[name],
                    "age": _age(stand.as_of, now),
                    "promise": stand.promise_s,
                    "down": stand.down,
                }
                for name, stand in self.standing.sources.items()
                if name in self.names
            },
            "order": {
                "scene": self.order.scene, "area": self.order.pin_area, "kpi": self.order.pin_kpi,
                "message": self.order.message, "paused": self.order.paused, "seq": self.order.seq,
            },
        }  # fmt: skip
        return f'{{"fixed":{self.fixed},{_json(moving)[1:]}'.encode()


def _age(since: datetime | None, now: datetime) -> int | None:
    return None if since is None else max(0, int((now - since).total_seconds()))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _mark(value: Any) -> str:
    return hashlib.sha256(_json(value).encode()).hexdigest()[:16]


class Walls:
    """The wall documents of one worker. Safe to share between threads."""

    def __init__(
        self,
        office: Office,
        bookshelf: Bookshelf,
        build: str,
        drawing: Callable[[], Drawing | None],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ):
        self.clock = clock
        self._office = office
        self._bookshelf = bookshelf
        self._build = build
        self._drawing = drawing
        self._lookout = Lookout(office)
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[Any, ...], tuple[str, str]] = OrderedDict()
        self._answers: dict[tuple[str, str], tuple[tuple[Any, ...], Answer]] = {}

    def screen(self, name: str) -> Screen:
        """One screen of the site. Raises UnknownError."""
        found = self._office.site.screens.get(name)
        if found is None:
            raise UnknownError(f"no screen {name!r}")
        return found

    def answer(self, screen: Screen, order: Order, scope: Scope) -> Answer:
        """The document of a screen under an order. From memory while nothing but time has passed."""
        board, standing, drawing = self._bookshelf.latest(), self._lookout.standing(), self._drawing()
        bucket = int(self.clock().timestamp()) // AGAIN_S
        key = (board.edition.number, standing, order, bucket, drawing and drawing.sha("wall"))
        slot = (screen.id, scope.key)
        last = self._answers.get(slot)
        if last is not None and last[0] == key:
            return last[1]
        fixed, mark = self._fixed(board, screen, order, scope, standing, bucket, drawing)
        stands = {
            name: (None if one.as_of is None else one.as_of.isoformat(), one.promise_s, one.down)
            for name, one in standing.sources.items()
        }
        said = (order.scene, order.pin_area, order.pin_kpi, order.message, order.paused, order.seq)
        found = Answer(
            etag=_mark([mark, stands, standing.scheduler, said]),
            fixed=fixed,
            edition=board.edition.number,
            published_at=board.edition.published_at if board.edition.number else None,
            standing=standing,
            order=order,
            names={spec.id: spec.name.in_(screen.lang) for spec in self._office.site.sources.values()},
        )
        self._answers[slot] = key, found
        return found

    def _fixed(
        self, board: Board, screen: Screen, order: Order, scope: Scope, standing: Standing, bucket: int,
        drawing: Drawing | None,
    ) -> tuple[str, str]:  # fmt: skip
        """The part that does not count seconds, as text, and its mark."""
        pins = (order.pin_area or screen.pin_area, self._kpi(order.pin_kpi or screen.pin_kpi, scope))
        extra = order.scene if order.scene in self._office.site.scenes else None
        key = (
            screen.id, scope.key, board.edition.number, standing.alerts, bucket, pins, extra,
            drawing and drawing.sha("wall"),
        )  # fmt: skip
        with self._lock:
            found = self._kept.get(key)
        if found is None:
            made = self._make(board, screen, pins, extra, scope, drawing)
            found = _json(made), _mark(made)
            with self._lock:
                self._kept[key] = found
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return found

    def _kpi(self, asked: str | None, scope: Scope) -> str | None:
        """A pinned KPI that can be drawn; anything else is no pin."""
        kpi = self._office.site.kpis.get(asked or "")
        drawn = kpi is not None and kpi.level != "province" and scope.allows(kpi=kpi.id)
        return asked if drawn else None

    def _make(
        self, board: Board, screen: Screen, pins: tuple[str | None, str | None], extra: str | None, scope: Scope,
        drawing: Drawing | None,
    ) -> dict[str, Any]:  # fmt: skip
        site, lang = self._office.site, screen.lang
        desk = Desk(
            board, scope, lang, self.clock(), pins[1], drawing,
            lambda: self._reports(board), self._lookout.alerts,
        )  # fmt: skip
        names = list(dict.fromkeys([*screen.scenes, *([extra] if extra else [])]))
        area = board.by_code.get(pins[0] or "")
        edition = board.edition
        return {
            "build": self._build,
            "edition": edition.number,
            "published": formats.instant(edition.published_at, lang) if edition.number else None,
            "lang": lang,
            "province": site.head.name.in_(lang),
            "demonstration": site.head.demonstration,
            "poll": POLL_S,
            "screen": {"id": screen.id, "name": screen.name.in_(lang), **_timetable(screen)},
            "pin": area.code if area else None,
            "communes": {
                "codes": [one.code for one in board.communes],
                "names": [one.name for one in board.communes],
            },
            "drawing": drawing and _drawing(drawing, lang),
            "scenes": {name: _scene(site.scenes[name], desk) for name in names},
            "plans": _plans(screen, {name: site.scenes[name] for name in names}),
        }

    def _reports(self, board: Board) -> dict[str, Report]:
        return reports(
            self._office.warehouse, self._office.site.sources, board.edition.number, board.document
        )


def _timetable(screen: Screen) -> dict[str, Any]:
    """Rotation and hours, as minutes of the province's day, for the screen to follow even without us."""

    def turns(found: Any) -> list[list[Any]]:
        return [[turn.scene, turn.seconds] for turn in found]

    def minutes(text: str) -> int:
        return int(text[:2]) * 60 + int(text[3:])

    return {
        "rotation": turns(screen.rotation),
        "hours": [
            {
                "from": minutes(one.start), "to": minutes(one.end),
                "days": [DAYS.index(day) for day in one.days], "rotation": turns(one.rotation), "dim": one.dim,
            }
            for one in screen.hours
        ],
    }  # fmt: skip


def _scene(scene: Scene, desk: Desk) -> dict[str, Any]:
    tiles = [content(tile, desk) for tile in scene.tile]
    return {"name": scene.name.in_(desk.lang), "tiles": [{**one, "mark": _mark(one)} for one in tiles]}


def _drawing(drawing: Drawing, lang: str) -> dict[str, Any]:
    return {
        "url": f"/geo/{drawing.sha('wall')}.svg",
        "caption": drawing.caption(lang),
        "schematic": drawing.is_schematic,
        "ratio": round(drawing.width / drawing.height, 4),
        "points": drawing.sha("wall")[:12],
    }


def _plans(screen: Screen, scenes: dict[str, Scene]) -> list[dict[str, Any]]:
    """For every shape of picture: the size of the smallest text and where each tile stands, in shares."""
    width, height = screen.size
    found = []
    for ratio in SHAPES.values():
        seen = view(ratio, screen.height_m, width / height, screen.distance_m)
        found.append(
            {
                "ratio": round(ratio, 4),
                "unit": round(seen.unit, 6),
                "head": round(HEAD / seen.rows, 5),
                "scenes": {name: _shares(plan(one, seen), seen.columns, seen.rows) for name, one in scenes.items()},
            }
        )  # fmt: skip
    return found


def _shares(found: Plan, columns: float, rows: float) -> list[list[float] | None]:
    """A place for every tile of a scene, None for those that found no room."""
    count = len(found.boxes) + len(found.dropped)
    places: list[list[float] | None] = [None] * count
    for at, box in found.boxes.items():
        places[at] = [
            round(box.x / columns, 5), round(box.y / rows, 5), round(box.width / columns, 5),
            round(box.height / rows, 5), box.rows,
        ]  # fmt: skip
    return places
