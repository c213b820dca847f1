"""Trắng sóng and lõm sóng share villages but not denominators: the published figures of Tuyên Quang come out.

91 of 3,802 villages without a signal, 182 of the other 3,711 with a weak one, 97.6 % covered, 273 in all; 4
and 14 of them without the grid. The register is refreshed by the command an operator uses, process and all.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from geodata.register import build_register
from ioc.office import REGISTER
from ioc.site import Site
from tests.conftest import PROJECT

SITE = PROJECT / "tests" / "golden" / "sites" / "tuyen_quang"
VILLAGES, NONE, WEAK = 3_802, 91, 182
NONE_OFF_GRID, WEAK_OFF_GRID = 4, 14
LONG_AGO = "2019-05-01"


@dataclass
class Installation:
    """The small site with its register of villages and a warehouse."""

    data: Path

    def ioc(self, *words: str) -> str:
        """What a command printed; fails when the command does."""
        environment = {**os.environ, "IOC_SITE": str(SITE), "IOC_DATA": str(self.data)}
        environment.pop("IOC_WAREHOUSE", None)
        run = subprocess.run(
            [sys.executable, str(PROJECT / "app.py"), *words],
            env=environment, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    def value(self, kpi: str) -> dict[str, Any]:
        """The province's number of a KPI as published."""
        answer: dict[str, Any] = json.loads(self.ioc("value", kpi, "--json"))
        return answer

    def change(self, statement: str) -> int:
        """Run a statement on the register of villages; returns the rows it changed."""
        connection = sqlite3.connect(self.data / "villages.db")
        with connection:
            changed = connection.execute(statement).rowcount
        connection.close()
        return changed


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    data = tmp_path_factory.mktemp("tuyen_quang")
    register = build_register([])
    register.dump(data / REGISTER)
    codes = [area.code for area in register.branch("08").communes]
    surveyed = (datetime.now(UTC).date() - timedelta(days=1)).isoformat()
    rows = []
    for number in range(VILLAGES):
        none, weak = number < NONE, NONE <= number < NONE + WEAK
        off_grid = number < NONE_OFF_GRID or NONE <= number < NONE + WEAK_OFF_GRID
        rows.append((
            f"{number:05d}", codes[number % len(codes)], None if none else LONG_AGO,
            None if none or weak else LONG_AGO, None if off_grid else LONG_AGO, surveyed,
        ))  # fmt: skip
    connection = sqlite3.connect(data / "villages.db")
    with connection:
        connection.execute(
            "CREATE TABLE villages (village_id TEXT, commune_code TEXT, mobile_since TEXT, "
            "signal_stable_since TEXT, grid_since TEXT, surveyed_at TEXT)"
        )
        connection.executemany("INSERT INTO villages VALUES (?, ?, ?, ?, ?, ?)", rows)
    connection.close()
    made = Installation(data)
    made.ioc("migrate")
    made.ioc("refresh", "thon_ban")
    return made


def test_the_measures_are_those_of_the_catalogue() -> None:
    golden, lai_chau = Site.load(SITE), Site.load(PROJECT / "datasources" / "sites" / "lai_chau")
    shared = ("vil_no_mobile", "vil_weak_mobile", "vil_weak_share", "mob_village_cov")
    for kpi in shared:
        here, there = golden.kpis[kpi], lai_chau.kpis[kpi]
        assert (here.numerator, here.denominator, here.aggregation) == (
            there.numerator, there.denominator, there.aggregation,
        )  # fmt: skip


def test_the_published_figures_come_out(installation: Installation) -> None:
    found = {kpi: installation.value(kpi) for kpi in Site.load(SITE).kpis}
    assert (found["mob_village_cov"]["numerator"], found["mob_village_cov"]["denominator"]) == (
        VILLAGES - NONE, VILLAGES,
    )  # fmt: skip
    assert (found["vil_weak_share"]["numerator"], found["vil_weak_share"]["denominator"]) == (WEAK, 3_711)
    assert round(found["mob_village_cov"]["value"], 1) == 97.6
    counts = {kpi: found[kpi]["value"] for kpi in found if not kpi.endswith(("_cov", "_share"))}
    assert counts == {
        "vil_no_mobile": 91,
        "vil_weak_mobile": 182,
        "vil_gap": 273,
        "vil_none_no_grid": 4,
        "vil_weak_no_grid": 14,
    }


def test_a_village_that_gets_a_weak_signal_moves_both_counts_and_one_denominator(
    installation: Installation,
) -> None:
    at = "WHERE village_id = '00090'"
    assert installation.change(f"UPDATE villages SET mobile_since = '{LONG_AGO}' {at}") == 1
    try:
        installation.ioc("refresh", "thon_ban")
        none, weak = installation.value("vil_no_mobile"), installation.value("vil_weak_share")
        covered = installation.value("mob_village_cov")
        assert none["value"] == NONE - 1
        assert (weak["numerator"], weak["denominator"]) == (WEAK + 1, 3_712)
        assert (covered["numerator"], covered["denominator"]) == (3_712, VILLAGES)
        assert installation.value("vil_gap")["value"] == 273
    finally:
        installation.change(f"UPDATE villages SET mobile_since = NULL {at}")
        installation.ioc("refresh", "thon_ban")
