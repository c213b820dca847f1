"""Twenty-four months of the demonstration, one after the other: ordinary months are not held back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

import datasources
from ioc.holding.cases import Suspect
from ioc.holding.judgement import judge
from ioc.observations import Observation, Status
from ioc.periods import Period, PeriodKind
from ioc.refresh.extract import Task, extract
from ioc.settings import Settings
from ioc.site import Site
from tests.demo.conftest import Demonstration
from tests.refresh.tiny import lai_chau

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SOURCES = ("an_sinh", "thanh_toan", "dinh_danh", "thue")
MOST = 7
"""Numbers held of some ten thousand: those that lack a row which the checks had to park."""


def _grown(site: Site, source: str, table: pa.Table) -> list[Suspect]:
    """Judge every month of a source on its arrival, all before it believed."""
    ends = {key: Period.parse(key) for key in pc.unique(table["period"]).to_pylist()}
    months = sorted(
        one for one in ends.values() if one.kind is PeriodKind.MONTH and not (one.cumulative or one.part)
    )
    found: list[Suspect] = []
    good: dict[str, list[Observation]] = {}
    for month in months[:-1]:
        keys = pa.array([key for key, one in ends.items() if one.end <= month.end])
        sent = table.filter(pc.is_in(table["period"], value_set=keys))
        found += judge(
            site, lai_chau(), source, sent, lambda kpi, stood=good: stood.get(kpi, []), {}
        ).opened  # fmt: skip
        good = {}
        for row in sent.to_pylist():
            item = Observation(**row | {"status": Status(row["status"])}, edition=1)
            good.setdefault(item.kpi, []).append(item)
    return found


def test_two_years_of_the_demonstration_hold_next_to_nothing_and_no_whole_month(
    small: Demonstration, site: Site, tmp_path: Path
) -> None:
    (tmp_path / "sources").symlink_to(small.data / "sources")
    settings = replace(Settings(), data=tmp_path)
    found, numbers = [], 0
    for spec in (site.sources[name] for name in SOURCES):
        folder = tmp_path / "runs" / spec.id
        outcome = extract(Task(site, lai_chau(), spec, settings, datasources.kinds(), folder, NOW))
        assert outcome.publishable, outcome.message
        numbers += outcome.observations().num_rows
        found += _grown(site, spec.id, outcome.observations())
    assert numbers > 9_000
    assert [one for one in found if "+" in one.area] == []
    assert len(found) <= MOST, found
