"""Boundaries made into a valid coverage: every fault found, named with its place, and mended.

Owns the kinds of defect and the limits of what may be mended silently (nothing). Works in metres of a plane
projection; must not know about files or drawings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.validation import explain_validity

from geodata.canvas import to_degrees
from geodata.submission import BoundaryError, listing
from ioc.drawings import Defect

Geometries = NDArray[Any]

SLIVER_M2 = 1.0
"""A part smaller than this that touches land is the crumb of a line that crosses itself, not an islet."""
LEAST_M2 = 10_000.0
"""No commune is smaller; a shape below this is a mistake."""
MOST_OVERLAP = 0.01
"""An overlap of more than this share of the smaller unit is a dispute that nobody here may decide."""
GAP_M = 5.0
"""Gaps between neighbours narrower than this are closed; wider ones are reported and left."""
HOLE_M2 = 1_000_000.0
"""Holes of the whole map above this size are lakes or foreign land, not gaps."""


@dataclass(frozen=True)
class Coverage:
    """A valid coverage in metres, in the order of the codes, and what had to be mended."""

    shapes: Geometries
    defects: tuple[Defect, ...]
    parts: int
    islands: int


class _Ledger:
    """Collects defects with their place in degrees."""

    def __init__(self, codes: Sequence[str], names: Sequence[str], central_meridian: float):
        self.codes, self.names, self.meridian = codes, names, central_meridian
        self.defects: list[Defect] = []

    def title(self, spot: int) -> str:
        return f"{self.codes[spot]} {self.names[spot]}"

    def add(self, spot: int, kind: str, place: shapely.Geometry, text: str) -> None:
        point = shapely.get_coordinates(to_degrees(np.array([place.representative_point()]), self.meridian))[
            0
        ]
        lon, lat = float(point[0]), float(point[1])
        where = f"gần {lat:.5f}° B, {lon:.5f}° Đ".replace(".", ",")
        self.defects.append(
            Defect(
                self.codes[spot], kind, round(lat, 6), round(lon, 6), f"{self.title(spot)}: {text} {where}"
            )
        )


def mend(plane: Geometries, codes: Sequence[str], names: Sequence[str], central_meridian: float) -> Coverage:
    """Repair shapes and fit them to one another.

    Areas are kept: a shape that crosses itself keeps all its ground, overlaps go to the neighbour with the
    longer common border. Raises BoundaryError when no valid coverage comes out or land would be lost.
    """
    ledger = _Ledger(codes, names, central_meridian)
    shapes = _without_crumbs(_valid(plane, ledger), ledger)
    wrong = np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(shapes, gap_width=GAP_M)))
    explained = _find_overlaps(shapes, wrong, ledger)
    clean = shapely.coverage_clean(shapes, gap_width=GAP_M)
    explained |= _find_gaps(shapes, clean, wrong, ledger)
    # Narrow bays look like gaps to the wide test; only the strict one proves that borders do not match.
    edges = shapely.coverage_invalid_edges(shapes)
    for spot in sorted(set(np.flatnonzero(~shapely.is_empty(edges)).tolist()) - explained):
        length = f"{edges[spot].length:.1f}".replace(".", ",")
        ledger.add(spot, "mismatch", edges[spot], f"{length} m biên không trùng đỉnh với xã bên, đã khớp,")
    if not shapely.coverage_is_valid(clean):
        raise BoundaryError(
            "Không khớp được ranh giới các xã thành một lớp phủ hợp lệ. Hãy sửa tệp nguồn rồi nhập lại."
        )
    _check_nothing_lost(shapes, clean, ledger)
    order = sorted(ledger.defects, key=lambda defect: (defect.code, defect.kind, defect.lat, defect.lon))
    return Coverage(clean, tuple(order), int(shapely.get_num_geometries(clean).sum()), _islands(clean))


def _valid(plane: Geometries, ledger: _Ledger) -> Geometries:
    """Every shape valid; of a line crossing itself the place is told."""
    shapes = plane.copy()
    for spot in np.flatnonzero(~shapely.is_valid(plane)).tolist():
        reason = explain_validity(plane[spot])
        kind, _, rest = reason.partition("[")
        x, y = (float(number) for number in rest.rstrip("]").split()[:2])
        mended = _polygons(shapely.make_valid(plane[spot], method="structure", keep_collapsed=False))
        change = mended.area - plane[spot].area
        word = "tăng" if change > 0 else "giảm"
        changed = f", diện tích {word} {_square_metres(abs(change))}" if abs(change) >= 1 else ""
        ledger.add(spot, "self_intersection", shapely.Point(x, y), f"{_reason(kind)}{changed}, đã sửa,")
        shapes[spot] = mended
    if small := [ledger.title(spot) for spot in np.flatnonzero(shapely.area(shapes) < LEAST_M2).tolist()]:
        raise BoundaryError(f"Ranh giới gần như không có diện tích ở {listing(small)}. Hãy sửa tệp nguồn.")
    return shapes


def _reason(kind: str) -> str:
    known = {
        "Self-intersection": "đường biên tự cắt",
        "Ring Self-intersection": "vòng biên tự chạm",
        "Nested shells": "đa giác nằm trong đa giác",
        "Hole lies outside shell": "lỗ nằm ngoài đa giác",
        "Holes are nested": "lỗ nằm trong lỗ",
        "Interior is disconnected": "phần trong bị chia cắt",
    }
    return known.get(kind.strip(), f"hình không hợp lệ ({kind.strip()})")


def _polygons(geometry: shapely.Geometry) -> shapely.Geometry:
    parts = [p for p in shapely.get_parts(geometry) if p.geom_type == "Polygon" and p.area > 0]
    nested = [q for p in shapely.get_parts(geometry) if p.geom_type == "MultiPolygon" for q in p.geoms]
    found = parts + nested
    return found[0] if len(found) == 1 else shapely.MultiPolygon(found)


def _without_crumbs(shapes: Geometries, ledger: _Ledger) -> Geometries:
    """Drop crumbs: loops below a square metre pinched off where a border crosses itself beside its land.

    Publishers often run a tool that makes such a border "valid" by keeping the loop as a part of its own.
    """
    kept = shapes.copy()
    parts, owner = shapely.get_parts(shapes, return_index=True)
    size = shapely.area(parts)
    tree = shapely.STRtree(parts)
    for number in np.flatnonzero(size < SLIVER_M2):
        near = tree.query(parts[number], predicate="dwithin", distance=1.0)
        if not (size[near] >= SLIVER_M2).any():
            continue
        spot = int(owner[number])
        text = f"đường biên tự cắt, để lại mảnh vụn {_square_metres(size[number])}, đã sửa,"
        ledger.add(spot, "self_intersection", parts[number], text)
        rest = [p for p in shapely.get_parts(kept[spot]) if not shapely.equals(p, parts[number])]
        kept[spot] = rest[0] if len(rest) == 1 else shapely.MultiPolygon(rest)
    return kept


def _find_overlaps(shapes: Geometries, wrong: NDArray[np.int64], ledger: _Ledger) -> set[int]:
    """Name overlaps pair by pair; raises BoundaryError for one that is a dispute and no slip of the pen."""
    if not len(wrong):
        return set()
    first, second = shapely.STRtree(shapes).query(shapes[wrong], predicate="intersects")
    first = wrong[first]
    pairs = sorted({(int(min(a, b)), int(max(a, b))) for a, b in zip(first, second, strict=True) if a != b})
    explained: set[int] = set()
    disputes: list[str] = []
    for one, other in pairs:
        overlap = shapely.intersection(shapes[one], shapes[other])
        if not overlap.area:
            continue
        share = overlap.area / min(shapes[one].area, shapes[other].area)
        if share > MOST_OVERLAP:
            disputes.append(f"{ledger.title(one)} và {ledger.title(other)} ({100 * share:.0f} % xã nhỏ hơn)")
        text = f"chồng lên {ledger.title(other)} {_square_metres(overlap.area)}, đã sửa,"
        ledger.add(one, "overlap", overlap, text)
        explained |= {one, other}
    if disputes:
        raise BoundaryError(f"Ranh giới chồng lên nhau quá nhiều: {listing(disputes)}. Hãy sửa tệp nguồn.")
    return explained


def _find_gaps(shapes: Geometries, clean: Geometries, wrong: NDArray[np.int64], ledger: _Ledger) -> set[int]:
    """Name the ground between misfitting shapes that none of the shapes holds, and what became of it."""
    if not len(wrong):
        return set()
    before, after = shapely.STRtree(shapes), shapely.STRtree(clean)
    lines = shapely.union_all(shapely.boundary(shapes[wrong]))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    explained: set[int] = set()
    for face in sorted(faces[shapely.area(faces) < HOLE_M2], key=lambda polygon: polygon.bounds):
        inside = face.representative_point()
        if len(before.query(inside, predicate="intersects")):
            continue
        around = sorted(int(spot) for spot in before.query(face, predicate="dwithin", distance=0.01))
        ending = "đã khép," if len(after.query(inside, predicate="intersects")) else "để nguyên vì rộng,"
        size = _square_metres(face.area)
        beside = " và ".join(ledger.title(spot) for spot in around[1:3])
        ledger.add(around[0], "gap", face, f"hở {size}{beside and f' với {beside}'}, {ending}")
        explained |= set(around)
    return explained


def _check_nothing_lost(before: Geometries, after: Geometries, ledger: _Ledger) -> None:
    """No part may vanish: one that a neighbour now holds is told, one that nobody holds is refused."""
    fewer = shapely.get_num_geometries(before) > shapely.get_num_geometries(after)
    less = shapely.area(after) < (1 - 2 * MOST_OVERLAP) * shapely.area(before)
    lost = [ledger.title(spot) for spot in np.flatnonzero(less).tolist()]
    for spot in np.flatnonzero(fewer).tolist():
        for part in shapely.get_parts(before[spot]):
            if shapely.intersection(part, after[spot]).area >= 0.5 * part.area:
                continue
            if (
                shapely.intersection(part, shapely.union_all(after[_near(after, part)])).area
                >= 0.5 * part.area
            ):
                ledger.add(
                    spot, "overlap", part, f"mảnh {_square_metres(part.area)} nằm trọn trong xã bên, đã bỏ,"
                )
            else:
                lost.append(ledger.title(spot))
    if lost:
        raise BoundaryError(
            f"Khi khớp ranh giới có phần đất bị mất ở {listing(lost)}. Hãy sửa tệp nguồn rồi nhập lại."
        )


def _near(shapes: Geometries, part: shapely.Geometry) -> NDArray[np.int64]:
    return np.flatnonzero(shapely.intersects(shapes, part))


def _islands(shapes: Geometries) -> int:
    """Number of separate pieces of land."""
    return int(shapely.get_num_geometries(shapely.coverage_union_all(shapes)))


def _square_metres(area: float) -> str:
    return "dưới 0,01 m²" if area < 0.01 else f"{area:,.2f} m²".translate(str.maketrans(",.", ".,"))
