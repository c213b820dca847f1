"""Nothing answers that was not declared, to nobody who may not, under no name that is not ours."""

from __future__ import annotations

import copy

import dash
import pytest
from dash import Input, Output, html
from flask import Flask, g
from werkzeug.exceptions import BadRequest, Forbidden

from ioc.access import GRANTS, OPEN, Identity, Permission, Role
from ioc.bookshelf import Bookshelf
from ioc.web import DASH_CSRF, UndeclaredError, guarded, mount
from ioc.web.api import RULES as OWN_RULES
from ioc.web.callbacks import check_call
from ioc.web.guard import guard_of
from ioc.web.identity import Visitor
from tests.board.province import Province
from tests.web.conftest import ANSWER, HOST, OWN, ROW, START, SUM, UPDATE, as_role

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
OPEN_TO_ALL = {"/healthz", "/readyz", "/_favicon.ico", "/tuong/ghi-danh", "/tuong/ghi-danh/enrol.js"}
ASKED_BY_ALL = {"/api/enrol", "/api/enrol/claim"}


def addresses(server: Flask) -> list[str]:
    """One address for every rule of the server."""
    return [
        rule.rule.replace("<path:path>", "trang")
        .replace("<string:package_name>", "dash")
        .replace("<path:fingerprinted_path>", "deps/react@18.v18_3_1m1.min.js")
        .replace("<path:filename>", "app.css")
        .replace("<sha>", "0" * 20)
        .replace("<source>", "mot_cua")
        .replace("<file>", "enrol.js")
        for rule in server.url_map.iter_rules()
    ]


@pytest.mark.parametrize(
    "settings",
    [
        {"demonstration": False, "secret_key": "q8Zk2vN0xP7rT4wB1yD6mJ9sL3hF5gUa"},
        {"host": "0.0.0.0", "secret_key": "q8Zk2vN0xP7rT4wB1yD6mJ9sL3hF5gUa"},  # noqa: S104
    ],
)
def test_without_an_identity_every_route_and_method_is_refused(make_site, settings):
    site = make_site(**settings)
    client = site.client()
    seen = 0
    for address in addresses(site.server):
        for method in METHODS:
            answer = client.open(address, method=method, json={} if method == "POST" else None, headers=OWN)
            seen += 1
            if address in OPEN_TO_ALL and method in ("GET", "HEAD"):
                assert answer.status_code in (200, 503)
            elif address in OPEN_TO_ALL:
                assert answer.status_code in (401, 405)
            elif address in ASKED_BY_ALL:
                assert answer.status_code in ((200, 400) if method == "POST" else (401, 405)), (
                    method,
                    address,
                )
            elif address == "/tuong" and method in ("GET", "HEAD"):
                assert (answer.status_code, answer.headers["Location"]) == (302, "/tuong/ghi-danh")
            else:
                assert answer.status_code == 401, (method, address)
    assert seen >= 20 * len(METHODS)


def test_a_forwarded_request_has_no_demonstration_identity(client):
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip"):
        assert client.get("/", headers={name: "203.0.113.9"}).status_code == 401
    assert client.get("/", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 401
    assert client.get("/").status_code == 200


def test_only_declared_methods_answer(site):
    client = as_role(site.client(), "operator")
    for rule in site.server.url_map.iter_rules():
        declared = guard_of(site.server).rules[rule.endpoint]
        address = rule.rule.replace("<sha>", "0" * 20).replace("<source>", "mot_cua")
        if "<" in address:
            continue
        for method in METHODS:
            answer = client.open(address, method=method, json={} if method == "POST" else None, headers=OWN)
            if declared.permission is None:
                assert answer.status_code in (404, 405)
            elif method not in declared.methods:
                assert answer.status_code in (404, 405), (method, address)


def test_an_undeclared_route_stops_the_start(tmp_path):
    province = Province(tmp_path)
    server = Flask("ioc", static_folder=None)
    server.add_url_rule("/forgotten", "forgotten", lambda: "x")
    shelf = Bookshelf(province.warehouse, province.site, province.register)
    with pytest.raises(UndeclaredError, match="forgotten"):
        mount(server, province.office, shelf, "b")


@pytest.mark.parametrize("several", [False, True])
def test_a_callback_without_a_permission_stops_the_start(tmp_path, several):
    province = Province(tmp_path)
    server = Flask("ioc", static_folder=None)
    app = dash.Dash(__name__, server=server, assets_folder=str(tmp_path), **DASH_CSRF)
    app.layout = html.Div(id="x")
    outputs = [Output("x", "children"), Output("x", "title")] if several else Output("x", "children")

    @app.callback(outputs, Input("y", "value"))
    def forgotten(value):
        return value

    shelf = Bookshelf(province.warehouse, province.site, province.register)
    with pytest.raises(UndeclaredError, match=r"x\.children"):
        mount(server, province.office, shelf, "b", app)


def test_a_dash_app_without_our_csrf_names_stops_the_start(tmp_path):
    province = Province(tmp_path)
    server = Flask("ioc", static_folder=None)
    app = dash.Dash(__name__, server=server, assets_folder=str(tmp_path))
    app.layout = html.Div()
    shelf = Bookshelf(province.warehouse, province.site, province.register)
    with pytest.raises(UndeclaredError, match="csrf"):
        mount(server, province.office, shelf, "b", app)


@pytest.mark.parametrize("role", Role)
def test_every_callback_and_act_follows_the_matrix_of_roles(site, role):
    client = as_role(site.client(), role)
    may_operate = Permission.OPERATE in GRANTS[role]
    wanted = {"answer": 200, "row": 200, "sum": 200, "start": 200 if may_operate else 403}
    for name, body in {"answer": ANSWER, "row": ROW, "sum": SUM, "start": START}.items():
        assert client.post(UPDATE, json=body, headers=OWN).status_code == wanted[name], name
    answer = client.post("/api/refresh/mot_cua", json={}, headers=OWN)
    assert answer.status_code == (202 if may_operate else 403)
    assert client.get("/api/edition").status_code == 200


def test_every_route_of_ours_is_in_the_table():
    assert {name for name, rule in OWN_RULES.items() if rule.permission is Permission.OPERATE} == {
        "api.refresh"
    }
    assert {name for name, rule in OWN_RULES.items() if rule.permission is Permission.PUBLIC} == {
        "api.healthz",
        "api.readyz",
    }


def broken(body, **changes):
    """A callback's body with something else in it."""
    return {**copy.deepcopy(body), **changes}


def test_a_permission_is_checked_before_dash_and_again_at_the_function(site):
    declared = guard_of(site.server).callbacks
    leader, operator = Identity("a", Role.LEADER), Identity("b", Role.OPERATOR)
    check_call(declared, START, operator)
    with pytest.raises(Forbidden):
        check_call(declared, START, leader)
    ran = []

    @guarded(Permission.OPERATE)
    def act(clicks: int) -> None:
        ran.append(clicks)

    with site.server.test_request_context("/"):
        for identity, wanted in ((leader, []), (operator, [1])):
            g.ioc_visitor = Visitor(identity, OPEN, "vi")
            if not wanted:
                with pytest.raises(Forbidden):
                    act(1)
            else:
                act(1)
                with pytest.raises(BadRequest):
                    act("1")
            assert ran == wanted


INPUT = ANSWER["inputs"][0]
FORGED = {
    "another callback": broken(ANSWER, output="nothing.children"),
    "another component": broken(ANSWER, inputs=[{**INPUT, "id": "elsewhere"}]),
    "another property": broken(ANSWER, inputs=[{**INPUT, "property": "n_submit"}]),
    "one input more": broken(ANSWER, inputs=[INPUT, INPUT]),
    "no input": broken(ANSWER, inputs=[]),
    "an invented state": broken(ANSWER, state=[{"id": "role", "property": "data", "value": "operator"}]),
    "an extra key": broken(ANSWER, role="operator"),
    "another output": broken(ANSWER, outputs={"id": "started", "property": "children"}),
    "a list of outputs": broken(ANSWER, outputs=[ANSWER["outputs"]]),
    "an output with a value": broken(ANSWER, outputs={**ANSWER["outputs"], "value": 1}),
    "a changed property of nobody": broken(ANSWER, changedPropIds=["admin.value"]),
    "a changed property that is no text": broken(ANSWER, changedPropIds=[{"a": 1}]),
    "too many changed properties": broken(ANSWER, changedPropIds=["ask.value"] * 1001),
    "a pattern of another kind": broken(ROW, inputs=[{**ROW["inputs"][0], "id": {"kind": "x", "at": 3}}]),
    "a pattern with a list": broken(ROW, inputs=[{**ROW["inputs"][0], "id": {"kind": "button", "at": [1]}}]),
    "a pattern with a key more": broken(
        ROW, inputs=[{**ROW["inputs"][0], "id": {"kind": "button", "at": 3, "b": 1}}]
    ),
    "not an object": [ANSWER],
    "an output that is no text": broken(ANSWER, output=["answer.children"]),
}


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_call_of_a_callback_is_refused(client, what):
    answer = client.post(UPDATE, json=FORGED[what], headers=OWN)
    assert answer.status_code in (400, 413), answer.get_json()


def test_an_identity_cannot_be_sent_along(client):
    body = broken(ANSWER, state=[{"id": "state", "property": "data", "value": {"role": "operator"}}])
    answer = client.post(
        UPDATE, json=body, headers={**OWN, "X-Role": "operator", "Cookie": "ioc_demo=operator"}
    )
    assert "demo-leader" in answer.get_json()["response"]["answer"]["children"]


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "["]
)
def test_a_foreign_name_that_leads_here_gets_nothing(site, host):
    answer = site.client().get("/api/values?kpi=online", headers={"Host": host})
    assert answer.status_code == 421
    assert b'"v"' not in answer.data


@pytest.mark.parametrize("host", [HOST, "localhost:8050", "127.0.0.1", "[::1]:8050"])
def test_our_own_names_are_answered(site, host):
    answer = site.client().get("/healthz", headers={"Host": host})
    assert answer.status_code == 200


def test_only_files_of_known_kinds_are_served(client):
    assert client.get("/assets/app.css").status_code == 200
    for path in (
        "/assets/leak.py", "/assets/leak.csv", "/assets/.hidden.svg", "/assets/../app.py",
        "/assets/%2e%2e/app.py", "/assets/nothing.css",
        "/assets/..%2fsecret.key", "/assets/app.css%00.py", "/assets/", "/assets/..\\app.css",
        "/_dash-component-suites/dash/__init__.py", "/_dash-component-suites/dash/../../app.css",
        "/_dash-component-suites/os/path.js", "/_dash-component-suites/dash/nothing.js",
        "/_reload-hash", "/_alive", "/_mcp", "/static/app.css",
        "/.env", "/.git/config", "/wp-login.php", "/api/nothing", "/api", "/geo/../secret.key", "/geo/x.svg",
        "/geo/" + "0" * 20 + ".svg",
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert b"SECRET" not in answer.data and b"site-packages" not in answer.data


def test_a_very_long_query_is_refused(client):
    assert client.get("/api/values?kpi=" + "x" * 5000).status_code == 414
