"""Refreshing on demand: by asking the scheduler that leads, or in a shift of one's own when none does.

Owns what the command line needs to refresh sources once and to watch. Plans nothing, repeats nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType

from sqlalchemy.exc import SQLAlchemyError

from ioc import dispatch
from ioc.access import SYSTEM
from ioc.agenda import SLOTS
from ioc.alerts.evaluator import Evaluator
from ioc.dispatch import Order, Step
from ioc.leader import RENEW_SECONDS, Lease, holder
from ioc.office import Office
from ioc.runs import ENDED, Run, State

log = logging.getLogger(__name__)
FOLLOW_SECONDS = 0.2
PATIENCE_SECONDS = 20.0


class LeaseTakenError(Exception):
    """Another process leads."""


class SchedulerGoneError(Exception):
    """The scheduler that was asked has died and no other has come."""


def ask_and_follow(office: Office, sources: Sequence[str], on_step: Callable[[Step], None]) -> list[Run]:
    """Ask the leading scheduler for each source and watch the ledger until every run has ended.

    Raises SchedulerGoneError when nobody has led for twenty seconds.
    """
    warehouse = office.warehouse
    asked = {name: warehouse.ask(name, SYSTEM.name, dispatch.now_utc()).id for name in sources}
    done: dict[str, Run] = {}
    led = time.monotonic()
    while len(done) < len(asked):
        time.sleep(FOLLOW_SECONDS)
        for name in asked.keys() - done.keys():
            request = warehouse.request(asked[name])
            run = warehouse.run(request.run) if request is not None and request.run else None
            if run is None:
                continue
            on_step(Step(run.id, name, run.state, run.staged or run.pulled or 0))
            if run.state in ENDED:
                done[name] = run
        leader = holder(warehouse)
        if leader is not None and leader.alive:
            led = time.monotonic()
        elif time.monotonic() - led > PATIENCE_SECONDS:
            raise SchedulerGoneError
    return [done[name] for name in sources]


class Shift:
    """Use as a context: takes the lease and keeps it. Raises LeaseTakenError when another process has it."""

    def __init__(self, office: Office):
        self.office = office
        self.lease = Lease(office.warehouse)
        self.cancelled = threading.Event()
        self._over = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="lease", daemon=True)

    def __enter__(self) -> Shift:
        term = self.lease.acquire()
        if term is None:
            raise LeaseTakenError
        dispatch.recover(self.office, term)
        self._keeper.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._keeper.join()
        self.lease.release()

    def refresh(self, orders: Sequence[Order], on_step: Callable[[Step], None]) -> list[Run]:
        """Run every order, two at a time; returns the finished runs in the order asked."""
        term = self.lease.term or 0
        with ThreadPoolExecutor(SLOTS) as pool:
            running = [
                pool.submit(dispatch.refresh, self.office, order, term, on_step, self.cancelled)
                for order in orders
            ]
            try:
                done = [item.result() for item in running]
            except BaseException:
                self.cancelled.set()
                pool.shutdown(wait=True, cancel_futures=True)
                raise
        if any(run.state is State.PUBLISHED for run in done):
            self._look_for_alerts(term)
        return done

    def _look_for_alerts(self, term: int) -> None:
        try:
            Evaluator(self.office).evaluate(term, dispatch.now_utc())
        except SQLAlchemyError:
            log.exception("Số liệu đã công bố nhưng chưa xét được cảnh báo; bộ lập lịch sẽ xét lại")

    def _keep(self) -> None:
        while not self._over.wait(RENEW_SECONDS):
            try:
                if not self.lease.renew():
                    self.cancelled.set()
                    return
            except SQLAlchemyError:
                log.exception("Chưa gia hạn được quyền điều phối; sẽ thử lại")
