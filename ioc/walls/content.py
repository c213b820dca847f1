"""Content: what each kind of tile says, in words and numbers ready to be shown.

Owns the step from a board to the content of one tile. A tile that cannot be made says so and nothing else of the
scene suffers; what a tile looks like and how old it is are not decided here.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ioc import formats
from ioc.access import Scope
from ioc.alerts import words
from ioc.alerts.records import Alert
from ioc.board import Board
from ioc.catalogue import Direction, Kpi
from ioc.cells import Cell
from ioc.drawings import Drawing
from ioc.quality.criteria import grade, worst
from ioc.quality.report import Report
from ioc.unknown import UnknownError
from ioc.walls.scenes import Kind, Tile
from ioc.wording import say

log = logging.getLogger(__name__)
MONTHS = 13
GAP_ATTRIBUTES = ("mobile_state", "fibre", "grid")
"""What a point's gaps are read from by assets/js/points.js; nothing else of a village leaves for a wall."""
_ENTRY = ("id", "short", "unit", "decimals", "direction", "share", "classes", "targets", "minimum_n")


@dataclass(frozen=True)
class Desk:
    """What tiles are made from. `reports` and `alerts` are asked only by the tiles that show them."""

    board: Board
    scope: Scope
    lang: str
    now: datetime
    pin_kpi: str | None
    drawing: Drawing | None
    reports: Callable[[], Mapping[str, Report]]
    alerts: Callable[[], Sequence[Alert]]

    def say(self, key: str, **values: object) -> str:
        """Words of the room ``walls``."""
        return say(f"walls.{key}", self.lang, **values)


def content(tile: Tile, desk: Desk) -> dict[str, Any]:
    """What `tile` shows. Never raises for what is wrong with data: then `fault` says that it cannot be read."""
    frame: dict[str, Any] = {"kind": tile.kind.value, "lead": tile.lead}
    try:
        return {**frame, **_MAKERS[tile.kind](tile, desk)}
    except UnknownError:
        log.warning("a tile asks for something that is not there: %s", tile)
    except Exception:  # whatever is wrong with one tile, the others are shown
        log.exception("a tile cannot be made: %s", tile)
    return {**frame, "title": _title(tile, desk), "fault": desk.say("fault"), "sources": _sources(tile, desk)}


def _title(tile: Tile, desk: Desk) -> str:
    if tile.title is not None:
        return tile.title.in_(desk.lang)
    kpi = desk.board.site.kpis.get(tile.kpi or "")
    return kpi.short.in_(desk.lang) if kpi else desk.say(f"kind.{tile.kind.value}")


def _sources(tile: Tile, desk: Desk) -> list[str]:
    """Sources that a tile stands on: the age of the oldest is the tile's."""
    site = desk.board.site
    if tile.kind is Kind.GAPS:
        return [spec.id for spec in site.sources.values() if spec.place and spec.place.kind == tile.place]
    kpi = site.kpis.get(tile.kpi or "")
    return [kpi.source] if kpi else []


def _kpi(tile: Tile, desk: Desk) -> Kpi:
    """The tile's KPI; on maps the one that is pinned."""
    return desk.board.kpi((tile.kind is Kind.MAP and desk.pin_kpi) or tile.kpi or "", desk.scope)


def _number(tile: Tile, desk: Desk) -> dict[str, Any]:
    kpi, board, lang = _kpi(tile, desk), desk.board, desk.lang
    cell, where = _cell(tile, kpi, desk)
    return {
        "title": tile.title.in_(lang) if tile.title else kpi.short.in_(lang),
        "where": where,
        **_reading(kpi, cell, desk),
        "movement": _movement(kpi, cell, desk),
        "series": [one.value for one in _series(kpi, cell, desk)],
        "goal": cell.target.target if cell.target else None,
        "sources": [kpi.source],
        "source": _source_name(kpi.source, board, lang),
    }


def _cell(tile: Tile, kpi: Kpi, desk: Desk) -> tuple[Cell, str | None]:
    """The cell a tile shows, and the name of its commune when it is not the whole."""
    board, period = desk.board, desk.board.latest_period(kpi.id)
    if tile.area is None or tile.area == board.root.code:
        return board.total(kpi.id, period, desk.scope), None
    area = board.find(tile.area)
    return board.cell(kpi.id, area.id, period, desk.scope), area.name


def _reading(kpi: Kpi, cell: Cell, desk: Desk) -> dict[str, Any]:
    """A cell in words: figure, unit, standing, period, target, how many communes stand behind it."""
    lang = desk.lang
    told: dict[str, Any] = {
        "value": None if cell.value is None else formats.number(cell.value, kpi.decimals, lang),
        "unit": kpi.unit.in_(lang),
        "grade": cell.grade.value if cell.state == "value" else None,
        "standing": formats.capital(say(f"grades.{cell.grade.value}", lang))
        if cell.state == "value"
        else formats.capital(say(f"states.{cell.state}", lang)),
        "state": cell.state,
        "period": formats.capital(formats.period(cell.period, lang)),
        "provisional": cell.status is not None and cell.status.value == "provisional",
        "target": _target(kpi, cell, desk),
        "reporting": None,
    }
    if cell.reporting is not None and cell.expected and cell.reporting < cell.expected:
        told["reporting"] = desk.say("reporting", n=str(cell.reporting), of=str(cell.expected))
    if told["provisional"]:
        told["period"] += f" ({say('states.status.provisional', lang)})"
    return told


def _target(kpi: Kpi, cell: Cell, desk: Desk) -> str | None:
    if cell.target is None:
        return None
    goal = cell.target.target
    value = formats.quantity(
        goal, kpi.unit.in_(desk.lang), 0 if goal == int(goal) else kpi.decimals, desk.lang
    )
    return say("face.tile.target", desk.lang, value=value)


def _movement(kpi: Kpi, cell: Cell, desk: Desk) -> str | None:
    """Against the period the board holds comparable; None while the figure is held or stands alone."""
    before = desk.board.compared(kpi.id, cell.period)
    if before is None or cell.state != "value":
        return None
    earlier = desk.board.cell(kpi.id, cell.area, before, desk.scope)
    change = formats.change(earlier.value, cell.value, kpi.unit.in_(desk.lang), kpi.decimals, desk.lang)
    if not change:
        return None
    period = formats.period(before, desk.lang)
    return formats.capital(say("face.tile.versus", desk.lang, change=change, period=period))


def _series(kpi: Kpi, cell: Cell, desk: Desk) -> list[Cell]:
    found = desk.board.series(kpi.id, cell.area, desk.scope, cumulative=cell.period.endswith(".ytd"))
    return [one for one in found if one.period <= cell.period][-MONTHS:]


def _source_name(source: str, board: Board, lang: str) -> str:
    spec = board.site.sources.get(source)
    return spec.name.in_(lang) if spec else source


def _map(tile: Tile, desk: Desk) -> dict[str, Any]:
    from ioc.web import documents  # the web imports this room

    kpi, board, lang = _kpi(tile, desk), desk.board, desk.lang
    period = board.latest_period(kpi.id)
    answer = json.loads(documents.values(board, kpi.id, period, desk.scope).raw)
    entry = documents.entry(board, kpi, lang)
    return {
        "title": tile.title.in_(lang) if tile.title and kpi.id == tile.kpi else kpi.short.in_(lang),
        **_reading(kpi, board.total(kpi.id, period, desk.scope), desk),
        "kpi": {name: entry[name] for name in _ENTRY},
        "p": answer["p"],
        "v": answer["v"],
        "s": answer["s"],
        "ranked": _order(kpi, period, desk, "worst"),
        "sources": [kpi.source],
        "source": _source_name(kpi.source, board, lang),
    }


def _order(kpi: Kpi, period: str, desk: Desk, end: str) -> list[int]:
    """Places of the communes among all of them, from the worst or best on; only those that have a rank."""
    ranks = desk.board.rank(kpi.id, period, desk.scope)
    places = {area.id: at for at, area in enumerate(desk.board.communes)}
    names = {area.id: formats.sort_key(area.short_name) for area in desk.board.communes}
    worst_first = end == "worst" and kpi.direction is not Direction.NEUTRAL
    ordered = sorted(ranks, key=lambda one: (-ranks[one] if worst_first else ranks[one], names[one]))
    return [places[one] for one in ordered]


def _ranking(tile: Tile, desk: Desk) -> dict[str, Any]:
    kpi, board, lang = _kpi(tile, desk), desk.board, desk.lang
    period = board.latest_period(kpi.id)
    ranks = board.rank(kpi.id, period, desk.scope)
    cells = {cell.area: cell for cell in board.row(kpi.id, period, desk.scope)}
    rows = []
    for place in _order(kpi, period, desk, tile.order)[: tile.rows]:
        area = board.communes[place]
        cell = cells[area.id]
        rows.append(
            {
                "rank": ranks[area.id],
                "code": area.code,
                "name": area.name,
                "value": formats.number(cell.value, kpi.decimals, lang),
                "grade": cell.grade.value,
            }
        )
    way = "most" if kpi.direction is Direction.NEUTRAL else tile.order
    return {
        "title": tile.title.in_(lang) if tile.title else kpi.short.in_(lang),
        "lead_in": desk.say(f"ranking.{way}", n=str(len(ranks))),
        "unit": kpi.unit.in_(lang),
        "period": formats.capital(formats.period(period, lang)),
        "rows": rows,
        "sources": [kpi.source],
        "source": _source_name(kpi.source, board, lang),
    }


def _trend(tile: Tile, desk: Desk) -> dict[str, Any]:
    kpi, board, lang = _kpi(tile, desk), desk.board, desk.lang
    cell, where = _cell(tile, kpi, desk)
    series = _series(kpi, cell, desk)
    return {
        "title": tile.title.in_(lang) if tile.title else kpi.short.in_(lang),
        "where": where,
        **_reading(kpi, cell, desk),
        "movement": _movement(kpi, cell, desk),
        "series": [one.value for one in series],
        "labels": [formats.period(one.period, lang, short=True) for one in series],
        "open": [one.status is not None and one.status.value in ("provisional", "held") for one in series],
        "goal": cell.target.target if cell.target else None,
        "decimals": kpi.decimals,
        "sources": [kpi.source],
        "source": _source_name(kpi.source, board, lang),
    }


def _gaps(tile: Tile, desk: Desk) -> dict[str, Any]:
    board, lang = desk.board, desk.lang
    told = _sources(tile, desk)
    found = board.places(tile.place or "", desk.scope)
    kinds: dict[tuple[object, ...], int] = {}
    points = []
    for place in found:
        kind = kinds.setdefault(tuple(place.attributes.get(name) for name in GAP_ATTRIBUTES), len(kinds))
        at: tuple[float | None, float | None] = (None, None)
        if desk.drawing is not None and place.lat is not None and place.lon is not None:
            x, y = desk.drawing.project(place.lat, place.lon)
            at = round(x), round(y)
        points.append([*at, kind])
    return {
        "title": tile.title.in_(lang) if tile.title else desk.say("kind.gaps"),
        "gaps": list(tile.gaps),
        "points": points,
        "kinds": [dict(zip(GAP_ATTRIBUTES, values, strict=True)) for values in kinds],
        "of": desk.say("gaps.of", n=formats.number(len(found), 0, lang)),
        "sources": told,
        "source": ", ".join(_source_name(one, board, lang) for one in told),
    }


def _alerts(tile: Tile, desk: Desk) -> dict[str, Any]:
    site, lang = desk.board.site, desk.lang
    found = [
        one
        for one in desk.alerts()
        if one.subject.get("kpi") is None or desk.scope.allows(kpi=str(one.subject["kpi"]))
    ]
    return {
        "title": tile.title.in_(lang) if tile.title else desk.say("kind.alerts"),
        "counted": desk.say("alerts.counted", n=formats.number(len(found), 0, lang)),
        "none": desk.say("alerts.none"),
        "rows": [
            {
                "severity": one.severity,
                "word": say(f"alerts.severity.{one.severity}", lang),
                "title": words.title(one, site, lang),
                "what": words.sentence(one, site, lang),
                "owner": words.owner(one, site, lang),
            }
            for one in found[: tile.rows]
        ],
        "sources": [],
        "by_scheduler": True,
        "source": say("alerts.own_log", lang),
    }


def _quality(tile: Tile, desk: Desk) -> dict[str, Any]:
    site, lang = desk.board.site, desk.lang
    rows = []
    for name, report in desk.reports().items():
        score = report.score(desk.now)
        if score.overall is None:
            continue
        rows.append(
            {
                "name": site.sources[name].name.in_(lang),
                "overall": int(score.overall),
                "grade": worst(score).value,
                "scores": [
                    {"value": None if value is None else int(value), "grade": grade(which, value).value}
                    for which, value in score.by_criterion.items()
                ],
            }
        )
    rows.sort(key=lambda one: (one["overall"], formats.sort_key(one["name"])))
    good = sum(one["grade"] == "good" for one in rows)
    return {
        "title": tile.title.in_(lang) if tile.title else desk.say("kind.quality"),
        "counted": desk.say("quality.counted", good=str(good), of=str(len(rows))),
        "heads": [
            say(f"quality.criterion.{name}", lang) for name in ("correct", "complete", "clean", "live")
        ],
        "whole": say("quality.overall", lang),
        "rows": rows[: tile.rows],
        "sources": [],
        "source": desk.say("quality.source"),
    }


def _text(tile: Tile, desk: Desk) -> dict[str, Any]:
    title = tile.title.in_(desk.lang) if tile.title else None
    return {"title": title, "text": tile.text.in_(desk.lang) if tile.text else "", "sources": []}


def _clock(tile: Tile, desk: Desk) -> dict[str, Any]:
    return {"title": tile.title.in_(desk.lang) if tile.title else None, "sources": []}


_MAKERS: dict[Kind, Callable[[Tile, Desk], dict[str, Any]]] = {
    Kind.NUMBER: _number, Kind.MAP: _map, Kind.GAPS: _gaps, Kind.RANKING: _ranking, Kind.TREND: _trend,
    Kind.ALERTS: _alerts, Kind.QUALITY: _quality, Kind.TEXT: _text, Kind.CLOCK: _clock,
}  # fmt: skip
