"""XLSX: one sheet of data, one of everything that is known about them.

Owns the look of a workbook. Numbers are numbers and shown the Vietnamese way by the reader's own settings, codes are
text, no cell is ever a formula or a link, and the same data set gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ioc.exports.dataset import Column, Dataset, Form
from ioc.exports.facts import facts
from ioc.exports.texts import plain_text
from ioc.wording import say

if TYPE_CHECKING:
    from xlsxwriter import Workbook

MOST_ROWS = 1_048_000
_WIDEST, _SAMPLE = 60, 200
_CELL = 32_767


def write(dataset: Dataset, path: Path) -> None:
    """Write the workbook to `path`, a row at a time: a hundred thousand rows need no more memory than ten."""
    import xlsxwriter

    about = dataset.about
    book = xlsxwriter.Workbook(str(path), {
        "constant_memory": True, "strings_to_numbers": False, "strings_to_formulas": False,
        "strings_to_urls": False, "nan_inf_to_errors": False, "default_date_format": "dd/mm/yyyy",
    })  # fmt: skip
    # The time of the edition, not of the writing: the same request gives the same file.
    book.set_properties({
        "title": plain_text(about.title)[:200], "subject": plain_text(about.edition)[:200], "author": "IOC",
        "company": plain_text(about.scope)[:200], "created": about.published_at.replace(tzinfo=None, microsecond=0),
    })  # fmt: skip
    _data(book, dataset)
    _about(book, dataset)
    book.close()


def _data(book: Workbook, dataset: Dataset) -> None:
    lang = dataset.about.lang
    sheet = book.add_worksheet(say("exports.sheet.data", lang))
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    formats = [_format(book, column) for column in dataset.columns]
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    mark = "; ".join(dataset.about.marks)
    sheet.set_footer(f"&L{_footer(dataset.about.edition)}&C{_footer(mark)}&R&P / &N")
    for at, column in enumerate(dataset.columns):
        sheet.set_column(at, at, _width(column, [row[at] for row in dataset.rows[:_SAMPLE]]), formats[at])
        head = f"{column.title} ({column.unit})" if column.unit else column.title
        sheet.write_string(0, at, plain_text(head), bold)
    for line, row in enumerate(dataset.rows, start=1):
        for at, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, str):
                sheet.write_string(line, at, plain_text(value)[:_CELL], formats[at])
            elif isinstance(value, date):
                sheet.write_datetime(line, at, datetime(value.year, value.month, value.day), formats[at])  # noqa: DTZ001
            else:
                sheet.write_number(line, at, value, formats[at])
    if dataset.rows:
        sheet.autofilter(0, 0, len(dataset.rows), len(dataset.columns) - 1)


def _about(book: Workbook, dataset: Dataset) -> None:
    sheet = book.add_worksheet(say("exports.sheet.about", dataset.about.lang))
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    for line, (label, text) in enumerate(facts(dataset.about)):
        sheet.write_string(line, 0, label, bold)
        sheet.write_string(line, 1, plain_text(text)[:_CELL], wrapped)


def _format(book: Workbook, column: Column) -> Any:
    """Separators in a number format are a place, not a sign: the reader's own settings choose comma or point."""
    if column.form is Form.NUMBER:
        return book.add_format(
            {"num_format": "#,##0" + ("." + "0" * column.decimals if column.decimals else "")}
        )
    if column.form is Form.DAY:
        return book.add_format({"num_format": "dd/mm/yyyy"})
    return book.add_format({"num_format": "@"})


def _width(column: Column, sample: Sequence[Any]) -> int:
    longest = max((len(str(value)) for value in sample if isinstance(value, str)), default=0)
    return max(8, min(_WIDEST, max(longest, min(len(column.title), 18)) + 2))


def _footer(text: str) -> str:
    """A footer's own codes begin with an ampersand."""
    return plain_text(text).replace("&", "&&")[:80]
