"""What the rest of the project calls: publish the register, the schematic map, or imported boundaries.

Ties the rooms of this package together for one site and its data folder, and writes the report an operator
reads. Whatever is refused leaves the last good drawing in force.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import shapely

from geodata.canvas import SCALE_FACTOR, areas_km2, meridian, to_plane
from geodata.publication import Cover, Legend, publish_drawing
from geodata.reading import BoundaryError, Submission, _listing, read
from geodata.register import build_register
from geodata.repair import mend
from geodata.schematic import CAPTIONS, schematic
from ioc.areas import Area, Register, name_key
from ioc.drawings import Drawing, Projection
from ioc.settings import Settings
from ioc.site import Site

AREA_TOLERANCE = 0.001
"""A total area farther than this from the register's is told; ten times as far on a province is refused."""
SEAT_KM = 15.0


@dataclass(frozen=True)
class ImportReport:
    """What an import found and published. `warnings` and defects are Vietnamese sentences."""

    drawing: Drawing
    areas: int
    parts: int
    islands: int
    total_km2: float
    register_km2: float | None
    warnings: tuple[str, ...]
    seconds: float


def publish_register(site: Site, settings: Settings) -> Register:
    """Write ``geo/areas.json``, the national register with the site's corrections; returns the site's branch."""
    register = build_register(site.units)
    path = settings.data / "geo" / "areas.json"
    register.dump(path)
    return register if site.head.root == "VN" else register.branch(site.head.root)


def publish_schematic(site: Site, settings: Settings) -> Drawing:
    """Publish the schematic map of the site's root from the published register, building it if need be."""
    path = settings.data / "geo" / "areas.json"
    root = site.head.root
    register = Register.load(path, root) if path.exists() else publish_register(site, settings)
    communes = register.communes
    central = meridian(root)
    plane = Projection(central, SCALE_FACTOR, 0.0, 0.0, 1.0)
    seats = np.array([plane.metres(area.lat or 0.0, area.lon or 0.0) for area in communes])
    shapes, notes = schematic(communes, seats)
    cover = Cover(root, tuple(a.code for a in communes), shapes, central, _groups(register, root))
    source = f"Danh mục đơn vị hành chính ({register.provenance.get('source', 'danh mục')})"
    legend = Legend("schematic", CAPTIONS, source, (), float(areas_km2(shapes, central).sum()), tuple(notes))
    return publish_drawing(settings.data, cover, legend, datetime.now(UTC))


def import_boundaries(
    path: Path, site: Site, settings: Settings, register: Register, trusted: bool = False
) -> ImportReport:
    """Read, check, repair, simplify and publish official boundaries for every present commune of the site.

    Raises BoundaryError with Vietnamese sentences; the drawing in force is then left as it is.
    """
    started = time.perf_counter()
    root = site.head.root
    submission = read(path, trusted)
    communes = register.communes
    order = _match(submission, communes)
    names = [area.name for area in communes]
    central = meridian(root)
    codes = tuple(area.code for area in communes)
    coverage = mend(to_plane(submission.shapes[order], central), codes, names, central)
    sizes = areas_km2(coverage.shapes, central)
    official = [area.km2 for area in communes]
    known = sum(km2 for km2 in official if km2) if all(official) else None
    warnings = [*submission.notes, *_plausible(communes, coverage.shapes, sizes, central, known)]
    source = f"{path.name}, sha256 {submission.sha256[:12]}"
    cover = Cover(root, codes, coverage.shapes, central, _groups(register, root))
    legend = Legend(
        "official", {"vi": "", "en": ""}, source, coverage.defects, float(sizes.sum()), tuple(warnings)
    )
    drawing = publish_drawing(settings.data, cover, legend, datetime.now(UTC))
    return ImportReport(
        drawing, len(codes), coverage.parts, coverage.islands, float(sizes.sum()), known, tuple(warnings),
        time.perf_counter() - started,
    )  # fmt: skip


def _groups(register: Register, root: str) -> dict[str, list[int]]:
    if root != "VN":
        return {}
    groups: dict[str, list[int]] = {}
    for spot, area in enumerate(register.communes):
        parent = register.by_id[str(area.parent)]
        groups.setdefault(parent.code, []).append(spot)
    return groups


def _match(submission: Submission, communes: Sequence[Area]) -> list[int]:
    """Positions of the submitted shapes in the order of the communes; refuses missing, double and unknown."""
    wanted = {area.code: area for area in communes}
    count = Counter(submission.codes)
    problems = []
    if missing := [f"{code} {area.name}" for code, area in wanted.items() if code not in count]:
        problems.append(f"Thiếu ranh giới của {len(missing)} đơn vị: {_listing(missing)}.")
    if double := [
        f"{code} {wanted[code].name if code in wanted else ''}".strip() for code, n in count.items() if n > 1
    ]:
        problems.append(f"Trùng mã, một đơn vị có nhiều hơn một hình: {_listing(double)}.")
    unknown = [(c, n) for c, n in zip(submission.codes, submission.names, strict=True) if c not in wanted]
    if unknown:
        problems.append(
            f"Mã không thuộc danh mục hiện hành: {_listing([f'{c} {n}'.strip() for c, n in unknown])}."
        )
    for code, name in unknown:
        twins = [
            a for c, a in wanted.items() if c not in count and name and name_key(a.name) == name_key(name)
        ]
        if len(twins) == 1:
            problems.append(
                f"Mã {code} “{name}” có thể là {twins[0].code} {twins[0].name} trong danh mục. Nếu đúng, khai [[unit]] "
                f'với code = "{code}", replaces = "{twins[0].code}" và căn cứ pháp lý trong site.toml rồi nhập lại.'
            )
    if problems:
        raise BoundaryError(*problems)
    place = {code: spot for spot, code in enumerate(submission.codes)}
    return [place[area.code] for area in communes]


def _plausible(
    communes: Sequence[Area], shapes: np.ndarray, sizes: np.ndarray, central: float, known: float | None
) -> list[str]:
    """Warnings on areas that disagree with the register and on shapes far from their seat."""
    found = []
    total = float(sizes.sum())
    if known and abs(total / known - 1) > AREA_TOLERANCE:
        text = f"Tổng diện tích {total:,.1f} km² lệch {100 * (total / known - 1):+.2f} % so với danh mục {known:,.1f} km²."
        found.append(_vietnamese(text))
    off = [
        f"{area.code} {area.name} ({_vietnamese(f'{size:,.1f}')} so với {_vietnamese(f'{area.km2:,.1f}')} km²)"
        for area, size in zip(communes, sizes, strict=True)
        if area.km2 and not 0.8 < size / area.km2 < 1.25
    ]
    if off:
        found.append(f"Diện tích khác danh mục quá 20 % ở {len(off)} đơn vị: {_listing(off, 5)}.")
    plane = Projection(central, SCALE_FACTOR, 0.0, 0.0, 1.0)
    seats = shapely.points([plane.metres(area.lat or 0.0, area.lon or 0.0) for area in communes])
    away = shapely.distance(shapes, seats) / 1000
    far = [
        f"{a.code} {a.name} ({d:.0f} km)"
        for a, d in zip(communes, away, strict=True)
        if a.lat and d > SEAT_KM
    ]
    if far:
        found.append(
            f"Trụ sở theo danh mục nằm xa ranh giới ở {len(far)} đơn vị, cần kiểm tra mã: {_listing(far, 5)}."
        )
    return found


def _vietnamese(number: str) -> str:
    return number.translate(str.maketrans(",.", ".,"))
