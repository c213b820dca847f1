"""A fault in ``gaps/*.toml`` is found by the site's check, with its entry, its field and what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ioc.gaps.definitions import earlier
from ioc.site import Site, SiteError
from tests.demo.conftest import SITE

FILE = "khoang_trong.toml"
CASES = {
    "a criterion that is not the indicator's": (
        'criterion = "grid_since is None or grid_since > at"', 'criterion = "grid_since is None"', "gap khong_dien", "kpi", "count("),
    "a column that places do not carry": (
        'criterion = "grid_since is None or grid_since > at"', 'criterion = "commune_name is None"', "gap khong_dien", "criterion",
        "place.attributes"),
    "a denominator that is no condition": ('among = "mobile_since <= at"', 'among = "households"', "gap lom_song", "among", "điều kiện"),
    "an unknown owner": ('owner = "so_cong_thuong"', 'owner = "so_la"', "gap khong_dien", "owner", "department"),
    "a gap that waits for itself": ('step = 1', 'step = 1\nrequires = ["trang_song"]', "gap khong_dien", "requires", "lẫn nhau"),
    "a gap that waits for nothing known": ('requires = ["khong_dien"]', 'requires = ["khong_nuoc"]', "gap trang_song", "requires", "khong_nuoc"),
    "a step taken twice": ("step = 2", "step = 1", "gap khong_dien", "step", "mỗi bước một loại"),
    "a register that is no source": ('source = "thon_ban"', 'source = "thon_khac"', "villages", "source", "[place]"),
    "a weight that places do not carry": ('border = "border"', 'border = "bien_gioi"', "villages", "border", "place.attributes"),
    "an indicator of another source": ('kpi = "vil_no_grid"', 'kpi = "ops_online_share"', "gap khong_dien", "kpi", "tồn"),
    "a subject without its column": ('column = "mobile_state"', 'column = "song"', "subject mobile", "column", "place.attributes"),
    "a protected count that is none": ('column = "poor_households"', 'column = "kind"', "protection", "count", "int"),
    "a mark that cannot be drawn": ('mark = "diamond"', 'mark = "star"', "gap khong_dien", "mark", "một trong"),
    "a rule nobody knows": ('rule = "survey"', 'rule = "loudest"', "subject mobile", "rule", "một trong"),
}  # fmt: skip


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gaps") / "site"
    shutil.copytree(SITE, folder, ignore=shutil.ignore_patterns("generator", "facts", "__pycache__"))
    return folder


@pytest.mark.parametrize("case", CASES)
def test_a_fault_is_named_with_its_place(copied: Path, case: str) -> None:
    old, new, entry, field, hint = CASES[case]
    path, sound = copied / "gaps" / FILE, (SITE / "gaps" / FILE).read_text(encoding="utf-8")
    assert old in sound
    path.write_text(sound.replace(old, new, 1), encoding="utf-8")
    try:
        with pytest.raises(SiteError) as caught:
            Site.load(copied)
    finally:
        path.write_text(sound, encoding="utf-8")
    found = [one for one in caught.value.problems if one.entry == entry and one.field.startswith(field)]
    assert found and all("gaps" in one.file for one in found), [str(one) for one in caught.value.problems]
    assert any(hint in one.reason for one in found)


def test_a_site_without_a_register_of_villages_is_sound(copied: Path) -> None:
    parts = ("gaps", "planning")  # a plan needs the register too
    for part in parts:
        shutil.move(copied / part, copied / f"aside-{part}")
    try:
        assert Site.load(copied).gaps is None
    finally:
        for part in parts:
            shutil.move(copied / f"aside-{part}", copied / part)


def test_what_comes_first_is_followed_through() -> None:
    gaps = Site.load(SITE).gaps
    assert gaps is not None
    assert [gap.id for gap in gaps.steps] == ["khong_dien", "trang_song", "khong_cap"]
    assert earlier("khong_cap", gaps) == ["khong_dien"] and earlier("khong_dien", gaps) == []
