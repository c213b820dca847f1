"""Deliberate errors are exactly as many as the ledger says, found again by SQL that does not know it."""

from __future__ import annotations

from tests.demo.conftest import Demonstration

BY_ONE_CLERK = ("mo_hinh", "an_toan", "chinh_thuc", "bien_dong_thon", "trung_tam")
"""Registers of some dozen lines, in which the demonstration puts no errors."""
NEVER_EXISTED = "('03999', '00338', '99999')"


def test_the_ledger_is_also_in_the_databases(demo: Demonstration) -> None:
    for source in demo.urls:
        written = {key: int(value) for key, value in demo.ask(
            source, "SELECT khoa, gia_tri FROM thong_tin WHERE khoa LIKE 'rows.%' OR khoa LIKE 'd%.%'"
        )}  # fmt: skip
        assert written == {key: count for key, count in demo.ledger.items() if key.split(".")[1] == source}


def test_errors_stay_well_below_the_tolerance(demo: Demonstration) -> None:
    for source in demo.urls:
        bad = sum(count for key, count in demo.ledger.items() if key.startswith(f"dirt.{source}."))
        assert bad <= 0.01 * demo.ledger[f"rows.{source}"]
        assert bad > 0 or source in BY_ONE_CLERK


def test_codes_that_never_existed(demo: Demonstration) -> None:
    tables = {
        "mot_cua": "ho_so h JOIN dm_dia_ban d ON d.id = h.dia_ban_id",
        "thon_ban": "thon_ban", "an_sinh": "chi_tra", "thanh_toan": "thu_thang", "dinh_danh": "bao_cao",
        "pakn": "phan_anh", "hai_long": "danh_gia_thang", "vien_thong": "thue_bao", "y_te": "ho_so_suc_khoe",
        "giao_duc": "chot_hoc_ba", "van_ban": "van_ban_thang", "nhiem_vu": "nhiem_vu", "lam_sach": "lam_sach",
        "ngan_sach": "tong_hop_thang",
    }  # fmt: skip
    for source, table in tables.items():
        found = demo.ask(source, f"SELECT count(*) FROM {table} WHERE ma_xa IN {NEVER_EXISTED}")
        assert found == [(demo.ledger[f"dirt.{source}.unknown_code"],)]


def test_dossiers_entered_twice_and_handed_in_again(demo: Demonstration) -> None:
    versions: dict[str, list[tuple[int, str | None, str]]] = {}
    for number, *version in demo.ask(
        "mot_cua",
        "SELECT ma_ho_so, trang_thai, ngay_tra_ket_qua, cap_nhat_luc FROM ho_so WHERE ma_ho_so IN "
        "(SELECT ma_ho_so FROM ho_so GROUP BY ma_ho_so HAVING count(*) > 1) ORDER BY ma_ho_so, cap_nhat_luc",
    ):
        versions.setdefault(number, []).append(tuple(version))  # type: ignore[arg-type]
    assert all(len(found) == 2 for found in versions.values())
    same = [found for found in versions.values() if found[0] == found[1]]
    replaced = [(old, new) for old, new in versions.values() if old[0] == 5]
    assert len(same) == demo.ledger["detail.mot_cua.duplicate_exact"]
    assert len(replaced) == demo.ledger["detail.mot_cua.duplicate_resubmitted"]
    assert len(same) + len(replaced) == len(versions) == demo.ledger["dirt.mot_cua.duplicate"]
    assert all(old[1] is None and new[0] == 4 and old[2] < new[2] for old, new in replaced)


def test_dossiers_entered_a_month_late(demo: Demonstration) -> None:
    late = demo.ask(
        "mot_cua",
        "SELECT count(*) FROM ho_so WHERE julianday(cap_nhat_luc) - julianday(ngay_tra_ket_qua) > 30",
    )
    assert late == [(demo.ledger["detail.mot_cua.late_row"],)]


def test_impossible_negative_and_unreadable_numbers(demo: Demonstration) -> None:
    statements = {
        ("an_sinh", "impossible"): "SELECT count(*) FROM chi_tra WHERE so_co_tai_khoan GLOB '[0-9]*' "
        "AND CAST(so_co_tai_khoan AS INTEGER) > so_doi_tuong",
        ("an_sinh", "bad_value"): "SELECT count(*) FROM chi_tra WHERE so_co_tai_khoan NOT GLOB '[0-9]*'",
        ("an_sinh", "below_minimum"): "SELECT count(*) FROM chi_tra WHERE so_tien_qua_tk < 0",
        ("thanh_toan", "impossible"): "SELECT count(*) FROM thu_thang WHERE so_tien_khong_tien_mat > so_tien",
        ("hai_long", "impossible"): "SELECT count(*) FROM danh_gia_thang "
        "WHERE so_qua_han_hoac_phan_nan > so_giai_quyet",
        ("vien_thong", "impossible"): "SELECT count(*) FROM thue_bao WHERE thue_bao_cap_quang > so_ho",
        ("y_te", "impossible"): "SELECT count(*) FROM ho_so_suc_khoe WHERE so_ho_so > dan_so",
        ("giao_duc", "impossible"): "SELECT count(*) FROM chot_hoc_ba WHERE so_da_ky_so > so_hoc_ba_so",
        ("van_ban", "impossible"): "SELECT count(*) FROM van_ban_thang WHERE so_da_ky_so > so_van_ban_di",
        ("lam_sach", "impossible"): "SELECT count(*) FROM lam_sach WHERE da_ra_soat > tong_so",
        ("ngan_sach", "impossible"): "SELECT count(*) FROM tong_hop_thang WHERE da_giai_ngan > ke_hoach_von",
        ("thue", "impossible"): "SELECT count(*) FROM bao_cao_thue WHERE co_so_da_ket_noi > co_so_phai_dung",
        ("thue", "below_minimum"): "SELECT count(*) FROM bao_cao_thue WHERE so_hoa_don < 0",
        ("thue", "missing"): "SELECT count(*) FROM bao_cao_thue b LEFT JOIN dm_dia_ban_thue d "
        "ON d.ma_dia_ban_thue = b.ma_dia_ban_thue WHERE d.ma_hanh_chinh IS NULL",
        (
            "dinh_danh",
            "impossible",
        ): "SELECT count(*) FROM bao_cao WHERE so_kich_hoat_dinh_danh > so_dang_ky_dinh_danh",
    }
    for (source, reason), statement in statements.items():
        assert demo.ask(source, statement) == [(demo.ledger[f"dirt.{source}.{reason}"],)], (source, reason)
        assert demo.ledger[f"dirt.{source}.{reason}"] > 0
