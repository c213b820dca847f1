"""Importing real boundaries: time, area, defects, size of what a browser fetches."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bench.report import Report
from geodata.publication import import_boundaries
from ioc.office import Office

PUBLISHED_KM2 = 9068.73
SCREEN_KB, WALL_KB = 40, 90


def measure(report: Report, office: Office, boundaries: Path, folder: Path, limit: float) -> Path:
    """Import one file or folder into a data folder of its own; returns it."""
    data = folder / f"geo_{boundaries.stem}"
    settings = replace(office.settings, data=data)
    found = import_boundaries(boundaries, office.site, settings, office.register)
    what = f"import of {boundaries.name}, {found.areas} areas"
    report.claim(what, found.seconds, "s", limit)
    if office.site.head.root != "VN":
        report.claim(
            f"{what}: area off the published one", abs(found.total_km2 / PUBLISHED_KM2 - 1) * 100, "%", 0.1
        )
        report.claim(
            f"{what}: screens, gzip", found.drawing.sheets["screen"].gzip_bytes / 1000, "kB", SCREEN_KB
        )
        report.claim(f"{what}: walls, gzip", found.drawing.sheets["wall"].gzip_bytes / 1000, "kB", WALL_KB)
    report.note(f"{what}: defects found and named", len(found.drawing.defects), "", "")
    return data
