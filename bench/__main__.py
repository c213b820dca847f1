"""`make bench`: every figure we claim, measured here and now, with the naive way beside it.

Exits with 1 when a claim does not hold. Real boundaries come from the folder `shared` beside the project;
without it the parts that need them are skipped and say so.
"""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import UTC, datetime
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


def main() -> int:
    """Run every part; the number of claims that did not hold decides the exit code."""
    report = Report()
    print(f"{os.cpu_count()} cores, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    with tempfile.TemporaryDirectory(prefix="ioc-bench-") as name:
        folder = Path(name)
        data, port = installation.measure(report, folder)
        province = environment(data, port)
        country = _country(folder)
        bulk.measure(report, folder)
        fleet.measure(report, province, folder)
        planning.measure(report)
        report.section("Real boundaries")
        if SHARED.is_dir():
            office = _office(data)
            maps.measure(report, office, SHARED / "lai_chau_communes.geojson", folder, 5)
            maps.measure(report, office, SHARED / "lai_chau_per_commune", folder, 5)
            _import(office, SHARED / "lai_chau_communes.geojson")
            maps.measure(report, country, SHARED / "vietnam_communes_simplified.geojson", folder, 60)
            _import(country, SHARED / "vietnam_communes_simplified.geojson")
        else:
            report.skip("import", "no folder 'shared' beside the project")
            publish_schematic(country.site, country.settings)
        nation = environment(country.settings.data, free_port(), IOC_SITE=str(country.settings.site))
        planners.measure(report, country)
        editions.measure(report, folder)
        report.section("Switching KPI or period: server and wire")
        serving.measure(report, province, folder, "38 communes", (3, 0.6))
        serving.measure(report, nation, folder, "3,321 communes", (12, 10))
        if SHARED.is_dir():
            serving.naive(report, SHARED / "lai_chau_communes.geojson", folder, "38 communes", 20)
            serving.naive(report, SHARED / "vietnam_communes_simplified.geojson", folder, "3,321 communes", 5)
        exports.measure(report, province, folder)
        report.section("In the browser")
        browser.measure(report, province, folder, "38 communes", 60, pages=True)
        atlas.measure(report, province, folder)
        browser.measure(report, nation, folder, "3,321 communes", 120, pages=False)
        wall.measure(report, province, folder)
        explorer.measure(report, province, folder)
        explorer.table(report, nation, folder, next(iter(country.site.kpis)), 3321)
        if SHARED.is_dir():
            browser.naive(report, SHARED / "lai_chau_communes.geojson", folder, "38 communes", 10)
            browser.naive(report, SHARED / "vietnam_communes_simplified.geojson", folder, "3,321 communes", 3)
    print(f"\n{sum(line[3] == 'ok' for line in report.lines)} claims hold, {report.failed} do not")
    return 1 if report.failed else 0


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
    sys.exit(main())
