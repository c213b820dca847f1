"""Patience with a failing source: when to try again, how long to wait, when to leave it alone.

Owns back-off, the circuit breaker and the limit on refused passwords, as pure functions of its past runs:
they hold across restarts and takeovers. Knows no clock, no queue.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from ioc.runs import ENDED, Reason, Run, State

AUTH_PAUSE = timedelta(minutes=15)
"""A refused password is tried again once in this time at most, or the account gets locked."""
BREAKER_FAILURES = 5
BREAKER_PAUSE = timedelta(minutes=15)
"""After that many failures in a row only one probe in this time goes out."""
BASE_SECONDS, CAP_SECONDS = 5.0, 300.0
RETRIED = frozenset(
    {Reason.UNREACHABLE, Reason.RESET, Reason.DEADLINE, Reason.QUERY, Reason.CRASHED, Reason.MEMORY,
     Reason.DISK, Reason.WAREHOUSE}
)  # fmt: skip
"""Faults that may pass. Refused passwords and wrong data do not get better by asking again at once."""


def retry_after(run: Run, retries: int, chance: random.Random) -> float | None:
    """Seconds until the next attempt after `run`, spread by half on both sides; None when there is none."""
    if run.state is not State.FAILED or run.reason not in RETRIED or run.attempt > retries:
        return None
    pause = min(CAP_SECONDS, BASE_SECONDS * 4.0 ** (run.attempt - 1))
    return pause * chance.uniform(0.5, 1.5)


def held_until(runs: Sequence[Run], now: datetime, asked_for: bool) -> datetime | None:
    """Until when no attempt may be made, None when one may; `runs` are the source's, newest first.

    A person who asks (`asked_for`) gets past the breaker, as its probe, but not past a refused password.
    A last attempt that lies in the future (a clock set back) holds nothing up.
    """
    ended = [run for run in runs if run.state in ENDED and run.reason is not Reason.LOST_LEASE]
    if not ended or ended[0].started_at > now:
        return None
    last = ended[0]
    if last.reason is Reason.AUTH and now < last.started_at + AUTH_PAUSE:
        return last.started_at + AUTH_PAUSE
    if not asked_for and failures_in_a_row(ended) >= BREAKER_FAILURES:
        until = (last.finished_at or last.started_at) + BREAKER_PAUSE
        return until if now < until else None
    return None


def failures_in_a_row(runs: Sequence[Run]) -> int:
    """How many of the newest ended runs failed without a publication between them."""
    count = 0
    for run in runs:
        if run.state is State.PUBLISHED:
            break
        count += run.state in (State.FAILED, State.QUARANTINED)
    return count
