"""The changes of villages (shape S19): which village was merged out of which, and what it was called before.

Owns its table. A village keeps its id when it is renamed; one that is made of others gets a new id and names them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import thon_ban, thon_ban_life
from datasources.sites.lai_chau.generator.databases import Columns, about, table
from datasources.sites.lai_chau.generator.facts import communes
from datasources.sites.lai_chau.generator.place_names import names
from datasources.sites.lai_chau.generator.shares import split
from datasources.sites.lai_chau.generator.slips import Slips

METADATA = sa.MetaData()
THONG_TIN = about(METADATA)
BIEN_DONG = table(METADATA, "bien_dong_thon",
                  sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                  sa.Column("ma_bien_dong", sa.String(12), nullable=False),
                  sa.Column("ma_xa", sa.String(5), nullable=False),
                  sa.Column("ten_xa", sa.String(80), nullable=False),
                  sa.Column("loai", sa.String(12), nullable=False),
                  sa.Column("ma_thon_cu", sa.String(12), nullable=False),
                  sa.Column("ten_thon_cu", sa.String(80), nullable=False),
                  sa.Column("so_ho_cu", sa.Integer),
                  sa.Column("ma_thon_moi", sa.String(12), nullable=False),
                  sa.Column("ngay_hieu_luc", sa.Date, nullable=False),
                  sa.Column("van_ban", sa.String(120), nullable=False))  # fmt: skip


def build(first: date, anchor: date, seed: int) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """Every change up to `anchor`, and the ledger of errors."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 43])
    found = thon_ban.drawn(first, anchor, seed)
    merged, renamed = thon_ban_life.changed(found, anchor, seed)
    units = {unit.code: unit for unit in communes()}
    rows: list[dict[str, Any]] = []
    for key, code, village in found:
        if key not in merged and key not in renamed:
            continue
        unit, drawn = units[code], names(rng, units[code].districts)
        day = merged.get(key) or renamed[key]
        count = int(rng.integers(2, 4)) if key in merged else 1
        homes: list[int | None] = (
            [*split(village.households, rng.uniform(0.6, 1.4, count))] if key in merged else [None]
        )
        for number, households in enumerate(homes, start=1):
            former = f"{key}C{number}" if key in merged else key
            rows.append({
                "ma_bien_dong": f"BD{former}", "ma_xa": code, "ten_xa": unit.name,
                "loai": "merge" if key in merged else "rename", "ma_thon_cu": former,
                "ten_thon_cu": f"Bản {next(drawn)[1]}", "so_ho_cu": households, "ma_thon_moi": key,
                "ngay_hieu_luc": day, "van_ban": f"Nghị quyết minh họa {day[:4]}/NQ-HĐND của {unit.name}",
            })  # fmt: skip
    slips = Slips(rng, len(rows))  # too few rows for deliberate errors
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return {BIEN_DONG: {"id": list(range(1, len(rows) + 1)), **columns}}, slips.ledger(
        "bien_dong_thon", len(rows)
    )
