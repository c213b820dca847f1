"""Tables of the one-stop system (shape S1) and the contents of its lookup tables.

Owns table and column names in the style of the real system, and the numbering of places: present units,
the province, old units, and entries that never existed. Draws nothing.
"""

from __future__ import annotations

from functools import cache

import sqlalchemy as sa

from datasources.sites.lai_chau.generator import procedures
from datasources.sites.lai_chau.generator.databases import Columns, about, table
from datasources.sites.lai_chau.generator.facts import PROVINCE_CODE, PROVINCE_NAME, OldUnit, communes
from datasources.sites.lai_chau.generator.slips import UNKNOWN_UNITS
from ioc.areas import REFORM

METADATA = sa.MetaData()
NEW, WORKING, DONE, REPLACED = 1, 2, 4, 5
STATES = {NEW: "Mới tiếp nhận", WORKING: "Đang giải quyết", 3: "Chờ trả kết quả", DONE: "Đã trả kết quả",
          REPLACED: "Đã thay thế (nộp lại)"}  # fmt: skip
PROVINCE_PLACE, OLD_PLACES, UNKNOWN_PLACES = 39, 101, 901
"""First entries of dm_dia_ban for the province, for old units and for places that never were."""

THONG_TIN = about(METADATA)
LINH_VUC = table(METADATA, "dm_linh_vuc",
                 sa.Column("ma_linh_vuc", sa.String(10), primary_key=True),
                 sa.Column("ten_linh_vuc", sa.String(120), nullable=False))  # fmt: skip
MUC_DO = table(METADATA, "dm_muc_do",
               sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
               sa.Column("ma_muc_do", sa.String(10), nullable=False),
               sa.Column("ten_muc_do", sa.String(60), nullable=False))  # fmt: skip
KENH = table(METADATA, "dm_kenh_tiep_nhan",
             sa.Column("ma_kenh", sa.SmallInteger, primary_key=True, autoincrement=False),
             sa.Column("ten_kenh", sa.String(60), nullable=False))  # fmt: skip
TRANG_THAI = table(METADATA, "dm_trang_thai",
                   sa.Column("ma_trang_thai", sa.SmallInteger, primary_key=True, autoincrement=False),
                   sa.Column("ten_trang_thai", sa.String(60), nullable=False))  # fmt: skip
THU_TUC = table(METADATA, "dm_thu_tuc",
                sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                sa.Column("ma_thu_tuc", sa.String(20), nullable=False),
                sa.Column("ten_thu_tuc", sa.String(200), nullable=False),
                sa.Column("ma_linh_vuc", sa.String(10), nullable=False),
                sa.Column("muc_do_id", sa.SmallInteger, nullable=False),
                sa.Column("thiet_yeu", sa.SmallInteger, nullable=False),
                sa.Column("co_ket_qua", sa.SmallInteger, nullable=False),
                sa.Column("so_ngay_giai_quyet", sa.SmallInteger, nullable=False),
                sa.Column("le_phi", sa.Integer, nullable=False))  # fmt: skip
DON_VI = table(METADATA, "dm_don_vi",
               sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
               sa.Column("ma_don_vi", sa.String(20), nullable=False),
               sa.Column("ten_don_vi", sa.String(160), nullable=False),
               sa.Column("cap", sa.String(4), nullable=False))  # fmt: skip
DIA_BAN = table(METADATA, "dm_dia_ban",
                sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                sa.Column("ma_xa", sa.String(5), nullable=False),
                sa.Column("ten_xa", sa.String(80), nullable=False),
                sa.Column("tu_ngay", sa.Date),
                sa.Column("den_ngay", sa.Date))  # fmt: skip
HO_SO = table(METADATA, "ho_so",
              sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True,
                        autoincrement=False),
              sa.Column("ma_ho_so", sa.String(24), nullable=False),
              sa.Column("thu_tuc_id", sa.Integer, nullable=False),
              sa.Column("don_vi_id", sa.Integer, nullable=False),
              sa.Column("dia_ban_id", sa.Integer, nullable=False),
              sa.Column("kenh_tiep_nhan", sa.SmallInteger, nullable=False),
              sa.Column("ngay_tiep_nhan", sa.DateTime, nullable=False),
              sa.Column("ngay_hen_tra", sa.DateTime, nullable=False),
              sa.Column("nhac_han_tu", sa.DateTime, nullable=False),
              sa.Column("ngay_tra_ket_qua", sa.DateTime),
              sa.Column("trang_thai", sa.SmallInteger, nullable=False),
              sa.Column("le_phi", sa.Integer, nullable=False),
              sa.Column("thanh_toan_truc_tuyen", sa.SmallInteger, nullable=False),
              sa.Column("so_hoa_dau_vao", sa.SmallInteger, nullable=False),
              sa.Column("ket_qua_dien_tu", sa.SmallInteger, nullable=False),
              sa.Column("tai_su_dung", sa.SmallInteger, nullable=False),
              sa.Column("cap_nhat_luc", sa.DateTime, nullable=False),
              sa.Index("ho_so_cap_nhat", "cap_nhat_luc"),
              sa.Index("ho_so_trang_thai", "trang_thai"))  # fmt: skip


@cache
def old_places() -> dict[int, OldUnit]:
    """Entries of dm_dia_ban for the units before the reform, in the order of their successors."""
    return dict(enumerate((old for commune in communes() for old in commune.old), start=OLD_PLACES))


@cache
def centres() -> tuple[tuple[str, str, str, str | None], ...]:
    """The service centres as (code, name, level, commune's code): one of every commune, then the province's."""
    centre = "Trung tâm Phục vụ hành chính công"
    return (
        *((f"PVHCC-{one.code}", f"{centre} {one.name[0].lower()}{one.name[1:]}", "XA", one.code) for one in communes()),
        ("PVHCC-TINH", f"{centre} tỉnh Lai Châu", "TINH", None),
    )  # fmt: skip


def lookups() -> dict[sa.Table, Columns]:
    """Contents of all lookup tables."""
    units = communes()
    catalogue = procedures.PROCEDURES
    reform = REFORM.isoformat()
    places: list[tuple[int, str, str, str | None, str | None]] = [
        *((number, unit.code, unit.name, reform, None) for number, unit in enumerate(units, start=1)),
        (PROVINCE_PLACE, PROVINCE_CODE, PROVINCE_NAME, None, None),
        *((key, old.code, old.name, None, reform) for key, old in old_places().items()),
        *(
            (key, code, name, None, None)
            for key, (code, name) in enumerate(UNKNOWN_UNITS, start=UNKNOWN_PLACES)
        ),
    ]
    ids, codes, names, starts, ends = (list(column) for column in zip(*places, strict=True))
    return {
        LINH_VUC: {"ma_linh_vuc": list(procedures.FIELDS), "ten_linh_vuc": list(procedures.FIELDS.values())},
        MUC_DO: {"id": [0, 1, 2], "ma_muc_do": list(procedures.LEVELS),
                 "ten_muc_do": ["Toàn trình", "Một phần", "Chưa trực tuyến"]},
        KENH: {"ma_kenh": [1, 2, 3], "ten_kenh": ["Trực tiếp", "Trực tuyến", "Bưu chính công ích"]},
        TRANG_THAI: {"ma_trang_thai": list(STATES), "ten_trang_thai": list(STATES.values())},
        THU_TUC: {
            "id": list(range(1, len(catalogue) + 1)),
            "ma_thu_tuc": [f"MH.{number:06d}" for number in range(1, len(catalogue) + 1)],
            "ten_thu_tuc": [item.name for item in catalogue],
            "ma_linh_vuc": [item.field for item in catalogue],
            "muc_do_id": [item.level for item in catalogue],
            "thiet_yeu": [int(item.essential) for item in catalogue],
            "co_ket_qua": [int(item.result) for item in catalogue],
            "so_ngay_giai_quyet": [item.days for item in catalogue],
            "le_phi": [item.fee for item in catalogue],
        },
        DON_VI: {
            "id": list(range(1, len(centres()) + 1)),
            "ma_don_vi": [code for code, *_ in centres()],
            "ten_don_vi": [name for _, name, *_ in centres()],
            "cap": [level for _, _, level, _ in centres()],
        },
        DIA_BAN: {"id": ids, "ma_xa": codes, "ten_xa": names, "tu_ngay": starts, "den_ngay": ends},
    }  # fmt: skip
