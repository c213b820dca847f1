"""Publishing: drawings named by their content, and a manifest that changes in one step.

Files are written first and the manifest renamed into place last, so a reader finds the old drawing or the new
one, whole. Nothing that was published is deleted: an older edition or an open page may still ask for it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.arcs import Arcs
from geodata.canvas import Canvas
from geodata.detail import GRID, ISLET, PIXELS, SIDE, reduce
from geodata.sheets import document, label_points, on_grid, path_data
from ioc.crashpoint import crash_point
from ioc.drawings import MANIFEST, Defect, Drawing, Sheet

Geometries = NDArray[Any]

DRAFT_SECONDS = 3600
"""A draft this old belongs to nobody; a whole publication of the country takes a minute."""


@dataclass(frozen=True)
class Cover:
    """A valid coverage in metres of the plane, ready to be drawn.

    `groups` maps a present province code to the positions of its communes, for the inner outlines of the
    country; empty for a single province.
    """

    root: str
    codes: tuple[str, ...]
    shapes: Geometries
    central_meridian: float
    groups: Mapping[str, Sequence[int]]


@dataclass(frozen=True)
class Legend:
    """What the drawing may claim about itself."""

    kind: Literal["official", "schematic"]
    captions: Mapping[str, str]
    source: str
    defects: tuple[Defect, ...]
    area_km2: float
    notes: tuple[str, ...]


def publish_drawing(data: Path, cover: Cover, legend: Legend, now: datetime) -> Drawing:
    """Draw every level of detail, write the files, then the manifest. Returns the drawing now in force."""
    canvas = Canvas.fit(cover.shapes, cover.codes, cover.central_meridian, framed=cover.root != "VN")
    drawn = canvas.draw(cover.shapes, cover.codes)
    arcs = Arcs(drawn)
    labels = label_points(shapely.simplify(drawn, 2.0))
    folder = data / "geo"
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    sheets = {}
    for level, pixels in PIXELS.items():
        detail = reduce(drawn, arcs, level)
        outlines = _outlines(detail.simple, cover, level)
        raw = document(canvas, cover.codes, detail.shapes, labels, outlines).encode("ascii")
        sha = hashlib.sha256(raw).hexdigest()
        path = folder / f"{sha}.svg"
        if not path.exists():
            write_whole(path, raw)
        crash_point(f"drawing.{level}_written")
        small = len(gzip.compress(raw, 9, mtime=0))
        sheets[level] = Sheet(level, sha, pixels, len(raw), small, detail.max_error_px)
    drawing = Drawing(
        kind=legend.kind, root=cover.root, captions=legend.captions, source=legend.source,
        published_at=now.isoformat(timespec="seconds"), width=canvas.width, height=canvas.height,
        codes=cover.codes, projection=canvas.projection, insets=canvas.insets, sheets=sheets,
        defects=legend.defects, area_km2=round(legend.area_km2, 3), notes=legend.notes,
    )  # fmt: skip
    crash_point("drawing.before_manifest")
    text = json.dumps(drawing.document(), ensure_ascii=False, indent=1)
    write_whole(folder / MANIFEST, text.encode("utf-8"))
    return drawing


def _outlines(shapes: Geometries, cover: Cover, level: str) -> dict[str, str]:
    """Outlines by the attributes of their path: provinces inside the country, then the whole."""
    grid, least = GRID[level], ISLET * SIDE / PIXELS[level]

    def line(chosen: Geometries) -> str:
        whole = np.array([shapely.coverage_union_all(chosen)], dtype=object)
        return path_data(on_grid(whole, grid, least)[0])

    inner = {
        f'class="province" data-code="{code}"': line(shapes[np.asarray(spots)])
        for code, spots in sorted(cover.groups.items())
    }
    return {**inner, 'class="outline"': line(shapes)}


def _sweep(folder: Path) -> None:
    """Remove drafts that a killed publication left; younger ones may belong to one that is running."""
    for draft in folder.glob(".*.part"):
        with suppress(FileNotFoundError):  # another publication swept it first
            if time.time() - draft.stat().st_mtime > DRAFT_SECONDS:
                draft.unlink()


def write_whole(path: Path, raw: bytes) -> None:
    """Write a file whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    with draft.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    crash_point(f"drawing.{path.suffix[1:]}_drafted")
    draft.replace(path)
