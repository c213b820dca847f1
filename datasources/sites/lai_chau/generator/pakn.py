"""The feedback database (shape S3): what people and enterprises reported, to whom, and how it ended.

Owns its tables and what goes wrong in it. A case belongs to the unit that has to answer it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import reports
from datasources.sites.lai_chau.generator.databases import Columns, about, table
from datasources.sites.lai_chau.generator.facts import PROVINCE_CODE, PROVINCE_NAME, communes
from datasources.sites.lai_chau.generator.habits import habits
from datasources.sites.lai_chau.generator.months import old_units, reporters
from datasources.sites.lai_chau.generator.slips import UNKNOWN_UNITS, Slips
from ioc.periods import Period, months
from ioc.runs import RowReason

METADATA = sa.MetaData()
FIELDS = {"DD": "Đất đai", "MT": "Môi trường", "GT": "Giao thông", "DN": "Điện, nước, viễn thông",
          "TTHC": "Thủ tục hành chính", "AS": "An sinh xã hội", "TT": "An ninh, trật tự"}  # fmt: skip
_A_MONTH = 720
_DEPARTMENTS = 0.24
"""Part of all cases that departments answer."""
_DAYS = 10

THONG_TIN = about(METADATA)
LINH_VUC = table(METADATA, "dm_linh_vuc",
                 sa.Column("ma_linh_vuc", sa.String(6), primary_key=True),
                 sa.Column("ten_linh_vuc", sa.String(80), nullable=False))  # fmt: skip
PHAN_ANH = table(METADATA, "phan_anh",
                 sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                 sa.Column("ma_phan_anh", sa.String(20), nullable=False),
                 sa.Column("kenh", sa.String(10), nullable=False),
                 sa.Column("ma_linh_vuc", sa.String(6), nullable=False),
                 sa.Column("cap_xu_ly", sa.String(4), nullable=False),
                 sa.Column("ma_xa", sa.String(5), nullable=False),
                 sa.Column("ten_xa", sa.String(80), nullable=False),
                 sa.Column("ngay_tiep_nhan", sa.DateTime, nullable=False),
                 sa.Column("han_xu_ly", sa.DateTime, nullable=False),
                 sa.Column("ngay_xu_ly", sa.DateTime),
                 sa.Column("danh_gia", sa.SmallInteger),
                 sa.Column("mo_lai", sa.SmallInteger, nullable=False),
                 sa.Column("cap_nhat_luc", sa.DateTime, nullable=False))  # fmt: skip


def build(first: date, anchor: date, seed: int) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """All cases received before `anchor`, and the ledger of errors."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 33])
    late = habits(seed).late * 2.4
    rows: list[reports.Row] = []
    for month in months(first, anchor):
        rows += _month(rng, month, first, anchor, seed, late)
    rows.sort(key=lambda row: str(row["ngay_tiep_nhan"]))
    for number, row in enumerate(rows, start=1):
        row["ma_phan_anh"] = f"PA{number:07d}"
    slips = _spoil(rng, rows)
    fields: Columns = {"ma_linh_vuc": list(FIELDS), "ten_linh_vuc": list(FIELDS.values())}
    return {LINH_VUC: fields, PHAN_ANH: reports.columns(rows)}, slips.ledger("pakn", len(rows))


def _month(
    rng: np.random.Generator, month: Period, first: date, anchor: date, seed: int, late: Any
) -> list[reports.Row]:
    units = reporters(old_units(month.first), seed)
    people = np.array([unit.population for unit in units], dtype=float)
    done = min((month.first - first).days / max((anchor - first).days, 1), 1.0)
    span = (min(month.end, anchor) - month.first).days
    size = int(_A_MONTH * (0.75 + 0.25 * done) * span / 30.4)
    to_province = rng.random(size) < _DEPARTMENTS
    chosen = rng.choice(len(units), size, p=people / people.sum())
    rows = []
    for province, at in zip(to_province, chosen, strict=True):
        unit = units[int(at)]
        risk = float(late[-1 if province else unit.commune])
        received = datetime.combine(month.first, datetime.min.time()) + timedelta(
            days=int(rng.integers(0, max(span, 1))), seconds=int(rng.integers(21_600, 79_200))
        )
        due = received + timedelta(days=_DAYS)
        slow = rng.random() < risk + 0.04 * (1 - done)
        taken = _DAYS + rng.exponential(4) + 0.2 if slow else rng.beta(2, 2.4) * (_DAYS - 0.2)
        resolved = received + timedelta(days=float(taken))
        closed = resolved < datetime.combine(anchor, datetime.min.time())
        unhappy = rng.random() < 0.05 + risk + 0.03 * (1 - done)
        rows.append({
            "ma_phan_anh": "", "kenh": ("CONG", "VNEID", "1022")[int(rng.integers(0, 3))],
            "ma_linh_vuc": list(FIELDS)[int(rng.integers(0, len(FIELDS)))],
            "cap_xu_ly": "TINH" if province else "XA",
            "ma_xa": PROVINCE_CODE if province else unit.code,
            "ten_xa": PROVINCE_NAME if province else unit.name,
            "ngay_tiep_nhan": str(received), "han_xu_ly": str(due),
            "ngay_xu_ly": resolved.isoformat(" ", "seconds") if closed else None,
            "danh_gia": (1 if unhappy else 3) if closed and rng.random() < 0.7 else None,
            "mo_lai": int(closed and unhappy and rng.random() < 0.25),
            "cap_nhat_luc": resolved.isoformat(" ", "seconds") if closed else str(received),
            "_month": month.first, "_commune": unit.commune, "_province": bool(province),
        })  # fmt: skip
    return rows


def _spoil(rng: np.random.Generator, rows: list[reports.Row]) -> Slips:
    slips = Slips(rng, len(rows))
    here = np.array([not row["_province"] for row in rows])
    after = reports.after_reform(rows) & here
    for number, at in enumerate(slips.take(6, here, "unknown_code", RowReason.UNKNOWN_CODE)):
        rows[at]["ma_xa"], rows[at]["ten_xa"] = UNKNOWN_UNITS[number % len(UNKNOWN_UNITS)]
    clash = np.array([communes()[row["_commune"]].collision is not None for row in rows])
    for at in slips.take(7, after & clash, "old_name_on_new_code", RowReason.NAME_MISMATCH):
        collision = communes()[rows[at]["_commune"]].collision
        rows[at]["ten_xa"] = collision.name if collision else rows[at]["ten_xa"]
    rows += [dict(rows[at]) for at in slips.take(9, here, "duplicate_exact", RowReason.DUPLICATE)]
    return slips
