"""The published drawing of a site's areas: its files, what it may claim, and where a place lies on it.

Owns the manifest ``geo/current.json`` and the projection from latitude and longitude to drawing units, in
plain Python. Must not know how a drawing is made, nor look into the SVG.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import asinh, atan, atan2, atanh, cos, cosh, degrees, hypot, radians, sin, sinh, sqrt, tan
from pathlib import Path
from typing import Any, Literal

LEVELS = ("small", "screen", "wall")
"""Levels of detail: phones, screens of 1,920 pixels, walls of 3,840 pixels."""
MANIFEST = "current.json"
_AXIS, _FLATTENING = 6_378_137.0, 1 / 298.257223563  # WGS84, which is also the ellipsoid of VN-2000


class DrawingError(Exception):
    """The manifest is damaged or of another version; the message, in Vietnamese, says what to do."""


@dataclass(frozen=True)
class Projection:
    """Transverse Mercator on WGS84, then scaled and flipped to drawing units (y grows downwards).

    `central_meridian` in degrees; `k` is the scale factor on it; a point with easting e and northing n
    in metres lies at ((e - east) * units, (north - n) * units).
    """

    central_meridian: float
    k: float
    east: float
    north: float
    units: float

    def metres(self, lat: float, lon: float) -> tuple[float, float]:
        """Easting and northing in metres from the central meridian and the equator (Krüger, order n⁴).

        Within 1 mm of PROJ up to ten degrees from the meridian.
        """
        phi, lam = radians(lat), radians(lon - self.central_meridian)
        e = sqrt(_FLATTENING * (2 - _FLATTENING))
        t = tan(phi)
        sigma = sinh(e * atanh(e * t / hypot(1, t)))
        conformal = t * hypot(1, sigma) - sigma * hypot(1, t)
        xi, eta = atan2(conformal, cos(lam)), asinh(sin(lam) / hypot(conformal, cos(lam)))
        east, north = eta, xi
        for j, a in enumerate(_ALPHA, start=1):
            north += a * sin(2 * j * xi) * cosh(2 * j * eta)
            east += a * cos(2 * j * xi) * sinh(2 * j * eta)
        return self.k * _RADIUS * east, self.k * _RADIUS * north

    def project(self, lat: float, lon: float) -> tuple[float, float]:
        """Where a place lies, in drawing units."""
        east, north = self.metres(lat, lon)
        return (east - self.east) * self.units, (self.north - north) * self.units

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Latitude and longitude of a point in drawing units: the way back from `project`, to a millimetre."""
        north = (self.north - y / self.units) / (self.k * _RADIUS)
        east = (x / self.units + self.east) / (self.k * _RADIUS)
        xi, eta = north, east
        for _ in range(8):  # the series is a small correction: each round is a thousandfold closer
            xi, eta = (
                north - sum(a * sin(2 * j * xi) * cosh(2 * j * eta) for j, a in enumerate(_ALPHA, start=1)),
                east - sum(a * cos(2 * j * xi) * sinh(2 * j * eta) for j, a in enumerate(_ALPHA, start=1)),
            )
        tau = sin(xi) / hypot(sinh(eta), cos(xi))
        e = sqrt(_FLATTENING * (2 - _FLATTENING))
        t = tau / (1 - e * e)
        for _ in range(8):
            sigma = sinh(e * atanh(e * t / hypot(1, t)))
            step = t * hypot(1, sigma) - sigma * hypot(1, t) - tau
            slope = (1 - e * e) * hypot(1, t) * hypot(1, tau) / (1 + (1 - e * e) * t * t)
            t -= step / slope
        return degrees(atan(t)), self.central_meridian + degrees(atan2(sinh(eta), cos(xi)))


def _kruger() -> tuple[float, tuple[float, ...]]:
    n = _FLATTENING / (2 - _FLATTENING)
    radius = _AXIS / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    return radius, (
        n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16 + 41 * n**4 / 180,
        13 * n**2 / 48 - 3 * n**3 / 5 + 557 * n**4 / 1440,
        61 * n**3 / 240 - 103 * n**4 / 140,
        49561 * n**4 / 161280,
    )


_RADIUS, _ALPHA = _kruger()


@dataclass(frozen=True)
class Inset:
    """A far-away part drawn in a frame of its own: what lies within the degrees goes through `projection`.

    `frame` is (x0, y0, x1, y1) in drawing units; `codes` are the areas shown in it.
    """

    west: float
    south: float
    east: float
    north: float
    projection: Projection
    frame: tuple[float, float, float, float]
    codes: tuple[str, ...]

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a place belongs into this frame."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


@dataclass(frozen=True)
class Sheet:
    """One level of detail: the file ``geo/<sha>.svg``, its size, and its greatest error in pixels."""

    level: str
    sha: str
    pixels: int
    bytes: int
    gzip_bytes: int
    max_error_px: float


@dataclass(frozen=True)
class Defect:
    """A fault found in the boundaries: the area, the kind, the place and a Vietnamese sentence."""

    code: str
    kind: str
    lat: float
    lon: float
    text: str


@dataclass(frozen=True)
class Drawing:
    """The drawing in force.

    `kind` is "schematic" until official boundaries are imported; `caption` must then stand beside it
    wherever it is shown. Width and height are in drawing units and the same at every level of detail.
    """

    kind: Literal["official", "schematic"]
    root: str
    captions: Mapping[str, str]
    source: str
    published_at: str
    width: int
    height: int
    codes: tuple[str, ...]
    projection: Projection
    insets: tuple[Inset, ...]
    sheets: Mapping[str, Sheet]
    defects: tuple[Defect, ...]
    area_km2: float
    notes: tuple[str, ...]

    @staticmethod
    def load(data: Path) -> Drawing:
        """Read ``geo/current.json`` of a data folder.

        Raises FileNotFoundError when nothing has been published, DrawingError when it cannot be read.
        """
        path = data / "geo" / MANIFEST
        raw = path.read_bytes()
        try:
            return _drawing(json.loads(raw.decode("utf-8")))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise DrawingError(
                f"{path} đã hỏng ({error}). Hãy chạy lại “geodata import” hoặc “geodata schematic”."
            ) from error

    @property
    def units_per_km(self) -> float:
        """Drawing units in one kilometre of the main map, for the scale bar."""
        return self.projection.units * 1000

    @property
    def is_schematic(self) -> bool:
        """Whether the map must carry its "not official boundaries" caption."""
        return self.kind == "schematic"

    def caption(self, lang: str) -> str:
        """The caption in `lang` (Vietnamese when there is none); empty for official boundaries."""
        return self.captions.get(lang, self.captions["vi"])

    def sha(self, level: str) -> str:
        """Content hash of a level of detail: the name of its file. Raises KeyError for another level."""
        return self.sheets[level].sha

    @cached_property
    def shas(self) -> frozenset[str]:
        """Content hashes of all levels."""
        return frozenset(sheet.sha for sheet in self.sheets.values())

    def project(self, lat: float, lon: float) -> tuple[float, float]:
        """Where a place (WGS84 degrees) lies, in drawing units; in its frame if it belongs to one."""
        for inset in self.insets:
            if inset.holds(lat, lon):
                return inset.projection.project(lat, lon)
        return self.projection.project(lat, lon)

    def document(self) -> dict[str, Any]:
        """The manifest as it is written."""
        return {
            "format": 1,
            "kind": self.kind,
            "root": self.root,
            "caption": dict(self.captions),
            "source": self.source,
            "published_at": self.published_at,
            "width": self.width,
            "height": self.height,
            "units_per_km": self.units_per_km,
            "codes": list(self.codes),
            "projection": self.projection.__dict__,
            "insets": [{**inset.__dict__, "projection": inset.projection.__dict__} for inset in self.insets],
            "levels": {name: sheet.__dict__ for name, sheet in self.sheets.items()},
            "defects": [defect.__dict__ for defect in self.defects],
            "area_km2": self.area_km2,
            "notes": list(self.notes),
        }


def _drawing(document: dict[str, Any]) -> Drawing:
    if document["format"] != 1:
        raise ValueError(f"định dạng {document['format']}, phiên bản này đọc định dạng 1")
    return Drawing(
        kind=document["kind"],
        root=document["root"],
        captions=document["caption"],
        source=document["source"],
        published_at=document["published_at"],
        width=document["width"],
        height=document["height"],
        codes=tuple(document["codes"]),
        projection=Projection(**document["projection"]),
        insets=tuple(_inset(inset) for inset in document["insets"]),
        sheets={name: Sheet(**sheet) for name, sheet in document["levels"].items()},
        defects=tuple(Defect(**defect) for defect in document["defects"]),
        area_km2=document["area_km2"],
        notes=tuple(document["notes"]),
    )


def _inset(inset: dict[str, Any]) -> Inset:
    west, south, east, north = inset["west"], inset["south"], inset["east"], inset["north"]
    frame: tuple[float, float, float, float] = tuple(inset["frame"])
    codes, projection = tuple(inset["codes"]), Projection(**inset["projection"])
    return Inset(west, south, east, north, projection, frame, codes)
