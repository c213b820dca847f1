"""Generator of Lai Châu's demonstration sources: twenty-three databases, each in the style of the system it imitates.

"Dữ liệu minh họa, không phải số liệu chính thức": only totals are published figures, every row is
invented. The same seed and anchor date give the same rows on SQLite, PostgreSQL and MariaDB. Deliberate
errors, with exact numbers in the ledger that `generate` returns and in table ``thong_tin``:

=====================================  ===================================================  =============
error                                  where                                                row reason
=====================================  ===================================================  =============
code that never existed                all with more than 500 rows but to_so                unknown_code
old unit on a row after the reform     mot_cua, an_sinh, thanh_toan, dinh_danh, monthly     wrong_vintage
old name on a code that is another     the same, pakn                                       name_mismatch
new name on a row before the reform    mot_cua                                              name_mismatch
row entered twice                      all but mo_hinh, an_toan, chinh_thuc,                duplicate
                                       bien_dong_thon, trung_tam
row replaced by a later version        the six oldest, monthly                              duplicate
part greater than its whole            an_sinh, thanh_toan, thue, dinh_danh, monthly,       impossible
                                       giao_duc
number written in words                an_sinh                                              bad_value
negative count                         an_sinh, thue                                        below_minimum
tax area in no table                   thue                                                 missing
dossier entered a month late           mot_cua                                              (sound)
newest month not yet sent              an_sinh, dinh_danh, lam_sach (2 communes),           (no row)
                                       thanh_toan, y_te, van_ban (1)
other spelling of a name               an_sinh                                              (sound)
=====================================  ===================================================  =============

"monthly" are the reports made by `monthly`: hai_long, vien_thong, y_te, van_ban, lam_sach, ngan_sach.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from datasources.sites.lai_chau.generator import (
    an_sinh,
    an_toan,
    bao_cao_thon,
    bien_dong_thon,
    chinh_thuc,
    diem_766,
    dinh_danh,
    giao_duc,
    hai_long,
    ho_ngheo,
    lam_sach,
    mo_hinh,
    mot_cua,
    mot_cua_tables,
    ngan_sach,
    nhiem_vu,
    pakn,
    thanh_toan,
    thon_ban,
    thue,
    to_so,
    trung_tam,
    van_ban,
    vien_thong,
    y_te,
)
from datasources.sites.lai_chau.generator.databases import (
    NOTICE,
    Columns,
    NotADemonstration,
    fill,
    marked,
    recreate,
)
from datasources.sites.lai_chau.generator.feeder import feed
from ioc.periods import Period

__all__ = [
    "MONTHS",
    "NOTICE",
    "SOURCES",
    "NotADemonstration",
    "default_urls",
    "feed",
    "generate",
    "generated_for",
    "score_files",
]

MONTHS = 24
"""Months of history, the open one included."""
_Build = Callable[[date, date, int], tuple[dict[sa.Table, Columns], dict[str, int]]]
_REPORTS: dict[str, tuple[sa.MetaData, _Build]] = {
    "thon_ban": (thon_ban.METADATA, thon_ban.build),
    "bien_dong_thon": (bien_dong_thon.METADATA, bien_dong_thon.build),
    "bao_cao_thon": (bao_cao_thon.METADATA, bao_cao_thon.build),
    "an_sinh": (an_sinh.METADATA, an_sinh.build),
    "thanh_toan": (thanh_toan.METADATA, thanh_toan.build),
    "thue": (thue.METADATA, thue.build),
    "dinh_danh": (dinh_danh.METADATA, dinh_danh.build),
    "pakn": (pakn.METADATA, pakn.build),
    "hai_long": (hai_long.METADATA, hai_long.build),
    "vien_thong": (vien_thong.METADATA, vien_thong.build),
    "y_te": (y_te.METADATA, y_te.build),
    "giao_duc": (giao_duc.METADATA, giao_duc.build),
    "van_ban": (van_ban.METADATA, van_ban.build),
    "nhiem_vu": (nhiem_vu.METADATA, nhiem_vu.build),
    "mo_hinh": (mo_hinh.METADATA, mo_hinh.build),
    "lam_sach": (lam_sach.METADATA, lam_sach.build),
    "ngan_sach": (ngan_sach.METADATA, ngan_sach.build),
    "ho_ngheo": (ho_ngheo.METADATA, ho_ngheo.build),
    "an_toan": (an_toan.METADATA, an_toan.build),
    "to_so": (to_so.METADATA, to_so.build),
    "chinh_thuc": (chinh_thuc.METADATA, chinh_thuc.build),
    "trung_tam": (trung_tam.METADATA, trung_tam.build),
}
SOURCES = ("mot_cua", *_REPORTS)


def generate(urls: Mapping[str, str], anchor: date, seed: int = 2026, volume: float = 1.0) -> dict[str, int]:
    """Fill the databases of `urls` (source id to SQLAlchemy URL) with history up to midnight of `anchor`.

    Drops and recreates its own tables, never those of a database that it did not make (then raises
    NotADemonstration). `volume` scales the number of dossiers. Returns the ledger: rows.<source>,
    dirt.<source>.<row reason>, detail.<source>.<kind of error>. Raises KeyError for an unknown source.
    """
    first = history_start(anchor)
    ledger: dict[str, int] = {}
    for source, url in urls.items():
        if source == "mot_cua":
            metadata, (tables, counts) = mot_cua_tables.METADATA, mot_cua.build(first, anchor, seed, volume)
        else:
            metadata, build = _REPORTS[source]
            tables, counts = build(first, anchor, seed)
        facts = {
            "nguon": source,
            "neo": anchor.isoformat(),
            "hat_giong": str(seed),
            "tu_ngay": first.isoformat(),
            "khoi_luong": repr(volume),
            "nap_den": f"{anchor.isoformat()} 00:00:00",
        }
        recreate(url, metadata, facts)
        fill(url, tables, {key: str(count) for key, count in counts.items()})
        ledger |= counts
    return ledger


def history_start(anchor: date) -> date:
    """First day of history: of the month 23 months before that of `anchor`."""
    period = Period.containing(anchor)
    for _ in range(MONTHS - 1):
        period = period.previous()
    return period.first


def generated_for(url: str) -> date | None:
    """The anchor a database was generated for; None when it is absent, unfinished or not ours."""
    found = marked(url).get("neo")
    return date.fromisoformat(found) if found else None


def score_files(folder: Path, today: date) -> list[tuple[str, Path, str]]:
    """The files of official scores handed in by `today`, written where they are not yet: index, file, document."""
    path = folder / diem_766.file_name(today)
    if not path.exists():
        diem_766.write_scores(folder, today)
    return [("qd766", path, diem_766.DOCUMENT)]


def default_urls(data: Path) -> dict[str, str]:
    """The SQLite files under the data folder, as the source descriptions name them."""
    return {source: f"sqlite:///{data.resolve()}/sources/{source}.db" for source in SOURCES}
