"""Tables that are not of one KPI: data quality by source and by KPI, official scores, the catalogue with its newest figures.

Owns their columns. Every figure is what its page shows for the same edition, unrounded; scores of quality are taken at
the time of the edition, so that a file does not change while its reader waits.
"""

from __future__ import annotations

from collections.abc import Callable

from pydantic import BaseModel, ConfigDict, Field

from ioc import formats
from ioc.access import Scope
from ioc.board import Board
from ioc.exports.dataset import About, Column, Dataset, Form, Value
from ioc.exports.numbers import about, scope_words
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
    """The scoring page: index `bo`, period `ky`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bo: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    ky: str = Field(max_length=14)


def _column(name: str, lang: str, form: Form = Form.TEXT, decimals: int = 0, unit: str = "") -> Column:
    return Column(name, say(f"exports.list.{name}", lang), form, unit, decimals)


def _told(view: View, name: str, **more: object) -> About:
    board, lang = view.board, view.lang
    given = {
        "title": say(f"exports.table.{name}", lang),
        "subject": say(f"exports.table.{name}", lang),
    } | more
    time = board.edition.published_at.date().isoformat()
    return about(
        board, lang, area=board.root.name, time=str(given.pop("time", time)),
        scope=scope_words(board, view.scope, board.root, lang), **given,  # type: ignore[arg-type]
    )  # fmt: skip


def titled(name: str) -> Callable[[Board, BaseModel, str], str]:
    """A title that does not depend on the options."""
    return lambda board, options, lang: say(f"exports.table.{name}", lang)


def _reports(view: View) -> dict[str, Report]:
    board = view.board
    return reports(view.office.warehouse, board.site.sources, board.edition.number, board.document)


def _criteria(lang: str) -> tuple[Column, ...]:
    named = (
        Column(one.value, say(f"quality.criterion.{one.value}", lang), Form.NUMBER, "/100", 1)
        for one in Criterion
    )
    return (*named, _column("overall", lang, Form.NUMBER, 1, "/100"))


def _scored(score: Score) -> tuple[Value, ...]:
    return (*score.by_criterion.values(), score.overall)


def quality_sources(view: View) -> Dataset:
    """Sources by criterion, the weakest first."""
    lang, site, at = view.lang, view.board.site, view.board.edition.published_at
    columns = (_column("source", lang), _column("owner", lang), *_criteria(lang), _column("rows", lang, Form.NUMBER),
               _column("flawed", lang, Form.NUMBER))  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for report in _reports(view).values():
        counts, owner = report.counts(), site.departments.get(report.spec.owner)
        rows.append((
            report.spec.name.in_(lang), owner.name.in_(lang) if owner else report.spec.owner, *_scored(report.score(at)),
            counts.rows, sum(counts.flaws.values()),
        ))  # fmt: skip
    rows.sort(key=lambda row: (101.0 if row[6] is None else row[6], str(row[0])))
    return Dataset(_told(view, "quality_sources"), columns, rows)


def quality_kpis(view: View) -> Dataset:
    """Every KPI in scope by criterion, by source."""
    lang, at = view.lang, view.board.edition.published_at
    columns = (_column("kpi", lang, Form.CODE), _column("kpi_name", lang), _column("source", lang), *_criteria(lang),
               _column("present", lang, Form.NUMBER), _column("due", lang, Form.NUMBER))  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for report in _reports(view).values():
        for kpi in view.board.site.kpis_of(report.spec.id):
            if view.scope.allows(kpi=kpi.id):
                counts = report.counts(kpi.id)
                rows.append((
                    kpi.id, kpi.name.in_(lang), report.spec.name.in_(lang), *_scored(report.score(at, kpi.id)),
                    counts.present, counts.due,
                ))  # fmt: skip
    return Dataset(_told(view, "quality_kpis"), columns, rows)


def check_scores(board: Board, options: ScoreOptions, scope: Scope) -> None:
    """Raise JobError for an index that this site does not have."""
    if options.bo not in board.site.indices:
        raise JobError("exports.refused.unknown")


def scores(view: View) -> Dataset:
    """The province, its communes by official total, and its departments."""
    board, scope, lang = view.board, view.scope, view.lang
    index, book = board.site.indices[view.options.bo], ScoreBook(view.office.warehouse)
    at = book.at(board.edition.published_at)
    seen = book.read(index.id, view.options.ky, at)
    columns = (
        _column("code", lang, Form.CODE), _column("unit", lang), _column("rank", lang, Form.NUMBER),
        _column("official", lang, Form.NUMBER, index.decimals), _column("maximum", lang, Form.NUMBER, index.decimals),
        _column("own", lang, Form.NUMBER, index.decimals), _column("band", lang),
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
    told = _told(view, "scores", title=index.name.in_(lang), subject=index.short.in_(lang), time=view.options.ky,
                 period=formats.capital(formats.period(view.options.ky, lang)))  # fmt: skip
    return Dataset(told, columns, rows)


def catalogue(view: View) -> Dataset:
    """Every KPI in scope with the province's newest figure."""
    board, scope, lang = view.board, view.scope, view.lang
    columns = (
        _column("kpi", lang, Form.CODE), _column("kpi_name", lang), _column("group", lang), _column("period", lang, Form.CODE),
        _column("value", lang, Form.NUMBER, 2), _column("measured_in", lang), _column("state", lang), _column("standing", lang),
        _column("owner", lang), _column("source", lang),
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
    return Dataset(_told(view, "catalogue"), columns, rows)
