"""`ioc screens` does what the page does: lets in, orders, revokes, and tells the book; the end of our certificate is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app import commands
from ioc.fleet.enrolments import Enrolments
from ioc.web.secret import signing_key
from tests.board.province import Province, numbers, villages
from tests.walls.conftest import write_screens

Ask = Callable[..., Result]
WHO = ("--by", "Lò Văn A", "--reason", "giao ban")


@pytest.fixture
def place(tmp_path: Path) -> tuple[Ask, Enrolments]:
    """`ioc` on the test province with a wall whose certificate file is not there, and the door of its web."""
    write_screens(tmp_path / "site")
    province = Province(tmp_path)
    province.publish(numbers(province), villages(province))
    settings = replace(province.settings, certificate=str(tmp_path / "none.pem"))
    office = type(province.office)(settings, {})
    door = Enrolments(province.warehouse, signing_key(settings, demonstration=True))
    return lambda *words: CliRunner().invoke(commands(), words, obj=lambda: office), door


def test_a_screen_is_let_in_ordered_and_revoked_from_the_command_line(place):
    ioc, door = place
    assert "Chưa có màn hình" in ioc("screens").output
    asked = door.ask("10.1.2.3", datetime.now(UTC))
    enrol = (
        "screens",
        "enrol",
        asked.code,
        "--name",
        "Sảnh tầng 1",
        "--config",
        "sanh",
        "--range",
        "10.1.0.0/16",
        *WHO,
    )
    assert ioc(*enrol).exit_code == 0
    assert door.claim(asked.claim, "10.1.2.3", datetime.now(UTC)) is not None
    assert ioc("screens", "push", "phu", *WHO).exit_code == 0
    assert ioc("screens", "takeover", "Họp khẩn 14 giờ", "--screen", "1", *WHO).exit_code == 0
    (told,) = json.loads(ioc("screens", "--json").output)
    assert (told["order"]["scene"], told["order"]["message"], told["health"]) == (
        "phu",
        "Họp khẩn 14 giờ",
        "never",
    )
    listed = ioc("screens").output
    assert "Sảnh tầng 1" in listed and "Cảnh phụ" in listed and "Không đọc được tệp chứng chỉ" in listed
    assert ioc("screens", "resume", *WHO).exit_code == 0
    assert ioc("screens", "revoke", "1", *WHO).exit_code == 0
    book = ioc("screens", "log").output
    for words in (
        "thu hồi “Sảnh tầng 1”",
        "Lý do: giao ban",
        "thông báo: Họp khẩn 14 giờ → không",
        "cảnh: không → Cảnh phụ",
    ):
        assert words in book
    assert [one["what"] for one in json.loads(ioc("screens", "log", "--json").output)][-1] == "enrol"


@pytest.mark.parametrize(
    "words",
    [
        ("enrol", "AAA-AAA", "--name", "Sảnh", "--config", "sanh", *WHO),
        ("enrol", "AAA-AAA", "--name", "Sảnh", "--config", "khong_co", *WHO),
        ("push", "khong_co", *WHO),
        ("takeover", " ", *WHO),
        ("resume", "--screen", "7", *WHO),
        ("revoke", "7", *WHO),
    ],
)
def test_what_is_not_possible_is_said_in_a_sentence(place, words):
    done = place[0]("screens", *words)
    assert done.exit_code != 0 and "Traceback" not in done.output and len(done.output) > 20


def test_the_state_of_the_house_tells_the_end_of_the_certificate(place):
    assert "Không đọc được tệp chứng chỉ" in place[0]("status").output
    assert json.loads(place[0]("status", "--json").output)["certificate"]["alarm"] == "unreadable"
