"""Rivers, roads and other lines from an operator's own GeoJSON, drawn quietly under everything else.

Reads with the json module and shapely alone, within the limits of boundary files; keeps the cleaned coordinates, so
that a new drawing gets its lines again by itself. A file that is refused changes nothing.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.canvas import MARGIN, to_plane
from geodata.plates import write_whole
from geodata.reading import MAX_FILE_BYTES, TEXT_KINDS, check_degrees, entries
from geodata.sheets import path_data
from geodata.submission import BoundaryError, Feature
from ioc.drawings import Drawing
from ioc.layers import MANIFEST, STYLES, Layer, Style, document, load, stamp

Geometries = NDArray[Any]

NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
MOST_FEATURES, MOST_VERTICES = 100_000, 2_000_000
MOST_BYTES = 3_000_000
"""Largest drawn layer: lines are a ground to read by, not a road atlas, and every visitor who ticks one fetches it."""
TOLERANCE = 4.0
"""Drawing units a line may be off: two pixels of the largest wall, one of a screen."""
LINES = ("LineString", "MultiLineString")
SHAPES = (*LINES, "Polygon", "MultiPolygon")


@dataclass(frozen=True)
class Label:
    """What readers see: names in both languages and the manner of drawing."""

    vi: str
    en: str
    style: Style


def import_lines(data: Path, drawing: Drawing, name: str, path: Path, label: Label) -> Layer:
    """Check, clean, draw and publish one layer; an older one of the same name is replaced.

    Raises BoundaryError with Vietnamese sentences; what is published then stays as it is.
    """
    _check(name, path, label)
    digest = hashlib.sha256()
    shapes = _lines(path, digest)
    kept = _keep(data, shapes)
    made = datetime.now(UTC).isoformat(timespec="seconds")
    source = f"{path.name}, sha256 {digest.hexdigest()[:12]}"
    layer = Layer(name, label.vi, label.en, label.style, "", "", len(shapes), source, kept, made)
    fresh = _draw(data, drawing, layer, shapes)
    others = tuple(one for one in load(data) if one.name != name)
    write_whole(data / "geo" / MANIFEST, document((*others, fresh)))
    return fresh


def remove(data: Path, name: str) -> bool:
    """Take a layer off the list; its files stay, a page that is open may still ask for them."""
    found = load(data)
    left = tuple(one for one in found if one.name != name)
    if len(left) == len(found):
        return False
    write_whole(data / "geo" / MANIFEST, document(left))
    return True


def redraw(data: Path, drawing: Drawing) -> list[str]:
    """Draw every layer anew where the drawing has changed under it; returns the names of those that could not be."""
    found, fresh, lost = load(data), [], []
    for layer in found:
        if layer.drawn_for == stamp(drawing):
            fresh.append(layer)
            continue
        try:
            shapes = shapely.from_wkb((data / "geo" / f"{layer.kept}.wkb").read_bytes())
            fresh.append(_draw(data, drawing, layer, shapely.get_parts(shapes)))
        except (OSError, BoundaryError, shapely.errors.ShapelyError):
            fresh.append(layer)
            lost.append(layer.name)
    if found:
        write_whole(data / "geo" / MANIFEST, document(tuple(fresh)))
    return lost


def _check(name: str, path: Path, label: Label) -> None:
    problems = []
    if not NAME.fullmatch(name):
        problems.append(
            f"Tên lớp {name!r}: chỉ dùng chữ thường không dấu, số và dấu gạch nối, ví dụ song-suoi."
        )
    if label.style not in STYLES:
        problems.append(f"Kiểu vẽ {label.style!r}: chọn một trong {', '.join(STYLES)}.")
    if not label.vi.strip() or not label.en.strip() or max(len(label.vi), len(label.en)) > 60:
        problems.append("Nhãn của lớp: cần cả tiếng Việt và tiếng Anh, mỗi nhãn không quá 60 ký tự.")
    if not path.is_file():
        problems.append(f"Không tìm thấy tệp {path}. Hãy kiểm tra đường dẫn.")
    elif path.suffix.lower() not in TEXT_KINDS:
        problems.append(f"{path.name}: không nhận loại tệp này. Hãy dùng GeoJSON (.geojson, .json).")
    elif path.stat().st_size > MAX_FILE_BYTES:
        problems.append(
            f"{path.name}: tệp vượt giới hạn {MAX_FILE_BYTES // 2**20} MB. Hãy giản lược rồi nhập lại."
        )
    if problems:
        raise BoundaryError(*problems)


def _lines(path: Path, digest: Any) -> Geometries:
    """All lines of a file in degrees; of areas, such as lakes, their outlines."""
    found: list[shapely.Geometry] = []
    features: list[Feature] = []
    listed = entries(path, digest)
    if len(listed) > MOST_FEATURES:
        raise BoundaryError(
            f"{path.name}: có {len(listed)} đối tượng, quá {MOST_FEATURES}. Hãy giản lược rồi nhập lại."
        )
    vertices = 0
    for number, entry in enumerate(listed, start=1):
        where = f"{path.name} đối tượng {number}"
        shape = _shape(where, entry)
        if shape is None:
            continue
        vertices += int(shapely.get_num_coordinates(shape))
        if vertices > MOST_VERTICES:
            raise BoundaryError(f"{path.name}: quá {MOST_VERTICES} đỉnh. Hãy giản lược rồi nhập lại.")
        found.append(shape)
        features.append(Feature(where, {}, shape))
    if not found:
        raise BoundaryError(f"{path.name}: không có đường nào. Hãy kiểm tra lại tệp nguồn.")
    shapes = shapely.force_2d(np.array(found, dtype=object))
    check_degrees(features, shapes, "Đường")
    flat = shapely.get_type_id(shapes) >= 3
    shapes[flat] = shapely.boundary(shapes[flat])
    return shapes


def _shape(where: str, entry: Any) -> shapely.Geometry | None:
    geometry = entry.get("geometry") if isinstance(entry, dict) else None
    if geometry is None:
        return None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in SHAPES:
        raise BoundaryError(
            f"{where}: hình kiểu {kind}. Lớp này nhận {', '.join(SHAPES)}; điểm thì đưa vào một nguồn có [place]."
        )
    try:
        shape = shapely.geometry.shape(geometry)
    except (ValueError, TypeError, IndexError, AttributeError, KeyError, shapely.errors.ShapelyError):
        raise BoundaryError(f"{where}: tọa độ hỏng. Hãy sửa hoặc xuất lại đối tượng này.") from None
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        raise BoundaryError(f"{where}: có tọa độ không phải là số hữu hạn. Hãy sửa tọa độ.")
    return None if shape.is_empty else shape


def _keep(data: Path, shapes: Geometries) -> str:
    """The cleaned coordinates, for the next drawing; named by their content."""
    raw: bytes = shapely.to_wkb(shapely.geometrycollections(shapes))
    name = hashlib.sha256(raw).hexdigest()
    (data / "geo").mkdir(parents=True, exist_ok=True)
    write_whole(data / "geo" / f"{name}.wkb", raw)
    return name


def _draw(data: Path, drawing: Drawing, layer: Layer, shapes: Geometries) -> Layer:
    """The layer with its file for `drawing`: in its units, cut to its frame, simplified."""
    place = drawing.projection
    plane = to_plane(shapes, place.central_meridian)
    origin, units = np.array([place.east, place.north]), place.units
    drawn = shapely.transform(plane, lambda xy: (xy - origin) * np.array([units, -units]))
    # The frame of a far island has a projection of its own; lines out there are left out.
    frame = shapely.box(MARGIN / 2, MARGIN / 2, drawing.width - MARGIN / 2, drawing.height - MARGIN / 2)
    cut = shapely.intersection(drawn, frame)
    cut = cut[~shapely.is_empty(cut)]
    parts = shapely.get_parts(shapely.simplify(cut, TOLERANCE, preserve_topology=False))
    parts = parts[(shapely.get_type_id(parts) == 1) & (shapely.length(parts) >= TOLERANCE)]
    if not len(parts):
        raise BoundaryError("Không đường nào nằm trên bản đồ này. Hãy kiểm tra địa bàn và hệ tọa độ của tệp.")
    line = path_data(shapely.multilinestrings(parts))
    text = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawing.width} {drawing.height}"><path d="{line}"/></svg>\n'
    raw = text.encode("ascii")
    if len(raw) > MOST_BYTES:
        raise BoundaryError(
            f"Lớp vẽ ra {len(raw) / 1e6:.1f} MB, quá {MOST_BYTES / 1e6:.0f} MB. Hãy chỉ giữ các sông, đường chính rồi nhập lại."
        )
    sha = hashlib.sha256(raw).hexdigest()
    write_whole(data / "geo" / f"{sha}.svg", raw)
    return replace(layer, sha=sha, drawn_for=stamp(drawing))
