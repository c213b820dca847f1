"""Publishing is whole or nothing, repeatable, and never loses the last good map."""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from geodata import publication
from geodata.publication import ensure, import_boundaries, publish_register, publish_schematic
from ioc.areas import Register
from ioc.drawings import LEVELS, Drawing
from ioc.settings import Settings
from tests.geodata.conftest import BA_CHE, bare_site, drawn, feature, run, sized, squares

Write = Callable[..., Path]


Features = list[dict[str, Any]]


SITE = bare_site("12")


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


def test_a_lost_file_of_the_schematic_map_is_drawn_again(settings: Settings) -> None:
    ensure(SITE, settings)
    path = settings.data / "geo" / f"{Drawing.load(settings.data).sha('wall')}.svg"
    path.unlink()
    ensure(SITE, settings)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == path.stem


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


@examples(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(turn=st.randoms(use_true_random=False), indent=st.sampled_from([None, 1]))
def test_the_order_of_features_and_the_layout_of_a_file_leave_no_trace(
    lai_chau: Register, turn: random.Random, indent: int | None
) -> None:
    """Same ground, same hash: whatever the order of the features and wherever their rings begin."""
    features = [feature(code, ring) for code, ring in squares(lai_chau).items()]
    sized(features, lai_chau)
    found = []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "ranh_gioi.geojson"
            path.write_text(
                json.dumps({"type": "FeatureCollection", "features": features}, indent=indent), "utf-8"
            )
            installation = Settings(data=Path(folder) / "data")
            drawing = import_boundaries(path, SITE, installation, lai_chau).drawing
            found.append([drawing.sha(level) for level in LEVELS])
        turn.shuffle(features)
        for entry in features:
            ring = entry["geometry"]["coordinates"][0][:-1]
            start = turn.randrange(4)
            ring = ring[start:] + ring[:start]
            entry["geometry"]["coordinates"] = [[*ring, ring[0]]]
    assert found[0] == found[1]


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
