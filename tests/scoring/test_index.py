"""An index that cannot be right is refused by `ioc check` with file, entry, field and reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from ioc.site import Site, SiteError
from tests.board.province import write_site
from tests.conftest import PROJECT

INDEX = """
[[index]]
id = "thu"
name = { vi = "Bộ thử", en = "Test" }
short = { vi = "Bộ thử", en = "Test" }
decision = "Quyết định thử"
max = 10
[[index.band]]
id = "dat"
name = { vi = "Đạt", en = "Pass" }
lower = 5
[[index.band]]
id = "chua_dat"
name = { vi = "Chưa đạt", en = "Fail" }
lower = 0
[[index.group]]
id = "mot"
code = "A"
name = { vi = "Một", en = "One" }
max = 10
[[index.group.metric]]
id = "1"
name = { vi = "Một", en = "One" }
max = 6
full_at = 80
kpi = "online"
[[index.group.metric]]
id = "2"
name = { vi = "Hai", en = "Two" }
max = 4
official_only = true
[[index.unit]]
code = "H12"
unit = "12"
"""


def load(folder: Path, text: str) -> Site:
    write_site(folder)
    (folder / "indices").mkdir()
    (folder / "indices" / "thu.toml").write_text(text, encoding="utf-8")
    return Site.load(folder)


def test_an_index_is_read_and_changes_the_fingerprint_of_the_site(tmp_path: Path) -> None:
    bare = Site.load(write_site(tmp_path / "bare"))
    site = load(tmp_path / "site", INDEX)
    assert [one.key for one in site.indices["thu"].group[0].metric] == ["1", "2"]
    assert bare.indices == {}
    assert site.fingerprint != bare.fingerprint


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("max = 6", "max = 5", "cộng lại được 9, không bằng 10"),
        ("max = 10\n[[index.band]]", "max = 12\n[[index.band]]", "các nhóm cộng lại được 10, không bằng 12"),
        ("full_at = 80", "full_at = 0", "phải lớn hơn 0"),
        ("full_at = 80", "full_at = 101", "không được quá 100"),
        ('kpi = "online"', 'kpi = "khong_co"', "không có trong danh mục chỉ số"),
        ('kpi = "online"', 'kpi = "overdue"', "càng cao càng tốt"),
        ('kpi = "online"', 'kpi = "received"', "không phải tỷ lệ phần trăm"),
        ('kpi = "online"', "", "cần đúng một trong hai"),
        ('kpi = "online"', 'kpi = "online"\nofficial_only = true', "cần đúng một trong hai"),
        ("lower = 5", "lower = 10", "dưới max"),
        ("lower = 0", "lower = 1", "mức cuối cùng là 0"),
        ('id = "2"', 'id = "1"', "dùng hai lần"),
        ('unit = "12"', 'unit = "so_la"', "chưa khai báo là đơn vị"),
        ("max = 4\n", "", ""),
        ("max = 6", "max = 10", "cộng lại được 14"),
        ("max = 6", "diem = 6", "không có trong mẫu"),
    ],
)
def test_what_cannot_be_right_is_refused_where_it_stands(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    assert INDEX.count(old) >= 1
    text = INDEX.replace(old, new, 1)
    if not reason:  # a maximum may be unknown
        assert load(tmp_path, text).indices["thu"].group[0].metric[1].max is None
        return
    with pytest.raises(SiteError) as caught:
        load(tmp_path, text)
    problems = [one for one in caught.value.problems if reason in one.reason]
    assert problems, caught.value
    assert problems[0].file == "indices/thu.toml"
    assert problems[0].entry == "index thu"


def test_an_unknown_maximum_needs_room_in_its_group(tmp_path: Path) -> None:
    text = INDEX.replace("max = 4\n", "").replace("max = 6", "max = 10")
    with pytest.raises(SiteError, match="đã cộng đủ 10"):
        load(tmp_path, text)


def test_the_demonstrations_index_has_the_published_maxima() -> None:
    made = Site.load(PROJECT / "datasources" / "sites" / "lai_chau").indices["qd766"]
    assert [(one.code, one.max) for one in made.group] == [
        ("CKMB", 18), ("TDGQ", 20), ("CLGQ", 12), ("MDSH", 22), ("MDHL", 18), ("TTTT", 10),
    ]  # fmt: skip
    assert [one.lower for one in made.band] == [90, 80, 70, 50, 0]
    assert not made.verified
    stated = {one.id: one.full_at for part in made.group for one in part.metric if one.full_at is not None}
    assert stated == {"3.1": 80, "3.3": 50, "4.2": 80, "4.3": 80, "5.4": 90, "3.5": 80}
