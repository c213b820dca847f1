"""The education database (shape S11): electronic school reports by school, settled twice a school year.

Owns its tables, the schools and what goes wrong in it. A settlement holds until the next one.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import months, reports
from datasources.sites.lai_chau.generator.databases import Columns, about, table
from datasources.sites.lai_chau.generator.facts import communes
from datasources.sites.lai_chau.generator.monthly import rate
from datasources.sites.lai_chau.generator.slips import UNKNOWN_UNITS, Slips
from ioc.runs import RowReason

METADATA = sa.MetaData()
_KINDS = {"TH": ("Trường PTDTBT Tiểu học", 0.105), "CS": ("Trường PTDTBT Trung học cơ sở", 0.07)}
"""Schools of every old unit, with the share of its people who are their pupils."""
_SETTLED = ((1, 15), (6, 15))

THONG_TIN = about(METADATA)
TRUONG = table(METADATA, "dm_truong",
               sa.Column("ma_truong", sa.String(12), primary_key=True),
               sa.Column("ten_truong", sa.String(120), nullable=False),
               sa.Column("cap_hoc", sa.String(4), nullable=False))  # fmt: skip
HOC_BA = table(METADATA, "chot_hoc_ba",
               sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
               sa.Column("ma_truong", sa.String(12), nullable=False),
               sa.Column("nam_hoc", sa.String(9), nullable=False),
               sa.Column("ma_xa", sa.String(5), nullable=False),
               sa.Column("ten_xa", sa.String(80), nullable=False),
               sa.Column("ngay_chot", sa.Date, nullable=False),
               sa.Column("chot_ke_tiep", sa.Date, nullable=False),
               sa.Column("so_hoc_sinh", sa.Integer, nullable=False),
               sa.Column("so_hoc_ba_so", sa.Integer, nullable=False),
               sa.Column("so_da_ky_so", sa.Integer, nullable=False),
               sa.Column("ngay_gui", sa.DateTime, nullable=False))  # fmt: skip


def build(first: date, anchor: date, seed: int) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """The settlements that hold at some time of the history, and the ledger of errors."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 111])
    level = rate(seed, 112, 0.99, 0.3, 0.5, 0.995)
    days = [date(year, *day) for year in range(first.year - 1, anchor.year + 2) for day in _SETTLED]
    held = [(day, after) for day, after in pairwise(days) if after > first and day < anchor]
    olds = list(months.reporters(True, seed))
    rows: list[reports.Row] = []
    schools: dict[str, tuple[str, str]] = {}
    for number, (day, after) in enumerate(held):
        behind = 0.16 * (len(held) - 1 - number)
        for old in olds:
            commune = communes()[old.commune]
            code, name = (old.code, old.name) if months.old_units(day) else (commune.code, commune.name)
            for kind, (title, share) in _KINDS.items():
                key = f"{kind}{old.code}"
                schools[key] = (f"{title} {old.name.split(' ', 1)[1]}", kind)
                pupils = max(20, int(old.population * share))
                made = int(pupils * float(np.clip(level[old.commune] + 0.05 - behind * 0.6, 0.05, 1.0)))
                signed = int(made * float(np.clip(level[old.commune] - behind * 0.5, 0.1, 1.0)))
                rows.append({
                    "ma_truong": key, "nam_hoc": f"{day.year - 1}-{day.year}", "ma_xa": code, "ten_xa": name,
                    "ngay_chot": day.isoformat(), "chot_ke_tiep": after.isoformat(), "so_hoc_sinh": pupils,
                    "so_hoc_ba_so": made, "so_da_ky_so": signed,
                    "ngay_gui": f"{day.isoformat()} {8 + int(rng.integers(0, 8)):02d}:30:00",
                    "_month": day, "_commune": old.commune,
                })  # fmt: skip
    slips = Slips(rng, len(rows))
    anywhere = np.ones(len(rows), dtype=bool)
    for at in slips.take(2, anywhere, "unknown_code", RowReason.UNKNOWN_CODE):
        rows[at]["ma_xa"], rows[at]["ten_xa"] = UNKNOWN_UNITS[0]
    for at in slips.take(1, anywhere, "more_signed_than_made", RowReason.IMPOSSIBLE):
        rows[at]["so_da_ky_so"] = rows[at]["so_hoc_ba_so"] + 5
    rows += [dict(rows[at]) for at in slips.take(3, anywhere, "duplicate_exact", RowReason.DUPLICATE)]
    lists: Columns = {"ma_truong": list(schools), "ten_truong": [name for name, _ in schools.values()],
                      "cap_hoc": [kind for _, kind in schools.values()]}  # fmt: skip
    return {TRUONG: lists, HOC_BA: reports.columns(rows)}, slips.ledger("giao_duc", len(rows))
