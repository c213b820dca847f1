"""Of several schedulers one works: when it dies another does, and it never comes back to publish."""

from __future__ import annotations

import signal
import time
from datetime import UTC, datetime

import pytest

from ioc.leader import Lease, holder
from ioc.office import Office
from ioc.runs import Reason, Run, State
from ioc.warehouse.publication import LEASE_SECONDS
from tests.scheduling.conftest import (
    SOURCES,
    Opener,
    behave,
    calls,
    conserved,
    eventually,
    living,
    shown,
)
from tests.scheduling.contender import contending, send

pytestmark = pytest.mark.faults
CALM = dict.fromkeys(SOURCES, 'every = "12h"\npromise = "24h"\ndeadline = "5m"\nretries = 0')
"""Nothing falls due while a test runs: what runs was asked for or made up for."""
SLACK = 30.0


def ask(office: Office, source: str) -> int:
    return office.warehouse.ask(source, "test", datetime.now(UTC)).id


def served(office: Office, request: int) -> Run | None:
    """The run that answers a request, once it has ended."""
    found = office.warehouse.request(request)
    run = office.warehouse.run(found.run) if found is not None and found.run else None
    return run if run is not None and run.finished_at is not None else None


def settled(office: Office) -> bool:
    """Whether every source has been published and nothing runs."""
    return all(shown(office, source) is not None for source in SOURCES) and not (
        office.warehouse.unfinished_runs()
    )


def started(office: Office, source: str, count: int) -> bool:
    """Whether the source's process has been started so many times."""
    return len([call for call in calls(office) if call["source"] == source]) >= count


def test_of_three_schedulers_exactly_one_works(open_office: Opener) -> None:
    office = open_office(schedules=CALM)
    with contending(office) as schedulers:
        schedulers.start(3)
        assert eventually(lambda: settled(office))
        requests = [ask(office, source) for source in SOURCES]
        assert eventually(lambda: all(served(office, request) for request in requests))
        assert sorted(call["source"] for call in calls(office)) == sorted(2 * SOURCES)
        runs = office.warehouse.runs(limit=100)
        assert {run.term for run in runs} == {1} and {run.state for run in runs} == {State.PUBLISHED}
        assert sum("Nhận quyền điều phối" in schedulers.log(one) for one in schedulers.started) == 1


def test_a_killed_leader_is_replaced_within_its_lease_and_its_run_is_made_up_for(open_office: Opener) -> None:
    office = open_office(schedules=CALM)
    with contending(office) as schedulers:
        schedulers.start(3)
        assert eventually(lambda: settled(office))
        behave(office.settings.data, {"alpha": {"mode": "slow", "seconds": 300, "value": 111.0}})
        ask(office, "alpha")
        assert eventually(lambda: started(office, "alpha", 2))
        cut = office.warehouse.unfinished_runs()[0]
        behave(office.settings.data, {"alpha": {"value": 5.0}})
        first = schedulers.leader()
        first.kill()
        killed = time.monotonic()
        second = schedulers.leader(but=first)
        assert time.monotonic() - killed < LEASE_SECONDS + SLACK
        assert eventually(lambda: shown(office) == 5.0)
        abandoned = office.warehouse.run(cut.id)
        assert abandoned is not None
        assert (abandoned.state, abandoned.reason) == (State.ABANDONED, Reason.CRASHED)
        assert abandoned.message is not None and "chạy lại một lần" in abandoned.message
        newest = office.warehouse.runs("alpha", limit=1)[0]
        assert (newest.trigger, newest.state, newest.term) == ("recovery", State.PUBLISHED, 2)
        assert eventually(lambda: not living(office)), "the process of the dead leader outlived it"
        second.kill()
        schedulers.leader(but=second)
        assert schedulers.lease.term == 3
        request = ask(office, "beta")
        run = eventually(lambda: served(office, request))
        assert run is not None and run.term == 3 and conserved(office)


def test_a_leader_that_was_stopped_past_its_lease_cannot_publish_and_stands_down(open_office: Opener) -> None:
    office = open_office(schedules=CALM)
    with contending(office) as schedulers:
        schedulers.start(2)
        assert eventually(lambda: settled(office))
        behave(office.settings.data, {"alpha": {"mode": "slow", "seconds": 1.5, "value": 111.0}})
        ask(office, "alpha")
        assert eventually(lambda: started(office, "alpha", 2))
        cut = office.warehouse.unfinished_runs()[0]
        behave(office.settings.data, {"alpha": {"value": 5.0}})
        sleeper = schedulers.leader()
        schedulers.stop(sleeper)
        successor = schedulers.leader(but=sleeper)
        assert schedulers.lease.term == 2
        assert eventually(lambda: shown(office) == 5.0)
        outcome = office.settings.data / "runs" / str(cut.id) / "outcome.json"
        assert eventually(outcome.exists), "the sleeper's process has worked on and has a result"
        send(sleeper, signal.SIGCONT)
        assert eventually(lambda: "lost_lease" in schedulers.log(sleeper)), "it tries, and is refused"
        assert eventually(lambda: "Mất quyền điều phối" in schedulers.log(sleeper))
        run = office.warehouse.run(cut.id)
        assert run is not None and (run.state, run.edition) == (State.ABANDONED, None)
        editions = office.warehouse.editions(100)
        assert cut.id not in {edition.run for edition in editions}
        for edition in editions:
            series = office.warehouse.series("kpi_alpha", "12@20250701", edition.number)
            assert 111.0 not in {item.value for item in series}
        assert shown(office) == 5.0 and conserved(office)
        successor.kill()
        assert schedulers.leader(but=successor) is sleeper, "it contends again like any other"
        assert schedulers.lease.term == 3


def test_a_leader_told_to_stop_ends_its_runs_and_hands_over_at_once(open_office: Opener) -> None:
    office = open_office(schedules=CALM)
    with contending(office) as schedulers:
        schedulers.start(2)
        assert eventually(lambda: settled(office))
        behave(office.settings.data, {"beta": {"mode": "slow", "seconds": 300}})
        ask(office, "beta")
        assert eventually(lambda: started(office, "beta", 2))
        cut = office.warehouse.unfinished_runs()[0]
        behave(office.settings.data, {"beta": {"value": 8.0}})
        first = schedulers.leader()
        send(first, signal.SIGTERM)
        first.join(60)
        assert first.exitcode == 0
        assert schedulers.lease.term == 2 or schedulers.lease_is_free(), "nobody waits for a lease to run out"
        run = office.warehouse.run(cut.id)
        assert run is not None and (run.state, run.reason) == (State.FAILED, Reason.LOST_LEASE)
        schedulers.leader(but=first)
        assert eventually(lambda: shown(office, "beta") == 8.0)
        newest = office.warehouse.runs("beta", limit=1)[0]
        assert (newest.trigger, newest.term) == ("recovery", 2)
        assert eventually(lambda: not living(office))


@pytest.mark.parametrize(
    ("warehouse_url", "label"),
    [
        ("sqlite", "dispatch.opened"),
        ("sqlite", "dispatch.child_ended"),
        ("sqlite", "dispatch.outcome_kept"),
        ("sqlite", "publish.before_commit"),
        ("sqlite", "publish.committed"),
        pytest.param("postgresql", "dispatch.outcome_kept", marks=pytest.mark.postgres),
    ],
    indirect=["warehouse_url"],
)
def test_a_scheduler_that_dies_anywhere_in_a_run_leaves_nothing_that_the_next_does_not_settle(
    open_office: Opener, label: str
) -> None:
    office = open_office(schedules=CALM)
    with contending(office) as schedulers:
        doomed = schedulers.start(crash_at=label)[0]
        doomed.join(60)
        assert doomed.exitcode == 137
        left = office.warehouse.unfinished_runs()
        assert conserved(office)
        schedulers.start()
        assert eventually(lambda: settled(office))
        for run in left:
            ended = office.warehouse.run(run.id)
            assert ended is not None and (ended.state, ended.reason) == (State.ABANDONED, Reason.CRASHED)
            again = office.warehouse.runs(run.source, limit=1)[0]
            assert (again.trigger, again.state) == ("recovery", State.PUBLISHED)
        assert left or label == "publish.committed"
        assert conserved(office)


def test_a_lease_that_runs_out_by_the_clock_of_the_database_is_free(open_office: Opener) -> None:
    warehouse = open_office().warehouse
    first, second = Lease(warehouse, "elsewhere/1", seconds=0.0), Lease(warehouse, "elsewhere/2", seconds=600)
    assert first.acquire() == 1
    assert second.acquire() == 2
    assert first.renew() is False and first.term is None
    assert first.acquire() is None


def test_a_clock_set_back_does_not_leave_a_dead_leader_of_another_machine_in_office(
    open_office: Opener,
) -> None:
    """Its lease lies in a future that will not come; what counts is how long it has not been renewed."""
    warehouse, ticks = open_office().warehouse, [0.0]
    dead = Lease(warehouse, "elsewhere/1", seconds=10 * 365 * 86400)
    assert dead.acquire() == 1
    heir = Lease(warehouse, "elsewhere/2", seconds=10, steady=lambda: ticks[0])
    assert heir.acquire() is None
    ticks[0] = 9.0
    assert heir.acquire() is None
    assert dead.renew(), "a sign of life starts the wait again"
    ticks[0] = 11.0
    assert heir.acquire() is None
    ticks[0] = 22.0
    assert heir.acquire() == 2


def test_terms_only_rise_and_a_released_lease_is_free_at_once(open_office: Opener) -> None:
    warehouse = open_office().warehouse
    assert holder(warehouse) is None
    terms = []
    for number in range(5):
        lease = Lease(warehouse, f"elsewhere/{number % 2}", seconds=600)
        terms.append(lease.acquire())
        assert lease.acquire() == terms[-1], "keeping it is not taking it over"
        lease.release()
        found = holder(warehouse)
        assert found is not None and not found.alive
    assert terms == [1, 2, 3, 4, 5]
