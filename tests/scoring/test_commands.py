"""`ioc scores` imports a file, says what became of its rows, and shows official and own points side by side."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app import commands
from tests.board.province import Province, numbers, villages
from tests.scoring.test_index import INDEX

HEAD = "period_type;year;period_no;dept_code;dept_name;dept_level;group_code;metric_code;numerator;denominator;ratio;score;max_score\n"
ROWS = """month;2026;10;00002;Xã Bản 2;COMMUNE;A;1;60;100;60;4,40;6
month;2026;10;00002;Xã Bản 2;COMMUNE;A;2;;;;3,00;4
month;2026;10;12;Tỉnh Thử;PROVINCE;TOTAL;;;;;7,10;10
month;2026;10;99999;Xã Lạ;COMMUNE;A;1;60;100;60;4,40;6
"""
Ask = Callable[..., Result]


@pytest.fixture
def ioc(tmp_path: Path) -> Ask:
    """`ioc` on the test province with one index and one edition."""
    province = Province(tmp_path)
    (tmp_path / "site" / "indices").mkdir()
    (tmp_path / "site" / "indices" / "thu.toml").write_text(INDEX, encoding="utf-8")
    province.publish(numbers(province), villages(province))
    (tmp_path / "diem.csv").write_text(HEAD + ROWS, encoding="utf-8")
    office = type(province.office)(province.settings, {})
    return lambda *words: CliRunner().invoke(commands(), words, obj=lambda: office)


def test_a_file_is_taken_in_once_and_every_row_is_told(ioc: Ask, tmp_path: Path) -> None:
    words = ("scores", "import", str(tmp_path / "diem.csv"), "--document", "Công văn 9", "--by", "Lò Văn A")
    first = ioc(*words)
    assert first.exit_code == 0, first.output
    assert "4 dòng, dùng 3 (mới hoặc thay đổi 3), chờ xử lý 1, bị loại 0" in first.stdout
    assert "Mã đơn vị không có vào thời gian đó: 1 dòng, chờ xử lý (ví dụ dòng 5)" in first.stdout
    assert "không có gì thay đổi" in ioc(*words).stdout


def test_official_and_own_points_are_told_with_the_notice(ioc: Ask, tmp_path: Path) -> None:
    ioc("scores", "import", str(tmp_path / "diem.csv"), "--document", "Công văn 9")
    told = ioc("scores", "--unit", "00002").stdout.replace("\u00a0", " ")
    assert "Chính thức: 7,40/10 điểm, đạt" in told
    # 70 of 100 at full marks from 80: 5,25 of 6; the file says 4,40
    assert "4,40/6" in told and "5,25" in told and "0,85" in told
    assert (
        "còn có thể tăng 1,60 điểm nếu tỷ lệ tăng từ 60,00 % lên 80 %, tức thêm 20 trường hợp trong 100"
        in told
    )
    assert "không phải số liệu chính thức" in told
    whole = json.loads(ioc("scores", "--json").stdout)
    assert whole["standing"]["official"] == 7.1
    assert whole["notice"]
    assert [one["code"] for one in whole["communes"] if one["rank"] == 1] == ["00002"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--unit", "77777"), "Không có đơn vị 77777"),
        (("--period", "2020-01"), "các kỳ đang có: 2026-10"),
        (("--index", "la"), "đang có: thu"),
    ],
)
def test_what_does_not_exist_is_said_with_what_does(
    ioc: Ask, tmp_path: Path, words: tuple[str, ...], reason: str
) -> None:
    ioc("scores", "import", str(tmp_path / "diem.csv"), "--document", "Công văn 9")
    asked = ioc("scores", *words)
    assert asked.exit_code == 2
    assert reason in asked.stderr


def test_without_scores_the_command_says_how_to_import(ioc: Ask) -> None:
    asked = ioc("scores")
    assert asked.exit_code == 1
    assert "ioc scores import" in asked.stderr
