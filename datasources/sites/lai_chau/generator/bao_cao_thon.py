"""What operators report of the villages (shape S4): five telecom operators and the power company, each its own word.

Owns its table, who reports what, and where their words differ from the register's survey and from each other. Most
agree; the others are there because in reality they are.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import thon_ban
from datasources.sites.lai_chau.generator.databases import Columns, about, table
from datasources.sites.lai_chau.generator.facts import communes
from datasources.sites.lai_chau.generator.slips import UNKNOWN_UNITS, Slips
from ioc.runs import RowReason

METADATA = sa.MetaData()
THONG_TIN = about(METADATA)
BAO_CAO = table(METADATA, "bao_cao_thon",
                sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                sa.Column("ma_bao_cao", sa.String(40), nullable=False),
                sa.Column("ma_thon", sa.String(12), nullable=False),
                sa.Column("ten_thon", sa.String(80), nullable=False),
                sa.Column("ma_xa", sa.String(5), nullable=False),
                sa.Column("ten_xa", sa.String(80), nullable=False),
                sa.Column("don_vi", sa.String(20), nullable=False),
                sa.Column("noi_dung", sa.String(12), nullable=False),
                sa.Column("trang_thai", sa.String(12), nullable=False),
                sa.Column("ngay_bao_cao", sa.Date, nullable=False),
                sa.Column("van_ban", sa.String(120), nullable=False))  # fmt: skip
TELECOM = {"viettel": "Viettel Lai Châu", "vnpt": "VNPT Lai Châu", "mobifone": "MobiFone Lai Châu",
           "vietnamobile": "Vietnamobile", "gmobile": "Gmobile"}  # fmt: skip
POWER = {"dien_luc": "Công ty Điện lực Lai Châu"}
_STATES = ("covered", "weak", "none")
_DIFFER = {"mobile": 26, "fibre": 9, "grid": 3}
"""Villages of which a report says something else than the survey, by subject."""


def build(first: date, anchor: date, seed: int) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """The latest report of every operator on every village it knows, and the ledger of errors."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 44])
    found = thon_ban.drawn(first, anchor, seed)
    names = {unit.code: unit.name for unit in communes()}
    sent = {who: anchor - timedelta(days=int(rng.integers(4, 60))) for who in sorted({**TELECOM, **POWER})}
    differ = {
        subject: {str(key) for key in rng.choice(_may_differ(found, subject), count, replace=False)}
        for subject, count in _DIFFER.items()
    }
    rows: list[dict[str, Any]] = []
    for key, code, village in found:
        for who, subject, state in _words(rng, key, village, differ):
            rows.append({
                "ma_bao_cao": f"{who}-{subject}-{key}", "ma_thon": key, "ten_thon": village.name, "ma_xa": code,
                "ten_xa": names[code], "don_vi": who, "noi_dung": subject, "trang_thai": state,
                "ngay_bao_cao": sent[who].isoformat(),
                "van_ban": f"Báo cáo minh họa của {({**TELECOM, **POWER})[who]}, {sent[who]:%d/%m/%Y}",
            })  # fmt: skip
    slips = Slips(rng, len(rows))
    anywhere = np.ones(len(rows), dtype=bool)
    for number, at in enumerate(slips.take(3, anywhere, "unknown_code", RowReason.UNKNOWN_CODE)):
        rows[at]["ma_xa"], rows[at]["ten_xa"] = UNKNOWN_UNITS[number % len(UNKNOWN_UNITS)]
    rows += [dict(rows[at]) for at in slips.take(4, anywhere, "duplicate_exact", RowReason.DUPLICATE)]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return {BAO_CAO: {"id": list(range(1, len(rows) + 1)), **columns}}, slips.ledger(
        "bao_cao_thon", len(rows)
    )


def _may_differ(found: list[thon_ban.Found], subject: str) -> list[str]:
    """Disputes are about villages at the edge: weakly covered, newly connected, or without."""
    if subject == "mobile":
        return [key for key, _, village in found if village.stable is None]
    if subject == "fibre":
        return [key for key, _, village in found if village.cable is None and village.signal is not None]
    return [key for key, _, village in found if village.signal is None]


def _words(
    rng: np.random.Generator, key: str, village: thon_ban.Village, differ: dict[str, set[str]]
) -> list[tuple[str, str, str]]:
    """(operator, subject, state) of one village; where words differ, only one of the operators says otherwise."""
    signal = "none" if village.signal is None else "weak" if village.stable is None else "covered"
    operators = list(TELECOM)
    count = 5 if key in differ["mobile"] else 1 + int(rng.integers(0, 3))
    chosen = [operators[int(at)] for at in sorted(rng.permutation(len(operators))[:count])]
    said = [(who, "mobile", signal) for who in chosen]
    if key in differ["mobile"]:
        other = _STATES[max(0, _STATES.index(signal) - 1)]
        said[0] = (said[0][0], "mobile", other)
    cable = "0" if village.cable is None else "1"
    said.append((operators[int(rng.integers(0, 2))], "fibre", cable))
    if key in differ["fibre"]:
        said.append(("mobifone", "fibre", "1"))
    grid = "0" if village.grid is None else "1"
    said.append(("dien_luc", "grid", grid))
    if key in differ["grid"]:
        said.append(("viettel", "grid", "1" if grid == "0" else "0"))
    return said
