"""Nobody comes in without a code that an operator has read off the screen, and nobody guesses one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import MetaData, select

from ioc.fleet import codes
from ioc.fleet.enrolments import LIFE, MOST_ASKED, MOST_WRONG
from ioc.fleet.records import FleetError, What
from tests.fleet.conftest import NOW, Fleet

WRONG = "AAA-AAA"


def confirm(fleet: Fleet, code: str, **more):
    given = {
        "name": "Sảnh",
        "screen": "toan_canh",
        "ranges": (),
        "by": "Lò Văn A",
        "reason": "lắp mới",
        "now": NOW,
    }
    return fleet.door.confirm(code, **{**given, **more})


def refused(key: str, act, *args, **more) -> FleetError:
    with pytest.raises(FleetError) as caught:
        act(*args, **more)
    assert caught.value.key == key
    return caught.value


def test_a_screen_comes_in_by_its_code_once_and_gets_one_token(fleet):
    asked = fleet.door.ask("10.1.2.3", NOW)
    assert fleet.door.claim(asked.claim, "10.1.2.3", NOW) is None
    number = confirm(fleet, asked.code.lower().replace("-", " "))
    device, screen, token = fleet.door.claim(asked.claim, "10.1.2.3", NOW)
    assert (device, screen) == (number, "toan_canh")
    assert fleet.book.standing()[0][codes.fingerprint(token)].id == number
    refused("enrol.expired", fleet.door.claim, asked.claim, "10.1.2.3", NOW)
    refused("act.wrong_code", confirm, fleet, asked.code)


def test_no_secret_is_kept_anywhere_in_the_warehouse(fleet):
    asked = fleet.door.ask("10.1.2.3", NOW)
    waiting = dump(fleet)
    confirm(fleet, asked.code)
    token = fleet.door.claim(asked.claim, "10.1.2.3", NOW)[2]
    for text in (waiting, dump(fleet)):
        for secret in (asked.code, asked.code.replace("-", ""), asked.claim, token):
            assert secret not in text


def dump(fleet: Fleet) -> str:
    found = MetaData()
    found.reflect(fleet.warehouse.engine)
    with fleet.warehouse.reading() as connection:
        return repr([connection.execute(select(table)).all() for table in found.sorted_tables])


def test_a_code_lives_ten_minutes(fleet):
    asked = fleet.door.ask("10.1.2.3", NOW)
    late = NOW + LIFE + timedelta(seconds=1)
    refused("act.wrong_code", confirm, fleet, asked.code, now=late)
    refused("enrol.expired", fleet.door.claim, asked.claim, "10.1.2.3", late)
    assert fleet.door.waiting(late) == []


def test_a_confirmed_screen_that_comes_late_for_its_token_does_not_get_it(fleet):
    asked = fleet.door.ask("10.1.2.3", NOW)
    confirm(fleet, asked.code)
    refused("enrol.expired", fleet.door.claim, asked.claim, "10.1.2.3", NOW + LIFE + timedelta(seconds=1))


def test_who_guesses_codes_is_stopped_and_stands_in_the_book(fleet):
    asked = fleet.door.ask("10.1.2.3", NOW)
    assert asked.code != WRONG
    for _ in range(MOST_WRONG):
        refused("act.wrong_code", confirm, fleet, WRONG)
    error = refused("act.many_tries", confirm, fleet, asked.code)
    assert error.status == 429
    assert [one.what for one in fleet.book.acts()] == [What.REFUSED] * MOST_WRONG
    assert confirm(fleet, asked.code, by="Vàng Thị B")  # another person is not stopped by it
    other = fleet.door.ask("10.1.2.3", NOW + LIFE)
    assert confirm(fleet, other.code, now=NOW + LIFE + timedelta(minutes=1))


def test_a_slip_of_the_finger_is_no_guess(fleet):
    for text in ("", "AAA", "AAAAAAA", "0OI1L5", "ĂĂĂĂĂĂ", "AAA AA!"):
        refused("act.code", confirm, fleet, text)
    assert fleet.book.acts() == []


def test_one_address_cannot_fill_the_house_with_codes(fleet):
    for _ in range(MOST_ASKED):
        fleet.door.ask("10.1.2.3", NOW)
    assert refused("enrol.many", fleet.door.ask, "10.1.2.3", NOW).status == 429
    assert fleet.door.ask("10.1.2.4", NOW)
    assert fleet.door.ask("10.1.2.3", NOW + LIFE + timedelta(seconds=1))


def test_a_screen_outside_the_range_given_for_it_is_not_let_in(fleet):
    asked = fleet.door.ask("10.9.2.3", NOW)
    assert (
        refused("act.outside", confirm, fleet, asked.code, ranges=("10.1.0.0/16",)).values["address"]
        == "10.9.2.3"
    )
    assert confirm(fleet, asked.code, ranges=("10.9.0.0/16",))
    refused("enrol.expired", fleet.door.claim, asked.claim, "192.168.0.9", NOW)


@pytest.mark.parametrize(
    ("key", "more"), [("act.by", {"by": " "}), ("act.reason", {"reason": "x"}), ("act.name", {"name": " "})]
)
def test_an_enrolment_needs_a_name_a_person_and_a_reason(fleet, key, more):
    refused(key, confirm, fleet, fleet.door.ask("10.1.2.3", NOW).code, **more)


@given(st.ip_addresses(), st.integers(0, 32))
def test_an_address_lies_in_a_range_exactly_when_their_first_bits_agree(address, bits):
    size = 32 if address.version == 4 else 128
    ranges = codes.read_ranges(f"{address}/{min(bits, size)}")
    assert codes.within(str(address), ranges)
    flipped = type(address)(int(address) ^ (1 << (size - bits)) if bits else int(address))
    assert codes.within(str(flipped), ranges) == (not bits)


def test_an_address_of_the_old_kind_in_the_new_spelling_is_the_same_address():
    assert codes.within("::ffff:10.1.2.3", codes.read_ranges("10.1.0.0/16"))
    assert not codes.within("::ffff:10.2.2.3", codes.read_ranges("10.1.0.0/16"))
    assert not codes.within("unknown", codes.read_ranges("10.1.0.0/16"))
    refused("act.range", codes.read_ranges, "10.1.0.0/16, tầng 2")
