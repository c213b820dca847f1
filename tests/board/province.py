"""A small province to test against: site folder, register, warehouse and the numbers put into it.

Six communes by default; every number can be worked out by hand from `numbers`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from ioc.areas import COMMUNES, DEPARTMENTS, GSO, REFORM, Area, Level, Link, LinkKind, Register
from ioc.leader import Lease
from ioc.observations import OBSERVATIONS, PLACES, Edition
from ioc.office import REGISTER, Office
from ioc.settings import Settings
from ioc.site import Site
from ioc.warehouse import Warehouse

NOW = datetime(2026, 11, 22, 1, 15, tzinfo=UTC)
ROOT = "12@20250701"
SITE = """
[site]
id = "thu"
name = { vi = "Tỉnh Thử", en = "Test province" }
root = "12"
demonstration = true
headline_map = "online"
history_months = 24
[[department]]
id = "van_phong"
name = { vi = "Văn phòng", en = "Office" }
[[group]]
id = "dich_vu"
name = { vi = "Dịch vụ công", en = "Public services" }
"""
KPI = """
[[kpi]]
id = "{id}"
name = {{ vi = "Chỉ số {id}", en = "Indicator {id}" }}
short = {{ vi = "{id}", en = "{id}" }}
group = "dich_vu"
owner = "van_phong"
unit = {{ vi = "{unit}", en = "{unit}" }}
decimals = {decimals}
direction = "{direction}"
measure = "{measure}"
aggregation = "{aggregation}"
basis = "receiving_unit"
source = "mot_cua"
numerator = "count()"
{more}
minimum_n = 30
formula = {{ vi = "tử số ÷ mẫu số", en = "numerator ÷ denominator" }}
legal_basis = "Quyết định thử"
"""
TARGET = """
[[kpi.target]]
valid_from = 2024-01-01
target = 90
warn = 80
alert = 60
decision = "Quyết định thử"
[[kpi.target]]
level = "province"
valid_from = 2024-01-01
target = 95
warn = 90
alert = 85
decision = "Quyết định thử"
[[kpi.target]]
area = "00003"
valid_from = 2024-01-01
target = 50
warn = 40
alert = 30
decision = "Quyết định thử"
"""
SOURCE = """
id = "mot_cua"
name = { vi = "Một cửa", en = "One-stop" }
system = "Hệ thống thử"
shape = "S1"
owner = "van_phong"
url = "sqlite:///{data}/sources/mot_cua.db"
key = ["so"]
query = "SELECT so, ma_xa, ngay, ten, vi_do, kinh_do FROM ho_so"
[area]
code = "ma_xa"
vintage = "present"
basis = "receiving_unit"
[schedule]
every = "5m"
promise = "15m"
[place]
kind = "village"
id = "so"
name = "ten"
lat = "vi_do"
lon = "kinh_do"
[column]
so = { type = "code" }
ma_xa = { type = "code" }
ngay = { type = "date" }
ten = { type = "text" }
vi_do = { type = "number" }
kinh_do = { type = "number" }
"""


def write_site(folder: Path, demonstration: bool = True) -> Path:
    """A site folder with four KPIs: two shares (up, down), a plain count and a stock."""
    for room in ("kpis", "sources"):
        (folder / room).mkdir(parents=True, exist_ok=True)
    head = SITE if demonstration else SITE.replace("demonstration = true", "demonstration = false")
    (folder / "site.toml").write_text(head, encoding="utf-8")
    (folder / "sources" / "mot_cua.toml").write_text(SOURCE, encoding="utf-8")
    share = 'denominator = "count()"\ndate = "ngay"'
    ratio = {"unit": "%", "decimals": 1, "aggregation": "ratio_of_sums", "measure": "flow", "more": share}
    entries = [
        KPI.format(id="online", direction="up", **ratio) + TARGET,
        KPI.format(id="overdue", direction="down", **ratio),
        KPI.format(
            id="received", direction="neutral", unit="hồ sơ", decimals=0, aggregation="sum", measure="flow",
            more='date = "ngay"',
        ),
        KPI.format(
            id="standing", direction="down", unit="hồ sơ", decimals=0, aggregation="sum", measure="stock",
            more="cumulative = false",
        ),
    ]  # fmt: skip
    (folder / "kpis" / "thu.toml").write_text("".join(entries), encoding="utf-8")
    return folder


def register(communes: int = 6) -> Register:
    """A province "12" with `communes` communes 00001…, the first one merged from two old units."""
    top = Area(GSO, "12", REFORM, None, "Tỉnh Thử", "tỉnh", Level.PROVINCE)
    present = [
        Area(GSO, f"{at:05d}", REFORM, None, f"Xã Bản {at}", "xã", Level.COMMUNE, top.id)
        for at in range(1, communes + 1)
    ]
    old = [
        Area(GSO, "00002", date.min, REFORM, "Xã Mường Cũ", "xã", Level.COMMUNE),
        Area(GSO, "00901", date.min, REFORM, "Xã Bản 1", "xã", Level.COMMUNE),
    ]
    links = [Link(unit.id, present[0].id, LinkKind.MERGE) for unit in old]
    return Register([top, *present, *old], links, {"made": "for tests"})


class Province:
    """The test province with a warehouse of its own in `folder`."""

    def __init__(self, folder: Path, communes: int = 6, demonstration: bool = True, **settings: object):
        self.folder = folder
        self.register = register(communes)
        self.register.dump(folder / "var" / REGISTER)
        write_site(folder / "site", demonstration)
        self.settings = replace(
            Settings(site=folder / "site", data=folder / "var"),
            **settings,  # type: ignore[arg-type]
        )
        self.office = Office(self.settings, {})
        self.site: Site = self.office.site
        self.warehouse: Warehouse = self.office.warehouse
        self.warehouse.migrate()
        self.lease = Lease(self.warehouse)
        self.areas = [area.id for area in self.register.communes]

    def publish(self, rows: list[tuple], places: list[dict] | None = None, at: datetime = NOW) -> Edition:
        """Publish rows (kpi, area, period, numerator, denominator, value, status, reporting, expected)."""
        term = self.lease.acquire()
        assert term is not None
        run = self.warehouse.open_run("mot_cua", "manual", "test", term, at)
        names = OBSERVATIONS.names
        table = pa.Table.from_pylist(
            [dict(zip(names, (*row, "mot_cua"), strict=True)) for row in rows], schema=OBSERVATIONS
        )
        points = pa.Table.from_pylist(
            [{**place, "source": "mot_cua"} for place in places or []], schema=PLACES
        )
        return self.warehouse.publish(run, "mot_cua", table, points, term, at)


def share(kpi: str, area: str, period: str, numerator: float, denominator: float, *behind: int) -> tuple:
    """One row of a share, provisional for November 2026."""
    value = 100 * numerator / denominator if denominator else None
    status = "no_activity" if value is None else "provisional" if period.startswith("2026-11") else "final"
    return (kpi, area, period, numerator, denominator, value, status, *(behind or (None, None)))


def numbers(province: Province, shift: float = 0) -> list[tuple]:
    """October and November 2026 of every KPI; `shift` moves the numerator of the first commune."""
    rows: list[tuple] = []
    for period in ("2026-09", "2026-10", "2026-11", "2026-10.ytd"):
        for kpi in ("online", "overdue"):
            sums = [0.0, 0.0]
            for at, area in enumerate(province.areas):
                pairs = {0: (90 + shift, 100), 1: (70, 100), 2: (45, 100), 3: (5, 20), 4: (0, 0)}
                if at == 5:
                    continue  # the sixth commune has not reported
                numerator, denominator = pairs.get(at, ((at * 7) % 101, 100))
                sums = [sums[0] + numerator, sums[1] + denominator]
                rows.append(share(kpi, area, period, numerator, denominator))
            reporting = (len(province.areas) - (len(province.areas) > 5), len(province.areas))
            rows.append(share(kpi, ROOT + COMMUNES, period, *sums, *reporting))
            rows.append(share(kpi, ROOT + DEPARTMENTS, period, 50, 60))
            rows.append(share(kpi, ROOT, period, sums[0] + 50, sums[1] + 60, *reporting))
    for period in ("2026-10", "2026-11"):
        for at, area in enumerate(province.areas):
            rows.append(("received", area, period, 10.0 * at, None, 10.0 * at, "final", None, None))
            rows.append(("standing", area, period, 1.0 * at, None, 1.0 * at, "final", None, None))
        rows.append(("received", ROOT, period, 150.0, None, 150.0, "final", 6, 6))
    rows.append(("overdue", province.areas[0], "2026-08", 120.0, 100.0, None, "impossible", None, None))
    return rows


def villages(province: Province) -> list[dict]:
    """One village in each commune."""
    return [
        {
            "kind": "village", "id": f"v{at}", "area": area, "name": f"Bản {at}", "lat": 22.3 + at / 100,
            "lon": 103.1, "attributes": '{"households":' + str(at) + "}",
        }
        for at, area in enumerate(province.areas)
    ]  # fmt: skip


def later(minutes: float) -> datetime:
    """A moment after NOW."""
    return NOW + timedelta(minutes=minutes)
