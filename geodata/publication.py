"""What the rest of the project calls: publish the register, the schematic map, or imported boundaries.

Ties the rooms of this package together for one site and its data folder. Whatever is refused leaves the last
good drawing in force. Importing this module is cheap: shapely and PROJ load when there is something to draw.
"""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from geodata.register import build_register, sources
from ioc.areas import Register
from ioc.drawings import Drawing, DrawingError
from ioc.settings import Settings
from ioc.site import Site

log = logging.getLogger(__name__)
OFFICIAL = {"vi": "", "en": ""}
"""Official boundaries need no caption."""


@dataclass(frozen=True)
class ImportReport:
    """What an import found and published. `warnings` are Vietnamese sentences; areas in km².

    `parts` are polygons, `islands` separate pieces of land; `register_km2` is None where the register does
    not know every area.
    """

    drawing: Drawing
    areas: int
    parts: int
    islands: int
    total_km2: float
    register_km2: float | None
    warnings: tuple[str, ...]
    seconds: float


def ensure(site: Site, settings: Settings) -> None:
    """See to it that a register and a map of this site are published; quick when they are.

    The register is built again when a package or an override changed, the schematic map when the communes
    did. Official boundaries of this site are never touched.
    """
    if not _register_holds(site, settings.data):
        publish_register(site, settings)
    try:
        drawing = Drawing.load(settings.data)
    except (FileNotFoundError, DrawingError):
        publish_schematic(site, settings)
        return
    stale = drawing.is_schematic and (
        drawing.codes != _codes(site, settings) or not _sheets_stand(drawing, settings.data)
    )
    if stale or drawing.root != site.head.root:
        publish_schematic(site, settings)


def publish_register(site: Site, settings: Settings) -> Register:
    """Write ``geo/areas.json``, the national register with the site's corrections.

    Returns the site's branch. Raises RegisterError when the lists do not fit together.
    """
    register = build_register(site.units)
    register.dump(_path(settings.data))
    return register if site.head.root == "VN" else register.branch(site.head.root)


def publish_schematic(site: Site, settings: Settings) -> Drawing:
    """Publish the schematic map of the site's root from the published register, building that if need be."""
    import numpy as np

    from geodata.canvas import SCALE_FACTOR, areas_km2, meridian
    from geodata.plates import Cover, Legend, publish_drawing
    from geodata.schematic import CAPTIONS, schematic
    from ioc.drawings import Projection

    register, root = _register(site, settings), site.head.root
    communes, central = register.communes, meridian(root)
    plane = Projection(central, SCALE_FACTOR, 0.0, 0.0, 1.0)
    seats = np.array([plane.metres(area.lat or 0.0, area.lon or 0.0) for area in communes])
    shapes, notes = schematic(communes, seats)
    cover = Cover(root, tuple(area.code for area in communes), shapes, central, _groups(register, root))
    source = f"Danh mục đơn vị hành chính ({register.provenance['source']})"
    total = float(areas_km2(shapes, central).sum())
    legend = Legend("schematic", CAPTIONS, source, (), total, tuple(notes))
    return _published(settings.data, publish_drawing(settings.data, cover, legend, datetime.now(UTC)))


def import_boundaries(
    path: Path, site: Site, settings: Settings, register: Register, trusted: bool = False
) -> ImportReport:
    """Read, check, repair, simplify and publish official boundaries for every present commune of the site.

    Raises BoundaryError with Vietnamese sentences; the drawing in force is then left as it is.
    """
    import shapely

    from geodata.canvas import areas_km2, meridian, to_plane
    from geodata.matching import differing_names, known_area, match, plausible
    from geodata.plates import Cover, Legend, publish_drawing
    from geodata.reading import read
    from geodata.repair import mend

    started = time.perf_counter()
    root, communes = site.head.root, register.communes
    submission = read(path, trusted)
    order = match(submission, communes, [area for area in register.areas if area.valid_to])
    codes, central = tuple(area.code for area in communes), meridian(root)
    # Where a ring begins and which way it runs says nothing about the ground, so it may not change the hash.
    plane = to_plane(shapely.normalize(submission.shapes[order]), central)
    coverage = mend(plane, codes, [area.name for area in communes], central)
    sizes = areas_km2(coverage.shapes, central)
    warnings = (
        *submission.notes,
        *differing_names(submission, order, communes),
        *plausible(communes, coverage.shapes, sizes, central),
    )
    total = float(sizes.sum())
    source = f"{path.name}, sha256 {submission.sha256[:12]}"
    legend = Legend("official", OFFICIAL, source, coverage.defects, total, warnings)
    cover = Cover(root, codes, coverage.shapes, central, _groups(register, root))
    drawing = _published(settings.data, publish_drawing(settings.data, cover, legend, datetime.now(UTC)))
    spent = time.perf_counter() - started
    return ImportReport(
        drawing, len(codes), coverage.parts, coverage.islands, total, known_area(communes), warnings, spent
    )


def _published(data: Path, drawing: Drawing) -> Drawing:
    """The drawing, once the line layers beside it are drawn for it too; one that cannot be is offered no more."""
    from geodata.lines import redraw

    for name in redraw(data, drawing):
        log.warning("line layer %s could not be drawn again; import it anew", name)
    return drawing


def _path(data: Path) -> Path:
    return data / "geo" / "areas.json"


def _register(site: Site, settings: Settings) -> Register:
    path = _path(settings.data)
    return Register.load(path, site.head.root) if path.exists() else publish_register(site, settings)


def _register_holds(site: Site, data: Path) -> bool:
    try:
        told = json.loads(_path(data).read_text(encoding="utf-8"))["provenance"]
    except (FileNotFoundError, ValueError, KeyError):
        return False
    expected = sources(site.units)
    return {key: told.get(key) for key in expected} == expected


def _sheets_stand(drawing: Drawing, data: Path) -> bool:
    return all((data / "geo" / f"{sha}.svg").is_file() for sha in drawing.shas)


def _codes(site: Site, settings: Settings) -> tuple[str, ...]:
    return tuple(area.code for area in _register(site, settings).communes)


def _groups(register: Register, root: str) -> dict[str, list[int]]:
    """Positions of the communes of each province, for the inner outlines of the country."""
    groups: dict[str, list[int]] = {}
    if root == "VN":
        for spot, area in enumerate(register.communes):
            groups.setdefault(register.by_id[str(area.parent)].code, []).append(spot)
    return groups
