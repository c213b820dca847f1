"""No row is lost: staged = published + parked + rejected, whatever comes and however often it is pulled."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import datasources
from datasources.sites.lai_chau.generator import SOURCES, default_urls, feed
from geodata.register import build_register
from ioc.areas import Register
from ioc.periods import VIETNAM
from ioc.refresh.extract import Task, extract
from ioc.refresh.outcome import Outcome
from ioc.runs import ROW_DISPOSITION, Disposition, RowReason
from ioc.settings import Settings
from ioc.site import Site
from tests.demo.conftest import ANCHOR, Demonstration
from tests.refresh.tiny import BINH_LU, DOAN_KET, NOW, TA_TONG, ListSource, Office, counts, site

START = datetime(ANCHOR.year, ANCHOR.month, ANCHOR.day, 6, tzinfo=VIETNAM)


@pytest.fixture(scope="module")
def register() -> Register:
    return build_register([]).branch("12")


def closes(outcome: Outcome) -> None:
    """Every staged row has exactly one verdict, and every verdict that keeps a row out has its finding."""
    tally = outcome.tally
    assert tally is not None, outcome.message
    assert tally.staged == tally.published + tally.parked + tally.rejected
    kept_out: Counter[Disposition] = Counter()
    for finding in outcome.findings:
        if finding.disposition is not None:
            assert ROW_DISPOSITION[RowReason(finding.code)] is finding.disposition
            assert finding.rows > 0 and 0 < len(finding.sample) <= 20
            kept_out[finding.disposition] += finding.rows
    assert kept_out[Disposition.PARKED] == tally.parked
    assert kept_out[Disposition.REJECTED] == tally.rejected


# -- any rows at all ----------------------------------------------------------------------------------------

CELLS = {
    "id": st.sampled_from(["a", "b", "c", "d", "", None]),
    "code": st.sampled_from([DOAN_KET, BINH_LU, TA_TONG, "03386", "03541", "99999", "3388", "", None, "12"]),
    "name": st.sampled_from([None, "", "Phường Đoàn Kết", "P. Quyết Tiến", "Tà Tổng", "Xã Không Có"]),
    "level": st.sampled_from(["xa", "so", None, "tỉnh"]),
    "received": st.sampled_from(
        ["2026-02-10 08:00:00", "2025-05-05 08:00:00", "2019-01-01 00:00:00", "2027-01-01 00:00:00", "hôm qua", None]
    ),
    "finished": st.sampled_from([None, "2026-02-12 08:00:00", "2026-13-01"]),
    "channel": st.sampled_from([1, 2, 3, 9, "hai", None]),
    "fee": st.sampled_from([0, 5, -1, "1.234", 1e300, None]),
    "paid": st.sampled_from([None, 0, 4, 6]),
    "org": st.sampled_from([None, "a", "\ufffd"]),
    "updated": st.sampled_from([None, "2026-02-11 08:00:00", "2026-02-12 08:00:00", "2026-03-19 08:00:00"]),
}  # fmt: skip
ROWS = st.lists(st.fixed_dictionaries(CELLS), max_size=30)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(rows=ROWS)
def test_any_rows_at_all_are_accounted_for(rows: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        outcome = Office(Path(folder), site(allow_empty=True)).refresh(rows)
        assert outcome.reason is None, outcome.message
        closes(outcome)
        assert outcome.tally is not None and outcome.tally.staged == len(rows)


INCREMENTAL = {
    "query": "SELECT 1 WHERE 1 > :since",
    "pull": {"mode": "incremental", "watermark": "updated", "overlap": "10m", "full_every": "24h"},
    "allow_empty": True,
}


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(pulls=st.lists(ROWS, min_size=1, max_size=4))
def test_increments_are_accounted_for_and_add_up_to_the_last_version_of_every_row(
    pulls: Sequence[list[dict[str, Any]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder), site(**INCREMENTAL))
        table: dict[Any, dict[str, Any]] = {}
        for number, rows in enumerate(pulls):
            # the rows of the source as they stand, each key once: a system of record with changes
            moment = f"2026-03-{10 + number:02} 08:00:00"
            for place, cells in enumerate(rows):
                key = cells["id"] or f"new{number}-{place}"
                table[key] = cells | {"id": key, "updated": moment}
            outcome = office.refresh(ListSource(list(table.values())), now=NOW + timedelta(minutes=number))
            assert outcome.reason is None, outcome.message
            closes(outcome)
            assert outcome.tally is not None and outcome.tally.staged == len(table)
        with tempfile.TemporaryDirectory() as other:
            # what grew by increments says what one whole pull of the same rows says
            last = NOW + timedelta(minutes=len(pulls))
            whole = Office(Path(other), site(**INCREMENTAL)).refresh(
                ListSource(list(table.values())), now=last
            )
            again = office.refresh(ListSource(list(table.values())), now=last)
            assert again.tally == whole.tally
            assert counts(again) == counts(whole)
            assert again.content_sha256 == whole.content_sha256


# -- the demonstration --------------------------------------------------------------------------------------


def refreshed(
    site: Site, register: Register, source: str, data: Path, now: datetime, full: bool = False
) -> Outcome:
    """One refresh of a source of the demonstration in `data`."""
    folder = data / "runs" / f"{source}-{now:%d%H%M%S}{'-full' if full else ''}"
    task = Task(site, register, site.sources[source], Settings(data=data), datasources.kinds(), folder, now)
    outcome = extract(task, full)
    assert outcome.reason is None, outcome.message
    return outcome


def dirt(ledger: dict[str, int], source: str) -> dict[str, int]:
    """The generator's own count of what it spoiled, by the reason that has to find it."""
    head = f"dirt.{source}."
    return {key.removeprefix(head): count for key, count in ledger.items() if key.startswith(head)}


def found(outcome: Outcome) -> dict[str, int]:
    rows: Counter[str] = Counter()
    for finding in outcome.findings:
        if finding.disposition is not None:
            rows[str(finding.code)] += finding.rows
    return dict(rows)


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_of_the_demonstration_closes_and_parks_exactly_what_was_spoiled(
    demo: Demonstration, demo_site: Site, register: Register, source: str, tmp_path: Path
) -> None:
    (tmp_path / "sources").symlink_to(demo.data / "sources")
    outcome = refreshed(demo_site, register, source, tmp_path, START)
    closes(outcome)
    assert outcome.tally is not None and outcome.tally.staged == demo.ledger[f"rows.{source}"]
    assert found(outcome) == dirt(demo.ledger, source)
    # rows handed in late are sound, and count
    assert outcome.tally.published == outcome.tally.staged - sum(dirt(demo.ledger, source).values())


def test_what_is_fed_is_accounted_for_pull_by_pull(
    small: Demonstration, demo_site: Site, register: Register, tmp_path: Path
) -> None:
    shutil.copytree(small.data / "sources", tmp_path / "sources")
    living = Demonstration(tmp_path, default_urls(tmp_path), small.ledger)
    spoiled = dirt(small.ledger, "mot_cua")
    now = START
    for step in range(8):
        outcome = refreshed(demo_site, register, "mot_cua", tmp_path, now)
        closes(outcome)
        (rows,) = living.ask("mot_cua", "SELECT count(*) FROM ho_so")[0]
        assert outcome.tally is not None
        assert outcome.full is (step == 0)
        # copies of one key merge where a later pull brings the key again; all other rows are as many as before
        (keys,) = living.ask("mot_cua", "SELECT count(DISTINCT ma_ho_so) FROM ho_so")[0]
        assert keys <= outcome.tally.staged <= rows
        kept = found(outcome)
        assert kept.pop("duplicate") == spoiled["duplicate"] - (rows - outcome.tally.staged)
        assert kept == {reason: count for reason, count in spoiled.items() if reason != "duplicate"}
        now += timedelta(hours=2)
        assert feed(living.urls, now) > 0
    last = refreshed(demo_site, register, "mot_cua", tmp_path, now)
    whole = refreshed(demo_site, register, "mot_cua", tmp_path, now, full=True)
    closes(whole)
    assert last.pulled is not None and whole.pulled is not None and last.pulled < whole.pulled
    assert found(whole) == spoiled
    assert last.content_sha256 == whole.content_sha256
    assert last.tally is not None and whole.tally is not None
    assert last.tally.published == whole.tally.published
