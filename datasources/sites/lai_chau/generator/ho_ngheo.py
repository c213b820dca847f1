"""The poverty database (shape S17): results of the yearly review, each in force for one year.

Owns its table and what goes wrong in it. The results for 2025 were found by the units before the reform and
stayed in force after it.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import months, reports
from datasources.sites.lai_chau.generator.databases import Columns, about, table
from datasources.sites.lai_chau.generator.facts import communes
from datasources.sites.lai_chau.generator.monthly import rate
from datasources.sites.lai_chau.generator.slips import Slips
from datasources.sites.lai_chau.generator.vien_thong import households_of
from ioc.runs import RowReason

METADATA = sa.MetaData()
THONG_TIN = about(METADATA)
RA_SOAT = table(METADATA, "ra_soat_ho_ngheo",
                sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                sa.Column("ma_xa", sa.String(5), nullable=False),
                sa.Column("ten_xa", sa.String(80), nullable=False),
                sa.Column("ap_dung_tu", sa.Date, nullable=False),
                sa.Column("ap_dung_den", sa.Date, nullable=False),
                sa.Column("so_ho", sa.Integer, nullable=False),
                sa.Column("so_ho_ngheo", sa.Integer, nullable=False),
                sa.Column("so_ho_can_ngheo", sa.Integer, nullable=False),
                sa.Column("ngay_quyet_dinh", sa.DateTime, nullable=False))  # fmt: skip


def build(first: date, anchor: date, seed: int) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """The reviews in force from the year of `first` to that of `anchor`, and the ledger of errors."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 173])
    level = _level(seed)
    homes = households_of(seed)
    rows: list[reports.Row] = []
    for year in range(first.year, anchor.year + 1):
        start = date(year, 1, 1)
        for unit in months.reporters(months.old_units(start), seed):
            households = homes[months.old_units(start)][unit.code]
            poor = _poor(households, level[unit.commune], anchor.year - year)
            rows.append({
                "ma_xa": unit.code, "ten_xa": unit.name, "ap_dung_tu": start.isoformat(),
                "ap_dung_den": date(year + 1, 1, 1).isoformat(), "so_ho": households,
                "so_ho_ngheo": poor, "so_ho_can_ngheo": int(poor * 0.35),
                "ngay_quyet_dinh": f"{year - 1}-12-{int(rng.integers(10, 28)):02d} 10:00:00",
                "_month": start, "_commune": unit.commune,
            })  # fmt: skip
    slips = Slips(rng, len(rows))
    anywhere = np.ones(len(rows), dtype=bool)
    copies = [dict(rows[at]) for at in slips.take(1, anywhere, "duplicate_exact", RowReason.DUPLICATE)]
    rows += copies
    return {RA_SOAT: reports.columns(rows)}, slips.ledger("ho_ngheo", len(rows))


def poor_households(anchor: date, seed: int) -> dict[str, int]:
    """Poor households of each present commune by the review in force at `anchor`."""
    before = months.old_units(date(anchor.year, 1, 1))
    homes, level = households_of(seed)[before], _level(seed)
    found = {commune.code: 0 for commune in communes()}
    for unit in months.reporters(before, seed):
        found[communes()[unit.commune].code] += _poor(homes[unit.code], level[unit.commune], 0)
    return found


def _level(seed: int) -> npt.NDArray[np.float64]:
    """The poor among the households of each present commune, in the year of the anchor."""
    return 1 - rate(seed, 174, 0.95, 0.42, 0.45, 0.97)


def _poor(households: int, level: float, years_ago: int) -> int:
    return min(int(households * float(level) * (1 + 0.16 * years_ago)), households)
