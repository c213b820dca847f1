"""What deserves attention, told: the list of KPIs with findings, the findings of one, and how to understand them.

Owns the words and marks. High is good or bad by the KPI's direction; a pattern is always a shape and words, never a colour
alone. What was found is `ioc.clusters`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from ioc import formats
from ioc.areas import Area
from ioc.catalogue import Direction, Kpi
from ioc.clusters.moran import ALPHA, PERMUTATIONS
from ioc.clusters.sheet import Findings, Sheet
from ioc.clusters.shifts import Shift
from ioc.wording import say
from layouts.address import ATTENTION, KPIS, MAP, commune_link, link, passport_link
from layouts.desk import Desk
from layouts.parts.export import headed
from layouts.tables.attention import grouped

SHAPES = {
    "bad": "bad", "worse": "bad", "fallen": "bad", "good": "good", "better": "good", "improved": "good", "high": "watch",
    "low": "none", "higher": "watch", "lower": "none",
}  # fmt: skip
MOST = 12


def _say(desk: Desk, key: str, **values: object) -> str:
    return say(f"attention.{key}", desk.lang, **values)


def told(found: Sheet, desk: Desk) -> list[str]:
    """KPIs in scope that have findings, those with most first."""
    known = [name for name in desk.board.site.kpis if name in found.kpis and desk.scope.allows(kpi=name)]
    size = {name: len(found.kpis[name].clusters) + len(found.kpis[name].shifts) for name in known}
    return sorted((name for name in known if size[name]), key=lambda name: -size[name])


def stamp(found: Sheet, desk: Desk) -> html.P:
    """Which edition and which map the findings rest on."""
    number = formats.number(found.edition, 0, desk.lang)
    basis = _say(desk, "schematic" if found.schematic else "official")
    return html.P(_say(desk, "stamp", edition=number, map=basis), className="quiet")


def listing(found: Sheet, kpis: Sequence[str], chosen: str, desk: Desk) -> html.Section:
    """Every KPI with findings and how many of each; the others are counted."""
    lang, site = desk.lang, desk.board.site
    ban = str(desk.board.edition.number) if desk.fixed else None
    columns = (
        ("bad", ("bad", "low")),
        ("good", ("good", "high")),
        ("other", ("better", "worse", "higher", "lower")),
    )
    rows = []
    for name in kpis:
        groups = grouped(site.kpis[name], found.kpis[name])
        counts = [sum(len(groups.get(group, ())) for group in members) for _, members in columns]
        counts.append(len(found.kpis[name].shifts))
        rows.append(
            html.Tr(
                [
                    html.Th(html.A(site.kpis[name].short.in_(lang), href=link(ATTENTION, kpi=name, ban=ban), className="go",
                                   **({"aria-current": "true"} if name == chosen else {})), scope="row"),
                    *(html.Td(str(count) if count else "–", className="figures") for count in counts),
                ],
                className="is-chosen" if name == chosen else "",
            )
        )  # fmt: skip
    heads = [
        html.Th(_say(desk, f"head.{name}"), scope="col")
        for name in ("kpi", *(name for name, _ in columns), "shift")
    ]
    rest = sum(desk.scope.allows(kpi=name) and name in site.kpis for name in found.kpis) - len(kpis)
    return html.Section(
        [
            headed(html.H2(_say(desk, "list")), desk, "attention"),
            html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="plain-table attention-list")
            if rows
            else None,
            html.P(_say(desk, "quiet", n=rest), className="quiet"),
        ]
    )


def story(sheet: Sheet, name: str, desk: Desk) -> html.Section:
    """One KPI: its map of clusters, the communes of each kind, and those that moved."""
    kpi, found, lang = desk.board.site.kpis[name], sheet.kpis[name], desk.lang
    ban = str(desk.board.edition.number) if desk.fixed else None
    period = formats.period(found.period, lang)
    groups = grouped(kpi, found)
    areas = {area.code: area for area in desk.board.communes}
    parts: list[Any] = [
        headed(
            html.H2(html.A(kpi.name.in_(lang), href=link(KPIS, kpi=name, ban=ban), className="go")),
            desk,
            "attention-clusters",
            kpi=name,
        ),
        html.P(
            _say(desk, "tested", period=formats.capital(period), tested=found.tested, all=found.communes),
            className="quiet",
        ),
    ]
    if groups:
        marks = {f"data-{group}": " ".join(codes) for group, codes in groups.items()}
        label = "; ".join(f"{_say(desk, f'group.{group}')}: {len(codes)}" for group, codes in groups.items())
        parts.append(
            html.Div(
                id="attention-map", className="attention-map", role="img", **{"aria-label": label, **marks}
            )
        )
    for group, codes in groups.items():
        parts += [
            _heading(group, desk),
            html.Ul(
                [_commune(areas[code], kpi, found.period, desk) for code in codes if code in areas],
                className="attention-communes",
            ),
        ]
    parts += _moved(kpi, found, areas, desk)
    if len(parts) == 2:
        parts.append(html.P(_say(desk, "nothing")))
    parts.append(
        html.P(
            html.A(
                desk.say("nav.map"),
                href=link(MAP, kpi=name, ky=found.period, ban=ban),
                className="go button is-quiet",
            ),
            className="choices",
        )
    )
    return html.Section(parts, className="attention-story")


def _heading(group: str, desk: Desk) -> html.H3:
    mark = html.Span(className=f"shape shape-{SHAPES[group]}", **{"aria-hidden": "true"})
    return html.H3([mark, _say(desk, f"group.{group}")], className=f"is-{SHAPES[group]}")


def _commune(area: Area, kpi: Kpi, period: str, desk: Desk) -> html.Li:
    cell = desk.board.cell(kpi.id, area.id, period, desk.scope)
    value = formats.quantity(cell.value, kpi.unit.in_(desk.lang), kpi.decimals, desk.lang)
    return html.Li(
        [
            html.A(area.name, href=commune_link(desk, area.code), className="go"),
            html.A(
                value,
                href=passport_link(desk, kpi.id, period, area.code),
                className="go figures passport-link",
            ),
        ]
    )


def _moved(kpi: Kpi, found: Findings, areas: dict[str, Area], desk: Desk) -> list[Any]:
    parts: list[Any] = []
    for group, rows in (
        ("fallen", [one for one in found.shifts if one.by < 0]),
        ("improved", [one for one in found.shifts if one.by > 0]),
    ):
        known = [one for one in rows if one.code in areas]
        if known and found.compared:
            then, now = (formats.period(key, desk.lang) for key in found.compared)
            heads = [
                html.Th(_say(desk, f"head.{name}"), scope="col")
                for name in ("commune", "value", "peers", "by")
            ]
            body = [_shift(one, areas[one.code], kpi, desk) for one in known[:MOST]]
            parts += [
                headed(_heading(group, desk), desk, "attention-shifts", kpi=kpi.id),
                html.P(formats.capital(_say(desk, "compared", now=now, then=then)), className="quiet"),
                html.Table(
                    [html.Thead(html.Tr(heads)), html.Tbody(body)], className="plain-table attention-shifts"
                ),
            ]
            if len(known) > MOST:
                parts.append(html.P(_say(desk, "more", n=len(known) - MOST), className="quiet"))
    return parts


def _shift(one: Shift, area: Area, kpi: Kpi, desk: Desk) -> html.Tr:
    lang = desk.lang
    pairs = ((one.then, one.now), (one.peers_then, one.peers_now))
    shown = [" → ".join(formats.number(value, kpi.decimals, lang) for value in pair) for pair in pairs]
    turn = -1 if kpi.direction is Direction.DOWN else 1
    unit = kpi.unit.in_(lang)
    by = formats.signed(turn * one.by, "" if unit == "%" else unit, kpi.decimals, lang)
    return html.Tr(
        [
            html.Th(html.A(area.name, href=commune_link(desk, area.code), className="go"), scope="row"),
            *(html.Td(text, className="figures") for text in (*shown, by)),
        ]
    )


def meaning(desk: Desk) -> html.Section:
    """What the findings say and what they do not, in plain words, and the method in one sentence."""
    rows = [
        html.Div(
            [
                html.Dt(_say(desk, f"means.{kind}")),
                html.Dd(_say(desk, f"means.{clause}")),
                html.Dd(_say(desk, f"means.{other}")),
            ]
        )
        for kind, clause, other in (("does", "clusters", "shifts"), ("not", "clusters_not", "shifts_not"))
    ]
    how = _say(
        desk,
        "means.method",
        n=formats.number(PERMUTATIONS, 0, desk.lang),
        alpha=formats.percent(100 * ALPHA, 0, desk.lang),
    )
    return html.Section(
        [html.H2(_say(desk, "means.title")), html.Dl(rows), html.P(how, className="quiet")],
        className="attention-means",
    )
