"""The feeder lets the one-stop system live on, for weeks, without hurting anything."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from datasources.sites.lai_chau.generator import NotADemonstration, default_urls, feed, generate
from ioc.periods import VIETNAM
from tests.demo.conftest import ANCHOR, Demonstration, facts

START = datetime(2026, 11, 22)  # noqa: DTZ001 - the sources keep province time without an offset


@pytest.fixture
def living(demo: Demonstration, tmp_path: Path) -> Demonstration:
    """A copy of the whole demonstration that a test may let live on."""
    shutil.copytree(demo.data / "sources", tmp_path / "sources")
    return Demonstration(tmp_path, default_urls(tmp_path), demo.ledger)


def _hashes(demo: Demonstration) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (demo.data / "sources").glob("*.db") if path.name != "mot_cua.db"}  # fmt: skip


def test_a_working_week_goes_on_as_before(living: Demonstration) -> None:
    others = _hashes(living)
    (rows_before,) = living.ask("mot_cua", "SELECT count(*) FROM ho_so")[0]
    finished = set(living.ask("mot_cua", "SELECT id, ngay_tra_ket_qua FROM ho_so WHERE trang_thai = 4"))
    now = START
    while now < START + timedelta(days=7):
        now += timedelta(minutes=30)
        assert 0 <= feed(living.urls, now) <= 180

    per_day = "SELECT substr(ngay_tiep_nhan, 1, 10), count(*) FROM ho_so WHERE id > ? GROUP BY 1"
    days = dict(living.ask("mot_cua", per_day, rows_before))
    assert len(days) >= 7
    assert all(650 <= days[f"2026-11-{day}"] <= 1150 for day in (23, 24, 25, 26, 27))
    assert days["2026-11-22"] <= 500
    broken = living.ask(
        "mot_cua",
        "SELECT count(*) FROM ho_so WHERE ngay_tra_ket_qua < ngay_tiep_nhan OR cap_nhat_luc < ngay_tiep_nhan "
        "OR cap_nhat_luc < ngay_tra_ket_qua OR cap_nhat_luc > ?",
        str(now),
    )
    assert broken == [(0,)]
    assert living.ask(
        "mot_cua", "SELECT count(*) - count(DISTINCT ma_ho_so) FROM ho_so WHERE id > ?", rows_before
    ) == [(0,)]
    overdue = living.ask(
        "mot_cua", "SELECT count(*) FROM ho_so WHERE trang_thai IN (1, 2) AND ngay_hen_tra < ?", str(now)
    )
    assert 3 <= overdue[0][0] <= 60, "the plan of the dossiers already open is kept"
    assert finished <= set(
        living.ask("mot_cua", "SELECT id, ngay_tra_ket_qua FROM ho_so WHERE trang_thai = 4")
    )
    assert _hashes(living) == others, "villages and reports are as generated"


def test_the_running_month_goes_on_as_the_months_before_it(living: Demonstration) -> None:
    (rows_before,) = living.ask("mot_cua", "SELECT count(*) FROM ho_so")[0]
    now = START
    while now < START + timedelta(days=14):
        now += timedelta(minutes=30)
        feed(living.urls, now)

    def shares(where: str) -> dict[str, tuple[int, int]]:
        rows = living.ask("mot_cua", "SELECT substr(v.ma_don_vi, 7), sum(kenh_tiep_nhan = 2), count(*) "
                          "FROM ho_so h JOIN dm_don_vi v ON v.id = h.don_vi_id "
                          f"WHERE v.cap = 'XA' AND {where} GROUP BY 1")  # fmt: skip
        return {code: (online, received) for code, online, received in rows}

    before = shares(f"h.id <= {rows_before} AND ngay_tiep_nhan >= '2026-09-01'")
    fed = shares(f"h.id > {rows_before}")
    assert len(fed) == 38

    def pooled(found: dict[str, tuple[int, int]], codes: set[str]) -> float:
        return 100 * sum(found[code][0] for code in codes) / sum(found[code][1] for code in codes)

    remote = {row["code"] for row in facts("lai_chau_demo_allocation.csv") if float(row["remoteness"]) > 0.6}
    assert abs(pooled(fed, set(fed)) - pooled(before, set(fed))) < 2
    assert abs(pooled(fed, remote) - pooled(before, remote)) < 4
    received = sum(count for _, count in fed.values()) / 14
    assert 0.8 < received / (sum(count for _, count in before.values()) / 82) < 1.25


def test_new_and_changed_rows_are_found_by_an_incremental_pull(living: Demonstration) -> None:
    (before,) = living.ask("mot_cua", "SELECT max(cap_nhat_luc) FROM ho_so")[0]
    now = START + timedelta(days=1, hours=10)
    touched = 0
    for step in range(40):
        touched += feed(living.urls, now + timedelta(seconds=15 * step))
    changed = living.ask("mot_cua", "SELECT count(*) FROM ho_so WHERE cap_nhat_luc > ?", before)
    assert 0 < changed[0][0] <= touched
    # what was missed since the anchor is caught up in order of time, in steps
    fed = living.ask("mot_cua", "SELECT gia_tri FROM thong_tin WHERE khoa = 'nap_den'")[0][0]
    assert fed == str(now + timedelta(seconds=15 * 39))


def test_three_weeks_of_rest_are_made_up_for_within_minutes(living: Demonstration) -> None:
    now = START + timedelta(days=21, hours=9)
    calls = 0
    while feed(living.urls, now):
        calls += 1
    assert calls <= 40
    days = living.ask("mot_cua", "SELECT count(DISTINCT substr(ngay_tiep_nhan, 1, 10)) FROM ho_so "
                      "WHERE ngay_tiep_nhan >= '2026-11-22'")  # fmt: skip
    assert days == [(22,)]
    waiting = living.ask(
        "mot_cua", "SELECT count(*) FROM ho_so WHERE trang_thai IN (1, 2) AND ngay_hen_tra < ?", str(now)
    )
    assert waiting[0][0] <= 60


def test_a_call_repeated_or_out_of_order_does_nothing(living: Demonstration) -> None:
    now = START + timedelta(hours=9)
    while feed(living.urls, now):
        pass
    rows = living.ask("mot_cua", "SELECT * FROM ho_so WHERE id > 400000")
    assert feed(living.urls, now) == 0
    assert feed(living.urls, now - timedelta(hours=3)) == 0
    assert living.ask("mot_cua", "SELECT * FROM ho_so WHERE id > 400000") == rows


def test_a_moment_with_an_offset_is_read_as_province_time(living: Demonstration) -> None:
    aware = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
    feed(living.urls, aware)
    (last,) = living.ask("mot_cua", "SELECT max(cap_nhat_luc) FROM ho_so")[0]
    assert last == aware.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M:%S") == "2026-11-22 08:30:00"


def test_an_ordinary_call_is_cheap(living: Demonstration) -> None:
    # processor time, for the tests beside this one want the machine too
    now = START + timedelta(days=1, hours=9)
    for _ in range(60):
        feed(living.urls, now)
    taken = []
    for step in range(1, 31):
        began = time.process_time()
        feed(living.urls, now + timedelta(seconds=15 * step))
        taken.append(time.process_time() - began)
    print(f"feed: processor time, median {sorted(taken)[15] * 1000:.1f} ms")
    assert sorted(taken)[15] < 0.05


def test_nothing_is_fed_where_there_is_no_demonstration(tmp_path: Path) -> None:
    urls = default_urls(tmp_path)
    assert feed(urls, START) == 0
    assert feed({}, START) == 0
    assert not (tmp_path / "sources" / "mot_cua.db").exists()


def test_a_real_database_is_never_overwritten_nor_fed(tmp_path: Path) -> None:
    real = tmp_path / "real.db"
    connection = sqlite3.connect(real)
    connection.execute("CREATE TABLE ho_so (ma_ho_so TEXT)")
    connection.execute("INSERT INTO ho_so VALUES ('H01')")
    connection.commit()
    connection.close()
    urls = {"mot_cua": f"sqlite:///{real}"}
    with pytest.raises(NotADemonstration, match="không ghi đè"):
        generate(urls, ANCHOR, volume=0.01)
    assert feed(urls, START) == 0
    connection = sqlite3.connect(real)
    assert connection.execute("SELECT * FROM ho_so").fetchall() == [("H01",)]
    connection.close()
