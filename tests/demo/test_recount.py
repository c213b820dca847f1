"""Two hundred random numbers of the demonstration, counted again from the rows of their runs, come out the same."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import datasources
from ioc.areas import Register
from ioc.periods import Period
from ioc.recount import Counted, NotCountedError, Recounter, compare
from ioc.refresh.extract import Task, extract
from ioc.refresh.trace import Trace, follow
from ioc.settings import Settings
from ioc.site import Site
from tests.demo.conftest import Demonstration
from tests.refresh.tiny import lai_chau

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
CELLS = 200
Row = dict[str, object]


@dataclass(frozen=True)
class Refreshed:
    """Every source of the demonstration refreshed once: its rows as published, and the traces of the runs."""

    site: Site
    register: Register
    data: Path
    rows: list[Row]
    traces: dict[str, Trace]


@pytest.fixture(scope="module")
def refreshed(demo: Demonstration, site: Site, tmp_path_factory: pytest.TempPathFactory) -> Refreshed:
    data = tmp_path_factory.mktemp("refreshed")
    (data / "sources").symlink_to(demo.data / "sources")
    settings = replace(Settings(), data=data)
    rows: list[Row] = []
    traces = {}
    for number, spec in enumerate(site.sources.values(), 1):
        folder = data / "runs" / str(number)
        outcome = extract(Task(site, lai_chau(), spec, settings, datasources.kinds(), folder, NOW))
        assert outcome.publishable, outcome.message
        rows += [row for row in outcome.observations().to_pylist() if row["status"] != "estimated"]
        found = follow(folder)
        assert found is not None
        traces[spec.id] = found
    return Refreshed(site, lai_chau(), data, rows, traces)


def test_random_cells_of_communes_and_province_recount_to_what_was_published(refreshed: Refreshed) -> None:
    pick = random.Random(766)
    parts = {
        name: [row for row in refreshed.rows if wanted(row)]
        for name, wanted in {
            "commune": lambda row: row["expected"] is None,
            "commune ytd": lambda row: row["expected"] is None and str(row["period"]).endswith(".ytd"),
            "whole": lambda row: row["expected"] is not None and not str(row["period"]).endswith(".ytd"),
            "whole ytd": lambda row: row["expected"] is not None and str(row["period"]).endswith(".ytd"),
        }.items()
    }
    chosen = [row for found in parts.values() for row in pick.sample(found, CELLS // len(parts))]
    assert len(chosen) == CELLS
    counting = {str(row["source"]) for row in refreshed.rows}  # the others tell of places alone
    for source in sorted(counting):  # and some of each, however small
        chosen += pick.sample([row for row in refreshed.rows if row["source"] == source], 3)
    wrong, counts = [], Counter[str]()
    for source, trace in refreshed.traces.items():
        with Recounter(refreshed.site, refreshed.register, trace, refreshed.data) as recounter:
            for row in (row for row in chosen if row["source"] == source):
                try:
                    counted = recounter.count(
                        refreshed.site.kpis[str(row["kpi"])], str(row["area"]), str(row["period"])
                    )
                except NotCountedError:
                    counts["not counted"] += 1
                    continue
                counts[source] += 1
                if not compare(counted, row["numerator"], row["denominator"], row["value"]):  # type: ignore[arg-type]
                    wrong.append((row, counted))
    assert not wrong
    assert counting == set(counts), "every source of figures is reached"
    for silent in set(refreshed.traces) - counting:
        assert refreshed.site.sources[silent].place and not refreshed.site.kpis_of(silent)
    assert counts["not counted"] == 0


def test_every_kpi_of_the_demonstration_can_be_counted_or_says_that_it_cannot(refreshed: Refreshed) -> None:
    """For the newest closed month of the root: no KPI raises anything but that it is not counted from rows."""
    newest: dict[str, Row] = {}
    root = refreshed.register.by_id["12@20250701"].id
    for row in refreshed.rows:
        if row["area"] == root and not Period.parse(str(row["period"])).cumulative:
            newest[str(row["kpi"])] = max(
                row, newest.get(str(row["kpi"]), row), key=lambda one: str(one["period"])
            )
    wrong = []
    for source, trace in refreshed.traces.items():
        with Recounter(refreshed.site, refreshed.register, trace, refreshed.data) as recounter:
            for kpi, row in newest.items():
                if row["source"] != source:
                    continue
                try:
                    counted = recounter.count(refreshed.site.kpis[kpi], root, str(row["period"]))
                except NotCountedError:
                    continue
                if not compare(counted, row["numerator"], row["denominator"], row["value"]):  # type: ignore[arg-type]
                    wrong.append((row, counted))
    assert not wrong
    assert len(newest) >= 25


def test_a_number_that_was_tampered_with_does_not_agree() -> None:
    counted = Counted(91.0, 3802.0, 100 * 91 / 3802, 3802)
    assert compare(counted, 91.0, 3802.0, 100 * 91 / 3802)
    assert not compare(counted, 92.0, 3802.0, 100 * 92 / 3802)
    assert not compare(counted, 91.0, 3802.0, 100 * 91 / 3802 + 1e-5)
    assert not compare(counted, 91.0, None, None)


def test_rows_that_were_cleared_away_are_said_to_be_gone(refreshed: Refreshed, tmp_path: Path) -> None:
    trace = next(iter(refreshed.traces.values()))
    with pytest.raises(FileNotFoundError):
        Recounter(refreshed.site, refreshed.register, trace, tmp_path)
    assert follow(tmp_path) is None
