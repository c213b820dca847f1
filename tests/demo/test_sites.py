"""The Lai Châu site is complete and true to its sources, and a site of another province works as well."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import datasources
from datasources.sites.lai_chau.generator import SOURCES
from geodata.register import build_register
from ioc.areas import Register
from ioc.catalogue import Aggregation, Direction, Grade, grade
from ioc.periods import VIETNAM
from ioc.refresh.extract import Task, extract
from ioc.refresh.outcome import Outcome
from ioc.settings import Settings
from ioc.site import Site
from tests.conftest import PROJECT
from tests.demo.conftest import Demonstration

WANTED = """
ops_online_share ops53_online_share ops_full_online_share tthc_on_time tthc_overdue_open tthc_due_soon
pay_online_dossier result_digital input_digitised data_reuse pasc_active cl_social cl_pension cl_tuition
cl_health tax_etax tax_cashreg vil_no_mobile vil_weak_mobile mob_village_cov hh_no_mobile vil_no_fibre
fibre_village_cov vil_no_grid hh_off_grid grid_hh_rate vil_multi_gap gap_survey_age eid_activated id_card
pay_online_proc fb_on_time fb_satisfied svc_satisfied cl_account15 fibre_hh ops_adult_use p06_task_on_time
p06_task_overdue p06_model_done data_clean ehr_share ereport_share doc_signed doc_electronic task_gov_on_time
sec_level digital_team inv_disb rev_plan poor_hh
"""
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=VIETNAM)


def refreshed(
    site: Site, register: Register, source: str, data: Path, folder: Path, now: datetime
) -> Outcome:
    """One whole refresh of a source in this process."""
    spec, settings = site.sources[source], Settings(data=data)
    return extract(Task(site, register, spec, settings, datasources.kinds(), folder, now), full=True)


@pytest.fixture(scope="module")
def national() -> Register:
    return build_register([])


def test_the_site_has_the_kpis_groups_and_sources_of_the_mission(site: Site) -> None:
    assert set(site.kpis) >= set(WANTED.split())
    assert set(site.groups) == {kpi.group for kpi in site.kpis.values()}
    assert set(SOURCES) <= set(site.sources)
    shapes = {site.sources[source].shape for source in SOURCES}
    assert shapes == {f"S{number}" for number in (1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19)}
    assert site.head.demonstration and site.head.root == "12" and site.head.headline_map == "ops_online_share"
    assert len(site.headlines) == 8
    assert {kpi.group for kpi in site.headlines} >= {"dich_vu_cong", "khong_tien_mat", "khoang_trong"}


def test_every_kpi_carries_what_the_register_of_indicators_asks(site: Site) -> None:
    for kpi in (site.kpis[name] for name in WANTED.split()):
        assert kpi.indicator is not None and kpi.cycle is not None, kpi.id
        assert kpi.target or kpi.direction is Direction.NEUTRAL or kpi.id == "pasc_active", kpi.id


def test_what_only_the_province_knows_is_said_to_be_so(site: Site) -> None:
    whole = {kpi.id for kpi in site.kpis.values() if kpi.level == "province"}
    assert whole >= {"p06_task_on_time", "p06_task_overdue", "p06_model_done", "sec_level", "cl_account15"}


def test_what_follows_another_province_says_so(site: Site) -> None:
    for name in ("p06_task_on_time", "p06_task_overdue", "p06_model_done"):
        assert "mô phỏng theo mẫu Nghệ An 2024" in site.kpis[name].formula.vi
    for name in ("nhiem_vu", "mo_hinh"):
        spec = site.sources[name]
        assert "mô phỏng theo mẫu Nghệ An 2024" in spec.system + spec.name.vi


def test_names_are_in_both_languages_and_fit_a_tile(site: Site) -> None:
    for kpi in site.kpis.values():
        assert len(kpi.short.vi) <= 30 and len(kpi.short.en) <= 30, kpi.id
        assert kpi.classes, kpi.id
        if not kpi.is_share and kpi.aggregation is not Aggregation.OFFICIAL:
            assert kpi.unit.vi != "%"
        assert kpi.name.vi != kpi.name.en and kpi.formula.vi != kpi.formula.en


def test_only_targets_read_in_a_document_are_called_verified(site: Site) -> None:
    verified = {
        (kpi.id, target.decision.split(",")[0])
        for kpi in site.kpis.values()
        for target in kpi.target
        if target.verified
    }
    assert {decision[: decision.index("/")] for _, decision in verified} == {
        "Quyết định 1813",
        "Quyết định 2269",
    }
    for kpi in site.kpis.values():
        for target in kpi.target:
            if target.verified:
                assert target.valid_to is not None, "both programmes ended with 2025"
            words = target.decision.lower()
            assert target.verified or any(word in words for word in ("đề xuất", "chưa"))


def test_counts_have_targets_by_commune_and_the_published_level_alarms_the_province(site: Site) -> None:
    day = NOW.date()
    published = {"vil_no_mobile": 33, "vil_no_fibre": 191, "vil_no_grid": 8, "hh_off_grid": 426}
    for kpi_id, count in published.items():
        kpi = site.kpis[kpi_id]
        target = kpi.target_for(day, "province")
        assert grade(kpi, count, target) is Grade.WATCH and grade(kpi, count + 1, target) is Grade.BAD
        commune = kpi.target_for(day, "commune")
        assert commune is not None and grade(kpi, 0, commune) is Grade.GOOD


def test_queries_speak_plain_sql(site: Site) -> None:
    for spec in site.sources.values():
        lowered = spec.query.lower()
        for word in ("strftime", "date_trunc", "ifnull", "::", "||", "limit", "`", '"'):
            assert word not in lowered, (spec.id, word)


def test_a_refresh_finds_exactly_the_errors_put_in(
    small: Demonstration, site: Site, national: Register, tmp_path: Path
) -> None:
    register = national.branch("12")
    values: dict[tuple[str, str], float] = {}
    for source in SOURCES:
        outcome = refreshed(site, register, source, small.data, tmp_path / source, NOW)
        assert outcome.reason is None, outcome.message
        found: dict[str, int] = {}
        for finding in outcome.findings:
            if finding.disposition is not None:
                found[str(finding.code)] = found.get(str(finding.code), 0) + finding.rows
        wanted = {
            key.split(".")[2]: count
            for key, count in small.ledger.items()
            if key.startswith(f"dirt.{source}.")
        }
        assert found == wanted, source
        assert outcome.tally is not None and outcome.tally.staged == small.ledger[f"rows.{source}"]
        rows = pq.read_table(tmp_path / source / "observations.parquet").to_pylist()
        values |= {(row["kpi"], row["period"]): row["value"] for row in rows if row["area"] == "12@20250701"}
    assert {kpi for kpi, _ in values} == {kpi.id for source in SOURCES for kpi in site.kpis_of(source)}
    today = {
        kpi: values[kpi, "2026-11"] for kpi in ("vil_no_mobile", "vil_no_fibre", "vil_no_grid", "hh_off_grid")
    }
    assert today == {
        "vil_no_mobile": 33,
        "vil_no_fibre": 191,
        "vil_no_grid": 8,
        "hh_off_grid": 426,
    }
    assert values["fibre_village_cov", "2026-11"] == pytest.approx(100 * 765 / 956)
    assert values["fibre_hh", "2025-05"] == pytest.approx(100 * 57_239 / 113_073)
    assert values["p06_model_done", "2026-11"] == pytest.approx(100 * 6 / 38)
    assert values["vil_no_mobile", "2024-12"] > 45 and values["hh_off_grid", "2024-12"] > 600


def test_a_site_of_another_province_loads_and_computes(national: Register, tmp_path: Path) -> None:
    site = Site.load(PROJECT / "tests" / "demo" / "sites" / "dien_bien")
    register = national.branch(site.head.root)
    first, second, third = register.communes[:3]
    old = register.by_id[next(link.old for link in register.links if link.new == first.id)]
    rows = [
        (first.code, first.name, "2026-04-01", 60, 100),
        (second.code, second.name, "2026-04-01", 50, 200),
        (third.code, third.name, "2026-04-01", 0, 0),
        (old.code, old.name, "2025-06-01", 3, 10),
        ("03388", "Phường Đoàn Kết", "2026-04-01", 9, 9),
    ]
    with sqlite3.connect(tmp_path / "dien_bien.db") as connection:
        connection.execute(
            "CREATE TABLE figures (unit TEXT, label TEXT, month TEXT, online INTEGER, received INTEGER)"
        )
        connection.executemany("INSERT INTO figures VALUES (?, ?, ?, ?, ?)", rows)
    connection.close()
    now = datetime(2026, 5, 20, tzinfo=VIETNAM)
    outcome = refreshed(site, register, "so_lieu", tmp_path, tmp_path / "run", now)
    assert outcome.reason is None, outcome.message
    assert [(str(item.code), item.rows) for item in outcome.findings] == [("unknown_code", 1)]
    found = {
        (row["area"], row["period"]): (row["value"], row["reporting"])
        for row in pq.read_table(tmp_path / "run" / "observations.parquet").to_pylist()
    }
    assert found["11@20250701", "2026-04"] == (pytest.approx(100 * 110 / 300), 3)
    assert found[third.id, "2026-04"] == (None, None)
    assert found[first.id, "2025-06"] == (30.0, None)
