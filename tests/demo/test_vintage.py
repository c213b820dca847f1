"""Rows carry the codes and names of their time: 106 old units before 1 July 2025, 38 new ones since."""

from __future__ import annotations

import pytest

from ioc.areas import name_key
from tests.demo.conftest import Demonstration, facts

REFORM = "2025-07-01"
OLD = {row["old_code"]: row for row in facts("lai_chau_crosswalk_2025.csv")}
NEW = {row["code"]: row["name"] for row in facts("lai_chau_communes.csv")}
# source, date column, code, name, rows
ROWS = {
    "mot_cua": "SELECT substr(ngay_tiep_nhan, 1, 10), ma_xa, ten_xa FROM ho_so h "
    "JOIN dm_dia_ban d ON d.id = h.dia_ban_id WHERE d.ma_xa <> '12'",
    "an_sinh": "SELECT ky_chi_tra, ma_xa, ten_xa FROM chi_tra",
    "thanh_toan": "SELECT thang, ma_xa, ten_xa FROM thu_thang",
    "thue": "SELECT ky_bao_cao, ma_hanh_chinh, ten_hanh_chinh FROM bao_cao_thue b "
    "JOIN dm_dia_ban_thue d ON d.ma_dia_ban_thue = b.ma_dia_ban_thue",
    "dinh_danh": "SELECT ky_bao_cao, ma_xa, ten_xa FROM bao_cao",
    "vien_thong": "SELECT ky_bao_cao, ma_xa, ten_xa FROM thue_bao",
    "y_te": "SELECT ky_bao_cao, ma_xa, ten_xa FROM ho_so_suc_khoe",
    "lam_sach": "SELECT ky_bao_cao, ma_xa, ten_xa FROM lam_sach",
    "ngan_sach": "SELECT ky_bao_cao, ma_xa, ten_xa FROM tong_hop_thang WHERE cap = 'XA'",
    "van_ban": "SELECT ky_bao_cao, ma_xa, ten_xa FROM van_ban_thang WHERE cap = 'XA'",
    "ho_ngheo": "SELECT ap_dung_tu, ma_xa, ten_xa FROM ra_soat_ho_ngheo",
}


def _misplaced(demo: Demonstration, source: str) -> int:
    reasons = ("unknown_code", "wrong_vintage", "name_mismatch")
    return sum(demo.ledger.get(f"dirt.{source}.{reason}", 0) for reason in reasons)


@pytest.mark.parametrize("source", list(ROWS))
def test_codes_and_names_are_those_of_the_day_except_for_the_counted_errors(
    demo: Demonstration, source: str
) -> None:
    spelled = {name_key(text) for text in ("Lả Nhì Thàng", "Tông Qua Lìn", "Ma Ly Pho", "Pa Vệ Sử")}
    wrong = 0
    seen: set[str] = set()
    for day, code, name in demo.ask(source, ROWS[source]):
        known = OLD.get(code, {}).get("old_name") if day < REFORM else NEW.get(code)
        if known is None or (name_key(known) != name_key(name) and name_key(name) not in spelled):
            wrong += 1
        elif day < REFORM:
            seen.add(code)
    assert seen == set(OLD), "all 106 old units report before the reform"
    assert wrong == _misplaced(demo, source)


def test_other_spellings_of_names_are_used_before_the_reform(demo: Demonstration) -> None:
    names = {name for (name,) in demo.ask("an_sinh", "SELECT DISTINCT ten_xa FROM chi_tra")}
    assert {"Xã Lả Nhì Thàng", "Xã Tông Qua Lìn", "Xã Ma Ly Pho", "Xã Pa Vệ Sử"} <= names


def test_an_old_unit_hands_its_dossiers_to_the_centre_that_succeeded_it(demo: Demonstration) -> None:
    pairs = demo.ask(
        "mot_cua",
        "SELECT DISTINCT d.ma_xa, v.ma_don_vi FROM ho_so h JOIN dm_dia_ban d ON d.id = h.dia_ban_id "
        "JOIN dm_don_vi v ON v.id = h.don_vi_id WHERE d.id BETWEEN 101 AND 206 AND h.ngay_tiep_nhan < ?",
        REFORM,
    )
    assert len(pairs) == 106
    assert all(centre == f"PVHCC-{OLD[code]['new_code']}" for code, centre in pairs)


def test_tax_areas_have_codes_of_their_own(demo: Demonstration) -> None:
    codes = [code for (code,) in demo.ask("thue", "SELECT ma_dia_ban_thue FROM dm_dia_ban_thue")]
    assert len(codes) == len(set(codes)) == 106 + 38 + 1
    assert all(len(code) == 8 and code.startswith("302") for code in codes)
