"""Numbers of one KPI as data sets: all communes in one period, or one area through its periods.

Owns their columns and what is said about them. Every number is the board's own; the province stands as a row of its own
and is never summed here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ioc import formats
from ioc.access import Scope
from ioc.areas import Area
from ioc.board import Board
from ioc.catalogue import Grade, Kpi
from ioc.cells import Cell
from ioc.exports.dataset import About, Column, Dataset, Form, Value
from ioc.exports.subjects import View
from ioc.periods import Period
from ioc.quality.report import reports
from ioc.unknown import UnknownPeriodError
from ioc.wording import say


class KpiOptions(BaseModel):
    """State of a page that shows one KPI: `kpi`, period `ky`, area `xa`, how its map is painted (`mau`, `chia`), legend
    entries left out (`an`), layers (`lop`), and ways of looking that a file does not follow (`xem`, `voi`,
    `cap`, `tinh`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kpi: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    ky: str | None = Field(None, max_length=14)
    xa: str | None = Field(None, max_length=12)
    mau: Literal["gia-tri", "xep-loai", ""] | None = None
    chia: Literal["phan-vi", "deu", "tu-nhien", ""] | None = None
    an: str = Field("", max_length=200)
    lop: str = Field("", max_length=200)
    xem: str = Field("", max_length=40)
    voi: str = Field("", max_length=400)
    cap: str = Field("", max_length=10)
    tinh: str = Field("", max_length=2)


def check(board: Board, options: KpiOptions, scope: Scope) -> None:
    """Raise an UnknownError for a KPI or period whose map cannot be shown; every commune shows what the scope allows."""
    board.strip(options.kpi, period_of(board, options, scope), scope)


def check_series(board: Board, options: KpiOptions, scope: Scope) -> None:
    """Raise an UnknownError for a KPI, period or area whose series cannot be shown."""
    area_of(board, options, scope)


def title(board: Board, options: KpiOptions, lang: str) -> str:
    """The KPI's name with its period."""
    entry = board.site.kpis[options.kpi]
    when = formats.period(options.ky or board.latest_period(entry.id), lang)
    return say("exports.title", lang, name=entry.name.in_(lang), period=when)


def period_of(board: Board, options: KpiOptions, scope: Scope) -> str:
    """The period asked for, else the one to show first. Raises an UnknownError."""
    entry = board.kpi(options.kpi, scope)
    if options.ky is None:
        return board.latest_period(entry.id)
    try:
        return Period.parse(options.ky).key
    except ValueError as error:
        raise UnknownPeriodError(str(error)) from None


def area_of(board: Board, options: KpiOptions, scope: Scope) -> Area:
    """The commune asked for, else the whole. Raises an UnknownError."""
    found = board.find(options.xa) if options.xa else board.root
    board.cell(options.kpi, found.id, period_of(board, options, scope), scope)
    return found


def map_table(view: View) -> Dataset:
    """All communes in one period, the whole first."""
    board, scope, lang = view.board, view.scope, view.lang
    entry = board.kpi(view.options.kpi, scope)
    period = period_of(board, view.options, scope)
    ranks = board.rank(entry.id, period, scope)
    names = {area.id: area for area in (*board.communes, board.root)}
    cells = list(board.row(entry.id, period, scope)) if entry.level != "province" else []
    if scope.allows(area=board.root.id):
        cells.insert(0, board.total(entry.id, period, scope))
    columns = (
        Column("code", _head("code", lang), Form.CODE), Column("name", _head("area", lang)),
        *_measured(entry, lang), Column("rank", _head("rank", lang), Form.NUMBER),
    )  # fmt: skip
    rows = [
        (names[cell.area].code, names[cell.area].name, *_values(cell, lang), ranks.get(cell.area))
        for cell in cells
    ]
    about = about_kpi(view, entry, period, board.root, cells)
    codes = [None if cell.area == board.root.id else names[cell.area].code for cell in cells]
    return Dataset(about, columns, rows, codes)


def series_table(view: View) -> Dataset:
    """One area through all periods of the kind that is shown, ascending."""
    board, scope, lang = view.board, view.scope, view.lang
    entry, area = board.kpi(view.options.kpi, scope), area_of(board, view.options, scope)
    cells = series_of(view)
    columns = (
        Column("period", _head("period", lang), Form.CODE), Column("period_name", _head("period_name", lang)),
        *_measured(entry, lang),
    )  # fmt: skip
    rows = [
        (cell.period, formats.capital(formats.period(cell.period, lang)), *_values(cell, lang))
        for cell in cells
    ]
    span = f"{cells[0].period}-{cells[-1].period}" if cells else None
    about = about_kpi(view, entry, period_of(board, view.options, scope), area, cells, span)
    return Dataset(about, columns, rows)


def series_of(view: View) -> list[Cell]:
    """The cells behind a trend: every period of the kind and basis that the page shows."""
    shown = Period.parse(period_of(view.board, view.options, view.scope))
    area = area_of(view.board, view.options, view.scope)
    return view.board.series(view.options.kpi, area.id, view.scope, shown.cumulative, shown.kind)


def about_kpi(
    view: View, entry: Kpi, period: str, area: Area, cells: Iterable[Cell] = (), span: str | None = None
) -> About:
    """What there is to say of numbers of one KPI; `span` names several periods instead of the one."""
    board, lang = view.board, view.lang
    spec = board.site.sources.get(entry.source)
    run = view.office.warehouse.published_run(entry.source, board.edition.number)
    report = reports(view.office.warehouse, board.site.sources, board.edition.number, board.document).get(
        entry.source
    )
    score = report.score(board.edition.published_at, entry.id).overall if report else None
    marks = []
    if any(cell.status is not None and cell.status.value == "provisional" for cell in cells):
        marks.append(say("exports.mark.provisional", lang))
    when = formats.capital(formats.period(period, lang))
    name = say("exports.series", lang, name=entry.name.in_(lang)) if span else entry.name.in_(lang)
    if span:
        first, last = (one.period for one in _ends(cells))
        when = say("exports.span", lang, first=formats.period(first, lang), last=formats.period(last, lang))
    return about(
        board, lang, title=name, subject=entry.short.in_(lang), area=area.name, time=span or period,
        unit=entry.unit.in_(lang), period=when, scope=scope_words(board, view.scope, area, lang),
        source=say("exports.source", lang, name=spec.name.in_(lang), system=spec.system) if spec else entry.source,
        as_of="" if run is None or run.finished_at is None else say(
            "exports.as_of", lang, day=formats.day(run.as_of or run.finished_at, lang),
            received=formats.instant(run.finished_at, lang),
        ),
        quality="" if score is None else say("exports.quality", lang, score=formats.number(int(score), 0, lang)),
        basis=f"{entry.formula.in_(lang)} · {entry.legal_basis}", marks=tuple(marks),
    )  # fmt: skip


def about(
    board: Board, lang: str, *, title: str, subject: str, area: str, time: str, **more: object
) -> About:
    """`About` with what every export of this board says alike: edition, and the demonstration's mark."""
    edition = board.edition
    marks: tuple[str, ...] = more.pop("marks", ())  # type: ignore[assignment]
    if board.site.head.demonstration:
        marks = (say("exports.mark.demonstration", lang), *marks)
    told = say(
        "exports.edition", lang, n=formats.number(edition.number, 0, lang),
        at=formats.instant(edition.published_at, lang),
    )  # fmt: skip
    return About(
        title=title, subject=subject, area=area, time=time, lang=lang, number=edition.number,
        published_at=edition.published_at, edition=told, marks=marks, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def scope_words(board: Board, scope: Scope, area: Area, lang: str) -> str:
    """The area, and how many of its communes can be seen when that is not all."""
    if area.id != board.root.id:
        return f"{area.name}, {board.root.name}"
    seen = sum(scope.allows(area=one.id) for one in board.communes)
    return say("exports.scope", lang, name=board.root.name, seen=seen, all=len(board.communes))


def _ends(cells: Iterable[Cell]) -> tuple[Cell, Cell]:
    held = list(cells)
    return held[0], held[-1]


def _head(name: str, lang: str) -> str:
    return say(f"exports.head.{name}", lang)


def _measured(entry: Kpi, lang: str) -> tuple[Column, ...]:
    """The columns of a cell, the same in every table of one KPI."""
    unit, decimals = entry.unit.in_(lang), entry.decimals
    return (
        Column("value", _head("value", lang), Form.NUMBER, unit, decimals),
        Column("numerator", _head("numerator", lang), Form.NUMBER, decimals=0 if entry.is_share else decimals),
        Column("denominator", _head("denominator", lang), Form.NUMBER),
        Column("target", _head("target", lang), Form.NUMBER, unit, decimals),
        Column("grade", _head("grade", lang)), Column("state", _head("state", lang)),
        Column("status", _head("status", lang)),
        Column("reporting", _head("reporting", lang), Form.NUMBER),
        Column("expected", _head("expected", lang), Form.NUMBER),
    )  # fmt: skip


def _values(cell: Cell, lang: str) -> tuple[Value, ...]:
    state = say(f"states.{cell.state}", lang)
    if cell.small and cell.state == "value":
        state = f"{state}, {say('states.small', lang)}"
    return (
        cell.value, cell.numerator, cell.denominator, cell.target.target if cell.target else None,
        say(f"grades.{cell.grade.value}", lang) if cell.grade is not Grade.NONE else None, state,
        say(f"states.status.{cell.status.value}", lang) if cell.status else None, cell.reporting, cell.expected,
    )  # fmt: skip
