"""Reading a boundary file that a stranger may have made.

GeoJSON goes through the json module and shapely alone: GDAL opens files and addresses named inside what it
reads, so it only touches GeoPackage and Shapefile from an operator who says the file is trusted. Owns size
limits and the check of coordinates; must not know which communes are expected.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.submission import (
    FILE_STEM,
    SKIPPED,
    BoundaryError,
    Feature,
    Submission,
    commune_codes,
    listing,
    unit_name,
)

Geometries = NDArray[Any]

MAX_FILE_BYTES = 128 * 2**20
MAX_BYTES = 512 * 2**20
MAX_FILES = 5_000
MAX_FEATURES = 20_000
MAX_VERTICES = 20_000_000
TEXT_KINDS = (".geojson", ".json")
GDAL_KINDS = (".gpkg", ".shp")
_TOO_MUCH = (
    f"{{}}: quá nhiều đối tượng hoặc quá nhiều đỉnh (giới hạn {MAX_FEATURES} đối tượng, {MAX_VERTICES} "
    "đỉnh). Hãy giản lược tệp trước khi nhập."
)
_WRONG_KIND = "{}: hình kiểu {}. Hãy dùng Polygon hoặc MultiPolygon cho ranh giới."
_LOOKALIKES = {
    b"<": " (tệp bắt đầu bằng “<”, giống XML)",
    b"PK": " (tệp bắt đầu bằng “PK”, giống tệp nén ZIP: hãy giải nén)",
}
_SIGNATURES = {".gpkg": b"SQLite format 3\0", ".shp": b"\x00\x00\x27\x0a"}
_COMPANIONS = {".shp": (".dbf", ".shx", ".prj", ".cpg")}
"""What belongs to a file and is read with it."""
VIETNAM = (101.5, 6.0, 118.5, 24.0)
"""West, south, east, north in degrees, with Hoàng Sa, Trường Sa and a margin."""


def read(path: Path, trusted: bool = False) -> Submission:
    """Read a file, or a folder with one file a commune. Raises BoundaryError with every problem found."""
    digest = hashlib.sha256()
    features: list[Feature] = []
    notes: list[str] = []
    problems: list[str] = []
    files = _files(path, notes)
    vertices = 0
    for file in files:
        try:
            for feature in _features(file, digest, trusted):
                features.append(feature)
                vertices += 0 if feature.shape is None else int(shapely.get_num_coordinates(feature.shape))
                if len(features) > MAX_FEATURES or vertices > MAX_VERTICES:
                    raise BoundaryError(*problems, _TOO_MUCH.format(file.name))
        except BoundaryError as error:
            if len(features) > MAX_FEATURES or vertices > MAX_VERTICES:
                raise
            problems += error.problems
    if problems:
        raise BoundaryError(*problems)
    if not features:
        raise BoundaryError(
            f"{path.name}: không có đối tượng nào (FeatureCollection rỗng). Hãy kiểm tra lại tệp nguồn."
        )
    codes = commune_codes(features, notes)
    empty = [f for f in features if f.shape is None or f.shape.is_empty]
    if empty:
        raise BoundaryError(
            f"Hình rỗng hoặc null ở {listing([f.where for f in empty])}. Hãy bổ sung ranh giới cho "
            "các đối tượng này."
        )
    shapes = shapely.force_2d(np.array([feature.shape for feature in features], dtype=object))
    check_degrees(features, shapes)
    names = tuple(unit_name(feature.properties) for feature in features)
    return Submission(codes, names, shapes, tuple(notes), digest.hexdigest(), len(files))


def _files(path: Path, notes: list[str]) -> list[Path]:
    if path.is_dir():
        inside = sorted(entry for entry in path.iterdir() if not entry.name.startswith("."))
        links = [entry for entry in inside if entry.is_symlink()]
        files = [e for e in inside if e.suffix.lower() in TEXT_KINDS and e.is_file() and e not in links]
        if not files:
            raise BoundaryError(
                f"Thư mục {path}: không có tệp .geojson hoặc .json nào. Hãy đặt vào đó mỗi xã một tệp GeoJSON."
            )
        if len(files) > MAX_FILES:
            raise BoundaryError(
                f"Thư mục {path}: có {len(files)} tệp, vượt giới hạn {MAX_FILES}. Hãy chỉ để lại tệp ranh giới."
            )
        if links:
            notes.append(
                f"{SKIPPED} {len(links)} liên kết (symlink) trong thư mục: {listing([e.name for e in links])}. "
                "Nếu đó là ranh giới, hãy chép chính tệp đó vào thư mục."
            )
        if other := [entry.name for entry in inside if entry not in files + links]:
            notes.append(f"{SKIPPED} {len(other)} mục không phải GeoJSON trong thư mục: {listing(other)}.")
    elif path.is_file():
        files = [path]
        if path.suffix.lower() not in TEXT_KINDS + GDAL_KINDS:
            raise BoundaryError(
                f"{path.name}: không nhận loại tệp này. Hãy dùng GeoJSON (.geojson, .json); GeoPackage (.gpkg) "
                "và Shapefile (.shp) chỉ nhận kèm --trusted. Tệp nén thì giải nén trước."
            )
    else:
        raise BoundaryError(f"Không tìm thấy tệp hoặc thư mục {path}. Hãy kiểm tra đường dẫn.")
    sizes = [file.stat().st_size for file in files]
    for file, size in zip(files, sizes, strict=True):
        if size > MAX_FILE_BYTES:
            raise BoundaryError(
                f"{file.name}: tệp {size / 2**20:.0f} MB vượt giới hạn {MAX_FILE_BYTES // 2**20} MB một tệp. "
                "Hãy chia thành một tệp cho mỗi xã hoặc giản lược trước."
            )
    if sum(sizes) > MAX_BYTES:
        raise BoundaryError(
            f"{path}: tổng dung lượng {sum(sizes) / 2**20:.0f} MB vượt giới hạn {MAX_BYTES // 2**20} MB. "
            "Hãy giản lược các tệp trước khi nhập."
        )
    return files


def _features(path: Path, digest: Any, trusted: bool) -> Iterator[Feature]:
    if path.suffix.lower() in GDAL_KINDS:
        return _gdal(path, digest, trusted)
    return _geojson(path, digest)


def _geojson(path: Path, digest: Any) -> Iterator[Feature]:
    found = entries(path, digest)
    for number, entry in enumerate(found, start=1):
        yield _feature(path, number, len(found), entry)


def entries(path: Path, digest: Any) -> list[Any]:
    """The features of a GeoJSON file in WGS84, still unchecked. Raises BoundaryError."""
    raw = path.read_bytes()
    digest.update(raw)
    try:
        document = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        hint = next((text for start, text in _LOOKALIKES.items() if raw.startswith(start)), "")
        where = f" ở dòng {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise BoundaryError(
            f"{path.name}: không phải GeoJSON hợp lệ{where}{hint}. Hãy xuất lại tệp dạng GeoJSON, UTF-8."
        ) from None
    if not isinstance(document, dict) or document.get("type") not in ("FeatureCollection", "Feature"):
        raise BoundaryError(
            f"{path.name}: không phải GeoJSON dạng FeatureCollection hoặc Feature. Hãy xuất lại dạng đó."
        )
    _check_crs(path, document.get("crs"))
    found = document.get("features") if document["type"] == "FeatureCollection" else [document]
    if not isinstance(found, list):
        raise BoundaryError(f"{path.name}: mục “features” không phải là danh sách. Hãy xuất lại tệp.")
    return found


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is not a number in JSON")


def _feature(path: Path, number: int, of: int, entry: Any) -> Feature:
    where = path.name if of == 1 else f"{path.name} đối tượng {number}"
    if not isinstance(entry, dict) or not isinstance(entry.get("properties") or {}, dict):
        raise BoundaryError(f"{where}: không phải một Feature hợp lệ. Hãy sửa hoặc xuất lại.")
    properties = dict(entry.get("properties") or {})
    if "id" in entry:
        properties.setdefault("id", entry["id"])
    properties[FILE_STEM] = path.stem
    label = unit_name(properties)
    where = f"{where} ({label})" if label else where
    geometry = entry.get("geometry")
    if geometry is None:
        return Feature(where, properties, None)
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        if kind == "GeometryCollection" and not geometry.get("geometries"):
            return Feature(where, properties, None)
        raise BoundaryError(_WRONG_KIND.format(where, kind))
    try:
        shape = shapely.geometry.shape(geometry)
    except (ValueError, TypeError, IndexError, AttributeError, KeyError, shapely.errors.ShapelyError):
        raise BoundaryError(
            f"{where}: tọa độ hỏng, không dựng được đa giác. Hãy sửa vòng biên: ít nhất 4 điểm và khép kín."
        ) from None
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        raise BoundaryError(f"{where}: có tọa độ không phải là số hữu hạn. Hãy sửa tọa độ.")
    return Feature(where, properties, shape)


def _gdal(path: Path, digest: Any, trusted: bool) -> Iterator[Feature]:
    if not trusted:
        raise BoundaryError(
            f"{path.name}: GeoPackage và Shapefile chỉ được đọc khi người vận hành tin nguồn của tệp. Nếu tin, "
            "hãy thêm --trusted; nếu không, hãy xuất sang GeoJSON."
        )
    raw = path.read_bytes()
    digest.update(raw)
    # GDAL goes by content, not by name: a list of other files to open must not pass for a map.
    if not raw.startswith(_SIGNATURES[path.suffix.lower()]):
        raise BoundaryError(
            f"{path.name}: nội dung không phải loại tệp {path.suffix.lower()}. Hãy xuất lại từ phần mềm bản đồ."
        )
    import geopandas  # loading it with GDAL costs a second that GeoJSON need not pay

    for companion in _COMPANIONS.get(path.suffix.lower(), ()):
        if (beside := path.with_suffix(companion)).is_file():
            digest.update(beside.read_bytes())
    try:
        layers = geopandas.list_layers(path)["name"].tolist()
        frame = geopandas.read_file(path, engine="pyogrio", layer=layers[0])
    except Exception as error:
        raise BoundaryError(f"{path.name}: không đọc được ({error}). Hãy xuất lại tệp.") from error
    if len(layers) > 1:
        raise BoundaryError(
            f"{path.name}: có {len(layers)} lớp ({listing(layers, 5)}). Hãy xuất riêng lớp ranh giới cấp xã ra một tệp."
        )
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise BoundaryError(f"{path.name}: chỉ có bảng số liệu, không có hình. Hãy xuất lớp ranh giới.")
    if frame.crs is None:
        raise BoundaryError(
            f"{path.name}: tệp không khai hệ tọa độ. Hãy khai hệ tọa độ (ví dụ EPSG:4326) rồi nhập lại."
        )
    frame = frame.to_crs(4326)
    rows = frame.drop(columns=frame.geometry.name).to_dict("records")
    for number, (properties, shape) in enumerate(zip(rows, frame.geometry, strict=True), start=1):
        where = f"{path.name} đối tượng {number} ({unit_name(properties)})"
        if shape is not None and not shape.is_empty and shape.geom_type not in ("Polygon", "MultiPolygon"):
            raise BoundaryError(_WRONG_KIND.format(where, shape.geom_type))
        yield Feature(where, properties, shape)


def _check_crs(path: Path, crs: Any) -> None:
    """GeoJSON is WGS84 by its standard; the old `crs` member may only say so."""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name") or "") if isinstance(properties, dict) else ""
    if name and not re.search(r"(CRS84|4326)$", name):
        raise BoundaryError(
            f"{path.name}: hệ tọa độ khai là {name}, cần WGS84 (kinh độ, vĩ độ). Hãy chuyển tệp sang "
            "EPSG:4326 rồi nhập lại."
        )


def check_degrees(features: list[Feature], shapes: Geometries, what: str = "Ranh giới") -> None:
    """Refuse what does not lie in Vietnam, with the likely reason and where it stands."""
    least_x, least_y, most_x, most_y = VIETNAM
    bounds = shapely.bounds(shapes)
    inside = (bounds >= [least_x, least_y, least_x, least_y]) & (bounds <= [most_x, most_y, most_x, most_y])
    off = np.flatnonzero(~inside.all(axis=1))
    if not len(off):
        return
    west, south, east, north = (float(value) for value in shapely.total_bounds(shapes[off]))
    which = listing([features[spot].where for spot in off], 3)
    span = f"x từ {west:.2f} đến {east:.2f}, y từ {south:.2f} đến {north:.2f}; ở {len(off)} hình: {which}"
    if west >= least_y and east <= most_y and south >= least_x and north <= most_x:
        raise BoundaryError(
            f"Tọa độ bị đảo thứ tự: đang là vĩ độ, kinh độ ({span}). GeoJSON cần kinh độ trước, vĩ độ sau. "
            "Hãy đổi thứ tự rồi nhập lại."
        )
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        raise BoundaryError(
            f"Tọa độ không phải là độ ({span}), có thể là VN-2000 tính bằng mét. "
            "Hãy chuyển tệp sang WGS84 (EPSG:4326) rồi nhập lại."
        )
    raise BoundaryError(f"{what} nằm ngoài phạm vi Việt Nam ({span}). Hãy kiểm tra hệ tọa độ của tệp.")
