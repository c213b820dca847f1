"""What a commune's profile says beside its KPIs: facts, similar communes, alerts, reporting record, former units.

Owns these sections and their words; what is alike, open, late or merged is decided in `ioc`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from dash import html

from ioc import formats
from ioc.alerts import words as alert_words
from ioc.areas import GSO, REFORM, Area, LinkKind, name_key
from ioc.catalogue import Grade
from ioc.peers import likeness, peers
from ioc.quality.supply import Entry, Standing
from ioc.traits import Trait
from ioc.wording import say
from layouts.address import ALERTS, QUALITY, commune_link, link
from layouts.desk import Desk
from layouts.parts.alert import severity, unresolved
from layouts.parts.export import headed
from layouts.parts.grade import shape
from layouts.parts.quality import bars

PERIODS = 12
"""Periods of the reporting record that are shown."""
_GRADES = {Standing.ON_TIME: Grade.GOOD, Standing.LATE: Grade.WATCH, Standing.MISSING: Grade.BAD}


def _say(desk: Desk, key: str, **values: object) -> str:
    return say(f"profile.{key}", desk.lang, **values)


def facts(area: Area, desk: Desk) -> html.Dl:
    """The commune by its traits, each with its unit and where it comes from."""
    rows = []
    for trait, value, period in likeness(desk.board, desk.scope).facts(area.id):
        at = _say(desk, "fact_at", period=formats.period(period, desk.lang, short=True)) if period else None
        where = at or (_say(desk, "fact_register") if trait.of in ("km2", "ward", "distance") else None)
        rows.append(
            html.Div(
                [
                    html.Dt(trait.name.in_(desk.lang)),
                    html.Dd(_measure(trait, value, desk), className="figures"),
                    html.Dd(where, className="quiet") if where else None,
                ]
            )
        )
    return html.Dl(rows, className="profile-facts", **{"aria-label": _say(desk, "facts")})


def _measure(trait: Trait, value: float | None, desk: Desk) -> str:
    unit = trait.unit.in_(desk.lang) if trait.unit else ""
    return formats.quantity(value, unit, trait.decimals, desk.lang)


def alike(area: Area, desk: Desk) -> html.Section:
    """The similar communes beside this one, trait by trait."""
    found, known = peers(desk.board, area.id, desk.scope), likeness(desk.board, desk.scope)
    head = html.H2(_say(desk, "alike.title"))
    if not found:
        return html.Section([head, html.P(_say(desk, "alike.nobody"), className="quiet")])
    names = ", ".join(trait.name.in_(desk.lang).lower() for trait in known.traits)
    heads = [html.Th(_say(desk, "alike.name"), scope="col")]
    heads += [html.Th(trait.name.in_(desk.lang), scope="col", className="figures") for trait in known.traits]
    heads.append(
        html.Th(
            _say(desk, "alike.distance"),
            scope="col",
            className="figures",
            title=_say(desk, "alike.distance_help"),
        )
    )
    rows = [_alike_row(html.Strong(_say(desk, "alike.this", name=area.name)), area, None, desk)]
    for peer in found:
        name = html.A(peer.area.name, href=commune_link(desk, peer.area.code), className="go")
        rows.append(_alike_row(name, peer.area, peer.distance, desk))
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="plain-table alike-table")
    return html.Section(
        [
            headed(head, desk, "profile-alike", xa=area.code),
            html.P(_say(desk, "alike.lead", traits=names), className="quiet"),
            html.Div(table, className="table-scroll", tabIndex=0),
        ],
        className="profile-alike",
    )


def _alike_row(name: Any, area: Area, distance: float | None, desk: Desk) -> html.Tr:
    known = likeness(desk.board, desk.scope).facts(area.id)
    cells = [
        html.Td(formats.number(value, trait.decimals, desk.lang), className="figures")
        for trait, value, _ in known
    ]
    far = html.Td(formats.number(distance, 2, desk.lang), className="figures quiet")
    return html.Tr(
        [html.Th(name, scope="row"), *cells, far], className="" if distance is not None else "is-chosen"
    )


def alerts(area: Area, desk: Desk) -> html.Section:
    """Open alerts that name the commune, with its own value."""
    site, lang = desk.board.site, desk.lang
    mine = (
        []
        if desk.fixed
        else [one for one in unresolved(desk) if any(m.member == area.id for m in one.members)]
    )
    rows = []
    for one in mine:
        member = next(found for found in one.members if found.member == area.id)
        value = alert_words.member_value(member, one, site, lang)
        since = formats.age_of(member.since, desk.now, lang)
        text = [html.Span(alert_words.title(one, site, lang)), html.Strong(value, className="figures")]
        rows.append(
            html.Li(
                [
                    severity(one, desk),
                    html.A(text, href=f"{ALERTS}#canh-bao-{one.id}", className="go"),
                    html.Time(since, dateTime=member.since.isoformat(), className="age quiet"),
                ]
            )
        )
    none = _say(desk, "alerts.past" if desk.fixed else "alerts.none")
    body = html.Ul(rows, className="profile-alerts") if rows else html.P(none, className="quiet")
    head: Any = html.H2(_say(desk, "alerts.title"))
    return html.Section([headed(head, desk, "alerts", xa=area.code) if rows else head, body])


def record(area: Area, supplied: Mapping[str, Sequence[Entry]], desk: Desk) -> html.Section:
    """Source by source: the quality of the commune's own figures, and how it handed in its data."""
    rows = [_source(name, area, supplied.get(name, ()), desk) for name in desk.quality]
    head = html.H2(_say(desk, "record.title"))
    if not rows:
        return html.Section([head, html.P(_say(desk, "record.none"), className="quiet")])
    heads = [
        html.Th(_say(desk, f"record.{name}"), scope="col") for name in ("source", "quality", "ledger_head")
    ]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="plain-table record-table")
    return html.Section([headed(head, desk, "profile-record", xa=area.code), table])


def _source(name: str, area: Area, entries: Sequence[Entry], desk: Desk) -> html.Tr:
    report, spec = desk.quality[name], desk.board.site.sources[name]
    due = [one for one in entries if one.units > 1 and one.due + timedelta() <= desk.now][-PERIODS:]
    came = [(one, standing_of(area.id, one)) for one in due]
    marks: list[Any] = [
        html.Span(
            shape(_GRADES[standing]), className=f"record-mark is-{_GRADES[standing]}",
            title=_say(
                desk, "record.sum", period=formats.capital(formats.period(one.period.key, desk.lang)),
                standing=_say(desk, f"record.{standing}"),
            ),
        )
        for one, standing in came
    ]  # fmt: skip
    count = sum(standing is Standing.ON_TIME for _, standing in came)
    told = f"{count}/{len(came)} {_say(desk, 'record.on_time')}"
    supply: Any = html.Span(_say(desk, "record.whole"), className="quiet")
    if came:
        supply = [
            html.Span(told, className="figures"),
            html.Span(marks, className="record-marks", role="img", **{"aria-label": told}),
        ]
    return html.Tr(
        [
            html.Th(html.A(spec.name.in_(desk.lang), href=link(QUALITY, nguon=name, xa=area.code), className="go"), scope="row"),
            html.Td(bars(report.score(desk.now, None, area.id), desk)),
            html.Td(supply, className="record-supply"),
        ]
    )  # fmt: skip


def standing_of(area: str, entry: Entry) -> Standing:
    """How one commune met an obligation that is due."""
    if area in entry.absent:
        return Standing.MISSING
    return Standing.LATE if area in entry.behind else Standing.ON_TIME


def formed(area: Area, desk: Desk) -> html.Section:
    """The units of before the reform that went into the commune, and whose code it carries now."""
    register, lang = desk.board.register, desk.lang
    into = [
        (register.by_id[one.old], one.kind)
        for one in register.links
        if one.new == area.id and one.old in register.by_id and register.by_id[one.old].valid_to is not None
    ]
    into.sort(key=lambda pair: formats.sort_key(pair[0].short_name))
    parts: list[Any] = [headed(html.H2(_say(desk, "former.title")), desk, "profile-former", xa=area.code)]
    if not into:
        parts.append(html.P(_say(desk, "former.none"), className="quiet"))
    elif len(into) == 1 and into[0][1] is LinkKind.SAME:
        parts.append(html.P(_say(desk, "former.same", name=into[0][0].name)))
    else:
        heads = [html.Th(_say(desk, f"former.{name}"), scope="col") for name in ("unit", "code", "how")]
        rows = [
            html.Tr(
                [
                    html.Th(old.name, scope="row"),
                    html.Td(old.code, className="figures"),
                    html.Td(_say(desk, "former.split" if kind is LinkKind.SPLIT else "former.merge")),
                ]
            )
            for old, kind in into
        ]
        parts.append(html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="plain-table"))
    before = register.find(GSO, area.code, REFORM - timedelta(days=1))
    if before is not None and name_key(before.name) != name_key(area.name):
        parts.append(
            html.P(say("profile.former.reused", lang, code=area.code, name=before.name), className="quiet")
        )
    return html.Section(parts)
