"""The social payment database (shape S6): monthly payments by programme and commune.

Owns its tables and what goes wrong in it. Counts were once typed into a spreadsheet, so one column is
text and one of its numbers is not a number.
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
PROGRAMMES = {
    "BTXH": "Trợ cấp bảo trợ xã hội",
    "NCC": "Ưu đãi người có công",
    "HUU": "Lương hưu, trợ cấp BHXH",
    "BHTN": "Trợ cấp bảo hiểm thất nghiệp",
}
_PEOPLE = {"BTXH": 0.033, "NCC": 0.006, "HUU": 0.017, "BHTN": 0.0016}
_AMOUNT = {"BTXH": 620_000, "NCC": 2_400_000, "HUU": 4_900_000, "BHTN": 3_600_000}

THONG_TIN = about(METADATA)
CHUONG_TRINH = table(METADATA, "dm_chuong_trinh",
                     sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
                     sa.Column("ma_chuong_trinh", sa.String(10), nullable=False),
                     sa.Column("ten_chuong_trinh", sa.String(80), nullable=False))  # fmt: skip
CHI_TRA = table(METADATA, "chi_tra",
                sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                sa.Column("ky_chi_tra", sa.Date, nullable=False),
                sa.Column("ma_xa", sa.String(5), nullable=False),
                sa.Column("ten_xa", sa.String(80), nullable=False),
                sa.Column("chuong_trinh_id", sa.SmallInteger, nullable=False),
                sa.Column("so_doi_tuong", sa.Integer, nullable=False),
                sa.Column("so_co_tai_khoan", sa.String(20), nullable=False),
                sa.Column("luot_chi_qua_tk", sa.Integer, nullable=False),
                sa.Column("luot_chi_tien_mat", sa.Integer, nullable=False),
                sa.Column("so_tien_qua_tk", sa.BigInteger, nullable=False),
                sa.Column("tong_so_tien", sa.BigInteger, nullable=False),
                sa.Column("ngay_bao_cao", sa.DateTime, nullable=False))  # fmt: skip


def build(first: date, anchor: date, seed: int) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """All rows of months due by `anchor`, and the ledger of errors."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 6])
    level = habits(seed)
    remote = np.array([unit.remoteness for unit in communes()])
    weight = {
        "BTXH": 0.8 + 0.6 * remote,
        "NCC": np.ones(len(remote)),
        "HUU": 1.6 - 1.5 * remote,
        "BHTN": 1.5 - 1.3 * remote,
    }
    share = {"BTXH": level.social, "NCC": level.social, "HUU": level.pension, "BHTN": level.pension}
    due = months.reported_months(first, anchor)
    late = months.late_communes(rng, 2)
    rows: list[reports.Row] = []
    for month in due:
        done = months.progress(month, first, anchor)
        for unit in months.reporters(months.old_units(month), seed):
            if month == due[-1] and unit.commune in late:
                continue
            sent = months.sent(month, rng)
            for number, programme in enumerate(PROGRAMMES, start=1):
                expected = unit.population * _PEOPLE[programme] * weight[programme][unit.commune]
                people = max(1, int(expected * rng.uniform(0.97, 1.03) + rng.random()))
                by_account = float(before(share[programme][unit.commune : unit.commune + 1], 0.2, done)[0])
                paid = int(rng.binomial(people, by_account))
                amount = int(people * _AMOUNT[programme] * rng.uniform(0.95, 1.05)) // 1000 * 1000
                with_account = paid + int(rng.binomial(people - paid, 0.3))
                rows.append({
                    "ky_chi_tra": month.isoformat(),
                    "ma_xa": unit.code,
                    "ten_xa": months.spelled(unit.name, month),
                    "chuong_trinh_id": number,
                    "so_doi_tuong": people,
                    "so_co_tai_khoan": str(with_account),
                    "luot_chi_qua_tk": paid,
                    "luot_chi_tien_mat": people - paid,
                    "so_tien_qua_tk": amount * paid // people,
                    "tong_so_tien": amount,
                    "ngay_bao_cao": sent,
                    "_month": month,
                    "_commune": unit.commune,
                })  # fmt: skip
    slips = Slips(rng, len(rows))
    anywhere = np.ones(len(rows), dtype=bool)
    reports.misplace(slips, rows, unknown=4, outdated=3, clashing=5)
    for at in slips.take(2, anywhere, "more_accounts_than_people", RowReason.IMPOSSIBLE):
        rows[at]["so_co_tai_khoan"] = str(rows[at]["so_doi_tuong"] + 7)
    for at in slips.take(1, anywhere, "number_as_words", RowReason.BAD_VALUE):
        rows[at]["so_co_tai_khoan"] = "mười hai"
    for at in slips.take(1, anywhere, "negative_count", RowReason.BELOW_MINIMUM):
        rows[at]["so_tien_qua_tk"] = -rows[at]["so_tien_qua_tk"] - 1
    reports.double(slips, rows, exact=6, again=4, sent="ngay_bao_cao", changed="luot_chi_tien_mat")
    programmes: Columns = {"id": list(range(1, len(PROGRAMMES) + 1)), "ma_chuong_trinh": list(PROGRAMMES),
                           "ten_chuong_trinh": list(PROGRAMMES.values())}  # fmt: skip
    return {CHUONG_TRINH: programmes, CHI_TRA: reports.columns(rows)}, slips.ledger("an_sinh", len(rows))
