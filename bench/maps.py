"""Real boundaries imported and the schematic map drawn: time, area, defects, size of what a browser fetches."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from time import perf_counter

from bench.report import Report
from geodata.publication import import_boundaries, publish_register, publish_schematic
from ioc.office import Office

PUBLISHED_KM2 = 9068.73
SCREEN_KB, WALL_KB = 40, 90
COUNTRY_AREAS = 3_321
SCHEMATIC_SECONDS = {"province": 5, "country": 60}


def measure(report: Report, office: Office, boundaries: Path, folder: Path, limit: float) -> Path:
    """Import one file or folder into a data folder of its own; returns it."""
    data = folder / f"geo_{boundaries.stem}"
    settings = replace(office.settings, data=data)
    found = import_boundaries(boundaries, office.site, settings, office.register)
    what = f"import of {boundaries.name}, {found.areas} areas"
    report.claim(what, found.seconds, "s", limit)
    if office.site.head.root == "VN":
        report.claim(f"{what}: areas kept", found.areas, "areas", COUNTRY_AREAS, at_least=True)
    else:
        report.claim(
            f"{what}: area off the published one", abs(found.total_km2 / PUBLISHED_KM2 - 1) * 100, "%", 0.1
        )
        report.claim(
            f"{what}: screens, gzip", found.drawing.sheets["screen"].gzip_bytes / 1000, "kB", SCREEN_KB
        )
        report.claim(f"{what}: walls, gzip", found.drawing.sheets["wall"].gzip_bytes / 1000, "kB", WALL_KB)
    report.note(f"{what}: defects found and named", len(found.drawing.defects), "", "")
    if boundaries.is_file():
        _schematic(report, office, folder / f"schematic_{boundaries.stem}")
    return data


def _schematic(report: Report, office: Office, data: Path) -> None:
    """The map of the same areas for want of boundaries."""
    settings = replace(office.settings, data=data)
    publish_register(office.site, settings)
    started = perf_counter()
    drawing = publish_schematic(office.site, settings)
    spent = perf_counter() - started
    size = "country" if office.site.head.root == "VN" else "province"
    report.claim(f"schematic map, {len(drawing.codes)} areas", spent, "s", SCHEMATIC_SECONDS[size])
