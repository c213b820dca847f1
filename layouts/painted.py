"""The map of one KPI as a file shows it: as it stands on the screen, with what the reader chose, left out and laid over it.

Owns the way from the address's parts to classes, legend and signs, and the words that say the same beside the numbers. What
a file does not follow (a comparison, the inside of one commune, other layers), its notes say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ioc import formats
from ioc.classing import locked
from ioc.exports import numbers
from ioc.exports.dataset import Dataset
from ioc.exports.painting import paint
from ioc.exports.pictures import Entry, Map, Spot
from ioc.exports.subjects import View
from ioc.gaps.register import read
from ioc.wording import say

FIRST_WAY, CLASSES = "phan-vi", 5
"""How the page cuts where the catalogue has no breaks (assets/js/scale.js)."""


@dataclass(frozen=True)
class Painted:
    """Classes by code, their legend, the rows of ticked kinds of gap, their places, and how many of them have no point."""

    classes: dict[str, str]
    entries: tuple[Entry, ...]
    kinds: tuple[Entry, ...]
    spots: tuple[Spot, ...]
    unplaced: int
    more: bool


def painted(view: View) -> Painted:
    """What the page shows for these options."""
    board, scope, options = view.board, view.scope, view.options
    entry = board.kpi(options.kpi, scope)
    period = numbers.period_of(board, options, scope)
    cells = board.row(entry.id, period, scope)
    way = options.chia or ("" if entry.classes else FIRST_WAY)
    asked = (
        locked(board, entry.id, period, way, CLASSES, scope) if way and entry.level != "province" else None
    )
    hidden = len(board.communes) - len(cells)
    classes, entries = paint(entry, cells, hidden, options.mau == "gia-tri", view.lang, asked)
    codes, out = {area.id: area.code for area in board.communes}, set(options.an.split(","))
    return Painted(
        {codes[cell.area]: name for cell, name in zip(cells, classes, strict=True)},
        tuple(replace(one, out=one.name in out) for one in entries), *_gaps(view),
    )  # fmt: skip


def _gaps(view: View) -> tuple[tuple[Entry, ...], tuple[Spot, ...], int, bool]:
    """Ticked kinds of gap with how many villages have each, where these lie, how many have no point; other layers."""
    ticked = [one for one in view.options.lop.split(",") if one]
    register = read(view.board, view.office.warehouse, view.scope) if ticked else None
    known = register.definitions.kinds if register else {}
    kinds = [gap for name, gap in known.items() if name.replace("_", "-") in ticked]
    if register is None or not kinds:
        return (), (), 0, bool(ticked)
    found = [village for village in register.villages if any(gap.id in village.gaps for gap in kinds)]
    spots = [
        Spot(*view.drawing.project(village.lat, village.lon), gap.mark)
        for village in found if village.lat is not None and village.lon is not None and view.drawing is not None
        for gap in kinds if gap.id in village.gaps
    ]  # fmt: skip
    entries = tuple(
        Entry(
            f"gap-{gap.mark}", gap.short.in_(view.lang), "", sum(gap.id in village.gaps for village in found)
        )
        for gap in kinds
    )
    unplaced = sum(village.lat is None or village.lon is None for village in found)
    return entries, tuple(spots), unplaced, len(kinds) < len(ticked)


def map_table(view: View) -> Dataset:
    """The numbers of the map, with its legend and everything chosen on the page told in words."""
    found, dataset, lang, options = painted(view), numbers.map_table(view), view.lang, view.options
    names = {area.code: area.name for area in view.board.communes if view.scope.allows(area=area.id)}
    pairs = (
        ("chosen", names.get(options.xa or "", "")),
        ("left_out", ", ".join(formats.capital(one.label) for one in found.entries if one.out)),
        ("gaps", ", ".join(f"{one.label} ({formats.number(one.count, 0, lang)})" for one in found.kinds)),
    )
    notes = []
    if found.unplaced:
        notes.append(say("exports.map.unplaced", lang, n=formats.number(found.unplaced, 0, lang)))
    if found.more or options.xem or options.voi or options.cap or options.tinh:
        notes.append(say("exports.map.not_drawn", lang))
    told = replace(
        dataset.about, filters=tuple((say(f"exports.map.{name}", lang), words) for name, words in pairs if words),
        legend=tuple(_line(one, lang) for one in (*found.entries, *found.kinds)), notes=(*dataset.about.notes, *notes),
    )  # fmt: skip
    return replace(dataset, about=told)


def _line(one: Entry, lang: str) -> str:
    count = "" if one.count is None else f": {formats.number(one.count, 0, lang)}"
    return f"{formats.capital(one.label)}{f' ({one.note})' if one.note else ''}{count}"


def kpi_map(view: View, dataset: Dataset) -> Map:
    """The map itself: same classes, same legend, same signs."""
    board, scope, lang, found = view.board, view.scope, view.lang, painted(view)
    entry = board.kpi(view.options.kpi, scope)
    period = numbers.period_of(board, view.options, scope)
    codes = {area.id: area.code for area in board.communes}
    return Map(
        classes=found.classes,
        names={area.code: area.name.removeprefix("Xã ").removeprefix("Phường ") for area in board.communes},
        values={
            codes[cell.area]: formats.number(cell.value, entry.decimals, lang)
            for cell in board.row(entry.id, period, scope)
            if cell.state == "value"
        },
        legend=(*found.entries, *found.kinds),
        legend_title=f"{entry.short.in_(lang)}\n{entry.unit.in_(lang)}, {formats.period(period, lang)}",
        chosen=view.options.xa,
        dim=frozenset(one.name for one in found.entries if one.out),
        spots=found.spots,
    )
