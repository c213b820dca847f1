"""The fee collection database (shape S7): schools and health facilities, month by month.

Owns its tables, the facilities and what goes wrong in it. Tuition pauses in summer: the rows are there,
with nothing collected.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import months, reports
from datasources.sites.lai_chau.generator.databases import Columns, about, table
from datasources.sites.lai_chau.generator.facts import communes
from datasources.sites.lai_chau.generator.habits import before, habits
from datasources.sites.lai_chau.generator.slips import Slips
from ioc.runs import RowReason

METADATA = sa.MetaData()
_KINDS = {"MN": ("TRUONG", "Trường Mầm non"), "TH": ("TRUONG", "Trường Phổ thông DTBT Tiểu học và THCS"),
          "PT": ("TRUONG", "Trường Trung học phổ thông"), "TYT": ("YTE", "Trạm Y tế"),
          "TTYT": ("YTE", "Trung tâm Y tế khu vực"), "BV": ("YTE", "Bệnh viện Đa khoa tỉnh")}  # fmt: skip
_MONTHLY = {
    "MN": 18_000_000,
    "TH": 14_000_000,
    "PT": 60_000_000,
    "TYT": 9_000_000,
    "TTYT": 900_000_000,
    "BV": 6_500_000_000,
}
_PER_PAYMENT = {"MN": 120_000, "TH": 60_000, "PT": 150_000, "TYT": 55_000, "TTYT": 310_000, "BV": 640_000}
_HOSPITALS = {"03408": "BV"} | dict.fromkeys(
    ("03390", "03433", "03434", "03478", "03549", "03595", "03598"), "TTYT"
)
_SUMMER = (6, 7, 8)

THONG_TIN = about(METADATA)
LOAI = table(METADATA, "dm_loai_co_so",
             sa.Column("ma_loai", sa.String(6), primary_key=True),
             sa.Column("nhom", sa.String(8), nullable=False),
             sa.Column("ten_loai", sa.String(80), nullable=False))  # fmt: skip
CO_SO = table(METADATA, "dm_co_so",
              sa.Column("ma_co_so", sa.String(12), primary_key=True),
              sa.Column("ten_co_so", sa.String(120), nullable=False),
              sa.Column("ma_loai", sa.String(6), nullable=False))  # fmt: skip
THU = table(METADATA, "thu_thang",
            sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("ma_co_so", sa.String(12), nullable=False),
            sa.Column("ma_xa", sa.String(5), nullable=False),
            sa.Column("ten_xa", sa.String(80), nullable=False),
            sa.Column("thang", sa.Date, nullable=False),
            sa.Column("so_giao_dich", sa.Integer, nullable=False),
            sa.Column("giao_dich_khong_tien_mat", sa.Integer, nullable=False),
            sa.Column("so_tien", sa.BigInteger, nullable=False),
            sa.Column("so_tien_khong_tien_mat", sa.BigInteger, nullable=False),
            sa.Column("ngay_gui", sa.DateTime, nullable=False))  # fmt: skip


@dataclass(frozen=True)
class _Facility:
    key: str
    name: str
    kind: str
    commune: int
    old: int
    """Index of the old unit it stands in, within its commune."""
    size: float


def build(first: date, anchor: date, seed: int) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """All rows of months due by `anchor`, and the ledger of errors."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 7])
    level = habits(seed)
    facilities = _facilities(np.random.default_rng([seed, 31]))
    due = months.reported_months(first, anchor)
    late = months.late_communes(rng, 1)
    rows: list[reports.Row] = []
    for month in due:
        done = months.progress(month, first, anchor)
        for facility in facilities:
            if month == due[-1] and facility.commune in late:
                continue
            unit = communes()[facility.commune]
            place = unit.old[facility.old] if months.old_units(month) else unit
            school = _KINDS[facility.kind][0] == "TRUONG"
            pause = school and month.month in _SUMMER
            rate = before(
                (level.tuition if school else level.health)[facility.commune : facility.commune + 1],
                0.26,
                done,
            )
            amount = (
                0
                if pause
                else int(_MONTHLY[facility.kind] * facility.size * rng.uniform(0.85, 1.15)) // 1000 * 1000
            )
            payments = amount // _PER_PAYMENT[facility.kind]
            share = float(np.clip(rate[0] + rng.normal(0, 0.03), 0.02, 0.99))
            rows.append({
                "ma_co_so": facility.key,
                "ma_xa": place.code,
                "ten_xa": place.name,
                "thang": month.isoformat(),
                "so_giao_dich": payments,
                "giao_dich_khong_tien_mat": int(payments * share * 0.97),
                "so_tien": amount,
                "so_tien_khong_tien_mat": int(amount * share) // 1000 * 1000,
                "ngay_gui": months.sent(month, rng),
                "_month": month,
                "_commune": facility.commune,
            })  # fmt: skip
    slips = Slips(rng, len(rows))
    busy = np.array([row["so_tien"] > 0 for row in rows])
    reports.misplace(slips, rows, unknown=5, outdated=4, clashing=6)
    for at in slips.take(2, busy, "more_cashless_than_collected", RowReason.IMPOSSIBLE):
        rows[at]["so_tien_khong_tien_mat"] = rows[at]["so_tien"] + 150_000
    reports.double(slips, rows, exact=8, again=6, sent="ngay_gui", changed="so_giao_dich")
    lists: dict[sa.Table, Columns] = {
        LOAI: {"ma_loai": list(_KINDS), "nhom": [group for group, _ in _KINDS.values()],
               "ten_loai": [name for _, name in _KINDS.values()]},
        CO_SO: {
            "ma_co_so": [item.key for item in facilities],
            "ten_co_so": [item.name for item in facilities],
            "ma_loai": [item.kind for item in facilities],
        },
    }  # fmt: skip
    return {**lists, THU: reports.columns(rows)}, slips.ledger("thanh_toan", len(rows))


def _facilities(rng: np.random.Generator) -> list[_Facility]:
    """A kindergarten, a school and a health post for every old unit; hospitals where districts had them."""
    found: list[_Facility] = []
    for number, unit in enumerate(communes()):
        for position, old in enumerate(unit.old):
            short = old.name.split(" ", 2 if old.name.startswith("Thị") else 1)[-1]
            kinds = ["MN", "TH", "TYT"]
            if not old.name.startswith("Xã"):
                kinds.append("PT")
            if position == 0 and unit.code in _HOSPITALS:
                kinds.append(_HOSPITALS[unit.code])
            for kind in kinds:
                name = _KINDS[kind][1] if kind == "BV" else f"{_KINDS[kind][1]} {short}"
                size = (
                    unit.population / len(unit.old) / 4_800 * rng.uniform(0.8, 1.2) if kind != "BV" else 1.0
                )
                found.append(_Facility(f"{kind}{old.code}", name, kind, number, position, size))
    return found
