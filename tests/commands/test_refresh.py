"""`ioc refresh` refreshes here or through the scheduler, and its exit code and last line say how it went."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ioc import shift
from ioc.leader import Lease, holder
from ioc.runs import State
from tests.commands.conftest import Terminal
from tests.scheduling.conftest import SOURCES, behave, calls, eventually, living, working


@pytest.fixture(autouse=True)
def nothing_left(terminal: Terminal) -> Iterator[None]:
    yield
    office = terminal.office()
    assert eventually(lambda: not living(office)), "refresh processes left behind"


def test_without_a_scheduler_every_source_is_refreshed_here(terminal: Terminal) -> None:
    said = terminal.ioc("refresh")
    assert said.code == 0
    lines = said.out.splitlines()
    assert len(lines) == len(SOURCES)
    for source, line in zip(SOURCES, lines, strict=True):
        assert line.startswith(f"✓ Nguồn {source} ({source}): bản số liệu ")
        assert "10 dòng: 7 dùng, 2 chờ xử lý, 1 bị loại" in line and line.endswith(" giây")
    assert "Nguồn alpha: đang lấy dữ liệu" in said.err, "progress goes where it disturbs no script"
    office = terminal.office()
    found = holder(office.warehouse)
    assert found is not None and not found.alive, "the lease is given back"
    office.warehouse.close()


def test_one_source_alone(terminal: Terminal) -> None:
    assert terminal.ioc("refresh", "beta").code == 0
    assert [call["source"] for call in calls(terminal.office())] == ["beta"]


def test_json_is_all_there_is_on_standard_output(terminal: Terminal) -> None:
    said = terminal.ioc("refresh", "--json")
    runs = said.json
    assert said.err == ""
    assert [(run["source"], run["state"]) for run in runs] == [(source, "published") for source in SOURCES]
    assert all(run["staged"] == run["published"] + run["parked"] + run["rejected"] for run in runs)


def test_a_source_that_fails_says_why_and_the_others_are_refreshed(terminal: Terminal) -> None:
    behave(terminal.data, {"beta": {"mode": "exit"}})
    said = terminal.ioc("refresh")
    assert said.code == 1
    failed = next(line for line in said.out.splitlines() if line.startswith("✗"))
    assert failed.startswith("✗ Nguồn beta (beta): không thành công, tiến trình dừng đột ngột")
    assert "Số liệu lần trước được giữ nguyên" in said.out
    assert said.out.count("✓") == 2
    assert terminal.ioc("refresh", "beta", "--json").json[0]["reason"] == "crashed"


def test_while_a_scheduler_leads_it_is_asked(terminal: Terminal) -> None:
    office = terminal.office()
    with working(office) as scheduler:
        assert eventually(lambda: len(office.warehouse.runs()) >= 3)
        said = terminal.ioc("refresh", "alpha", "--json")
        assert said.code == 0
        assert said.json[0]["term"] == scheduler.lease.term == 1
        assert said.json[0]["trigger"] == "manual"
        refused = terminal.ioc("refresh", "--trust-clock")
        assert refused.code == 2 and "--trust-clock" in refused.err
    office.warehouse.close()


def test_a_scheduler_that_dies_meanwhile_is_not_waited_for_for_ever(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = terminal.office()
    dying = Lease(office.warehouse, "elsewhere/1", seconds=1.0)
    dying.acquire()
    monkeypatch.setattr(shift, "PATIENCE_SECONDS", 0.5)
    said = terminal.ioc("refresh", "alpha")
    assert said.code == 1 and "Bộ lập lịch đã ngừng giữa chừng" in said.err
    assert calls(office) == []
    office.warehouse.close()


def test_an_unknown_source_is_refused_with_the_known_ones(terminal: Terminal) -> None:
    said = terminal.ioc("refresh", "delta")
    assert said.code == 2 and "alpha, beta, gamma" in said.err


def test_what_a_dead_scheduler_left_open_is_settled_first(terminal: Terminal) -> None:
    office = terminal.office()
    left = office.warehouse.open_run("alpha", "schedule", "system", 0, shift.dispatch.now_utc())
    assert terminal.ioc("refresh", "beta").code == 0
    run = office.warehouse.run(left)
    assert run is not None and run.state is State.ABANDONED
    office.warehouse.close()
