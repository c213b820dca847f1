"""The real pages' callbacks: each declared, each refusing what it was not made for, none ever failing."""

from __future__ import annotations

import json
import random

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ioc.access import GRANTS, Permission, Role
from ioc.bookshelf import Bookshelf
from ioc.drawings import Drawing, Projection, Sheet
from ioc.web import mount
from ioc.web.guard import guard_of
from layouts.desk import House
from layouts.face import create_dash
from tests.board.province import Province, numbers, villages
from tests.web.conftest import OWN, UPDATE, Browser, as_role, call
from tests.web.test_bodies import ANYTHING, JSON, check, mutate

MATRIX = {
    "..page.children...title.children...closed.children..": Permission.VIEW,
    "..tiles.children...changes.children..": Permission.VIEW,
    "province.children": Permission.VIEW,
    "panel.children": Permission.VIEW,
    "sources.children": Permission.VIEW,
    "quality.children": Permission.VIEW,
    "progress-list.children": Permission.VIEW,
    "kpi-page.children": Permission.VIEW,
    "scoring.children": Permission.VIEW,
    "passport.children": Permission.VIEW,
    "recount.children": Permission.VIEW,
    "editions.children": Permission.VIEW,
    "alert-strip.children": Permission.VIEW,
    "alerts.children": Permission.VIEW,
    "holds.children": Permission.VIEW,
    "gaps.children": Permission.VIEW,
    "plan.children": Permission.VIEW,
    "profile.children": Permission.VIEW,
    "..screens.children...screens-log.children..": Permission.VIEW,
    "remote.children": Permission.VIEW,
    "attention.children": Permission.VIEW,
}
"""Who may call what. A new callback belongs here too."""
PATHS = [
    "/",
    "/ban-do",
    "/nguon-du-lieu",
    "/chi-so",
    "/so",
    "/ban-so-lieu",
    "/khoang-trong",
    "/dau-tu",
    "/man-hinh",
    "/man-hinh/dieu-khien",
    "/diem-chu-y",
    "/khong-co",
    "/xa/00003",
    "/xa/99999",
    "",
    None,
]
SEARCHES = [
    "", "?kpi=online&ky=2026-10&xa=00003", "?kpi=overdue&ky=2026-08&xa=00001", "?kpi=standing&ky=2026-10.ytd",
    "?kpi=nope&ky=x&xa=y", "?xa=12", "?kpi=online&ky=2026-10.ytd&xa=00006", "?ky=2026-Q3&kpi=received", None,
    "?ban=1", "?ban=99&kpi=online", "?ban=x", "?kpi=online&ban=1&xa=00001", "?kpi=online&xa=12%2Bso", "?truoc=2",
]  # fmt: skip


def drawing(codes: list[str]) -> Drawing:
    """A drawing that has been published, without its sheets."""
    sheet = Sheet("screen", "ab" * 32, 1920, 1000, 400, 0.5)
    return Drawing(
        kind="schematic", root="12", captions={"vi": "Sơ đồ", "en": "Schematic"}, source="thử",
        published_at="2026-11-22T01:00:00+00:00", width=1000, height=800, codes=tuple(codes),
        projection=Projection(105.0, 0.9996, 0.0, 2_500_000.0, 0.01), insets=(),
        sheets=dict.fromkeys(("small", "screen", "wall"), sheet), defects=(), area_km2=9000.0, notes=(),
    )  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Flask:
    province = Province(tmp_path_factory.mktemp("face"))
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


def body(server: Flask, name: str, values: dict[str, object]) -> dict:
    """A well-formed call of callback `name`, values by "id.property"."""
    declared = guard_of(server).callbacks[name]

    def items(pairs):
        return [{"id": one, "property": prop, "value": values.get(f"{one}.{prop}")} for one, prop in pairs]

    outputs = [{"id": one, "property": prop} for one, prop in declared.outputs]
    return call(
        name, outputs if declared.several else outputs[0], items(declared.inputs), items(declared.state)
    )


def test_every_callback_of_the_pages_is_in_the_matrix(server):
    assert {name: one.permission for name, one in guard_of(server).callbacks.items()} == MATRIX


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", MATRIX)
def test_every_role_calls_what_the_matrix_allows_and_nothing_else(server, browser, role, name):
    answer = as_role(browser, role).post(UPDATE, json=body(server, name, {}), headers=OWN)
    assert answer.status_code == (200 if MATRIX[name] in GRANTS[role] else 403), answer.text


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("path", PATHS)
def test_every_address_opens_something(server, browser, path, search, lang):
    browser.post("/api/lang", json={"lang": lang}, headers=OWN)
    values = {
        "url.pathname": path,
        "url.search": search,
        "edition.data": 1,
        "theme.data": "day",
        "pulse.data": "1",
        "recount-ask.n_clicks": 1,
    }
    for name in MATRIX:
        answer = browser.post(UPDATE, json=body(server, name, values), headers=OWN)
        assert answer.status_code in (200, 204), (name, answer.text)


def test_bent_calls_of_the_real_pages_never_break_the_server(server, browser):
    chance = random.Random(11)
    seen: dict[int, int] = {}
    for _ in range(1500):
        values = {
            "url.pathname": chance.choice(PATHS),
            "url.search": chance.choice(SEARCHES),
            "edition.data": 1,
        }
        bent = mutate(chance, body(server, chance.choice(list(MATRIX)), values))
        answer = browser.post(UPDATE, data=json.dumps(bent), headers=JSON)
        check(answer)
        seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
    assert seen.get(200, 0) > 20 and seen.get(400, 0) > 500


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(
    st.sampled_from(list(MATRIX)),
    st.sampled_from(
        ["url.pathname", "url.search", "edition.data", "theme.data", "pulse.data", "started.data"]
    ),
    ANYTHING,
)
def test_any_value_of_any_input_is_used_or_refused(server, browser, name, part, value):
    values = {"url.pathname": "/ban-do", "url.search": "?kpi=online&xa=00001", part: value}
    check(browser.post(UPDATE, data=json.dumps(body(server, name, values)), headers=JSON))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(st.text(max_size=60))
def test_any_query_string_opens_the_page(server, browser, search):
    for prefix in ("?", "?kpi=", "?ky=", "?xa=", "?kpi=online&ky="):
        answer = browser.post(
            UPDATE, headers=OWN,
            json=body(server, "panel.children", {"url.pathname": "/ban-do", "url.search": prefix + search}),
        )  # fmt: skip
        assert answer.status_code in (200, 400)
