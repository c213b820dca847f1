"""Points on the map that come with a source: villages, service centres, with their dated attributes.

Owns the turning of judged rows into places. A point that cannot lie in Viet Nam loses its coordinates, not
its row: it still counts, and the finding says where to look. Must not know drawings.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import duckdb
import pyarrow as pa

from ioc.contract import SourceSpec
from ioc.observations import PLACES
from ioc.refresh.quoting import ident, idents
from ioc.runs import Finding

LATITUDES = (4.0, 24.0)
"""Degrees north of Viet Nam, its islands included."""
LONGITUDES = (100.0, 118.0)
"""Degrees east of Viet Nam, its islands included."""
OUTSIDE = "place_outside"
"""Code of the note on points that cannot be right."""


def places(
    connection: duckdb.DuckDBPyConnection, spec: SourceSpec, areas: Sequence[str]
) -> tuple[pa.Table, list[Finding]]:
    """The places of the rows in the view ``work``, sorted by id, columns as `PLACES`; and what was noted.

    `areas` are the ids behind the numbers in `_area`.
    """
    place = spec.place
    if place is None:
        return PLACES.empty_table(), []
    attributes = tuple(dict.fromkeys(place.attributes))
    point = idents([place.lat, place.lon]) if place.lat and place.lon else "NULL, NULL"
    wanted = f"{idents([place.id, place.name])}, {point}" + "".join(f", {ident(one)}" for one in attributes)
    rows = connection.execute(f"SELECT _area, {wanted} FROM work ORDER BY 2, 1").fetchall()  # noqa: S608
    found: list[dict[str, Any]] = []
    outside: list[dict[str, Any]] = []
    for area, identity, name, lat, lon, *cells in rows:
        inside = lat is not None and lon is not None and _within(lat, LATITUDES) and _within(lon, LONGITUDES)
        if not inside and (lat is not None or lon is not None):
            outside.append({place.id: str(identity), str(place.lat): lat, str(place.lon): lon})
        found.append({
            "kind": place.kind,
            "id": str(identity),
            "area": areas[area],
            "name": str(name),
            "lat": lat if inside else None,
            "lon": lon if inside else None,
            "attributes": _json(dict(zip(attributes, cells, strict=True))),
            "source": spec.id,
        })  # fmt: skip
    notes = [Finding(OUTSIDE, None, len(outside), place.lat, tuple(outside[:20]))] if outside else []
    return pa.Table.from_pylist(found, schema=PLACES), notes


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def _json(attributes: dict[str, Any]) -> str:
    plain = {
        name: cell.isoformat() if isinstance(cell, (date, datetime)) else cell
        for name, cell in attributes.items()
    }
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
