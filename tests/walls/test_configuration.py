"""A fault in screens/*.toml is named by file, entry and field, with what to do."""

from __future__ import annotations

import pytest

from ioc.site import Site, SiteError
from tests.board.province import write_site
from tests.walls.conftest import SCREENS, write_screens


@pytest.mark.parametrize(
    ("old", "new", "entry", "field", "words"),
    [
        ('kpi = "standing"', 'kpi = "khong_co"', "scene chinh", "tile.2.kpi", "không có trong danh mục"),
        ('kpi = "standing"\n', "", "scene chinh", "tile.2", "cần trường này"),
        ('place = "village"', 'place = "cho"', "scene phu", "tile.0.place", "không nguồn nào có điểm"),
        ('{ scene = "phu" }', '{ scene = "khac" }', "screen sanh", "rotation", "không phải cảnh nào"),
        ("seconds = 20", "seconds = 2", "screen sanh", "rotation.0.seconds", "phải từ 8 trở lên"),
        ("dim = 0.7", "dim = 0.2", "screen sanh", "hours.0.dim", "phải từ 0.7 trở lên"),
        ('end = "05:30"', 'end = "5h30"', "screen sanh", "hours.0.end", "không đúng dạng"),
        ("distance_m = 2.0", "khoang_cach = 2.0", "screen sanh", "distance_m", "thiếu trường này"),
        ('kind = "clock"', 'kind = "clock"\nlead = true', "scene phu", "", "chỉ một ô"),
        ('id = "phu"\n', 'id = "chinh"\n', "scene chinh", "id", "đã dùng cho một mục khác"),
    ],
)
def test_every_fault_has_its_place_and_remedy(tmp_path, old, new, entry, field, words):
    folder = write_site(tmp_path / "site")
    assert old in SCREENS
    write_screens(folder, SCREENS.replace(old, new))
    with pytest.raises(SiteError) as caught:
        Site.load(folder)
    found = [one for one in caught.value.problems if words in one.reason]
    assert found, caught.value.problems
    assert found[0].file == "screens/thu.toml"
    assert found[0].entry == entry and field in found[0].field


def test_a_site_without_walls_is_a_site(tmp_path):
    assert Site.load(write_site(tmp_path / "site")).screens == {}
