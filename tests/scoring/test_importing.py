"""Official scores become facts as they are, every row is accounted for, and what was corrected stays readable."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ioc.office import Office
from ioc.scoring.book import ScoreBook
from ioc.scoring.importing import ImportRefused, Outcome, import_scores
from ioc.scoring.index import Index, ScoreUnit
from ioc.scoring.rows import Key, Reason
from tests.board.province import NOW
from tests.scoring.conftest import Write, row

FIRST = "00001@20250701"
A1 = Key("2026-10", FIRST, "A", "a1")


def take(office: Office, path: Path, index: Index, days: int = 0, document: str = "Công văn 1") -> Outcome:
    return import_scores(office, path, index, document, "Người nhập", NOW + timedelta(days=days))


def test_a_score_is_kept_as_the_file_says_it(office: Office, write: Write, small: Index) -> None:
    # 50 of 100 at full marks from 80 would be 25 by the rule; the file says 31,07 and is right
    outcome = take(
        office, write(row(score="31,07", ratio="12.5"), delimiter=";", encoding="utf-8-sig"), small
    )
    book = ScoreBook(office.warehouse)
    kept = book.read("thu", "2026-10", book.at())
    assert set(kept) == {A1}
    assert (kept[A1].score, kept[A1].ratio, kept[A1].numerator, kept[A1].max_score) == (31.07, 12.5, 50, 40)
    record = outcome.record
    assert (record.document, record.imported_by, record.imported_at, record.file) == (
        "Công văn 1",
        "Người nhập",
        NOW,
        "diem.csv",
    )


def test_rows_of_group_total_quarter_year_and_department_have_their_places(
    office: Office, write: Write, small: Index
) -> None:
    path = write(
        row(metric_code="", score=50, max_score=60), row(group_code="TOTAL", metric_code="", score=90, max_score=100),
        row(period_type="quarter", period_no=3), row(period_type="year", period_no=""), row(dept_code="12", dept_level="PROVINCE"),
        row(dept_code="van_phong", dept_name="Văn phòng", dept_level="DEPARTMENT"),
    )  # fmt: skip
    assert take(office, path, small).record.imported == 6
    book = ScoreBook(office.warehouse)
    assert book.periods("thu", book.at()) == ["2026", "2026-10", "2026-Q3"]
    units = {key.unit for key in book.read("thu", "2026-10", book.at())}
    assert units == {FIRST, "12@20250701", "department:van_phong"}


def test_every_row_is_used_parked_or_rejected_with_its_reason(
    office: Office, write: Write, small: Index
) -> None:
    path = write(
        row(), row(),  # the second one repeats the first
        row(dept_code="99999", dept_name="Xã Lạ"), row(dept_code="00002", dept_level="PROVINCE"),
        row(dept_code="00003", dept_name="Xã Bản 4"), row(metric_code="la"), row(group_code="LA", metric_code=""),
        row(dept_code="00002", score=41), row(dept_code="00002", ratio=101), row(dept_code="00002", numerator=-3),
        row(dept_code="00004", score=10), row(dept_code="00004", score=11),
        row(dept_code="00002", year=2027, period_no=1), row(dept_code="00002", score="mười"), row(dept_code="00002", period_no=13),
        row(dept_code="00002", numerator="1.234"), row(dept_code="00002", score=""), row(dept_code="00002", year="26"),
    )  # fmt: skip
    outcome = take(office, path, small)
    found = {one.code: one.rows for one in outcome.findings}
    assert found == {
        Reason.DUPLICATE: 1, Reason.UNKNOWN_UNIT: 2, Reason.NAME_MISMATCH: 1, Reason.UNKNOWN_METRIC: 2, Reason.IMPOSSIBLE: 3,
        Reason.CONTRADICTION: 2, Reason.FUTURE: 1, Reason.BAD_VALUE: 4, Reason.MISSING: 1,
    }  # fmt: skip
    record = outcome.record
    assert (record.staged, record.imported, record.parked, record.rejected) == (18, 1, 11, 6)
    assert [one.sample[0]["line"] for one in outcome.findings if one.code is Reason.NAME_MISMATCH] == [6]


def test_a_code_means_what_it_meant_in_the_period(office: Office, write: Write, small: Index) -> None:
    # until the reform 00002 was Xã Mường Cũ, which is another unit than today's Xã Bản 2
    path = write(
        row(dept_code="00002", year=2025, period_no=6, dept_name="Xã Mường Cũ"),
        row(
            dept_code="00002",
            year=2025,
            period_no=6,
            dept_name="Xã Bản 2",
            metric_code="a2",
            max_score=20,
            score=1,
        ),
        row(dept_code="00002", year=2025, period_no=7, dept_name="UBND xã Bản 2"),
    )
    outcome = take(office, path, small)
    assert {one.code for one in outcome.findings} == {Reason.NAME_MISMATCH}
    book = ScoreBook(office.warehouse)
    assert {key.unit for key in book.read("thu", "2025-06", book.at())} == {"00002@0"}
    assert {key.unit for key in book.read("thu", "2025-07", book.at())} == {"00002@20250701"}


def test_the_same_file_again_changes_nothing_whatever_its_name(
    office: Office, write: Write, small: Index
) -> None:
    first = take(office, write(row(), row(dept_code="99999")), small)
    again = take(
        office, write(row(), row(dept_code="99999"), name="khac.csv"), small, days=1, document="Công văn 2"
    )
    assert first.new and not again.new
    assert again.record == first.record
    assert len(ScoreBook(office.warehouse).imports()) == 1


def test_a_corrected_file_keeps_the_old_version_with_its_day(
    office: Office, write: Write, small: Index
) -> None:
    book = ScoreBook(office.warehouse)
    other = row(dept_code="00002")
    first = take(office, write(row(score=25), other), small).record
    second = take(office, write(row(score=27), other, name="sua.csv"), small, days=3).record
    assert (second.imported, second.changed) == (2, 1)
    assert book.read("thu", "2026-10", first.id)[A1].score == 25
    assert book.read("thu", "2026-10", second.id)[A1].score == 27
    assert book.at(NOW + timedelta(days=1)) == first.id
    [old] = book.history("thu", "2026-10", FIRST, second.id)
    assert old.until is not None
    assert (old.score.score, old.since.imported_at, old.until.imported_at) == (
        25,
        NOW,
        NOW + timedelta(days=3),
    )
    assert book.history("thu", "2026-10", FIRST, first.id) == []
    assert {one.id for one in book.behind("thu", "2026-10", second.id)} == {first.id, second.id}


def test_an_old_file_never_takes_back_a_correction(office: Office, write: Write, small: Index) -> None:
    old = write(row(score=25), row(dept_code="H99", dept_name="Xã Bản 2"))
    take(office, old, small)
    take(office, write(row(score=27), name="sua.csv"), small, days=1)
    assert not take(office, old, small, days=2).new
    # once somebody has said which unit H99 is, the same file adds that row and nothing else
    settled = small.model_copy(update={"unit": (ScoreUnit(code="H99", unit="00002"),)})
    added = take(office, old, settled, days=3)
    assert added.new and added.record.changed == 1
    book = ScoreBook(office.warehouse)
    scores = book.read("thu", "2026-10", book.at())
    assert scores[A1].score == 27
    assert scores[replace(A1, unit="00002@20250701")].score == 25


def test_what_is_no_file_of_scores_is_refused_whole(
    office: Office, tmp_path: Path, small: Index, write: Write
) -> None:
    cases = {
        "khong_cot.csv": (b"a,b\n1,2\n", "thiếu cột"),
        "trong.csv": (b"", "không có dòng tiêu đề"),
        "ma.csv": ("điểm;năm\n".encode("utf-16"), "không phải UTF-8"),
        "hong.xlsx": (b"PK\x03\x04 broken", "XLSX"),
        "lap.csv": (b"year,year\n1,2\n", "có hai lần"),
    }
    for name, (raw, reason) in cases.items():
        (tmp_path / name).write_bytes(raw)
        with pytest.raises(ImportRefused, match=reason):
            take(office, tmp_path / name, small)
    with pytest.raises(ImportRefused, match="không có dòng số liệu"):
        take(office, write(), small)
    with pytest.raises(ImportRefused, match="--document"):
        take(office, write(row()), small, document="  ")
    assert ScoreBook(office.warehouse).imports() == []
