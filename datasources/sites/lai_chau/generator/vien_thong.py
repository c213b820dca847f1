"""The telecommunications database (shape S5): monthly totals of all operators by commune.

Owns its table and what goes wrong in it. In May 2025 the fixed subscriptions add up to the published 57,239.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import months, reports
from datasources.sites.lai_chau.generator.databases import Columns, about
from datasources.sites.lai_chau.generator.facts import communes
from datasources.sites.lai_chau.generator.monthly import count, rate, report_table, spoil, walk
from datasources.sites.lai_chau.generator.shares import split

METADATA = sa.MetaData()
PUBLISHED = (date(2025, 5, 1), 57_239)
"""Fixed internet subscriptions of the province (Dân trí, 31 October 2025: figures of May 2025)."""
_A_YEAR = 0.09

THONG_TIN = about(METADATA)
THUE_BAO = report_table(
    METADATA, "thue_bao", count("so_ho"), count("thue_bao_cap_quang"), count("thue_bao_di_dong"),
    count("thue_bao_thong_minh"), count("so_tram"), count("so_tram_5g"),
)  # fmt: skip


def build(first: date, anchor: date, seed: int) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """All rows of months due by `anchor`, and the ledger of errors."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 51])
    level = rate(seed, 52, 0.78, 0.62, 0.12, 0.9)
    homes = households_of(seed)
    subscriptions = {
        month: _subscriptions(month, level, homes, seed) for month in months.reported_months(first, anchor)
    }

    def fill(
        rng: np.random.Generator, month: date, done: float, unit: months.Reporter
    ) -> list[dict[str, Any]]:
        mobile = int(unit.population * rng.uniform(0.74, 0.79))
        sites = max(2, round(unit.population / 250))
        return [{
            "so_ho": homes[months.old_units(month)][unit.code],
            "thue_bao_cap_quang": subscriptions[month][unit.code],
            "thue_bao_di_dong": mobile,
            "thue_bao_thong_minh": int(mobile * (0.7 + 0.12 * done)),
            "so_tram": sites,
            "so_tram_5g": int(sites * 0.06 * done),
        }]  # fmt: skip

    rows = walk(rng, first, anchor, seed, fill)
    # the month that carries a published total stays clean
    clean = [row for row in rows if row["_month"] == PUBLISHED[0]]
    other = [row for row in rows if row["_month"] != PUBLISHED[0]]
    slips = spoil(rng, other, part="thue_bao_cap_quang", whole="so_ho", changed="thue_bao_di_dong")
    rows = clean + other
    return {THUE_BAO: reports.columns(rows)}, slips.ledger("vien_thong", len(rows))


def households_of(seed: int) -> dict[bool, dict[str, int]]:
    """Households of each unit, before the reform (True) and since; each sums to the published total."""
    found: dict[bool, dict[str, int]] = {True: {}, False: {unit.code: unit.households for unit in communes()}}
    for number, commune in enumerate(communes()):
        olds = [unit for unit in months.reporters(True, seed) if unit.commune == number]
        parts = split(commune.households, np.array([float(unit.population) for unit in olds]))
        found[True] |= {unit.code: part for unit, part in zip(olds, parts, strict=True)}
    return found


def _subscriptions(month: date, level: Any, homes: dict[bool, dict[str, int]], seed: int) -> dict[str, int]:
    """Fixed subscriptions by unit: the published total, less or more with the distance from its month."""
    units = months.reporters(months.old_units(month), seed)
    households = homes[months.old_units(month)]
    years = (month - PUBLISHED[0]).days / 365
    total = round(PUBLISHED[1] * (1 + _A_YEAR * max(min(years, 3.0), -3.0)))
    weights = np.array([households[unit.code] * level[unit.commune] for unit in units])
    parts = split(total, weights)
    return {
        unit.code: min(part, households[unit.code]) if month != PUBLISHED[0] else part
        for unit, part in zip(units, parts, strict=True)
    }
