"""The scheduler: one process leads, ticks and requests fill its agenda, errands are run one by one.

Owns the leader's working day and is the only file that knows apscheduler, which here does nothing but
tick. The truth about runs is in the ledger; nothing in this process needs to survive it.
"""

from __future__ import annotations

import logging
import random
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from types import FrameType
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.exc import SQLAlchemyError

from ioc import dispatch
from ioc.access import SYSTEM, Identity, Role
from ioc.agenda import Agenda, Errand
from ioc.alerts.evaluator import Evaluator
from ioc.alerts.post import Post
from ioc.clusters import reckoning
from ioc.contract import Schedule
from ioc.dispatch import Order
from ioc.freshness import HEARTBEAT, next_run
from ioc.holding.desk import RELEASE
from ioc.leader import RENEW_SECONDS, Lease
from ioc.office import Chore, Office
from ioc.patience import held_until, retry_after
from ioc.periods import VIETNAM
from ioc.runs import ENDED, Reason, Run, State

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.25
CONTEND_SECONDS = 1.0
REQUEST_SECONDS = 0.5
CLOCK_JUMP_SECONDS = 300.0
WAL_ALARM_BYTES = 64 * 2**20
_AFTER_TROUBLE = 10.0
ALERT_SECONDS = 60.0
POST_SECONDS = 15.0


def steady() -> float:
    """Seconds that no clock setting touches; sleep of the machine counts."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def trigger_for(schedule: Schedule, first: datetime) -> BaseTrigger:
    """The ticks of one source from `first` on. Weekdays go by name: apscheduler counts them from Monday."""
    if schedule.every is not None:
        return IntervalTrigger(seconds=schedule.every.total_seconds(), start_date=first, timezone=UTC)
    hour, minute = (schedule.at or "00:00").split(":")
    days = ",".join(schedule.days) or None
    return CronTrigger(hour=int(hour), minute=int(minute), day_of_week=days, timezone=VIETNAM)


class Clock:
    """Notices when the wall clock is set. `now` and `ticks` are given by tests only."""

    def __init__(self, now: Callable[[], float] = time.time, ticks: Callable[[], float] = steady):
        self._now, self._ticks = now, ticks
        self._offset = now() - ticks()

    def jump(self) -> float:
        """Seconds the wall clock has jumped since the last call; 0 for the small corrections of every day."""
        offset = self._now() - self._ticks()
        step, self._offset = offset - self._offset, offset
        return step if abs(step) > CLOCK_JUMP_SECONDS else 0.0


class Scheduler:
    """One contender for leadership, and while it leads the one that refreshes every source.

    Start as many as you like against one warehouse: one works, the others wait for its lease.
    """

    def __init__(self, office: Office, lease: Lease | None = None, clock: Clock | None = None):
        self.office = office
        self.lease = lease or Lease(office.warehouse)
        self.clock = clock or Clock()
        self.agenda = Agenda()
        self._chance = random.Random()  # noqa: S311 - spreads retries, guards nothing
        self._ticker: BackgroundScheduler | None = None
        self._cancelled = threading.Event()
        self._workers: set[threading.Thread] = set()
        self._held: dict[str, float] = {}
        self._due: dict[str, float] = {}
        self._kept = 0.0
        self._jumped: str | None = None
        self._evaluator, self._post = Evaluator(office), Post(office)

    def run_until_told(self) -> None:
        """Work in this process until SIGTERM or SIGINT; ends with no child left and the lease given back."""
        stop = threading.Event()

        def told(number: int, frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, told)
        self.run(stop)

    def run(self, stop: threading.Event) -> None:
        """Contend, lead, step down, until `stop` is set. A warehouse out of reach is waited for."""
        try:
            while not stop.wait(LOOK_SECONDS):
                try:
                    self._look()
                except SQLAlchemyError:
                    log.exception("Không làm việc được với kho số liệu; sẽ thử lại")
                    if self.lease.term is not None and steady() - self._kept > self.lease.seconds:
                        self._step_down()
                    stop.wait(1.0)
        finally:
            self._step_down()

    def _look(self) -> None:
        if self.lease.term is None:
            if self._every("contend", CONTEND_SECONDS) and self.lease.acquire() is not None:
                self._take_office()
            return
        if self._every("renew", RENEW_SECONDS):
            if not self.lease.renew():
                log.warning("Mất quyền điều phối; dừng mọi lượt làm mới đang chạy")
                self._step_down()
                return
            self._kept = steady()
            self._beat()
        self._watch_clock()
        if self._every("requests", REQUEST_SECONDS):
            self._take_requests()
        self._start_errands()

    def _every(self, what: str, seconds: float) -> bool:
        """Whether `what` is due again, by the steady clock."""
        now = steady()
        if now < self._due.get(what, 0.0):
            return False
        if now > self._due.get(what, now) + 10 and self._ticker is not None:
            self._ticker.wakeup()  # the machine slept: ticks that fell into that time are due
        self._due[what] = now + seconds
        return True

    def _take_office(self) -> None:
        log.info("Nhận quyền điều phối, nhiệm kỳ %s", self.lease.term)
        self._kept = steady()
        self._cancelled = threading.Event()
        self.clock.jump()
        for run in dispatch.recover(self.office, self.lease.term or 0):
            self.agenda.add(Order(run.source, "recovery", SYSTEM, run.attempt + 1))
        now = dispatch.now_utc()
        recent = self.office.warehouse.recent_runs(self.office.site.sources)
        firsts: dict[str, datetime] = {}
        for source in self.office.site.in_turn:
            spec, runs = self.office.site.sources[source], recent[source]
            firsts[source] = next_run(spec.schedule, runs[0].started_at if runs else None, now)
            ended = next((run for run in runs if run.state in ENDED), None)
            if not runs:
                self.agenda.add(Order(source, "first", SYSTEM))
            elif ended is not None and ended.reason is Reason.LOST_LEASE:
                self.agenda.add(Order(source, "recovery", SYSTEM))
            elif firsts[source] <= now:
                self.agenda.add(Order(source, "schedule", SYSTEM))
        self._start_ticking(firsts)
        for runs in recent.values():
            if runs and runs[0].state in ENDED:
                self._plan_retry(runs[0])
        self._beat()

    def _start_ticking(self, firsts: dict[str, datetime]) -> None:
        self._stop_ticking()
        chores = (
            *self.office.chores,
            Chore("alerts", ALERT_SECONDS, self._judge),
            Chore("clusters", reckoning.SECONDS, lambda: reckoning.renew(self.office)),
            Chore("post", POST_SECONDS, lambda: self._post.deliver(dispatch.now_utc)),
        )
        ticker = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(2), "chores": ThreadPoolExecutor(len(chores))},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )
        now = dispatch.now_utc()
        for source, first in firsts.items():
            schedule = self.office.site.sources[source].schedule
            # What is due now is on the agenda already; an interval starts over from here.
            start = first if first > now else now + (schedule.every or timedelta(0))
            tick = partial(self.agenda.add, Order(source, "schedule", SYSTEM))
            ticker.add_job(tick, trigger_for(schedule, start), id=f"source:{source}")
        for chore in chores:
            job = IntervalTrigger(seconds=chore.seconds, timezone=UTC)
            ticker.add_job(partial(_do, chore), job, id=f"chore:{chore.name}", executor="chores")
        ticker.start()
        self._ticker = ticker

    def _stop_ticking(self) -> None:
        if self._ticker is not None:
            self._ticker.shutdown(wait=False)
            self._ticker = None

    def _step_down(self) -> None:
        self._stop_ticking()
        self.agenda.forget()
        self._cancelled.set()
        for worker in list(self._workers):
            worker.join()
        try:
            self.lease.release()
        except SQLAlchemyError:
            log.exception("Không trả lại được quyền điều phối; nó sẽ tự hết hạn")
            self.lease.term = None

    def _watch_clock(self) -> None:
        if not self._every("clock", 1.0):
            return
        step = self.clock.jump()
        if not step:
            return
        now = dispatch.now_utc()
        self._jumped = f"{now:%Y-%m-%dT%H:%M:%SZ} {step:+.0f} s"
        log.error("Đồng hồ máy chủ vừa nhảy %+.0f giây; lập lại lịch chạy, không chạy dồn", step)
        # As if each source had just run: nothing fires all at once, nothing waits longer than its interval.
        sources = self.office.site.sources
        self._start_ticking({name: next_run(spec.schedule, now, now) for name, spec in sources.items()})
        self._beat()

    def _beat(self) -> None:
        ticker = self._ticker
        jobs = ticker.get_jobs() if ticker is not None else []
        detail: dict[str, Any] = {
            "owner": self.lease.owner,
            "term": self.lease.term,
            "running": self.agenda.running,
            "waiting": self.agenda.waiting,
            "next": {
                job.id.removeprefix("source:"): job.next_run_time for job in jobs if job.id[:7] == "source:"
            },
            "clock_jump": self._jumped,
            "wal_bytes": self.office.warehouse.wal_bytes(),
        }
        if detail["wal_bytes"] > WAL_ALARM_BYTES:
            log.error(
                "Nhật ký ghi của kho số liệu đã lên %d MB: có tiến trình đọc không chịu kết thúc",
                detail["wal_bytes"] >> 20,
            )
        self.office.warehouse.beat(HEARTBEAT, dispatch.now_utc(), detail)

    def _take_requests(self) -> None:
        for request in self.office.warehouse.waiting_requests():
            if request.source not in self.office.site.sources:
                log.warning("Yêu cầu %s hỏi nguồn %r không có trong cấu hình", request.id, request.source)
                self.office.warehouse.take_requests(request.source, 0, request.id)
                continue
            if self._held.get(request.source, 0.0) < steady():
                asked = Identity(request.asked_by, Role.OPERATOR)
                self.agenda.add(Order(request.source, "manual", asked), request.id)

        for source, who in self.office.warehouse.released_sources().items():
            if source in self.office.site.sources and self._held.get(source, 0.0) < steady():
                self._held[source] = steady() + _AFTER_TROUBLE
                self.agenda.add(Order(source, RELEASE, Identity(who, Role.OPERATOR)))

    def _start_errands(self) -> None:
        while (errand := self.agenda.take(self._suspect)) is not None:
            worker = threading.Thread(target=self._serve, args=(errand,), name=f"run-{errand.order.source}")
            self._workers.add(worker)
            worker.start()

    def _suspect(self, source: str) -> bool:
        """Whether the source hung the last time."""
        runs = self.office.warehouse.runs(source, limit=1)
        return bool(runs) and runs[0].reason is Reason.DEADLINE

    def _serve(self, errand: Errand) -> None:
        source = errand.order.source
        try:
            self._run(errand)
        except Exception:
            # A thread has nobody above it: without this the fault would vanish and the source with it.
            log.exception("Không khởi chạy được lượt làm mới nguồn %s", source)
            self._held[source] = steady() + _AFTER_TROUBLE
        finally:
            self.agenda.done(source)
            self._workers.discard(threading.current_thread())

    def _run(self, errand: Errand) -> None:
        order, warehouse = errand.order, self.office.warehouse
        runs = warehouse.runs(order.source, limit=10)
        until = held_until(runs, dispatch.now_utc(), errand.request is not None)
        if until is not None:
            log.info("Nguồn %s tạm nghỉ đến %s", order.source, f"{until.astimezone(VIETNAM):%H:%M:%S}")
            if errand.request is not None:  # whoever asked is shown the failure that makes us wait
                warehouse.take_requests(order.source, runs[0].id, errand.request)
            return
        answered = False

        def on_step(step: dispatch.Step) -> None:
            nonlocal answered
            if errand.request is not None and not answered:
                warehouse.take_requests(order.source, step.run, errand.request)
                answered = True

        run = dispatch.refresh(self.office, order, self.lease.term or 0, on_step, self._cancelled)
        self._plan_retry(run)
        if run.state is State.PUBLISHED:
            _do(Chore("alerts", 0, self._judge))

    def _judge(self) -> None:
        """Look for alerts, as the leader that we are (or were: the evaluator checks the term)."""
        if self.lease.term is not None:
            self._evaluator.evaluate(self.lease.term, dispatch.now_utc())

    def _plan_retry(self, run: Run) -> None:
        ticker = self._ticker
        pause = retry_after(run, self.office.site.sources[run.source].schedule.retries, self._chance)
        if pause is None or ticker is None or self._cancelled.is_set():
            return
        at = dispatch.now_utc() + timedelta(seconds=pause)
        again = partial(self.agenda.add, Order(run.source, "retry", SYSTEM, run.attempt + 1))
        ticker.add_job(again, DateTrigger(at, timezone=UTC), id=f"retry:{run.source}", replace_existing=True)


def _do(chore: Chore) -> None:
    try:
        chore.do()
    except Exception:
        # The ticker's thread has nobody above it; a chore that fails is tried again at its next turn.
        log.exception("Việc phụ %s không làm được", chore.name)
