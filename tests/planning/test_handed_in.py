"""A workbook of candidates is taken whole or refused with every line at fault."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from ioc.planning.handed_in import ListError, read_list
from tests.planning.test_sites import assumptions

HEAD = ["id", "measure", "name", "village", "lat", "lon", "cost", "serves", "after"]


def workbook(path: Path, *rows: list[object], head: list[str] = HEAD) -> Path:
    book = openpyxl.Workbook()
    for row in (head, *rows):
        book.active.append(row)
    book.save(path)
    return path


def test_a_workbook_and_the_same_as_csv_say_the_same(tmp_path: Path) -> None:
    rows = [
        ["T1", "tower", "Núi Cao", None, 22.5, 103.1, 1500.5, "v1; v2", None],
        ["L1", "line", "", "v1", None, None, 900, None, "T1"],
    ]
    path = workbook(tmp_path / "a.xlsx", *rows)
    text = "id;measure;name;village;lat;lon;cost;serves;after\nT1;tower;Núi Cao;;22,5;103,1;1500,5;v1 v2;\nL1;line;;v1;;;900;;T1\n"
    other = tmp_path / "a.csv"
    other.write_text(text, encoding="utf-8")
    found = read_list(path, assumptions(), {"v1", "v2"})
    assert found.candidates == read_list(other, assumptions(), {"v1", "v2"}).candidates
    assert found.candidates[0].serves == ("v1", "v2")
    assert found.candidates[0].cost == 1500.5
    assert found.candidates[1].after == ("T1",)


def test_every_line_at_fault_is_named_and_nothing_is_taken(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        ["T1", "tower", "", "v1", None, None, "nhiều", None, None],
        ["T2", "mast", "", "v1", None, None, 5, None, None],
        ["T3", "tower", "", "v9", None, None, 5, None, None],
        ["T4", "tower", "", None, None, None, 5, None, None],
        ["T5", "tower", "", "v1", 22.0, None, 5, None, None],
        ["T6", "tower", "", "v1", None, None, -5, None, "T99"],
        ["T3", "tower", "", "v1", None, None, 5, None, None],
    )
    with pytest.raises(ListError) as refused:
        read_list(path, assumptions(), {"v1"})
    told = str(refused.value)
    for part in (
        "dòng 2: cost",
        "dòng 3: measure 'mast'",
        "dòng 4: không có thôn, bản mã v9",
        "dòng 5",
        "dòng 6: lat và lon",
        "dòng 7",
        "dòng 8: mã 'T3'",
    ):
        assert part in told
    assert "chưa nhập gì" in told


@pytest.mark.parametrize(
    ("head", "said"),
    [(["id", "measure"], "thiếu cột cost"), ([*HEAD, "tiền"], "cột lạ: tiền"), (HEAD, "0 phương án")],
)
def test_a_sheet_of_another_shape_is_refused_with_the_columns_it_should_have(
    tmp_path: Path, head: list[str], said: str
) -> None:
    with pytest.raises(ListError, match=said):
        read_list(workbook(tmp_path / "a.xlsx", head=head), assumptions(), set())


def test_what_is_no_workbook_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04 not a workbook")
    with pytest.raises(ListError, match="Không mở được"):
        read_list(path, assumptions(), set())
