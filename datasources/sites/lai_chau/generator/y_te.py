"""The health record database (shape S10): electronic health records by commune at the end of each month.

Owns its table and what goes wrong in it. Persons are counted once, whatever number of visits they made.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import months, reports
from datasources.sites.lai_chau.generator.databases import Columns, about
from datasources.sites.lai_chau.generator.habits import before
from datasources.sites.lai_chau.generator.monthly import count, rate, report_table, spoil, walk

METADATA = sa.MetaData()
THONG_TIN = about(METADATA)
HO_SO_SUC_KHOE = report_table(
    METADATA, "ho_so_suc_khoe", count("dan_so"), count("so_ho_so"), count("so_tren_vneid"),
    count("so_co_so_y_te"), count("so_co_benh_an_dien_tu"),
)  # fmt: skip


def build(first: date, anchor: date, seed: int) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """All rows of months due by `anchor`, and the ledger of errors."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 101])
    level = rate(seed, 102, 0.93, 0.27, 0.55, 0.96)

    def fill(
        rng: np.random.Generator, month: date, done: float, unit: months.Reporter
    ) -> list[dict[str, Any]]:
        here = float(before(level[unit.commune : unit.commune + 1], 0.24, done)[0])
        records = int(unit.population * here)
        posts = 1 + unit.population // 9000
        return [{
            "dan_so": unit.population,
            "so_ho_so": records,
            "so_tren_vneid": int(records * (0.25 + 0.4 * done) * rng.uniform(0.95, 1.05)),
            "so_co_so_y_te": posts,
            "so_co_benh_an_dien_tu": int(posts * done),
        }]  # fmt: skip

    rows = walk(rng, first, anchor, seed, fill, late=1)
    slips = spoil(rng, rows, part="so_ho_so", whole="dan_so", changed="so_ho_so")
    return {HO_SO_SUC_KHOE: reports.columns(rows)}, slips.ledger("y_te", len(rows))
