"""A small site with three sources, an office for it, and a refresh process that behaves as told."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import psutil
import pytest

from ioc.areas import GSO, REFORM, Area, Level, Register
from ioc.office import REGISTER, Office
from ioc.settings import Settings
from tests.conftest import PROJECT

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
numerator = "count(n == 1)"
denominator = "count()"
formula = {{ vi = "n / m", en = "n / m" }}
legal_basis = "thử"
"""
SOURCE = """
id = "{source}"
name = {{ vi = "Nguồn {source}", en = "Source {source}" }}
system = "thử"
shape = "S1"
owner = "so"
url = "sqlite:///{{data}}/none.db"
query = "SELECT n, code, ngay FROM t"
key = ["n"]
[area]
code = "code"
vintage = "present"
basis = "receiving_unit"
[schedule]
{schedule}
[column]
n = {{ type = "int" }}
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
    """One province with two communes."""
    province = Area(GSO, "12", REFORM, None, "Tỉnh Thử", "tỉnh", Level.PROVINCE)
    communes = [
        Area(GSO, code, REFORM, None, f"Xã {code}", "xã", Level.COMMUNE, province.id) for code in ("03388", "03529")
    ]
    old = Area(GSO, "03000", date.min, REFORM, "Xã Cũ", "xã", Level.COMMUNE)
    return Register([province, *communes, old])


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
        child = (sys.executable, "-m", "tests.scheduling.child", str(data))
        office = Office(Settings(site=site, data=data, warehouse=warehouse_url), {"sql": object}, command=child)
        office.warehouse.migrate()
        opened.append(office)
        return office

    yield open_one
    for office in opened:
        office.warehouse.close()
    left = [child for child in psutil.Process().children(recursive=True) if _is_ours(child)]
    assert left == [], "refresh processes left behind"


def _is_ours(process: psutil.Process) -> bool:
    try:
        return "tests.scheduling.child" in " ".join(process.cmdline())
    except psutil.Error:
        return False


def behave(data: Path, behaviour: dict[str, dict[str, object]]) -> None:
    """Tell the refresh processes to come how to behave."""
    draft = data / "behaviour.part"
    draft.write_text(json.dumps(behaviour), encoding="utf-8")
    draft.replace(data / "behaviour.json")


def calls(office: Office) -> list[dict[str, object]]:
    """Every refresh process that was started, in order."""
    lines = (office.settings.data / "calls.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def with_memory(office: Office, megabytes: int) -> Office:
    """The same office with another limit of memory."""
    return replace(office, settings=replace(office.settings, memory_mb=megabytes))


__all__ = ["PROJECT", "SOURCES", "behave", "calls", "register", "with_memory", "write_site"]
