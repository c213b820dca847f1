"""A stale number is never shown as fresh: states follow from the promise, the runs and the time alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc.contract import SourceSpec
from ioc.freshness import SILENT_AFTER, Freshness, health, scheduler_state
from ioc.runs import ENDED, QUARANTINE, Reason, Run, State

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SPEC = SourceSpec.model_validate(
    {
        "id": "alpha", "name": {"vi": "Nguồn", "en": "Source"}, "system": "thử", "shape": "S1", "owner": "so",
        "url": "sqlite:///{data}/none.db", "query": "SELECT ma FROM t", "key": ["ma"],
        "area": {"code": "ma", "vintage": "present", "basis": "receiving_unit"},
        "schedule": {"every": "30m", "promise": "1h"}, "column": {"ma": {"type": "code"}},
    }
)  # fmt: skip
WORSE = [Freshness.FRESH, Freshness.AGEING, Freshness.STALE]


def run(state: State, ago: timedelta, reason: Reason | None = None, as_of: timedelta | None = None) -> Run:
    at = NOW - ago
    more: dict[str, Any] = {"as_of": NOW - as_of} if as_of is not None else {}
    if state in ENDED:
        more["finished_at"] = at
    return Run(
        id=1, source="alpha", attempt=1, trigger="schedule", asked_by="system", state=state, started_at=at,
        heartbeat_at=at, term=1, reason=reason, **more,
    )  # fmt: skip


def published(ago: timedelta, as_of: timedelta | None = None) -> Run:
    return run(State.PUBLISHED, ago, as_of=ago if as_of is None else as_of)


def state(*runs: Run, now: datetime = NOW) -> Freshness:
    return health(SPEC, runs, now).state


@pytest.mark.parametrize(
    ("age", "wanted"),
    [
        (timedelta(0), Freshness.FRESH),
        (HOUR, Freshness.FRESH),
        (HOUR + timedelta(seconds=1), Freshness.AGEING),
        (2 * HOUR, Freshness.AGEING),
        (2 * HOUR + timedelta(seconds=1), Freshness.STALE),
        (1000 * HOUR, Freshness.STALE),
    ],
)
def test_the_state_is_the_age_of_the_data_against_the_promise(age: timedelta, wanted: Freshness) -> None:
    assert state(published(age)) is wanted


def test_receiving_old_data_again_makes_nothing_fresh() -> None:
    assert state(published(ago=timedelta(0), as_of=3 * HOUR)) is Freshness.STALE


def test_a_run_under_way_hides_no_age() -> None:
    under_way = run(State.EXTRACTING, timedelta(0))
    assert state(under_way, published(3 * HOUR)) is Freshness.STALE
    assert state(under_way) is Freshness.RUNNING
    assert state() is Freshness.NEVER


@pytest.mark.parametrize("reason", list(Reason), ids=str)
def test_a_source_counts_as_down_when_its_last_attempt_failed_through_its_own_fault(reason: Reason) -> None:
    ended = State.QUARANTINED if reason in QUARANTINE else State.FAILED
    ours = reason in (Reason.LOST_LEASE, Reason.CLOCK)
    failed = run(ended, timedelta(minutes=5), reason)
    assert state(failed, published(HOUR / 2)) is (Freshness.FRESH if ours else Freshness.SOURCE_DOWN)
    assert state(failed, published(5 * HOUR)) is (Freshness.STALE if ours else Freshness.SOURCE_DOWN)


def test_a_success_after_a_failure_is_what_counts() -> None:
    assert state(published(timedelta(0)), run(State.FAILED, HOUR, Reason.RESET)) is Freshness.FRESH


def test_an_interrupted_run_says_nothing_about_the_source() -> None:
    cut = run(State.ABANDONED, timedelta(0), Reason.CRASHED)
    assert state(cut, published(HOUR / 2)) is Freshness.FRESH
    failed = run(State.FAILED, HOUR, Reason.QUERY)
    assert state(cut, failed, published(2 * HOUR)) is Freshness.SOURCE_DOWN


def test_data_from_the_future_are_not_fresh_because_nobody_knows_their_age() -> None:
    """The clock was set back by a year: nothing may stay green until that year is over."""
    assert state(published(-365 * 24 * HOUR)) is Freshness.STALE
    assert state(published(-timedelta(minutes=1))) is Freshness.FRESH, "clocks differ by a little"


def test_three_ages_are_told_apart() -> None:
    runs = [run(State.FAILED, timedelta(minutes=1), Reason.RESET), published(HOUR, as_of=5 * HOUR)]
    found = health(SPEC, runs, NOW)
    assert found.as_of_age == 5 * HOUR
    assert found.published_age == HOUR and found.published is runs[1]
    assert found.attempt_age == timedelta(minutes=1) and found.attempt is runs[0]
    assert found.next_run == NOW + timedelta(minutes=29)


histories = st.lists(
    st.builds(
        run,
        st.sampled_from(list(State)),
        st.timedeltas(timedelta(0), timedelta(days=3)),
        st.sampled_from([None, *Reason]),
        st.one_of(st.none(), st.timedeltas(timedelta(0), timedelta(days=3))),
    ),
    max_size=6,
)


@given(histories, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_without_a_new_run_nothing_gets_fresher_and_fresh_means_within_the_promise(
    runs: Sequence[Run], later: timedelta
) -> None:
    before, after = health(SPEC, runs, NOW), health(SPEC, runs, NOW + later)
    if before.state in WORSE:
        assert WORSE.index(after.state) >= WORSE.index(before.state)
    else:
        assert after.state is before.state
    if after.state is Freshness.FRESH:
        assert after.published is not None and after.as_of_age is not None
        assert after.as_of_age <= SPEC.schedule.promise


@given(st.timedeltas(timedelta(days=-400), timedelta(days=400)))
def test_a_scheduler_counts_as_alive_only_by_a_sign_of_the_last_half_minute(age: timedelta) -> None:
    wanted = "ok" if abs(age) <= SILENT_AFTER else "silent"
    assert scheduler_state(NOW - age, NOW) == wanted, "a sign from the future is no sign of life either"
    assert scheduler_state(None, NOW) == "never"
