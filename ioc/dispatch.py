"""One run from start to end: the refresh process, its outcome, the publication, the entry in the ledger.

Owns the promise that every run ends with a state, a reason and a sentence somebody can act on, and that
the last good values stay whatever happens. Decides neither when to run nor what the numbers are.
"""

from __future__ import annotations

import errno
import logging
import shutil
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from ioc.access import Identity
from ioc.child import LOG, Ending, Limits, Stopped, run_child
from ioc.contract import SourceSpec
from ioc.crashpoint import crash_point
from ioc.formats import duration
from ioc.holding.desk import RELEASE, Delivery, publish, sent_before
from ioc.office import Office
from ioc.quality.keeping import keep, mark
from ioc.refresh.outcome import Outcome
from ioc.runs import QUARANTINE, Reason, Run, RunFailed, State

log = logging.getLogger(__name__)
AGAIN_SECONDS, _ATTEMPTS = 1.0, 15
"""A warehouse that is away must not leave a run open; away for longer, the leader steps down and recovers."""
_MIRROR_SECONDS = 1.0
_FOLDERS_KEPT = 20
_KEPT = "Số liệu lần trước được giữ nguyên."
_NO_MEMORY = ("MemoryError", "std::bad_alloc", "Cannot allocate memory", "Out of Memory", "ArrowMemoryError")
_NO_SPACE = ("No space left on device", "disk is full", "Disk quota exceeded")


@dataclass(frozen=True)
class Step:
    """Progress of a run, as followed while it works."""

    run: int
    source: str
    state: State
    rows: int


@dataclass(frozen=True)
class Order:
    """What to run and on whose behalf. `trigger`: schedule, manual, first, retry, recovery or release."""

    source: str
    trigger: str
    identity: Identity
    attempt: int = 1
    trust_clock: bool = False


def now_utc() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


def refresh(
    office: Office,
    order: Order,
    term: int,
    on_step: Callable[[Step], None] = lambda step: None,
    cancelled: threading.Event | None = None,
) -> Run:
    """Run one source once, under the leader's `term`, and return the finished run with its findings.

    Never raises for a fault of source, process, disk or publication: the run says it. Raises KeyError for
    an unknown source and SQLAlchemyError when not even the start can be written into the ledger.
    """
    spec = office.site.sources[order.source]
    run_id = office.warehouse.open_run(
        spec.id, order.trigger, order.identity.name, term, now_utc(), attempt=order.attempt
    )
    on_step(Step(run_id, spec.id, State.EXTRACTING, 0))
    crash_point("dispatch.opened")
    try:
        _work(office, spec, order, _Desk(office, spec, run_id, term, on_step), cancelled or threading.Event())
    except RunFailed as fault:
        _fail(office, run_id, fault)
    except SQLAlchemyError as error:
        _fail(office, run_id, _warehouse_fault(error))
    except OSError as error:
        _fail(office, run_id, _disk_fault(error, office.settings.data))
    except Exception as error:
        # Every run ends with a reason, also when the fault is one nobody thought of.
        log.exception("run %s", run_id)
        _fail(office, run_id, _unforeseen(spec, error))
    run = office.warehouse.run(run_id)
    if run is None:
        raise LookupError(f"run {run_id} has gone from the ledger")
    on_step(Step(run_id, spec.id, run.state, run.staged or 0))
    return run


@dataclass
class _Desk:
    """What one run needs at hand, and the mirror of its progress in the ledger."""

    office: Office
    spec: SourceSpec
    run: int
    term: int
    on_step: Callable[[Step], None]
    state: State = State.EXTRACTING
    mirrored: datetime | None = None

    def line(self, line: dict[str, Any]) -> None:
        """A line of the process's progress."""
        state, rows = State(line["state"]), int(line["rows"])
        self.on_step(Step(self.run, self.spec.id, state, rows))
        now = now_utc()
        late = self.mirrored is None or (now - self.mirrored).total_seconds() >= _MIRROR_SECONDS
        if state is not self.state or late:
            values: dict[str, Any] = {"state": state.value, "heartbeat_at": now}
            if state is State.EXTRACTING:
                values["pulled"] = rows
            self.office.warehouse.update_run(self.run, **values)
            self.state, self.mirrored = state, now


def _work(office: Office, spec: SourceSpec, order: Order, desk: _Desk, cancelled: threading.Event) -> None:
    folder = _run_folder(office, desk.run)
    before = sent_before(office, spec.id) if order.trigger == RELEASE else None
    if before is not None:
        _keep_outcome(office, desk.run, before[1])
        _publish(office, order, desk, before[1], before[0])
        return
    command = [*office.command, "extract", spec.id, "--run", str(desk.run)]
    deadline = spec.schedule.deadline
    limits = Limits(deadline.total_seconds(), office.settings.memory_mb)
    try:
        ending = run_child(command, folder, limits, desk.line, cancelled)
    except (ValueError, KeyError, TypeError) as error:
        raise RunFailed(
            Reason.CRASHED, _sentence(spec, f"báo tiến độ không đọc được ({error}); xem {folder / LOG}")
        ) from error
    crash_point("dispatch.child_ended")
    outcome = _outcome(folder, ending, spec, office)
    _keep_outcome(office, desk.run, outcome)
    crash_point("dispatch.outcome_kept")
    if outcome.reason is not None:
        raise RunFailed(outcome.reason, outcome.message or _sentence(spec, "không nêu lý do"))
    _publish(office, order, desk, outcome, desk.run)
    _prune(office, spec)


def _publish(office: Office, order: Order, desk: _Desk, outcome: Outcome, basis: int) -> None:
    """Judge and publish what run `basis` pulled."""
    spec = desk.spec
    delivery = Delivery(spec.id, desk.run, outcome, basis, desk.term, now_utc(), order.trust_clock)
    try:
        keep(office, desk.run, outcome)
        publish(office, delivery)
        mark(office, spec, desk.run, outcome, delivery.now)
    except ValueError as error:
        raise RunFailed(
            Reason.CRASHED, _sentence(spec, f"tạo ra kết quả không hợp lệ nên không công bố ({error})")
        ) from error


def _outcome(folder: Path, ending: Ending, spec: SourceSpec, office: Office) -> Outcome:
    """What the process left; raises RunFailed when it was stopped or died without a word."""
    if ending.stopped is Stopped.DEADLINE:
        limit = duration(spec.schedule.deadline)
        raise RunFailed(
            Reason.DEADLINE,
            f"Nguồn {spec.name.vi} không trả xong dữ liệu trong {limit} nên tiến trình đã bị dừng. {_KEPT} "
            "Kiểm tra máy chủ nguồn và đường truyền, hoặc tăng schedule.deadline trong "
            f"sources/{spec.id}.toml.",
        )
    if ending.stopped is Stopped.CANCELLED:
        raise RunFailed(
            Reason.LOST_LEASE,
            f"Bộ lập lịch dừng hoặc không còn giữ quyền điều phối nên lượt làm mới {spec.name.vi} bị hủy. "
            f"{_KEPT} Lượt này sẽ được chạy lại.",
        )
    try:
        return Outcome.load(folder)
    except FileNotFoundError:
        raise _crash(ending, spec, office, folder) from None
    except (ValueError, KeyError, TypeError) as error:
        raise RunFailed(
            Reason.CRASHED, _sentence(spec, f"để lại kết quả không đọc được ({error}); xem {folder}")
        ) from error


def _crash(ending: Ending, spec: SourceSpec, office: Office, folder: Path) -> RunFailed:
    if any(word in ending.log for word in _NO_MEMORY):
        limit = office.settings.memory_mb
        what = f"vượt giới hạn bộ nhớ {limit} MB; thu hẹp truy vấn của nguồn hoặc tăng IOC_MEMORY_MB"
        return RunFailed(Reason.MEMORY, _sentence(spec, what))
    if any(word in ending.log for word in _NO_SPACE):
        return RunFailed(Reason.DISK, _no_space(office.settings.data))
    how = f"mã thoát {ending.code}"
    if ending.code < 0:
        how = f"tín hiệu {signal.Signals(-ending.code).name}"
    if ending.code == -signal.SIGKILL:
        how += ", có thể do máy chủ hết bộ nhớ"
    return RunFailed(Reason.CRASHED, _sentence(spec, f"dừng đột ngột ({how}); xem {folder / LOG}"))


def _sentence(spec: SourceSpec, what: str) -> str:
    return f"Tiến trình làm mới nguồn {spec.name.vi} {what}. {_KEPT}"


def _no_space(folder: Path) -> str:
    return f"Đĩa chứa {folder} đã đầy; giải phóng dung lượng rồi làm mới lại. {_KEPT}"


def _keep_outcome(office: Office, run_id: int, outcome: Outcome) -> None:
    """Write down what the process found, published or not."""
    if outcome.reason is None and outcome.tally is None:
        raise RunFailed(Reason.CRASHED, f"Kết quả của lượt {run_id} thiếu bảng đối chiếu số dòng. {_KEPT}")
    values: dict[str, Any] = {
        "heartbeat_at": now_utc(), "as_of": outcome.as_of, "full": outcome.full, "pulled": outcome.pulled,
        "content_sha256": outcome.content_sha256, "watermark": outcome.watermark,
    }  # fmt: skip
    if outcome.tally is not None:
        parts = ("staged", "published", "parked", "rejected")
        values |= {part: getattr(outcome.tally, part) for part in parts}
    if outcome.reason is None:
        values["state"] = State.CHECKED.value
    office.warehouse.update_run(run_id, **values)
    office.warehouse.store_findings(run_id, outcome.source, outcome.findings)


def _fail(office: Office, run_id: int, fault: RunFailed) -> None:
    state = State.QUARANTINED if fault.reason in QUARANTINE else State.FAILED
    log.warning("run %s: %s: %s", run_id, fault.reason.value, fault.message)
    for left in reversed(range(_ATTEMPTS)):
        try:
            office.warehouse.finish_run(run_id, state, fault.reason, fault.message, now_utc())
            return
        except OperationalError:
            if not left:
                raise
            time.sleep(AGAIN_SECONDS)


def _unforeseen(spec: SourceSpec, error: Exception) -> RunFailed:
    what = f"gặp lỗi ngoài dự kiến ({type(error).__name__}: {error}); xem nhật ký của bộ lập lịch"
    return RunFailed(Reason.CRASHED, _sentence(spec, what))


def _warehouse_fault(error: SQLAlchemyError) -> RunFailed:
    cause = error.orig if isinstance(error, DBAPIError) else None
    name = getattr(cause, "sqlite_errorname", "") or ""
    if name in ("SQLITE_FULL", "SQLITE_IOERR_WRITE") or getattr(cause, "sqlstate", "") == "53100":
        where = "Ổ đĩa của kho số liệu đã đầy; giải phóng dung lượng rồi làm mới lại."
        return RunFailed(Reason.DISK, f"{where} {_KEPT}")
    detail = str(cause or error).strip().splitlines()[0]
    return RunFailed(
        Reason.WAREHOUSE,
        f"Không ghi được vào kho số liệu ({detail}). {_KEPT} Kiểm tra cơ sở dữ liệu và IOC_WAREHOUSE.",
    )


def _disk_fault(error: OSError, folder: Path) -> RunFailed:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return RunFailed(Reason.DISK, _no_space(folder))
    return RunFailed(
        Reason.CRASHED, f"Không chạy được tiến trình làm mới ({error}). {_KEPT} Kiểm tra quyền trên {folder}."
    )


def _run_folder(office: Office, run_id: int) -> Path:
    """An empty folder for the run; one left over from another warehouse must not be taken for its outcome."""
    folder = office.settings.data / "runs" / str(run_id)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _prune(office: Office, spec: SourceSpec) -> None:
    """Keep the tables of the newest runs and the logs of some more."""
    room = office.settings.data / "runs"
    basis = office.warehouse.hold_basis(spec.id)
    for place, run in enumerate(office.warehouse.runs(spec.id, limit=2 * _FOLDERS_KEPT)):
        if basis is not None and run.id == basis.run:
            continue  # a decision about it may still come
        if place >= _FOLDERS_KEPT:
            shutil.rmtree(room / str(run.id), ignore_errors=True)
        elif place >= office.settings.staging_keep:
            for table in (room / str(run.id)).glob("*.parquet"):
                table.unlink(missing_ok=True)


def recover(office: Office, term: int) -> list[Run]:
    """Mark runs that an earlier leader left unfinished as abandoned; returns those to be run again, once.

    A run that was itself such a second chance is not repeated.
    """
    again: list[Run] = []
    for run in office.warehouse.unfinished_runs():
        if run.term >= term:
            continue
        once_more = run.trigger != "recovery"
        then = "Lượt này được chạy lại một lần." if once_more else "Lượt này không tự chạy lại nữa."
        message = f"Bộ lập lịch dừng giữa chừng khi đang làm mới. {_KEPT} {then}"
        office.warehouse.finish_run(run.id, State.ABANDONED, Reason.CRASHED, message, now_utc())
        if once_more and run.source in office.site.sources:
            again.append(run)
    return again
