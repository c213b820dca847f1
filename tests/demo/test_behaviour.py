"""What the demonstration shows is plausible: volumes, shares that fall with remoteness, growth, Tết."""

from __future__ import annotations

from statistics import correlation

from tests.demo.conftest import Demonstration, facts

REMOTE = {row["code"]: float(row["remoteness"]) for row in facts("lai_chau_demo_allocation.csv")}


def _by_commune(demo: Demonstration, value: str, where: str) -> dict[str, float]:
    rows = demo.ask(
        "mot_cua",
        f"SELECT substr(v.ma_don_vi, 7), {value} FROM ho_so h JOIN dm_don_vi v ON v.id = h.don_vi_id "
        f"WHERE v.cap = 'XA' AND {where} GROUP BY 1",
    )
    return dict(rows)  # type: ignore[arg-type]


def test_fifteen_to_twenty_thousand_dossiers_a_month(demo: Demonstration) -> None:
    months = demo.ask(
        "mot_cua", "SELECT substr(ngay_tiep_nhan, 1, 7) AS m, count(*) FROM ho_so GROUP BY m ORDER BY m"
    )
    assert len(months) == 24 and months[0][0] == "2024-12" and months[-1][0] == "2026-11"
    closed = dict(months[:-1])
    assert all(14_000 <= count <= 20_500 for count in closed.values())
    assert sum(closed.values()) / len(closed) >= 15_000
    # the lunar new year fell into February 2026
    assert closed["2026-02"] < 0.9 * min(closed["2026-01"], closed["2026-03"])


def test_online_share_falls_with_remoteness_and_grows_with_time(demo: Demonstration) -> None:
    latest = _by_commune(demo, "100.0 * avg(kenh_tiep_nhan = 2)", "ngay_tiep_nhan >= '2026-08-01'")
    assert len(latest) == 38
    assert 57 <= min(latest.values()) <= 70 and 90 <= max(latest.values()) <= 99.5
    assert correlation([REMOTE[code] for code in latest], list(latest.values())) < -0.85
    first = _by_commune(demo, "100.0 * avg(kenh_tiep_nhan = 2)", "ngay_tiep_nhan < '2025-03-01'")
    assert sum(first.values()) < sum(latest.values()) - 38 * 8


def test_settlement_is_nearly_always_on_time(demo: Demonstration) -> None:
    shares = _by_commune(
        demo, "100.0 * avg(ngay_tra_ket_qua <= ngay_hen_tra)", "ngay_tra_ket_qua >= '2026-01-01'"
    )
    assert 96.5 <= min(shares.values()) <= 99 and max(shares.values()) <= 100
    overdue = demo.ask(
        "mot_cua", "SELECT count(*) FROM ho_so WHERE trang_thai IN (1, 2) AND ngay_hen_tra < '2026-11-22'"
    )
    assert 5 <= overdue[0][0] <= 60


def test_education_insurance_and_tax_are_fully_online_since_the_reform(demo: Demonstration) -> None:
    rows = dict(demo.ask(
        "mot_cua",
        "SELECT t.ma_linh_vuc, 100.0 * avg(kenh_tiep_nhan = 2) FROM ho_so h "
        "JOIN dm_thu_tuc t ON t.id = h.thu_tuc_id "
        "WHERE t.thiet_yeu = 1 AND ngay_tiep_nhan >= '2025-07-01' GROUP BY 1",
    ))  # fmt: skip
    assert rows["GD"] == rows["BH"] == rows["THUE"] == 100
    assert 99 <= rows["CA"] < 100


def test_nothing_happened_before_it_could(demo: Demonstration) -> None:
    impossible = demo.ask(
        "mot_cua",
        "SELECT count(*) FROM ho_so WHERE ngay_tra_ket_qua < ngay_tiep_nhan OR ngay_hen_tra < ngay_tiep_nhan "
        "OR nhac_han_tu >= ngay_hen_tra OR cap_nhat_luc < ngay_tiep_nhan OR cap_nhat_luc < ngay_tra_ket_qua "
        "OR cap_nhat_luc > '2026-11-22 00:00:00' OR ngay_tiep_nhan >= '2026-11-22' "
        "OR (ngay_tra_ket_qua IS NULL) <> (trang_thai IN (1, 2, 5)) "
        "OR (thanh_toan_truc_tuyen = 1 AND le_phi = 0)",
    )
    assert impossible == [(0,)]


def test_counters_are_closed_at_night_but_the_portal_is_not(demo: Demonstration) -> None:
    rows = demo.ask(
        "mot_cua",
        "SELECT DISTINCT kenh_tiep_nhan FROM ho_so "
        "WHERE substr(ngay_tiep_nhan, 12, 2) NOT BETWEEN '07' AND '16' "
        "OR strftime('%w', ngay_tiep_nhan) IN ('0', '6')",
    )
    assert rows == [(2,)]


def test_tuition_pauses_in_summer_without_losing_its_rows(demo: Demonstration) -> None:
    rows = demo.ask(
        "thanh_toan",
        "SELECT count(*), sum(so_tien) FROM thu_thang t JOIN dm_co_so c USING (ma_co_so) "
        "WHERE substr(thang, 6, 2) IN ('06', '07', '08') AND c.ma_loai IN ('MN', 'TH', 'PT')",
    )
    assert rows[0][0] > 1000 and rows[0][1] == 0


def test_a_few_communes_have_not_sent_the_newest_month(demo: Demonstration) -> None:
    for source, table, month in (
        ("an_sinh", "chi_tra", "ky_chi_tra"),
        ("dinh_danh", "bao_cao", "ky_bao_cao"),
    ):
        (newest,) = demo.ask(source, f"SELECT max({month}) FROM {table}")[0]
        assert newest == "2026-10-01"
        reporting = demo.ask(source, f"SELECT count(DISTINCT ten_xa) FROM {table} WHERE {month} = ?", newest)
        assert 34 <= reporting[0][0] <= 37


def test_shares_lie_in_the_published_ranges(demo: Demonstration) -> None:
    ranges = {
        ("an_sinh", "SELECT ma_xa, 100.0 * sum(luot_chi_qua_tk) / sum(luot_chi_qua_tk + luot_chi_tien_mat) "
         "FROM chi_tra "
         "WHERE chuong_trinh_id <= 2 AND ky_chi_tra = '2026-10-01' GROUP BY 1"): (55, 97),
        ("dinh_danh", "SELECT ma_xa, 100.0 * so_kich_hoat_dinh_danh / dan_so_tu_14 FROM bao_cao "
         "WHERE ky_bao_cao = '2026-10-01' AND so_kich_hoat_dinh_danh <= so_dang_ky_dinh_danh"): (53, 86),
    }  # fmt: skip
    for (source, statement), (low, high) in ranges.items():
        values = [value for _, value in demo.ask(source, statement)]
        assert len(values) >= 35 and low <= min(values) and max(values) <= high
