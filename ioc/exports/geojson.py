"""GeoJSON (RFC 7946): one feature a row, its outline from the drawing in force, the facts in a member of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date

from ioc.exports.dataset import Dataset, Value
from ioc.exports.facts import facts
from ioc.exports.outlines import Polygon, geometry


def write(dataset: Dataset, shapes: Mapping[str, list[Polygon]]) -> Iterator[bytes]:
    """The file in pieces. A row without an outline, as the whole's, keeps its numbers and has no geometry."""
    head = {"type": "FeatureCollection", "name": dataset.about.title, "ioc": facts(dataset.about)}
    yield _json(head)[:-1].encode() + b',"features":[\n'
    codes = dataset.areas or [None] * len(dataset.rows)
    for line, (row, code) in enumerate(zip(dataset.rows, codes, strict=True)):
        found = shapes.get(code or "")
        properties = {column.key: _plain(value) for column, value in zip(dataset.columns, row, strict=True)}
        feature = {
            "type": "Feature",
            "geometry": geometry(found) if found else None,
            "properties": properties,
        }
        yield (",\n" if line else "").encode() + _json(feature).encode()
    yield b"\n]}\n"


def _plain(value: Value) -> str | float | int | None:
    return value.isoformat() if isinstance(value, date) else value


def _json(content: object) -> str:
    """JSON that stays data even where somebody puts it into a page."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
