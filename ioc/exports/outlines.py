"""Outlines: the published drawing turned back into places on the earth, for files that a map programme opens.

Owns the reading of a drawing's paths and the way back from drawing units to degrees. What comes out is the drawing:
generalised for the screen, and schematic while no official boundaries are there; files say so. Never a source of
boundaries.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from ioc.drawings import LEVELS, Drawing

Point = tuple[float, float]
Ring = list[Point]
Polygon = list[Ring]
DIGITS = 6
_PATH = re.compile(r'<path id="a([^"]+)"[^>]*? d="([^"]+)"')
_TOKEN = re.compile(r"[MmLlHhVvZz]|-?\d+(?:\.\d+)?")


def outlines(drawing: Drawing, data: Path) -> dict[str, list[Polygon]]:
    """Polygons by area code, longitude first, each ring closed; outer rings against the clock, holes with it."""
    text = (data / "geo" / f"{drawing.sha(LEVELS[-1])}.svg").read_text(encoding="utf-8")
    found = {}
    for code, path in _PATH.findall(text):
        projection = next((one.projection for one in drawing.insets if code in one.codes), drawing.projection)
        rings = [
            [
                (round(lon, DIGITS), round(lat, DIGITS))
                for lat, lon in (projection.place(x, y) for x, y in ring)
            ]
            for ring in rings_of(path)
        ]
        found[code] = polygons(rings)
    return found


def rings_of(path: str) -> list[Ring]:
    """The closed rings of a path's data, first point repeated at the end. Reads M, L, H, V and Z of both cases."""
    rings: list[Ring] = []
    x = y = 0.0
    here: Ring = []
    command = ""
    tokens = _TOKEN.findall(path)
    at = 0
    while at < len(tokens):
        one = tokens[at]
        if one.isalpha():
            command, at = one, at + 1
            if one in "Zz":
                if here:
                    x, y = here[0]
                    rings.append([*here, here[0]])
                here = []
            continue
        relative = command.islower()
        if command in "HhVv":
            step = float(one)
            at += 1
            if command in "Hh":
                x = x + step if relative else step
            else:
                y = y + step if relative else step
        else:
            dx, dy = float(one), float(tokens[at + 1])
            at += 2
            x, y = (x + dx, y + dy) if relative else (dx, dy)
            if command in "Mm":
                command = "l" if relative else "L"
        here.append((x, y))
    return [ring for ring in rings if len(ring) >= 4]


def polygons(rings: Sequence[Ring]) -> list[Polygon]:
    """Rings put together: one that lies inside an odd number of others is a hole of the smallest of them."""
    inside = {
        at: [other for other, big in enumerate(rings) if other != at and _within(ring[0], big)]
        for at, ring in enumerate(rings)
    }
    outer = [at for at in inside if len(inside[at]) % 2 == 0]
    made = {at: [_turned(rings[at], against_clock=True)] for at in outer}
    for at, around in inside.items():
        if len(around) % 2 == 1:
            owner = min((one for one in around if one in made), key=lambda one: abs(area(rings[one])))
            made[owner].append(_turned(rings[at], against_clock=False))
    return list(made.values())


def area(ring: Ring) -> float:
    """Signed area in square degrees, positive against the clock."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring)) / 2


def _turned(ring: Ring, against_clock: bool) -> Ring:
    return ring if (area(ring) > 0) is against_clock else ring[::-1]


def _within(point: Point, ring: Ring) -> bool:
    x, y = point
    odd = False
    for (x0, y0), (x1, y1) in pairwise(ring):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            odd = not odd
    return odd


def geometry(shape: Sequence[Polygon]) -> Mapping[str, object]:
    """A GeoJSON geometry: always of many polygons, so that a layer has one kind."""
    return {"type": "MultiPolygon", "coordinates": shape}
