"""An operator's rivers and roads: read safely, drawn where they lie, drawn again for a new drawing, or refused whole."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geodata.publication import import_boundaries, publish_register, publish_schematic
from ioc import layers
from ioc.areas import Register
from ioc.drawings import Drawing
from ioc.settings import Settings
from tests.geodata.conftest import bare_site, run, sized

Write = Callable[..., Path]
SITE = bare_site("12")
RIVER = [[102.6, 22.4], [102.8, 22.3], [103.1, 22.25], [103.4, 22.2]]


def line(kind: str, coordinates: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {}, "geometry": {"type": kind, "coordinates": coordinates}}


def give(settings: Settings, path: Path, name: str = "song-suoi", label: str = "Sông, suối") -> Any:
    return run(settings, "layer", "import", name, str(path), "--label", label, "--label-en", "Rivers", "--style", "water")  # fmt: skip


@pytest.fixture
def drawing(settings: Settings) -> Drawing:
    publish_register(SITE, settings)
    return publish_schematic(SITE, settings)


def test_a_river_is_published_by_its_content_where_it_lies(
    settings: Settings, drawing: Drawing, submit: Write
) -> None:
    lake = [[[103.0, 22.0], [103.1, 22.0], [103.1, 22.1], [103.0, 22.0]]]
    path = submit([line("LineString", RIVER), line("Polygon", lake)], "song.geojson")
    said = give(settings, path)
    assert said.exit_code == 0 and "2 đối tượng" in said.output
    (one,) = layers.shown(settings.data, drawing)
    raw = (settings.data / "geo" / f"{one.sha}.svg").read_bytes()
    assert hashlib.sha256(raw).hexdigest() == one.sha and b"<script" not in raw
    found = re.findall(r"M(-?\d+) (-?\d+)", raw.decode("ascii"))
    x, y = drawing.project(RIVER[0][1], RIVER[0][0])
    assert any(abs(int(a) - x) <= 3 and abs(int(b) - y) <= 3 for a, b in found)
    assert give(settings, path).exit_code == 0
    assert layers.shown(settings.data, drawing)[0].sha == one.sha, "the same file, the same drawing"


def test_a_new_drawing_gets_its_lines_again_and_an_old_file_is_not_offered_for_it(
    settings: Settings, drawing: Drawing, submit: Write, lai_chau: Register, patchwork: list[dict[str, Any]]
) -> None:
    give(settings, submit([line("LineString", RIVER)], "song.geojson"))
    (before,) = layers.shown(settings.data, drawing)
    sized(patchwork, lai_chau)
    fresh = import_boundaries(submit(patchwork), SITE, settings, lai_chau).drawing
    (after,) = layers.shown(settings.data, fresh)
    assert after.sha != before.sha and after.drawn_for != before.drawn_for
    (settings.data / "geo" / f"{after.kept}.wkb").unlink()
    publish_schematic(SITE, settings)
    assert layers.shown(settings.data, Drawing.load(settings.data)) == ()
    assert "hãy nhập lại" in run(settings, "layer", "list").output


REFUSED = {
    "a point": ([line("Point", [103.0, 22.0])], "hình kiểu Point"),
    "the wrong way round": ([line("LineString", [[22.4, 102.6], [22.3, 102.8]])], "Tọa độ bị đảo"),
    "metres": ([line("LineString", [[540000, 2480000], [541000, 2481000]])], "VN-2000"),
    "another country": ([line("LineString", [[2.3, 48.8], [2.4, 48.9]])], "ngoài phạm vi Việt Nam"),
    "another province": ([line("LineString", [[106.7, 10.7], [106.8, 10.8]])], "Không đường nào nằm trên bản đồ"),
    "a broken line": ([line("LineString", [[103.0]])], "tọa độ hỏng"),
    "no line at all": ([], "không có đường nào"),
    "not a feature": (["x"], "không có đường nào"),
    "not JSON": ("<svg onload=alert(1)>", "không phải GeoJSON"),
    "not a number": ('{"type":"FeatureCollection","features":[{"geometry":{"type":"LineString","coordinates":[[NaN,1],[2,3]]}}]}', "không phải GeoJSON"),
    "another coordinate system": (
        json.dumps({"type": "FeatureCollection", "features": [line("LineString", RIVER)], "crs": {"properties": {"name": "EPSG:9205"}}}),
        "EPSG:9205",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_line_of_this_province_is_refused_and_what_is_published_stays(
    what: str, settings: Settings, drawing: Drawing, submit: Write
) -> None:
    give(settings, submit([line("LineString", RIVER)], "song.geojson"))
    before = (settings.data / "geo" / layers.MANIFEST).read_bytes()
    content, reason = REFUSED[what]
    said = give(settings, submit(content, "khac.geojson"))
    assert said.exit_code == 1 and reason in said.output and "được giữ nguyên" in said.output
    assert (settings.data / "geo" / layers.MANIFEST).read_bytes() == before


@pytest.mark.parametrize("name", ["../ra-ngoai", "Song", "", "a" * 40, "song suoi"])
def test_a_name_is_nothing_but_a_name(name: str, settings: Settings, drawing: Drawing, submit: Write) -> None:
    said = give(settings, submit([line("LineString", RIVER)], "song.geojson"), name=name)
    assert said.exit_code != 0 and layers.load(settings.data) == ()


def test_a_layer_can_be_taken_off_again(settings: Settings, drawing: Drawing, submit: Write) -> None:
    give(settings, submit([line("LineString", RIVER)], "song.geojson"))
    assert "Sông, suối" in run(settings, "layer", "list").output
    assert run(settings, "layer", "remove", "song-suoi").exit_code == 0
    assert layers.load(settings.data) == ()
    again = run(settings, "layer", "remove", "song-suoi")
    assert again.exit_code == 1 and "Không có lớp" in again.output


def test_a_damaged_manifest_offers_nothing_and_breaks_nothing(settings: Settings, drawing: Drawing) -> None:
    path = settings.data / "geo" / layers.MANIFEST
    for text in ("{", "[]", '{"layers": [{"name": "x"}]}', '{"layers": 3}'):
        path.write_text(text, encoding="utf-8")
        assert layers.shown(settings.data, drawing) == ()
