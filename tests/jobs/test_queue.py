"""The queue is one for all workers: nothing is done twice, nobody is passed over, the bound holds for all."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import update

from ioc.jobs.book import SILENT, WAITING_EACH, QueueFullError
from ioc.jobs.records import State
from ioc.warehouse.engine import database_now
from ioc.warehouse.job_tables import job
from tests.jobs.conftest import ANA, BINH, Shop


def test_two_workers_that_claim_at_once_never_take_the_same_job(shop: Shop) -> None:
    asked = {shop.ask(mark=at).id for at in range(WAITING_EACH)}
    taken: list[int] = []

    def take(owner: str) -> None:
        while (held := shop.book.claim(owner, most=100, each=100)) is not None:
            taken.append(held.id)

    threads = [threading.Thread(target=take, args=(f"worker {at}",)) for at in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(taken) == sorted(asked)


def test_no_more_run_at_once_than_the_bound_whoever_claims(shop: Shop) -> None:
    for at in range(5):
        shop.ask(ANA if at % 2 else BINH, mark=at)
    held = [shop.book.claim(f"worker {at}", most=3, each=2) for at in range(5)]
    assert [one is not None for one in held] == [True, True, True, False, False]


def test_somebody_with_one_job_does_not_wait_behind_somebody_with_ten(shop: Shop) -> None:
    first = [shop.ask(ANA, mark=at) for at in range(8)]
    late = shop.ask(BINH, mark=99)
    one, two = shop.book.claim("w", most=9, each=2), shop.book.claim("w", most=9, each=2)
    assert one is not None and two is not None
    assert (one.id, two.id) == (first[0].id, late.id)
    third = shop.book.claim("w", most=9, each=2)
    assert third is not None and third.id == first[1].id
    assert shop.book.claim("w", most=9, each=2) is None, "a third job of one person ran beside two"


def test_the_same_request_twice_is_one_job_until_it_has_ended(shop: Shop) -> None:
    one, again, other = shop.ask(mark=1), shop.ask(mark=1), shop.ask(mark=2)
    assert one.id == again.id != other.id
    assert shop.ask(BINH, mark=1).id != one.id, "two people shared a job"
    shop.book.cancel(one.id)
    assert shop.ask(mark=1).id != one.id


def test_a_person_cannot_fill_the_queue(shop: Shop) -> None:
    for at in range(WAITING_EACH):
        shop.ask(mark=at)
    with pytest.raises(QueueFullError):
        shop.ask(mark=99)
    assert shop.ask(BINH, mark=99).state is State.QUEUED


def _fall_silent(shop: Shop, number: int) -> None:
    with shop.office.warehouse.writing() as connection:
        then = database_now(connection) - SILENT - timedelta(seconds=1)
        connection.execute(update(job).where(job.c.id == number).values(heartbeat_at=then))


def test_a_job_of_a_dead_worker_is_done_again_once_and_the_dead_one_writes_no_more(shop: Shop) -> None:
    asked = shop.ask()
    dead = shop.book.claim("dead", 2, 2)
    assert dead is not None
    assert shop.book.claim("alive", 2, 2) is None, "a job in hand was taken away"
    _fall_silent(shop, asked.id)
    again = shop.book.claim("alive", 2, 2)
    assert again is not None and (again.id, again.attempt) == (asked.id, 2)
    assert not shop.book.beat(dead, 0.5, None)
    assert not shop.book.finish(dead, State.DONE, file="x")
    assert shop.book.beat(again, 0.5, None)
    _fall_silent(shop, asked.id)
    assert shop.book.claim("third", 2, 2) is None
    ended = shop.book.job(asked.id)
    assert ended is not None and ended.state is State.FAILED and ended.fault == ("jobs.fault.lost", {})


def test_cancelling_ends_a_waiting_job_at_once_and_leaves_an_ended_one_alone(shop: Shop) -> None:
    asked = shop.ask()
    assert (shop.book.cancel(asked.id) or asked).state is State.CANCELLED
    assert shop.book.claim("w", 2, 2) is None
    other = shop.ask()
    held = shop.book.claim("w", 2, 2)
    assert held is not None and shop.book.finish(held, State.DONE, file="x")
    assert (shop.book.cancel(other.id) or other).state is State.DONE
