"""What a leader does all day: once each when due, at once when asked, and never the same source twice at once."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from ioc import patience, scheduling
from ioc.freshness import HEARTBEAT
from ioc.leader import Lease
from ioc.office import Chore, Office
from ioc.runs import ENDED, Reason, Run, State
from ioc.scheduling import Clock
from tests.scheduling.conftest import SOURCES, Opener, behave, calls, conserved, eventually, shown, working

CALM = 'every = "12h"\npromise = "24h"\ndeadline = "5m"\nretries = 0'
BUSY = 'every = "1s"\npromise = "1h"\ndeadline = "5m"\nretries = 0'


@pytest.fixture
def warehouse_url(tmp_path: Path) -> str:
    """SQLite is enough: the queries are the ledger's, asked on both databases elsewhere."""
    return f"sqlite:///{tmp_path / 'warehouse.db'}"


def schedules(**given: str) -> dict[str, str]:
    """Calm sources but for some."""
    return dict.fromkeys(SOURCES, CALM) | given


def ask(office: Office, source: str) -> Run:
    """Ask for a refresh and wait for the run that answers."""
    request = office.warehouse.ask(source, "Nguyễn Văn A", datetime.now(UTC)).id

    def answer() -> Run | None:
        found = office.warehouse.request(request)
        run = office.warehouse.run(found.run) if found is not None and found.run else None
        return run if run is not None and run.state in ENDED else None

    run = eventually(answer)
    assert run is not None, "nobody answers"
    return run


def ended(office: Office, source: str) -> list[Run]:
    """The ended runs of a source, oldest first."""
    return [run for run in reversed(office.warehouse.runs(source, limit=500)) if run.state in ENDED]


def lived(office: Office, source: str, ago: timedelta) -> None:
    """A past: the source was last published so long ago."""
    at = datetime.now(UTC) - ago
    run = office.warehouse.open_run(source, "schedule", "system", 1, at)
    office.warehouse.finish_run(run, State.PUBLISHED, None, None, at)


def test_a_new_installation_refreshes_every_source_once_at_once(open_office: Opener) -> None:
    office = open_office(schedules=schedules())
    with working(office):
        assert eventually(lambda: all(ended(office, source) for source in SOURCES))
        ask(office, "gamma")
    for source in SOURCES:
        assert [run.trigger for run in ended(office, source)][:1] == ["first"]
    assert len(calls(office)) == len(SOURCES) + 1 and conserved(office)


def test_after_a_long_downtime_each_source_is_caught_up_once(open_office: Opener) -> None:
    daily = 'at = "05:30"\npromise = "26h"\nretries = 0'
    office = open_office(schedules=schedules(beta=daily))
    for source in SOURCES:
        lived(office, source, timedelta(days=90))
    with working(office):
        assert eventually(lambda: all(len(ended(office, source)) == 2 for source in SOURCES))
        ask(office, "gamma")
        beat = eventually(lambda: office.warehouse.heartbeat(HEARTBEAT))
    for source in SOURCES:
        assert [run.trigger for run in ended(office, source)][1:2] == ["schedule"]
    assert len(calls(office)) == len(SOURCES) + 1, "not once for every time that was missed"
    now = datetime.now(UTC)
    for moment in beat.detail["next"].values():
        assert now - timedelta(minutes=5) < datetime.fromisoformat(moment) <= now + timedelta(hours=24)


def test_what_is_not_due_yet_waits_across_a_restart(open_office: Opener) -> None:
    office = open_office(schedules=schedules())
    for source in SOURCES:
        lived(office, source, timedelta(hours=11))
    with working(office):
        ask(office, "gamma")
    assert [call["source"] for call in calls(office)] == ["gamma"]


def test_a_refresh_asked_for_goes_before_what_fell_due(open_office: Opener) -> None:
    """Both places are taken; the next one that is free goes to whoever asked."""
    office = open_office(
        {"alpha": {"mode": "slow", "seconds": 300}, "beta": {"mode": "slow", "seconds": 2}},
        schedules(),
    )
    with working(office) as scheduler:
        assert eventually(lambda: len(calls(office)) == 2)
        assert eventually(lambda: scheduler.agenda.waiting == ["gamma"])
        behave(office.settings.data, {"alpha": {}, "beta": {}, "gamma": {}})
        office.warehouse.ask("beta", "Nguyễn Văn A", datetime.now(UTC))
        assert eventually(lambda: len(calls(office)) == 4)
    assert [call["source"] for call in calls(office)][2:4] == ["beta", "gamma"]


def test_no_source_is_refreshed_twice_at_once_and_no_more_than_two_at_a_time(open_office: Opener) -> None:
    office = open_office(
        {"alpha": {"mode": "slow", "seconds": 0.4}}, schedules(alpha=BUSY, beta=BUSY, gamma=BUSY)
    )
    with working(office):
        end = time.monotonic() + 3.0
        while time.monotonic() < end or any(len(ended(office, source)) < 3 for source in SOURCES):
            for source in SOURCES:
                office.warehouse.ask(source, "Nguyễn Văn A", datetime.now(UTC))
            time.sleep(0.1)
    edges = []
    for source in SOURCES:
        runs = ended(office, source)
        for before, after in pairwise(runs):
            assert before.finished_at is not None and before.finished_at <= after.started_at
        edges += [(run.started_at, 1) for run in runs] + [(run.finished_at, -1) for run in runs]
    under_way = 0
    for _, step in sorted(edges, key=lambda edge: (edge[0], edge[1])):
        under_way += step
        assert under_way <= 2
    assert conserved(office)


@pytest.mark.faults
def test_sources_that_hang_do_not_starve_the_healthy_ones(open_office: Opener) -> None:
    hung = 'every = "1s"\npromise = "1h"\ndeadline = "2s"\nretries = 0'
    office = open_office(
        {"alpha": {"mode": "hang"}, "beta": {"mode": "hang"}},
        schedules(alpha=hung, beta=hung, gamma=BUSY),
    )
    with working(office):
        assert eventually(lambda: len(ended(office, "alpha")) > 0 and len(ended(office, "beta")) > 0)
        count = len(ended(office, "gamma"))
        assert eventually(lambda: len(ended(office, "gamma")) >= count + 3)
    assert all(run.state is State.PUBLISHED for run in ended(office, "gamma")[:count])
    reasons = {run.reason for source in ("alpha", "beta") for run in ended(office, source)}
    assert reasons <= {Reason.DEADLINE, Reason.LOST_LEASE}


@pytest.mark.faults
def test_a_failure_that_may_pass_is_tried_again_as_often_as_the_site_says(
    open_office: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "BASE_SECONDS", 0.05)
    office = open_office(
        {"alpha": {"mode": "exit"}}, schedules(alpha=CALM.replace("retries = 0", "retries = 2"))
    )
    with working(office):
        assert eventually(lambda: len(ended(office, "alpha")) == 3)
        ask(office, "gamma")
        attempts = [(run.trigger, run.attempt, run.state) for run in ended(office, "alpha")]
        assert attempts == [
            ("first", 1, State.FAILED),
            ("retry", 2, State.FAILED),
            ("retry", 3, State.FAILED),
        ]
        behave(office.settings.data, {})
        assert ask(office, "alpha").state is State.PUBLISHED, "the next one that is asked for starts anew"


@pytest.mark.faults
def test_a_retry_outlives_the_scheduler_that_planned_it(
    open_office: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = open_office(
        {"alpha": {"mode": "exit"}}, schedules(alpha=CALM.replace("retries = 0", "retries = 1"))
    )
    monkeypatch.setattr(patience, "BASE_SECONDS", 3600.0)
    with working(office):
        assert eventually(lambda: len(ended(office, "alpha")) == 1)
    behave(office.settings.data, {})
    monkeypatch.setattr(patience, "BASE_SECONDS", 0.05)
    with working(office):
        assert eventually(lambda: shown(office) is not None)
    assert [run.trigger for run in ended(office, "alpha")] == ["first", "retry"]


def test_whoever_asks_for_a_source_that_refused_the_password_is_shown_that_and_no_attempt_is_made(
    open_office: Opener,
) -> None:
    office = open_office({"alpha": {"mode": "reason", "reason": "auth"}}, schedules())
    with working(office):
        assert eventually(lambda: ended(office, "alpha"))
        answer = ask(office, "alpha")
    assert answer.reason is Reason.AUTH and len(ended(office, "alpha")) == 1


def test_a_request_for_a_source_the_site_does_not_have_does_not_wait_for_ever(open_office: Opener) -> None:
    office = open_office(schedules=schedules())
    office.warehouse.ask("delta", "Nguyễn Văn A", datetime.now(UTC))
    with working(office):
        assert eventually(lambda: not office.warehouse.waiting_requests())


@pytest.mark.parametrize("step", [3600.0, -3600.0, -56 * 365 * 86400.0])
def test_a_clock_that_is_set_fires_nothing_and_silences_nothing(open_office: Opener, step: float) -> None:
    offset = [0.0]
    office = open_office(schedules=schedules(alpha=BUSY))
    with working(office, clock=Clock(lambda: time.time() + offset[0])):
        assert eventually(lambda: all(ended(office, source) for source in SOURCES))
        offset[0] = step
        beat = eventually(
            lambda: (found := office.warehouse.heartbeat(HEARTBEAT)) and found.detail["clock_jump"]
        )
        assert beat.endswith(f"{step:+.0f} s")
        count = len(ended(office, "alpha"))
        assert eventually(lambda: len(ended(office, "alpha")) >= count + 2), "it goes on ticking"
    assert {source: len(ended(office, source)) for source in ("beta", "gamma")} == {"beta": 1, "gamma": 1}


@pytest.mark.faults
def test_a_warehouse_away_for_a_moment_costs_nothing_and_for_long_the_office(
    open_office: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduling, "RENEW_SECONDS", 0.05)
    office = open_office(schedules=schedules())
    lease, away = Lease(office.warehouse, seconds=3.0), [0]
    renew = lease.renew

    def unsteady() -> bool:
        if away[0]:
            away[0] -= 1
            raise OperationalError("x", {}, Exception("connection refused"))
        return renew()

    monkeypatch.setattr(lease, "renew", unsteady)
    with working(office, lease=lease):
        assert eventually(lambda: all(ended(office, source) for source in SOURCES))
        away[0] = 1
        assert eventually(lambda: not away[0])
        assert ask(office, "alpha").term == 1
        away[0] = 1000
        assert eventually(lambda: lease.term is None)
        away[0] = 0
        assert eventually(lambda: lease.term is not None)
        assert ask(office, "alpha").term == 2


def test_a_chore_is_done_again_and_again_even_when_it_fails(open_office: Opener) -> None:
    done = []

    def feed() -> None:
        done.append(time.monotonic())
        raise RuntimeError("the source database is locked")

    office = replace(open_office(schedules=schedules()), chores=(Chore("feed", 0.2, feed),))
    with working(office):
        assert eventually(lambda: len(done) >= 3)
        assert eventually(lambda: all(ended(office, source) for source in SOURCES))
    office.warehouse.close()


def test_the_sign_of_life_says_who_leads_and_what_comes_next(open_office: Opener) -> None:
    office = open_office({"alpha": {"mode": "slow", "seconds": 300}}, schedules())
    with working(office) as scheduler:
        assert eventually(lambda: calls(office))
        found = eventually(
            lambda: (beat := office.warehouse.heartbeat(HEARTBEAT)) and beat.detail["running"] and beat
        )
        assert found.detail["owner"] == scheduler.lease.owner and found.detail["term"] == 1
        assert "alpha" in found.detail["running"] and set(found.detail["next"]) == set(SOURCES)
        assert datetime.now(UTC) - found.at < timedelta(minutes=5)


def test_a_fault_nobody_thought_of_does_not_end_the_scheduler(
    open_office: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = open_office(schedules=schedules())
    broken = [True, True]
    begin = office.warehouse.open_run

    def unsteady(*given: Any, **named: Any) -> int:
        if broken:
            broken.pop()
            raise RuntimeError("a fault nobody thought of")
        return begin(*given, **named)

    monkeypatch.setattr(office.warehouse, "open_run", unsteady)
    monkeypatch.setattr(scheduling, "_AFTER_TROUBLE", 0.1)
    with working(office):
        assert eventually(lambda: not broken)
        assert all(ask(office, source).state is State.PUBLISHED for source in SOURCES)
