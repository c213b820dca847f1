"""The document database (shape S12): documents sent, signed and exchanged, month by month and by office.

Owns its table and what goes wrong in it. Secret documents are not counted here at all.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import months, reports
from datasources.sites.lai_chau.generator.databases import Columns, about
from datasources.sites.lai_chau.generator.habits import before
from datasources.sites.lai_chau.generator.monthly import (
    DEPARTMENTS,
    count,
    of_departments,
    rate,
    report_table,
    spoil,
    walk,
)

METADATA = sa.MetaData()
THONG_TIN = about(METADATA)
VAN_BAN = report_table(
    METADATA, "van_ban_thang",
    sa.Column("ma_don_vi", sa.String(20), nullable=False), sa.Column("cap", sa.String(4), nullable=False),
    count("so_van_ban_di"), count("so_da_ky_so"), count("so_van_ban_den"), count("so_trao_doi"),
    count("so_trao_doi_dien_tu"), count("so_can_bo"), count("so_can_bo_co_chu_ky_so"),
)  # fmt: skip


def build(first: date, anchor: date, seed: int) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """All rows of months due by `anchor`, and the ledger of errors."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 121])
    signed = rate(seed, 122, 0.999, 0.05, 0.9, 0.999)
    exchanged = rate(seed, 123, 0.999, 0.04, 0.92, 0.999)

    def counts(size: float, sign: float, exchange: float, done: float) -> dict[str, int]:
        out = max(8, int(size * rng.uniform(0.85, 1.2)))
        received = int(out * rng.uniform(1.6, 2.4))
        share = before(np.array([sign, exchange]), np.array([0.14, 0.1]), done)
        staff = max(6, int(size / 6))
        return {
            "so_van_ban_di": out,
            "so_da_ky_so": int(rng.binomial(out, share[0])),
            "so_van_ban_den": received,
            "so_trao_doi": out + received,
            "so_trao_doi_dien_tu": int(rng.binomial(out + received, share[1])),
            "so_can_bo": staff,
            "so_can_bo_co_chu_ky_so": int(staff * (0.4 + 0.45 * done)),
        }

    def fill(
        rng: np.random.Generator, month: date, done: float, unit: months.Reporter
    ) -> list[dict[str, Any]]:
        at = unit.commune
        found = counts(20 + unit.population / 130, float(signed[at]), float(exchanged[at]), done)
        return [{"ma_don_vi": f"UBND-{unit.code}", "cap": "XA", **found}]

    def department(month: date, done: float, code: str) -> dict[str, Any]:
        size = 620 - 25 * list(DEPARTMENTS).index(code)
        return {"ma_don_vi": code, "cap": "TINH", **counts(size, 0.998, 0.998, done)}

    rows = walk(rng, first, anchor, seed, fill, late=1)
    slips = spoil(rng, rows, part="so_da_ky_so", whole="so_van_ban_di", changed="so_van_ban_den")
    rows += of_departments(rng, first, anchor, department)
    return {VAN_BAN: reports.columns(rows)}, slips.ledger("van_ban", len(rows))
