"""A national site for measuring: 3,321 communes, two KPIs, 24 months, published as any refresh would.

The values are noise from a fixed seed; only their number and shape matter here.
"""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from ioc.observations import OBSERVATIONS, PLACES
from ioc.office import Office
from ioc.periods import Period, months

SITE = """
[site]
id = "viet_nam"
name = { vi = "Việt Nam", en = "Viet Nam" }
root = "VN"
demonstration = true
headline_map = "share_a"

[[unit]]
code = "06978"
replaces = "06970"
name = "Xã Ba Chẽ"
kind = "xã"
source = "mã trong tệp ranh giới dùng để đo"

[[department]]
id = "vp"
name = { vi = "Văn phòng", en = "Office" }

[[group]]
id = "thu"
name = { vi = "Đo tải", en = "Load" }
"""

KPI = """
[[kpi]]
id = "share_{letter}"
name = {{ vi = "Tỷ lệ {letter}", en = "Share {letter}" }}
short = {{ vi = "Tỷ lệ {letter}", en = "Share {letter}" }}
group = "thu"
owner = "vp"
unit = {{ vi = "%", en = "%" }}
direction = "up"
measure = "flow"
aggregation = "ratio_of_sums"
basis = "receiving_unit"
source = "nguon"
date = "ngay"
numerator = "count(kenh == 2)"
denominator = "count()"
cumulative = false
formula = {{ vi = "tử / mẫu", en = "n / d" }}
legal_basis = "đo tải"
headline = {rank}
classes = [20, 40, 60, 80]

[[kpi.target]]
valid_from = 2020-01-01
target = 80
warn = 60
alert = 40
decision = "đo tải"
"""

SOURCE = """
id = "nguon"
name = { vi = "Nguồn", en = "Source" }
system = "đo tải"
shape = "S1"
owner = "vp"
url = "sqlite:///{data}/sources/nguon.db"
query = "SELECT ma, xa, ngay, kenh FROM ho_so"
key = ["ma"]

[area]
code = "xa"
vintage = "present"
basis = "receiving_unit"

[schedule]
every = "1h"
promise = "26h"

[column.ma]
type = "text"
[column.xa]
type = "code"
[column.ngay]
type = "date"
[column.kenh]
type = "int"
"""


def write_site(folder: Path) -> Path:
    """Write the national site's folder."""
    for room in ("kpis", "sources"):
        (folder / room).mkdir(parents=True, exist_ok=True)
    (folder / "site.toml").write_text(SITE, encoding="utf-8")
    kpis = "".join(KPI.format(letter=letter, rank=rank) for rank, letter in enumerate("ab", 1))
    (folder / "kpis" / "do_tai.toml").write_text(kpis, encoding="utf-8")
    (folder / "sources" / "nguon.toml").write_text(SOURCE, encoding="utf-8")
    return folder


def observations(office: Office, seed: int = 7) -> pa.Table:
    """Every KPI, commune and month of the site's history, with the country's total."""
    noise = random.Random(seed)
    today = datetime.now(UTC).date()
    span = months(today, today)[0]
    periods: list[Period] = [span]
    while len(periods) < office.site.head.history_months:
        periods.append(periods[-1].previous())
    rows = []
    for kpi in office.site.kpis:
        for step, period in enumerate(periods):
            top = [0, 0]
            for place, area in enumerate(office.register.communes):
                whole = noise.randint(5, 900)
                part = round(whole * (0.5 + 0.45 * math.sin(place / 40 + step / 5)))
                top = [top[0] + part, top[1] + whole]
                rows.append(_row(kpi, area.id, period, part, whole))
            rows.append(_row(kpi, "VN@0", period, *top, count=len(office.register.communes)))
    return pa.Table.from_pylist(rows, schema=OBSERVATIONS)


def _row(
    kpi: str, area: str, period: Period, part: int, whole: int, count: int | None = None
) -> dict[str, object]:
    return {
        "kpi": kpi, "area": area, "period": period.key, "numerator": part, "denominator": whole,
        "value": 100 * part / whole, "status": "final", "reporting": count, "expected": count, "source": "nguon",
    }  # fmt: skip


def no_places() -> pa.Table:
    """An empty table of places."""
    return PLACES.empty_table()
