"""A failing source is tried again with growing pauses, left alone when it keeps failing, never locked out."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc.patience import (
    AUTH_PAUSE,
    BREAKER_FAILURES,
    BREAKER_PAUSE,
    CAP_SECONDS,
    RETRIED,
    failures_in_a_row,
    held_until,
    retry_after,
)
from ioc.runs import QUARANTINE, Reason, Run, State

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
NOT_RETRIED = {
    Reason.AUTH, Reason.SECRET_MISSING, Reason.LOST_LEASE, Reason.EMPTY, Reason.SCHEMA,
    Reason.TOO_MANY_BAD_ROWS, Reason.CLOCK,
}  # fmt: skip


def run(state: State, reason: Reason | None = None, ago: timedelta = timedelta(0), **more: Any) -> Run:
    at = NOW - ago
    given = {"id": 1, "source": "s", "attempt": 1, "trigger": "schedule", "asked_by": "system", "term": 1}
    return Run(
        **{**given, **more}, state=state, reason=reason, started_at=at, heartbeat_at=at, finished_at=at
    )


class Middle(random.Random):
    """Chance that always falls in the middle."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


def test_every_reason_is_either_tried_again_or_not() -> None:
    assert set(RETRIED) | NOT_RETRIED == set(Reason) and not set(RETRIED) & NOT_RETRIED


def test_pauses_grow_fourfold_up_to_five_minutes() -> None:
    pauses = [
        retry_after(run(State.FAILED, Reason.UNREACHABLE, attempt=attempt), 10, Middle())
        for attempt in range(1, 8)
    ]
    assert pauses == [5.0, 20.0, 80.0, 300.0, 300.0, 300.0, 300.0]


@given(st.sampled_from(sorted(RETRIED)), st.integers(1, 12), st.integers(0, 10), st.integers())
def test_no_pause_is_longer_than_half_as_much_again_and_no_attempt_is_one_too_many(
    reason: Reason, attempt: int, retries: int, seed: int
) -> None:
    pause = retry_after(run(State.FAILED, reason, attempt=attempt), retries, random.Random(seed))
    assert (pause is None) == (attempt > retries)
    assert pause is None or 2.5 <= pause <= 1.5 * CAP_SECONDS


def test_sources_that_failed_together_do_not_come_back_together() -> None:
    chance = random.Random(1)
    pauses = {retry_after(run(State.FAILED, Reason.RESET), 2, chance) for _ in range(100)}
    assert len(pauses) == 100 and all(2.5 <= pause <= 7.5 for pause in pauses if pause is not None)


@pytest.mark.parametrize("reason", sorted(NOT_RETRIED), ids=str)
def test_what_does_not_get_better_by_asking_again_is_not_asked_again(reason: Reason) -> None:
    state = State.QUARANTINED if reason in QUARANTINE else State.FAILED
    assert retry_after(run(state, reason), 10, Middle()) is None


@pytest.mark.parametrize("state", [State.PUBLISHED, State.ABANDONED, State.QUARANTINED])
def test_only_a_failure_is_retried(state: State) -> None:
    assert retry_after(run(state, Reason.CRASHED), 10, Middle()) is None


@pytest.mark.parametrize("asked_for", [True, False])
def test_a_refused_password_is_tried_once_in_fifteen_minutes_whoever_asks(asked_for: bool) -> None:
    attempts, runs = [], []
    for minute in range(0, 120):
        now = NOW + timedelta(minutes=minute)
        if held_until(runs, now, asked_for) is None:
            attempts.append(minute)
            runs.insert(0, run(State.FAILED, Reason.AUTH, NOW - now))
    assert attempts == list(range(0, 120, 15))


def test_after_five_failures_in_a_row_one_probe_goes_out_in_fifteen_minutes() -> None:
    attempts, runs = [], []
    for minute in range(0, 60):
        now = NOW + timedelta(minutes=minute)
        if held_until(runs, now, False) is None:
            attempts.append(minute)
            runs.insert(0, run(State.FAILED, Reason.UNREACHABLE, NOW - now))
    assert attempts == [0, 1, 2, 3, 4, 19, 34, 49]
    assert held_until(runs, NOW + timedelta(minutes=50), True) is None, "a person may probe at once"
    runs.insert(0, run(State.PUBLISHED, None, -timedelta(minutes=50)))
    assert held_until(runs, NOW + timedelta(minutes=51), False) is None, "success closes the breaker"


def test_a_run_cut_short_by_a_change_of_leader_counts_neither_way() -> None:
    failed = [run(State.FAILED, Reason.QUERY)] * (BREAKER_FAILURES - 1)
    lost = run(State.FAILED, Reason.LOST_LEASE)
    assert held_until([lost, *failed], NOW, False) is None
    assert held_until([lost, run(State.FAILED, Reason.AUTH)], NOW, True) == NOW + AUTH_PAUSE


def test_a_source_without_a_past_or_with_one_in_the_future_may_run() -> None:
    assert held_until([], NOW, False) is None
    ahead = [run(State.FAILED, Reason.AUTH, -timedelta(days=400))] * 9
    assert held_until(ahead, NOW, False) is None, "the clock was set back; that holds nothing up"


past = st.lists(
    st.builds(
        run,
        st.sampled_from(list(State)),
        st.sampled_from([None, *Reason]),
        st.timedeltas(timedelta(hours=-1), timedelta(hours=2)),
    ),
    max_size=8,
)


@given(past, st.booleans())
def test_nobody_is_held_up_for_longer_than_a_quarter_of_an_hour_or_until_the_past(
    runs: list[Run], asked_for: bool
) -> None:
    until = held_until(runs, NOW, asked_for)
    assert until is None or NOW < until <= NOW + max(AUTH_PAUSE, BREAKER_PAUSE)
    if until is not None and asked_for:
        assert any(item.reason is Reason.AUTH for item in runs)
    assert 0 <= failures_in_a_row(runs) <= len(runs)
