"""Line layers of the map: rivers, roads and whatever else an operator has published beside the boundaries.

Owns the manifest ``geo/layers.json``: names, labels and the files of the lines as they are drawn. A layer belongs to
one drawing; drawn for another it is not offered. Must not know how a layer is made, nor look into its file.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, cast

from ioc.drawings import Drawing

MANIFEST = "layers.json"
Style = Literal["water", "road", "line"]
STYLES: tuple[Style, ...] = ("water", "road", "line")


@dataclass(frozen=True)
class Layer:
    """One layer as published: ``geo/<sha>.svg`` holds its lines in the units of the drawing `drawn_for`.

    `source` names the operator's file and its SHA-256; `kept` the file of cleaned coordinates it can be drawn from again.
    """

    name: str
    vi: str
    en: str
    style: Style
    sha: str
    drawn_for: str
    features: int
    source: str
    kept: str
    published_at: str

    def label(self, lang: str) -> str:
        """The name that readers see."""
        return self.en if lang == "en" else self.vi


def stamp(drawing: Drawing) -> str:
    """What a layer must have been drawn for to lie right on `drawing`: its projection and size."""
    place = drawing.projection
    parts = (
        place.central_meridian,
        place.k,
        place.east,
        place.north,
        place.units,
        drawing.width,
        drawing.height,
    )
    return ":".join(f"{part:.9g}" for part in parts)


def load(data: Path) -> tuple[Layer, ...]:
    """All published layers, in the order of their names; none when there is no manifest or it cannot be read."""
    try:
        told: Any = json.loads((data / "geo" / MANIFEST).read_text(encoding="utf-8"))
        found = tuple(Layer(**one) for one in told["layers"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()
    return tuple(sorted(found, key=lambda one: one.name))


def shown(data: Path, drawing: Drawing) -> tuple[Layer, ...]:
    """The layers that lie right on `drawing` and whose files are there."""
    wanted = stamp(drawing)
    return tuple(
        one
        for one in load(data)
        if one.drawn_for == wanted and one.style in STYLES and (data / "geo" / f"{one.sha}.svg").is_file()
    )


def document(layers: tuple[Layer, ...]) -> bytes:
    """The manifest as it is written."""
    content = {"format": 1, "layers": [cast(Any, asdict(one)) for one in layers]}
    return json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8")
