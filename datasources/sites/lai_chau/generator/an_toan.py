"""The register of information systems (security levels): what runs, and since when its level is approved.

Owns its table. Systems belong to departments, so there is nothing by commune.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import reports
from datasources.sites.lai_chau.generator.databases import Columns, about, table
from datasources.sites.lai_chau.generator.monthly import DEPARTMENTS

METADATA = sa.MetaData()
SYSTEMS = 64
_UNAPPROVED = 9

THONG_TIN = about(METADATA)
HE_THONG = table(METADATA, "he_thong_thong_tin",
                 sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                 sa.Column("ma_he_thong", sa.String(20), nullable=False),
                 sa.Column("ten_he_thong", sa.String(120), nullable=False),
                 sa.Column("don_vi", sa.String(80), nullable=False),
                 sa.Column("cap", sa.String(4), nullable=False),
                 sa.Column("ma_tinh", sa.String(5), nullable=False),
                 sa.Column("cap_do", sa.SmallInteger, nullable=False),
                 sa.Column("ngay_van_hanh", sa.Date, nullable=False),
                 sa.Column("ngay_phe_duyet", sa.Date),
                 sa.Column("cap_nhat_luc", sa.DateTime, nullable=False))  # fmt: skip


def build(first: date, anchor: date, seed: int) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """The systems as they stand at `anchor`, and the ledger."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 161])
    span = (anchor - first).days
    rows: list[reports.Row] = []
    for number in range(1, SYSTEMS + 1):
        code = list(DEPARTMENTS)[number % len(DEPARTMENTS)]
        since = first - timedelta(days=int(rng.integers(60, 2400)))
        early = number % 2 == 0
        approved = first + timedelta(days=-40 if early else int(rng.integers(5, max(span - 10, 6))))
        rows.append({
            "ma_he_thong": f"HT-{number:03d}", "ten_he_thong": f"Hệ thống thông tin số {number}",
            "don_vi": DEPARTMENTS[code], "cap": "TINH", "ma_tinh": "12", "cap_do": 2 + number % 2,
            "ngay_van_hanh": since.isoformat(),
            "ngay_phe_duyet": None if number > SYSTEMS - _UNAPPROVED else approved.isoformat(),
            "cap_nhat_luc": f"{anchor - timedelta(days=1 + number % 12)} 09:00:00",
        })  # fmt: skip
    return {HE_THONG: reports.columns(rows)}, {"rows.an_toan": len(rows)}
