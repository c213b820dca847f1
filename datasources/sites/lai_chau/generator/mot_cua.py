"""The one-stop system's database (shape S1): 24 months of dossiers, row by row, with their errors.

Owns its tables and what goes wrong in it. How a dossier comes about is `dossiers`; what happens to it
after the anchor is `feeder`.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from datasources.sites.lai_chau.generator import procedures
from datasources.sites.lai_chau.generator.databases import Columns, about, table
from datasources.sites.lai_chau.generator.dossiers import (
    NEVER, Dossiers, arrivals, draw, electronic_result, finishing, moments, seconds,
)  # fmt: skip
from datasources.sites.lai_chau.generator.facts import PROVINCE_CODE, PROVINCE_NAME, communes
from datasources.sites.lai_chau.generator.slips import UNKNOWN_UNITS, Slips
from datasources.sites.lai_chau.generator.workdays import DAY
from ioc.areas import REFORM, name_key
from ioc.runs import RowReason

Ints = npt.NDArray[np.int64]
METADATA = sa.MetaData()
NEW, WORKING, DONE, REPLACED = 1, 2, 4, 5
STATES = {NEW: "Mới tiếp nhận", WORKING: "Đang giải quyết", 3: "Chờ trả kết quả", DONE: "Đã trả kết quả",
          REPLACED: "Đã thay thế (nộp lại)"}  # fmt: skip
TAKEN_UP = 2 * 3600
"""Seconds from reception until somebody works on a dossier."""
_PROVINCE_PLACE, _OLD_PLACES, _UNKNOWN_PLACES = 39, 101, 901
_LATE_AFTER = 30 * DAY

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


def build(
    first: date, anchor: date, seed: int, volume: float
) -> tuple[dict[sa.Table, Columns], dict[str, int]]:
    """All rows from `first` up to the midnight with which `anchor` begins, and the ledger of errors."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 1])
    unit, received = arrivals(rng, first, anchor, volume, seed)
    end = seconds(anchor)
    progress = (received - seconds(first)) / (end - seconds(first))
    drawn = draw(rng, unit, received, progress, seed)
    ids = np.arange(1, len(unit) + 1, dtype=np.int64)
    finished = finishing(ids, unit, received, drawn.due, seed)
    finished = np.where(finished < end, finished, NEVER)
    state, updated = progress_at(received, finished, end)
    digital = electronic_result(ids, unit, drawn.procedure, progress, seed)
    slips = Slips(rng, len(unit))
    place = _places(rng, unit, received)
    _misplace(slips, place, unit, received)
    late = slips.take(_part(600, volume), finished < end - 60 * DAY, "late_row", None)
    updated[late] = finished[late] + rng.integers(_LATE_AFTER + DAY, 58 * DAY, len(late))
    copied = slips.take(_part(120, volume), finished < end, "duplicate_exact", RowReason.DUPLICATE)
    again = slips.take(_part(240, volume), finished < end, "duplicate_resubmitted", RowReason.DUPLICATE)

    # the same dossier once more: as it is, or as it stood when it was first handed in
    copies = np.concatenate([copied, again])
    rows = np.concatenate([np.arange(len(ids)), copies])
    numbers = np.concatenate([ids, np.arange(len(ids) + 1, len(ids) + 1 + len(copies))])
    finished, state, updated = finished[rows], state[rows], updated[rows]
    earlier = np.arange(len(rows) - len(again), len(rows))
    finished[earlier], state[earlier], updated[earlier] = NEVER, REPLACED, received[again] + 300
    # a result exists only once the dossier is finished
    digital = digital[rows] * (finished != NEVER)
    columns = ho_so(
        numbers, dossier_numbers(ids, unit, received), rows, drawn, place, finished, state, digital, updated
    )
    return {**_lists(), HO_SO: columns}, slips.ledger("mot_cua", len(rows))


def progress_at(received: Ints, finished: Ints, now: int) -> tuple[Ints, Ints]:
    """State and last change of each dossier as they stand at `now`."""
    taken = received + TAKEN_UP
    state = np.where(finished != NEVER, DONE, np.where(taken <= now, WORKING, NEW))
    changed = np.where(finished != NEVER, finished, np.where(taken <= now, taken, received + 60))
    return state, np.minimum(changed, now)


def dossier_numbers(ids: Ints, unit: Ints, received: Ints) -> list[str]:
    """The number printed on the receipt: unit, day, serial."""
    codes = [item.code for item in communes()] + ["LC-TTHCC"]
    days = np.datetime_as_string((received // DAY).astype("datetime64[D]")).tolist()
    return [f"{codes[where]}-{day[2:4]}{day[5:7]}{day[8:]}-{number:07d}"
            for where, day, number in zip(unit.tolist(), days, ids.tolist(), strict=True)]  # fmt: skip


def ho_so(
    numbers: Ints,
    names: list[str],
    rows: Ints,
    drawn: Dossiers,
    place: Ints,
    finished: Ints,
    state: Ints,
    digital: Ints,
    updated: Ints,
) -> Columns:
    """Columns of table ho_so. `rows` picks from the drawn arrays; the last four are already picked."""
    picked = {field.name: getattr(drawn, field.name)[rows] for field in fields(drawn)}
    return {
        "id": numbers.tolist(),
        "ma_ho_so": [names[row] for row in rows.tolist()],
        "thu_tuc_id": (picked["procedure"] + 1).tolist(),
        "don_vi_id": (picked["unit"] + 1).tolist(),
        "dia_ban_id": place[rows].tolist(),
        "kenh_tiep_nhan": picked["channel"].tolist(),
        "ngay_tiep_nhan": moments(picked["received"]),
        "ngay_hen_tra": moments(picked["due"]),
        "ngay_tra_ket_qua": moments(finished),
        "trang_thai": state.tolist(),
        "le_phi": picked["fee"].tolist(),
        "thanh_toan_truc_tuyen": picked["paid_online"].tolist(),
        "so_hoa_dau_vao": picked["digitised"].tolist(),
        "ket_qua_dien_tu": digital.tolist(),
        "tai_su_dung": picked["reused"].tolist(),
        "cap_nhat_luc": moments(updated),
    }


def present_places(unit: Ints) -> Ints:
    """Entries of dm_dia_ban for units after the reform."""
    return np.where(unit == len(communes()), _PROVINCE_PLACE, unit + 1)


def _places(rng: np.random.Generator, unit: Ints, received: Ints) -> Ints:
    """What the clerk picked as the place: the old unit before the reform, the new one since."""
    edges, first = [], []
    position = _OLD_PLACES
    for number, commune in enumerate(communes()):
        shares = np.array([2.0 if not old.name.startswith("Xã") else 1.0 for old in commune.old])
        edges.append(number + np.cumsum(shares) / shares.sum())
        first.append(position)
        position += len(commune.old)
    bounds = np.concatenate(edges)
    pick = rng.random(len(unit)) * 0.999999
    old = np.searchsorted(bounds, np.minimum(unit, len(communes()) - 1) + pick) + _OLD_PLACES
    before = (received < seconds(REFORM)) & (unit < len(communes()))
    return np.where(before, old, present_places(unit))


def _misplace(slips: Slips, place: Ints, unit: Ints, received: Ints) -> None:
    """Wrong places: never existing, of the wrong time, or an old name with a code that is now another's."""
    units = communes()
    volume = min(1.0, len(place) / 300_000)
    in_commune, after = unit < len(units), received >= seconds(REFORM)
    old_places = _old_places()
    stale = {number: [key for key, old in old_places if old in item.old and not old.inherited]
             for number, item in enumerate(units)}  # fmt: skip
    clash = {number: next(key for key, old in old_places if old == item.collision)
             for number, item in enumerate(units) if item.collision}  # fmt: skip
    clashing, outdated = (
        np.isin(unit, [key for key, found in table.items() if found]) for table in (clash, stale)
    )

    lost = slips.take(_part(36, volume), in_commune, "unknown_code", RowReason.UNKNOWN_CODE)
    place[lost] = _UNKNOWN_PLACES + np.arange(len(lost)) % len(UNKNOWN_UNITS)
    for row in slips.take(
        _part(48, volume), after & outdated, "old_unit_after_reform", RowReason.WRONG_VINTAGE
    ):
        choices = stale[int(unit[row])]
        place[row] = choices[int(slips.rng.integers(len(choices)))]
    for row in slips.take(
        _part(40, volume), after & clashing, "old_name_on_new_code", RowReason.NAME_MISMATCH
    ):
        place[row] = clash[int(unit[row])]
    early = slips.take(
        _part(20, volume), ~after & clashing, "new_name_before_reform", RowReason.NAME_MISMATCH
    )
    place[early] = present_places(unit)[early]


def _old_places() -> list[tuple[int, Any]]:
    return list(enumerate((old for commune in communes() for old in commune.old), start=_OLD_PLACES))


def _part(count: int, volume: float) -> int:
    return max(1, round(count * min(volume, 1.0)))


def _lists() -> dict[sa.Table, Columns]:
    """The lookup tables."""
    units = communes()
    catalogue = procedures.PROCEDURES
    places: list[tuple[int, str, str, str | None, str | None]] = []
    reform = REFORM.isoformat()
    for number, commune in enumerate(units, start=1):
        same = any(name_key(old.name) == name_key(commune.name) for old in commune.old if old.inherited)
        places.append(
            (number, commune.code, commune.name, None if same and len(commune.old) == 1 else reform, None)
        )
    places.append((_PROVINCE_PLACE, PROVINCE_CODE, PROVINCE_NAME, None, None))
    places += [(key, old.code, old.name, None, reform) for key, old in _old_places()]
    places += [
        (_UNKNOWN_PLACES + number, code, name, None, None)
        for number, (code, name) in enumerate(UNKNOWN_UNITS)
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
            "id": list(range(1, len(units) + 2)),
            "ma_don_vi": [*(f"PVHCC-{item.code}" for item in units), "PVHCC-TINH"],
            "ten_don_vi": [*(f"Trung tâm Phục vụ hành chính công {item.name[0].lower()}{item.name[1:]}" for item in units),
                           "Trung tâm Phục vụ hành chính công tỉnh Lai Châu"],
            "cap": ["XA"] * len(units) + ["TINH"],
        },
        DIA_BAN: {"id": ids, "ma_xa": codes, "ten_xa": names, "tu_ngay": starts, "den_ngay": ends},
    }  # fmt: skip
