"""Inside a commune: its villages with signal, cable and grid, and of a chosen village the chain from grid to services.

Owns what the panel beside the map says on these two levels. Attributes are read as the village's source gives them; an
attribute that is not there is said to be unknown, never taken for a service.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import parse_qs

from dash import html

from ioc import formats
from ioc.areas import Area
from ioc.observations import Place
from ioc.periods import VIETNAM
from ioc.wording import say
from layouts.address import MAP, View, link, passport_link
from layouts.desk import Desk
from layouts.parts.grade import badge

KIND = "village"
SIGNALS = ("none", "weak", "covered")
_LINKS = (("fibre", "fibre_since"), ("grid", "grid_since"))


def drilled(view: View, search: str | None, desk: Desk) -> list[Any]:
    """The panel of the commune or village that the address is inside of; empty on the province's level."""
    asked = {name: found[-1] for name, found in parse_qs((search or "").removeprefix("?")).items()}
    if view.area is None or asked.get("cap") != "xa":
        return []
    villages = [one for one in desk.board.places(KIND, desk.scope) if one.area == view.area.id]
    chosen = next((one for one in villages if one.id == asked.get("thon")), None)
    if chosen is not None:
        return _village(chosen, view, view.area, desk)
    return _commune(villages, view, view.area, desk)


def _commune(villages: list[Place], view: View, area: Area, desk: Desk) -> list[Any]:
    lang = desk.lang
    head = _head(area.name, _say(desk, "count", n=formats.number(len(villages), 0, lang)), desk)
    profile = html.A(_say(desk, "profile"), href=f"/xa/{area.code}", className="go")
    inside = html.A(_say(desk, "numbers"), href=link(MAP, kpi=view.kpi.id, ky=view.period, xa=area.code), className="go")  # fmt: skip
    links = html.P([profile, inside], className="village-links")
    if not villages:
        return [head, html.P(_say(desk, "none")), links]
    heads = [html.Th(_say(desk, f"head_{name}"), scope="col") for name in ("name", "households", "mobile", "fibre", "grid")]  # fmt: skip
    ordered = sorted(villages, key=lambda one: (-_lacking(one), formats.sort_key(one.name)))
    rows = [html.Tr(_row(one, view, area, desk)) for one in ordered]
    unplaced = sum(one.lat is None or one.lon is None for one in villages)
    return [
        head,
        _summary(villages, desk),
        html.P(_say(desk, "unplaced", n=unplaced), className="quiet") if unplaced else None,
        links,
        html.Div(
            html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="village-table"),
            className="panel-scroll",
        ),
    ]


def _summary(villages: list[Place], desk: Desk) -> html.Dl:
    """How many villages stand how, and how many households live in those that lack something."""
    lang = desk.lang

    def line(text: str, found: list[Place]) -> html.Div:
        homes = sum(_number(one.attributes.get("households")) for one in found)
        told = _say(desk, "of_which", n=formats.number(len(found), 0, lang), households=formats.number(homes, 0, lang))  # fmt: skip
        return html.Div([html.Dt(text), html.Dd(told, className="figures")])

    lines = [
        line(_say(desk, f"mobile_{state}"), [one for one in villages if one.attributes.get("mobile_state") == state])
        for state in SIGNALS
    ]  # fmt: skip
    lines += [
        line(_say(desk, f"{name}_no"), [one for one in villages if _flag(one, name) is False])
        for name, _ in _LINKS
    ]
    return html.Dl(lines, className="village-summary")


def _row(one: Place, view: View, area: Area, desk: Desk) -> list[Any]:
    address = link(MAP, kpi=view.kpi.id, ky=view.period, xa=area.code, cap="xa", thon=one.id)
    state = one.attributes.get("mobile_state")
    homes = one.attributes.get("households")
    return [
        html.Th(html.A(one.name, href=address, className="go"), scope="row"),
        html.Td("–" if homes is None else formats.number(_number(homes), 0, desk.lang), className="figures"),
        html.Td(_say(desk, f"mobile_{state}") if state in SIGNALS else _say(desk, "unknown"), className=f"is-{state}"),
        *(html.Td(_say(desk, f"short_{_word(one, name)}"), className=f"is-{_word(one, name)}") for name, _ in _LINKS),
    ]  # fmt: skip


def _village(one: Place, view: View, area: Area, desk: Desk) -> list[Any]:
    lang, facts = desk.lang, one.attributes
    kind = facts.get("kind")
    where = _say(desk, "where", kind=formats.capital(str(kind)), commune=area.name) if kind else area.name
    people = [
        _say(desk, name, n=formats.number(_number(facts[name]), 0, lang))
        for name in ("households", "population")
        if facts.get(name) is not None
    ]
    standing = facts.get("point_standing")
    told = [standing if standing in ("measured", "cluster") else "standing_unknown"]
    if one.lat is None or one.lon is None:
        told = ["no_point"]
    surveyed = _day(facts.get("surveyed_at"))
    lines = [", ".join(people), _say(desk, told[0])]
    if surveyed is not None:
        age = (desk.now.astimezone(VIETNAM).date() - surveyed).days
        lines.append(_say(desk, "surveyed", day=formats.day(surveyed, lang), n=age))
    up = link(MAP, kpi=view.kpi.id, ky=view.period, xa=area.code, cap="xa")
    return [
        _head(one.name, where, desk),
        *(html.P(line, className="quiet") for line in lines if line),
        html.H3(_say(desk, "chain")),
        html.Ol(list(_chain(one, view, area, desk)), className="chain"),
        html.P(
            [
                html.A(_say(desk, "back", commune=area.name), href=up, className="go"),
                html.A(_say(desk, "profile"), href=f"/xa/{area.code}", className="go"),
            ],
            className="village-links",
        ),
        html.P(_say(desk, "source", source=desk.board.site.sources[one.source].name.in_(lang)), className="quiet")
        if one.source in desk.board.site.sources
        else None,
    ]  # fmt: skip


def _chain(one: Place, view: View, area: Area, desk: Desk) -> Iterable[html.Li]:
    """Grid, mobile, cable, services: each needs the one before it; the first that is not there is where to begin."""
    facts = one.attributes
    state = facts.get("mobile_state")
    power = facts.get("power_source")
    other = _say(desk, "power_other", what=str(power)) if power else ""
    steps: list[tuple[str, str, str, str]] = [
        ("grid", _word(one, "grid"), _say(desk, f"grid_{_word(one, 'grid')}"), _since(one, "grid_since", desk) or other),
        ("mobile", {"none": "no", "weak": "weak", "covered": "yes"}.get(str(state), "unknown"),
         _say(desk, f"mobile_{state}") if state in SIGNALS else _say(desk, "unknown"), _since(one, "mobile_since", desk)),
        ("fibre", _word(one, "fibre"), _say(desk, f"fibre_{_word(one, 'fibre')}"), _since(one, "fibre_since", desk)),
    ]  # fmt: skip
    broken = next((name for name, word, *_ in steps if word == "no"), None)
    for name, word, told, note in steps:
        first = name == broken
        yield _link(name, word, told, _say(desk, "first") if first else note, desk)
    reach = state in ("weak", "covered") or _flag(one, "fibre") is True
    known = state in SIGNALS or _flag(one, "fibre") is not None
    word = "yes" if reach else "no" if known else "unknown"
    yield _link("online", word, _say(desk, f"online_{word}"), _online(area, desk), desk)


def _link(name: str, word: str, told: str, note: Any, desk: Desk) -> html.Li:
    return html.Li(
        [
            html.Span(className=f"chain-mark is-{word}", **{"aria-hidden": "true"}),
            html.Strong(_say(desk, f"link_{name}")),
            html.Span(told, className="chain-told"),
            html.Span(note, className="quiet") if note else None,
        ],
        className=f"chain-link is-{word}",
    )


def _online(area: Area, desk: Desk) -> list[Any] | None:
    """What the commune's people reach online, where the site names a KPI for it."""
    board, lang = desk.board, desk.lang
    kpi = board.site.kpis.get(board.site.head.online_services or "")
    if kpi is None or not desk.scope.allows(kpi=kpi.id, area=area.id):
        return None
    period = board.latest_period(kpi.id)
    cell = board.cell(kpi.id, area.id, period, desk.scope)
    figure: Any = formats.quantity(cell.value, kpi.unit.in_(lang), kpi.decimals, lang)
    if cell.value is not None:
        address = passport_link(desk, kpi.id, period, area.code)
        figure = html.A(figure, href=address, className="go passport-link")
    return [
        _say(desk, "online_commune", kpi=kpi.short.in_(lang), period=formats.period(period, lang)),
        " ",
        figure,
        " ",
        badge(cell, lang) if cell.value is None else None,
    ]


def _head(title: str, about: str, desk: Desk) -> html.Header:
    close = html.Button(
        desk.say("panel.close"), className="button is-quiet", **{"data-act": "close", "type": "button"}
    )
    return html.Header(
        [html.Div([html.H2(title), html.P(about, className="quiet")]), close], className="panel-head"
    )


def _lacking(one: Place) -> int:
    gaps = [one.attributes.get("mobile_state") in ("none", "weak"), *(_flag(one, name) is False for name, _ in _LINKS)]  # fmt: skip
    return sum(gaps) + 4 * (_flag(one, "grid") is False) + 2 * (one.attributes.get("mobile_state") == "none")


def _flag(one: Place, name: str) -> bool | None:
    """Whether a village has a service; None when its source does not say."""
    found = one.attributes.get(name)
    return None if found is None else str(found).lower() not in ("0", "false")


def _word(one: Place, name: str) -> str:
    return {True: "yes", False: "no", None: "unknown"}[_flag(one, name)]


def _since(one: Place, name: str, desk: Desk) -> str:
    found = _day(one.attributes.get(name))
    return "" if found is None else _say(desk, "since", day=formats.day(found, desk.lang))


def _day(found: object) -> date | None:
    try:
        return date.fromisoformat(str(found)[:10])
    except ValueError:
        return None


def _number(found: object) -> float:
    return float(found) if isinstance(found, int | float) else float(str(found or 0))


def _say(desk: Desk, name: str, **values: object) -> str:
    return say(f"atlas.village.{name}", desk.lang, **values)
