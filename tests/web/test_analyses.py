"""The explorer's routes: its document, its refusals, and who may keep an analysis."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from ioc.access import GRANTS, Permission, Role
from ioc.bookshelf import Bookshelf
from ioc.web import mount
from layouts.desk import House
from layouts.face import create_dash
from tests.board.province import Province, numbers, villages
from tests.web.conftest import OWN, Browser, as_role
from tests.web.test_face_guarded import drawing

VIEWS = ["duong", "cot", "cham", "nhiet", "tuong-quan", "phan-bo", "o-nho", "ban-do", "ban-do-bang", "bang"]


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Flask:
    province = Province(tmp_path_factory.mktemp("analyses"))
    province.publish(numbers(province), villages(province))
    province.publish(numbers(province, shift=-4), villages(province))
    made = Flask("ioc", static_folder=None)
    shelf = Bookshelf(province.warehouse, province.site, province.register)
    drawn = drawing([area.code for area in province.register.communes])
    dash = create_dash(made, House(province.office, shelf, lambda: drawn, "build-1"))
    mount(made, province.office, shelf, "build-1", dash)
    return made


@pytest.fixture
def browser(server) -> Browser:
    return Browser(server, server.response_class)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_has_its_document(browser, view, lang):
    browser.post("/api/lang", json={"lang": lang}, headers=OWN)
    found = browser.get(f"/api/analysis?kpi=online,standing&xem={view}&bang=co&theme=night&rong=800")
    assert found.status_code == 200, found.text
    said = found.get_json()
    assert said["address"] == f"kpi=online,standing{'' if view == 'duong' else '&xem=' + view}&bang=co"
    assert (said["figure"] is None) == (view in ("ban-do", "ban-do-bang", "bang"))
    assert (said["map"] is not None) == view.startswith("ban-do")
    assert len(said["table"]["units"]) == 7


def test_the_table_holds_the_board_s_own_figures(browser):
    said = browser.get("/api/analysis?kpi=online&xem=cham&bang=co&den=2026-10&ban=2").get_json()
    values = browser.get("/api/values?kpi=online&ky=2026-10&ban=2").get_json()["v"]
    column = next(one for one in said["table"]["columns"] if one["id"] == "online")
    by_code = dict(zip(said["table"]["codes"], column["values"], strict=True))
    assert [by_code[f"{at:05d}"] for at in range(1, 7)] == values


def test_an_edition_that_is_named_stays_and_another_is_refused(browser):
    first = browser.get("/api/analysis?kpi=online&xem=bang&ban=1").get_json()
    second = browser.get("/api/analysis?kpi=online&xem=bang").get_json()
    assert (first["e"], second["e"]) == (1, 2)
    assert first["address"].endswith("ban=1") and "ban=" not in second["address"]
    assert first["table"]["columns"][0]["values"] != second["table"]["columns"][0]["values"]
    assert browser.get("/api/analysis?ban=9").get_json()["faults"][0]["part"] == "ban"


def test_the_same_question_is_sent_once(browser):
    found = browser.get("/api/analysis?kpi=online")
    again = browser.get("/api/analysis?kpi=online", headers={"If-None-Match": found.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "query",
    [
        "x=1",
        "kpi=nope",
        "kpi=online&kpi=overdue",
        "theme=pink",
        "rong=9999999",
        "rong=1",
        "xem=%00",
        "loc=%F0%9F%98%80",
    ],
)
def test_what_cannot_be_read_is_refused_in_words(browser, query):
    found = browser.get(f"/api/analysis?{query}")
    assert found.status_code == 400
    assert found.get_json()["faults"] and all(one["text"] for one in found.get_json()["faults"])


@pytest.mark.parametrize("role", Role)
def test_who_may_keep_an_analysis(server, browser, role):
    answer = as_role(browser, role).post(
        "/api/analyses/save", json={"name": f"Của {role}", "query": "xem=cham"}, headers=OWN
    )
    allowed = Permission.SAVE in GRANTS[role]
    assert answer.status_code == (200 if allowed else 403), answer.text
    listed = browser.get("/api/analyses").get_json()
    assert listed["may"] is allowed
    assert any(one["name"] == f"Của {role}" and one["mine"] for one in listed["analyses"]) is allowed


def test_an_analysis_is_kept_in_its_canonical_form_and_lives_its_life(browser):
    mine = as_role(browser, Role.ANALYST)
    kept = mine.post(
        "/api/analyses/save",
        json={"name": "Một phép thử", "query": "?xem=cham&kpi=online,overdue"},
        headers=OWN,
    ).get_json()
    assert kept["query"] == "kpi=online,overdue&xem=cham"
    number = kept["id"]
    assert (
        mine.post(f"/api/analyses/{number}/rename", json={"name": "Tên mới"}, headers=OWN).status_code == 200
    )
    assert (
        mine.post(f"/api/analyses/{number}/change", json={"query": "xem=nhiet"}, headers=OWN).status_code
        == 200
    )
    found = next(one for one in mine.get("/api/analyses").get_json()["analyses"] if one["id"] == number)
    assert (found["name"], found["query"], found["wrong"]) == ("Tên mới", "xem=nhiet", None)
    other = as_role(browser, Role.OPERATOR)
    refused = other.post(f"/api/analyses/{number}/delete", json={}, headers=OWN)
    assert refused.status_code == 403 and "lập" in refused.get_json()["error"]
    assert (
        as_role(browser, Role.ANALYST)
        .post(f"/api/analyses/{number}/delete", json={}, headers=OWN)
        .status_code
        == 200
    )
    assert mine.post(f"/api/analyses/{number}/delete", json={}, headers=OWN).status_code == 404


@pytest.mark.parametrize(
    "body", [{}, {"name": "Tên"}, {"name": "Tên", "query": 1}, {"name": "Tên", "query": "", "owner": "x"}, [], "x",
             {"name": "ab", "query": ""}, {"name": "Tên dài", "query": "xem=gi"}, {"name": "Tên dài", "query": "a=1&" * 600}],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused(browser, body):
    answer = as_role(browser, Role.ANALYST).post(
        "/api/analyses/save", data=json.dumps(body), content_type="application/json", headers=OWN
    )
    assert answer.status_code == 400, answer.text
    assert answer.get_json()["error"]


def test_what_can_no_longer_be_read_says_why(server, browser):
    from ioc.analysis.saved import Shelf
    from tests.board.province import NOW

    mine = as_role(browser, Role.ANALYST)
    kept = mine.post(
        "/api/analyses/save", json={"name": "Sẽ hỏng", "query": "xem=cot"}, headers=OWN
    ).get_json()
    view = server.view_functions["analyses.listed"].__self__
    shelf: Shelf = view._shelf
    shelf.change(kept["id"], "kpi=da_bo", "demo-analyst", NOW)
    found = next(one for one in mine.get("/api/analyses").get_json()["analyses"] if one["id"] == kept["id"])
    assert "da_bo" in found["wrong"]


def test_communes_like_one_are_named_and_never_itself(browser):
    found = browser.get("/api/analysis/similar?xa=00002").get_json()["areas"]
    assert "00002" not in found and set(found) <= {f"{at:05d}" for at in range(1, 7)}
    assert browser.get("/api/analysis/similar?xa=99999").status_code == 404
    assert browser.get("/api/analysis/similar?x=1").status_code == 400
