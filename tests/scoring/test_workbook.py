"""An XLSX says the same as a CSV, and what would blow up when opened is refused before it does."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from ioc.scoring import workbook
from ioc.scoring.sheet import SheetError, read_sheet
from ioc.scoring.workbook import WorkbookError, rows_of

BOOK = (
    '<workbook xmlns="x" xmlns:r="rel"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
LINKS = '<Relationships xmlns="y"><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'


def pack(sheet: str, strings: str | None = None, **more: str) -> bytes:
    """A workbook of one sheet, as small as they come."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", LINKS)
        if strings is not None:
            archive.writestr("xl/sharedStrings.xml", strings)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, text in more.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def sheet(*rows: str) -> str:
    return f'<worksheet xmlns="x"><sheetData>{"".join(rows)}</sheetData></worksheet>'


def plain(*cells: str) -> str:
    return (
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in cells) + "</row>"
    )


def read(raw: bytes, most: int = 1000) -> list[list[str]]:
    return list(rows_of(raw, most, 200))


def test_texts_numbers_gaps_and_empty_rows_come_out_where_they_stand(tmp_path: Path) -> None:
    strings = '<sst xmlns="x"><si><t>year</t></si><si><r><t>sco</t></r><r><t>re</t></r></si><si><t>tên</t><rPh><t>x</t></rPh></si></sst>'
    made = pack(
        sheet(
            '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c><c r="D1" t="s"><v>2</v></c></row>',
            '<row r="3"><c r="A3"><v>2026</v></c><c r="C3"><v>15.340000000000002</v></c><c r="D3" t="str"><f>1+1</f><v>Bản &amp; xã</v></c></row>',
        ),
        strings,
    )
    assert read(made) == [["year", "", "score", "tên"], [], ["2026", "", "15.34", "Bản & xã"]]
    path = tmp_path / "diem.xlsx"
    path.write_bytes(pack(sheet(plain("Year", "Score"), plain("2026", "1,5"))))
    _, heads, lines = read_sheet(path)
    assert heads == ("year", "score")
    assert [(line.number, line.cells) for line in lines] == [(2, {"year": "2026", "score": "1,5"})]


@pytest.mark.parametrize(
    "part",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + sheet(plain("&b;")),
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">' + sheet(plain("x")),
    ],
)
def test_document_types_and_entities_are_refused(part: str) -> None:
    with pytest.raises(WorkbookError, match="DOCTYPE"):
        read(pack(part.replace("&amp;", "&")))


def test_a_bomb_is_refused_before_it_unfolds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_UNFOLDED", 1024 * 1024)
    bomb = pack(sheet(plain("x")) + " " * (50 * 1024 * 1024))
    assert len(bomb) < 200_000
    with pytest.raises(WorkbookError, match="quá lớn"):
        read(bomb)


def test_too_many_rows_columns_or_parts_are_refused() -> None:
    with pytest.raises(WorkbookError, match="dòng"):
        read(pack(sheet('<row r="9000000"><c r="A9000000"><v>1</v></c></row>')))
    with pytest.raises(WorkbookError, match="dòng"):
        read(pack(sheet(*[plain("x")] * 12)), most=11)
    with pytest.raises(WorkbookError, match="cột"):
        read(pack(sheet('<row r="1"><c r="ZZZ1"><v>1</v></c></row>')))
    with pytest.raises(WorkbookError, match="nhiều phần"):
        read(pack(sheet(plain("x")), **{f"part{at}": "" for at in range(600)}))


@pytest.mark.parametrize(
    "raw",
    [
        pack("<worksheet><sheetData>"),
        pack(sheet('<row><c t="s"><v>7</v></c></row>'), '<sst xmlns="x"/>'),
        pack(sheet(plain("x")))[:-40],
        b"PK\x03\x04",
    ],
)
def test_a_broken_workbook_is_a_sentence_not_a_traceback(raw: bytes) -> None:
    with pytest.raises(WorkbookError, match="XLSX"):
        read(raw)


def test_a_file_too_large_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ioc.scoring.sheet.MOST_BYTES", 10)
    path = tmp_path / "to.csv"
    path.write_text("year,score\n2026,1\n")
    with pytest.raises(SheetError, match="lớn hơn"):
        read_sheet(path)
