"""A small site with three sources, an office for it, and a refresh process that behaves as told."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import psutil
import pyarrow.parquet as pq
import pytest

from ioc.areas import GSO, REFORM, Area, Level, Link, LinkKind, Register
from ioc.office import REGISTER, Office
from ioc.scheduling import Scheduler
from ioc.settings import Settings
from tests.warehouse.press import Key, facts, points

SOURCES = ("alpha", "beta", "gamma")
SITE = """
[site]
id = "thu"
name = { vi = "Tỉnh Thử", en = "Test Province" }
root = "12"
demonstration = true
headline_map = "kpi_alpha"
[[department]]
id = "so"
name = { vi = "Sở", en = "Department" }
[[group]]
id = "nhom"
name = { vi = "Nhóm", en = "Group" }
"""
KPI = """
[[kpi]]
id = "kpi_{source}"
name = {{ vi = "Chỉ số {source}", en = "KPI {source}" }}
short = {{ vi = "{source}", en = "{source}" }}
group = "nhom"
owner = "so"
unit = {{ vi = "%", en = "%" }}
direction = "up"
measure = "flow"
aggregation = "ratio_of_sums"
basis = "receiving_unit"
source = "{source}"
date = "ngay"
numerator = "count(dong == 1)"
denominator = "count()"
formula = {{ vi = "dong / m", en = "rows / m" }}
legal_basis = "thử"
"""
SOURCE = """
id = "{source}"
name = {{ vi = "Nguồn {source}", en = "Source {source}" }}
system = "thử"
shape = "S1"
owner = "so"
url = "sqlite:///{{data}}/none.db"
query = "SELECT dong, code, ngay FROM t"
key = ["dong"]
[area]
code = "code"
vintage = "present"
basis = "receiving_unit"
[schedule]
{schedule}
[column]
dong = {{ type = "int" }}
code = {{ type = "code" }}
ngay = {{ type = "date" }}
"""
SCHEDULE = 'every = "30m"\npromise = "1h"\ndeadline = "3s"\nretries = 2'


def write_site(folder: Path, schedules: dict[str, str] | None = None) -> None:
    """The site's files, with a schedule of its own for some sources."""
    (folder / "kpis").mkdir(parents=True)
    (folder / "sources").mkdir()
    (folder / "site.toml").write_text(SITE, encoding="utf-8")
    for source in SOURCES:
        schedule = (schedules or {}).get(source, SCHEDULE)
        (folder / "kpis" / f"{source}.toml").write_text(KPI.format(source=source), encoding="utf-8")
        text = SOURCE.format(source=source, schedule=schedule)
        (folder / "sources" / f"{source}.toml").write_text(text, encoding="utf-8")


def register() -> Register:
    """One province with two communes, one of which took in an older one."""
    province = Area(GSO, "12", REFORM, None, "Tỉnh Thử", "tỉnh", Level.PROVINCE)
    communes = [
        Area(GSO, code, REFORM, None, f"Xã {code}", "xã", Level.COMMUNE, province.id)
        for code in ("03388", "03529")
    ]
    old = Area(GSO, "03000", date.min, REFORM, "Xã Cũ", "xã", Level.COMMUNE)
    return Register([province, *communes, old], [Link(old.id, communes[0].id, LinkKind.MERGE)])


Opener = Callable[..., Office]


@pytest.fixture
def open_office(tmp_path: Path, warehouse_url: str) -> Iterator[Opener]:
    """Opens offices on one site, data folder and warehouse; `behaviour` and `schedules` by source."""
    opened: list[Office] = []

    def open_one(
        behaviour: dict[str, dict[str, object]] | None = None, schedules: dict[str, str] | None = None
    ) -> Office:
        site, data = tmp_path / "site", tmp_path / "data"
        if not site.exists():
            write_site(site, schedules)
            register().dump(data / REGISTER)
            (data / "calls.jsonl").touch()
        behave(data, behaviour or {})
        office = office_at(site, data, warehouse_url)
        office.warehouse.migrate()
        opened.append(office)
        return office

    yield open_one
    for office in opened:
        office.warehouse.close()
    if opened:
        assert eventually(lambda: not living(opened[0])), "refresh processes left behind"


def office_at(site: Path, data: Path, warehouse: str) -> Office:
    """An office whose refresh processes are those of `tests.scheduling.child`."""
    child = (sys.executable, "-m", "tests.scheduling.child", str(data))
    return Office(Settings(site=site, data=data, warehouse=warehouse), {"sql": object}, command=child)


def behave(data: Path, behaviour: dict[str, dict[str, Any]]) -> None:
    """Tell the refresh processes to come how to behave, and lay out what they are to publish."""
    made, told = data / "made" / uuid.uuid4().hex, {}
    for source in SOURCES:
        mode = behaviour.get(source, {})
        _tables(made / source, source, mode.get("value", 1.0), mode.get("claims", source))
        told[source] = mode | {"tables": str(made / source)}
    draft = data / "behaviour.part"
    draft.write_text(json.dumps(told), encoding="utf-8")
    draft.replace(data / "behaviour.json")


def _tables(folder: Path, source: str, value: float, claims: str) -> None:
    folder.mkdir(parents=True)
    rows: dict[Key, Any] = {(f"kpi_{source}", f"c{i}", "2026-01"): value for i in range(5)}
    rows[f"kpi_{source}", "12@20250701", "2026-01"] = {
        "value": value, "numerator": value, "denominator": 100.0, "reporting": 36, "expected": 38,
    }  # fmt: skip
    pq.write_table(facts(rows, claims), folder / "observations.parquet")
    pq.write_table(points({}, source), folder / "places.parquet")


def calls(office: Office) -> list[dict[str, Any]]:
    """Every refresh process that was started, in order."""
    lines = (office.settings.data / "calls.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def living(office: Office) -> list[int]:
    """Processes that still live of all that refresh processes were or started: each leads a group."""
    groups = {call["pid"] for call in calls(office)}
    return [process.pid for process in psutil.process_iter() if _group(process) in groups]


def _group(process: psutil.Process) -> int | None:
    try:
        return None if process.status() == psutil.STATUS_ZOMBIE else os.getpgid(process.pid)
    except (psutil.Error, ProcessLookupError):
        return None


def eventually(true: Callable[[], object], seconds: float = 60.0) -> Any:
    """What `true` returns as soon as that counts as true; its last answer when it never does."""
    end = time.monotonic() + seconds
    while not (answer := true()) and time.monotonic() < end:
        time.sleep(0.05)
    return answer


@contextmanager
def working(office: Office, **given: Any) -> Iterator[Scheduler]:
    """A scheduler at work in this process; it has gone when the block ends."""
    stop, scheduler = threading.Event(), Scheduler(office, **given)
    thread = threading.Thread(target=scheduler.run, args=(stop,), daemon=True)
    thread.start()
    try:
        yield scheduler
    finally:
        stop.set()
        thread.join(60)
        assert not thread.is_alive()


def with_memory(office: Office, megabytes: int) -> Office:
    """The same office with another limit of memory."""
    return replace(office, settings=replace(office.settings, memory_mb=megabytes))


def shown(office: Office, source: str = "alpha") -> float | None:
    """The number a reader sees of a source, None when nothing has been published."""
    edition = office.warehouse.latest()
    series = office.warehouse.series(f"kpi_{source}", "12@20250701", edition.number) if edition else []
    return series[0].value if series else None


def conserved(office: Office) -> bool:
    """Whether every row any run staged was published, parked or rejected."""
    return all(
        run.staged is None or run.staged == (run.published or 0) + (run.parked or 0) + (run.rejected or 0)
        for run in office.warehouse.runs(limit=1000)
    )
