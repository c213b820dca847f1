"""The first sheet of an XLSX workbook as rows of texts, read with the standard library and nothing trusted.

Owns the limits: how many bytes a part may unfold to, how many rows and columns there may be; a document type or an
entity is refused before anything is expanded. Formulas are not computed, their last stored value is taken.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

XLSX_MAGIC = b"PK\x03\x04"
MOST_UNFOLDED = 120 * 1024 * 1024
MOST_PARTS = 500
MOST_COLUMNS = 100
MOST_STRINGS = 500_000
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_BLOCK = 64 * 1024


class WorkbookError(Exception):
    """The workbook cannot be read; the text says why and what to do, in Vietnamese."""


def rows_of(
    raw: bytes, most_rows: int, most_cell: int, most_unfolded: int | None = None
) -> Iterator[list[str]]:
    """Rows of the first sheet, empty ones included so that their numbers stay true. Raises WorkbookError."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if len(archive.infolist()) > MOST_PARTS:
                raise WorkbookError("Tệp XLSX có quá nhiều phần; lưu lại từ Excel chỉ với trang số liệu.")
            names = set(archive.namelist())
            budget = _Budget(MOST_UNFOLDED if most_unfolded is None else most_unfolded)
            strings = _Strings(most_cell)
            if "xl/sharedStrings.xml" in names:
                _parse(archive, "xl/sharedStrings.xml", strings, budget)
            cells = _Cells(strings.found, most_rows, most_cell)
            _parse(archive, _first_sheet(archive, names, budget), cells, budget)
    except (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, RuntimeError, EOFError) as error:
        raise WorkbookError(
            f"Không mở được tệp XLSX ({type(error).__name__}); lưu lại rồi nhập, hoặc dùng CSV."
        ) from None
    yield from cells.rows()


class _Budget:
    """Bytes that may still unfold."""

    def __init__(self, left: int):
        self.left = left

    def take(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise WorkbookError("Tệp XLSX khi mở ra quá lớn; chia thành nhiều tệp theo kỳ hoặc dùng CSV.")


class _Handler:
    """What a part of the workbook is read by; names come without their namespace."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, data: str) -> None: ...


class _Strings(_Handler):
    """The table of shared texts; phonetic hints are left out."""

    def __init__(self, most_cell: int):
        self.found: list[str] = []
        self.most_cell = most_cell
        self.parts: list[str] | None = None
        self.silent = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "rPh":
            self.silent += 1
        elif name == "si":
            self.found.append("")
            if len(self.found) > MOST_STRINGS:
                raise WorkbookError(
                    "Tệp XLSX có quá nhiều chữ khác nhau; chia thành nhiều tệp hoặc dùng CSV."
                )
        elif name == "t" and not self.silent:
            self.parts = []

    def end(self, name: str) -> None:
        if name == "rPh":
            self.silent -= 1
        elif name == "t" and self.parts is not None:
            if self.found:
                self.found[-1] = (self.found[-1] + "".join(self.parts))[: self.most_cell]
            self.parts = None

    def text(self, data: str) -> None:
        if self.parts is not None:
            self.parts.append(data)


class _Names(_Handler):
    """Elements of one name with their attributes."""

    def __init__(self, wanted: str):
        self.wanted = wanted
        self.found: list[dict[str, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == self.wanted:
            self.found.append(attributes)


class _Cells(_Handler):
    """The cells of a sheet by row and column."""

    def __init__(self, strings: list[str], most_rows: int, most_cell: int):
        self.strings, self.most_rows, self.most_cell = strings, most_rows, most_cell
        self.table: dict[int, dict[int, str]] = {}
        self.row = self.column = 0
        self.kind = ""
        self.parts: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            given = attributes.get("r", "")
            self.row = int(given) if given.isdecimal() and len(given) < 8 else self.row + 1
            self.column = 0
            if not 1 <= self.row <= self.most_rows:
                raise WorkbookError(
                    f"Tệp XLSX có hơn {self.most_rows - 1} dòng; chia thành nhiều tệp theo kỳ."
                )
        elif name == "c":
            place = _CELL.fullmatch(attributes.get("r", ""))
            self.column = _column(place[1]) if place else self.column + 1
            self.kind = attributes.get("t", "n")
            if self.column > MOST_COLUMNS:
                raise WorkbookError(f"Tệp XLSX có hơn {MOST_COLUMNS} cột; chỉ giữ các cột cần nhập.")
        elif name in ("v", "t"):
            self.parts = []

    def end(self, name: str) -> None:
        if name in ("v", "t") and self.parts is not None:
            value, self.parts = "".join(self.parts)[: self.most_cell], None
            row = self.table.setdefault(self.row, {})
            row[self.column] = row.get(self.column, "") + self._meant(value)

    def text(self, data: str) -> None:
        if self.parts is not None:
            self.parts.append(data)

    def _meant(self, value: str) -> str:
        if self.kind == "s":
            at = int(value) if value.isdecimal() and len(value) < 8 else -1
            if not 0 <= at < len(self.strings):
                raise WorkbookError("Tệp XLSX hỏng (bảng chữ thiếu mục); lưu lại từ Excel rồi nhập.")
            return self.strings[at]
        if self.kind == "n":
            return _number(value)
        return value

    def rows(self) -> Iterator[list[str]]:
        for at in range(1, max(self.table, default=0) + 1):
            row = self.table.get(at, {})
            yield [row.get(column, "") for column in range(1, max(row, default=0) + 1)]


def _number(value: str) -> str:
    """A stored number as one would write it: 15.34, not 15.340000000000001; whole numbers without a point."""
    try:
        number = float(value)
    except ValueError:
        return value
    return f"{number:.12g}" if abs(number) < 1e12 else value


def _column(letters: str) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - 64
    return found


def _first_sheet(archive: zipfile.ZipFile, names: set[str], budget: _Budget) -> str:
    sheets, links = _Names("sheet"), _Names("Relationship")
    _parse(archive, "xl/workbook.xml", sheets, budget)
    _parse(archive, "xl/_rels/workbook.xml.rels", links, budget)
    wanted = sheets.found[0].get("id") if sheets.found else None
    target = next((link.get("Target", "") for link in links.found if link.get("Id") == wanted), "")
    path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    if path not in names:
        raise WorkbookError("Tệp XLSX không có trang tính nào đọc được; lưu lại từ Excel rồi nhập.")
    return path


def _parse(archive: zipfile.ZipFile, part: str, handler: _Handler, budget: _Budget) -> None:
    """Run one part through a parser that knows no document types and no entities."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def plain(name: str) -> str:
        return name.rpartition(" ")[2]

    def refuse(*_: object) -> None:
        raise WorkbookError("Tệp XLSX chứa khai báo DOCTYPE, không an toàn nên không đọc; lưu lại từ Excel.")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda name, given: handler.start(
        plain(name), {plain(key): value for key, value in given.items()}
    )
    parser.EndElementHandler = lambda name: handler.end(plain(name))
    parser.CharacterDataHandler = handler.text
    try:
        with archive.open(part) as stream:
            while block := stream.read(_BLOCK):
                budget.take(len(block))
                parser.Parse(block, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise WorkbookError(
            f"Tệp XLSX hỏng ở {part} ({expat.ErrorString(error.code)}); lưu lại từ Excel rồi nhập."
        ) from None
