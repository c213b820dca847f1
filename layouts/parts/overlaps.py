"""Overlaps of gaps: which villages lack two things or three, as exact sets with bars and as a matrix of pairs; and the
months in which gaps were closed.

Owns the two pictures and the trend; the counts come from `ioc.gaps.overview`.
"""

from __future__ import annotations

from typing import Any

from dash import html

from ioc import formats
from ioc.gaps.overview import overlap, signatures, trend
from ioc.wording import say
from layouts.desk import Desk
from layouts.parts.export import headed
from layouts.parts.gapped import Gapped
from layouts.parts.gaps import mark, number, people


def overlaps(view: Gapped, desk: Desk) -> html.Section:
    """Exact sets, the largest first, and beside them every pair."""
    lang = desk.lang
    return html.Section(
        [
            headed(html.H3(say("gaps.overlap.title", lang)), desk, "gap-sets"),
            html.P(say("gaps.overlap.lead", lang), className="quiet"),
            html.Div(_sets(view, desk), className="table-scroll"),
            headed(html.H4(say("gaps.overlap.pairs", lang)), desk, "gap-pairs"),
            html.Div(_pairs(view, desk), className="table-scroll"),
        ]
    )


def _sets(view: Gapped, desk: Desk) -> html.Table:
    lang, kinds = desk.lang, view.register.definitions.kinds
    found = sorted(signatures(view.register).items(), key=lambda item: (-item[1], item[0]))
    most = max((count for one, count in found if one), default=1)
    heads = [html.Th(gap.short.in_(lang), scope="col") for gap in kinds.values()]
    rows = []
    for one, count in found:
        if not one:
            continue
        cells = [
            html.Td([mark(gap, off=kind not in one), html.Span(say(f"gaps.overlap.{'has' if kind in one else 'not'}", lang), className="unseen")], className="is-mark")
            for kind, gap in kinds.items()
        ]  # fmt: skip
        bar = html.Span(
            html.Span(style={"width": f"{count / most:.1%}"}), className="gap-bar", **{"aria-hidden": "true"}
        )
        rows.append(html.Tr(
            [*cells, html.Td([bar, html.Strong(number(count, desk))], className="figures is-bar"),
             html.Td(people((("set", *one),), view, desk), className="figures quiet")],
            **{"data-set": " ".join(one), "data-count": str(count)},
        ))  # fmt: skip
    head = html.Tr(
        [
            *heads,
            html.Th(say("gaps.unit", lang), scope="col"),
            html.Th(say("gaps.overlap.people", lang), scope="col"),
        ]
    )
    return html.Table([html.Thead(head), html.Tbody(rows)], className="gap-table gap-sets")


def _pairs(view: Gapped, desk: Desk) -> html.Table:
    lang, kinds = desk.lang, view.register.definitions.kinds
    heads = [html.Th(gap.short.in_(lang), scope="col") for gap in kinds.values()]
    rows = []
    for first, gap in kinds.items():
        cells: list[Any] = []
        for second in kinds:
            count, keys = overlap(view.register, view.shield, first, second)
            inside = [html.Strong(number(count, desk))]
            if count and first != second:
                inside.append(html.Span(people(keys, view, desk), className="quiet"))
            same = "is-same" if first == second else "is-none" if not count else None
            cells.append(html.Td(inside, className=f"figures {same or ''}".strip()))
        rows.append(html.Tr([html.Th([mark(gap), gap.short.in_(lang)], scope="row"), *cells]))
    return html.Table(
        [html.Thead(html.Tr([html.Th("", scope="col"), *heads])), html.Tbody(rows)],
        className="gap-table gap-pairs",
    )


def closed(view: Gapped, desk: Desk) -> html.Section:
    """Month by month, how many villages still had each gap."""
    lang, months = desk.lang, trend(view.register, desk.board)
    first, last = months[0], months[-1]
    found = []
    for kind, gap in view.register.definitions.kinds.items():
        most = max((row[2][kind] for row in months), default=0) or 1
        columns = [
            html.Li(
                style={"height": f"{row[2][kind] / most:.1%}"},
                title=say(
                    "gaps.trend.bar", lang, month=formats.period(row[0], lang), n=number(row[2][kind], desk)
                ),
            )
            for row in months
        ]
        words = say(
            "gaps.trend.line", lang, first=number(first[2][kind], desk), last=number(last[2][kind], desk),
            closed=number(max(0, first[2][kind] - last[2][kind]), desk),
        )  # fmt: skip
        found.append(html.Div(
            [
                html.H4([mark(gap), gap.short.in_(lang)]),
                html.P(words, className="quiet"),
                html.Ol(columns, className="gap-columns", role="img", **{"aria-label": words}),
                html.P([html.Span(formats.period(first[0], lang, short=True)), html.Span(formats.period(last[0], lang, short=True))], className="gap-ends quiet"),
            ]
        ))  # fmt: skip
    return html.Section(
        [
            headed(html.H3(say("gaps.trend.title", lang)), desk, "gap-months"),
            html.P(say("gaps.trend.lead", lang), className="quiet"),
            html.Div(found, className="gap-trends"),
        ]
    )
