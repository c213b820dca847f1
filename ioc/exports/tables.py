"""Tables on paper: a data set in pages of rows, as SVG.

Owns column widths, the head repeated on every page and the cells. Numbers stand right, in the Vietnamese way; what does
not fit is shortened with an ellipsis, never laid over its neighbour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from ioc import formats
from ioc.exports.dataset import Column, Dataset, Form, Value
from ioc.exports.svg import cut, el, text, width, wrap
from ioc.wording import say

ROW, HEAD = 1.75, 2.9
"""Heights of a row and of the head, in sizes of text."""
_SAMPLE = 400


def shown(value: Value, column: Column, lang: str) -> str:
    """A value as it is read."""
    if value is None:
        return "–"
    if isinstance(value, date):
        return formats.day(value, lang)
    if isinstance(value, int | float):
        return formats.number(value, column.decimals, lang)
    return value


def on_paper(dataset: Dataset) -> Dataset:
    """The table with the columns that a page has room for, and a note that files of data hold them all."""
    if not dataset.paper:
        return dataset
    place = {column.key: at for at, column in enumerate(dataset.columns)}
    kept = [place[key] for key in dataset.paper if key in place]
    about = dataset.about
    note = say("exports.on_paper", about.lang, shown=len(kept), all=len(place))
    rows = [tuple(row[at] for at in kept) for row in dataset.rows]
    told = replace(about, notes=(*about.notes, note))
    return replace(
        dataset, about=told, columns=tuple(dataset.columns[at] for at in kept), rows=rows, paper=()
    )


def per_page(high: float, size: float) -> int:
    """How many rows find room under the head."""
    return max(1, int((high / size - HEAD) / ROW))


def widths(dataset: Dataset, wide: float, size: float) -> list[float]:
    """The width of each column: what it needs, shared out fairly when that is too much."""
    lang, wanted = dataset.about.lang, []
    for at, column in enumerate(dataset.columns):
        cells = [shown(row[at], column, lang) for row in dataset.rows[:_SAMPLE]]
        body = max((width(cell, size) for cell in cells), default=0.0)
        head = max((width(word, size * 0.9, 600) for word in _head(column).split()), default=0.0)
        wanted.append(max(body, head, width(_head(column), size * 0.9, 600) / 2.2) + size * 1.2)
    room = wide
    if sum(wanted) > room:
        fair = room / len(wanted)
        spare = room - sum(min(one, fair) for one in wanted)
        over = sum(max(0.0, one - fair) for one in wanted) or 1.0
        wanted = [one if one <= fair else fair + (one - fair) * spare / over for one in wanted]
    else:
        wanted = [one * min(1.6, room / sum(wanted)) for one in wanted]
    return wanted


def page(
    dataset: Dataset,
    rows: Sequence[tuple[Value, ...]],
    columns: Sequence[float],
    size: float,
    colours: Mapping[str, str],
) -> str:
    """Some rows under the head, from the corner at 0, 0 downwards."""
    parts, x, lang = [], 0.0, dataset.about.lang
    total = sum(columns)
    for column, wide in zip(dataset.columns, columns, strict=True):
        for at, line in enumerate(wrap(_head(column), size * 0.9, wide - size * 0.6, 600)):
            place = (
                (x + wide - size * 0.5, "end") if column.form is Form.NUMBER else (x + size * 0.3, "start")
            )
            parts.append(
                text(
                    place[0],
                    size * (1 + 1.15 * at),
                    line,
                    size * 0.9,
                    colours["ink"],
                    weight=600,
                    anchor=place[1],
                )
            )
        x += wide
    parts.append(
        el(
            "path",
            {
                "d": f"M0 {size * HEAD - size * 0.35:.2f}H{total:.2f}",
                "stroke": colours["ink"],
                "stroke_width": 0.8,
            },
        )
    )
    for line_at, row in enumerate(rows):
        base = size * (HEAD + ROW * line_at)
        if line_at:
            parts.append(
                el(
                    "path",
                    {
                        "d": f"M0 {base - size * 0.3:.2f}H{total:.2f}",
                        "stroke": colours["line-soft"],
                        "stroke_width": 0.5,
                    },
                )
            )
        x = 0.0
        for column, wide, value in zip(dataset.columns, columns, row, strict=True):
            said = cut(shown(value, column, lang), size, wide - size * 0.7)
            place = (
                (x + wide - size * 0.5, "end") if column.form is Form.NUMBER else (x + size * 0.3, "start")
            )
            parts.append(text(place[0], base + size * 0.95, said, size, colours["ink"], anchor=place[1]))
            x += wide
    return "".join(parts)


def _head(column: Column) -> str:
    return f"{column.title} ({column.unit})" if column.unit else column.title
