"""The sheet of paper: projection, size in drawing units, and frames for what lies far out at sea.

Owns how degrees become drawing units, for a province in its VN-2000 zone and for the country on 105°45'.
Every level of detail of one drawing shares one canvas, so a place has one position on all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Proj

from ioc.drawings import Inset, Projection

Geometries = NDArray[Any]

SIDE = 7680
"""Drawing units along the longer side: two to a pixel of the largest wall."""
MARGIN = 48
SCALE_FACTOR = 0.9999
"""On the central meridian, as in the three-degree zones of VN-2000."""
COUNTRY_MERIDIAN = 105.75
ZONES = {
    "01": 105.0, "04": 105.75, "08": 106.0, "11": 103.0, "12": 103.0, "14": 104.0, "15": 104.75,
    "19": 106.5, "20": 107.25, "22": 107.75, "24": 105.5, "25": 104.75, "31": 105.75, "33": 105.5,
    "37": 105.0, "38": 105.0, "40": 104.75, "42": 105.5, "44": 106.25, "46": 107.0, "48": 107.75,
    "51": 108.0, "52": 108.5, "56": 108.25, "66": 108.5, "68": 107.75, "75": 107.75, "79": 105.75,
    "80": 105.5, "82": 105.0, "86": 105.5, "91": 104.75, "92": 105.0, "96": 104.5,
}  # fmt: skip
"""Central meridian of a province's VN-2000 three-degree zone, by present code.

From the EPSG registry (codes 5896-5899 and 9205-9218), for the province whose name the unit keeps.
"""
_INSET_SHARE, _INSET_GAP = 0.27, 0.03


def meridian(root: str) -> float:
    """Central meridian in degrees for a site's root: a present province code or "VN"."""
    return ZONES.get(root, COUNTRY_MERIDIAN)


def to_plane(geometries: Geometries, central_meridian: float) -> Geometries:
    """Degrees to metres of the transverse Mercator projection on the given meridian."""
    place = _proj(central_meridian)
    return shapely.transform(geometries, lambda xy: np.column_stack(place(xy[:, 0], xy[:, 1])))


def to_degrees(geometries: Geometries, central_meridian: float) -> Geometries:
    """Metres of the plane back to degrees."""
    place = _proj(central_meridian)
    return shapely.transform(geometries, lambda xy: np.column_stack(place(xy[:, 0], xy[:, 1], inverse=True)))


def areas_km2(plane: Geometries, central_meridian: float) -> NDArray[np.float64]:
    """True areas on the ellipsoid of shapes given in the plane, through an equal-area projection."""
    equal = Proj(f"+proj=cea +lat_ts=16 +lon_0={central_meridian} +ellps=WGS84")
    degrees = to_degrees(plane, central_meridian)
    flat = shapely.transform(degrees, lambda xy: np.column_stack(equal(xy[:, 0], xy[:, 1])))
    return shapely.area(flat) / 1e6


def _proj(central_meridian: float) -> Proj:
    return Proj(f"+proj=tmerc +lat_0=0 +lon_0={central_meridian} +k={SCALE_FACTOR} +ellps=WGS84")


@dataclass(frozen=True)
class Canvas:
    """Size in drawing units and the projections of the main map and of each frame."""

    width: int
    height: int
    projection: Projection
    insets: tuple[Inset, ...]

    @staticmethod
    def fit(plane: Geometries, codes: Sequence[str], central_meridian: float, framed: bool) -> Canvas:
        """Lay out areas given in metres of the plane.

        With `framed`, an area farther from the rest than the rest is long gets a frame at the sea side;
        otherwise everything stays where it is.
        """
        far = _far_away(plane) if framed else np.zeros(len(plane), dtype=bool)
        west, south, east, north = shapely.total_bounds(plane[~far])
        across, up = east - west, north - south
        frame_side = _INSET_SHARE * max(across, up)
        extra = (frame_side + _INSET_GAP * max(across, up)) if far.any() else 0.0
        units = (SIDE - 2 * MARGIN) / max(across + extra, up)
        main = Projection(
            central_meridian, SCALE_FACTOR, float(west - MARGIN / units), float(north + MARGIN / units), units
        )
        width = round((across + extra) * units) + 2 * MARGIN
        height = round(up * units) + 2 * MARGIN
        side = frame_side * units
        left, low = width - MARGIN - side, height - MARGIN - side
        insets = []
        for spot in np.flatnonzero(far).tolist():
            # High at the sea side when the area lies to the north, low when to the south.
            top = MARGIN if plane[spot].centroid.y > (south + north) / 2 else low
            insets.append(_frame(plane[spot], codes[spot], main, (left, top, side)))
        return Canvas(width, height, main, tuple(insets))

    def draw(self, plane: Geometries, codes: Sequence[str]) -> Geometries:
        """Shapes in drawing units: framed areas through their frame, all others through the main map."""
        through = {code: inset.projection for inset in self.insets for code in inset.codes}
        drawn = np.empty(len(plane), dtype=object)
        for projection in {self.projection, *through.values()}:
            chosen = np.array([through.get(code, self.projection) == projection for code in codes])
            origin, units = np.array([projection.east, projection.north]), projection.units
            drawn[chosen] = shapely.transform(
                plane[chosen], lambda xy, o=origin, u=units: (xy - o) * np.array([u, -u])
            )
        return drawn

    def metres_per_unit(self, codes: Sequence[str]) -> NDArray[np.float64]:
        """How many metres one drawing unit is, area by area."""
        through = {code: inset.projection.units for inset in self.insets for code in inset.codes}
        return np.array([1 / through.get(code, self.projection.units) for code in codes])


def _far_away(plane: Geometries) -> NDArray[np.bool_]:
    """Areas that lie farther from the rest than the rest is long: an archipelago in the open sea."""
    far = np.zeros(len(plane), dtype=bool)
    if len(plane) < 3:
        return far
    centres = shapely.get_coordinates(shapely.centroid(plane))
    middle = np.median(centres, axis=0)
    # Only special zones lie so far out, so the few most distant ones are looked at, the farthest first.
    for spot in np.argsort(-np.hypot(*(centres - middle).T), kind="stable")[:3]:
        rest = ~far
        rest[spot] = False
        west, south, east, north = shapely.total_bounds(plane[rest])
        if shapely.distance(plane[spot], shapely.box(west, south, east, north)) > max(
            east - west, north - south
        ):
            far[spot] = True
    return far


def _frame(shape: shapely.Geometry, code: str, main: Projection, place: tuple[float, float, float]) -> Inset:
    """A square frame at `place` (left, top, side in drawing units) that shows one area and the sea around.

    Never at a larger scale than the main map.
    """
    left, top, side = place
    west, south, east, north = shape.bounds
    units = min(side / (1.24 * max(east - west, north - south)), main.units)
    x0, y0 = (west + east) / 2 - side / units / 2, (south + north) / 2 + side / units / 2
    projection = Projection(
        main.central_meridian, main.k, float(x0 - left / units), float(y0 + top / units), float(units)
    )
    sea = np.array([shapely.box(x0, y0 - side / units, x0 + side / units, y0)])
    degrees = shapely.total_bounds(to_degrees(sea, main.central_meridian)).tolist()
    left_lon, low_lat, right_lon, high_lat = (round(value, 4) for value in degrees)
    frame = (round(left), round(top), round(left + side), round(top + side))
    return Inset(left_lon, low_lat, right_lon, high_lat, projection, frame, (code,))
