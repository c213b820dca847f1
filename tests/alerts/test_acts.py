"""Acts of people over the web and at the terminal: who may, with which reason, and what everybody is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from app import commands
from ioc.access import Scope
from ioc.alerts.records import seen
from ioc.bookshelf import Bookshelf
from ioc.web import mount
from tests.alerts.conftest import Build
from tests.alerts.tower import Tower, rule
from tests.web.conftest import OWN, Browser, as_role


def client_of(tower: Tower) -> FlaskClient:
    server = Flask("ioc", static_folder=None)
    shelf = Bookshelf(tower.office.warehouse, tower.office.site, tower.office.register)
    mount(server, tower.office, shelf, "build")
    return Browser(server, server.response_class)


def post(client: FlaskClient, number: int, act: str, body: Any) -> Any:
    return client.post(f"/api/alerts/{number}/{act}", json=body, headers=OWN)


@pytest.fixture
def tower(build_light: Build) -> Tower:
    found = build_light()
    found.see(50, 40, 90, 90, 90, 90)
    return found


def test_everybody_may_look(tower: Tower) -> None:
    told = client_of(tower).get("/api/alerts").get_json()
    assert (told["open"], told["acknowledged"], len(told["alerts"])) == (1, 0, 1)
    assert "2/6 xã, phường dưới 60\u00a0%" in told["alerts"][0]["what"]


@pytest.mark.parametrize("role", ["leader", "planner", "analyst"])
@pytest.mark.parametrize("act", ["acknowledge", "resolve"])
def test_only_an_operator_acts(role: str, act: str, tower: Tower) -> None:
    client = as_role(client_of(tower), role)
    assert post(client, tower.only().id, act, {"reason": "Đã xử lý"}).status_code == 403
    assert tower.only().state == "open"


def test_an_operator_acts_in_his_own_name_with_a_reason(tower: Tower) -> None:
    client, number = as_role(client_of(tower), "operator"), tower.only().id
    for body in ({}, {"reason": 3}, {"reason": "Đã xử lý", "by": "Chủ tịch"}, [], "x"):
        assert post(client, number, "acknowledge", body).status_code == 400
    refused = post(client, number, "acknowledge", {"reason": "x"})
    assert refused.status_code == 400
    assert "lý do" in refused.get_json()["error"]
    assert post(client, number, "acknowledge", {"reason": "Đã cử người"}).status_code == 200
    assert tower.only().acknowledged_by == "demo-operator"
    assert post(client, number, "acknowledge", {"reason": "Lần nữa"}).status_code == 409
    assert post(client, number, "resolve", {"reason": "Đã xong việc"}).status_code == 200
    assert post(client, number, "resolve", {"reason": "Lần nữa"}).status_code == 409
    assert tower.book.unresolved() == []


@pytest.mark.parametrize("number", [2, 10**8, 2**31, 10**18])
def test_an_alert_that_does_not_exist_is_not_found(number: int, tower: Tower) -> None:
    client = as_role(client_of(tower), "operator")
    assert post(client, number, "resolve", {"reason": "Đã xử lý"}).status_code == 404


def test_an_act_from_another_page_is_refused(tower: Tower) -> None:
    client = as_role(client_of(tower), "operator")
    url = f"/api/alerts/{tower.only().id}/resolve"
    foreign = {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site", "X-IOC": "1"}
    assert client.post(url, json={"reason": "Đã xử lý"}, headers=foreign).status_code == 403
    assert client.get(url).status_code == 405


def test_every_screen_learns_of_a_change_by_the_pulse(tower: Tower, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ioc.web.pulse.EVERY", 0.0)
    client = client_of(tower)
    before = client.get("/api/edition")
    assert client.get("/api/edition", headers={"If-None-Match": before.headers["ETag"]}).status_code == 304
    tower.book.acknowledge(tower.only().id, "Lò Văn A", "Đã nhận", tower.now)
    after = client.get("/api/edition", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.get_json()["alerts"] > before.get_json()["alerts"]


def test_a_narrow_scope_sees_its_own_communes_and_no_others(tower: Tower) -> None:
    held, areas = tower.only(), tower.areas
    mine = seen(held, Scope(areas=frozenset(areas[1:3])))
    assert mine is not None
    assert ([one.member for one in mine.members], mine.count, mine.total) == ([areas[1]], 1, 2)
    assert seen(held, Scope(areas=frozenset(areas[2:]))) is None
    assert seen(held, Scope(kpis=frozenset({"overdue"}))) is None
    assert seen(held, Scope()) == held


def test_what_was_told_of_communes_is_read_only_by_who_sees_them_all(tower: Tower) -> None:
    told = tower.book.messages()
    assert told
    members = frozenset(one.member for one in tower.only().members)
    kpi = tower.only().subject["kpi"]
    assert tower.book.messages(scope=Scope(areas=frozenset(tower.areas))) == told
    assert tower.book.messages(scope=Scope(areas=frozenset(tower.areas) - set(sorted(members)[:1]))) == []
    assert tower.book.messages(scope=Scope(kpis=frozenset({kpi}))) == told
    assert tower.book.messages(scope=Scope(kpis=frozenset({"overdue"}))) == []


def ioc(tower: Tower, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(commands(), words, obj=lambda: tower.office)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def test_the_terminal_lists_acknowledges_and_ends(build: Build) -> None:
    tower = build(rule('kpi = "online"\nlevel = "commune"\nlimit = 60\nseverity = "critical"'))
    assert ioc(tower, "alerts") == (0, "Không có cảnh báo nào chưa kết thúc.\n")
    tower.see(50, 40, 90, 90, 90, 90)
    number = str(tower.only().id)
    code, text = ioc(tower, "alerts")
    assert code == 0
    assert "2/6 xã, phường dưới 60\u00a0%, tháng 10/2026" in text
    assert "Dữ liệu minh họa" in text
    told = json.loads(ioc(tower, "alerts", "--json")[1])
    assert told[0]["alert"]["members"][0]["member"] == tower.areas[0]
    assert told[0]["notice"]
    assert ioc(tower, "alerts", "ack", number, "--by", "Lò Văn A")[0] == 2
    assert ioc(tower, "alerts", "ack", number, "--by", "Lò Văn A", "--reason", "x")[0] == 2
    assert ioc(tower, "alerts", "ack", number, "--by", "Lò Văn A", "--reason", "Đã cử người")[0] == 0
    assert tower.only().acknowledged_by == "Lò Văn A"
    assert (
        ioc(tower, "alerts", "resolve", number, "--by", "Lò Văn A", "--reason", "Đã xong", "--json")[0] == 0
    )
    code, text = ioc(tower, "alerts", "resolve", number, "--by", "Lò Văn A", "--reason", "Đã xong")
    assert code == 2
    assert "đã kết thúc trước đó" in text
