"""Tables of what deserves attention: KPIs with their findings, the clusters of one, and the communes that moved.

Owns their columns and what a pattern means by a KPI's direction. Findings rest on all communes, so that only who may see
all of them may take them away, as on the page.
"""

from __future__ import annotations

from ioc import formats
from ioc.catalogue import Direction, Kpi
from ioc.clusters import sheet as sheets
from ioc.clusters.moran import Pattern
from ioc.clusters.sheet import Findings, Sheet
from ioc.exports.dataset import Dataset, Form, Value
from ioc.exports.listed import Listing, columns
from ioc.exports.pictures import Entry, Map
from ioc.exports.subjects import View
from ioc.jobs.kinds import JobError
from ioc.wording import say

GROUPS = {
    (Pattern.HIGH, Direction.UP): "good", (Pattern.LOW, Direction.UP): "bad",
    (Pattern.HIGH, Direction.DOWN): "bad", (Pattern.LOW, Direction.DOWN): "good",
    (Pattern.HIGH_AMONG_LOW, Direction.UP): "better", (Pattern.LOW_AMONG_HIGH, Direction.UP): "worse",
    (Pattern.HIGH_AMONG_LOW, Direction.DOWN): "worse", (Pattern.LOW_AMONG_HIGH, Direction.DOWN): "better",
    (Pattern.HIGH, Direction.NEUTRAL): "high", (Pattern.LOW, Direction.NEUTRAL): "low",
    (Pattern.HIGH_AMONG_LOW, Direction.NEUTRAL): "higher", (Pattern.LOW_AMONG_HIGH, Direction.NEUTRAL): "lower",
}  # fmt: skip
"""What a pattern means where high is good, where it is bad, and where it is neither."""
CLASSES = {
    "bad": "grade-b", "worse": "grade-b", "good": "grade-g", "better": "grade-g", "high": "grade-w", "higher": "grade-w",
    "low": "grade-n", "lower": "grade-n",
}  # fmt: skip
"""How a group is painted, as on the page."""
ORDER = ("bad", "worse", "good", "better", "high", "low", "higher", "lower")


def grouped(kpi: Kpi, found: Findings) -> dict[str, list[str]]:
    """Codes of the communes by what their pattern means, in the order of the page."""
    groups: dict[str, list[str]] = {name: [] for name in ORDER}
    for one in found.clusters:
        groups[GROUPS[one.pattern, kpi.direction]].append(one.code)
    return {name: codes for name, codes in groups.items() if codes}


def _sheet(view: View) -> Sheet:
    if view.scope.areas is not None:
        raise JobError("exports.refused.unknown")
    found = sheets.newest(view.office.settings.data, view.board.edition.number)
    if found is None:
        raise JobError("exports.refused.empty")
    return found


def _of(view: View) -> tuple[Sheet, Kpi, Findings]:
    found, kpi = _sheet(view), view.board.kpi(view.options.root.get("kpi", ""), view.scope)
    if kpi.id not in found.kpis:
        raise JobError("exports.refused.empty")
    return found, kpi, found.kpis[kpi.id]


def _notes(found: Sheet, lang: str) -> tuple[str, ...]:
    basis = say(f"attention.{'schematic' if found.schematic else 'official'}", lang)
    return (say("attention.stamp", lang, edition=formats.number(found.edition, 0, lang), map=basis),)


def kpis(view: View) -> Listing:
    """Every KPI with findings and how many of each, those with most first."""
    found, lang, site = _sheet(view), view.lang, view.board.site
    heads = columns(
        lang,
        kpi=Form.CODE,
        kpi_name=Form.TEXT,
        low_good=0,
        high_good=0,
        odd=0,
        moved=0,
        period=Form.CODE,
        tested=0,
    )
    rows: list[tuple[Value, ...]] = []
    for name, kpi in site.kpis.items():
        if name in found.kpis and view.scope.allows(kpi=name):
            one = found.kpis[name]
            groups = grouped(kpi, one)
            counts = [
                sum(len(groups.get(group, ())) for group in members)
                for members in (("bad", "low"), ("good", "high"), ("better", "worse", "higher", "lower"))
            ]
            if one.clusters or one.shifts:
                rows.append((name, kpi.name.in_(lang), *counts, len(one.shifts), one.period, one.tested))
    rows.sort(key=lambda row: -sum(int(str(count)) for count in row[2:6]))
    return Listing(heads, rows, notes=_notes(found, lang))


def clusters(view: View) -> Listing:
    """The communes of one KPI (`kpi`) that lie in a cluster or stand out from their neighbours."""
    found, kpi, one = _of(view)
    lang, board = view.lang, view.board
    areas, chances = (
        {area.code: area for area in board.communes},
        {item.code: item.p for item in one.clusters},
    )
    heads = columns(lang, code=Form.CODE, commune=Form.TEXT, pattern=Form.TEXT, figure=kpi.decimals, chance=3)
    rows: list[tuple[Value, ...]] = [
        (code, areas[code].name, say(f"attention.group.{group}", lang),
         board.cell(kpi.id, areas[code].id, one.period, view.scope).value, chances[code])
        for group, codes in grouped(kpi, one).items() for code in codes if code in areas
    ]  # fmt: skip
    codes = [str(row[0]) for row in rows]
    return Listing(
        heads, rows, areas=codes, subject=f"{say('exports.table.attention_clusters', lang)} {kpi.short.in_(lang)}", title=f"{say('exports.table.attention_clusters', lang)}: {kpi.name.in_(lang)}",
        unit=kpi.unit.in_(lang), time=one.period, period=formats.capital(formats.period(one.period, lang)), notes=_notes(found, lang),
    )  # fmt: skip


def clusters_map(view: View, dataset: Dataset) -> Map:
    """The map of the page: clusters and communes apart from their neighbours, each with its figure."""
    _, kpi, one = _of(view)
    lang, board = view.lang, view.board
    classes = {area.code: "no-p" for area in board.communes}
    values: dict[str, str] = {}
    told: dict[str, list[str]] = {}
    known = {area.code: area.id for area in board.communes}
    for group, codes in grouped(kpi, one).items():
        told.setdefault(CLASSES[group], []).append(say(f"attention.group.{group}", lang))
        for code in codes:
            classes[code] = CLASSES[group]
            values[code] = formats.number(
                board.cell(kpi.id, known[code], one.period, view.scope).value, kpi.decimals, lang
            )
    return Map(
        classes=classes,
        names={area.code: area.name.removeprefix("Xã ").removeprefix("Phường ") for area in board.communes},
        values=values,
        legend=tuple(
            Entry(name, "; ".join(words), "", sum(found == name for found in classes.values()))
            for name, words in told.items()
        ),
        legend_title=f"{kpi.short.in_(lang)}\n{kpi.unit.in_(lang)}, {formats.period(one.period, lang)}",
    )


def shifts(view: View) -> Listing:
    """The communes of one KPI (`kpi`) that moved unlike those of their kind."""
    found, kpi, one = _of(view)
    lang, areas = view.lang, {area.code: area for area in view.board.communes}
    places = kpi.decimals
    heads = columns(
        lang,
        code=Form.CODE,
        commune=Form.TEXT,
        then=places,
        now=places,
        peers_then=places,
        peers_now=places,
        by=places,
    )
    turn = -1 if kpi.direction is Direction.DOWN else 1
    rows: list[tuple[Value, ...]] = [
        (item.code, areas[item.code].name, item.then, item.now, item.peers_then, item.peers_now, turn * item.by)
        for item in one.shifts if item.code in areas
    ]  # fmt: skip
    span = ""
    if one.compared:
        then, now = (formats.period(key, lang) for key in one.compared)
        span = say("exports.span", lang, first=formats.capital(then), last=now)
    return Listing(
        heads, rows, areas=[str(row[0]) for row in rows], unit=kpi.unit.in_(lang), time=one.period, period=span,
        title=f"{say('exports.table.attention_shifts', lang)}: {kpi.name.in_(lang)}", notes=_notes(found, lang),
    )  # fmt: skip
