"""The task database (shape S13): tasks of Project 06 and tasks assigned by the provincial committee.

Owns its table and what goes wrong in it. Ten groups and fifty-one tasks a year follow a plan of another
province ("mô phỏng theo mẫu Nghệ An 2024"); titles, dates and results are invented.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import reports
from datasources.sites.lai_chau.generator.databases import Columns, about, table
from datasources.sites.lai_chau.generator.facts import PROVINCE_CODE, PROVINCE_NAME, communes
from datasources.sites.lai_chau.generator.monthly import DEPARTMENTS
from datasources.sites.lai_chau.generator.months import old_units, reporters
from datasources.sites.lai_chau.generator.slips import UNKNOWN_UNITS, Slips
from ioc.periods import months
from ioc.runs import RowReason

METADATA = sa.MetaData()
TEMPLATE = "mô phỏng theo mẫu Nghệ An 2024"
GROUPS = (8, 6, 7, 5, 6, 4, 5, 4, 3, 3)
"""Tasks of Project 06 by group: 10 groups, 51 tasks."""
_A_MONTH = 95

THONG_TIN = about(METADATA)
NHIEM_VU = table(METADATA, "nhiem_vu",
                 sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                 sa.Column("ma_nhiem_vu", sa.String(20), nullable=False),
                 sa.Column("loai", sa.String(5), nullable=False),
                 sa.Column("nhom", sa.SmallInteger, nullable=False),
                 sa.Column("noi_dung", sa.String(160), nullable=False),
                 sa.Column("don_vi", sa.String(80), nullable=False),
                 sa.Column("cap", sa.String(4), nullable=False),
                 sa.Column("ma_xa", sa.String(5), nullable=False),
                 sa.Column("ten_xa", sa.String(80), nullable=False),
                 sa.Column("ngay_giao", sa.Date, nullable=False),
                 sa.Column("han_hoan_thanh", sa.Date, nullable=False),
                 sa.Column("ngay_hoan_thanh", sa.Date),
                 sa.Column("cap_nhat_luc", sa.DateTime, nullable=False))  # fmt: skip


def build(first: date, anchor: date, seed: int) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """All tasks assigned before `anchor`, and the ledger of errors."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 131])
    rows = _project(rng, first, anchor) + _assigned(rng, first, anchor, seed)
    slips = Slips(rng, len(rows))
    here = np.array([row["cap"] == "XA" for row in rows])
    for at in slips.take(4, here, "unknown_code", RowReason.UNKNOWN_CODE):
        rows[at]["ma_xa"], rows[at]["ten_xa"] = UNKNOWN_UNITS[0]
    rows += [dict(rows[at]) for at in slips.take(5, here, "duplicate_exact", RowReason.DUPLICATE)]
    return {NHIEM_VU: reports.columns(rows)}, slips.ledger("nhiem_vu", len(rows))


def _project(rng: np.random.Generator, first: date, anchor: date) -> list[reports.Row]:
    """Fifty-one tasks for the plan of every year, assigned in its first weeks."""
    rows = []
    for year in range(first.year - 1, anchor.year + 1):
        number = 0
        for group, size in enumerate(GROUPS, start=1):
            for _ in range(size):
                number += 1
                given = date(year, 1, 8) + timedelta(days=int(rng.integers(0, 22)))
                due = given + timedelta(days=int(rng.integers(50, 325)))
                code = list(DEPARTMENTS)[int(rng.integers(0, len(DEPARTMENTS)))]
                text = f"Nhiệm vụ {number:02d}/{year}, nhóm {group} ({TEMPLATE})"
                row = _task(rng, f"DA06-{year}-{number:02d}", "DA06", text, given, due, (0.24, 50), anchor)
                if given < anchor:
                    rows.append(
                        row | _office(DEPARTMENTS[code], "TINH", PROVINCE_CODE, PROVINCE_NAME, group, 0)
                    )
    return rows


def _assigned(rng: np.random.Generator, first: date, anchor: date, seed: int) -> list[reports.Row]:
    rows: list[reports.Row] = []
    for month in months(first, anchor):
        units = reporters(old_units(month.first), seed)
        span = (min(month.end, anchor) - month.first).days
        for _ in range(round(_A_MONTH * span / 30.4)):
            given = month.first + timedelta(days=int(rng.integers(0, max(span, 1))))
            due = given + timedelta(days=int(rng.integers(7, 45)))
            number = f"UB{len(rows) + 1:06d}"
            text = f"Nhiệm vụ UBND tỉnh giao số {len(rows) + 1}"
            if rng.random() < 0.45:
                code = list(DEPARTMENTS)[int(rng.integers(0, len(DEPARTMENTS)))]
                office = _office(DEPARTMENTS[code], "TINH", PROVINCE_CODE, PROVINCE_NAME, 0, 0)
                risk = (0.05, 16)
            else:
                unit = units[int(rng.integers(0, len(units)))]
                office = _office(f"UBND {unit.name}", "XA", unit.code, unit.name, 0, unit.commune)
                risk = (0.03 + 0.1 * communes()[unit.commune].remoteness, 16)
            rows.append(_task(rng, number, "UBND", text, given, due, risk, anchor) | office)
    return rows


def _office(name: str, level: str, code: str, place: str, group: int, commune: int) -> reports.Row:
    return {"don_vi": name, "cap": level, "ma_xa": code, "ten_xa": place, "nhom": group, "_commune": commune}


def _task(
    rng: np.random.Generator,
    key: str,
    kind: str,
    text: str,
    given: date,
    due: date,
    risk: tuple[float, int],
    anchor: date,
) -> reports.Row:
    """A task; `risk` is the chance that it is late, and by how many days on average."""
    allowed = (due - given).days
    late = rng.random() < risk[0]
    taken = allowed + 1 + int(rng.exponential(risk[1])) if late else int(allowed * rng.uniform(0.35, 1.0))
    done = given + timedelta(days=taken)
    known = done if done < anchor else None
    touched = known or min(given + timedelta(days=3), anchor - timedelta(days=1))
    return {
        "ma_nhiem_vu": key, "loai": kind, "nhom": 0, "noi_dung": text, "don_vi": "", "cap": "", "ma_xa": "",
        "ten_xa": "", "ngay_giao": given.isoformat(), "han_hoan_thanh": due.isoformat(),
        "ngay_hoan_thanh": known.isoformat() if known else None,
        "cap_nhat_luc": str(datetime.combine(touched, datetime.min.time()) + timedelta(hours=16)),
        "_month": given,
    }  # fmt: skip
