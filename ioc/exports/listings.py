"""Tables that are not of one KPI: data quality by source and by KPI, official scores, the catalogue with its newest figures.

Owns their columns. Every figure is what its page shows for the same edition, unrounded; scores of quality are taken at
the time of the edition, so that a file does not change while its reader waits.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from ioc import formats
from ioc.access import Scope
from ioc.board import Board
from ioc.exports.dataset import Column, Dataset, Form, Value
from ioc.exports.listed import column, told
from ioc.exports.subjects import View
from ioc.jobs.kinds import JobError
from ioc.quality.criteria import Criterion, Score
from ioc.quality.report import Report, reports
from ioc.scoring.book import ScoreBook
from ioc.scoring.rows import DEPARTMENT
from ioc.scoring.standing import ranking, standing
from ioc.wording import say


class NoOptions(BaseModel):
    """A table that has but one state."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ScoreOptions(BaseModel):
    """The scoring page: index `bo`, period `ky`, number `lan` of the last import that it shows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bo: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    ky: str = Field(max_length=14)
    lan: str | None = Field(None, pattern=r"^[0-9]{1,9}$")


def reported(view: View) -> dict[str, Report]:
    """The report on every source whose rows were checked, as the edition shows it."""
    board = view.board
    return reports(view.office.warehouse, board.site.sources, board.edition.number, board.document)


def criteria(lang: str) -> tuple[Column, ...]:
    """The columns of the four criteria and of the whole."""
    named = (
        Column(one.value, say(f"quality.criterion.{one.value}", lang), Form.NUMBER, "/100", 1)
        for one in Criterion
    )
    return (*named, column("overall", lang, Form.NUMBER, 1, "/100"))


def scored(score: Score) -> tuple[Value, ...]:
    """The values for them."""
    return (*score.by_criterion.values(), score.overall)


def quality_sources(view: View) -> Dataset:
    """Sources by criterion, the weakest first."""
    lang, site, at = view.lang, view.board.site, view.board.edition.published_at
    columns = (column("source", lang), column("owner", lang), *criteria(lang), column("rows", lang, Form.NUMBER),
               column("flawed", lang, Form.NUMBER))  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for report in reported(view).values():
        counts, owner = report.counts(), site.departments.get(report.spec.owner)
        rows.append((
            report.spec.name.in_(lang), owner.name.in_(lang) if owner else report.spec.owner, *scored(report.score(at)),
            counts.rows, sum(counts.flaws.values()),
        ))  # fmt: skip
    rows.sort(key=lambda row: (101.0 if row[6] is None else row[6], str(row[0])))
    return Dataset(told(view, "quality_sources"), columns, rows)


def quality_kpis(view: View) -> Dataset:
    """Every KPI in scope by criterion, by source."""
    lang, at = view.lang, view.board.edition.published_at
    columns = (column("kpi", lang, Form.CODE), column("kpi_name", lang), column("source", lang), *criteria(lang),
               column("present", lang, Form.NUMBER), column("due", lang, Form.NUMBER))  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for report in reported(view).values():
        for kpi in view.board.site.kpis_of(report.spec.id):
            if view.scope.allows(kpi=kpi.id):
                counts = report.counts(kpi.id)
                rows.append((
                    kpi.id, kpi.name.in_(lang), report.spec.name.in_(lang), *scored(report.score(at, kpi.id)),
                    counts.present, counts.due,
                ))  # fmt: skip
    return Dataset(told(view, "quality_kpis"), columns, rows)


def last_import(book: ScoreBook, view: View, shown: str | None) -> int:
    """The import up to which scores count: the one that the page shows, else what was known to the edition."""
    if shown and shown.isdecimal() and len(shown) < 10:
        return min(int(shown), book.at())
    return book.at(view.board.edition.published_at)


def check_scores(board: Board, options: ScoreOptions, scope: Scope) -> None:
    """Raise JobError for an index that this site does not have."""
    if options.bo not in board.site.indices:
        raise JobError("exports.refused.unknown")


def scores(view: View) -> Dataset:
    """The province, its communes by official total, and its departments."""
    board, scope, lang = view.board, view.scope, view.lang
    index, book = board.site.indices[view.options.bo], ScoreBook(view.office.warehouse)
    at = last_import(book, view, view.options.lan)
    seen = book.read(index.id, view.options.ky, at)
    columns = (
        column("code", lang, Form.CODE), column("unit", lang), column("rank", lang, Form.NUMBER),
        column("official", lang, Form.NUMBER, index.decimals), column("maximum", lang, Form.NUMBER, index.decimals),
        column("own", lang, Form.NUMBER, index.decimals), column("band", lang),
    )  # fmt: skip
    found = [
        (one.area.code, one.area.name, one.rank, one.standing)
        for one in ranking(index, board.communes, view.options.ky, seen, board, scope)
    ]
    if scope.allows(area=board.root.id):
        found.insert(
            0,
            (
                board.root.code,
                board.root.name,
                None,
                standing(index, board.root.id, view.options.ky, seen, board, scope),
            ),
        )
        held = {key.unit for key in seen}
        for one in board.site.departments.values():
            if DEPARTMENT + one.id in held:
                found.append(
                    (
                        one.id,
                        one.name.in_(lang),
                        None,
                        standing(index, DEPARTMENT + one.id, view.options.ky, seen, board, scope),
                    )
                )
    rows = [
        (code, name, rank, one.official, one.maximum, one.own, one.band.name.in_(lang) if one.band else None)
        for code, name, rank, one in found
    ]
    said = told(view, "scores", title=index.name.in_(lang), subject=index.short.in_(lang), time=view.options.ky,
                 period=formats.capital(formats.period(view.options.ky, lang)))  # fmt: skip
    return Dataset(said, columns, rows)


def catalogue(view: View) -> Dataset:
    """Every KPI in scope with the province's newest figure."""
    board, scope, lang = view.board, view.scope, view.lang
    columns = (
        column("kpi", lang, Form.CODE), column("kpi_name", lang), column("group", lang), column("period", lang, Form.CODE),
        column("value", lang, Form.NUMBER, 2), column("measured_in", lang), column("state", lang), column("standing", lang),
        column("owner", lang), column("source", lang),
    )  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for kpi in board.site.kpis.values():
        if not scope.allows(kpi=kpi.id, area=board.root.id):
            continue
        period = board.latest_period(kpi.id)
        cell = board.total(kpi.id, period, scope)
        owner, source = board.site.departments.get(kpi.owner), board.site.sources.get(kpi.source)
        rows.append((
            kpi.id, kpi.name.in_(lang), board.site.groups[kpi.group].name.in_(lang), period, cell.value, kpi.unit.in_(lang),
            say(f"states.{cell.state}", lang), say(f"grades.{cell.grade.value}", lang),
            owner.name.in_(lang) if owner else kpi.owner, source.name.in_(lang) if source else kpi.source,
        ))  # fmt: skip
    return Dataset(told(view, "catalogue"), columns, rows)
