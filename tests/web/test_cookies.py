"""A visitor's cookie cannot be read by scripts, forged, or used to rise."""

from __future__ import annotations

import pytest
from itsdangerous import URLSafeTimedSerializer

from ioc.access import Role
from tests.web.conftest import OWN, as_role

FOREIGN = URLSafeTimedSerializer("another key of somebody else, 32 long", salt="ioc-demonstration-1")


def parts(answer) -> dict[str, set[str]]:
    """Attributes of every cookie that an answer sets, in lower case."""
    found = {}
    for line in answer.headers.getlist("Set-Cookie"):
        name, *rest = (part.strip() for part in line.split(";"))
        found[name.split("=")[0]] = {part.lower() for part in rest}
    return found


def test_the_role_is_in_a_signed_cookie_that_scripts_cannot_read(client):
    answer = client.post("/api/role", json={"role": "operator"}, headers=OWN)
    cookie = parts(answer)["ioc_demo"]
    assert {"httponly", "samesite=lax", "path=/", "max-age=36000"} <= cookie
    assert not any(part.startswith("domain") for part in cookie)


def test_over_tls_the_cookie_is_bound_to_the_host_and_secure(site):
    client = site.server.test_client()
    headers = {**OWN, "Origin": "https://localhost"}
    answer = client.post(
        "/api/role", json={"role": "operator"}, headers=headers, base_url="https://localhost"
    )
    cookie = parts(answer)["__Host-ioc_demo"]
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= cookie
    again = client.post("/api/refresh/mot_cua", json={}, headers=headers, base_url="https://localhost")
    assert again.status_code == 202
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_the_mark_for_scripts_holds_no_secret_and_is_strict(client):
    assert parts(client.get("/"))["ioc_csrf"] >= {"samesite=strict", "path=/"}
    assert "ioc_csrf" not in parts(client.get("/"))  # given once


@pytest.mark.parametrize(
    "forged",
    [
        "operator", "", "a.b.c", "eyJyIjoib3BlcmF0b3IifQ",
        pytest.param(FOREIGN.dumps({"r": "operator"}), id="signed with another key"),
    ],
)  # fmt: skip
def test_a_forged_cookie_gives_the_first_role(client, forged):
    client.set_cookie("ioc_demo", forged, domain="127.0.0.1")
    answer = client.post("/api/refresh/mot_cua", json={}, headers={**OWN, "Cookie": f"ioc_demo={forged}"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "content", [["operator"], {"r": ["operator"]}, {"r": "root"}, {"r": None, "l": 5}, 7, {"l": "fr"}]
)
def test_even_a_signed_cookie_with_nonsense_is_harmless(site, content):
    key = site.server.secret_key
    cookie = URLSafeTimedSerializer(key, salt="ioc-demonstration-1").dumps(content)
    answer = site.client().post(
        "/api/refresh/mot_cua", json={}, headers={**OWN, "Cookie": f"ioc_demo={cookie}"}
    )
    assert answer.status_code == 403
    assert "Vai trò" in answer.get_json()["error"]  # Vietnamese, the first language


def test_a_role_lasts_ten_hours(site, monkeypatch):
    import itsdangerous.timed

    client = as_role(site.client(), "operator")
    assert client.post("/api/refresh/mot_cua", json={}, headers=OWN).status_code == 202
    real = itsdangerous.timed.time.time
    monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: real() + 36_001)
    assert client.post("/api/refresh/mot_cua", json={}, headers=OWN).status_code == 403


def test_every_role_can_be_chosen_and_the_language_stays(client):
    assert client.post("/api/lang", json={"lang": "en"}, headers=OWN).get_json()["message"].startswith("The")
    for role in Role:
        as_role(client, role)
        answer = client.get("/api/values")
        assert answer.get_json()["error"].startswith("Parameter")


def test_a_site_that_is_no_demonstration_has_no_roles_to_choose(make_site):
    site = make_site(demonstration=False, secret_key="q8Zk2vN0xP7rT4wB1yD6mJ9sL3hF5gUa")
    assert site.client().post("/api/role", json={"role": "operator"}, headers=OWN).status_code == 401
