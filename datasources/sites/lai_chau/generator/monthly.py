"""Monthly reports that every unit sends alike: one row a unit and month, and what goes wrong with such rows.

Owns the walk over months and units and the columns all these reports have. What is reported stands in the
module of each source.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import months, reports
from datasources.sites.lai_chau.generator.databases import table
from datasources.sites.lai_chau.generator.facts import PROVINCE_CODE, PROVINCE_NAME, communes
from datasources.sites.lai_chau.generator.months import Reporter
from datasources.sites.lai_chau.generator.slips import Slips
from ioc.runs import RowReason

Fill = Callable[[np.random.Generator, date, float, Reporter], Sequence[dict[str, Any]]]
"""The rows of one unit and month, without the columns that all reports have; the number is progress, 0 to 1."""
DEPARTMENTS = {
    "VP-UBND": "Văn phòng UBND tỉnh", "CA": "Công an tỉnh", "KHCN": "Sở Khoa học và Công nghệ",
    "TC": "Sở Tài chính", "NV": "Sở Nội vụ", "NNMT": "Sở Nông nghiệp và Môi trường", "XD": "Sở Xây dựng",
    "CT": "Sở Công Thương", "GDDT": "Sở Giáo dục và Đào tạo", "YT": "Sở Y tế", "TP": "Sở Tư pháp",
    "VHTTDL": "Sở Văn hóa, Thể thao và Du lịch", "DTTG": "Sở Dân tộc và Tôn giáo", "THUE": "Thuế tỉnh Lai Châu",
}  # fmt: skip
"""Departments that report beside the communes, by a short code."""


def report_table(metadata: sa.MetaData, name: str, *own: sa.Column[Any]) -> sa.Table:
    """A table of reports: the columns all of them have, with the report's `own` between."""
    return table(metadata, name,
                 sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                 sa.Column("ky_bao_cao", sa.Date, nullable=False),
                 sa.Column("ma_xa", sa.String(5), nullable=False),
                 sa.Column("ten_xa", sa.String(80), nullable=False),
                 *own,
                 sa.Column("ngay_gui", sa.DateTime, nullable=False))  # fmt: skip


def count(name: str) -> sa.Column[Any]:
    """A column that holds a count or an amount."""
    return sa.Column(name, sa.BigInteger, nullable=False)


def rate(
    seed: int, salt: int, base: float, by_remoteness: float, low: float, high: float
) -> npt.NDArray[np.float64]:
    """A level at the anchor for each present commune, falling with remoteness."""
    rng = np.random.default_rng([seed, salt])
    remote = np.array([unit.remoteness for unit in communes()])
    return np.clip(base - by_remoteness * remote + rng.uniform(-0.05, 0.05, len(remote)), low, high)


def walk(
    rng: np.random.Generator, first: date, anchor: date, seed: int, fill: Fill, late: int = 0
) -> list[reports.Row]:
    """The rows of every month due by `anchor`, by the units of that time; `late` communes miss the newest."""
    due = months.reported_months(first, anchor)
    missing = months.late_communes(rng, late) if late else frozenset()
    rows: list[reports.Row] = []
    for month in due:
        done = months.progress(month, first, anchor)
        for unit in months.reporters(months.old_units(month), seed):
            if month == due[-1] and unit.commune in missing:
                continue
            sent = months.sent(month, rng)
            rows += [
                _row(month, unit.code, unit.name, sent) | own | {"_commune": unit.commune}
                for own in fill(rng, month, done, unit)
            ]
    return rows


def of_departments(
    rng: np.random.Generator,
    first: date,
    anchor: date,
    own: Callable[[date, float, str], dict[str, Any] | None],
) -> list[reports.Row]:
    """The rows of the departments for the same months; `own` answers None for one that does not report."""
    rows = []
    for month in months.reported_months(first, anchor):
        done = months.progress(month, first, anchor)
        for code in DEPARTMENTS:
            found = own(month, done, code)
            if found is not None:
                place = _row(month, PROVINCE_CODE, PROVINCE_NAME, months.sent(month, rng))
                rows.append(place | found | {"_commune": 0})
    return rows


def _row(month: date, code: str, name: str, sent: str) -> reports.Row:
    return {"ky_bao_cao": month.isoformat(), "ma_xa": code, "ten_xa": name, "ngay_gui": sent, "_month": month}


def spoil(
    rng: np.random.Generator, rows: list[reports.Row], *, part: str, whole: str, changed: str,
    unknown: int = 1, outdated: int = 2, clashing: int = 2, exact: int = 2, again: int = 1,
) -> Slips:  # fmt: skip
    """Spoil rows of communes: misplaced, a part above its whole, entered twice, replaced by a later version."""
    slips = Slips(rng, len(rows))
    reports.misplace(slips, rows, unknown=unknown, outdated=outdated, clashing=clashing)
    anywhere = np.ones(len(rows), dtype=bool)
    for at in slips.take(1, anywhere, "part_above_whole", RowReason.IMPOSSIBLE):
        rows[at][part] = rows[at][whole] + 9
    reports.double(slips, rows, exact=exact, again=again, sent="ngay_gui", changed=changed)
    return slips
