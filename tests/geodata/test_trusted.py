"""GeoPackage and Shapefile are read for an operator who trusts them, and only when they are what they say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import shapely

from geodata.reading import read
from tests.geodata.conftest import refusal

Features = list[dict[str, Any]]


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


@pytest.mark.filterwarnings("ignore:GPKG")
def test_a_broken_or_empty_trusted_file_is_refused(tmp_path: Path) -> None:
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


def test_a_trusted_file_of_several_layers_is_refused_by_their_names(
    tmp_path: Path, patchwork: Features
) -> None:
    import geopandas

    path = tmp_path / "ranh_gioi.gpkg"
    shapes = [shapely.geometry.shape(entry["geometry"]) for entry in patchwork]
    for layer in ("xa", "thon"):
        geopandas.GeoDataFrame(geometry=shapes, crs=4326).to_file(path, layer=layer)
    assert "ranh_gioi.gpkg: có 2 lớp (xa; thon)" in refusal(path, trusted=True)


def test_the_hash_of_a_shapefile_covers_its_table(tmp_path: Path, patchwork: Features) -> None:
    import geopandas

    shapes = [shapely.geometry.shape(entry["geometry"]) for entry in patchwork]
    hashes = set()
    for swapped in (False, True):
        codes = [entry["properties"]["code"] for entry in patchwork]
        path = tmp_path / "ranh_gioi.shp"
        frame = geopandas.GeoDataFrame(
            {"ma_xa": codes[::-1] if swapped else codes}, geometry=shapes, crs=4326
        )
        frame.to_file(path)
        hashes.add(read(path, trusted=True).sha256)
    assert len(hashes) == 2
