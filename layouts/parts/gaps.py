"""Kinds of gaps on their page: one card each, the chain they make, and what closing one unlocks.

Owns the arrangement and the mark of a kind; counts come from `ioc.gaps.overview`, sums of people through the shield.
"""

from __future__ import annotations

from typing import Any

from dash import html

from ioc import formats
from ioc.gaps.definitions import Gap, earlier
from ioc.gaps.overview import Standing, chain, standings, trend
from ioc.gaps.tables import Key
from ioc.wording import say
from layouts.address import KPIS, MAP, link
from layouts.desk import Desk
from layouts.figures.spark import spark
from layouts.parts.export import export_menu, headed
from layouts.parts.gapped import Gapped, address

MONTHS = 12
"""How far back a card compares."""


def mark(gap: Gap, off: bool = False) -> html.Span:
    """The shape of a kind; empty where the gap is absent from a set."""
    return html.Span(className=f"gap-mark is-{gap.mark}{' is-off' if off else ''}", **{"aria-hidden": "true"})


def number(value: float | None, desk: Desk, decimals: int = 0) -> str:
    """A number as it is written."""
    return formats.number(value, decimals, desk.lang)


def masked(view: Gapped, desk: Desk) -> html.Span:
    """What stands in a hidden cell: the words, and why."""
    rule = view.register.definitions.protection
    why = say("gaps.masked.why", desk.lang, k=rule.k if rule else 0)
    return html.Span(say("gaps.masked.word", desk.lang), className="masked", title=why)


def counted(value: int | None, view: Gapped, desk: Desk) -> Any:
    """A sum, or the words where it is hidden."""
    return masked(view, desk) if value is None else number(value, desk)


def people(keys: tuple[Key, ...], view: Gapped, desk: Desk) -> list[Any]:
    """``2.096 hộ, 10.775 người`` of the sets of villages given."""
    spec, lang = view.register.definitions.villages, desk.lang
    households, persons = (
        view.shield.together(column, keys) for column in (spec.households, spec.population)
    )
    if households is None or persons is None:
        return [masked(view, desk)]
    return [say("gaps.people", lang, households=number(households, desk), people=number(persons, desk))]


def cards(view: Gapped, desk: Desk) -> html.Section:
    """One card a kind: how many of how many, with the people in them and the way it went."""
    months = trend(view.register, desk.board)
    found = [
        _card(one, [row[2][one.gap.id] for row in months], months[0][0], view, desk)
        for one in standings(view.register)
    ]
    return html.Section(
        [
            html.H3(say("gaps.cards", desk.lang), className="unseen"),
            html.Div(found, className="gap-cards"),
            html.Div(export_menu(desk, "gap-kinds"), className="has-export is-end"),
        ]
    )


def _card(one: Standing, series: list[int], first: str, view: Gapped, desk: Desk) -> html.Article:
    lang, gap = desk.lang, one.gap
    share = formats.percent(one.share, 1, lang)
    back = min(MONTHS, len(series) - 1)
    before = series[-1 - back] if back else None
    moved = formats.change(before, one.villages, say("gaps.unit", lang), 0, lang) if back else ""
    since = say("gaps.since", lang, change=formats.capital(moved), n=back) if moved else ""
    drawn = spark([float(value) for value in series])
    line = drawn and html.Div(
        html.Span(className="spark-line", style={"maskImage": drawn.mask, "WebkitMaskImage": drawn.mask}),
        className="spark gap-spark", role="img",
        **{"aria-label": say("gaps.spark", lang, first=number(series[0], desk), last=number(series[-1], desk), month=formats.period(first, lang))},
    )  # fmt: skip
    of = [say("gaps.of", lang, n=number(one.among, desk), among=gap.among_name.in_(lang)), f", {share}"]
    map_layer = gap.id.replace("_", "-")
    ways = [html.A(say("gaps.to_map", lang), href=link(MAP, kpi=gap.kpi, lop=map_layer), className="go")]
    if gap.kpi:
        ways.append(html.A(say("gaps.to_kpi", lang), href=link(KPIS, kpi=gap.kpi), className="go"))
    return html.Article(
        [
            html.H4([mark(gap), html.A(gap.short.in_(lang), href=f"{address(view, desk, loai=gap.id, trang=None)}", className="go")]),
            html.P([html.Span(number(one.villages, desk), className="gap-figure figures"), html.Span(say("gaps.unit", lang))], className="gap-value"),
            html.P(of, className="gap-of"),
            html.P(people((("kind", gap.id),), view, desk), className="gap-people"),
            html.Div([line, html.Span(since)], className="gap-moved"),
            html.P(gap.legal_basis, className="quiet"),
            html.P(ways, className="gap-ways quiet"),
        ],
        className="gap-card", title=gap.name.in_(lang), **{"data-gap": gap.id, "data-count": str(one.villages)},
    )  # fmt: skip


def steps(view: Gapped, desk: Desk) -> html.Section | None:
    """The chain from the first step to what it leads to: who passes, who stops where."""
    links, lang, gaps = chain(view.register), desk.lang, view.register.definitions
    if not links:
        return None
    whole = len(view.register.villages)
    nodes: list[Any] = [_node(say("gaps.chain.all", lang), whole, whole, None, desk)]
    for one in links:
        stopped = say("gaps.chain.stopped", lang, n=number(one.stopped, desk)) if one.stopped else ""
        name = one.gap.closed.in_(lang)
        nodes.append(_node(name, one.passed, whole, stopped, desk))
    if gaps.chain is not None:
        nodes.append(
            _node(
                gaps.chain.name.in_(lang),
                links[-1].passed,
                whole,
                say("gaps.chain.end", lang),
                desk,
                last=True,
            )
        )
    return html.Section(
        [
            html.H3(say("gaps.chain.title", lang)),
            html.P(say("gaps.chain.lead", lang), className="quiet"),
            html.Ol(nodes, className="gap-chain"),
            html.Ul(list(_eligibility(view, desk)), className="gap-rules"),
        ]
    )


def _node(name: Any, passed: int, whole: int, stopped: str | None, desk: Desk, last: bool = False) -> html.Li:
    share = passed / whole if whole else 0.0
    return html.Li(
        [
            html.Span(name, className="gap-step"),
            html.Strong(number(passed, desk), className="figures"),
            html.Span(
                html.Span(style={"width": f"{share:.1%}"}), className="gap-bar", **{"aria-hidden": "true"}
            ),
            html.Span(stopped or "\u00a0", className="quiet"),
        ],
        className="is-end" if last else None,
    )


def _eligibility(view: Gapped, desk: Desk) -> list[html.Li]:
    """What must come first, in a sentence a kind, with the programme that demands it."""
    lang, gaps = desk.lang, view.register.definitions
    found = []
    for one in standings(view.register):
        if not one.blocked:
            continue
        first = ", ".join(_lower(gaps.kinds[kind].closed.in_(lang)) for kind in earlier(one.gap.id, gaps))
        words = say(
            "gaps.rule", lang, n=number(one.blocked, desk), all=number(one.villages, desk),
            gap=_lower(one.gap.short.in_(lang)), first=first,
        )  # fmt: skip
        why = f" {one.gap.programme.in_(lang)}." if one.gap.programme else ""
        found.append(html.Li([mark(one.gap), html.Span([words, why])]))
    return found


def _lower(text: str) -> str:
    """A name inside a sentence."""
    return text[:1].lower() + text[1:]


def _with_people(count: int, sets: tuple[Key, ...], view: Gapped, desk: Desk) -> html.Td:
    inside: list[Any] = [html.Span(number(count, desk) if count else "–")]
    if count and sets:
        inside.append(html.Span(people(sets, view, desk), className="quiet"))
    return html.Td(inside, className="figures")


def unlocks(view: Gapped, desk: Desk) -> html.Section:
    """For each kind: what can be closed now, what must wait, and whom closing it brings to the end of the chain."""
    lang = desk.lang
    heads = [
        html.Th(say(f"gaps.unlock.{name}", lang), scope="col")
        for name in ("gap", "open", "blocked", "opens", "unlocked")
    ]
    rows = []
    for one in standings(view.register):
        in_chain = one.gap.step is not None
        parts = [(one.open, one.open_sets), (one.blocked, ()), (one.opens, one.opens_sets)]
        parts.append((one.unlocked if in_chain else 0, one.unlocked_sets))
        name = html.Th([mark(one.gap), one.gap.short.in_(lang)], scope="row")
        rows.append(html.Tr([name, *(_with_people(count, sets, view, desk) for count, sets in parts)]))
    return html.Section(
        [
            headed(html.H3(say("gaps.unlock.title", lang)), desk, "gap-kinds"),
            html.P(say("gaps.unlock.lead", lang), className="quiet"),
            html.Div(html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="gap-table gap-unlock"), className="table-scroll"),
        ]
    )  # fmt: skip
