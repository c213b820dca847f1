"""A fault in the assumptions of a plan is told with file, entry, field and what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ioc.site import Site, SiteError
from tests.demo.conftest import SITE

FILE = "planning/ke_hoach.toml"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('gaps = ["khong_dien"]', 'gaps = ["khong_nuoc"]', f"{FILE} › service grid › gaps: không có khoảng trống 'khong_nuoc'"),
        ("reach_km = 3.0", "reach_km = -3.0", f"{FILE} › measure tram_bts › reach_km"),
        ("fixed = 180\ngives_power = true", "fixed = 180", f"{FILE} › measure dien_mat_troi"),
        ('column = "border"', 'column = "altitude"', f"{FILE} › emphasis bien_gioi › column"),
        ("at_least = 80\n", "", f"{FILE} › emphasis dan_toc"),
        ("first_year = 2027", "first_year = 27", f"{FILE} › "),
        ("[plan]\n", "[plam]\n", f"{FILE} › "),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = tmp_path / "site"
    shutil.copytree(SITE, folder, ignore=shutil.ignore_patterns("generator", "facts"))
    path = folder / FILE
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SiteError) as refused:
        Site.load(folder)
    assert any(str(problem).startswith(said) for problem in refused.value.problems), str(refused.value)


def test_a_site_without_assumptions_works_and_has_no_plan(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    shutil.copytree(SITE, folder, ignore=shutil.ignore_patterns("generator", "facts", "planning"))
    assert Site.load(folder).planning is None
