"""One answer for one screen: whole, from memory, with ages, and unharmed by a tile that cannot be made."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from ioc.walls import content
from ioc.walls.orders import HEARTBEAT_HEADER, Heartbeat, Order, read_heartbeat
from ioc.walls.scenes import Kind
from tests.board.province import NOW, numbers

FEED = "/api/wall/sanh"


def test_a_document_has_everything_its_scenes_show(hall):
    answer = hall.client().get(FEED)
    found = answer.get_json()
    fixed = found["fixed"]
    assert fixed["edition"] == 1 and fixed["build"] == "build-1"
    assert [len(one["tiles"]) for one in fixed["scenes"].values()] == [4, 6]
    assert not [tile for one in fixed["scenes"].values() for tile in one["tiles"] if "fault" in tile]
    number = fixed["scenes"]["chinh"]["tiles"][1]
    assert (number["value"], number["unit"], number["target"]) == ("68,4", "%", "chỉ tiêu 95\u00a0%")
    assert number["reporting"] == "5/6 xã báo cáo"
    assert found["sources"]["mot_cua"]["promise"] == 900
    assert found["age"] >= 0 and found["order"]["seq"] == 0


def test_an_unchanged_poll_is_small_and_says_nothing(hall):
    client = hall.client()
    first = client.get(FEED)
    again = client.get(FEED, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.data == b""
    line = "HTTP/1.1 304 NOT MODIFIED\r\nServer: gunicorn\r\nDate: Thu, 26 Nov 2026 11:00:00 GMT\r\nConnection: keep-alive\r\n"
    assert len(line + str(again.headers)) <= 400


def test_only_time_passing_changes_ages_and_not_the_mark(hall):
    answers = hall.server.view_functions["walls.named"].__self__
    clock = {"now": NOW + timedelta(minutes=1)}
    answers._walls.clock = lambda: clock["now"]
    client = hall.client()
    first = client.get(FEED)
    clock["now"] += timedelta(minutes=5)
    second = client.get(FEED)
    assert first.headers["ETag"] == second.headers["ETag"]
    assert second.get_json()["age"] - first.get_json()["age"] == 300


def test_a_new_edition_an_order_and_a_lost_source_each_change_the_mark(hall):
    client = hall.client()
    marks = [client.get(FEED).headers["ETag"]]
    hall.operator.wish = Order(scene="phu", seq=1)
    marks.append(client.get(FEED).headers["ETag"])
    hall.operator.wish = Order(message="Họp khẩn lúc 15 giờ", seq=2)
    answer = client.get(FEED)
    assert answer.get_json()["order"]["message"] == "Họp khẩn lúc 15 giờ"
    marks.append(answer.headers["ETag"])
    hall.province.publish(numbers(hall.province, shift=-4), at=NOW + timedelta(minutes=9))
    hall.server.view_functions["walls.named"].__self__._walls._bookshelf._looked = 0.0
    answer = client.get(FEED)
    assert answer.get_json()["fixed"]["edition"] == 2
    marks.append(answer.headers["ETag"])
    assert len(set(marks)) == len(marks)


def test_a_tile_that_is_the_same_keeps_its_mark_through_a_new_edition(hall):
    client = hall.client()
    before = client.get(FEED).get_json()["fixed"]["scenes"]
    hall.province.publish(numbers(hall.province, shift=-4), at=NOW + timedelta(minutes=9))
    hall.server.view_functions["walls.named"].__self__._walls._bookshelf._looked = 0.0
    after = client.get(FEED).get_json()["fixed"]["scenes"]
    assert before["chinh"]["tiles"][0]["mark"] != after["chinh"]["tiles"][0]["mark"]
    assert before["chinh"]["tiles"][2]["mark"] == after["chinh"]["tiles"][2]["mark"]


def test_one_poisoned_tile_never_blanks_the_others(hall, monkeypatch):
    def poisoned(tile, desk):
        raise RuntimeError("poison")

    monkeypatch.setitem(content._MAKERS, Kind.NUMBER, poisoned)
    fixed = hall.client().get(FEED).get_json()["fixed"]
    tiles = fixed["scenes"]["chinh"]["tiles"]
    assert ["fault" in tile for tile in tiles] == [False, True, True, False]
    assert tiles[1]["title"] == "online" and tiles[1]["sources"] == ["mot_cua"]


@pytest.mark.parametrize(
    "order",
    [Order(pin_area="00003", pin_kpi="overdue", seq=3), Order(pin_area="99999", pin_kpi="nope", seq=4)],
)
def test_a_pin_that_can_be_shown_is_and_any_other_is_none(hall, order):
    hall.operator.wish = order
    fixed = hall.client().get(FEED).get_json()["fixed"]
    known = order.pin_area == "00003"
    assert fixed["pin"] == ("00003" if known else None)
    assert fixed["scenes"]["chinh"]["tiles"][0]["kpi"]["id"] == ("overdue" if known else "online")


def test_a_device_gets_its_own_document_and_once_revoked_is_told_to_enrol(hall):
    client = hall.client()
    assert client.get("/api/wall").status_code == 401
    hall.operator.name, hall.operator.enrolled = "tv-1", {"tv-1": "sanh"}
    assert client.get("/api/wall").get_json()["fixed"]["screen"]["id"] == "sanh"
    hall.operator.enrolled.clear()
    answer = client.get("/api/wall", headers={"Accept": "application/json"})
    assert answer.status_code == 401 and answer.content_type == "application/json"


@pytest.mark.parametrize(
    "path", ["/api/wall/khong_co", "/tuong?man=khong_co", "/api/wall/%2e%2e", "/tuong?man=A b"]
)
def test_a_screen_that_is_not_there_is_refused_in_a_sentence(hall, path):
    answer = hall.client().get(path, headers={"Accept": "application/json"})
    assert answer.status_code in (400, 404) and answer.get_json()["error"]


def test_a_heartbeat_reaches_whoever_commands_and_nonsense_does_not(hall):
    client = hall.client()
    client.get(FEED, headers={HEARTBEAT_HEADER: "chinh;1;3600;15234;fresh"})
    client.get(FEED, headers={HEARTBEAT_HEADER: "chinh;1;3600;15234;fresh\tX"})
    assert hall.operator.beats == [(None, Heartbeat("chinh", 1, 3600, 15234, "fresh"))]
    assert read_heartbeat("-;0;0;0;lost") == Heartbeat(None, 0, 0, 0, "lost")
    assert read_heartbeat("x;1;1;1;happy") is None and read_heartbeat(None) is None


def test_the_page_is_bare_and_strict(hall):
    answer = hall.client().get("/tuong?man=sanh")
    text = answer.get_data(as_text=True)
    assert "unsafe-eval" not in answer.headers["Content-Security-Policy"]
    assert "_dash" not in text and "<script>" not in text
    boot = json.loads(text.split('id="wall-boot">')[1].split("</script>")[0])
    assert boot["feed"] == "/api/wall/sanh" and boot["build"] == "build-1"
