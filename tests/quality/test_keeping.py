"""From a real refresh to the shelf and back: the scores, the day's mark and the receipts of what was published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ioc.periods import VIETNAM
from ioc.quality.keeping import keep, mark
from ioc.quality.report import read
from ioc.refresh.outcome import Outcome
from ioc.runs import RowReason, State
from ioc.warehouse import Warehouse
from tests.refresh.tiny import BINH_LU, DOAN_KET, NOW, PROVINCE, Office, kpi, present, row, site
from tests.warehouse.press import Press, points

KPIS = (kpi("all", "count()"),)
SUPPLY = {"date": "received", "handed_in": "updated"}


@dataclass
class Desk:
    """An office as the keeper sees it: a tiny source and a real warehouse."""

    warehouse: Warehouse
    tiny: Office
    press: Press

    @property
    def site(self) -> Any:
        return self.tiny.site

    @property
    def register(self) -> Any:
        return self.tiny.register

    def run(self, rows: list[dict[str, Any]], now: Any = NOW) -> tuple[int, Outcome]:
        """Refresh, keep, publish, mark."""
        outcome = self.tiny.refresh(rows, now=now, full=True)
        run, spec = self.press.run("hs"), self.site.sources["hs"]
        self.warehouse.update_run(run, as_of=outcome.as_of)
        keep(self, run, outcome)  # type: ignore[arg-type]
        self.warehouse.publish(run, "hs", outcome.observations(), points({}, "hs"), self.press.term, now)
        mark(self, spec, run, outcome, now)  # type: ignore[arg-type]
        return run, outcome


@pytest.fixture
def desk(press: Press, tmp_path: Path):
    def make(**given: Any) -> Desk:
        tiny = Office(tmp_path / "tiny", site(kpis=KPIS, schedule={"promise": "41d"}, **given))
        return Desk(press.warehouse, tiny, press)

    return make


def test_what_a_refresh_found_is_read_back_with_samples_from_its_edition(desk) -> None:
    office = desk()
    rows = [row(DOAN_KET), row(DOAN_KET, fee=-5), row("99999"), row(BINH_LU)]
    office.run(rows)
    standing = office.warehouse.quality_standing()["hs"]
    report = read(office.warehouse, office.site.sources["hs"], standing)
    assert report.counts().rows == 4
    assert report.counts(area=present(DOAN_KET)).flaws == {RowReason.BELOW_MINIMUM: 1}
    assert report.counts(area=PROVINCE).flaws == {RowReason.UNKNOWN_CODE: 1}
    (negative,) = report.flaws_in(present(DOAN_KET))
    assert negative.column == "fee"
    assert [one["fee"] for one in negative.sample] == ["-5"]
    assert {flaw.reason: flaw.rows for flaw in report.flaws_in()} == {
        RowReason.BELOW_MINIMUM: 1, RowReason.UNKNOWN_CODE: 1,
    }  # fmt: skip


def test_the_same_rows_again_leave_one_version_and_mark_the_day(desk) -> None:
    office = desk()
    rows = [row(DOAN_KET), row(BINH_LU)]
    first, _ = office.run(rows)
    second, _ = office.run(rows, NOW + timedelta(days=1))
    standing = office.warehouse.quality_standing()["hs"]
    assert (standing.run, standing.version) == (second, first)
    days = office.warehouse.quality_days("hs", date(2026, 3, 1))
    assert [(one.day, one.run) for one in days] == [(date(2026, 3, 20), first), (date(2026, 3, 21), second)]
    assert [one.counts.rows for one in days] == [2, 2]


def test_receipts_come_from_the_rows_own_stamps_the_first_of_each_commune(desk) -> None:
    office = desk(supply=SUPPLY)
    office.run([
        row(DOAN_KET, "2026-02-03 08:00:00", updated="2026-03-05 09:30:00"),
        row(DOAN_KET, "2026-02-04 08:00:00", updated="2026-03-04 09:30:00"),
        row(BINH_LU, "2026-02-04 08:00:00", updated="2026-03-12 10:00:00"),
        row("99999", "2026-02-04 08:00:00", updated="2026-03-01 10:00:00"),
    ])  # fmt: skip
    found = {(one.period, one.unit): one.at.astimezone(VIETNAM) for one in office.warehouse.receipts("hs")}
    assert {key: f"{at:%d/%m %H:%M}" for key, at in found.items()} == {
        ("2026-02", present(DOAN_KET)): "04/03 09:30", ("2026-02", present(BINH_LU)): "12/03 10:00",
    }  # fmt: skip


def test_without_stamps_the_source_itself_hands_in_when_its_data_reach_a_new_period(desk) -> None:
    office = desk()
    office.run([row(DOAN_KET, "2026-02-03 08:00:00")])
    office.run(
        [row(DOAN_KET, "2026-02-03 08:00:00"), row(DOAN_KET, "2026-02-20 08:00:00")], NOW + timedelta(days=1)
    )
    later = NOW + timedelta(days=40)
    office.run([row(DOAN_KET, "2026-04-10 08:00:00")], later)
    found = office.warehouse.receipts("hs")
    assert [(one.period, one.unit) for one in found] == [
        ("2026-02", PROVINCE), ("2026-03", PROVINCE), ("2026-04", PROVINCE),
    ]  # fmt: skip
    assert [one.at for one in found] == [NOW, later, later]


def test_a_run_that_is_not_published_leaves_nothing_a_reader_could_see(desk) -> None:
    office = desk()
    outcome = office.tiny.refresh([row(DOAN_KET)])
    run = office.press.run("hs")
    keep(office, run, outcome)
    office.warehouse.finish_run(run, State.FAILED, None, None, NOW)
    assert office.warehouse.quality_standing() == {}
    assert office.warehouse.receipts("hs") == []
