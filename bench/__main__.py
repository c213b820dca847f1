"""`make bench`: every figure we claim, measured here and now, with the naive way beside it.

Exits with 1 when a claim does not hold. Real boundaries come from the folder `shared` beside the project;
without it the parts that need them are skipped and say so. `make bench PARTS="browser wall"` runs these alone.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from bench import (
    atlas,
    browser,
    bulk,
    editions,
    explorer,
    exports,
    fleet,
    installation,
    maps,
    national,
    planners,
    planning,
    serving,
    wall,
)
from bench.report import Report
from bench.stage import PROJECT, environment, free_port
from geodata.publication import publish_register, publish_schematic
from ioc.leader import Lease
from ioc.office import Office
from ioc.settings import Settings

SHARED = PROJECT.parent / "shared" / "boundaries"
LAI_CHAU, NATIONAL = SHARED / "lai_chau_communes.geojson", SHARED / "vietnam_communes_simplified.geojson"


def main(parts: Sequence[str] = ()) -> int:
    """Run every part, or those named; the number of claims that did not hold decides the exit code."""
    report = Report()
    print(f"{os.cpu_count()} cores, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    if strange := set(parts) - set(PARTS):
        print(f"no such part: {', '.join(sorted(strange))}; there are {', '.join(PARTS)}")
        return 2
    with tempfile.TemporaryDirectory(prefix="ioc-bench-") as name:
        folder = Path(name)
        data, port = installation.measure(report, folder)
        stage = Stage(report, folder, data, environment(data, port))
        for part, run in PARTS.items():
            if not parts or part in parts:
                run(stage)
    print(f"\n{sum(line[3] == 'ok' for line in report.lines)} claims hold, {report.failed} do not")
    return 1 if report.failed else 0


@dataclass(frozen=True)
class Stage:
    """What the parts share: the demonstration of one province as it was just made, and the country beside it."""

    report: Report
    folder: Path
    data: Path
    province: dict[str, str]

    @cached_property
    def country(self) -> Office:
        """The national site with one published edition, on its real boundaries where these are at hand."""
        found = _country(self.folder)
        if SHARED.is_dir():
            _import(found, NATIONAL)
        else:
            publish_schematic(found.site, found.settings)
        return found

    @cached_property
    def nation(self) -> dict[str, str]:
        """The environment of the country."""
        settings = self.country.settings
        return environment(settings.data, free_port(), IOC_SITE=str(settings.site))


def _maps(at: Stage) -> None:
    at.report.section("Real boundaries")
    if not SHARED.is_dir():
        at.report.skip("import", "no folder 'shared' beside the project")
        return
    office = _office(at.data)
    maps.measure(at.report, office, LAI_CHAU, at.folder, 5)
    maps.measure(at.report, office, SHARED / "lai_chau_per_commune", at.folder, 5)
    _import(office, LAI_CHAU)
    maps.measure(at.report, at.country, NATIONAL, at.folder, 60)


def _serving(at: Stage) -> None:
    at.report.section("Switching KPI or period: server and wire")
    serving.measure(at.report, at.province, at.folder, "38 communes", (3, 0.6))
    serving.measure(at.report, at.nation, at.folder, "3,321 communes", (12, 10))
    if SHARED.is_dir():
        serving.naive(at.report, LAI_CHAU, at.folder, "38 communes", 20)
        serving.naive(at.report, NATIONAL, at.folder, "3,321 communes", 5)


def _browser(at: Stage) -> None:
    at.report.section("In the browser")
    browser.measure(at.report, at.province, at.folder, "38 communes", 60, (1.2, 0.5))
    browser.measure(at.report, at.nation, at.folder, "3,321 communes", 120, (3.0, 3.0))
    if SHARED.is_dir():
        browser.naive(at.report, LAI_CHAU, at.folder, "38 communes", 10)
        browser.naive(at.report, NATIONAL, at.folder, "3,321 communes", 3)


def _explorer(at: Stage) -> None:
    explorer.measure(at.report, at.province, at.folder)
    explorer.table(at.report, at.nation, at.folder, next(iter(at.country.site.kpis)), 3321)


PARTS: dict[str, Callable[[Stage], None]] = {
    "bulk": lambda at: bulk.measure(at.report, at.folder),
    "fleet": lambda at: fleet.measure(at.report, at.province, at.folder),
    "planning": lambda at: planning.measure(at.report),
    "maps": _maps,
    "planners": lambda at: planners.measure(at.report, at.country),
    "editions": lambda at: editions.measure(at.report, at.folder),
    "serving": _serving,
    "exports": lambda at: exports.measure(at.report, at.province, at.folder),
    "browser": _browser,
    "atlas": lambda at: atlas.measure(at.report, at.province, at.folder),
    "wall": lambda at: wall.measure(at.report, at.province, at.folder),
    "explorer": _explorer,
}


def _office(data: Path) -> Office:
    return Office(Settings.from_environment({"IOC_DATA": str(data)}), {})


def _import(office: Office, boundaries: Path) -> None:
    from geodata.publication import import_boundaries

    import_boundaries(boundaries, office.site, office.settings, office.register)


def _country(folder: Path) -> Office:
    """The national site with one published edition."""
    site = national.write_site(folder / "viet_nam")
    office = Office(
        Settings.from_environment({"IOC_DATA": str(folder / "nation"), "IOC_SITE": str(site)}), {}
    )
    publish_register(office.site, office.settings)
    office.warehouse.migrate()
    term = Lease(office.warehouse, "bench").acquire()
    assert term is not None
    now = datetime.now(UTC)
    run = office.warehouse.open_run("nguon", "first", "bench", term, now)
    office.warehouse.publish(run, "nguon", national.observations(office), national.no_places(), term, now)
    return office


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
