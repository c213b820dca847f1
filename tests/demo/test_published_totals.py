"""The demonstration's totals are the published figures, exactly, in the province and in every commune."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasources.sites.lai_chau.generator import history_start, thon_ban
from datasources.sites.lai_chau.generator.shares import split
from tests.conftest import SHARED, lacking
from tests.demo.conftest import ANCHOR, SITE, Demonstration, facts

# one row a village that is in the province: the later survey wins, copies count once
VILLAGES = """
WITH thon AS (
  SELECT DISTINCT b.ma_thon, b.ma_xa, b.ten_thon, b.so_ho, b.so_khau FROM thon_ban b JOIN dm_xa USING (ma_xa)
   WHERE b.ngay_khao_sat = (SELECT max(ngay_khao_sat) FROM thon_ban m WHERE m.ma_thon = b.ma_thon)
)
SELECT thon.*, s.ngay_co_song, s.ngay_song_on_dinh, c.ngay_co_cap, e.ngay_co_dien
  FROM thon JOIN song_di_dong s USING (ma_thon) JOIN cap_internet c USING (ma_thon)
  JOIN dien_luoi e USING (ma_thon)
"""
TOTALS = (
    "SELECT count(*), sum(so_ho), sum(so_khau), sum(ngay_co_song IS NULL), sum(ngay_co_cap IS NULL), "
    f"sum(ngay_co_dien IS NULL), sum(CASE WHEN ngay_co_dien IS NULL THEN so_ho END) FROM ({VILLAGES})"
)


def test_the_province_has_the_published_totals(demo: Demonstration) -> None:
    (found,) = demo.ask("thon_ban", TOTALS)
    assert found == (956, 113_073, 512_601, 33, 191, 8, 426)


def test_every_commune_has_its_share_of_the_allocation(demo: Demonstration) -> None:
    found = demo.ask(
        "thon_ban",
        "SELECT ma_xa, sum(so_ho), count(*), sum(ngay_co_song IS NULL), sum(ngay_co_cap IS NULL), "
        "sum(ngay_co_dien IS NULL), coalesce(sum(CASE WHEN ngay_co_dien IS NULL THEN so_ho END), 0) "
        f"FROM ({VILLAGES}) GROUP BY ma_xa ORDER BY ma_xa",
    )
    gaps = ("villages_without_mobile", "villages_without_cable", "villages_off_grid", "households_off_grid")
    names = ("households", "villages", *gaps)
    wanted = [
        (row["code"], *(int(row[name]) for name in names)) for row in facts("lai_chau_demo_allocation.csv")
    ]
    assert found == sorted(wanted)


def test_populations_add_up_to_the_published_total_in_every_source_that_has_them(demo: Demonstration) -> None:
    published = {row["code"]: int(row["population"]) for row in facts("lai_chau_communes.csv")}
    assert sum(published.values()) == 512_601
    assert dict(demo.ask("dinh_danh", "SELECT ma_xa, dan_so FROM dm_dan_cu")) == published
    assert (
        dict(demo.ask("thon_ban", f"SELECT ma_xa, sum(so_khau) FROM ({VILLAGES}) GROUP BY ma_xa"))
        == published
    )


def test_there_are_39_service_centres_and_all_of_them_work(demo: Demonstration) -> None:
    assert demo.ask("mot_cua", "SELECT cap, count(*) FROM dm_don_vi GROUP BY cap") == [
        ("TINH", 1),
        ("XA", 38),
    ]
    active = demo.ask(
        "mot_cua", "SELECT count(DISTINCT don_vi_id) FROM ho_so WHERE ngay_tiep_nhan >= '2026-11-15'"
    )
    assert active == [(39,)]


def test_the_real_off_grid_village_is_there(demo: Demonstration) -> None:
    found = demo.ask(
        "thon_ban",
        f"SELECT so_ho, ngay_co_dien, ngay_co_song, ngay_co_cap FROM ({VILLAGES}) "
        "WHERE ma_xa = '03463' AND ten_thon = 'Bản Tia Ma Mủ'",
    )
    assert found == [(82, None, None, None)]
    off_grid = demo.ask(
        "thon_ban", f"SELECT ma_xa, so_ho FROM ({VILLAGES}) WHERE ngay_co_dien IS NULL ORDER BY 1, 2"
    )
    alone = [("03434", 44), ("03442", 39), ("03451", 48), ("03460", 48), ("03472", 57)]
    assert off_grid == sorted([*alone, ("03463", 47), ("03463", 61), ("03463", 82)])


def test_villages_stand_near_their_commune_and_say_how_well_they_are_placed(demo: Demonstration) -> None:
    seats = {row["code"]: row for row in facts("lai_chau_communes.csv")}
    points = demo.ask(
        "thon_ban", "SELECT ma_xa, vi_do, kinh_do, nguon_toa_do FROM thon_ban JOIN dm_xa USING (ma_xa)"
    )
    assert 10 < sum(lat is None for _, lat, _, _ in points) < 60
    for code, lat, lon, standing in points:
        if standing is None:
            assert lat is None and lon is None
            continue
        seat = seats[code]
        reach = (float(seat["area_km2"]) / 3.1416) ** 0.5
        north, east = (lat - float(seat["lat"])) * 110.9, (lon - float(seat["lon"])) * 103
        assert 0 < (north**2 + east**2) ** 0.5 <= reach
        assert standing in ("DO", "CUM")


def test_the_gaps_were_closing_over_the_two_years(demo: Demonstration) -> None:
    def standing(day: str) -> tuple[int, int, int]:
        late = [
            f"sum(coalesce({column}, '9999') > '{day}')"
            for column in ("ngay_co_song", "ngay_co_cap", "ngay_co_dien")
        ]
        return demo.ask("thon_ban", f"SELECT {', '.join(late)} FROM ({VILLAGES})")[0]  # type: ignore[return-value]

    days = ["2024-12-31", "2025-06-30", "2025-12-31", "2026-06-30", "2026-11-21"]
    for earlier, later in pairwise(days):
        assert all(before >= after for before, after in zip(standing(earlier), standing(later), strict=True))
    first = standing(days[0])
    assert first[0] >= 45 and first[1] >= 230 and first[2] >= 12
    assert standing(days[-1]) == (33, 191, 8)


@settings(max_examples=12, deadline=None)
@given(st.dates(date(2025, 3, 1), date(2031, 12, 31)), st.integers(0, 2**31))
def test_totals_and_nesting_hold_on_any_day_and_with_any_seed(anchor: date, seed: int) -> None:
    tables, _ = thon_ban.build(history_start(anchor), anchor, seed)
    signal, cable, grid = (tables[thon_ban.SONG], tables[thon_ban.CAP], tables[thon_ban.DIEN])
    assert signal["ma_thon"] == cable["ma_thon"] == grid["ma_thon"]
    never = "9999-12-31"
    rows = [
        (power or never, mobile or never, stable or never, fibre or never)
        for power, mobile, stable, fibre in zip(
            grid["ngay_co_dien"],
            signal["ngay_co_song"],
            signal["ngay_song_on_dinh"],
            cable["ngay_co_cap"],
            strict=True,
        )
    ]
    assert [sum(row[at] == never for row in rows) for at in (0, 1, 3)] == [8, 33, 191]
    # at every time: no grid means no signal, no signal means no cable and no stable signal
    assert all(power <= mobile <= min(stable, fibre) for power, mobile, stable, fibre in rows)
    last = max(day for row in rows for day in row if day != never)
    surveys = [date.fromisoformat(day) for day in tables[thon_ban.THON_BAN]["ngay_khao_sat"]]
    assert date.fromisoformat(last) <= max(surveys) < anchor
    villages = tables[thon_ban.THON_BAN]
    people = dict(
        zip(villages["ma_thon"], zip(villages["so_ho"], villages["so_khau"], strict=True), strict=True)
    )
    assert all(0 < households < population for households, population in people.values())


@given(st.integers(0, 100_000), st.lists(st.floats(0.01, 100), min_size=1, max_size=60), st.integers(0, 5))
def test_a_split_number_adds_up_again(total: int, weights: list[float], least: int) -> None:
    import numpy as np

    if total < least * len(weights):
        with pytest.raises(ValueError, match="cannot be split"):
            split(total, np.array(weights), least)
        return
    parts = split(total, np.array(weights), least)
    assert sum(parts) == total and min(parts) >= least


@pytest.mark.shared
def test_the_carried_facts_are_those_of_the_shared_folder() -> None:
    if not SHARED.is_dir():
        lacking("the folder 'shared' with facts, beside the project")
    for name in ("lai_chau_communes.csv", "lai_chau_crosswalk_2025.csv", "lai_chau_demo_allocation.csv"):
        carried, original = (folder / name for folder in (SITE / "facts", SHARED / "facts"))
        assert carried.read_text(encoding="utf-8").split() == original.read_text(encoding="utf-8").split()


def test_every_database_says_that_it_is_synthetic(demo: Demonstration) -> None:
    for source in demo.urls:
        notes = dict(demo.ask(source, "SELECT khoa, gia_tri FROM thong_tin"))
        assert notes["canh_bao"] == "Dữ liệu minh họa, không phải số liệu chính thức"
        assert notes["neo"] == ANCHOR.isoformat()


def test_fixed_subscriptions_of_may_2025_are_the_published_ones(demo: Demonstration) -> None:
    found = demo.ask(
        "vien_thong",
        "SELECT sum(thue_bao_cap_quang), sum(so_ho), count(*) FROM thue_bao WHERE ky_bao_cao = '2025-05-01'",
    )
    assert found == [(57_239, 113_073, 106)]


def test_ten_data_sets_are_cleaned(demo: Demonstration) -> None:
    assert demo.ask("lam_sach", "SELECT count(DISTINCT ma_bo) FROM lam_sach") == [(10,)]


def test_the_plan_of_another_province_is_followed_and_named(demo: Demonstration) -> None:
    plans = demo.ask(
        "nhiem_vu",
        "SELECT substr(ma_nhiem_vu, 6, 4), count(DISTINCT ma_nhiem_vu), count(DISTINCT nhom) FROM nhiem_vu "
        "WHERE loai = 'DA06' AND noi_dung LIKE '%mô phỏng theo mẫu Nghệ An 2024%' GROUP BY 1",
    )
    assert plans and all(tasks == 51 and groups == 10 for _, tasks, groups in plans)
    assert demo.ask(
        "mo_hinh",
        "SELECT count(*), sum(ngay_hoan_thanh IS NOT NULL), "
        "sum(ngay_bat_dau IS NOT NULL AND ngay_hoan_thanh IS NULL), sum(ngay_bat_dau IS NULL) "
        "FROM mo_hinh_diem WHERE ten_mo_hinh LIKE '%mô phỏng theo mẫu Nghệ An 2024%'",
    ) == [(38, 6, 20, 12)]


def test_the_official_figure_of_the_province_is_not_the_sum_of_the_communes(demo: Demonstration) -> None:
    ((whole, parts),) = demo.ask(
        "chinh_thuc",
        "SELECT max(CASE WHEN cap = 'TINH' THEN tu_so END), sum(CASE WHEN cap = 'XA' THEN tu_so END) "
        "FROM so_lieu_chinh_thuc WHERE ma_chi_tieu = 'DVCTT' AND ky_so_lieu = '2026-09-01'",
    )
    assert 0 < whole < parts
