"""A dead screen is listed within two heartbeats, a live one never, and a thousand screens are no storm of writes."""

from __future__ import annotations

import itertools
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ioc.fleet.contacts import FLUSH_SECONDS, WRITE_EVERY, Contacts
from ioc.fleet.health import DEAD_AFTER, Health, judge, standings
from ioc.fleet.records import Contact, Device
from tests.fleet.conftest import NOW

DEVICE = Device(1, "Sảnh", "toan_canh", (), NOW, "Lò Văn A", True, None)


def read(device: int, header: str, address: str, now) -> Contact:
    """A contact as its heartbeat is written: scene;edition;uptime;heap;state."""
    scene, edition, uptime, heap, state = header.split(";")
    return Contact(device, now, address, scene, int(edition), int(uptime), int(heap), state)


def at(seconds: float):
    return NOW + timedelta(seconds=seconds)


def test_contacts_are_kept_and_an_older_one_never_replaces_a_newer(fleet):
    number, _ = fleet.admit()
    newer, older = (read(number, f"ha_tang;{n};1;1;fresh", "10.1.2.3", at(n)) for n in (9, 5))
    fleet.book.keep([newer])
    fleet.book.keep([older])
    assert fleet.book.contacts() == {number: newer}
    assert standings(fleet.book, at(10))[0].health is Health.LIVE
    assert standings(fleet.book, at(9) + DEAD_AFTER + timedelta(seconds=1))[0].health is Health.DEAD


def test_a_thousand_screens_are_written_in_batches_and_each_at_most_once_in_thirty_seconds():
    batches: list[list[Contact]] = []
    worker = Contacts(batches.append, flush_seconds=3600)
    for second in range(0, 300, 5):
        for device in range(1000):
            if (second + device) % 10 < 5:
                worker.heard(
                    read(device, f"scene_{second // 30 % 4};1;{second};1;fresh", "10.1.2.3", at(second))
                )
        worker.flush()
    assert len(batches) <= 300 / 5
    for device in (0, 7, 999):
        times = [one.at for batch in batches for one in batch if one.device == device]
        assert 300 / 40 <= len(times) <= 300 / 30
        assert all(b - a >= WRITE_EVERY for a, b in itertools.pairwise(times))


def test_trouble_is_written_at_once():
    kept: list[Contact] = []
    worker = Contacts(kept.extend, flush_seconds=3600)
    worker.heard(read(1, "a;1;1;1;fresh", "x", at(0)))
    worker.flush()
    worker.heard(read(1, "a;1;1;1;lost", "x", at(3)))
    worker.flush()
    assert [one.state for one in kept] == ["fresh", "lost"]
    assert judge(DEVICE, kept[-1], at(4)) is Health.TROUBLED


@settings(max_examples=60)
@given(st.integers(0, 40), st.lists(st.floats(3, 12), min_size=20, max_size=60))
def test_whoever_polls_is_never_called_dead_and_whoever_stops_is_within_two_heartbeats(start, gaps):
    kept: dict[int, Contact] = {}
    worker = Contacts(lambda batch: kept.update((one.device, one) for one in batch), flush_seconds=3600)
    now = float(start)
    next_flush = now
    for gap in gaps:
        worker.heard(read(1, "a;1;1;1;fresh", "x", at(now)))
        while next_flush <= now + gap:
            if next_flush >= now:
                worker.flush()
            if 1 in kept:
                assert judge(DEVICE, kept[1], at(next_flush)) is Health.LIVE
            next_flush += FLUSH_SECONDS
        now += gap
    last = now - gaps[-1]
    assert judge(DEVICE, kept.get(1), at(last) + DEAD_AFTER + timedelta(seconds=1)) is Health.DEAD


def test_what_could_not_be_written_stays_due():
    kept: list[Contact] = []

    def refuse(_):
        raise RuntimeError

    worker = Contacts(refuse, flush_seconds=3600)
    worker.heard(read(1, "a;1;1;1;fresh", "x", at(0)))
    try:
        worker.flush()
    except RuntimeError:
        worker._keep = kept.extend
    assert worker.flush() == 1 and kept
