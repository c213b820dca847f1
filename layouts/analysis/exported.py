"""An analysis as an export: the explorer's question, its readings as rows, its picture as on the screen.

Owns the step from an address's parts to a data set. Values are those of the readings, not rounded; the marks beside
them are said in words.
"""

from __future__ import annotations

from typing import Any

from ioc import formats
from ioc.access import Scope
from ioc.analysis.address import read
from ioc.analysis.query import QueryError
from ioc.analysis.result import Result, analyse
from ioc.board import Board
from ioc.exports import numbers
from ioc.exports.dataset import Column, Dataset, Form, Value
from ioc.exports.listed import Parts
from ioc.exports.pictures import Chart, Picture, Rows
from ioc.exports.subjects import Subject, View
from ioc.jobs.kinds import JobError
from ioc.wording import has_words, say
from layouts.figures.explore import Look, figure
from layouts.figures.explore.words import heading, unit_of
from layouts.theme import palette

WIDE = 1280
"""Pixels of the screen whose picture is drawn."""


def _check(board: Board, options: Parts, scope: Scope) -> None:
    try:
        read(options.root, board, scope)
    except QueryError:
        raise JobError("exports.refused.unknown") from None


def _title(board: Board, options: Parts, lang: str) -> str:
    return say("exports.analysis", lang)


def _result(view: View) -> tuple[Result, Look]:
    query = read(view.options.root, view.board, view.scope)
    return analyse(view.board, query, view.scope), Look(WIDE, palette("day"), view.lang)


def _dataset(view: View) -> Dataset:
    from layouts.analysis.document import line, title
    from layouts.analysis.remarks import remarks

    result, look = _result(view)
    lang, site = view.lang, view.board.site
    columns = [
        Column("code", say("exports.head.code", lang), Form.CODE), Column("name", say("exports.head.area", lang)),
        Column("period", say("exports.head.period", lang), Form.CODE), Column("period_name", say("exports.head.period_name", lang)),
    ]  # fmt: skip
    for column in result.columns:
        unit = unit_of(result, column.kpi, lang)
        columns += [
            Column(column.kpi.id, heading(result, column.kpi, look), Form.NUMBER, unit, result.decimals(column.kpi)),
            Column(f"{column.kpi.id}_state", say("exports.head.state", lang)),
        ]  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for unit_ in [*result.units, *([result.root] if result.root else [])]:
        for at, period in enumerate(result.periods):
            cells: list[Value] = []
            for column in result.columns:
                reading = column.rows[unit_.id][at]
                cells += [reading.value, _state(reading, lang)]
            name = unit_.name or look.say("merged", n=formats.number(len(result.chosen), 0, lang))
            rows.append((unit_.code, name, period, formats.period(period, lang), *cells))
    sources = dict.fromkeys(
        site.sources[one.kpi.source].name.in_(lang)
        for one in result.columns
        if one.kpi.source in site.sources
    )
    first, last = result.periods[0], result.periods[-1]
    area = result.chosen[0].name if len(result.chosen) == 1 else view.board.root.name
    about = numbers.about(
        view.board, lang, title=title(result, look), subject=result.columns[0].kpi.short.in_(lang), area=area,
        time=first if first == last else f"{first}-{last}", period=line(result, look),
        scope=view.board.root.name, source=", ".join(sources), notes=tuple(remarks(result, look)[:4]),
    )  # fmt: skip
    return Dataset(about, tuple(columns), rows)


def _state(reading: Any, lang: str) -> str:
    key = f"states.{reading.state}"
    return say(key, lang) if has_words(key) else reading.state


def _picture(view: View, dataset: Dataset) -> Picture:
    result, look = _result(view)
    drawn = figure(result, look)
    return Chart(drawn) if drawn else Rows()


ANALYSIS = Subject("analysis", Parts, _title, _dataset, _picture, _check)
