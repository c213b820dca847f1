"""GeoPackage: a data set with its outlines, as a map programme opens it.

Owns the one use of GDAL that writes; runs in the process of a job alone, never in a web worker. Two tables: the rows
with their outlines, and what is known about them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from shapely import MultiPolygon, Polygon, to_wkb

from ioc.exports.dataset import Dataset, Form
from ioc.exports.facts import facts
from ioc.exports.outlines import outlines
from ioc.exports.subjects import View
from ioc.wording import say

LAYER = "so_lieu"
ABOUT = "thong_tin"


def write(view: View, dataset: Dataset, path: Path) -> None:
    """Write the package to `path`; the same data set gives the same bytes, for the clock in it is the edition's."""
    import pyogrio
    from pyogrio.raw import write as write_raw

    about, drawing = dataset.about, view.drawing
    if drawing is None:
        raise FileNotFoundError("no drawing")
    shapes = outlines(drawing, view.office.settings.data)
    stamp = about.published_at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": stamp, "OGR_SQLITE_SYNCHRONOUS": "OFF"})
    write_raw(
        str(path), _outlined(dataset, shapes),
        [_column(dataset, at) for at in range(len(dataset.columns))],
        np.array([column.key for column in dataset.columns], dtype=object),
        layer=LAYER, driver="GPKG", geometry_type="MultiPolygon", crs="EPSG:4326",
        layer_metadata=None, layer_options={"DESCRIPTION": about.title, "IDENTIFIER": about.title[:200]},
        nan_as_null=True,
    )  # fmt: skip
    told = facts(about)
    names = [say(f"exports.package.{name}", about.lang) for name in ("label", "text")]
    write_raw(
        str(path), None, [np.array([pair[at] for pair in told], dtype=object) for at in (0, 1)],
        np.array(names, dtype=object), layer=ABOUT, driver="GPKG", geometry_type=None, append=True,
    )  # fmt: skip


def _outlined(dataset: Dataset, shapes: Any) -> np.ndarray:
    """The outline of each row as WKB; none for a row that is no commune."""
    found = []
    for code in dataset.areas or [None] * len(dataset.rows):
        shape = shapes.get(code or "")
        made = MultiPolygon([Polygon(rings[0], rings[1:]) for rings in shape]) if shape else None
        found.append(None if made is None else to_wkb(made, byte_order=1))
    return np.array(found, dtype=object)


def _column(dataset: Dataset, at: int) -> np.ndarray:
    values = [row[at] for row in dataset.rows]
    form = dataset.columns[at].form
    if form is Form.NUMBER:
        return np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64)  # type: ignore[arg-type]
    if form is Form.DAY:
        return np.array(["NaT" if value is None else str(value) for value in values], dtype="datetime64[D]")
    return np.array(values, dtype=object)
