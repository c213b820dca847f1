"""The data cleaning database (shape S15): ten data sets matched with the population database, by commune.

Owns its tables and what goes wrong in it. Counts are standings at the end of the month.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import months, reports
from datasources.sites.lai_chau.generator.databases import Columns, about, table
from datasources.sites.lai_chau.generator.habits import before
from datasources.sites.lai_chau.generator.monthly import count, rate, report_table, spoil, walk

METADATA = sa.MetaData()
DATA_SETS = {
    "CT": ("Cử tri và danh sách đối tượng", 0.66), "BTXH": ("Đối tượng bảo trợ xã hội", 0.035),
    "HN": ("Hộ nghèo, hộ cận nghèo", 0.09), "NCC": ("Người có công", 0.006),
    "CB": ("Cán bộ, công chức, viên chức", 0.03), "HSCB": ("Hồ sơ cán bộ", 0.03), "TE": ("Trẻ em", 0.33),
    "GV": ("Giáo viên", 0.018), "HS": ("Học sinh", 0.29), "BH": ("Bảo hiểm xã hội, bảo hiểm y tế", 0.94),
}  # fmt: skip
"""The ten data sets that Lai Châu reported as cleaned (9 October 2025), with a share of people invented here."""

THONG_TIN = about(METADATA)
BO_DU_LIEU = table(METADATA, "dm_bo_du_lieu",
                   sa.Column("ma_bo", sa.String(6), primary_key=True),
                   sa.Column("ten_bo", sa.String(80), nullable=False))  # fmt: skip
LAM_SACH = report_table(
    METADATA, "lam_sach", sa.Column("ma_bo", sa.String(6), nullable=False), count("tong_so"),
    count("da_ra_soat"), count("khop_dung"), count("sai_lech"), count("da_sua"),
)  # fmt: skip


def build(first: date, anchor: date, seed: int) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """All rows of months due by `anchor`, and the ledger of errors."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 151])
    level = rate(seed, 152, 0.992, 0.05, 0.9, 0.997)

    def fill(
        rng: np.random.Generator, month: date, done: float, unit: months.Reporter
    ) -> list[dict[str, Any]]:
        checked = before(level[unit.commune : unit.commune + 1], 0.22, done)
        noise = rng.uniform(0.985, 1.0, len(DATA_SETS))
        found = []
        for number, (code, (_, share)) in enumerate(DATA_SETS.items()):
            total = max(1, int(unit.population * share))
            seen = int(total * float(checked[0]) * noise[number])
            matched = int(seen * 0.95)
            found.append({"ma_bo": code, "tong_so": total, "da_ra_soat": seen, "khop_dung": matched,
                          "sai_lech": seen - matched, "da_sua": int((seen - matched) * 0.9)})  # fmt: skip
        return found

    rows = walk(rng, first, anchor, seed, fill, late=2)
    slips = spoil(rng, rows, part="da_ra_soat", whole="tong_so", changed="da_sua",
                  unknown=8, outdated=6, clashing=6, exact=9, again=5)  # fmt: skip
    sets: Columns = {"ma_bo": list(DATA_SETS), "ten_bo": [name for name, _ in DATA_SETS.values()]}
    return {BO_DU_LIEU: sets, LAM_SACH: reports.columns(rows)}, slips.ledger("lam_sach", len(rows))
