"""The identity database (shape S9): monthly police reports of cards and electronic identity by commune.

Owns its tables and what goes wrong in it. Each month is one signed letter; populations of the register
add up to the published total.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import months, reports
from datasources.sites.lai_chau.generator.databases import Columns, about, table
from datasources.sites.lai_chau.generator.facts import communes
from datasources.sites.lai_chau.generator.habits import before, habits
from datasources.sites.lai_chau.generator.slips import Slips
from ioc.runs import RowReason

METADATA = sa.MetaData()
_FOURTEEN = 0.705
"""Part of the population aged 14 and over."""

THONG_TIN = about(METADATA)
DAN_CU = table(METADATA, "dm_dan_cu",
               sa.Column("ma_xa", sa.String(5), primary_key=True),
               sa.Column("ten_xa", sa.String(80), nullable=False),
               sa.Column("dan_so", sa.Integer, nullable=False))  # fmt: skip
VAN_BAN = table(METADATA, "van_ban",
                sa.Column("so_van_ban", sa.String(40), primary_key=True),
                sa.Column("ky_bao_cao", sa.Date, nullable=False),
                sa.Column("ngay_ky", sa.DateTime, nullable=False))  # fmt: skip
BAO_CAO = table(METADATA, "bao_cao",
                sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                sa.Column("so_van_ban", sa.String(40), nullable=False),
                sa.Column("ky_bao_cao", sa.Date, nullable=False),
                sa.Column("ma_xa", sa.String(5), nullable=False),
                sa.Column("ten_xa", sa.String(80), nullable=False),
                sa.Column("dan_so", sa.Integer, nullable=False),
                sa.Column("dan_so_tu_14", sa.Integer, nullable=False),
                sa.Column("so_da_cap_can_cuoc", sa.Integer, nullable=False),
                sa.Column("so_dang_ky_dinh_danh", sa.Integer, nullable=False),
                sa.Column("so_kich_hoat_dinh_danh", sa.Integer, nullable=False))  # fmt: skip


def build(first: date, anchor: date, seed: int) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """All rows of months due by `anchor`, and the ledger of errors."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 9])
    level = habits(seed)
    due = months.reported_months(first, anchor)
    late = months.late_communes(rng, 2)
    pace = rng.uniform(0.92, 1.08, len(communes()))
    letters: dict[str, tuple[str, str]] = {}
    rows: list[reports.Row] = []
    for month in due:
        done = months.progress(month, first, anchor)
        letter = f"{month:%m%Y}/BC-CAT"
        letters[letter] = (month.isoformat(), months.sent(month, rng))
        activated = before(level.eid, 0.2, np.minimum(done * pace, 1.0))
        issued = before(level.id_card, 0.04, done)
        for unit in months.reporters(months.old_units(month), seed):
            if month == due[-1] and unit.commune in late:
                continue
            adults = int(unit.population * _FOURTEEN)
            active = int(adults * activated[unit.commune])
            rows.append({
                "so_van_ban": letter,
                "ky_bao_cao": month.isoformat(),
                "ma_xa": unit.code,
                "ten_xa": unit.name,
                "dan_so": unit.population,
                "dan_so_tu_14": adults,
                "so_da_cap_can_cuoc": int(adults * issued[unit.commune]),
                "so_dang_ky_dinh_danh": active + int((adults - active) * 0.35),
                "so_kich_hoat_dinh_danh": active,
                "_month": month,
                "_commune": unit.commune,
            })  # fmt: skip
    slips = Slips(rng, len(rows))
    anywhere = np.ones(len(rows), dtype=bool)
    reports.misplace(slips, rows, unknown=1, outdated=2, clashing=2)
    for at in slips.take(1, anywhere, "more_active_than_registered", RowReason.IMPOSSIBLE):
        rows[at]["so_kich_hoat_dinh_danh"] = rows[at]["so_dang_ky_dinh_danh"] + 25
    _send_again(slips, rows, letters)
    lists: dict[sa.Table, Columns] = {
        DAN_CU: {"ma_xa": [unit.code for unit in communes()], "ten_xa": [unit.name for unit in communes()],
                 "dan_so": [unit.population for unit in communes()]},
        VAN_BAN: {"so_van_ban": list(letters), "ky_bao_cao": [month for month, _ in letters.values()],
                  "ngay_ky": [signed for _, signed in letters.values()]},
    }  # fmt: skip
    return {**lists, BAO_CAO: reports.columns(rows)}, slips.ledger("dinh_danh", len(rows))


def _send_again(slips: Slips, rows: list[reports.Row], letters: dict[str, tuple[str, str]]) -> None:
    """Two lines entered twice, and two corrected: the earlier letter holds an older figure."""
    anywhere = np.ones(len(rows), dtype=bool)
    copies = [dict(rows[at]) for at in slips.take(2, anywhere, "duplicate_exact", RowReason.DUPLICATE)]
    for at in slips.take(2, anywhere, "duplicate_resubmitted", RowReason.DUPLICATE):
        month, signed = letters[rows[at]["so_van_ban"]]
        draft = f"{rows[at]['so_van_ban']}-sửa"
        letters[draft] = (month, months.sent_earlier(signed))
        copies.append(
            {**rows[at], "so_van_ban": draft, "so_da_cap_can_cuoc": rows[at]["so_da_cap_can_cuoc"] - 1}
        )
    rows += copies
