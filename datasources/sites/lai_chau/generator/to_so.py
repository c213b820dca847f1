"""The survey of community digital teams: one line a village, with the day its team began to work.

Owns its table and what goes wrong in it. Villages bear the keys of the village register.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import reports
from datasources.sites.lai_chau.generator.databases import Columns, about, table
from datasources.sites.lai_chau.generator.facts import communes
from datasources.sites.lai_chau.generator.monthly import rate
from datasources.sites.lai_chau.generator.slips import Slips
from ioc.runs import RowReason

METADATA = sa.MetaData()
THONG_TIN = about(METADATA)
TO_CONG_NGHE = table(METADATA, "to_cong_nghe_so",
                     sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                     sa.Column("ma_thon", sa.String(8), nullable=False),
                     sa.Column("ma_xa", sa.String(5), nullable=False),
                     sa.Column("ten_xa", sa.String(80), nullable=False),
                     sa.Column("ngay_thanh_lap", sa.Date),
                     sa.Column("dang_hoat_dong", sa.SmallInteger, nullable=False),
                     sa.Column("so_thanh_vien", sa.SmallInteger, nullable=False),
                     sa.Column("ngay_khao_sat", sa.Date, nullable=False))  # fmt: skip


def build(first: date, anchor: date, seed: int) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """One line a village as surveyed before `anchor`, and the ledger of errors."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 191])
    level = rate(seed, 192, 1.0, 0.22, 0.6, 1.0)
    span = max((anchor - first).days - 30, 2)
    rows: list[reports.Row] = []
    for number, commune in enumerate(communes()):
        survey = anchor - timedelta(days=int(rng.integers(3, 60)))
        for village in range(1, commune.villages + 1):
            has = rng.random() < level[number]
            early = rng.random() < 0.6
            since = first + timedelta(days=-30 if early else int(rng.integers(1, span)))
            rows.append({
                "ma_thon": f"{commune.code}{village:03d}", "ma_xa": commune.code, "ten_xa": commune.name,
                "ngay_thanh_lap": since.isoformat() if has else None,
                "dang_hoat_dong": int(has and rng.random() < 0.96),
                "so_thanh_vien": int(rng.integers(3, 9)) if has else 0,
                "ngay_khao_sat": survey.isoformat(),
            })  # fmt: skip
    slips = Slips(rng, len(rows))
    anywhere = np.ones(len(rows), dtype=bool)
    rows += [dict(rows[at]) for at in slips.take(2, anywhere, "duplicate_exact", RowReason.DUPLICATE)]
    return {TO_CONG_NGHE: reports.columns(rows)}, slips.ledger("to_so", len(rows))
