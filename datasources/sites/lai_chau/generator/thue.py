"""The tax database (shape S8): electronic tax and cash-register invoices by tax area.

Owns its tables and what goes wrong in it. Tax areas have codes of their own, nested under the former
districts; a table of the tax office says which unit each one is. The codes are invented.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import months, reports
from datasources.sites.lai_chau.generator.databases import Columns, about, table
from datasources.sites.lai_chau.generator.facts import communes
from datasources.sites.lai_chau.generator.habits import before, habits
from datasources.sites.lai_chau.generator.slips import UNKNOWN_UNITS, Slips
from ioc.areas import REFORM
from ioc.runs import RowReason

METADATA = sa.MetaData()
_DISTRICTS = {
    "TPLC": "02",
    "TĐ": "03",
    "MT": "04",
    "SH": "05",
    "PT": "06",
    "TU": "07",
    "TâU": "08",
    "NN": "09",
}
_UNMAPPED, _WRONGLY_MAPPED = "30299001", "30299002"

THONG_TIN = about(METADATA)
DIA_BAN = table(METADATA, "dm_dia_ban_thue",
                sa.Column("ma_dia_ban_thue", sa.String(8), primary_key=True),
                sa.Column("ma_doi_thue", sa.String(5), nullable=False),
                sa.Column("ma_hanh_chinh", sa.String(5), nullable=False),
                sa.Column("ten_hanh_chinh", sa.String(80), nullable=False),
                sa.Column("den_ngay", sa.Date))  # fmt: skip
BAO_CAO = table(METADATA, "bao_cao_thue",
                sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                sa.Column("ma_dia_ban_thue", sa.String(8), nullable=False),
                sa.Column("ky_bao_cao", sa.Date, nullable=False),
                sa.Column("so_nguoi_nop_thue", sa.Integer, nullable=False),
                sa.Column("so_dung_etax", sa.Integer, nullable=False),
                sa.Column("co_so_phai_dung", sa.Integer, nullable=False),
                sa.Column("co_so_da_ket_noi", sa.Integer, nullable=False),
                sa.Column("so_hoa_don", sa.Integer, nullable=False),
                sa.Column("ngay_lap", sa.DateTime, nullable=False))  # fmt: skip


def build(first: date, anchor: date, seed: int) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """All rows of months due by `anchor`, and the ledger of errors."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 8])
    level = habits(seed)
    areas = _areas()
    by_unit = {(row[2], row[4] is not None): row[0] for row in areas}
    rows: list[reports.Row] = []
    for month in months.reported_months(first, anchor):
        done = months.progress(month, first, anchor)
        old = months.old_units(month)
        for unit in months.reporters(old, seed):
            commune = communes()[unit.commune]
            town = 1.7 - 1.3 * commune.remoteness
            payers = max(3, int(unit.population * 0.016 * town * rng.uniform(0.97, 1.03)))
            shops = max(1, int(unit.population * 0.0013 * town * rng.uniform(0.95, 1.05)))
            here = slice(unit.commune, unit.commune + 1)
            # the decree of June 2025 made registers compulsory, so connection jumps then
            connected = before(level.cash_register[here], 0.22 if month >= date(2025, 6, 1) else 0.42, done)
            linked = int(rng.binomial(shops, float(connected[0])))
            rows.append({
                "ma_dia_ban_thue": by_unit[unit.code, old],
                "ky_bao_cao": month.isoformat(),
                "so_nguoi_nop_thue": payers,
                "so_dung_etax": int(rng.binomial(payers, float(before(level.etax[here], 0.24, done)[0]))),
                "co_so_phai_dung": shops,
                "co_so_da_ket_noi": linked,
                "so_hoa_don": int(linked * rng.uniform(240, 420)),
                "ngay_lap": months.sent(month, rng),
                "_month": month,
                "_commune": unit.commune,
            })  # fmt: skip
    slips = Slips(rng, len(rows))
    anywhere = np.ones(len(rows), dtype=bool)
    for at in slips.take(2, anywhere, "unmapped_tax_area", RowReason.MISSING):
        rows[at]["ma_dia_ban_thue"] = _UNMAPPED
    for at in slips.take(1, anywhere, "unknown_code", RowReason.UNKNOWN_CODE):
        rows[at]["ma_dia_ban_thue"] = _WRONGLY_MAPPED
    for at in slips.take(1, anywhere, "more_connected_than_obligated", RowReason.IMPOSSIBLE):
        rows[at]["co_so_da_ket_noi"] = rows[at]["co_so_phai_dung"] + 2
    for at in slips.take(1, anywhere, "negative_count", RowReason.BELOW_MINIMUM):
        rows[at]["so_hoa_don"] = -rows[at]["so_hoa_don"] - 1
    reports.double(slips, rows, exact=2, again=1, sent="ngay_lap", changed="so_hoa_don")
    names = ("ma_dia_ban_thue", "ma_doi_thue", "ma_hanh_chinh", "ten_hanh_chinh", "den_ngay")
    lists: Columns = dict(zip(names, (list(column) for column in zip(*areas, strict=True)), strict=True))
    return {DIA_BAN: lists, BAO_CAO: reports.columns(rows)}, slips.ledger("thue", len(rows))


def _areas() -> list[tuple[str, str, str, str, str | None]]:
    """Tax areas: code, tax team, unit's code and name, and until when (None: still in use)."""
    found: list[tuple[str, str, str, str, str | None]] = []
    serial = dict.fromkeys(_DISTRICTS, 0)
    for unit in communes():
        district = unit.districts[0]
        team = f"302{_DISTRICTS[district]}"
        for code, name, until in [
            *((old.code, old.name, REFORM.isoformat()) for old in unit.old),
            (unit.code, unit.name, None),
        ]:
            serial[district] += 1
            found.append((f"{team}{serial[district]:03d}", team, code, name, until))
    code, name = UNKNOWN_UNITS[0]
    return [*found, (_WRONGLY_MAPPED, "30299", code, name, None)]
