"""The treasury database (shape S17): investment and revenue since 1 January, by unit and month.

Owns its table and what goes wrong in it. Amounts are cumulative and plans are those of the year, so a month
is a standing and is never added to another.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import months, reports
from datasources.sites.lai_chau.generator.databases import Columns, about
from datasources.sites.lai_chau.generator.monthly import (
    count,
    of_departments,
    rate,
    report_table,
    spoil,
    walk,
)

METADATA = sa.MetaData()
_INVESTED = (0.02, 0.05, 0.11, 0.18, 0.26, 0.36, 0.45, 0.54, 0.63, 0.72, 0.82, 0.93)
_COLLECTED = (0.11, 0.17, 0.26, 0.35, 0.44, 0.53, 0.61, 0.69, 0.78, 0.86, 0.94, 1.04)
_PLANS = {"VP-UBND": 60, "NNMT": 620, "XD": 880, "GDDT": 240, "YT": 190, "CT": 90, "KHCN": 70, "VHTTDL": 80}
"""Investment plans of departments that build, in billions of đồng; invented."""
_TAX_PLAN = 1_450
_BILLION = 1_000_000_000

THONG_TIN = about(METADATA)
TONG_HOP = report_table(
    METADATA, "tong_hop_thang",
    sa.Column("ma_don_vi", sa.String(20), nullable=False), sa.Column("cap", sa.String(4), nullable=False),
    count("ke_hoach_von"), count("da_giai_ngan"), count("du_toan_thu"), count("da_thu"),
)  # fmt: skip


def build(first: date, anchor: date, seed: int) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """All rows of months due by `anchor`, and the ledger of errors."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 171])
    pace = rate(seed, 172, 1.04, 0.22, 0.7, 1.06)

    def amounts(month: date, plan: int, due: int, speed: float) -> dict[str, int]:
        invested = min(_INVESTED[month.month - 1] * speed, 0.99)
        collected = _COLLECTED[month.month - 1] * (0.9 + 0.1 * speed)
        return {"ke_hoach_von": plan, "da_giai_ngan": int(plan * invested), "du_toan_thu": due,
                "da_thu": int(due * collected * rng.uniform(0.97, 1.03))}  # fmt: skip

    def fill(
        rng: np.random.Generator, month: date, done: float, unit: months.Reporter
    ) -> list[dict[str, Any]]:
        plan = unit.population * 1_150_000 // 1_000_000 * 1_000_000
        due = unit.population * 410_000 // 1_000_000 * 1_000_000
        found = amounts(month, plan, due, float(pace[unit.commune]))
        return [{"ma_don_vi": f"UBND-{unit.code}", "cap": "XA", **found}]

    def department(month: date, done: float, code: str) -> dict[str, Any] | None:
        due = _TAX_PLAN if code == "THUE" else 0
        if code not in _PLANS and not due:
            return None
        found = amounts(month, _PLANS.get(code, 0) * _BILLION, due * _BILLION, 0.97)
        return {"ma_don_vi": code, "cap": "TINH", **found}

    rows = walk(rng, first, anchor, seed, fill)
    slips = spoil(rng, rows, part="da_giai_ngan", whole="ke_hoach_von", changed="da_thu")
    rows += of_departments(rng, first, anchor, department)
    return {TONG_HOP: reports.columns(rows)}, slips.ledger("ngan_sach", len(rows))
