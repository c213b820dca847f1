"""Killed anywhere in an evaluation, an alert is neither lost nor doubled; two leaders never evaluate at once."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ioc.alerts.evaluator import Evaluator
from ioc.leader import Lease
from ioc.office import Office
from ioc.settings import Settings
from ioc.warehouse.alert_tables import alert, alert_delivery, alert_event, alert_message
from tests.alerts.conftest import Build
from tests.alerts.tower import Tower, rule

LABELS = ("alerts.watched", "alerts.opened", "alerts.announced", "alerts.before_commit", "alerts.committed")
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.alerts.test_crash"])
MAIL = '[[recipient]]\nowner = "van_phong"\nmail = ["truc@tinh.example"]\n'


def _look(site: Path, data: Path, url: str, term: int, now: datetime, label: str | None) -> None:
    if label:
        os.environ["IOC_CRASH_AT"] = label
    Evaluator(Office(Settings(site=site, data=data, warehouse=url), {})).evaluate(term, now)


def in_a_process(tower: Tower, label: str | None, term: int | None = None) -> int | None:
    settings = tower.office.settings
    given = (settings.site, settings.data, settings.warehouse, term or tower.term, tower.now, label)
    process = _processes.Process(target=_look, args=given)
    process.start()
    process.join(60)
    return process.exitcode


def counts(tower: Tower) -> list[int]:
    with tower.province.warehouse.reading() as connection:
        tables = (alert, alert_event, alert_message, alert_delivery)
        return [int(connection.execute(select(func.count()).select_from(one)).scalar_one()) for one in tables]


@pytest.mark.parametrize("label", LABELS)
def test_a_kill_at_any_point_neither_loses_nor_doubles_an_alert(label: str, build: Build) -> None:
    tower = build(rule() + MAIL)
    tower.publish(50, 40, 90, 90, 90, 90)
    assert in_a_process(tower, label) == 137
    assert counts(tower) == ([1, 1, 1, 1] if label == "alerts.committed" else [0, 0, 0, 0])
    assert in_a_process(tower, None) == 0
    assert in_a_process(tower, None) == 0
    assert counts(tower) == [1, 1, 1, 1]
    assert tower.only().count == 2


def test_a_new_leader_goes_on_where_the_old_one_was_killed_and_the_old_one_writes_no_more(
    build: Build,
) -> None:
    tower = build()
    tower.publish(50, 90, 90, 90, 90, 90)
    assert in_a_process(tower, "alerts.before_commit") == 137
    tower.province.lease.release()
    successor = Lease(tower.province.warehouse, owner="another", seconds=1e6)
    term = successor.acquire()
    assert term == tower.term + 1
    assert in_a_process(tower, None) == 0
    assert counts(tower)[0] == 0, "the old term evaluated"
    assert in_a_process(tower, None, term) == 0
    assert counts(tower)[0] == 1
    assert tower.only().term == term


def test_many_evaluators_at_once_open_one_alert(build: Build) -> None:
    tower = build(rule() + MAIL)
    tower.publish(50, 90, 90, 90, 90, 90)
    settings = tower.office.settings
    given = (settings.site, settings.data, settings.warehouse, tower.term, tower.now, None)
    processes = [_processes.Process(target=_look, args=given) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    assert counts(tower) == [1, 1, 1, 1]


def test_an_evaluation_and_a_persons_act_never_undo_each_other(build: Build) -> None:
    tower = build()
    tower.see(50, 90, 90, 90, 90, 90)
    number, seen = tower.only().id, []
    original = tower.book.changing

    def act_first(term: int | None = None) -> object:
        if term is not None and not seen:
            seen.append(term)
            tower.book.resolve(number, "Lò Văn A", "Đã xong", tower.now)
        return original(term)

    from ioc.alerts import evaluator

    class Between(type(tower.book)):  # type: ignore[misc]
        changing = staticmethod(act_first)

    keep: Callable[..., object] = evaluator.Book
    evaluator.Book = Between  # type: ignore[misc,assignment]
    try:
        assert tower.look(1).opened == ()
    finally:
        evaluator.Book = keep  # type: ignore[misc,assignment]
    assert seen
    ended = tower.book.one(number)
    assert ended is not None
    assert (ended.state, ended.resolved_by) == ("resolved", "Lò Văn A")
