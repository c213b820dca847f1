"""A boundary file of any kind is read as what it is, or refused with what, where and what to do."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata import reading
from geodata.reading import read
from geodata.submission import BoundaryError
from tests.geodata.conftest import refusal

Write = Callable[..., Path]


Features = list[dict[str, Any]]


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        {"type": "GeometryCollection", "geometries": []},
        {"type": "MultiPolygon", "coordinates": []},
        {"type": "Polygon", "coordinates": []},
    ],
)
def test_a_null_or_empty_shape_is_named(patchwork: Features, submit: Write, geometry: Any) -> None:
    patchwork[3]["geometry"] = geometry
    patchwork[3]["properties"]["fullName"] = "Xã Tả Lèng"
    text = refusal(submit(patchwork))
    assert text.startswith("Hình rỗng hoặc null ở ranh_gioi.geojson đối tượng 4 (Xã Tả Lèng).")


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [103.0, 22.0]},
        {"type": "LineString", "coordinates": [[103.0, 22.0], [103.1, 22.0]]},
        {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [103.0, 22.0]}]},
        {"type": "Polygon", "coordinates": [[[103.0, 22.0], [103.1, 22.0]]]},
        {"type": "Polygon", "coordinates": [["a", "b", "c", "d"]]},
        {"type": "Polygon", "coordinates": 7},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": [[[103.0, 22.0], [103.1, "x"], [103.1, 22.1], [103.0, 22.0]]]},
        {"coordinates": []},
        "POLYGON EMPTY",
        17,
    ],
)
def test_a_shape_that_is_no_area_is_refused(patchwork: Features, submit: Write, geometry: Any) -> None:
    patchwork[3]["geometry"] = geometry
    assert "ranh_gioi.geojson đối tượng 4" in refusal(submit(patchwork))


def test_a_number_beyond_all_numbers_is_refused(patchwork: Features, submit: Write) -> None:
    path = submit(patchwork)
    path.write_text(path.read_text("utf-8").replace("102.4", "1e400", 1), encoding="utf-8")
    assert "có tọa độ không phải là số hữu hạn" in refusal(path)


def test_latitude_before_longitude_is_recognised(patchwork: Features, submit: Write) -> None:
    for entry in patchwork:
        entry["geometry"]["coordinates"] = [[p[::-1] for p in r] for r in entry["geometry"]["coordinates"]]
    assert refusal(submit(patchwork)).startswith("Tọa độ bị đảo thứ tự: đang là vĩ độ, kinh độ")


def test_metres_are_recognised_as_vn_2000(patchwork: Features, submit: Write) -> None:
    for entry in patchwork:
        entry["geometry"]["coordinates"] = [
            [[500_000 + 100_000 * (x - 103), 110_600 * y] for x, y in ring]
            for ring in entry["geometry"]["coordinates"]
        ]
    assert "có thể là VN-2000 tính bằng mét" in refusal(submit(patchwork))


def test_degrees_of_another_country_are_refused(patchwork: Features, submit: Write) -> None:
    for entry in patchwork:
        entry["geometry"]["coordinates"] = [
            [[x - 90, y + 20] for x, y in ring] for ring in entry["geometry"]["coordinates"]
        ]
    assert "nằm ngoài phạm vi Việt Nam" in refusal(submit(patchwork))


def test_hoang_sa_and_truong_sa_lie_within_vietnam() -> None:
    west, south, east, north = reading.VIETNAM
    for lon, lat in [
        (112.3, 16.5),
        (111.2, 15.7),
        (117.83, 11.0),
        (114.0, 7.1),
        (102.14, 22.4),
        (105.3, 23.39),
    ]:
        assert west < lon < east
        assert south < lat < north


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", True),
        ("EPSG:4326", True),
        ("urn:ogc:def:crs:EPSG::4326", True),
        ("urn:ogc:def:crs:EPSG::3405", False),
        ("EPSG:9205", False),
    ],
)
def test_a_declared_reference_system_other_than_wgs84_is_refused(
    patchwork: Features, submit: Write, name: str, fits: bool
) -> None:
    path = submit(patchwork, crs={"type": "name", "properties": {"name": name}})
    if fits:
        assert len(read(path).codes) == 38
    else:
        assert f"hệ tọa độ khai là {name}, cần WGS84" in refusal(path)


@pytest.mark.parametrize("crs", [None, 5, [], {}, {"properties": 5}, {"properties": {"name": None}}])
def test_a_reference_system_that_says_nothing_means_wgs84(
    patchwork: Features, submit: Write, crs: Any
) -> None:
    assert len(read(submit(patchwork, crs=crs)).codes) == 38


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "không phải GeoJSON hợp lệ"),
        ('{"type": "FeatureCollection", "features": [', "không phải GeoJSON hợp lệ ở dòng 1"),
        ("\x00\x01\x02", "không phải GeoJSON hợp lệ"),
        ('<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/etc/passwd</SrcDataSource>', "giống XML"),
        (
            '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
            "giống XML",
        ),
        ("[1, 2]", "không phải GeoJSON dạng FeatureCollection"),
        ('"/vsicurl/http://example.org/a.geojson"', "không phải GeoJSON dạng FeatureCollection"),
        ('{"type": "Topology", "objects": {}}', "không phải GeoJSON dạng FeatureCollection"),
        ('{"type": "FeatureCollection"}', "không phải là danh sách"),
        ('{"type": "FeatureCollection", "features": []}', "không có đối tượng nào"),
        ('{"type": "FeatureCollection", "features": [NaN]}', "không phải GeoJSON hợp lệ"),
        ('{"type": "FeatureCollection", "features": [1]}', "không phải một Feature hợp lệ"),
        ("[" * 200_000, "không phải GeoJSON hợp lệ"),
    ],
)
def test_what_only_claims_to_be_geojson_is_refused(submit: Write, text: str, words: str) -> None:
    assert words in refusal(submit(text))


def test_a_huge_file_is_refused_before_it_is_read(
    submit: Write, patchwork: Features, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = submit(patchwork)
    with path.open("r+b") as file:
        file.truncate(reading.MAX_FILE_BYTES + 1)  # sparse: takes no room on the disk
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("the file was read"))
    assert "vượt giới hạn 128 MB một tệp" in refusal(path)


@pytest.mark.parametrize(("limit", "value"), [("MAX_FEATURES", 37), ("MAX_VERTICES", 100)])
def test_too_many_features_or_vertices_are_refused(
    submit: Write, patchwork: Features, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(reading, limit, value)
    assert "quá nhiều đối tượng hoặc quá nhiều đỉnh" in refusal(submit(patchwork))


def test_too_many_files_or_bytes_are_refused(
    tmp_path: Path, patchwork: Features, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        (tmp_path / f"{number}.geojson").write_text(json.dumps(patchwork[number]), encoding="utf-8")
    monkeypatch.setattr(reading, "MAX_FILES", 2)
    assert "có 3 tệp, vượt giới hạn 2" in refusal(tmp_path)
    monkeypatch.setattr(reading, "MAX_FILES", 3)
    monkeypatch.setattr(reading, "MAX_BYTES", 100)
    assert "tổng dung lượng" in refusal(tmp_path)


def test_every_broken_file_of_a_folder_is_told_at_once(tmp_path: Path, patchwork: Features) -> None:
    for entry in patchwork:
        (tmp_path / f"{entry['properties']['code']}.geojson").write_text(json.dumps(entry), encoding="utf-8")
    for code in ("03388", "03390"):
        (tmp_path / f"{code}.geojson").write_text("<kml/>", encoding="utf-8")
    text = refusal(tmp_path)
    assert "03388.geojson" in text
    assert "03390.geojson" in text


@pytest.mark.parametrize("suffix", [".kml", ".zip", ".kmz", ".gz", ".topojson", ".gdb", ""])
def test_another_kind_of_file_is_refused_unopened(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"ranh_gioi{suffix}"
    path.write_bytes(b"PK\x03\x04")
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("the file was read"))
    assert f"{path.name}: không nhận loại tệp này" in refusal(path, trusted=True)


def test_a_zip_that_calls_itself_geojson_is_not_unpacked(tmp_path: Path) -> None:
    bomb = tmp_path / "ranh_gioi.geojson"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ranh_gioi.geojson", bytes(10 * 2**20))
    text = refusal(bomb)
    assert "giống tệp nén ZIP: hãy giải nén" in text


def test_nothing_to_read_is_said(tmp_path: Path) -> None:
    assert "Không tìm thấy" in refusal(tmp_path / "b.geojson")
    empty = tmp_path / "rong"
    empty.mkdir()
    assert "không có tệp .geojson" in refusal(empty)


def test_one_file_of_a_folder_in_wrong_coordinates_is_named(tmp_path: Path, patchwork: Features) -> None:
    for entry in patchwork:
        code = entry["properties"]["code"]
        if code == "03424":
            ring = entry["geometry"]["coordinates"][0]
            entry["geometry"]["coordinates"] = [[[y, x] for x, y in ring]]
        (tmp_path / f"{code}.geojson").write_text(json.dumps(entry), encoding="utf-8")
    text = refusal(tmp_path)
    assert text.startswith("Tọa độ bị đảo thứ tự")
    assert "ở 1 hình: 03424.geojson" in text


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)


ANYTHING = st.recursive(
    SCALARS | st.sampled_from(["Feature", "Polygon", "MultiPolygon", "03388", 3388, 103.5, 22.4]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["type", "code", "coordinates", "geometries", "geometry", "properties", "name", "id"]
            ),
            inner,
        )
    ),
    max_leaves=12,
)


SHAPES = ANYTHING | st.fixed_dictionaries(
    {"type": st.sampled_from(["Polygon", "MultiPolygon", "GeometryCollection"]), "coordinates": ANYTHING}
)


FEATURES = ANYTHING | st.fixed_dictionaries(
    {"type": st.just("Feature"), "properties": ANYTHING, "geometry": SHAPES}
)


FILES = ANYTHING | st.fixed_dictionaries(
    {"type": st.just("FeatureCollection"), "features": ANYTHING | st.lists(FEATURES, max_size=3)},
    optional={"crs": ANYTHING},
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=FILES)
def test_any_json_is_read_or_refused_with_a_sentence(content: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ranh_gioi.geojson"
        path.write_text(json.dumps(content), encoding="utf-8")
        try:
            submission = read(path)
        except BoundaryError as error:
            assert error.problems
            assert all("hãy" in problem.lower() for problem in error.problems)
        else:
            assert len(submission.codes) == len(submission.shapes) == len(submission.names) > 0


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(raw=st.binary(max_size=200), suffix=st.sampled_from([".geojson", ".json", ".gpkg", ".shp", ".kml"]))
def test_any_bytes_are_refused_with_a_sentence(raw: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"ranh_gioi{suffix}"
        path.write_bytes(raw)
        assert path.name in refusal(path, trusted=True)
