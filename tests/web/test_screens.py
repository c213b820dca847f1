"""A screen's token opens its own wall and nothing else, for as long as an operator lets it and from where it hangs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ioc.access import GRANTS, Permission, Role
from ioc.bookshelf import Bookshelf
from ioc.fleet.records import What
from ioc.web import mount
from ioc.web.fleet import PATHS, Fleet
from ioc.web.guard import guard_of
from ioc.web.identity import SCREENS
from layouts.desk import House
from layouts.face import create_dash
from tests.board.province import Province, numbers, villages
from tests.walls.conftest import write_screens
from tests.web.conftest import OWN, UPDATE, Browser, as_role
from tests.web.test_cookies import parts
from tests.web.test_face_guarded import body, drawing
from tests.web.test_guard import METHODS, addresses

KEY = "q8Zk2vN0xP7rT4wB1yD6mJ9sL3hF5gUa"
BEAT = {"X-IOC-Screen": "chinh;1;86400;15320;fresh"}
OPEN_TO_SCREENS = {"/tuong", "/api/wall", "/assets/app.css"}
OPEN_TO_ALL = {
    "/healthz",
    "/readyz",
    "/_favicon.ico",
    "/tuong/ghi-danh",
    "/tuong/ghi-danh/enrol.js",
    "/api/enrol",
    "/api/enrol/claim",
}


@dataclass
class Wall:
    """A whole application with enrolled screens."""

    province: Province
    server: Flask
    fleet: Fleet

    def token(self, name: str = "Sảnh", ranges: tuple[str, ...] = ()) -> tuple[int, str]:
        """A screen enrolled from start to end."""
        now = datetime.now(UTC)
        asked = self.fleet.door.ask("127.0.0.1", now)
        number = self.fleet.door.confirm(asked.code, name, "sanh", ranges, "Lò Văn A", "lắp mới", now)
        found = self.fleet.door.claim(asked.claim, "127.0.0.1", now)
        assert found is not None and found[0] == number
        self.forget()
        return number, found[2]

    def forget(self) -> None:
        """As if a second had passed: look again whether anything has changed."""
        self.fleet.orders._looked = -float("inf")

    def client(self, token: str | None = None) -> FlaskClient:
        """A browser, with the token on every address even where a browser would not send it."""
        made = Browser(self.server, self.server.response_class)
        if token:
            made.set_cookie("ioc_screen", token, domain="127.0.0.1", path="/")
        return made


def make(folder: Path, **settings: Any) -> Wall:
    write_screens(folder / "site")
    province = Province(folder, **settings)
    province.publish(numbers(province), villages(province))
    return serve(province)


def serve(province: Province) -> Wall:
    """One more web worker on the same warehouse."""
    server = Flask("ioc", static_folder=None)
    shelf = Bookshelf(province.warehouse, province.site, province.register)
    drawn = drawing([area.code for area in province.register.communes])
    dash = create_dash(server, House(province.office, shelf, lambda: drawn, "build-1"))
    mount(server, province.office, shelf, "build-1", dash)
    return Wall(province, server, server.extensions[SCREENS])


@pytest.fixture(scope="module")
def wall(tmp_path_factory) -> Wall:
    """A demonstration on loopback."""
    return make(tmp_path_factory.mktemp("wall"))


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Wall:
    """A real site that others can reach: nobody can log in, screens can."""
    return make(
        tmp_path_factory.mktemp("real"),
        demonstration=False,
        secret_key=KEY,
        host="0.0.0.0",  # noqa: S104
        proxies="10.0.0.1",
    )


def test_a_token_opens_its_own_wall_and_no_other_address_by_any_method(wall, real):
    for place in (wall, real):
        client = place.client(place.token()[1])
        assert client.get("/api/wall").status_code == 200
        seen: dict[str, set[int]] = {}
        for rule in addresses(place.server):
            address = rule.replace("<screen>", "sanh").replace("<int:number>", "1")
            for method in METHODS:
                answer = client.open(
                    address, method=method, json={} if method == "POST" else None, headers=OWN
                )
                seen.setdefault(address, set()).add(answer.status_code)
        opened = {address for address, codes in seen.items() if 200 in codes or 202 in codes}
        assert opened <= OPEN_TO_SCREENS | OPEN_TO_ALL
        assert {"/tuong", "/api/wall"} <= opened and not any(
            code >= 500 for codes in seen.values() for code in codes
        )
        assert len(seen) > 40
        for address in (
            "/",
            "/ban-do",
            "/man-hinh",
            "/api/values",
            "/api/edition",
            "/api/screens",
            "/api/wall/sanh",
            "/_dash-layout",
        ):
            assert client.get(address).status_code == 403, address


def test_a_token_calls_no_callback(wall):
    client = wall.client(wall.token()[1])
    callbacks = guard_of(wall.server).callbacks
    assert len(callbacks) > 15
    for name in callbacks:
        assert client.post(UPDATE, json=body(wall.server, name, {}), headers=OWN).status_code == 403, name


def test_a_token_becomes_no_person_and_no_other_screen(wall):
    number, token = wall.token()
    client = wall.client(token)
    for role in Role:
        assert client.post("/api/role", json={"role": role}, headers=OWN).status_code == 403
    assert client.post("/api/screens/enrol", json={}, headers=OWN).status_code == 403
    assert (
        client.post(
            f"/api/screens/{number}/present", json={"scene": None, "paused": True}, headers=OWN
        ).status_code
        == 403
    )
    assert client.get("/api/wall?man=khac").status_code == 400
    assert wall.client(token[:-1] + ("A" if token[-1] != "A" else "B")).get("/api/wall").status_code == 401


def test_a_revoked_screen_is_told_so_and_led_to_the_page_where_it_is_let_in(real):
    number, token = real.token()
    client = real.client(token)
    assert client.get("/api/wall", headers=BEAT).status_code == 200
    real.fleet.book.revoke(number, "Lò Văn A", "máy mất", datetime.now(UTC))
    real.forget()
    answer = client.get("/api/wall")
    assert answer.status_code == 401 and "thu hồi" in answer.get_json()["error"]
    assert answer.headers["X-IOC-Refused"] == "revoked"
    assert client.get("/tuong").headers["Location"] == "/tuong/ghi-danh"
    assert client.get("/assets/css/wall.css").status_code == 401
    assert client.get("/tuong/ghi-danh").status_code == 200


def test_a_token_from_another_network_is_refused_with_a_reason_and_written_down_once(real):
    now = datetime.now(UTC)
    asked = real.fleet.door.ask("10.1.2.3", now)
    number = real.fleet.door.confirm(asked.code, "Sảnh", "sanh", ("10.1.0.0/16",), "Lò Văn A", "lắp mới", now)
    token = real.fleet.door.claim(asked.claim, "10.1.2.3", now)[2]
    real.forget()
    client = real.client(token)
    home, away = ({"environ_base": {"REMOTE_ADDR": one}} for one in ("10.1.9.9", "10.2.0.9"))
    assert client.get("/api/wall", **home).status_code == 200
    for _ in range(3):
        answer = client.get("/api/wall", **away)
        assert answer.status_code == 401 and "dải địa chỉ" in answer.get_json()["error"]
    assert [one.after for one in real.fleet.book.acts(number) if one.what is What.ABROAD] == [
        {"address": "10.2.0.9"}
    ]
    # a foreign word about the address is not believed, that of our own proxy is
    assert client.get("/api/wall", headers={"X-Forwarded-For": "10.1.9.9"}, **away).status_code == 401
    proxy = {"environ_base": {"REMOTE_ADDR": "10.0.0.1"}}
    assert (
        client.get("/api/wall", headers={"X-Forwarded-For": "10.1.9.9, 10.2.0.9"}, **proxy).status_code == 401
    )
    assert (
        client.get("/api/wall", headers={"X-Forwarded-For": "10.2.0.9, 10.1.9.9"}, **proxy).status_code == 200
    )


def test_a_screen_enrols_through_the_browser_and_its_token_no_script_can_read(wall):
    screen, operator = wall.client(), as_role(wall.client(), "operator")
    asked = screen.post("/api/enrol", json={}, headers=OWN).get_json()
    assert screen.post("/api/enrol/claim", json={"claim": asked["claim"]}, headers=OWN).status_code == 202
    form = {"code": asked["code"], "name": "Phòng họp", "screen": "sanh", "ranges": "", "reason": "lắp mới"}
    assert operator.post("/api/screens/enrol", json=form, headers=OWN).status_code == 200
    answer = screen.post("/api/enrol/claim", json={"claim": asked["claim"]}, headers=OWN)
    lines = answer.headers.getlist("Set-Cookie")
    assert {part for line in lines for part in line.split("; ") if part.startswith("Path=")} == {
        f"Path={one}" for one in PATHS
    }
    for line in lines:
        assert {"HttpOnly", "SameSite=Strict"} <= set(line.split("; "))
    wall.forget()
    assert screen.get("/api/wall").status_code == 200
    assert screen.get("/").status_code == 200  # beside the wall's addresses it is the visitor it was
    assert "ioc_screen" not in parts(screen.get("/api/wall"))


@pytest.mark.parametrize("address", ["/api/enrol", "/api/enrol/claim"])
def test_a_foreign_page_cannot_ask_for_a_code(wall, address):
    foreign = {**OWN, "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert wall.client().post(address, json={}, headers=foreign).status_code == 403


def test_an_order_reaches_the_screen_through_every_worker(wall):
    number, token = wall.token()
    other, operator = serve(wall.province), as_role(wall.client(), "operator")
    screen = other.client(token)
    before = screen.get("/api/wall", headers=BEAT)
    order = {"act": "push", "devices": [number], "scene": "phu", "reason": "giao ban"}
    assert operator.post("/api/screens/order", json=order, headers=OWN).status_code == 200
    other.forget()
    now = screen.get("/api/wall", headers={**BEAT, "If-None-Match": before.headers["ETag"]})
    assert now.status_code == 200 and now.get_json()["order"]["scene"] == "phu"
    assert screen.get("/api/wall", headers={"If-None-Match": now.headers["ETag"]}).status_code == 304
    other.fleet.contacts.flush()
    listed = {one["id"]: one for one in operator.get("/api/screens").get_json()["screens"]}
    assert listed[number]["health"] == "live" and listed[number]["contact"]["heap_kb"] == 15320


ACTS = {
    "order": ("/api/screens/order", {"act": "resume", "devices": None, "reason": "thử"}, Permission.OPERATE),
    "enrol": (
        "/api/screens/enrol",
        {"code": "AAAAAA", "name": "x1", "screen": "sanh", "ranges": "", "reason": "thử"},
        Permission.OPERATE,
    ),
    "change": (
        "/api/screens/{n}/change",
        {"name": "Sảnh", "screen": "sanh", "ranges": "", "reason": "thử"},
        Permission.OPERATE,
    ),
    "present": ("/api/screens/{n}/present", {"scene": "phu", "paused": True}, Permission.PRESENT),
    "revoke": ("/api/screens/{n}/revoke", {"reason": "thử"}, Permission.OPERATE),
}


@pytest.mark.parametrize("role", Role)
def test_every_act_follows_the_matrix_of_roles(wall, role):
    number, _ = wall.token()
    client = as_role(wall.client(), role)
    for name, (address, sent, needed) in ACTS.items():
        code = client.post(address.format(n=number), json=sent, headers=OWN).status_code
        wanted = 404 if name == "enrol" else 200  # nobody shows that code
        assert code == (wanted if needed in GRANTS[role] else 403), name


BAD = [
    ("order", {"act": "push", "devices": None, "scene": "khong_co", "reason": "thử"}),
    ("order", {"act": "push", "devices": [], "scene": "phu", "reason": "thử"}),
    ("order", {"act": "push", "devices": [True], "scene": "phu", "reason": "thử"}),
    ("order", {"act": "push", "devices": [2**40], "scene": "phu", "reason": "thử"}),
    ("order", {"act": "push", "devices": None, "scene": "phu", "reason": "x"}),
    ("order", {"act": "push", "devices": None, "scene": "phu", "reason": "thử", "by": "ai khác"}),
    ("order", {"act": "pin", "devices": None, "area": "", "kpi": "", "reason": "thử"}),
    ("order", {"act": "pin", "devices": None, "area": "99999", "kpi": "", "reason": "thử"}),
    ("order", {"act": "pin", "devices": None, "area": "", "kpi": "khong_co", "reason": "thử"}),
    ("order", {"act": "takeover", "devices": None, "message": " ", "reason": "thử"}),
    ("order", {"act": "takeover", "devices": None, "message": "x" * 241, "reason": "thử"}),
    ("order", {"act": "revoke", "devices": None, "reason": "thử"}),
    ("order", {"act": ["push"], "devices": None, "reason": "thử"}),
    ("order", []),
    ("enrol", {"code": "AAAAAA", "name": "Sảnh", "screen": "khong_co", "ranges": "", "reason": "thử"}),
    ("enrol", {"code": "AAAAAA", "name": "Sảnh", "screen": "sanh", "ranges": "tầng 2", "reason": "thử"}),
    ("change", {"name": "", "screen": "sanh", "ranges": "", "reason": "thử"}),
    ("present", {"scene": "khong_co", "paused": True}),
    ("present", {"scene": "phu", "paused": 1}),
]


@pytest.mark.parametrize(("act", "sent"), BAD)
def test_an_act_that_is_not_possible_changes_nothing_and_says_why(wall, act, sent):
    number, _ = wall.token()
    before = wall.fleet.book.newest()
    client = as_role(wall.client(), "operator")
    answer = client.post(ACTS[act][0].format(n=number), json=sent, headers=OWN)
    assert answer.status_code in (400, 404) and len(answer.get_json()["error"]) > 10
    assert wall.fleet.book.newest() == before


def test_the_pages_of_screens_open_for_every_role(wall):
    number, _ = wall.token("Phòng <b>họp</b>")
    wall.fleet.book.tell(
        [number], What.TAKEOVER, {"message": "<script>1</script>"}, "Lò Văn A", "thử", datetime.now(UTC)
    )
    for role in Role:
        client = as_role(wall.client(), role)
        for address in (
            "/man-hinh",
            "/man-hinh/dieu-khien",
            f"/man-hinh/dieu-khien?may={number}",
            "/man-hinh/dieu-khien?may=x",
        ):
            answer = client.get(address)
            assert (
                answer.status_code == 200 and "<b>họp" not in answer.text and "<script>1" not in answer.text
            )
        assert ("Nhật ký" in client.get("/man-hinh").text) == (role is Role.OPERATOR)
