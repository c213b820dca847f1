"""Reading a past edition against the present one, on the demonstration's size after many corrections.

Publishes the national site's figures, corrects a part of them again and again, and reads the slices of every KPI as
of the first, a middle and the newest edition.
"""

from __future__ import annotations

import random
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from bench import national
from bench.report import Report, median_ms
from geodata.publication import publish_register
from ioc.leader import Lease
from ioc.office import Office
from ioc.settings import Settings

EDITIONS = 8
SHARE = 0.05
"""Part of the figures that each edition corrects."""
LIMIT = 2.0


def measure(report: Report, folder: Path) -> None:
    """Claim that a past edition costs at most twice the present one, on SQLite."""
    report.section("Past editions")
    site = national.write_site(folder / "past")
    office = Office(Settings.from_environment({"IOC_DATA": str(folder / "data"), "IOC_SITE": str(site)}), {})
    publish_register(office.site, office.settings)
    office.warehouse.migrate()
    _publish(office, national.observations(office))
    kpis, store = list(office.site.kpis), office.warehouse

    def read(edition: int) -> int:
        return sum(len(store.slice(kpi, edition)) for kpi in kpis)

    present = median_ms(lambda: read(EDITIONS), 7, 2)
    report.note(f"present edition, {read(EDITIONS):,} facts", present, "ms")
    for edition in (1, EDITIONS // 2):
        past = median_ms(lambda edition=edition: read(edition), 7, 2)
        report.claim(f"edition {edition} of {EDITIONS} against it", past / present, "times", LIMIT)


def _publish(office: Office, table: pa.Table) -> None:
    """The first edition, then corrections of a random part of it."""
    term = Lease(office.warehouse, "bench", seconds=3600).acquire()
    assert term is not None
    noise, now = random.Random(5), datetime.now(UTC)
    for number in range(EDITIONS):
        if number:
            chosen = pa.array([noise.random() < SHARE for _ in range(len(table))])
            moved = pc.if_else(chosen, pc.add(table["numerator"], 1.0), table["numerator"])
            table = table.set_column(table.schema.get_field_index("numerator"), "numerator", moved)
        at = now + timedelta(seconds=number)
        run = office.warehouse.open_run("nguon", "first", "bench", term, at)
        office.warehouse.publish(run, "nguon", table, national.no_places(), term, at)


def main() -> None:
    """This part alone: `python -m bench.editions`."""
    with tempfile.TemporaryDirectory(prefix="ioc-bench-") as name:
        measure(Report(), Path(name))


if __name__ == "__main__":
    main()
