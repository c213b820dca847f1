"""Documents: the JSON that pages and screens fetch, made once per edition and kept as bytes.

Owns their shapes. A document is a pure function of a board, its arguments and a scope; the scope is part of
the key it is kept under. Knows no route and no language beyond what is asked of the catalogue.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ioc.access import Scope
from ioc.areas import Area, LinkKind, Register, name_key
from ioc.board import Board
from ioc.catalogue import Grade, Kpi
from ioc.cells import GRADES, STATES, Cell
from ioc.drawings import Drawing
from ioc.formats import rounded, sort_key
from ioc.mosaic import mosaic
from ioc.slices import rounded_all
from ioc.wording import LANGS

LETTERS = {Grade.GOOD: "g", Grade.WATCH: "w", Grade.BAD: "b", Grade.NONE: "n"}
STATE_LETTERS = {"no_activity": "z", "impossible": "i", "missing": "m", "held": "x", "whole_only": "p"}
_GRADE_LETTERS = np.array([LETTERS[one] for one in GRADES])
_STATE_LETTERS = np.array([STATE_LETTERS.get(one, "") for one in STATES])
Lacking = Mapping[str, Collection[str]]
"""Ids of the gaps of each village, by its id."""
HIDDEN = "h"
"""A commune outside the visitor's scope: keeps its place in the row, shows nothing."""
SMALLEST = 400
"""Bytes below which a compressed variant is not kept."""


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON document as it goes over the wire. `small` is its gzip variant, None when not worth it."""

    raw: bytes
    small: bytes | None
    etag: str

    @staticmethod
    def of(content: Any, compress: bool = True) -> Document:
        """Write `content` as compact UTF-8 JSON; `compress` now what many will ask for. Raises ValueError for NaN."""
        raw = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        small = gzip.compress(raw, 9, mtime=0) if compress and len(raw) >= SMALLEST else None
        return Document(raw, small, hashlib.sha256(raw).hexdigest()[:20])


def values(board: Board, kpi: str, period: str, scope: Scope) -> Document:
    """Values and standings of all communes in one period, in the order of `areas`; see docs/data-contract.md.

    Raises an UnknownError.
    """

    def build() -> Document:
        entry = board.kpi(kpi, scope)
        found = board.strip(kpi, period, scope)
        shown = [_plain(number) for number in rounded_all(found.value, entry.decimals).tolist()]
        named = np.where(found.state == 0, _GRADE_LETTERS[found.grade], _STATE_LETTERS[found.state])
        letters: list[str] = np.where(found.small, np.char.upper(named), named).tolist()
        estimated = board.estimated(kpi, period, scope)
        if len(shown) != len(board.communes):
            shown, letters = _spread(board, scope, shown, letters)
        return Document.of(
            {
                "e": board.edition.number,
                "k": kpi,
                "p": period,
                "v": shown,
                "s": "".join(letters),
                "t": _total(board, entry, period, scope),
                **({"es": estimated} if estimated else {}),
            }
        )

    return board.document(("values", kpi, period, scope.key), build)


def letter(cell: Cell) -> str:
    """One letter for a cell: its grade, or why it has no value; upper case on a small denominator."""
    found = LETTERS[cell.grade] if cell.state == "value" else STATE_LETTERS[cell.state]
    return found.upper() if cell.small else found


def _spread(board: Board, scope: Scope, shown: list[Any], letters: list[str]) -> tuple[list[Any], list[str]]:
    """Put the visible communes in their places among all of them."""
    visible = [at for at, area in enumerate(board.communes) if scope.allows(area=area.id)]
    spread: list[Any] = [None] * len(board.communes)
    named = [HIDDEN] * len(board.communes)
    for at, number, name in zip(visible, shown, letters, strict=True):
        spread[at], named[at] = number, name
    return spread, named


def _total(board: Board, entry: Kpi, period: str, scope: Scope) -> dict[str, Any] | None:
    if not scope.allows(area=board.root.id):
        return None
    cell = board.total(entry.id, period, scope)
    return {
        "v": None if cell.value is None else _plain(rounded(cell.value, entry.decimals)),
        "n": _plain(cell.numerator),
        "d": _plain(cell.denominator),
        "s": letter(cell),
        "r": cell.reporting,
        "x": cell.expected,
        "st": cell.status and cell.status.value,
    }


def _plain(number: float | None) -> float | int | None:
    """A number as JSON writes it shortest: whole numbers without a point, NaN as null."""
    if number is None or math.isnan(number):
        return None
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def areas(board: Board) -> Document:
    """Codes, names and squares of the communes, with the names of the units merged into each."""

    def build() -> Document:
        return Document.of(
            {
                "root": {"code": board.root.code, "name": board.root.name},
                "codes": [area.code for area in board.communes],
                "names": [area.name for area in board.communes],
                "old": _former(board.register, board.communes),
                "mosaic": _mosaic(board),
                **_provinces(board),
            }
        )

    return board.document(("areas",), build)


def _provinces(board: Board) -> dict[str, Any]:
    """Where the board is of more than one province: these, by name, and to which of them each commune belongs."""
    known = board.register.by_id
    parents = [known.get(area.parent or "") for area in board.communes]
    found = sorted({area for area in parents if area is not None}, key=lambda area: sort_key(area.name))
    if len(found) < 2:
        return {}
    places = {area.id: at for at, area in enumerate(found)}
    return {
        "provinces": [[area.code, area.name] for area in found],
        "of": [places[area.id] if area else None for area in parents],
    }


def _mosaic(board: Board) -> dict[str, Any] | None:
    """Columns, rows and the square of each commune; None where there is no mosaic."""
    found = mosaic(board.communes)
    if found is None:
        return None
    return {"w": found.columns, "h": found.rows, "at": [list(at) for at in found.squares]}


def _former(register: Register, present: Sequence[Area]) -> list[list[str]]:
    """For each area the names, other than its own, of the units that went into it, wholly or in part."""
    found: dict[str, set[str]] = {area.id: set() for area in present}
    own = {area.id: name_key(area.name) for area in present}
    for link in register.links:
        old = register.by_id.get(link.old)
        if old is None or link.new not in found:
            continue
        if link.kind is not LinkKind.SAME or name_key(old.name) != own[link.new]:
            found[link.new].add(old.name)
    return [sorted(found[area.id], key=sort_key) for area in present]


def areas_sha(board: Board) -> str:
    """The hash in the address of `areas`."""
    return areas(board).etag


def catalogue(board: Board, scope: Scope, lang: str) -> Document:
    """What each visible KPI is, in one language, in the order of the catalogue."""

    def build() -> Document:
        visible = [kpi for kpi in board.site.kpis.values() if scope.allows(kpi=kpi.id)]
        return Document.of(
            {
                "lang": lang,
                "groups": [
                    {"id": group.id, "name": group.name.in_(lang)} for group in board.site.groups.values()
                ],
                "kpis": [entry(board, kpi, lang) for kpi in visible],
            }
        )

    return board.document(("catalogue", scope.key, lang), build)


def catalogue_sha(board: Board, scope: Scope) -> str:
    """The hash in the address of `catalogue`, the same for all languages."""
    both = "".join(catalogue(board, scope, lang).etag for lang in LANGS)
    return hashlib.sha256(both.encode()).hexdigest()[:20]


def entry(board: Board, kpi: Kpi, lang: str) -> dict[str, Any]:
    """What the scripts know of one KPI."""
    owner = board.site.departments.get(kpi.owner)
    source = board.site.sources.get(kpi.source)
    return {
        "id": kpi.id,
        "name": kpi.name.in_(lang),
        "short": kpi.short.in_(lang),
        "unit": kpi.unit.in_(lang),
        "decimals": kpi.decimals,
        "direction": kpi.direction.value,
        "measure": kpi.measure.value,
        "level": kpi.level,
        "share": kpi.is_share,
        "cumulative": kpi.cumulative,
        "minimum_n": kpi.minimum_n,
        "classes": list(kpi.classes),
        "group": kpi.group,
        "headline": kpi.headline,
        "formula": kpi.formula.in_(lang),
        "legal": kpi.legal_basis,
        "owner": owner.name.in_(lang) if owner else kpi.owner,
        "source": source.name.in_(lang) if source else kpi.source,
        "targets": [
            {
                "level": target.level,
                "area": target.area,
                "from": target.valid_from.isoformat(),
                "to": target.valid_to and target.valid_to.isoformat(),
                "target": target.target,
                "warn": target.warn,
                "alert": target.alert,
                "decision": target.decision,
                "verified": target.verified,
            }
            for target in kpi.target
        ],
    }


def periods(board: Board, scope: Scope) -> Document:
    """Period keys with data of every visible KPI: in-period, cumulative, and which to show first."""

    def build() -> Document:
        return Document.of(
            {
                "e": board.edition.number,
                "kpis": {
                    kpi: {
                        "p": [key for key in board.choices(kpi) if not key.endswith(".ytd")],
                        "c": [key for key in board.choices(kpi) if key.endswith(".ytd")],
                        "latest": board.latest_period(kpi),
                    }
                    for kpi in board.site.kpis
                    if scope.allows(kpi=kpi)
                },
            }
        )

    return board.document(("periods", scope.key), build)


def places(
    board: Board, kind: str, scope: Scope, drawing: Drawing | None, gaps: Callable[[], Lacking] | None = None
) -> Document:
    """Points of one kind: [id, commune code, name, x, y, attributes], x and y in drawing units or null.

    Where the site defines gaps, `gaps` tells those of each point by its id, and they are the seventh entry. Counts
    under protection stay out: they are shown only where enough of them are hidden together.
    """

    def build() -> Document:
        found = board.places(kind, scope)
        guarded = board.site.gaps.protection if board.site.gaps else None
        hidden = frozenset(guarded.columns) if guarded else frozenset()
        codes = {area.id: area.code for area in board.communes}
        lacking = gaps() if gaps else None
        return Document.of(
            {
                "e": board.edition.number,
                "points": [
                    [
                        place.id,
                        codes.get(place.area),
                        place.name,
                        *_at(drawing, place.lat, place.lon),
                        {name: cell for name, cell in place.attributes.items() if name not in hidden},
                        *([] if lacking is None else [sorted(lacking.get(place.id, ()))]),
                    ]
                    for place in found
                ],
            }
        )

    return board.document(("points", kind, scope.key, drawing and drawing.sha("screen")), build)


def _at(drawing: Drawing | None, lat: float | None, lon: float | None) -> tuple[float | None, float | None]:
    if drawing is None or lat is None or lon is None:
        return None, None
    x, y = drawing.project(lat, lon)
    return round(x, 1), round(y, 1)
