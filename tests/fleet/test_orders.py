"""What an operator orders reaches every worker, stands in the book with before and after, and is undone by one act."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from ioc.fleet.orders import EVERY, Orders
from ioc.fleet.records import FleetError, What
from ioc.walls.orders import NOTHING
from tests.fleet.conftest import NOW, Fleet


def tell(fleet: Fleet, devices, what=What.PUSH, by="Lò Văn A", reason="giao ban", **change) -> int:
    return fleet.book.tell(devices, what, change, by, reason, NOW)


def test_an_order_reaches_another_worker_and_says_who_when_and_why(fleet):
    first, _ = fleet.admit()
    second, _ = fleet.admit("Sảnh")
    now = [0.0]
    worker = Orders(fleet.book, lambda: now[0])
    assert worker.order(first).scene is None
    tell(fleet, [first], scene="ha_tang", paused=True)
    now[0] += EVERY
    told = worker.order(first)
    assert (told.scene, told.paused) == ("ha_tang", True) and worker.order(second).scene is None
    act = fleet.book.acts(first)[0]
    assert (act.what, act.by, act.reason, act.at) == (What.PUSH, "Lò Văn A", "giao ban", NOW)
    assert act.before == {"scene": None, "paused": False} and act.after == {
        "scene": "ha_tang",
        "paused": True,
    }
    assert told.seq == act.id


def test_a_takeover_reaches_all_screens_and_resuming_frees_them(fleet):
    numbers = [fleet.admit(f"Phòng {n}")[0] for n in range(3)]
    tell(fleet, numbers[:1], What.PIN, pin_area="03463")
    assert tell(fleet, None, What.TAKEOVER, message="Bão số 9: họp khẩn 14 giờ") == 3
    worker = Orders(fleet.book)
    assert {worker.order(one).message for one in numbers} == {"Bão số 9: họp khẩn 14 giờ"}
    assert worker.order(numbers[0]).pin_area == "03463"
    tell(fleet, None, What.RESUME)
    worker = Orders(fleet.book)
    assert all(replace(worker.order(one), seq=0) == NOTHING for one in numbers)
    assert fleet.book.acts(numbers[0])[0].before == {
        "pin_area": "03463",
        "message": "Bão số 9: họp khẩn 14 giờ",
    }


def test_numbers_of_orders_grow(fleet):
    number, _ = fleet.admit()
    seen = [fleet.book.orders()[number].seq]
    for scene in ("a", "b", "a"):
        tell(fleet, [number], scene=scene)
        seen.append(fleet.book.orders()[number].seq)
    assert seen == sorted(set(seen))


def test_acts_at_the_same_moment_all_count(fleet):
    number, _ = fleet.admit()
    before = fleet.book.newest()

    def act(by: str) -> None:
        for turn in range(4):
            tell(fleet, [number], by=by, scene=f"scene_{turn}")

    people = [threading.Thread(target=act, args=(name,)) for name in ("Lò Văn A", "Vàng Thị B")]
    for one in people:
        one.start()
    for one in people:
        one.join()
    acts = [one for one in fleet.book.acts(number) if one.id > before]
    assert len(acts) == 8
    # each act found what the one before it had left
    after: object = None
    for one in reversed(acts):
        if "scene" in one.before:
            assert one.before["scene"] == after
            after = one.after["scene"]
    assert fleet.book.orders()[number].scene == after


@pytest.mark.parametrize(
    ("key", "more"),
    [
        ("act.by", {"by": ""}),
        ("act.reason", {"reason": " a "}),
        ("act.message_length", {"message": "x" * 241}),
        ("act.message_length", {"message": ""}),
    ],
)
def test_an_order_without_a_person_a_reason_or_with_too_long_a_message_changes_nothing(fleet, key, more):
    number, _ = fleet.admit()
    before = fleet.book.newest()
    with pytest.raises(FleetError) as caught:
        tell(fleet, [number], **more)
    assert caught.value.key == key
    assert fleet.book.newest() == before and replace(fleet.book.orders()[number], seq=0) == NOTHING


def test_an_order_to_a_screen_that_is_not_there_tells_none_of_the_others(fleet):
    number, _ = fleet.admit()
    with pytest.raises(FleetError) as caught:
        tell(fleet, [number, 99], scene="ha_tang")
    assert caught.value.key == "act.unknown" and fleet.book.orders()[number].scene is None


def test_a_revoked_token_is_known_as_revoked_within_a_second_and_cannot_be_ordered(fleet):
    number, token = fleet.admit()
    now = [0.0]
    worker = Orders(fleet.book, lambda: now[0])
    assert worker.device(token).revoked_at is None
    fleet.book.revoke(number, "Lò Văn A", "máy mất", NOW)
    assert worker.device(token).revoked_at is None  # still the copy of this second
    now[0] += EVERY
    assert worker.device(token).revoked_at == NOW
    with pytest.raises(FleetError):
        tell(fleet, [number], scene="ha_tang")
    with pytest.raises(FleetError):
        fleet.book.revoke(number, "Lò Văn A", "máy mất", NOW)
    assert worker.device("khong-phai") is None


def test_a_device_can_be_moved_to_another_place_and_configuration(fleet):
    number, token = fleet.admit()
    fleet.book.change(
        number, "Sảnh tầng 1", "dich_vu_cong", ("10.2.0.0/16",), "Lò Văn A", "chuyển phòng", NOW
    )
    found = Orders(fleet.book).device(token)
    assert (found.name, found.screen, found.ranges) == ("Sảnh tầng 1", "dich_vu_cong", ("10.2.0.0/16",))
    assert fleet.book.acts(number)[0].before["name"] == "Phòng họp tầng 2"


class Broken:
    """A book whose database has gone away after the first look."""

    def __init__(self, book):
        self._book = book
        self.gone = False

    def newest(self):
        if self.gone:
            raise OperationalError("select", {}, Exception("gone"))
        return self._book.newest()

    def standing(self):
        return self._book.standing()


def test_without_the_warehouse_a_screen_stays_what_it_was(fleet):
    number, token = fleet.admit()
    tell(fleet, [number], scene="ha_tang")
    book, now = Broken(fleet.book), [0.0]
    worker = Orders(book, lambda: now[0])
    assert worker.order(number).scene == "ha_tang"
    book.gone, now[0] = True, 100.0
    assert worker.order(number).scene == "ha_tang" and worker.device(token).id == number
    with pytest.raises(OperationalError):
        Orders(book).order(number)


def test_a_browser_that_is_no_device_is_told_nothing(fleet):
    assert Orders(fleet.book).order(None) is NOTHING
