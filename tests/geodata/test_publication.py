"""Publishing is whole or nothing, repeatable, and never loses the last good map."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import shapely
from click.testing import CliRunner, Result

from geodata import plates, publication
from geodata.cli import geodata
from geodata.publication import ensure, import_boundaries, publish_register, publish_schematic
from ioc.areas import Register
from ioc.drawings import LEVELS, Drawing
from ioc.settings import Settings
from tests.conftest import PROJECT
from tests.geodata.conftest import BA_CHE, bare_site, drawn

Write = Callable[..., Path]
Features = list[dict[str, Any]]
SITE = bare_site("12")


def run(settings: Settings, *arguments: str, root: str = "12") -> Result:
    return CliRunner().invoke(
        geodata, list(arguments), obj=SimpleNamespace(site=bare_site(root), settings=settings)
    )


def test_a_new_installation_gets_a_register_and_a_schematic_map(settings: Settings) -> None:
    ensure(SITE, settings)
    drawing = Drawing.load(settings.data)
    register = Register.load(settings.data / "geo" / "areas.json", "12")
    assert drawing.codes == tuple(area.code for area in register.communes)
    assert drawing.is_schematic
    assert drawing.caption("vi") == "Sơ đồ, không phải địa giới chính thức"
    assert drawing.caption("en") == "Schematic, not official boundaries"
    for level in LEVELS:
        raw = (settings.data / "geo" / f"{drawing.sha(level)}.svg").read_bytes()
        assert hashlib.sha256(raw).hexdigest() == drawing.sha(level)
        assert drawing.sheets[level].bytes == len(raw)
        shapes, labels = drawn(settings.data / "geo" / f"{drawing.sha(level)}.svg")
        assert tuple(shapes) == drawing.codes
        for code, (x, y, r) in labels.items():
            assert shapes[code].buffer(2).contains(shapely.Point(x, y).buffer(r - 2))
        for area in register.communes:
            assert 0 <= drawing.project(area.lat or 0, area.lon or 0)[0] <= drawing.width
            assert 0 <= drawing.project(area.lat or 0, area.lon or 0)[1] <= drawing.height


def test_ensuring_again_builds_and_touches_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure(SITE, settings)
    before = {path: path.stat().st_mtime_ns for path in (settings.data / "geo").iterdir()}
    for name in ("publish_register", "publish_schematic"):
        monkeypatch.setattr(publication, name, lambda *_: pytest.fail("built again"))
    ensure(SITE, settings)
    assert {path: path.stat().st_mtime_ns for path in (settings.data / "geo").iterdir()} == before


def test_an_override_or_another_root_is_noticed(settings: Settings) -> None:
    ensure(SITE, settings)
    ensure(bare_site("22", (BA_CHE,)), settings)
    assert "06978" in Drawing.load(settings.data).codes
    assert Drawing.load(settings.data).root == "22"


def test_official_boundaries_are_not_replaced_by_a_start(
    settings: Settings, patchwork: Features, submit: Write
) -> None:
    register = publish_register(SITE, settings)
    sized(patchwork, register)
    import_boundaries(submit(patchwork), SITE, settings, register)
    ensure(SITE, settings)
    assert Drawing.load(settings.data).kind == "official"


def sized(features: Features, register: Register) -> None:
    """Scale the patchwork so that its total is the province's area."""
    total = 38 * 0.2 * 0.16 * 102.9 * 110.7
    scale = ((register.provinces[0].km2 or 0) / total) ** 0.5
    for entry in features:
        ring = entry["geometry"]["coordinates"][0]
        entry["geometry"]["coordinates"] = [
            [[102 + (x - 102) * scale, 22 + (y - 22) * scale] for x, y in ring]
        ]


def test_the_same_boundaries_give_the_same_drawing_in_any_order(
    settings: Settings, tmp_path: Path, patchwork: Features, submit: Write
) -> None:
    register = publish_register(SITE, settings)
    sized(patchwork, register)
    first = import_boundaries(submit(patchwork), SITE, settings, register).drawing
    other = Settings(data=tmp_path / "other")
    second = import_boundaries(submit(patchwork[::-1], "nguoc.geojson"), SITE, other, register).drawing
    assert {level: first.sha(level) for level in LEVELS} == {level: second.sha(level) for level in LEVELS}
    schematic = {publish_schematic(SITE, settings).sha("wall") for _ in range(2)}
    assert len(schematic) == 1


def test_what_was_published_stays_and_a_failing_publication_changes_nothing(
    settings: Settings, patchwork: Features, submit: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure(SITE, settings)
    register = Register.load(settings.data / "geo" / "areas.json", "12")
    sized(patchwork, register)
    before = (settings.data / "geo" / "current.json").read_bytes()
    old = Drawing.load(settings.data)
    real = plates._write

    def failing(path: Path, raw: bytes) -> None:
        if path.name == "current.json":
            raise OSError(28, "No space left on device")
        real(path, raw)

    monkeypatch.setattr(plates, "_write", failing)
    with pytest.raises(OSError, match="No space"):
        import_boundaries(submit(patchwork), SITE, settings, register)
    assert (settings.data / "geo" / "current.json").read_bytes() == before
    monkeypatch.undo()
    import_boundaries(submit(patchwork), SITE, settings, register)
    assert Drawing.load(settings.data).kind == "official"
    for level in LEVELS:
        assert (settings.data / "geo" / f"{old.sha(level)}.svg").exists()
    assert not list((settings.data / "geo").glob("*.part"))


IMPORT = """
import sys
from pathlib import Path
from geodata.publication import import_boundaries
from ioc.areas import Register
from ioc.settings import Settings
from tests.geodata.conftest import bare_site
data = Path(sys.argv[2])
register = Register.load(data / "geo" / "areas.json", "12")
import_boundaries(Path(sys.argv[1]), bare_site("12"), Settings(data=data), register)
"""
LABELS = [
    "drawing.svg_drafted",
    *(f"drawing.{level}_written" for level in LEVELS),
    "drawing.before_manifest",
    "drawing.json_drafted",
]


def importing(path: Path, settings: Settings, **variables: str) -> subprocess.Popen[bytes]:
    """A process of its own that imports a file, to be killed."""
    return subprocess.Popen(
        [sys.executable, "-c", IMPORT, str(path), str(settings.data)],
        cwd=PROJECT,
        env={**os.environ, **variables},
    )


def whole(data: Path) -> Drawing:
    """The drawing in force, every file of it as its name says."""
    drawing = Drawing.load(data)
    for file in (data / "geo").glob("*.svg"):
        assert hashlib.sha256(file.read_bytes()).hexdigest() == file.stem, "a name is a promise of content"
    assert all((data / "geo" / f"{sha}.svg").is_file() for sha in drawing.shas)
    return drawing


@pytest.mark.faults
@pytest.mark.parametrize("label", LABELS)
def test_a_publication_killed_at_any_step_keeps_the_old_drawing(
    settings: Settings, patchwork: Features, submit: Write, label: str
) -> None:
    ensure(SITE, settings)
    before = whole(settings.data)
    sized(patchwork, Register.load(settings.data / "geo" / "areas.json", "12"))
    path = submit(patchwork)
    assert importing(path, settings, IOC_CRASH_AT=label).wait(120) == 137
    assert whole(settings.data) == before
    drafts = list((settings.data / "geo").glob(".*.part"))
    assert bool(drafts) == label.endswith("_drafted")
    for draft in drafts:
        os.utime(draft, (0, 0))
    assert importing(path, settings).wait(120) == 0
    assert whole(settings.data).kind == "official"
    assert not list((settings.data / "geo").glob(".*.part")), "what a killed one left is swept by the next"


@pytest.mark.faults
def test_a_publication_killed_from_outside_leaves_the_old_drawing_or_the_new_one(
    settings: Settings, patchwork: Features, submit: Write
) -> None:
    ensure(SITE, settings)
    before = whole(settings.data)
    sized(patchwork, Register.load(settings.data / "geo" / "areas.json", "12"))
    files = set((settings.data / "geo").iterdir())
    process = importing(submit(patchwork), settings)
    while process.poll() is None and not set((settings.data / "geo").iterdir()) - files:
        time.sleep(0.001)
    process.kill()
    process.wait(120)
    after = whole(settings.data)
    assert after == before or after.kind == "official"


def test_every_crash_point_of_a_publication_is_tried() -> None:
    code = Path(plates.__file__).read_text("utf-8")
    written = set(re.findall(r'crash_point\(f?"(drawing[^"]*)"', code))
    assert written == {
        "drawing.{level}_written",
        "drawing.before_manifest",
        "drawing.{path.suffix[1:]}_drafted",
    }


@pytest.mark.parametrize("fault", ["missing", "twice", "metres", "swapped", "empty", "broken", "old codes"])
def test_whatever_is_refused_the_last_good_drawing_stays(
    settings: Settings, patchwork: Features, submit: Write, fault: str
) -> None:
    register = publish_register(SITE, settings)
    sized(patchwork, register)
    good = run(settings, "import", str(submit(patchwork, "tot.geojson")))
    assert good.exit_code == 0, good.output
    before = {path: path.read_bytes() for path in (settings.data / "geo").iterdir()}
    bad = json.loads(json.dumps(patchwork))
    rings = [entry["geometry"]["coordinates"] for entry in bad]
    if fault == "missing":
        bad.pop()
    elif fault == "twice":
        bad.append(bad[0])
    elif fault == "metres":
        for ring in rings:
            ring[0] = [[1e5 * x, 1e5 * y] for x, y in ring[0]]
    elif fault == "swapped":
        for ring in rings:
            ring[0] = [[y, x] for x, y in ring[0]]
    elif fault == "empty":
        bad[7]["geometry"]["coordinates"] = []
    elif fault == "old codes":
        bad[0]["properties"].update(code="03386", name="Phường Quyết Thắng")
    text: Any = json.dumps(bad)[:5_000] if fault == "broken" else bad
    told = run(settings, "import", str(submit(text, "hong.geojson")))
    assert told.exit_code == 1
    assert "hong.geojson" in told.output
    assert "hãy" in told.output.lower()
    assert "Bản đồ đang dùng được giữ nguyên." in told.output
    assert "Traceback" not in told.output
    assert {path: path.read_bytes() for path in (settings.data / "geo").iterdir()} == before


def test_the_operator_is_told_everything_in_vietnamese(
    settings: Settings, patchwork: Features, submit: Write
) -> None:
    assert "Bản đồ: chưa có" in run(settings, "status").output
    told = run(settings, "register")
    assert told.exit_code == 0
    assert "38 đơn vị cấp xã hiện hành" in told.output
    assert "Trùng mã nhưng khác tên giữa trước và sau 1/7/2025: 17 đơn vị" in told.output
    assert "237 mã trên cả nước, 0 mã ở địa bàn này" in told.output
    assert "Sơ đồ, không phải địa giới chính thức" in run(settings, "schematic").output

    refused = run(settings, "import", str(submit(patchwork[1:])))
    assert refused.exit_code == 1
    assert "Không nhập được ranh giới từ" in refused.output
    assert "ranh_gioi.geojson:" in refused.output
    assert "Thiếu ranh giới của 1 đơn vị: 03388 Phường Đoàn Kết." in refused.output
    assert "Bản đồ đang dùng được giữ nguyên." in refused.output
    assert Drawing.load(settings.data).is_schematic

    sized(patchwork, Register.load(settings.data / "geo" / "areas.json", "12"))
    done = run(settings, "import", str(submit(patchwork)))
    assert done.exit_code == 0, done.output
    assert "Đã nhập 38 đơn vị, 38 mảnh, 1 khối đất rời" in done.output
    assert "Bản đồ: ranh giới chính thức, 38 đơn vị" in run(settings, "status").output

    blocked = run(settings, "schematic")
    assert blocked.exit_code == 1
    assert "Thêm --replace" in blocked.output
    assert run(settings, "schematic", "--replace").exit_code == 0
    assert Drawing.load(settings.data).is_schematic


def test_a_file_of_another_province_is_refused(
    settings: Settings, patchwork: Features, submit: Write
) -> None:
    for entry in patchwork:
        ring = entry["geometry"]["coordinates"][0]
        entry["geometry"]["coordinates"] = [[[103 + (x - 103) / 3, 22 + (y - 22) / 3] for x, y in ring]]
    told = run(settings, "import", str(submit(patchwork)))
    assert told.exit_code == 1
    assert "Chênh lệch quá lớn" in told.output
    assert "Chưa có bản đồ nào được công bố." in told.output


def test_a_damaged_manifest_does_not_stop_the_operator(settings: Settings) -> None:
    ensure(SITE, settings)
    (settings.data / "geo" / "current.json").write_text("{", encoding="utf-8")
    assert "không đọc được bản đồ đang dùng" in run(settings, "status").output
    ensure(SITE, settings)
    assert json.loads((settings.data / "geo" / "current.json").read_text("utf-8"))["kind"] == "schematic"


def test_a_far_archipelago_gets_a_frame_and_places_in_it_follow(settings: Settings) -> None:
    site = bare_site("56")
    drawing = publish_schematic(site, settings)
    (inset,) = drawing.insets
    assert inset.codes == ("22736",)
    x, y = drawing.project(9.71, 114.45)
    x0, y0, x1, y1 = inset.frame
    assert x0 < x < x1
    assert y0 < y < y1
    assert inset.projection.units <= drawing.projection.units
    svg = (settings.data / "geo" / f"{drawing.sha('wall')}.svg").read_text("ascii")
    assert 'class="frame"' in svg
    shapes, _ = drawn(settings.data / "geo" / f"{drawing.sha('wall')}.svg")
    west, south, east, north = shapes["22736"].bounds
    assert x0 <= west < east <= x1
    assert y0 <= south < north <= y1
