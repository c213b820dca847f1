"""Whatever a refresh process does, its run ends with a reason, and what readers see stays as it was."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from ioc import dispatch
from ioc.access import Identity, Role
from ioc.dispatch import Order, Step
from ioc.leader import Lease
from ioc.observations import Edition
from ioc.office import Office
from ioc.runs import QUARANTINE, ROW_DISPOSITION, Disposition, Reason, Run, RunFailed, State
from tests.scheduling.conftest import (
    Opener,
    behave,
    calls,
    conserved,
    eventually,
    living,
    shown,
    with_memory,
)
from tests.warehouse.press import Press

KEPT = "Số liệu lần trước được giữ nguyên."
SOMEBODY = Identity("Nguyễn Văn A", Role.OPERATOR)

FAULTS: dict[str, tuple[dict[str, Any], Reason, str]] = {
    "hangs with a child of its own": ({"mode": "hang"}, Reason.DEADLINE, "schedule.deadline"),
    "answers too late": ({"mode": "slow", "seconds": 60}, Reason.DEADLINE, "sources/alpha.toml"),
    "ends with an error": ({"mode": "exit"}, Reason.CRASHED, "mã thoát 3"),
    "is killed": ({"mode": "killed"}, Reason.CRASHED, "SIGKILL"),
    "wants too much memory": ({"mode": "memory"}, Reason.MEMORY, "IOC_MEMORY_MB"),
    "finds the disk full": ({"mode": "no_space"}, Reason.DISK, "giải phóng"),
    "ends without a word": ({"mode": "silent"}, Reason.CRASHED, "child.log"),
    "leaves half an outcome": ({"mode": "garbage"}, Reason.CRASHED, "không đọc được"),
    "loses a row": ({"mode": "lossy"}, Reason.CRASHED, "không đọc được"),
    "counts nothing": ({"mode": "untallied"}, Reason.CRASHED, "đối chiếu số dòng"),
    "talks nonsense": ({"mode": "babble"}, Reason.CRASHED, "child.log"),
    "brings rows of another source": ({"claims": "beta"}, Reason.CRASHED, "không hợp lệ"),
}
TOLD = (
    Reason.UNREACHABLE, Reason.AUTH, Reason.SECRET_MISSING, Reason.RESET, Reason.QUERY, Reason.EMPTY,
    Reason.SCHEMA, Reason.TOO_MANY_BAD_ROWS,
)  # fmt: skip


@dataclass
class Desk:
    """An office that leads, and its runs of source alpha."""

    office: Office
    lease: Lease

    def run(self, behaviour: dict[str, Any] | None = None, **more: Any) -> Run:
        if behaviour is not None:
            behave(self.office.settings.data, {"alpha": behaviour})
            self.hurry(behaviour.get("mode") in ("hang", "slow"))
        order = more.pop("order", Order("alpha", "manual", SOMEBODY))
        return dispatch.refresh(self.office, order, self.lease.term or 0, **more)

    def hurry(self, yes: bool) -> None:
        """A short deadline for what never ends, a long one for what must end by itself on any machine."""
        spec = self.office.site.sources["alpha"]
        deadline = timedelta(seconds=1) if yes else timedelta(minutes=2)
        schedule = spec.schedule.model_copy(update={"deadline": deadline})
        self.office.site.sources["alpha"] = spec.model_copy(update={"schedule": schedule})

    def publish(self, value: float = 1.0) -> Edition:
        """A good edition, without a process."""
        values = {("kpi_alpha", "12@20250701", "2026-01"): value}
        return Press(self.office.warehouse, self.lease.term or 0).publish(values, source="alpha")


@pytest.fixture
def warehouse_url(tmp_path: Path) -> str:
    """SQLite for all of them; what may differ on a server is asked on PostgreSQL as well."""
    return f"sqlite:///{tmp_path / 'warehouse.db'}"


@pytest.fixture
def desk(open_office: Opener) -> Desk:
    office = with_memory(open_office(), 1024)
    lease = Lease(office.warehouse, seconds=600)
    assert lease.acquire() == 1
    return Desk(office, lease)


def test_a_good_run_publishes_and_says_what_became_of_every_row(desk: Desk) -> None:
    steps: list[Step] = []
    run = desk.run({"value": 7.0}, on_step=steps.append)
    edition = desk.office.warehouse.latest()
    assert edition is not None
    assert (run.state, run.reason, run.message, run.edition) == (State.PUBLISHED, None, None, edition.number)
    assert (run.staged, run.published, run.parked, run.rejected) == (10, 7, 2, 1)
    assert run.trigger == "manual" and run.asked_by == SOMEBODY.name and run.finished_at is not None
    assert run.as_of == datetime(2026, 10, 31, 17, tzinfo=UTC) and run.watermark == "w1" and run.full
    assert [(item.code, item.disposition, item.rows) for item in run.findings] == [
        ("unknown_code", ROW_DISPOSITION["unknown_code"], 2),  # type: ignore[index]
        ("extra_column", None, 0),
    ]
    assert run.findings[0].disposition is Disposition.PARKED
    assert shown(desk.office) == 7.0
    states = [step.state for step in steps]
    assert states[0] is State.EXTRACTING and states[-1] is State.PUBLISHED
    assert sorted(states, key=list(State).index) == states, "progress never goes back"


@pytest.mark.faults
@pytest.mark.parametrize("name", FAULTS)
def test_whatever_the_process_does_the_run_says_why_and_nothing_else_changes(desk: Desk, name: str) -> None:
    before = desk.publish()
    behaviour, reason, hint = FAULTS[name]
    run = desk.run(behaviour)
    assert (run.state, run.reason) == (State.FAILED, reason)
    assert run.message is not None and hint in run.message and KEPT in run.message
    assert run.edition is None and run.finished_at is not None
    assert desk.office.warehouse.latest() == before
    assert shown(desk.office) == 1.0
    assert conserved(desk.office)
    assert eventually(lambda: not living(desk.office)), "a process was left behind"
    assert desk.office.warehouse.unfinished_runs() == []


@pytest.mark.faults
@pytest.mark.postgres
def test_on_a_database_server_a_fault_leaves_the_last_edition_too(
    open_office: Opener, postgres_url: str
) -> None:
    office = with_memory(open_office(), 1024)
    office = replace(office, settings=replace(office.settings, warehouse=postgres_url))
    office.warehouse.migrate()
    desk = Desk(office, Lease(office.warehouse, seconds=600))
    assert desk.lease.acquire() == 1
    assert desk.run({"value": 1.0}).state is State.PUBLISHED
    for behaviour, reason, _ in FAULTS.values():
        assert desk.run(behaviour).reason is reason
    edition = office.warehouse.latest()
    assert edition is not None and edition.number == 1 and shown(office) == 1.0 and conserved(office)
    assert office.warehouse.unfinished_runs() == []
    assert desk.run({"value": 2.0}).edition == 2 and shown(office) == 2.0
    office.warehouse.close()


@pytest.mark.parametrize("reason", TOLD, ids=str)
def test_a_reason_the_process_gives_is_the_reason_of_the_run(desk: Desk, reason: Reason) -> None:
    before = desk.publish()
    run = desk.run({"mode": "reason", "reason": reason.value})
    wanted = State.QUARANTINED if reason in QUARANTINE else State.FAILED
    assert (run.state, run.reason, run.message) == (wanted, reason, "Nguồn không trả lời.")
    assert desk.office.warehouse.latest() == before and shown(desk.office) == 1.0


def test_what_a_process_leaves_running_when_it_ends_well_is_ended_too(desk: Desk) -> None:
    assert desk.run({"mode": "orphan"}).state is State.PUBLISHED
    assert eventually(lambda: not living(desk.office))


def test_after_a_fault_the_next_good_run_publishes(desk: Desk) -> None:
    assert desk.run({"mode": "exit"}).state is State.FAILED
    assert desk.run({"value": 3.0}).state is State.PUBLISHED
    assert shown(desk.office) == 3.0


def test_the_same_data_again_make_no_new_edition(desk: Desk) -> None:
    first, second = desk.run({"value": 1.0}), desk.run({"value": 1.0})
    assert (first.state, second.state) == (State.PUBLISHED, State.PUBLISHED)
    assert first.edition == second.edition == 1


def test_a_cancelled_run_is_killed_at_once_and_says_it_will_be_repeated(desk: Desk) -> None:
    cancelled = threading.Event()

    def on_step(step: Step) -> None:
        if step.rows:
            cancelled.set()

    behave(desk.office.settings.data, {"alpha": {"mode": "hang"}})
    run = desk.run(on_step=on_step, cancelled=cancelled)
    assert (run.state, run.reason) == (State.FAILED, Reason.LOST_LEASE)
    assert run.message is not None and "chạy lại" in run.message
    assert eventually(lambda: not living(desk.office))


def test_a_run_whose_leader_lost_office_meanwhile_publishes_nothing(desk: Desk) -> None:
    before = desk.publish()
    order = Order("alpha", "schedule", SOMEBODY)
    behave(desk.office.settings.data, {"alpha": {"value": 9.0}})
    run = dispatch.refresh(desk.office, order, (desk.lease.term or 0) - 1)
    assert (run.state, run.reason) == (State.FAILED, Reason.LOST_LEASE)
    assert desk.office.warehouse.latest() == before and shown(desk.office) == 1.0


def test_a_clock_that_went_back_publishes_only_when_told_to_trust_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = desk.publish()
    past = datetime.now(UTC) - timedelta(hours=1)
    monkeypatch.setattr(dispatch, "now_utc", lambda: past)
    run = desk.run({"value": 2.0})
    assert (run.state, run.reason) == (State.QUARANTINED, Reason.CLOCK)
    assert desk.office.warehouse.latest() == before
    run = desk.run(order=Order("alpha", "manual", SOMEBODY, trust_clock=True))
    assert run.state is State.PUBLISHED and shown(desk.office) == 2.0


def test_an_outcome_left_by_an_earlier_warehouse_is_not_taken_for_this_run(desk: Desk) -> None:
    folder = desk.office.settings.data / "runs" / "1"
    folder.mkdir(parents=True)
    (folder / "outcome.json").write_text('{"source": "alpha", "reason": null}', encoding="utf-8")
    run = desk.run({"mode": "silent"})
    assert run.id == 1 and run.reason is Reason.CRASHED and run.message is not None
    assert "dừng đột ngột" in run.message


def test_a_folder_that_cannot_be_made_fails_the_run_with_its_name(desk: Desk) -> None:
    (desk.office.settings.data / "runs").write_text("in the way", encoding="utf-8")
    run = desk.run({})
    assert (run.state, run.reason) == (State.FAILED, Reason.CRASHED)
    assert run.message is not None and str(desk.office.settings.data) in run.message


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (OperationalError("x", {}, Exception("server closed the connection")), Reason.WAREHOUSE),
        (type("Full", (OperationalError,), {})("x", {}, Exception("disk is full")), Reason.WAREHOUSE),
        (RuntimeError("a fault nobody thought of"), Reason.CRASHED),
        (MemoryError(), Reason.CRASHED),
    ],
    ids=["warehouse away", "warehouse full", "unforeseen", "no memory here"],
)
def test_a_publication_that_breaks_fails_the_run_and_not_the_scheduler(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, fault: Exception, reason: Reason
) -> None:
    def broken(*given: Any, **named: Any) -> Any:
        raise fault

    monkeypatch.setattr(desk.office.warehouse, "publish", broken)
    run = desk.run({})
    assert (run.state, run.reason) == (State.FAILED, reason)
    assert run.message is not None and KEPT in run.message


@pytest.mark.parametrize(("name", "value"), [("sqlite_errorname", "SQLITE_FULL"), ("sqlstate", "53100")])
def test_a_full_disk_of_the_warehouse_is_called_a_full_disk(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    cause = Exception("full")
    setattr(cause, name, value)

    def full(*given: Any) -> Any:
        raise OperationalError("x", {}, cause)

    monkeypatch.setattr(dispatch, "_work", full)
    run = desk.run({})
    assert run.reason is Reason.DISK and run.message is not None and "giải phóng" in run.message


def test_a_warehouse_away_for_a_moment_does_not_leave_the_run_open_for_ever(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse, away = desk.office.warehouse, [1, 2, 3]
    finish = warehouse.finish_run

    def unsteady(*given: Any) -> None:
        if away:
            away.pop()
            raise OperationalError("x", {}, Exception("connection refused"))
        finish(*given)

    monkeypatch.setattr(warehouse, "finish_run", unsteady)
    monkeypatch.setattr(dispatch, "AGAIN_SECONDS", 0.01)
    assert desk.run({"mode": "exit"}).state is State.FAILED
    assert warehouse.unfinished_runs() == []


def test_a_warehouse_away_for_long_lets_the_scheduler_go(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*given: Any) -> None:
        raise OperationalError("x", {}, Exception("connection refused"))

    monkeypatch.setattr(desk.office.warehouse, "finish_run", away)
    monkeypatch.setattr(dispatch, "AGAIN_SECONDS", 0.01)
    with pytest.raises(OperationalError):
        desk.run({"mode": "exit"})
    assert [run.id for run in desk.office.warehouse.unfinished_runs()] == [1]


def test_only_the_newest_pulls_are_kept_and_their_logs_a_little_longer(desk: Desk) -> None:
    keep = desk.office.settings.staging_keep
    for value in range(keep + 2):
        assert desk.run({"value": float(value)}).state is State.PUBLISHED
    runs = sorted((desk.office.settings.data / "runs").iterdir(), key=lambda folder: int(folder.name))
    tables = [bool(list(folder.glob("*.parquet"))) for folder in runs]
    assert tables == [False] * 2 + [True] * keep
    assert all((folder / "child.log").exists() for folder in runs)


def test_a_run_the_scheduler_died_on_is_marked_and_repeated_once(desk: Desk) -> None:
    office, now = desk.office, datetime.now(UTC)
    first = office.warehouse.open_run("alpha", "schedule", "system", 1, now)
    second = office.warehouse.open_run("beta", "recovery", "system", 1, now)
    gone = office.warehouse.open_run("not_in_the_site", "schedule", "system", 1, now)
    current = office.warehouse.open_run("gamma", "schedule", "system", 2, now)
    again = dispatch.recover(office, 2)
    assert [run.id for run in again] == [first]
    for run_id in (first, second, gone):
        run = office.warehouse.run(run_id)
        assert run is not None and (run.state, run.reason) == (State.ABANDONED, Reason.CRASHED)
        assert run.message is not None and KEPT in run.message and run.finished_at is not None
    assert [run.id for run in office.warehouse.unfinished_runs()] == [current], "this leader's own goes on"
    assert dispatch.recover(office, 2) == []


def test_a_deadline_is_for_the_whole_run_however_busy_the_process_looks(desk: Desk) -> None:
    start = time.monotonic()
    run = desk.run({"mode": "slow", "seconds": 600})
    assert run.reason is Reason.DEADLINE
    assert time.monotonic() - start < 120
    assert len(calls(desk.office)) == 1


def test_an_unknown_source_is_the_callers_mistake(desk: Desk) -> None:
    with pytest.raises(KeyError):
        desk.run(order=Order("delta", "manual", SOMEBODY))
    assert desk.office.warehouse.runs() == []


def test_a_fault_can_only_be_told_with_a_reason_and_a_sentence() -> None:
    fault = RunFailed(Reason.DISK, "Đĩa đã đầy.")
    assert (fault.reason, fault.message) == (Reason.DISK, "Đĩa đã đầy.")
