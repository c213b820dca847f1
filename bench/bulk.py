"""A catalogue of 300 KPIs for a province of 130 communes and 60 months: 2.3 million values, computed and published.

Owns the site and the source it is measured with. The refresh runs in a process of its own, as in real life, so that
its memory can be told apart from ours; a second process publishes, as the scheduler does.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

from bench.report import Report
from bench.stage import PROJECT, peak_mb
from datasources import kinds
from geodata.publication import publish_register
from ioc.areas import Register
from ioc.leader import Lease
from ioc.office import Office
from ioc.periods import VIETNAM, Period
from ioc.settings import Settings

KPIS, MONTHS, COLUMNS = 300, 60, 40
ROOT = "40"
"""Nghệ An, 130 communes."""
SITE = f"""
[site]
id = "lon"
name = {{ vi = "Tỉnh lớn", en = "Large province" }}
root = "{ROOT}"
demonstration = true
headline_map = "k000"
history_months = {MONTHS}
[[department]]
id = "so"
name = {{ vi = "Sở", en = "Department" }}
[[group]]
id = "nhom"
name = {{ vi = "Nhóm", en = "Group" }}
"""
KPI = """
[[kpi]]
id = "k{number:03}"
name = {{ vi = "Chỉ số {number}", en = "Indicator {number}" }}
short = {{ vi = "{number}", en = "{number}" }}
group = "nhom"
owner = "so"
unit = {{ vi = "%", en = "%" }}
direction = "up"
measure = "flow"
aggregation = "ratio_of_sums"
basis = "receiving_unit"
source = "lon"
date = "thang"
cumulative = false
numerator = "sum(c{part})"
denominator = "sum(c{whole})"
formula = {{ vi = "tử số ÷ mẫu số", en = "numerator ÷ denominator" }}
legal_basis = "đo tốc độ"
"""
SOURCE = """
id = "lon"
name = {{ vi = "Nguồn lớn", en = "Large source" }}
system = "đo"
shape = "S1"
owner = "so"
kind = "sql"
url = "sqlite:///{{data}}/lon.db"
query = "SELECT * FROM bao_cao"
key = ["so"]
[area]
code = "ma_xa"
vintage = "present"
basis = "receiving_unit"
[schedule]
every = "1h"
promise = "2h"
deadline = "10m"
[column]
so = {{ type = "int" }}
ma_xa = {{ type = "code" }}
thang = {{ type = "date" }}
{columns}
"""


def measure(report: Report, folder: Path) -> None:
    """Compute and publish everything once; then the same again."""
    report.section(f"A large catalogue: {KPIS} KPIs × 130 communes × {MONTHS} months")
    data, site = folder / "bulk", folder / "bulk-site"
    write(site)
    office = _office(site, data)
    publish_register(office.site, office.settings)
    office.warehouse.migrate()
    _fill(data / "lon.db", office.register)
    for name, seconds in (("first", 60.0), ("again", None)):
        pulled, published = _apart(site, data, "extract", name), _apart(site, data, "publish", name)
        whole = float(pulled["seconds"]) + float(published["seconds"])
        if seconds is not None:
            report.note("values of communes and months", float(published["rows"]), "rows")
            report.claim("computed and published", whole, "s", seconds)
            report.claim("largest process", max(float(pulled["mb"]), float(published["mb"])), "MB", 1024)
        else:
            report.note("the same again: read and computed", float(pulled["seconds"]), "s")
            report.claim("the same again: published", float(published["seconds"]), "s", 1)
            report.claim("the same again: fact rows written", float(published["written"]), "rows", 0)


def write(site: Path) -> None:
    """The site folder."""
    for room in ("kpis", "sources"):
        (site / room).mkdir(parents=True, exist_ok=True)
    (site / "site.toml").write_text(SITE, encoding="utf-8")
    entries = (
        KPI.format(number=number, part=number % (COLUMNS // 2), whole=COLUMNS // 2 + number % (COLUMNS // 2))
        for number in range(KPIS)
    )
    (site / "kpis" / "all.toml").write_text("".join(entries), encoding="utf-8")
    columns = "\n".join(f'c{number} = {{ type = "int" }}' for number in range(COLUMNS))
    (site / "sources" / "lon.toml").write_text(SOURCE.format(columns=columns), encoding="utf-8")


def _fill(path: Path, register: Register) -> None:
    chance, period = random.Random(5), Period.containing(date.today())  # noqa: DTZ011
    months = []
    for _ in range(MONTHS):
        months.append(period.first.isoformat())
        period = period.previous()
    half = COLUMNS // 2
    rows = [
        (f"{area.code}", month, *(chance.randrange(40, 90) for _ in range(half)),
         *(chance.randrange(100, 130) for _ in range(half)))
        for area in register.communes for month in months
    ]  # fmt: skip
    with sqlite3.connect(path) as connection:
        names = ", ".join(f"c{number} INTEGER" for number in range(COLUMNS))
        connection.execute(f"CREATE TABLE bao_cao (so INTEGER PRIMARY KEY, ma_xa TEXT, thang TEXT, {names})")
        marks = ", ".join("?" * (COLUMNS + 2))
        connection.executemany(f"INSERT INTO bao_cao VALUES (NULL, {marks})", rows)


def _office(site: Path, data: Path) -> Office:
    return Office(Settings.from_environment({"IOC_DATA": str(data), "IOC_SITE": str(site)}), kinds())


def _apart(site: Path, data: Path, what: str, name: str) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.bulk", str(site), str(data), what, name]
    done = subprocess.run(command, cwd=PROJECT, env=os.environ, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(site: Path, data: Path, what: str, name: str) -> None:
    """One half of a refresh in this process; prints seconds, megabytes and rows."""
    office, now = _office(site, data), datetime.now(UTC)
    folder = data / "runs" / ("1" if name == "first" else "2")
    _ = office.site, office.register
    started, rows, written = time.perf_counter(), 0, 0
    if what == "extract":
        from ioc.refresh.extract import Task, extract

        spec = office.site.sources["lon"]
        task = Task(
            office.site, office.register, spec, office.settings, office.kinds, folder, now.astimezone(VIETNAM)
        )
        outcome = extract(task, full=True)
        assert outcome.publishable, outcome.message
    else:
        from ioc.holding.desk import Delivery, publish
        from ioc.refresh.outcome import Outcome

        term = Lease(office.warehouse, "bench", seconds=3600).acquire() or 1
        run = office.warehouse.open_run("lon", "manual", "bench", term, now)
        before = office.warehouse.latest()
        started = time.perf_counter()
        outcome = Outcome.load(folder)
        edition = publish(office, Delivery("lon", run, outcome, int(folder.name), term, now))
        rows = edition.changed
        written = 0 if before is not None and before.number == edition.number else rows
    used = peak_mb()
    print(
        json.dumps({"seconds": time.perf_counter() - started, "mb": used, "rows": rows, "written": written})
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4])
