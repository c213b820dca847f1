"""Tables of the quality page below its sources: communes of one source by criterion, and the supply ledger of a year.

Owns their columns. Both are taken at the time of the edition, as the tables of sources and KPIs are.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from ioc import formats
from ioc.access import Scope
from ioc.areas import DEPARTMENTS, Register
from ioc.board import Board
from ioc.exports.dataset import Form, Value
from ioc.exports.listed import Listing, columns
from ioc.exports.listings import criteria, reported, scored
from ioc.exports.subjects import View
from ioc.jobs.kinds import JobError
from ioc.periods import VIETNAM
from ioc.quality.supply import Entry, ledger
from ioc.quality.workdays import Workdays
from ioc.warehouse import Warehouse
from ioc.wording import say

__all__ = ["by_area", "criteria", "deadline", "reported", "scored", "supplied", "supply", "who"]


def supplied(board: Board, warehouse: Warehouse, source: str, now: datetime) -> list[Entry]:
    """The ledger of one source."""
    spec = board.site.sources[source]
    units = [area.id for area in board.communes] if spec.supply else [board.root.id]
    return ledger(spec, warehouse.receipts(source), units, Workdays.of(board.site.holidays), now)


def deadline(entry: Entry, lang: str) -> str:
    """``hết ngày 10/11/2026`` for a term that ends at midnight, else the time of day."""
    local = entry.due.astimezone(VIETNAM)
    if local.time() == time():
        return say("quality.ledger.due_end", lang, day=formats.day(local.date() - timedelta(days=1), lang))
    return formats.instant(entry.due, lang)


def by_area(view: View) -> Listing:
    """The communes of one source (`nguon`), for all its KPIs or for one (`kpi`), the weakest first."""
    board, scope, lang, at = view.board, view.scope, view.lang, view.board.edition.published_at
    report, kpi = reported(view).get(view.options.root.get("nguon", "")), view.options.root.get("kpi")
    if report is None:
        raise JobError("exports.refused.unknown")
    entry = board.kpi(kpi, scope) if kpi else None
    places = [(area.id, area.code, area.name) for area in board.communes if scope.allows(area=area.id)]
    if scope.allows(area=board.root.id):
        more = ((board.root.id + DEPARTMENTS, "quality.departments"), (board.root.id, "quality.unplaced"))
        places += [(place, "", say(words, lang)) for place, words in more if place in report.rows]
    heads = [
        *columns(lang, code=Form.CODE, commune=Form.TEXT),
        *criteria(lang),
        *columns(lang, present=0, due=0),
    ]
    found: list[tuple[Value, ...]] = []
    for place, code, name in places:
        counts, score = report.counts(kpi, place), report.score(at, kpi, place)
        found.append((code or None, name, *scored(score), counts.present, counts.due))
    overall = len(heads) - 3
    found.sort(
        key=lambda row: (
            row[0] is None,
            101.0 if row[overall] is None else row[overall],
            formats.sort_key(str(row[1])),
        )
    )
    filters = [(say("exports.list.source", lang), report.spec.name.in_(lang))]
    if entry is not None:
        filters.append((say("exports.list.kpi_name", lang), entry.name.in_(lang)))
    areas = [None if row[0] is None else str(row[0]) for row in found]
    return Listing(heads, found, areas=areas, filters=tuple(filters), source=report.spec.name.in_(lang))


def who(entry: Entry, register: Register, scope: Scope, lang: str, most: int | None = None) -> str:
    """Who has not handed in or came late: communes in scope by name, up to about `most`; the others are counted."""
    if entry.units == 1:
        return say("quality.ledger.whole", lang)
    units = [unit for unit in (*entry.absent, *entry.behind) if unit in register.by_id]
    names = [register.by_id[unit].name for unit in units if scope.allows(area=unit)]
    if most is not None and len(names) > most + 1:  # a single one more is named as shortly as it is counted
        names = names[:most]
    rest, words = len(units) - len(names), ", ".join(names)
    if not rest:
        return words
    return say("quality.ledger.who_more" if names else "quality.ledger.who_others", lang, names=words, n=rest)


def supply(view: View) -> Listing:
    """Every obligation of a year (`nam`): who owed what by when, when it came and from whom it has not come."""
    board, lang, site, at = view.board, view.lang, view.board.site, view.board.edition.published_at
    year = view.options.root.get("nam") or str(at.year)
    if not (year.isdecimal() and len(year) == 4):
        raise JobError("exports.refused.unknown")
    heads = columns(
        lang, owner=Form.TEXT, source=Form.TEXT, period=Form.CODE, period_name=Form.TEXT, deadline=Form.TEXT,
        standing=Form.TEXT, first=Form.TEXT, last=Form.TEXT, units=0, in_time=0, late=0, missing=0, who=Form.TEXT, reminders=0,
    )  # fmt: skip
    found: list[tuple[tuple[object, ...], tuple[Value, ...]]] = []
    for source, spec in site.sources.items():
        for one in supplied(board, view.office.warehouse, source, at):
            if one.period.last.year != int(year):
                continue
            owner = site.departments[spec.owner].name.in_(lang)
            late = who(one, board.register, view.scope, lang) if one.absent or one.behind else None
            moments = (formats.instant(moment, lang) if moment else None for moment in (one.first, one.last))
            found.append(((formats.sort_key(owner), source, one.period.key), (
                owner, spec.name.in_(lang), one.period.key, formats.capital(formats.period(one.period.key, lang)),
                formats.capital(deadline(one, lang)), say(f"quality.ledger.{one.standing}", lang), *moments, one.units,
                one.on_time, one.late, one.missing, late, one.reminders,
            )))  # fmt: skip
    found.sort(key=lambda pair: pair[0])
    return Listing(
        heads,
        [row for _, row in found],
        time=year,
        filters=((say("quality.ledger.year", lang), year),),
        paper=(
            "owner",
            "source",
            "period_name",
            "deadline",
            "standing",
            "in_time",
            "late",
            "missing",
            "who",
            "reminders",
        ),
    )
