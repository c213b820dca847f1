"""The workbook says what the plan says, carries its marks on every sheet, and no text in it can become a formula."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from ioc.office import Office
from ioc.planning.book import Plan
from ioc.planning.paper import write


@pytest.fixture
def book(tmp_path: Path, kept: Plan, office: Office) -> openpyxl.Workbook:
    write(tmp_path / "plan.xlsx", kept, office, "vi")
    return openpyxl.load_workbook(tmp_path / "plan.xlsx")


def test_the_list_adds_up_to_the_plan(book: openpyxl.Workbook, kept: Plan) -> None:
    rows = list(book["Danh mục"].iter_rows(min_row=6, values_only=True))
    assert len(rows) == len(kept.document["measures"]) > 3
    assert sum(row[7] for row in rows) == sum(kept.document["spent"])
    assert sum(row[8] for row in rows) == kept.document["households"]
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert all(row[9] for row in rows)


def test_communes_and_what_is_left_add_up_too(book: openpyxl.Workbook, kept: Plan) -> None:
    communes = list(book["Theo xã"].iter_rows(min_row=6, values_only=True))
    left = list(book["Chưa đáp ứng"].iter_rows(min_row=6, values_only=True))
    lacking, served = sum(row[1] for row in communes), sum(row[2] for row in communes)
    assert served == kept.document["households"]
    assert sum(row[3] for row in left) == lacking - served


def test_every_sheet_carries_the_marks(book: openpyxl.Workbook) -> None:
    assert len(book.sheetnames) == 6
    for sheet in book:
        assert "KHÔNG PHẢI SỐ LIỆU CHÍNH THỨC" in sheet["A3"].value
        assert "giả định" in sheet["A3"].value
        assert "KHÔNG PHẢI SỐ LIỆU CHÍNH THỨC" in sheet.oddHeader.center.text
    basis = list(book["Giả định, nguồn"].iter_rows(min_row=6, values_only=True))
    assert any(row[0] == "Trạm BTS" and row[1] == "giả định" for row in basis)


def test_no_text_becomes_a_formula(tmp_path: Path, kept: Plan, office: Office) -> None:
    evil = '=HYPERLINK("http://x",1)'
    document = {**kept.document, "measures": [{**one, "name": evil} for one in kept.document["measures"]]}
    write(tmp_path / "evil.xlsx", replace(kept, document=document, made_by=evil), office, "vi")
    book = openpyxl.load_workbook(tmp_path / "evil.xlsx")
    assert book["Danh mục"]["D6"].value == evil
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_the_same_plan_is_the_same_workbook(tmp_path: Path, kept: Plan, office: Office) -> None:
    for name in ("a", "b"):
        write(tmp_path / name, kept, office, "vi")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
