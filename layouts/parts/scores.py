"""The tables of the quality page: sources by criterion, and for one source its KPIs, communes and flawed rows.

Owns what leads where: a source opens its details, a KPI or a commune narrows them. Reads nothing itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from ioc import formats
from ioc.areas import DEPARTMENTS, Area
from ioc.catalogue import Kpi
from ioc.contract import SourceSpec
from ioc.quality.criteria import Criterion
from ioc.quality.report import DayScore, Flaw, Report
from ioc.wording import say
from layouts.address import QUALITY, link
from layouts.desk import Desk
from layouts.figures.spark import spark
from layouts.parts.export import headed
from layouts.parts.quality import cells, fine

SHOWN = 3
"""Rows shown of one kind of flaw."""


@dataclass(frozen=True)
class Chosen:
    """What the address asks for; None where nothing is chosen."""

    source: SourceSpec | None
    kpi: Kpi | None
    area: Area | None
    year: int

    def link(self, **changes: str | None) -> str:
        """An address with some of it changed."""
        parts = {
            "nguon": self.source.id if self.source else None,
            "kpi": self.kpi.id if self.kpi else None,
            "xa": self.area.code if self.area else None,
            "nam": str(self.year),
        }
        return link(QUALITY, **{**parts, **changes})


def matrix(
    reports: Mapping[str, Report], days: Mapping[str, Sequence[DayScore]], at: Chosen, desk: Desk
) -> html.Div:
    """Sources by criterion, the weakest first."""

    def order(report: Report) -> tuple[float, str]:
        overall = report.score(desk.now).overall
        return (101.0 if overall is None else overall, report.spec.id)

    lang = desk.lang
    heads = [
        _head("quality.source", desk),
        *_criteria(desk),
        _head("quality.history", desk),
        _head("quality.flawed", desk),
    ]
    rows = [
        _source(report, days.get(report.spec.id, ()), at, desk)
        for report in sorted(reports.values(), key=order)
    ]
    caption = html.Caption(say("quality.sources", lang), className="unseen")
    return _scroll(html.Table([caption, html.Thead(html.Tr(heads)), html.Tbody(rows)], className="scores"))


def _source(report: Report, days: Sequence[DayScore], at: Chosen, desk: Desk) -> html.Tr:
    spec, lang = report.spec, desk.lang
    counts = report.counts()
    flawed = formats.number(sum(counts.flaws.values()), 0, lang)
    rows = formats.number(counts.rows, 0, lang)
    chosen = at.source is not None and at.source.id == spec.id
    owner = desk.board.site.departments[spec.owner].name.in_(lang)
    return html.Tr(
        [
            html.Th(
                [
                    html.A(spec.name.in_(lang), href=at.link(nguon=spec.id, kpi=None, xa=None), className="go"),
                    html.Span(owner, className="quiet"),
                ],
                scope="row",
            ),
            *cells(report.score(desk.now), desk),
            html.Td(_line(days, desk), className="is-line"),
            html.Td(
                say("quality.flawed_value", lang, flawed=flawed, rows=rows), className="figures",
                title=say("quality.flawed_title", lang, flawed=flawed, rows=rows),
            ),
        ],
        className="is-chosen" if chosen else "",
    )  # fmt: skip


def _line(days: Sequence[DayScore], desk: Desk) -> Any:
    """The overall score of the last days as a line from 0 to 100."""
    values = [day.score.overall for day in days]
    found = spark([*values], 100.0) if len([value for value in values if value is not None]) > 1 else None
    if found is None:
        return html.Span(say("quality.history_short", desk.lang), className="quiet")
    words = say("quality.history_aria", desk.lang, first=fine(values[0], desk), last=fine(values[-1], desk))
    line = html.Span(className="spark-line", style={"maskImage": found.mask, "WebkitMaskImage": found.mask})
    return html.Div(line, className="spark", role="img", title=words, **{"aria-label": words})


def by_kpi(report: Report, at: Chosen, desk: Desk) -> html.Section:
    """The KPIs of a source, for the whole or the chosen commune."""
    area = at.area.id if at.area else None
    rows = []
    for kpi in desk.board.site.kpis_of(report.spec.id):
        if desk.scope.allows(kpi=kpi.id):
            address = at.link(kpi=kpi.id if kpi != at.kpi else None)
            rows.append(
                _row(
                    report,
                    kpi.short.in_(desk.lang),
                    kpi.name.in_(desk.lang),
                    address,
                    kpi.id,
                    area,
                    kpi == at.kpi,
                    desk,
                )
            )
    return _section("quality.by_kpi", "quality.kpi", rows, desk, "quality-kpis")


def by_area(report: Report, at: Chosen, desk: Desk) -> html.Section:
    """The communes, weakest first, for all KPIs of the source or the chosen one; then what has no commune."""
    kpi = at.kpi.id if at.kpi else None
    board, ranked = desk.board, []
    for area in board.communes:
        if desk.scope.allows(area=area.id):
            overall = report.score(desk.now, kpi, area.id).overall
            ranked.append((101.0 if overall is None else overall, formats.sort_key(area.name), area))
    ranked.sort(key=lambda one: one[:2])
    rows = [
        _row(
            report,
            area.name,
            area.name,
            at.link(xa=area.code if area != at.area else None),
            kpi,
            area.id,
            area == at.area,
            desk,
        )
        for _, _, area in ranked
    ]
    for place, words in (
        (board.root.id + DEPARTMENTS, "quality.departments"),
        (board.root.id, "quality.unplaced"),
    ):
        if place in report.rows and desk.scope.allows(area=board.root.id):
            rows.append(_row(report, say(words, desk.lang), "", None, None, place, False, desk))
    return _section(
        "quality.by_area", "quality.area", rows, desk, "quality-areas", nguon=report.spec.id, kpi=kpi
    )


def _row(
    report: Report, name: str, title: str, address: str | None, kpi: str | None, area: str | None, chosen: bool,
    desk: Desk,
) -> html.Tr:  # fmt: skip
    counts = report.counts(kpi, area)
    text: Any = name if address is None else html.A(name, href=address, className="go", title=title)
    seen = f"{formats.number(counts.present, 0, desk.lang)}/{formats.number(counts.due, 0, desk.lang)}"
    return html.Tr(
        [
            html.Th(text, scope="row"),
            *cells(report.score(desk.now, kpi, area), desk),
            html.Td(
                seen if counts.due else "–", className="figures",
                title=say("quality.cells_title", desk.lang, present=counts.present, due=counts.due),
            ),
        ],
        className="is-chosen" if chosen else "",
    )  # fmt: skip


def _section(
    title: str, first: str, rows: list[html.Tr], desk: Desk, subject: str, **options: str | None
) -> html.Section:
    heads = [_head(first, desk), *_criteria(desk), _head("quality.cells", desk)]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="scores")
    head = headed(html.H3(say(title, desk.lang)), desk, subject, state=options)
    return html.Section([head, _scroll(table)])


def _criteria(desk: Desk) -> list[html.Th]:
    found = [
        html.Th(
            say(f"quality.criterion.{name}", desk.lang),
            scope="col",
            title=say(f"quality.means.{name}", desk.lang),
        )
        for name in Criterion
    ]
    return [*found, _head("quality.overall", desk)]


def _head(words: str, desk: Desk) -> html.Th:
    return html.Th(say(words, desk.lang), scope="col")


def _scroll(table: html.Table) -> html.Div:
    return html.Div(table, className="table-scroll", tabIndex=0)


# -- flawed rows ----------------------------------------------------------------------------------------


def flaws(report: Report, at: Chosen, desk: Desk) -> html.Section:
    """What is wrong in the chosen place, what to do about it, and a few of the rows."""
    lang = desk.lang
    kpi, area = (at.kpi.id if at.kpi else None), (at.area.id if at.area else None)
    counts = report.counts(kpi, area)
    parts: list[Any] = [_remark(text) for text in _remarks(report, kpi, area, desk)]
    parts += [_flaw(flaw, desk) for flaw in report.flaws_in(area)]
    if not parts:
        parts = [html.P(say("quality.flaws_none", lang), className="quiet")]
    if area is not None and counts.rows:
        parts.append(html.P(say("quality.flaws_elsewhere", lang), className="quiet"))
    return html.Section([html.H3(say("quality.flaws", lang)), *parts], className="flaws")


def _remarks(report: Report, kpi: str | None, area: str | None, desk: Desk) -> list[str]:
    """Sentences on what no single row shows: cells that are missing or cannot be, and age."""
    lang, counts = desk.lang, report.counts(kpi, area)
    found = []
    if counts.present < counts.due:
        missing = formats.number(counts.due - counts.present, 0, lang)
        found.append(
            say("quality.missing_cells", lang, missing=missing, due=formats.number(counts.due, 0, lang))
        )
    if counts.impossible:
        found.append(say("quality.impossible_cells", lang, n=formats.number(counts.impossible, 0, lang)))
    age, promise = report.age(desk.now), report.spec.schedule.promise
    if age is not None and age > promise:
        owner = desk.board.site.departments[report.spec.owner].name.in_(lang)
        found.append(
            say(
                "quality.stale",
                lang,
                age=formats.duration(age, lang),
                promise=formats.duration(promise, lang),
                owner=owner,
            )
        )
    return found


def _remark(text: str) -> html.Div:
    return html.Div(html.P(text), className="finding")


def _flaw(flaw: Flaw, desk: Desk) -> html.Div:
    lang = desk.lang
    against = say(f"quality.criterion.{flaw.criterion}", lang).lower()
    marks = [
        say("quality.rows", lang, n=formats.number(flaw.rows, 0, lang)),
        *([say("quality.column", lang, column=flaw.column)] if flaw.column else []),
        say("quality.counts_against", lang, name=against),
    ]
    parts: list[Any] = [
        html.P(
            [
                html.Strong(formats.capital(say(f"runs.row.{flaw.reason}", lang))),
                html.Span(", ".join(marks), className="quiet"),
            ]
        ),
        html.P(say(f"quality.todo.{flaw.reason}", lang)),
    ]
    if flaw.sample:
        lines = [", ".join(f"{name}: {value}" for name, value in row.items()) for row in flaw.sample[:SHOWN]]
        parts.append(
            html.Ol(
                [html.Li(line) for line in lines], className="sample",
                **{"aria-label": say("quality.sample", lang)},
            )
        )  # fmt: skip
    return html.Div(parts, className="finding")
