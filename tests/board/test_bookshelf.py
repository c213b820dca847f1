"""A reader sees one whole edition, the newest within a second, at no cost while nothing changed."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy.exc import OperationalError

from ioc.access import OPEN
from ioc.bookshelf import KEPT, NOTICE, Bookshelf
from ioc.unknown import UnknownEditionError
from tests.board.province import numbers


class Counting:
    """A warehouse that counts what is asked of it, and fails when told to."""

    def __init__(self, warehouse):
        self.warehouse = warehouse
        self.calls: list[str] = []
        self.broken = False

    def __getattr__(self, name):
        def call(*args, **kwargs):
            self.calls.append(name)
            if self.broken:
                raise OperationalError("select", {}, Exception("gone"))
            return getattr(self.warehouse, name)(*args, **kwargs)

        return call


@pytest.fixture
def now():
    return [0.0]


@pytest.fixture
def counted(province):
    return Counting(province.warehouse)


@pytest.fixture
def shelf(province, counted, now):
    return Bookshelf(counted, province.site, province.register, clock=lambda: now[0])


def test_a_new_edition_is_noticed_within_a_second(province, shelf, now):
    assert shelf.latest().edition.number == 1
    province.publish(numbers(province, shift=-5))
    now[0] += NOTICE + 0.01
    assert shelf.latest().edition.number == 2
    assert NOTICE <= 1.0


def test_asking_again_costs_no_query(shelf, counted):
    shelf.latest()
    counted.calls.clear()
    for _ in range(1000):
        shelf.latest()
    assert counted.calls == []


def test_a_reader_with_an_old_number_keeps_the_old_numbers(province, shelf, now):
    before = shelf.latest().row("online", "2026-10", OPEN)[0].value
    province.publish(numbers(province, shift=-5))
    now[0] += 1
    assert shelf.latest().row("online", "2026-10", OPEN)[0].value == before - 5
    assert shelf.get(1).row("online", "2026-10", OPEN)[0].value == before


def test_unchanged_slices_are_carried_over_and_changed_ones_read_before_anybody_waits(
    province, shelf, counted, now
):
    board = shelf.latest()
    board.read(["online", "received"])
    province.publish([row for row in numbers(province, shift=-5) if row[0] != "received"] + [
        row for row in numbers(province) if row[0] == "received"
    ])  # fmt: skip
    now[0] += 1
    counted.calls.clear()
    newer = shelf.latest()
    assert counted.calls.count("slice") == 1  # online changed, received did not
    counted.calls.clear()
    assert newer.row("online", "2026-10", OPEN)[0].value == 85
    assert newer.row("received", "2026-10", OPEN)[1].value == 10
    assert counted.calls == []
    assert newer.loaded["received"] is board.loaded["received"]


def test_the_last_board_stays_while_the_warehouse_is_gone(shelf, counted, now):
    assert shelf.latest().edition.number == 1
    counted.broken = True
    now[0] += 1
    assert shelf.latest().edition.number == 1
    counted.calls.clear()
    shelf.latest()
    assert counted.calls == []  # it is not asked again before the next look is due
    counted.broken = False
    now[0] += 1
    assert shelf.latest().edition.number == 1


def test_without_any_board_the_failure_is_said(shelf, counted):
    counted.broken = True
    with pytest.raises(OperationalError):
        shelf.latest()
    counted.broken = False
    assert shelf.latest().edition.number == 1


@pytest.mark.parametrize("number", [0, -1, 2, 10**9])
def test_an_edition_that_was_never_published_is_unknown(shelf, number):
    with pytest.raises(UnknownEditionError):
        shelf.get(number)


def test_only_a_few_old_boards_are_kept(province, shelf, now):
    for shift in range(KEPT + 3):
        province.publish(numbers(province, shift=-shift - 1))
        now[0] += 1
        shelf.latest()
    for number in range(1, KEPT + 4):
        assert shelf.get(number).edition.number == number
    assert len(shelf._kept) <= KEPT


def test_a_crowd_makes_one_document_once(shelf):
    board, made, start = shelf.latest(), [], threading.Barrier(8)

    def build():
        made.append(1)
        return object()

    found: list[object] = []

    def ask():
        start.wait()
        found.append(board.document(("crowd",), build))

    crowd = [threading.Thread(target=ask) for _ in range(8)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert len(made) == 1 and len(set(map(id, found))) == 1
