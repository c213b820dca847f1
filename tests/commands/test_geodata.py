"""`ioc geodata` publishes register and map, says what it found, and keeps the map in use when it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import Terminal
from tests.conftest import PROJECT

DIEN_BIEN = PROJECT / "tests" / "demo" / "sites" / "dien_bien"


@pytest.fixture
def real(tmp_path: Path) -> Terminal:
    """A site of a real province, for the register knows no other."""
    data = tmp_path / "data"
    return Terminal(DIEN_BIEN, data, f"sqlite:///{data / 'warehouse.db'}")


def test_register_and_schematic_are_published_and_told_of(real: Terminal, tmp_path: Path) -> None:
    nothing = real.ioc("geodata", "status")
    assert nothing.code == 0
    assert "Danh mục: chưa có" in nothing.out and "Bản đồ: chưa có" in nothing.out
    made = real.ioc("geodata", "register")
    assert made.code == 0 and "45 đơn vị cấp xã hiện hành" in made.out
    assert "Hai nguồn không khớp" in made.out and (real.data / "geo" / "areas.json").is_file()
    drawn = real.ioc("geodata", "schematic")
    assert drawn.code == 0 and "Đã vẽ sơ đồ 45 đơn vị" in drawn.out
    there = real.ioc("geodata", "status")
    assert "45 đơn vị cấp xã" in there.out and "Bản đồ: sơ đồ, 45 đơn vị" in there.out
    assert real.ioc("check").out.endswith("không có lỗi.\n"), "and check can look codes up now"

    before = (real.data / "geo" / "current.json").read_bytes()
    broken = tmp_path / "ranh-gioi.geojson"
    broken.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    refused = real.ioc("geodata", "import", str(broken))
    assert refused.code == 1
    assert "Không nhập được ranh giới" in refused.err and "được giữ nguyên" in refused.err
    assert (real.data / "geo" / "current.json").read_bytes() == before


@pytest.mark.parametrize("command", ["register", "schematic", "status"])
def test_a_broken_site_is_named_by_file_entry_and_field(terminal: Terminal, command: str) -> None:
    terminal.edit("kpis/alpha.toml", 'direction = "up"', "")
    said = terminal.ioc("geodata", command)
    assert said.code == 2 and "kpis/alpha.toml › kpi kpi_alpha › direction" in said.err


def test_a_file_that_is_not_there_is_a_sentence(real: Terminal, tmp_path: Path) -> None:
    said = real.ioc("geodata", "import", str(tmp_path / "khong-co.geojson"))
    assert said.code != 0 and "khong-co.geojson" in said.err
