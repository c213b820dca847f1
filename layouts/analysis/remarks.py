"""Remarks: what must be minded when an analysis is used, in words, the same thing said once for all KPIs it is true of.

Owns the sentences under a picture: what the numbers are (from `ioc.analysis.notes`), what the picture leaves to the
table, where its series break and what its signs mean.
"""

from __future__ import annotations

from collections.abc import Iterator

from ioc import formats
from ioc.analysis.notes import Note, marks_of, notes
from ioc.analysis.query import THROUGH_TIME, Against, View, Way
from ioc.analysis.result import Result
from ioc.catalogue import Kpi
from ioc.periods import Period
from ioc.wording import say
from layouts.figures.explore.canvas import MOST_ROWS, Look
from layouts.figures.explore.lines import alike
from layouts.figures.explore.small import blocks

ONE_PERIOD_ROWS = frozenset({View.BARS, View.DOTS})
MAPS = frozenset({View.MAP, View.MAP_TABLE})


def remarks(result: Result, look: Look) -> list[str]:
    """All sentences, most important first."""
    grouped: dict[tuple[str, tuple[tuple[str, int | str], ...]], list[str]] = {}
    for note in notes(result):
        grouped.setdefault((note.key, note.values), []).append(note.kpi or "")
    found = [_said(key, values, kpis, result, look) for (key, values), kpis in grouped.items()]
    return [*found, *_of_the_picture(result, look), *_breaks(result, look), *_signs(result, look)]


def _said(
    key: str, values: tuple[tuple[str, int | str], ...], kpis: list[str], result: Result, look: Look
) -> str:
    words: dict[str, object] = {
        name: formats.number(value, 0, look.lang)
        if isinstance(value, int)
        else formats.period(value, look.lang)
        for name, value in values
    }
    if key == Note.LEFT_OUT:
        words["kept"] = formats.number(len(result.units), 0, look.lang)
    words["kpi"] = named([result.board.site.kpis[kpi] for kpi in kpis if kpi], look)
    return look.say(f"note.{key}", **words)


def named(kpis: list[Kpi], look: Look) -> str:
    """Short names of KPIs, one after the other."""
    return formats.capital(", ".join(kpi.short.in_(look.lang) for kpi in kpis))


def _of_the_picture(result: Result, look: Look) -> Iterator[str]:
    """What the picture leaves to the table."""
    view = result.query.view
    if view in MAPS and len(result.columns) > 1:
        yield look.say("note.first_only")
    drawn = blocks(result) if view is View.SMALL else len(result.columns)
    if drawn < len(result.columns):
        yield look.say("note.small_cut", n=drawn)
    if view is View.SCATTER and len(result.columns) > 2:
        yield look.say("note.two_only")
    if view in ONE_PERIOD_ROWS | {View.HEAT, View.SMALL} and len(result.units) > MOST_ROWS:
        count = formats.number(len(result.units), 0, look.lang)
        yield look.say("note.rows_cut", n=MOST_ROWS // 2, all=count)
    if view in (View.LINES, View.SMALL) and len(result.units) > 1:
        sums = [column.kpi for column in result.columns if not alike(column, result)]
        if sums:
            yield look.say("note.whole_dwarfs", kpi=named(sums, look))


def _breaks(result: Result, look: Look) -> Iterator[str]:
    if result.query.view not in THROUGH_TIME:
        return
    days = [Period.parse(key).first for key in result.periods]
    grouped: dict[tuple[str, str], list[Kpi]] = {}
    for column in result.columns:
        for mark in marks_of(result, column.kpi, look.lang):
            if days[0] < mark.on <= days[-1]:
                cause = f"{mark.cause} ({mark.document})." if mark.document else f"{mark.cause}."
                key = formats.day(mark.on, look.lang), formats.capital(cause)
                grouped.setdefault(key, []).append(column.kpi)
    for (day, cause), kpis in grouped.items():
        yield look.say("note.break", kpi=named(kpis, look), day=day, cause=cause)


def _signs(result: Result, look: Look) -> Iterator[str]:
    """What shapes mean where a picture has them."""
    if result.query.view not in ONE_PERIOD_ROWS or result.query.way is not Way.VALUE:
        return
    if result.query.view is View.DOTS and any(column.kpi.target for column in result.columns):
        grades = {name: say(f"grades.{name}", look.lang) for name in ("good", "watch", "bad")}
        yield look.say("note.shapes", **grades)
    before = next((column.compared for column in result.columns if column.compared), None)
    if Against.BEFORE in result.query.against and before:
        yield look.say("note.rings", period=formats.period(before, look.lang))
