"""Tables of one unit's score: groups, metrics, and the official totals of the last periods.

Owns their columns, which unit and period the options name, and which periods a trend compares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ioc import formats
from ioc.exports.dataset import Dataset, Form, Value
from ioc.exports.listed import Listing, columns, commune
from ioc.exports.listings import last_import
from ioc.exports.pictures import Chart
from ioc.exports.subjects import View
from ioc.jobs.kinds import JobError
from ioc.scoring import words
from ioc.scoring.book import ScoreBook
from ioc.scoring.index import Index
from ioc.scoring.rows import DEPARTMENT
from ioc.scoring.standing import Standing, standing, whereabouts
from ioc.wording import say

TREND = 13
"""Periods of a trend."""


@dataclass(frozen=True)
class _Asked:
    index: Index
    period: str
    unit: str
    book: ScoreBook
    at: int


def totals(book: ScoreBook, index: Index, unit: str, at: int, period: str) -> dict[str, float]:
    """Official totals of one unit in the last periods of the same kind as `period`."""
    known = book.periods(index.id, at)
    alike = [key for key in known if len(key) == len(period) and ("Q" in key) == ("Q" in period)][-TREND:]
    read = book.totals(index.id, unit, at, alike)
    scores = {key: one for found in read.values() for key, one in found.items()}
    return whereabouts(scores, index, alike, unit)


def _asked(view: View) -> _Asked:
    """Index `bo`, period `ky`, commune `xa` or department `dv`, last import `lan`. Raises JobError for what there is not."""
    parts, board = view.options.root, view.board
    index, department = board.site.indices.get(parts.get("bo", "")), parts.get("dv")
    if index is None or not parts.get("ky"):
        raise JobError("exports.refused.unknown")
    area = commune(view)
    if area is None and not view.scope.allows(area=board.root.id):
        raise JobError("exports.refused.unknown")
    if department and department not in board.site.departments:
        raise JobError("exports.refused.unknown")
    unit = area.id if area else f"{DEPARTMENT}{department}" if department else board.root.id
    book = ScoreBook(view.office.warehouse)
    return _Asked(index, parts["ky"], unit, book, last_import(book, view, parts.get("lan")))


def _stand(view: View, asked: _Asked) -> Standing:
    seen = asked.book.read(asked.index.id, asked.period, asked.at)
    return standing(asked.index, asked.unit, asked.period, seen, view.board, view.scope)


def _listing(
    view: View,
    asked: _Asked,
    heads: Sequence[object],
    rows: list[tuple[Value, ...]],
    kind: str,
    paper: tuple[str, ...] = (),
) -> Listing:
    lang, board = view.lang, view.board
    name = words.unit_name(asked.unit, board.site, board.register, lang)
    table = say(f"exports.table.score_{kind}", lang)
    return Listing(
        heads, rows, title=f"{table}: {asked.index.name.in_(lang)}", area=board.register.by_id.get(asked.unit),  # type: ignore[arg-type]
        time=asked.period, unit=say("scores.unit", lang),
        source=", ".join(dict.fromkeys(one.document for one in asked.book.behind(asked.index.id, asked.period, asked.at))), period=formats.capital(formats.period(asked.period, lang)),
        filters=((say("exports.list.unit", lang), name),), paper=paper,
    )  # fmt: skip


def groups(view: View) -> Listing:
    """Every group: official points of how many, our own reckoning, the difference."""
    asked, lang = _asked(view), view.lang
    places = asked.index.decimals
    heads = columns(
        lang, code=Form.CODE, group=Form.TEXT, official=places, maximum=places, own=places, difference=places
    )
    rows: list[tuple[Value, ...]] = [
        (one.group.code, one.group.name.in_(lang), one.official, one.maximum, one.own, one.difference)
        for one in _stand(view, asked).groups
    ]
    return _listing(view, asked, heads, rows, "groups")


def metrics(view: View) -> Listing:
    """Every metric: official points with ratio and counts, our own with its ratio, the difference, what is to gain."""
    asked, lang = _asked(view), view.lang
    places = asked.index.decimals
    heads = columns(
        lang, group=Form.TEXT, metric_code=Form.CODE, metric=Form.TEXT, official=places, maximum=places,
        ratio=words.RATIO_DECIMALS, numerator=0, denominator=0, full_at=2, own=places, own_ratio=words.RATIO_DECIMALS,
        difference=places, gain=places, to_gain=Form.TEXT,
    )  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for group in _stand(view, asked).groups:
        for one in group.metrics:
            given, own = one.official, one.own
            rows.append((
                group.group.name.in_(lang), one.metric.id, one.metric.name.in_(lang), given.score if given else None, one.maximum,
                given.ratio if given else None, given.numerator if given else None, given.denominator if given else None,
                one.metric.full_at, own.points if own else None,
                own.cell.value if own and own.cell.state == "value" else None, one.difference,
                one.gain.points if one.gain else None, formats.capital(words.gain(one, asked.index, lang)) or None,
            ))  # fmt: skip
    paper = ("metric_code", "metric", "official", "maximum", "ratio", "own", "difference", "gain")
    return _listing(view, asked, heads, rows, "metrics", paper)


def trend(view: View) -> Listing:
    """Official totals of the last periods of this kind, ascending."""
    asked, lang = _asked(view), view.lang
    heads = columns(lang, period=Form.CODE, period_name=Form.TEXT, official=asked.index.decimals)
    found = totals(asked.book, asked.index, asked.unit, asked.at, asked.period)
    rows: list[tuple[Value, ...]] = [
        (key, formats.capital(formats.period(key, lang)), value) for key, value in found.items()
    ]
    return _listing(view, asked, heads, rows, "trend")


def trend_chart(view: View, dataset: Dataset) -> Chart:
    """Columns from zero, as on the page."""
    from layouts.theme import palette

    bars = {
        "type": "bar", "x": [formats.period(str(row[0]), view.lang, short=True) for row in dataset.rows],
        "y": [row[2] for row in dataset.rows], "marker": {"color": palette("day")["seq-4"]},
    }  # fmt: skip
    return Chart(
        {
            "data": [bars] if dataset.rows else [],
            "layout": {"xaxis": {"type": "category"}, "yaxis": {"rangemode": "tozero"}},
        }
    )
