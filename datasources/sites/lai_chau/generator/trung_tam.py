"""The register of public administrative service centres (shape S19): one of every commune and the province's own.

Owns its table. The centres are those of the one-stop system. Nobody has measured where they stand, so each is placed at
the seat of its commune and says so; the province's is in the ward that is the province's seat.
"""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from datasources.sites.lai_chau.generator import reports
from datasources.sites.lai_chau.generator.databases import Columns, about, table
from datasources.sites.lai_chau.generator.facts import communes
from datasources.sites.lai_chau.generator.mot_cua_tables import centres

METADATA = sa.MetaData()
PROVINCE_SEAT = "03408"
"""Phường Tân Phong, where the province's administration sits."""
AT_SEAT = "TRU_SO"
_CHECKED_BEFORE = timedelta(days=12)

THONG_TIN = about(METADATA)
TRUNG_TAM = table(METADATA, "trung_tam_pvhcc",
                  sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                  sa.Column("ma_don_vi", sa.String(20), nullable=False),
                  sa.Column("ten_don_vi", sa.String(160), nullable=False),
                  sa.Column("cap", sa.String(4), nullable=False),
                  sa.Column("ma_xa", sa.String(5), nullable=False),
                  sa.Column("ten_xa", sa.String(80), nullable=False),
                  sa.Column("vi_do", sa.Float),
                  sa.Column("kinh_do", sa.Float),
                  sa.Column("nguon_toa_do", sa.String(8)),
                  sa.Column("ngay_ra_soat", sa.Date, nullable=False))  # fmt: skip


def build(first: date, anchor: date, seed: int) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """Every centre, the same with any seed, and the ledger: a register of some dozen lines holds no errors."""
    units = {unit.code: unit for unit in communes()}
    rows: list[reports.Row] = []
    for code, name, level, at in centres():
        unit = units[at or PROVINCE_SEAT]
        rows.append({
            "ma_don_vi": code, "ten_don_vi": name, "cap": level, "ma_xa": unit.code, "ten_xa": unit.name,
            "vi_do": unit.lat, "kinh_do": unit.lon, "nguon_toa_do": AT_SEAT,
            "ngay_ra_soat": (anchor - _CHECKED_BEFORE).isoformat(),
        })  # fmt: skip
    return {TRUNG_TAM: reports.columns(rows)}, {"rows.trung_tam": len(rows)}
