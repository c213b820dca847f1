"""One refresh of one source, from the first row pulled to the files the publisher reads.

Owns the order of the steps and the sentence for every way they can end. Runs in a process of its own that
may be killed at any line: what it has staged stays, what it has not finished leaves no trace. Must not
know the warehouse.
"""

from __future__ import annotations

import difflib
import errno
import gc
import hashlib
import json
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ioc.areas import Register
from ioc.contract import SourceSpec
from ioc.periods import VIETNAM
from ioc.quality.findings import Expectation, Findings, cells
from ioc.quality.workdays import Workdays
from ioc.refresh import trace
from ioc.refresh.aggregation import Aggregator
from ioc.refresh.cells import TYPES, reading, trimmed
from ioc.refresh.fingerprint import fingerprint
from ioc.refresh.flaws import flaws, receipts
from ioc.refresh.history import History, reach
from ioc.refresh.outcome import Outcome, Progress
from ioc.refresh.places import places
from ioc.refresh.quoting import ident, literal
from ioc.refresh.rows import CLOCK_SKEW, Judge, Verdicts
from ioc.refresh.source import Kinds, Source
from ioc.refresh.staging import Staged, Staging, StagingState
from ioc.runs import Finding, Reason, RunFailed, State
from ioc.settings import Settings
from ioc.site import Site

CLOCK_STEP = timedelta(minutes=5)
"""A clock that stands further before the last pull than this cannot be trusted to date anything."""
EXTRA_COLUMN = "extra_column"
"""Code of the note on a column the contract does not know."""
RARE_COLLECTION = 100_000
"""Objects between two searches for garbage in a process of its own. A batch of rows is ten thousand objects
that are never garbage in a circle; looking through them again and again takes a third of a pull."""


def child_main(
    site: Site, register: Register, settings: Settings, kinds: Kinds, source_id: str, run_id: int,
    full: bool = False,
) -> int:  # fmt: skip
    """Refresh one source and leave ``{data}/runs/<run_id>/outcome.json``; 0 once that is written."""
    gc.set_threshold(RARE_COLLECTION)
    task = Task(
        site, register, site.sources[source_id], settings, kinds, settings.data / "runs" / str(run_id),
        datetime.now(UTC),
    )  # fmt: skip
    extract(task, full)
    return 0


@dataclass(frozen=True)
class Task:
    """What to refresh: a source of a site, as seen at `now` (aware), into the run's `folder`."""

    site: Site
    register: Register
    spec: SourceSpec
    settings: Settings
    kinds: Kinds
    folder: Path
    now: datetime


def extract(task: Task, full: bool = False) -> Outcome:
    """Pull, stage, judge and aggregate one source; never raises for a fault.

    Every way to fail ends in an outcome with a reason and a sentence. With `full` everything is pulled
    even when an increment would do.
    """
    task.folder.mkdir(parents=True, exist_ok=True)
    work = _Refresh(task)
    source, settings = task.spec.id, task.settings
    try:
        outcome = work.run(full)
    except RunFailed as failure:
        outcome = work.failed(failure.reason, failure.message)
    except (MemoryError, pa.ArrowMemoryError, duckdb.OutOfMemoryException):
        outcome = work.failed(
            Reason.MEMORY,
            f"Nguồn {source} cần nhiều bộ nhớ hơn giới hạn {settings.memory_mb} MB của một lượt cập nhật; "
            "tăng IOC_MEMORY_MB hoặc giảm dữ liệu mà câu truy vấn lấy ra.",
        )
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
            outcome = work.crashed(error)
        else:
            outcome = work.failed(
                Reason.DISK,
                f"Không ghi được vào {settings.data}: {os.strerror(error.errno)}; giải phóng dung lượng hoặc "
                "kiểm tra quyền ghi. Số liệu đã công bố không bị ảnh hưởng.",
            )
    except Exception as error:  # the last line before the process ends: whatever it is, it gets a reason
        outcome = work.crashed(error)
    outcome.save(task.folder)
    return outcome


class _Refresh:
    def __init__(self, task: Task):
        self.site, self.register, self.spec = task.site, task.register, task.spec
        self.settings, self.kinds = task.settings, task.kinds
        self.folder, self.now = task.folder, task.now
        self.progress = Progress(task.folder)
        self.staging = Staging(task.settings.data / "staging" / task.spec.id)
        self.pulled: int | None = None
        self.full: bool | None = None
        self.verdicts: Verdicts | None = None
        self.notes: list[Finding] = []
        self.seconds: dict[str, float] = {}
        self.clock = perf_counter()

    def run(self, full: bool) -> Outcome:
        """All steps. Raises RunFailed, or whatever the machine raises."""
        self.progress.tell(State.EXTRACTING, 0)
        with self.staging.lock():
            self.staging.sweep()
            state = self._pull(None if full else self._state())
            self._lap("pull")
            self.progress.tell(State.STAGED, sum(part.rows for part in state.parts))
            with self._database() as connection:
                judge = Judge(connection, self.site, self.register, self.spec, self.now)
                self.verdicts = judge.judge([self.staging.path(part) for part in state.parts])
                self._lap("judge")
                self._accept(self.verdicts)
                as_of = reach(connection, self.spec, judge.plan.dates, judge.now)
                history = History.of(self.site, self.now, as_of, self.spec.calendar)
                observed = Aggregator(
                    connection, self.site, self.register, self.spec, history=history, areas=judge.areas
                ).observations()
                findings = self._quality(connection, judge, observed, history)
                points, notes = places(connection, self.spec, judge.areas)
                self.notes += notes
                self._lap("aggregate")
            pq.write_table(observed, self.folder / "observations.parquet", compression="zstd")
            pq.write_table(points, self.folder / "places.parquet", compression="zstd")
            for name in ("cells", "receipts", "flaws"):
                pq.write_table(getattr(findings, name), self.folder / f"{name}.parquet", compression="zstd")
            state = self.staging.compact(state, self.spec.key, list(self.spec.column), self.now)
            self.staging.save(state)
            trace.leave(self.folder, self.site, self.staging, state, self.now, history.as_of_aware)
            self.staging.prune(state, self.settings.staging_keep)
            self._lap("write")
        self.progress.tell(State.CHECKED, self.verdicts.tally.published)
        return self._outcome(
            as_of=history.as_of_aware, watermark=state.watermark, content=fingerprint((observed, points))
        )

    # -- pulling ----------------------------------------------------------------------------------------

    def _state(self) -> StagingState | None:
        state = self.staging.state(self.contract)
        if state is not None and state.parts[-1].pulled_at > self.now + CLOCK_STEP:
            last = state.parts[-1].pulled_at.astimezone(VIETNAM)
            raise RunFailed(
                Reason.CLOCK,
                f"Đồng hồ máy chủ đang là {self.now.astimezone(VIETNAM):%H:%M %d/%m/%Y}, sớm hơn lần lấy dữ "
                f"liệu trước của nguồn {self.spec.id} ({last:%H:%M %d/%m/%Y}); chỉnh lại đồng hồ (NTP) rồi "
                "chạy lại.",
            )
        return state

    @property
    def contract(self) -> str:
        """A hash of what was asked of the source; rows pulled for another contract are not reused."""
        asked = self.spec.model_dump(
            mode="json", include={"query", "key", "column", "kind", "url", "url_env"}
        )
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]

    def _pull(self, state: StagingState | None) -> StagingState:
        """The state after pulling: a new base, or the old one with a delta."""
        pull = self.spec.pull
        since = None
        recent = state is not None and self.now - state.base.pulled_at < pull.full_every
        if pull.mode == "incremental" and recent and state is not None and state.watermark is not None:
            since = self._earlier(state.watermark)
        self.full = since is None
        source = self.kinds[self.spec.kind](self.spec, self.settings)
        batches = self._checked(source, since)
        staged = self.staging.write(
            f"{self.folder.name}-{os.getpid()}", list(self.spec.column), batches, self.now
        )
        self.pulled = staged.rows
        if since is None or state is None:
            return StagingState(self.contract, self._marked(staged, None))
        return state.with_delta(self._marked(staged, state.watermark)) if staged.rows else state

    def _checked(self, source: Source, since: str | None) -> Iterator[pa.RecordBatch]:
        """Batches of exactly the declared columns; anything else the source sends never reaches the disk."""
        declared = list(self.spec.column)
        rows = 0
        first = True
        for batch in source.pull(since):
            if first:
                self._compare(batch.schema.names)
                first = False
            rows += batch.num_rows
            self.progress.tell(State.EXTRACTING, rows)
            yield batch.select(declared)

    def _compare(self, sent: Sequence[str]) -> None:
        """Hold the columns sent against the contract. Raises RunFailed(SCHEMA)."""
        missing = [name for name in self.spec.column if name not in sent]
        extra = [name for name in sent if name not in self.spec.column]
        if extra:
            self.notes += [Finding(EXTRA_COLUMN, None, 0, name) for name in extra]
        if not missing:
            return
        parts = []
        for name in missing:
            close = difflib.get_close_matches(name, extra, n=1, cutoff=0.5)
            parts.append(f"{name} (có thể đã đổi tên thành {close[0]})" if close else name)
        unknown = f" Cột lạ nhận được: {', '.join(extra)}." if extra else ""
        raise RunFailed(
            Reason.SCHEMA,
            f"Nguồn {self.spec.id} không còn trả về cột: {', '.join(parts)}.{unknown} "
            f"Sửa câu truy vấn trong sources/{self.spec.id}.toml hoặc báo đơn vị quản lý hệ thống nguồn.",
        )

    def _earlier(self, watermark: str) -> str:
        """The watermark less the overlap, in the very form in which the source writes its moments."""
        if self.spec.column[str(self.spec.pull.watermark)].type not in ("date", "datetime"):
            return watermark
        moment = datetime.fromisoformat(watermark) - self.spec.pull.overlap
        if len(watermark) == 10:
            return f"{moment:%Y-%m-%d}"
        return moment.isoformat(watermark[10], timespec="seconds")

    def _marked(self, staged: Staged, before: str | None) -> Staged:
        """The staged file with the latest watermark up to it, future ones aside."""
        mark = self.spec.pull.watermark
        if mark is None:
            return staged
        kind = self.spec.column[mark].type
        value, cell = reading("x", kind), trimmed(ident(mark))
        limit = (self.now.astimezone(VIETNAM) + CLOCK_SKEW).replace(tzinfo=None)
        sane = f"v <= TIMESTAMP '{limit}'" if kind in ("date", "datetime") else "v IS NOT NULL"
        earlier = literal(before) if before else "NULL"
        with duckdb.connect() as connection:
            found = connection.execute(
                f"SELECT arg_max(x, CAST(v AS {TYPES[kind]})) FROM (SELECT x, {value} AS v FROM "  # noqa: S608
                f"(SELECT {cell} AS x FROM read_parquet({literal(self.staging.path(staged))}) "
                f"UNION ALL SELECT CAST({earlier} AS VARCHAR))) WHERE {sane}"
            ).fetchall()[0][0]
        return Staged(staged.file, staged.sha256, staged.rows, staged.pulled_at, found)

    # -- judging and ending -----------------------------------------------------------------------------

    def _database(self) -> duckdb.DuckDBPyConnection:
        spill = self.folder / "spill"
        return duckdb.connect(
            config={
                "threads": 2,
                "memory_limit": f"{max(256, self.settings.memory_mb // 8)}MB",
                "temp_directory": str(spill),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "preserve_insertion_order": False,
            }
        )

    def _accept(self, verdicts: Verdicts) -> None:
        """Raise RunFailed when the rows as a whole may not be published."""
        spec, tally = self.spec, verdicts.tally
        if tally.staged == 0 and not spec.allow_empty:
            raise RunFailed(
                Reason.EMPTY,
                f"Nguồn {spec.id} không trả về dòng nào. Số liệu đã công bố được giữ nguyên; kiểm tra hệ "
                "thống nguồn và câu truy vấn, hoặc đặt allow_empty = true nếu như vậy là bình thường.",
            )
        if verdicts.unusable > spec.tolerance:
            worst = max(verdicts.findings, key=lambda finding: finding.rows)
            raise RunFailed(
                Reason.TOO_MANY_BAD_ROWS,
                f"{_percent(verdicts.unusable)} số dòng của nguồn {spec.id} không dùng được (cho phép tối đa "
                f"{_percent(spec.tolerance)}); nhiều nhất là lỗi {worst.code}"
                f"{f' ở cột {worst.column}' if worst.column else ''}: {worst.rows} dòng. Số liệu đã công bố "
                "được giữ nguyên; xem các dòng mẫu ở trang Nguồn dữ liệu.",
            )

    def _quality(
        self, connection: duckdb.DuckDBPyConnection, judge: Judge, observed: pa.Table, history: History
    ) -> Findings:
        communes = tuple(area.id for area in self.register.communes)
        expected = Expectation(
            communes, judge.root.id, history.as_of_aware, self.now, Workdays.of(self.site.holidays)
        )
        kpis = self.site.kpis_of(self.spec.id)
        known = frozenset(communes)
        return Findings(
            flaws(connection, judge, known),
            cells(observed, self.spec, kpis, expected),
            receipts(connection, judge, known),
        )

    def failed(self, reason: Reason, message: str) -> Outcome:
        """The outcome of a refresh that may not be published, with what was learnt up to there."""
        return self._outcome(reason, message)

    def crashed(self, error: Exception) -> Outcome:
        """The outcome of a fault of the program; its trace goes to the log of the process only."""
        traceback.print_exception(error, file=sys.stderr)
        return self.failed(
            Reason.CRASHED,
            f"Lượt cập nhật nguồn {self.spec.id} dừng vì lỗi chương trình ({type(error).__name__}); chi tiết "
            f"trong {self.folder / 'child.log'}. Số liệu đã công bố được giữ nguyên.",
        )

    def _outcome(
        self, reason: Reason | None = None, message: str | None = None, *, as_of: datetime | None = None,
        watermark: str | None = None, content: str | None = None,
    ) -> Outcome:  # fmt: skip
        verdicts = self.verdicts
        return Outcome(
            source=self.spec.id,
            reason=reason,
            message=message,
            tally=verdicts.tally if verdicts else None,
            findings=(verdicts.findings if verdicts else ()) + tuple(self.notes),
            as_of=as_of,
            watermark=watermark,
            content_sha256=content,
            full=self.full,
            pulled=self.pulled,
            seconds={step: round(spent, 3) for step, spent in self.seconds.items()},
            folder=self.folder,
        )

    def _lap(self, step: str) -> None:
        self.seconds[step] = perf_counter() - self.clock
        self.clock = perf_counter()


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".", ",")
