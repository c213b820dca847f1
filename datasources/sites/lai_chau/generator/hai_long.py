"""The satisfaction database (shape S3): results of dossiers rated by those who handed them in, by centre.

Owns its table and what goes wrong in it. A dossier that was late and complained of counts once.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import months, reports
from datasources.sites.lai_chau.generator.databases import Columns, about
from datasources.sites.lai_chau.generator.habits import habits
from datasources.sites.lai_chau.generator.monthly import count, of_departments, report_table, spoil, walk

METADATA = sa.MetaData()
_A_HEAD = 0.026
"""Dossiers settled a month by head of population."""

THONG_TIN = about(METADATA)
DANH_GIA = report_table(
    METADATA, "danh_gia_thang",
    sa.Column("ma_don_vi", sa.String(20), nullable=False), sa.Column("cap", sa.String(4), nullable=False),
    count("so_giai_quyet"), count("so_qua_han"), count("so_phan_nan"), count("so_qua_han_hoac_phan_nan"),
)  # fmt: skip


def build(first: date, anchor: date, seed: int) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """All rows of months due by `anchor`, and the ledger of errors."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 31])
    late = habits(seed).late

    def counts(settled: int, overdue_rate: float, done: float) -> dict[str, int]:
        overdue = int(rng.binomial(settled, min(overdue_rate, 0.2)))
        complained = int(rng.binomial(settled, 0.062 - 0.03 * done + overdue_rate))
        both = int(rng.binomial(min(overdue, complained), 0.5))
        return {"so_giai_quyet": settled, "so_qua_han": overdue, "so_phan_nan": complained,
                "so_qua_han_hoac_phan_nan": overdue + complained - both}  # fmt: skip

    def fill(
        rng: np.random.Generator, month: date, done: float, unit: months.Reporter
    ) -> list[dict[str, Any]]:
        settled = max(3, int(unit.population * _A_HEAD * rng.uniform(0.85, 1.15)))
        found = counts(settled, float(late[unit.commune]), done)
        return [{"ma_don_vi": f"PVHCC-{unit.code}", "cap": "XA", **found}]

    def centre(month: date, done: float, code: str) -> dict[str, Any] | None:
        if code != "VP-UBND":
            return None
        found = counts(int(3300 * rng.uniform(0.9, 1.1)), float(late[-1]), done)
        return {"ma_don_vi": "PVHCC-TINH", "cap": "TINH", **found}

    rows = walk(rng, first, anchor, seed, fill)
    slips = spoil(rng, rows, part="so_qua_han_hoac_phan_nan", whole="so_giai_quyet", changed="so_phan_nan")
    rows += of_departments(rng, first, anchor, centre)
    return {DANH_GIA: reports.columns(rows)}, slips.ledger("hai_long", len(rows))
