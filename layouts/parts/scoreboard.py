"""The scoreboard: communes by official score, departments, the trend of totals, and where the scores come from.

Owns how scores of many units or periods look, and the record of imports under them.
"""

from __future__ import annotations

from typing import Any

from dash import html

from ioc import formats
from ioc.scoring import words
from ioc.scoring.book import Finding, Import
from ioc.scoring.rows import DEPARTMENT
from ioc.scoring.standing import Ranked, Standing, standing
from ioc.wording import say
from layouts.desk import Desk
from layouts.parts.export import headed
from layouts.parts.scored import Scored, address, options, unit_options
from layouts.tables.scores import totals

REVISIONS = 12
SAMPLED = 5


def scoreboard(peers: list[Ranked], view: Scored, desk: Desk) -> html.Section:
    """The communes, the best first; each leads to its metrics."""
    lang = desk.lang
    heads = ("rank", "unit", "total", "band", "gap", "best")
    unranked = sum(one.rank is None for one in peers)
    note = say("scores.list.note", lang, n=unranked) if unranked else say("scores.list.note_all", lang)
    rows = [
        _row(one.standing, str(one.rank or "–"), one.area.name, {"xa": one.area.code}, view, desk)
        for one in peers
    ]
    table = html.Table(
        [
            html.Thead(
                html.Tr(
                    [
                        html.Th(say(f"scores.head.{name}", lang), scope="col", className=f"is-{name}")
                        for name in heads
                    ]
                )
            ),
            html.Tbody(rows),
        ],
        className="plain-table score-list",
    )
    head = headed(html.H3(say("scores.list.title", lang)), desk, "scores", state=options(view))
    return html.Section([head, html.P(note, className="quiet"), table])


def departments(view: Scored, desk: Desk) -> html.Section | None:
    """Departments that the file scores, in the order of the site."""
    scored = {key.unit for key in view.scores}
    found = [one for one in desk.board.site.departments.values() if DEPARTMENT + one.id in scored]
    if not found:
        return None
    lang = desk.lang
    heads = ("rank", "department", "total", "band", "gap", "best")
    rows = [
        _row(standing(view.index, DEPARTMENT + one.id, view.period, view.scores, desk.board, desk.scope), "",
             one.name.in_(lang), {"dv": one.id}, view, desk)
        for one in found
    ]  # fmt: skip
    table = html.Table(
        [
            html.Thead(html.Tr([html.Th(say(f"scores.head.{name}", lang), scope="col") for name in heads])),
            html.Tbody(rows),
        ],
        className="plain-table score-list",
    )
    head = headed(html.H3(say("scores.list.departments", lang)), desk, "scores", state=options(view))
    return html.Section([head, table])


def _row(one: Standing, rank: str, name: str, parts: dict[str, str], view: Scored, desk: Desk) -> html.Tr:
    lang, index = desk.lang, view.index
    where = html.A(name, href=address(view, desk, **parts), className="go")
    total: list[Any] = [html.Span(say("scores.list.unranked", lang), className="reason")]
    if one.official is not None:
        fill = html.Span(className="score-fill", style={"width": f"{one.official / one.maximum:.2%}"})
        total = [
            html.Span(fill, className="score-bar", **{"aria-hidden": "true"}),
            html.Span(words.number(one.official, index, lang), className="figures"),
        ]
    best = next(iter(one.gains), None)
    most = ""
    if best is not None and best.gain is not None:
        most = (
            f"{best.metric.id} {best.metric.name.in_(lang)} ({words.number(best.gain.points, index, lang)})"
        )
    return html.Tr(
        [
            html.Td(rank, className="figures is-rank"),
            html.Th(where, scope="row"),
            html.Td(html.Div(total, className="score-cell")),
            html.Td(one.band.name.in_(lang) if one.band else "–"),
            html.Td(words.number(one.gap, index, lang), className="figures is-gap"),
            html.Td(most, className="is-best quiet"),
        ]
    )


def trend(view: Scored, desk: Desk) -> html.Section | None:
    """Official totals of the last periods of this kind as columns from zero, with their figures."""
    found = totals(view.book, view.index, view.unit, view.at, view.period)
    if len(found) < 2:
        return None
    lang = desk.lang
    columns = []
    for key, value in found.items():
        figure, name = words.number(value, view.index, lang), formats.period(key, lang)
        columns.append(
            html.Li(
                [
                    html.Span(formats.number(value, 1, lang), className="figures quiet"),
                    html.Span(
                        className="score-column", style={"height": f"{value / view.index.max * 6:.2f}rem"}
                    ),
                    html.Span(formats.period(key, lang, short=True), className="quiet"),
                ],
                className="is-now" if key == view.period else None,
                title=say("scores.trend.bar", lang, period=name, value=figure),
            )
        )
    head = headed(html.H3(say("scores.trend.title", lang)), desk, "score-trend", state=unit_options(view))
    return html.Section([head, html.Ol(columns, className="score-trend")])


def origin(view: Scored, desk: Desk) -> html.Section:
    """The documents and files behind what is shown, their rows, what was set aside and what was corrected."""
    lang = desk.lang
    behind = view.book.behind(view.index.id, view.period, view.at) if view.periods else []
    number = formats.number(desk.board.edition.number, 0, lang)
    parts: list[Any] = [
        html.P(say("scores.source.index", lang, decision=view.index.decision)),
        *(_import(one, view, desk) for one in behind),
        html.P(say("scores.source.edition", lang, n=number), className="quiet"),
    ]
    history = view.book.history(view.index.id, view.period, view.unit, view.at)
    if history:
        lines = [
            say(
                "scores.source.corrected", lang, what=words.what(one.score.key, view.index, lang),
                before=words.number(one.score.score, view.index, lang), since=formats.day(one.since.imported_at, lang),
                until=formats.day(one.until.imported_at, lang),
            )
            for one in history[:REVISIONS] if one.until is not None
        ]  # fmt: skip
        parts += [
            html.H4(say("scores.source.history", lang)),
            html.Ul([html.Li(formats.capital(line)) for line in lines]),
        ]
    return html.Section([html.H3(say("scores.source.title", lang)), *parts], className="score-origin")


def _import(one: Import, view: Scored, desk: Desk) -> html.Div:
    lang = desk.lang
    at = formats.instant(one.imported_at, lang)
    counts = {
        name: formats.number(getattr(one, name), 0, lang)
        for name in ("staged", "imported", "parked", "rejected")
    }
    aside = view.book.findings(one.id)
    found = html.Details(
        [html.Summary(say("scores.source.aside", lang)), *(_finding(item, lang) for item in aside)]
    )
    return html.Div(
        [
            html.P(
                say(
                    "scores.source.line",
                    lang,
                    document=one.document,
                    file=one.file,
                    at=at,
                    by=one.imported_by,
                )
            ),
            html.P(say("scores.source.counts", lang, **counts), className="quiet"),
            found if aside else None,
        ]
    )


def _finding(item: Finding, lang: str) -> html.Div:
    disposition = say(f"scores.disposition.{item.disposition}", lang)
    lines = [
        say(
            "scores.source.sample", lang, line=row["line"], unit=f"{row.get('dept_code', '–')} {row.get('dept_name', '')}".strip(),
            metric=row.get("metric_code") or row.get("group_code") or "–", score=row.get("score", "–"),
        )
        for row in item.sample[:SAMPLED]
    ]  # fmt: skip
    return html.Div(
        [
            html.P(
                [
                    html.Strong(formats.capital(say(f"scores.reason.{item.code}", lang))),
                    html.Span(say("scores.source.rows", lang, n=formats.number(item.rows, 0, lang), disposition=disposition), className="quiet"),
                ]
            ),
            html.Ol([html.Li(formats.capital(line)) for line in lines], className="sample"),
        ],
        className="finding",
    )  # fmt: skip
