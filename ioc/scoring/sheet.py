"""A sheet: a file of rows under a line of headings, read as texts with their line numbers, from CSV or XLSX.

Owns encodings, separators and the limits of size. A file that is not such a sheet is refused with a sentence;
what the cells mean is somebody else's.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ioc.scoring.workbook import XLSX_MAGIC, rows_of

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 200_000
MOST_CELL = 2_000


class SheetError(Exception):
    """The file cannot be read as a sheet; the text says why and what to do, in Vietnamese."""


@dataclass(frozen=True)
class Line:
    """One row. `number` is its line in the file, counted from 1 with the headings."""

    number: int
    cells: dict[str, str]


def read_sheet(path: Path) -> tuple[bytes, tuple[str, ...], list[Line]]:
    """The bytes of the file, its headings in lower case, its rows that are not empty. Raises SheetError, OSError."""
    raw = read_whole(path)
    return raw, *sheet_of(raw, path.name)


def read_whole(path: Path) -> bytes:
    """The bytes of a file that is not too large. Raises SheetError, OSError."""
    if path.stat().st_size > MOST_BYTES:
        raise SheetError(
            f"{path.name} lớn hơn {MOST_BYTES // 1024 // 1024} MB; chia thành nhiều tệp theo kỳ."
        )
    return path.read_bytes()


def sheet_of(
    raw: bytes, name: str, *, most_rows: int = MOST_ROWS, most_unfolded: int | None = None
) -> tuple[tuple[str, ...], list[Line]]:
    """The headings and rows in the bytes of a file called `name`. Raises SheetError or WorkbookError."""
    packed = raw.startswith(XLSX_MAGIC)
    table = rows_of(raw, most_rows + 1, MOST_CELL, most_unfolded) if packed else _csv(raw, name)
    try:
        return _headed(table, name, most_rows)
    except csv.Error as error:
        raise SheetError(f"{name} không đúng dạng CSV ({error}); xuất lại tệp rồi nhập.") from None


def _csv(raw: bytes, name: str) -> Iterator[list[str]]:
    """Rows of a CSV in UTF-8, with or without its mark; comma or semicolon, whichever its headings use."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SheetError(
            f"{name} không phải UTF-8 (byte thứ {error.start}); trong Excel chọn lưu “CSV UTF-8” rồi nhập lại."
        ) from None
    if "\0" in text:
        raise SheetError(f"{name} không phải tệp văn bản; cần CSV (UTF-8) hoặc XLSX.")
    first = text.split("\n", 1)[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _headed(table: Iterable[list[str]], name: str, most_rows: int) -> tuple[tuple[str, ...], list[Line]]:
    rows = iter(table)
    heads = tuple(cell.strip().lower() for cell in next(rows, []))
    while heads and not heads[-1]:
        heads = heads[:-1]
    if not heads:
        raise SheetError(f"{name} không có dòng tiêu đề; dòng đầu phải là tên các cột.")
    twice = next((head for head in heads if heads.count(head) > 1), None)
    if twice is not None:
        raise SheetError(f"{name}: cột {twice!r} có hai lần (hoặc một cột không có tên); mỗi cột một tên.")
    found: list[Line] = []
    for at, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(found) == most_rows:
            raise SheetError(f"{name} có hơn {most_rows} dòng; chia thành nhiều tệp theo kỳ.")
        if any(cell.strip() for cell in row[len(heads) :]):
            raise SheetError(f"{name} dòng {at} có nhiều ô hơn dòng tiêu đề; kiểm tra dấu phân cách.")
        cells = (cell.strip()[:MOST_CELL] for cell in row)
        found.append(Line(at, dict(zip(heads, cells, strict=False))))
    return heads, found
