"""Whatever is wrong with a boundary file is said in one Vietnamese sentence, and nothing else happens."""

from __future__ import annotations

import json
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata import reading
from geodata.matching import differing_names, match
from geodata.reading import read
from geodata.submission import BoundaryError, Submission
from ioc.areas import GSO, REFORM, Area, Level, Register

Write = Callable[..., Path]
Features = list[dict[str, Any]]


def refusal(path: Path, register: Register | None = None, trusted: bool = False) -> str:
    with pytest.raises(BoundaryError) as caught:
        submission = read(path, trusted)
        assert register is not None, "the file was read without complaint"
        match(submission, register.communes)
    text = "\n".join(caught.value.problems)
    assert "hãy" in text.lower(), "every refusal says what to do"
    return text


def test_a_sound_file_is_read_in_the_order_of_the_communes(
    patchwork: Features, submit: Write, lai_chau: Register
) -> None:
    submission = read(submit(patchwork[::-1]))
    order = match(submission, lai_chau.communes)
    assert [submission.codes[spot] for spot in order] == [area.code for area in lai_chau.communes]


def test_a_missing_commune_is_named(patchwork: Features, submit: Write, lai_chau: Register) -> None:
    text = refusal(submit(patchwork[2:]), lai_chau)
    assert (
        text
        == "Thiếu ranh giới của 2 đơn vị: 03388 Phường Đoàn Kết; 03390 Xã Bình Lư. Hãy bổ sung rồi nhập lại."
    )


def test_a_commune_given_twice_is_named(patchwork: Features, submit: Write, lai_chau: Register) -> None:
    text = refusal(submit([*patchwork, patchwork[5]]), lai_chau)
    assert text.startswith("Trùng mã, một đơn vị có nhiều hơn một hình: 03424 Xã Bản Bo. Hãy gộp")


def test_an_unknown_code_is_named_with_its_likely_unit_but_never_matched_by_name(
    patchwork: Features, submit: Write, lai_chau: Register
) -> None:
    patchwork[0]["properties"].update(code="03541", name="Đoàn Kết")
    text = refusal(submit(patchwork), lai_chau)
    assert "Thiếu ranh giới của 1 đơn vị: 03388 Phường Đoàn Kết." in text
    assert "Mã không thuộc danh mục hiện hành: 03541 Đoàn Kết." in text
    assert 'replaces = "03388"' in text


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


def test_a_folder_with_one_file_a_commune_is_read_without_its_strangers(
    tmp_path: Path, patchwork: Features, lai_chau: Register
) -> None:
    for entry in patchwork:
        (tmp_path / f"{entry['properties']['code']}_xa.geojson").write_text(
            json.dumps(entry), encoding="utf-8"
        )
    (tmp_path / "README.md").write_text("không phải ranh giới", encoding="utf-8")
    (tmp_path / "la.geojson").symlink_to("/etc/passwd")
    (tmp_path / ".an.geojson").write_text("ẩn", encoding="utf-8")
    submission = read(tmp_path)
    assert len(match(submission, lai_chau.communes)) == 38
    assert "Bỏ qua 1 mục không phải GeoJSON trong thư mục: README.md." in submission.notes
    assert any(
        note.startswith("Bỏ qua 1 liên kết (symlink) trong thư mục: la.geojson.") for note in submission.notes
    )


def test_every_broken_file_of_a_folder_is_told_at_once(tmp_path: Path, patchwork: Features) -> None:
    for entry in patchwork:
        (tmp_path / f"{entry['properties']['code']}.geojson").write_text(json.dumps(entry), encoding="utf-8")
    for code in ("03388", "03390"):
        (tmp_path / f"{code}.geojson").write_text("<kml/>", encoding="utf-8")
    text = refusal(tmp_path)
    assert "03388.geojson" in text
    assert "03390.geojson" in text


@pytest.mark.parametrize("column", ["code", "ma_xa", "maXa", "MA_XA", "ma", "maDVHC", "ward_code", "id"])
def test_the_code_column_is_recognised_under_its_usual_names(
    patchwork: Features, submit: Write, column: str
) -> None:
    for entry in patchwork:
        entry["properties"] = {"province_code": "12", column: entry["properties"]["code"], "dan_so": 12345}
    submission = read(submit(patchwork))
    assert submission.codes[0] == "03388"
    assert f"Mã xã lấy từ {column}." in submission.notes


def test_codes_that_lost_their_zero_are_restored_and_told(patchwork: Features, submit: Write) -> None:
    for spot, entry in enumerate(patchwork):
        number = int(entry["properties"]["code"])
        entry["properties"]["code"] = [number, str(number), float(number)][spot % 3]
    submission = read(submit(patchwork))
    assert set(submission.codes) == {f"0{int(entry['properties']['code'])}" for entry in patchwork}
    assert "Đã thêm lại số 0 ở đầu cho 38 mã bị mất số 0 (ví dụ 03388)." in submission.notes


@pytest.mark.parametrize("value", ["338", 338, "O3388", "03388x", "0338", True, None, 3388.5, ["03388"]])
def test_a_code_that_cannot_be_one_is_refused_not_guessed(
    patchwork: Features, submit: Write, value: Any
) -> None:
    patchwork[0]["properties"]["code"] = value
    text = refusal(submit(patchwork))
    assert "Mã xã không hợp lệ ở cột “code”" in text
    assert "ranh_gioi.geojson đối tượng 1" in text


def test_without_a_code_column_the_file_name_serves_and_else_the_columns_are_listed(
    patchwork: Features, submit: Write, tmp_path: Path
) -> None:
    folder = tmp_path / "tung_xa"
    folder.mkdir()
    for entry in patchwork:
        code = entry["properties"].pop("code")
        entry["properties"]["ten"] = "Xã"
        (folder / f"{code}_xa.geojson").write_text(json.dumps(entry), encoding="utf-8")
    submission = read(folder)
    assert len(set(submission.codes)) == 38
    assert "Mã xã lấy từ tên tệp." in submission.notes
    assert refusal(submit(patchwork)) == (
        "Không nhận ra cột mã xã. Các cột đang có: ten. "
        "Hãy đặt mã 5 chữ số của xã vào cột “code” hoặc “ma_xa”."
    )


@pytest.mark.parametrize("suffix", [".gpkg", ".shp"])
def test_gdal_formats_need_a_trusting_operator(tmp_path: Path, patchwork: Features, suffix: str) -> None:
    import geopandas

    path = tmp_path / f"ranh_gioi{suffix}"
    shapes = [shapely.geometry.shape(entry["geometry"]) for entry in patchwork]
    codes = [entry["properties"]["code"] for entry in patchwork]
    geopandas.GeoDataFrame({"ma_xa": codes}, geometry=shapes, crs=4326).to_crs(9205).to_file(path)
    assert "--trusted" in refusal(path)
    submission = read(path, trusted=True)
    assert submission.codes == tuple(codes)
    # VN-2000 metres are turned back into degrees by what the file declares (datum shift aside: some 100 m).
    assert max(shapely.hausdorff_distance(submission.shapes, shapes)) < 0.003
    assert len(submission.sha256) == 64


@pytest.mark.parametrize("suffix", [".gpkg", ".shp"])
@pytest.mark.parametrize(
    "raw",
    [
        b'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>b.geojson</SrcDataSource></OGRVRTLayer>',
        b'{"type": "FeatureCollection", "features": []}',
        b"PK\x03\x04",
        b"",
    ],
)
def test_a_trusted_file_must_be_what_its_name_says(tmp_path: Path, suffix: str, raw: bytes) -> None:
    path = tmp_path / f"ranh_gioi{suffix}"
    path.write_bytes(raw)
    assert f"nội dung không phải loại tệp {suffix}" in refusal(path, trusted=True)


def test_a_broken_or_empty_trusted_file_is_refused(tmp_path: Path, patchwork: Features) -> None:
    import pandas
    import pyogrio

    path = tmp_path / "hong.gpkg"
    path.write_bytes(b"SQLite format 3\0" + bytes(5_000))
    assert "hong.gpkg: không đọc được" in refusal(path, trusted=True)
    table = tmp_path / "bang.gpkg"
    pyogrio.write_dataframe(pandas.DataFrame({"ma_xa": ["03388"]}), table)
    assert "bang.gpkg: chỉ có bảng số liệu, không có hình" in refusal(table, trusted=True)


def test_trusted_shapes_that_are_no_areas_or_missing_are_named(tmp_path: Path, patchwork: Features) -> None:
    import geopandas

    for bad, words in [
        (shapely.Point(103, 22), "lop.gpkg đối tượng 2 (Xã B): hình kiểu Point"),
        (None, "Hình rỗng hoặc null ở lop.gpkg đối tượng 2 (Xã B)"),
    ]:
        path = tmp_path / "lop.gpkg"
        path.unlink(missing_ok=True)
        frame = {"ma_xa": ["03388", "03390"], "ten": ["Xã A", "Xã B"]}
        shapes = [shapely.geometry.shape(patchwork[0]["geometry"]), bad]
        geopandas.GeoDataFrame(frame, geometry=shapes, crs=4326).to_file(path)
        assert words in refusal(path, trusted=True)


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_trusted_file_without_reference_system_is_refused(tmp_path: Path, patchwork: Features) -> None:
    import geopandas

    path = tmp_path / "ranh_gioi.gpkg"
    shapes = [shapely.geometry.shape(entry["geometry"]) for entry in patchwork]
    geopandas.GeoDataFrame({"ma_xa": ["03388"] * 38}, geometry=shapes).to_file(path)
    assert "không khai hệ tọa độ" in refusal(path, trusted=True)


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


def test_a_link_out_of_the_folder_is_not_followed_and_told_with_what_is_missing(
    tmp_path: Path, patchwork: Features, lai_chau: Register
) -> None:
    folder, outside = tmp_path / "tung_xa", tmp_path / "ngoai.geojson"
    folder.mkdir()
    for entry in patchwork[1:]:
        (folder / f"{entry['properties']['code']}.geojson").write_text(json.dumps(entry), encoding="utf-8")
    outside.write_text(json.dumps(patchwork[0]), encoding="utf-8")
    (folder / "03388.geojson").symlink_to(outside)
    text = refusal(folder, lai_chau)
    assert "Thiếu ranh giới của 1 đơn vị: 03388 Phường Đoàn Kết." in text
    assert "Bỏ qua 1 liên kết (symlink) trong thư mục: 03388.geojson." in text


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


def test_codes_of_before_the_reform_are_recognised_as_such(
    patchwork: Features, submit: Write, lai_chau: Register
) -> None:
    former = [area for area in lai_chau.areas if area.valid_to]
    present = {area.code for area in lai_chau.communes}
    gone = [area for area in former if area.code not in present]
    for entry, area in zip(patchwork, gone, strict=False):
        entry["properties"].update(code=area.code, name=area.name)
    with pytest.raises(BoundaryError) as caught:
        match(read(submit(patchwork)), lai_chau.communes, former)
    text = "\n".join(caught.value.problems)
    assert "38 mã là của đơn vị trước ngày sắp xếp 1/7/2025" in text
    assert f"{gone[0].code} {gone[0].name}" in text
    assert "Hãy dùng tệp ranh giới sau sắp xếp" in text


@pytest.mark.parametrize(
    "form", ["Xã Tủa Sín Chải", "Tủa Sín Chải", "Tua Sin Chai", "XA TUA SIN CHAI", "", None]
)
def test_a_name_with_or_without_accents_and_type_agrees_with_its_code(
    patchwork: Features, submit: Write, lai_chau: Register, form: str | None
) -> None:
    entry = next(entry for entry in patchwork if entry["properties"]["code"] == "03529")
    for text in {form, form and unicodedata.normalize("NFD", form)}:
        entry["properties"]["name"] = text
        submission = read(submit(patchwork))
        assert differing_names(submission, match(submission, lai_chau.communes), lai_chau.communes) == []


def test_a_name_of_before_the_reform_under_todays_code_is_told(
    patchwork: Features, submit: Write, lai_chau: Register
) -> None:
    entry = next(entry for entry in patchwork if entry["properties"]["code"] == "03529")
    entry["properties"]["name"] = "Làng Mô"
    submission = read(submit(patchwork))
    (text,) = differing_names(submission, match(submission, lai_chau.communes), lai_chau.communes)
    assert "03529 “Làng Mô” (danh mục: Xã Tủa Sín Chải)" in text


@given(st.data())
def test_any_subset_of_the_communes_is_matched_by_code_or_refused(data: st.DataObject) -> None:
    """Whatever codes come in whatever order: a full set is put in order, anything else names what is off."""
    communes = [
        Area(GSO, f"{spot:05d}", REFORM, None, f"Xã {spot}", "xã", Level.COMMUNE) for spot in range(1, 7)
    ]
    codes = tuple(data.draw(st.lists(st.sampled_from([f"{spot:05d}" for spot in range(1, 9)]), max_size=10)))
    shapes = np.array([shapely.box(0, 0, 1, 1)] * len(codes), dtype=object)
    submission = Submission(codes, ("",) * len(codes), shapes, (), "", 1)
    known = {area.code for area in communes}
    if sorted(codes) == sorted(known):
        assert [codes[spot] for spot in match(submission, communes)] == sorted(known)
        return
    with pytest.raises(BoundaryError) as caught:
        match(submission, communes)
    text = "\n".join(caught.value.problems)
    for code in (known ^ set(codes)) | {code for code in codes if codes.count(code) > 1}:
        assert code in text
