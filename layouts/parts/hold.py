"""One case of numbers held back: why, the figures with the range that would have been believed, the decision.

Owns the words of that card; what is held and why is `ioc.holding`'s.
"""

from __future__ import annotations

from typing import Any

from dash import html

from ioc import formats
from ioc.access import Permission
from ioc.catalogue import Kpi
from ioc.holding import words
from ioc.holding.cases import Case, CaseState
from ioc.wording import say
from layouts.address import KPIS, link
from layouts.desk import Desk

HEADS = ("area", "period", "old", "new", "bounds")


def card(case: Case, kpi: Kpi, desk: Desk) -> html.Article:
    """A case that still holds something."""
    site, lang = desk.board.site, desk.lang
    source = site.sources[case.source].name.in_(lang) if case.source in site.sources else case.source
    since = told(
        desk, "since", at=formats.instant(case.opened_at, lang), age=formats.age_of(case.opened_at, desk.now, lang)
    )  # fmt: skip
    facts = (told(desk, "source", source=source), told(desk, "run", run=case.run), since)
    return html.Article(
        [
            html.Header(
                [
                    html.H3(
                        html.A(kpi.name.in_(lang), href=link(KPIS, kpi=kpi.id), className="go"),
                    ),
                    html.Span(
                        formats.capital(told(desk, f"state.{case.state}")),
                        className=f"alert-state is-{case.state}",
                    ),
                ],
                className="alert-head",
            ),
            html.P(told(desk, f"why.{case.why}"), className="hold-why"),
            _figures(case, kpi, desk),
            html.P([html.Span(fact) for fact in facts], className="quiet alert-facts"),
            _decided(case, desk),
            _decision(case, desk),
        ],
        className="alert hold",
        id=f"vu-{case.id}",
    )


def ended(case: Case, kpi: Kpi, desk: Desk) -> html.Li:
    """A line for a case that has ended."""
    at = formats.instant(case.ended_at, desk.lang) if case.ended_at else ""
    return html.Li(
        [
            html.P([html.Strong(kpi.name.in_(desk.lang)), html.Span(told(desk, f"why.{case.why}")),
                    html.Span(told(desk, "cells", n=formats.number(case.count, 0, desk.lang)))], className="alert-facts"),
            html.P(told(desk, "ended", at=at, how=words.ending(case, desk.lang)), className="quiet"),
        ]
    )  # fmt: skip


def told(desk: Desk, key: str, **values: object) -> str:
    """Words of the room ``holds``."""
    return say(f"holds.{key}", desk.lang, **values)


def _figures(case: Case, kpi: Kpi, desk: Desk) -> html.Div:
    lang = desk.lang
    head = html.Thead(html.Tr([html.Th(told(desk, f"head.{name}"), scope="col") for name in HEADS]))
    rows = [
        html.Tr(
            [
                html.Th(words.area(cell, desk.board.register, lang), scope="row"),
                html.Td(formats.period(cell.period, lang, short=True)),
                html.Td(words.figure(cell.old, cell, kpi, lang), className="figures"),
                html.Td(words.figure(cell.new, cell, kpi, lang), className="figures hold-new"),
                html.Td(words.bounds(cell, kpi, lang), className="figures quiet"),
            ]
        )
        for cell in case.cells
    ]
    rest = case.count - len(case.cells)
    return html.Div(
        [
            html.Table([head, html.Tbody(rows)], className="hold-table"),
            html.P(told(desk, "more", n=formats.number(rest, 0, lang)), className="quiet")
            if rest > 0
            else None,
        ],
        className="hold-figures",
    )


def _decided(case: Case, desk: Desk) -> html.P | None:
    if case.state is CaseState.OPEN or case.decided_at is None:
        return None
    key = "waiting" if case.state is CaseState.RELEASED else "rejected"
    at = formats.instant(case.decided_at, desk.lang)
    return html.P(
        told(desk, key, by=case.decided_by, at=at, reason=case.reason), className="alert-taken", role="status"
    )


def _decision(case: Case, desk: Desk) -> html.Footer | None:
    if case.state is CaseState.RELEASED:
        return None
    if not desk.identity.may(Permission.OPERATE):
        return html.Footer(html.P(told(desk, "denied"), className="quiet"))
    name = f"ly-do-vu-{case.id}"
    acts = ("release",) if case.state is CaseState.REJECTED else ("release", "reject")
    buttons: list[Any] = [
        html.Button(
            told(desk, act),
            type="button",
            className="button" if act == "release" else "button is-quiet",
            **{"data-hold-act": act, "data-value": str(case.id)},
        )
        for act in acts
    ]
    return html.Footer(
        html.Div(
            [
                html.Label(told(desk, "why_label"), htmlFor=name, className="label"),
                html.Textarea(
                    id=name, rows=1, maxLength=500, className="alert-reason", placeholder=told(desk, "why_hint")
                ),
                *buttons,
            ],
            className="alert-acts",
        )
    )  # fmt: skip
