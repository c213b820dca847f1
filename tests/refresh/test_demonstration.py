"""What a reader sees after a whole refresh is what stands in the sources: published totals, ratios of sums."""

from __future__ import annotations

import csv
import sqlite3
from collections import defaultdict
from pathlib import Path
from statistics import correlation

import pytest

from ioc.access import OPEN
from ioc.board import Board
from tests.refresh.conftest import AS_SEEN, Whole

NOW = "2026-11"
CLOSED = "2026-10"
REFORM = "2025-07-01"


def table(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "facts" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def board(whole: Whole) -> Board:
    return whole.board()


@pytest.fixture(scope="module")
def allocation(shared: Path) -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in table(shared, "lai_chau_demo_allocation.csv")}


def total(board: Board, kpi: str, period: str = NOW) -> float | None:
    return board.total(kpi, period, OPEN).value


def by_code(board: Board, kpi: str, period: str = NOW) -> dict[str, float | None]:
    return {cell.area.split("@")[0]: cell.value for cell in board.row(kpi, period, OPEN)}


# -- the published figures ----------------------------------------------------------------------------------


@pytest.mark.shared
def test_38_communes_stand_under_the_province_by_their_present_names(board: Board, shared: Path) -> None:
    assert {area.code: area.name for area in board.communes} == {
        row["code"]: row["name"] for row in table(shared, "lai_chau_communes.csv")
    }
    assert len(board.communes) == 38 and board.root.code == "12"


@pytest.mark.shared
def test_956_villages_hold_the_512_601_people_commune_by_commune(board: Board, shared: Path) -> None:
    villages = board.places("village", OPEN)
    assert len(villages) == 956
    people: dict[str, int] = defaultdict(int)
    for village in villages:
        people[village.area.split("@")[0]] += int(str(village.attributes["population"]))
    assert sum(people.values()) == 512_601
    assert people == {row["code"]: int(row["population"]) for row in table(shared, "lai_chau_communes.csv")}


def test_the_province_shows_the_published_gaps(board: Board) -> None:
    assert total(board, "vil_no_mobile") == 33
    assert total(board, "vil_no_fibre") == 191
    assert total(board, "vil_no_grid") == 8
    assert total(board, "hh_off_grid") == 426
    coverage = board.total("fibre_village_cov", NOW, OPEN)
    assert (coverage.numerator, coverage.denominator) == (956 - 191, 956)


@pytest.mark.shared
def test_every_commune_shows_its_own_gaps(board: Board, allocation: dict[str, dict[str, str]]) -> None:
    columns = {
        "vil_no_mobile": "villages_without_mobile", "vil_no_fibre": "villages_without_cable",
        "vil_no_grid": "villages_off_grid", "hh_off_grid": "households_off_grid",
    }  # fmt: skip
    for kpi, column in columns.items():
        assert by_code(board, kpi) == {code: float(row[column]) for code, row in allocation.items()}, kpi
    villages: dict[str, int] = defaultdict(int)
    households: dict[str, int] = defaultdict(int)
    for village in board.places("village", OPEN):
        villages[village.area.split("@")[0]] += 1
        households[village.area.split("@")[0]] += int(str(village.attributes["households"]))
    assert villages == {code: int(row["villages"]) for code, row in allocation.items()}
    assert households == {code: int(row["households"]) for code, row in allocation.items()}


def test_39_service_centres_are_at_work(board: Board, whole: Whole) -> None:
    assert total(board, "pasc_active") == 39
    assert board.communes_total("pasc_active", NOW, OPEN).value == 38  # type: ignore[union-attr]
    assert board.departments("pasc_active", NOW, OPEN).value == 1  # type: ignore[union-attr]
    assert whole.sources.ask("mot_cua", "SELECT count(*) FROM dm_don_vi") == [(39,)]


@pytest.mark.shared
def test_39_service_centres_lie_on_the_map_at_the_seats_of_their_communes_and_say_so(
    board: Board, shared: Path
) -> None:
    centres = board.places("service_centre", OPEN)
    assert len(centres) == 39 == total(board, "pasc_active")
    assert {one.attributes["point_standing"] for one in centres} == {"seat"}
    seats = {
        row["code"]: (float(row["lat"]), float(row["lon"])) for row in table(shared, "lai_chau_communes.csv")
    }
    assert all((one.lat, one.lon) == seats[one.area.split("@")[0]] for one in centres)
    own = {one.area.split("@")[0] for one in centres if one.attributes["org_level"] == "XA"}
    assert own == set(seats)
    assert [one.name for one in centres if one.attributes["org_level"] == "TINH"] == [
        "Trung tâm Phục vụ hành chính công tỉnh Lai Châu"
    ]


def test_the_map_offers_service_centres_beside_the_villages(board: Board) -> None:
    from types import SimpleNamespace

    from layouts.index import places

    for lang, name in (("vi", "Điểm phục vụ hành chính công"), ("en", "Public service points")):
        offered = places(SimpleNamespace(board=board, lang=lang))  # type: ignore[arg-type]
        assert {"kind": "service_centre", "name": name} in offered


@pytest.mark.shared
def test_the_online_share_falls_with_remoteness(board: Board, allocation: dict[str, dict[str, str]]) -> None:
    online = {
        code: value or 0.0 for code, value in by_code(board, "ops_online_share", f"{CLOSED}.ytd").items()
    }
    remote = [float(allocation[code]["remoteness"]) for code in online]
    assert correlation(remote, list(online.values())) < -0.85
    assert 55 < min(online.values()) < 72 and max(online.values()) > 90


# -- the same numbers by plain SQL --------------------------------------------------------------------------

_LATEST = "row_number() OVER (PARTITION BY {key} ORDER BY {order} DESC) AS nth"
_PLACED = "JOIN unit u ON u.code = {code} AND u.old = ({month} < '2025-07-01') AND (u.old OR fold({name}) = fold(u.name))"
_DOSSIERS = (
    "SELECT substr(h.ngay_tiep_nhan, 1, 7), CASE v.cap WHEN 'TINH' THEN NULL ELSE u.new_code END, "
    "sum({n}), sum({d}) FROM (SELECT *, "
    + _LATEST.format(key="ma_ho_so", order="cap_nhat_luc")
    + " FROM ho_so) h JOIN dm_don_vi v ON v.id = h.don_vi_id JOIN dm_dia_ban d ON d.id = h.dia_ban_id "
    "LEFT JOIN unit u ON u.code = d.ma_xa AND u.old = (h.ngay_tiep_nhan < '2025-07-01') WHERE h.nth = 1 AND "
    "(v.cap = 'TINH' OR (u.code IS NOT NULL AND coalesce(d.tu_ngay, '') <= h.ngay_tiep_nhan "
    "AND h.ngay_tiep_nhan < coalesce(d.den_ngay, '9999-12-31'))) GROUP BY 1, 2"
)
PLAIN = {
    "ops_online_share": ("mot_cua", _DOSSIERS.format(n="kenh_tiep_nhan = 2", d="1")),
    "pay_online_dossier": (
        "mot_cua", _DOSSIERS.format(n="le_phi > 0 AND thanh_toan_truc_tuyen = 1", d="le_phi > 0")),
    "cl_social": (
        "an_sinh",
        "SELECT substr(ky_chi_tra, 1, 7), u.new_code, sum(luot_chi_qua_tk * (chuong_trinh_id <= 2)), "
        "sum((luot_chi_qua_tk + luot_chi_tien_mat) * (chuong_trinh_id <= 2)) FROM (SELECT *, "
        + _LATEST.format(key="ky_chi_tra, ma_xa, chuong_trinh_id", order="ngay_bao_cao")
        + " FROM chi_tra) c " + _PLACED.format(code="ma_xa", month="ky_chi_tra", name="ten_xa")
        + " WHERE nth = 1 AND so_co_tai_khoan GLOB '[0-9]*' AND so_tien_qua_tk >= 0 "
        "AND CAST(so_co_tai_khoan AS INTEGER) <= so_doi_tuong GROUP BY 1, 2",
    ),
    "cl_health": (
        "thanh_toan",
        "SELECT substr(thang, 1, 7), u.new_code, sum(so_tien_khong_tien_mat * (l.nhom = 'YTE')), "
        "sum(so_tien * (l.nhom = 'YTE')) FROM (SELECT *, "
        + _LATEST.format(key="ma_co_so, thang", order="ngay_gui")
        + " FROM thu_thang) t JOIN dm_co_so s USING (ma_co_so) JOIN dm_loai_co_so l USING (ma_loai) "
        + _PLACED.format(code="ma_xa", month="thang", name="ten_xa")
        + " WHERE nth = 1 AND so_tien_khong_tien_mat <= so_tien GROUP BY 1, 2",
    ),
    "tax_etax": (
        "thue",
        "SELECT substr(ky_bao_cao, 1, 7), u.new_code, sum(so_dung_etax), sum(so_nguoi_nop_thue) FROM (SELECT *, "
        + _LATEST.format(key="ma_dia_ban_thue, ky_bao_cao", order="ngay_lap")
        + " FROM bao_cao_thue) b JOIN dm_dia_ban_thue USING (ma_dia_ban_thue) "
        + _PLACED.format(code="ma_hanh_chinh", month="ky_bao_cao", name="ten_hanh_chinh")
        + " WHERE nth = 1 AND so_hoa_don >= 0 AND co_so_da_ket_noi <= co_so_phai_dung GROUP BY 1, 2",
    ),
    "eid_activated": (
        "dinh_danh",
        "SELECT substr(ky_bao_cao, 1, 7), u.new_code, sum(so_kich_hoat_dinh_danh), sum(dan_so_tu_14) FROM (SELECT b.*, "
        + _LATEST.format(key="b.ky_bao_cao, ma_xa", order="ngay_ky")
        + " FROM bao_cao b JOIN van_ban USING (so_van_ban)) b "
        + _PLACED.format(code="ma_xa", month="ky_bao_cao", name="ten_xa")
        + " WHERE nth = 1 AND so_kich_hoat_dinh_danh <= so_dang_ky_dinh_danh GROUP BY 1, 2",
    ),
}  # fmt: skip


@pytest.mark.shared
@pytest.mark.parametrize("kpi", list(PLAIN))
def test_every_share_is_the_ratio_of_sums_that_plain_sql_finds(
    board: Board, whole: Whole, shared: Path, kpi: str
) -> None:
    source, statement = PLAIN[kpi]
    connection = sqlite3.connect(f"file:{whole.data / 'sources' / source}.db?mode=ro", uri=True)
    connection.create_function("fold", 1, str.casefold, deterministic=True)
    connection.execute("CREATE TEMP TABLE unit (code TEXT, old INTEGER, name TEXT, new_code TEXT)")
    crosswalk = table(shared, "lai_chau_crosswalk_2025.csv")
    units = [(row["old_code"], 1, row["old_name"], row["new_code"]) for row in crosswalk]
    units += [
        (code, 0, name, code) for code, name in {(row["new_code"], row["new_name"]) for row in crosswalk}
    ]
    connection.executemany("INSERT INTO unit VALUES (?, ?, ?, ?)", units)
    wanted: dict[str, dict[str | None, tuple[float, float]]] = defaultdict(dict)
    for month, code, n, d in connection.execute(statement):
        wanted[month][code] = (n, d)
    connection.close()

    months = [key for key in board.periods(kpi) if len(key) == len("2026-10")]
    assert len(months) >= 22 and set(months) == set(wanted)
    for month in months:
        found = {
            cell.area.split("@")[0]: (cell.numerator, cell.denominator)
            for cell in board.row(kpi, month, OPEN)
            if cell.denominator is not None
        }
        own = {code: pair for code, pair in wanted[month].items() if code is not None}
        assert found == own, month
        for cell in board.row(kpi, month, OPEN):
            if cell.denominator:
                assert cell.value == pytest.approx(100 * (cell.numerator or 0) / cell.denominator)
        sums = tuple(map(sum, zip(*wanted[month].values(), strict=True)))
        province = board.total(kpi, month, OPEN)
        assert (province.numerator, province.denominator) == sums
        assert province.value == pytest.approx(100 * sums[0] / sums[1])
        communes = board.communes_total(kpi, month, OPEN)
        assert communes is not None
        assert (communes.numerator, communes.denominator) == tuple(map(sum, zip(*own.values(), strict=True)))
        mean = sum(100 * n / d for n, d in own.values() if d) / len(own)
        if kpi == "ops_online_share":
            assert abs(mean - (communes.value or 0)) > 0.5, "a mean of percentages is another number"


def test_the_open_month_goes_on_as_the_months_before_it(board: Board) -> None:
    open_, last = (board.total("ops_online_share", month, OPEN) for month in (NOW, CLOSED))
    assert open_.status == "provisional" and last.status == "final"
    assert abs((open_.value or 0) - (last.value or 0)) < 2
    steps = []
    for area in board.communes:
        months = [
            board.cell("ops_online_share", area.id, key, OPEN) for key in ("2026-08", "2026-09", CLOSED, NOW)
        ]
        *before, now = [(cell.numerator or 0, cell.denominator or 0) for cell in months]
        usual = sum(n for n, _ in before) / sum(d for _, d in before)
        error = (usual * (1 - usual) / now[1]) ** 0.5
        steps.append((now[0] / now[1] - usual) / error)
    # neither all at once nor any alone further than chance and two years' growth allow
    assert abs(sum(steps) / len(steps)) < 0.8
    assert max(map(abs, steps)) < 4.5


def test_every_source_brought_an_edition_and_the_newest_holds_them_all(whole: Whole) -> None:
    warehouse = whole.office.warehouse
    editions = warehouse.editions(50)
    assert len(editions) == len(whole.office.site.sources)
    assert warehouse.verify(editions[0].number)
    assert {edition.source for edition in editions} == set(whole.office.site.sources)
    assert all(edition.published_at == AS_SEEN for edition in editions)
