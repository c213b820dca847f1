"""Tables of the page of gaps: kinds, communes, exact sets, months, and the register itself under the page's filters.

Owns their columns. Every count of households, people and whatever is protected comes through the shield: what the page
hides stays empty in the file, and the column `hidden` names it, so that an empty cell is never taken for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from ioc import formats
from ioc.exports.dataset import Column, Dataset, Form, Value
from ioc.exports.listed import Listing, column, columns
from ioc.exports.pictures import Chart
from ioc.exports.subjects import View
from ioc.gaps.overview import overlap, signatures, standings, trend
from ioc.gaps.register import communes
from ioc.gaps.tables import ALL, Key
from ioc.jobs.kinds import JobError
from ioc.wording import say
from layouts.parts.gapped import VILLAGES, Gapped, gapped, hidden_words, what

SIGNS = {True: "yes", False: "no"}


def _gapped(view: View) -> Gapped:
    found = gapped(view.options.root, view.board, view.office.warehouse, view.scope)
    if found is None or not found.register.villages:
        raise JobError("exports.refused.empty")
    return found


def _listing(
    view: View, found: Gapped, heads: Sequence[Column], rows: list[tuple[Value, ...]], **more: object
) -> Listing:
    """With where the villages come from, how late they were surveyed, and what is hidden."""
    lang, spec = view.lang, view.board.site.sources[found.register.definitions.villages.source]
    words = hidden_words(found, lang)
    notes = () if words is None else (formats.capital(say("gaps.masked.word", lang) + words),)
    return Listing(
        heads, rows, source=say("exports.source", lang, name=spec.name.in_(lang), system=spec.system),
        as_of=formats.day(found.register.through, lang), notes=notes, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def _kinds(found: Gapped, lang: str) -> list[Column]:
    return [
        Column(name, gap.short.in_(lang), Form.NUMBER)
        for name, gap in found.register.definitions.kinds.items()
    ]


def _hidden(heads: Sequence[Column], values: Sequence[Value]) -> str | None:
    """The headings of cells that are hidden; a count that is shown is a number, if only nought."""
    return ", ".join(head.title for head, value in zip(heads, values, strict=True) if value is None) or None


def _people(found: Gapped, keys: Sequence[Key]) -> tuple[Value, Value]:
    """Households and people of the sets given; hidden both where one is, as on the page."""
    spec, shield = found.register.definitions.villages, found.shield
    households, persons = (shield.together(name, keys) for name in (spec.households, spec.population))
    return (None, None) if households is None or persons is None else (households, persons)


def kinds(view: View) -> Listing:
    """Each kind: how many of how many, whom it touches, what can be closed now and what must wait."""
    found, lang = _gapped(view), view.lang
    heads = columns(
        lang, kind=Form.TEXT, villages=0, among=0, among_name=Form.TEXT, share=1, households=0, people=0, open=0, blocked=0,
        opens=0, unlocked=0, basis=Form.TEXT, hidden=Form.TEXT,
    )  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for one in standings(found.register):
        counted = _people(found, (("kind", one.gap.id),))
        rows.append((
            one.gap.short.in_(lang), one.villages, one.among, one.gap.among_name.in_(lang), one.share, *counted, one.open,
            one.blocked, one.opens, one.unlocked if one.gap.step is not None else 0, one.gap.legal_basis,
            _hidden(heads[5:7], counted),
        ))  # fmt: skip
    paper = (
        "kind",
        "villages",
        "among",
        "share",
        "households",
        "people",
        "open",
        "blocked",
        "unlocked",
        "hidden",
    )
    return _listing(view, found, heads, rows, paper=paper)


def by_commune(view: View) -> Listing:
    """One row a commune under the whole, one column a kind, in what the page counts."""
    found, lang, board = _gapped(view), view.lang, view.board
    kinds_ = list(found.register.definitions.kinds)
    counted = [column("all", lang, Form.NUMBER), *_kinds(found, lang)]
    heads = [*columns(lang, code=Form.CODE, commune=Form.TEXT), *counted, column("hidden", lang)]

    def cells(key: Key, of: dict[str, Key]) -> list[Value]:
        keys = [key, *(of[kind] for kind in kinds_)]
        if found.measure == VILLAGES:
            return [found.shield.tables.villages(one) for one in keys]
        return [found.shield.shown(found.measure, one) for one in keys]

    lines = [(board.root.code, board.root.name, cells(ALL, {kind: ("kind", kind) for kind in kinds_}))]
    areas: list[str | None] = [None]
    for area in communes(board, view.scope):
        of: dict[str, Key] = {kind: ("commune_kind", area.id, kind) for kind in kinds_}
        lines.append((area.code, area.name, cells(("commune", area.id), of)))
        areas.append(area.code)
    rows = [(code, name, *values, _hidden(counted, values)) for code, name, values in lines]
    words = what(found.measure, found, lang)
    return _listing(
        view, found, heads, rows, areas=areas, filters=((say("gaps.measure.title", lang), words),)
    )


def sets(view: View) -> Listing:
    """Villages by the exact set of gaps they have, the largest first."""
    found, lang = _gapped(view), view.lang
    kinds_ = found.register.definitions.kinds
    counted = columns(lang, households=0, people=0)
    heads = [*(Column(name, gap.short.in_(lang)) for name, gap in kinds_.items()), *columns(lang, villages=0), *counted,
             column("hidden", lang)]  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for one, count in sorted(signatures(found.register).items(), key=lambda item: (-item[1], item[0])):
        if one:
            marks = [say(f"gaps.overlap.{'has' if kind in one else 'not'}", lang) for kind in kinds_]
            people = _people(found, (("set", *one),))
            rows.append((*marks, count, *people, _hidden(counted, people)))
    return _listing(view, found, heads, rows)


def pairs(view: View) -> Listing:
    """Every two kinds: how many villages have both, and whom that touches."""
    found, lang = _gapped(view), view.lang
    kinds_ = found.register.definitions.kinds
    counted = columns(lang, households=0, people=0)
    heads = [*columns(lang, kind=Form.TEXT, and_kind=Form.TEXT, villages=0), *counted, column("hidden", lang)]
    rows: list[tuple[Value, ...]] = []
    for first, second in combinations(kinds_, 2):
        count, keys = overlap(found.register, found.shield, first, second)
        people = _people(found, keys)
        rows.append((
            kinds_[first].short.in_(lang), kinds_[second].short.in_(lang), count, *people, _hidden(counted, people),
        ))  # fmt: skip
    return _listing(view, found, heads, rows)


def months(view: View) -> Listing:
    """Month by month, how many villages still had each gap."""
    found, lang = _gapped(view), view.lang
    heads = [*columns(lang, period=Form.CODE, period_name=Form.TEXT), *_kinds(found, lang)]
    rows: list[tuple[Value, ...]] = [
        (
            key,
            formats.capital(formats.period(key, lang)),
            *(counts[kind] for kind in found.register.definitions.kinds),
        )
        for key, _, counts in trend(found.register, view.board)
    ]
    return _listing(view, found, heads, rows, unit=say("gaps.unit", lang))


def months_chart(view: View, dataset: Dataset) -> Chart:
    """A line a kind, each with its own dash, so that print needs no colour."""
    from layouts.theme import palette

    colours, dashes = palette("day"), ("solid", "dash", "dot", "dashdot", "longdash")
    lines = [
        {
            "type": "scatter", "mode": "lines", "name": head.title, "x": [f"{row[0]}-01" for row in dataset.rows],
            "y": [row[at + 2] for row in dataset.rows], "line": {"color": colours["ink"], "width": 2, "dash": dashes[at % 5]},
        }
        for at, head in enumerate(dataset.columns[2:])
    ]  # fmt: skip
    return Chart({"data": lines, "layout": {"showlegend": True, "yaxis": {"rangemode": "tozero"}}})


def villages(view: View) -> Listing:
    """The villages that the page's filters leave, with their gaps, points, surveys and what is said of them."""
    found, lang, board = _gapped(view), view.lang, view.board
    spec, rule, shield = (
        found.register.definitions.villages,
        found.register.definitions.protection,
        found.shield,
    )
    guarded = [one.column for one in rule.count if one.column in shield.tables.counts] if rule else []
    counted = [
        *columns(lang, households=0, people=0),
        *(Column(name, formats.capital(what(name, found, lang)), Form.NUMBER) for name in guarded),
    ]
    heads = [
        *columns(lang, village_code=Form.CODE, village=Form.TEXT, code=Form.CODE, commune=Form.TEXT), *counted,
        *columns(lang, hidden=Form.TEXT, gaps=Form.TEXT, point=Form.TEXT, latitude=4, longitude=4, surveyed=Form.DAY,
                 overdue=Form.TEXT, disputed=Form.TEXT, origin=Form.TEXT),
    ]  # fmt: skip
    areas = {area.id: area for area in board.communes}
    rows: list[tuple[Value, ...]] = []
    for one in found.listed(board):
        area, key = areas[one.area], ("village", one.id)
        people = [shield.shown(name, key) for name in (spec.households, spec.population, *guarded)]
        events = found.lineage.of(one.id)
        rows.append((
            one.id, one.name, area.code, area.name, *people, _hidden(counted, people),
            ", ".join(gap.short.in_(lang) for kind, gap in found.register.definitions.kinds.items() if kind in one.gaps) or None,
            say(f"gaps.standing.{one.standing}", lang), one.lat, one.lon, one.surveyed,
            say(f"exports.{SIGNS[found.overdue(one)]}", lang),
            ", ".join(said.subject.name.in_(lang) for said in found.words.conflicts(one.id)) or None,
            "; ".join(f"{say(f'gaps.event.{event.what}', lang)}: {event.name} ({event.former})" for event in events) or None,
        ))  # fmt: skip
    paper = (
        "village",
        "commune",
        "households",
        "people",
        *guarded,
        "hidden",
        "gaps",
        "point",
        "surveyed",
        "overdue",
        "disputed",
    )
    return _listing(view, found, heads, rows, filters=_filters(found, lang), paper=paper)


def _filters(found: Gapped, lang: str) -> tuple[tuple[str, str], ...]:
    pairs = (
        ("by_kind", found.kind.short.in_(lang) if found.kind else ""),
        ("by_standing", say(f"gaps.standing.{found.standing}", lang) if found.standing else ""),
        ("by_flag", ", ".join(say(f"gaps.flag.{one}", lang) for one in sorted(found.flags))),
    )
    named = [(say(f"gaps.list.{name}", lang), value) for name, value in pairs if value]
    return (*(((say("gaps.communes.commune", lang), found.area.name),) if found.area else ()), *named)
