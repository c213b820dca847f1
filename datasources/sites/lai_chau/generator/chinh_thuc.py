"""The book of official figures: values that a letter states for the province or a commune, entered as stated.

Owns its table. The province's figure is not the sum of the communes': a person who used services in two
communes counts once. Communes are known since the reform only. What one clerk copies from letters and a
second one checks holds no errors here.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import months, reports
from datasources.sites.lai_chau.generator.databases import Columns, about, table
from datasources.sites.lai_chau.generator.facts import PROVINCE_CODE, PROVINCE_NAME, communes
from datasources.sites.lai_chau.generator.monthly import rate

METADATA = sa.MetaData()
ACCOUNTS, USERS = "TK15", "DVCTT"
_ADULTS = 0.62
_TWICE = 1.06
"""Users counted in more than one commune make the sum of communes this much larger than the province."""

THONG_TIN = about(METADATA)
SO_LIEU = table(METADATA, "so_lieu_chinh_thuc",
                sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                sa.Column("ma_chi_tieu", sa.String(10), nullable=False),
                sa.Column("ky_so_lieu", sa.Date, nullable=False),
                sa.Column("cap", sa.String(4), nullable=False),
                sa.Column("ma_dia_ban", sa.String(5), nullable=False),
                sa.Column("ten_dia_ban", sa.String(80), nullable=False),
                sa.Column("tu_so", sa.BigInteger),
                sa.Column("mau_so", sa.BigInteger),
                sa.Column("ty_le_phan_nghin", sa.Integer),
                sa.Column("so_van_ban", sa.String(40), nullable=False),
                sa.Column("ngay_ky", sa.DateTime, nullable=False))  # fmt: skip


def build(first: date, anchor: date, seed: int) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """All figures whose letter was signed before `anchor`, and the ledger."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 181])
    level = rate(seed, 182, 0.52, 0.3, 0.12, 0.6)
    rows: list[reports.Row] = []
    for month in months.reported_months(first, anchor):
        done = months.progress(month, first, anchor)
        sent = months.sent(month, rng)
        if month.month in (6, 12):
            rate_15 = int(740 + 90 * done)
            letter = f"{month:%m%Y}/BC-NHNN"
            rows.append(_line(ACCOUNTS, month, None, None, rate_15, letter, sent))
        if month.month in (3, 6, 9, 12):
            letter = f"{month:%m%Y}/TB-DVCTT"
            people = [
                (
                    unit,
                    int(unit.population * _ADULTS),
                    int(unit.population * _ADULTS * float(level[at]) * (0.6 + 0.4 * done)),
                )
                for at, unit in enumerate(communes())
            ]
            total, adults = sum(users for *_, users in people), sum(count for _, count, _ in people)
            rows.append(_line(USERS, month, int(total / _TWICE), adults, None, letter, sent))
            if not months.old_units(month):
                rows += [
                    _line(USERS, month, users, count, None, letter, sent) | {"cap": "XA", "ma_dia_ban": unit.code, "ten_dia_ban": unit.name}
                    for unit, count, users in people
                ]  # fmt: skip
    return {SO_LIEU: reports.columns(rows)}, {"rows.chinh_thuc": len(rows)}


def _line(
    code: str, month: date, part: int | None, whole: int | None, permille: int | None, letter: str, sent: str
) -> reports.Row:
    """A line for the province."""
    return {
        "ma_chi_tieu": code, "ky_so_lieu": month.isoformat(), "cap": "TINH", "ma_dia_ban": PROVINCE_CODE,
        "ten_dia_ban": PROVINCE_NAME, "tu_so": part, "mau_so": whole, "ty_le_phan_nghin": permille,
        "so_van_ban": letter, "ngay_ky": sent,
    }  # fmt: skip
