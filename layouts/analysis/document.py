"""The document of an analysis: what the page shows for one address, in one language, theme and width.

Owns its shape (docs/data-contract.md does not list it: it belongs to the page) and the words around the picture:
title, period, source, remarks. A few documents are kept; numbers of an edition never change.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ioc import formats
from ioc.analysis.address import default_kpi, read
from ioc.analysis.query import KINDS, THROUGH_TIME, TOTAL, Condition, Query, View, Way
from ioc.analysis.result import Result, analyse
from ioc.periods import Period
from ioc.web.documents import STATE_LETTERS, Document, letter
from ioc.wording import say
from layouts.analysis.remarks import MAPS, remarks
from layouts.analysis.table import table
from layouts.desk import Desk
from layouts.figures.explore import Look, figure
from layouts.figures.explore.heat import classes
from layouts.figures.explore.words import unit_of
from layouts.theme import palette

WITH_TABLE = frozenset({View.TABLE, View.MAP_TABLE})
KEPT = 48
STEPS = ("less-2", "less-1", "even", "more-1", "more-2")


@dataclass
class Answers:
    """Documents of one worker, the latest asked for. Safe to share between threads."""

    kept: OrderedDict[tuple[Any, ...], Document]
    lock: threading.Lock

    @staticmethod
    def empty() -> Answers:
        """With nothing kept yet."""
        return Answers(OrderedDict(), threading.Lock())

    def document(self, desk: Desk, given: Mapping[str, str], theme: str, width: int) -> Document:
        """The answer to the address's parts. Raises QueryError."""
        query = read(given, desk.board, desk.scope)
        key = (desk.board.edition.number, query, desk.scope.key, desk.lang, theme, width)
        with self.lock:
            found = self.kept.get(key)
            if found is not None:
                self.kept.move_to_end(key)
                return found
        made = Document.of(content(desk, query, Look(width, palette(theme), desk.lang)), compress=False)
        with self.lock:
            self.kept[key] = made
            while len(self.kept) > KEPT:
                self.kept.popitem(last=False)
        return made


def content(desk: Desk, query: Query, look: Look) -> dict[str, Any]:
    """Everything the page shows."""
    result = analyse(desk.board, query, desk.scope)
    drawn = figure(result, look)
    return {
        "e": desk.board.edition.number,
        "address": canonical(desk, query),
        "state": _state(desk, query) | {"codes": [unit.code for unit in result.units if unit.code]},
        "title": title(result, look),
        "line": line(result, look),
        "source": source(desk, result, look),
        "notes": remarks(result, look),
        "figure": drawn,
        "empty": None if drawn or query.view in MAPS | WITH_TABLE else _why_empty(result, look),
        "map": _map(desk, result, look) if query.view in MAPS else None,
        "table": table(result, look) if query.table or query.view in WITH_TABLE else None,
    }  # fmt: skip


def canonical(desk: Desk, query: Query) -> str:
    """The one way to write the question as the query of an address."""
    kpi = default_kpi(desk.board, desk.scope)
    return query.write(kpi.id, desk.board.site.kpis[query.kpis[0]].base)


def _state(desk: Desk, query: Query) -> dict[str, Any]:
    """The question in full, defaults resolved, and the periods and kinds there are to choose from."""
    board = desk.board
    keys = {key for kpi in query.kpis for key in board.periods(kpi, query.cumulative, query.kind)} | set(
        query.periods
    )
    kinds = []
    for name, kind in KINDS.items():
        for total in (False, True):
            if any(board.periods(kpi, total, kind) for kpi in query.kpis):
                loai = name + (TOTAL if total else "")
                kinds.append([loai, say(f"explore.kind.{loai}", desk.lang)])
    loai = next(name for name, kind in KINDS.items() if kind is query.kind) + (
        TOTAL if query.cumulative else ""
    )
    return {
        "kpi": list(query.kpis), "xa": None if query.areas is None else list(query.areas), "loai": loai, "kinds": kinds,
        "keys": sorted(keys, key=lambda key: Period.parse(key).first), "tu": query.first, "den": query.last, "shown": query.shown,
        "start": query.start, "goc": query.base, "xem": query.view.value, "cach": query.way.value, "so": [one.value for one in query.against],
        "gop": query.merged, "loc": [[one.kpi, one.test.value, one.number] for one in query.conditions], "bang": query.table, "sap": query.sort,
        "ways": [[way.value, say(f"explore.way.{way.value}", desk.lang)] for way in Way], "time": query.view in THROUGH_TIME,
    }  # fmt: skip


def title(result: Result, look: Look) -> str:
    """What is shown: the KPIs by their short names when there are several."""
    kpis = [column.kpi for column in result.columns]
    if len(kpis) == 1:
        return kpis[0].name.in_(look.lang)
    return "; ".join(kpi.short.in_(look.lang) for kpi in kpis)


def line(result: Result, look: Look) -> str:
    """Way, communes and period under the title."""
    lang, query = look.lang, result.query
    parts: list[str] = []
    if query.way is not Way.VALUE:
        parts.append(
            formats.capital(look.say(f"way_line.{query.way.value}", base=formats.period(query.start, lang)))
        )
    elif len(result.columns) == 1 and (unit := unit_of(result, result.columns[0].kpi, lang)):
        parts.append(unit)
    count, everyone = len(result.chosen), len(result.board.communes)
    if query.merged and count > 1:
        parts.append(look.say("merged", n=count))
    elif count == 1:
        parts.append(result.chosen[0].name)
    elif count == everyone:
        parts.append(look.say("all_communes", n=formats.number(count, 0, lang)))
    else:
        parts.append(look.say("some_communes", n=count, all=everyone))
    if query.conditions:
        parts.append(
            look.say(
                "line_filter", conditions=", ".join(_condition(result, one, look) for one in query.conditions)
            )
        )
    first, last = (formats.period(key, lang) for key in (result.periods[0], result.periods[-1]))
    parts.append(last if first == last else look.say("range", first=first, last=last))
    return " · ".join(parts)


def _condition(result: Result, condition: Condition, look: Look) -> str:
    """A condition as read: ``Hồ sơ trực tuyến dưới 80``."""
    kpi = result.board.site.kpis[condition.kpi]
    places = 0 if condition.number.is_integer() else max(1, kpi.decimals)
    test = say(f"explore.js.test.{condition.test.value}", look.lang)
    return f"{kpi.short.in_(look.lang)} {test} {formats.number(condition.number, places, look.lang)}"


def source(desk: Desk, result: Result, look: Look) -> str:
    """Where the figures come from and which edition they are of."""
    site, edition = desk.board.site, desk.board.edition
    names = dict.fromkeys(
        site.sources[column.kpi.source].name.in_(look.lang)
        if column.kpi.source in site.sources
        else column.kpi.source
        for column in result.columns
    )
    said = look.say(
        "source", sources=", ".join(names), n=formats.number(edition.number, 0, look.lang),
        at=formats.instant(edition.published_at, look.lang),
    )  # fmt: skip
    return f"{said} {look.say('demonstration')}" if site.head.demonstration else said


def _why_empty(result: Result, look: Look) -> str:
    if result.query.view is View.SCATTER and len(result.columns) < 2:
        return look.say("note.two_needed")
    if not result.units and result.query.conditions:
        return look.say("note.none_left")
    return look.say("nothing")


def _map(desk: Desk, result: Result, look: Look) -> dict[str, Any]:
    """What the drawing needs: a value and a letter for every commune of the board, and the classes of changes."""
    column = result.columns[0]
    shown = {unit.id for unit in result.units}
    values: list[float | None] = []
    letters: list[str] = []
    for area in desk.board.communes:
        reading = column.last(area.id) if area.id in shown else None
        cell = reading.cell if reading else None
        if reading is None or not desk.scope.allows(area=area.id):
            values.append(None)
            letters.append("h" if not desk.scope.allows(area=area.id) else "o")
            continue
        values.append(
            None if reading.value is None else formats.rounded(reading.value, result.decimals(column.kpi))
        )
        if result.query.way is Way.VALUE and cell is not None:
            letters.append(letter(cell))
        else:
            letters.append("n" if reading.value is not None else STATE_LETTERS.get(reading.state, "m"))
    whole = column.last(result.root.id) if result.root else None
    found: dict[str, Any] = {
        "kpi": column.kpi.id, "p": column.periods[-1], "v": values, "s": "".join(letters), "e": desk.board.edition.number,
        "unit": unit_of(result, column.kpi, look.lang), "decimals": result.decimals(column.kpi),
        "whole": whole.value if whole else None, "provisional": bool(whole and whole.provisional), "way": result.query.way.value,
    }  # fmt: skip
    if result.query.way is not Way.VALUE:
        scheme = classes(result, column, [value for value in values if value is not None], look)
        found["at"], found["names"] = list(scheme.at), [f"way-{name}" for name in STEPS]
    return found
