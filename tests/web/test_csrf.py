"""No other site can make a visitor's browser act here."""

from __future__ import annotations

import pytest

from tests.web.conftest import ANSWER, HOST, OWN, UPDATE

NAME = HOST.split(":")[0]
TYPES = (
    "application/json", "application/json; charset=utf-8", "text/plain", "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x", "application/vnd.api+json", "text/json", "",
)  # fmt: skip
ORIGINS = {
    "same origin": {"Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-origin"},
    "origin only": {"Origin": f"http://{HOST}"},
    "fetch site only": {"Sec-Fetch-Site": "same-origin"},
    "neither": {},
    "cross site": {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"},
    "same site, other port": {"Origin": "http://127.0.0.1:9999", "Sec-Fetch-Site": "same-site"},
    "null origin": {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    "null origin alone": {"Origin": "null"},
    "user": {"Sec-Fetch-Site": "none"},
    "look-alike": {"Origin": f"http://{HOST}.evil.example"},
    "in the user part": {"Origin": f"http://{HOST}@evil.example"},
}
TRUSTED = {"same origin", "origin only", "fetch site only"}


@pytest.mark.parametrize("address", [UPDATE, "/api/role"])
@pytest.mark.parametrize("mark", ["1", "0", None])
@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("kind", TYPES)
def test_only_json_from_our_own_page_with_our_header_acts(client, kind, origin, mark, address):
    import json

    body = json.dumps(ANSWER if address == UPDATE else {"role": "analyst"})
    headers = {**ORIGINS[origin], **({"X-IOC": mark} if mark is not None else {})}
    answer = client.post(address, data=body, content_type=kind or None, headers=headers)
    allowed = kind.startswith("application/json") and origin in TRUSTED and mark == "1"
    assert answer.status_code == 200 if allowed else answer.status_code in (403, 415)
    changed = client.get_cookie("ioc_demo", domain=NAME) is not None
    assert changed == (allowed and address == "/api/role")


def test_a_page_gives_its_scripts_the_mark_that_dash_sends_back(client):
    page = client.get("/")
    assert client.get_cookie("ioc_csrf", domain=NAME).value == "1"
    assert '"csrf_token_name":"ioc_csrf"' in page.text and '"csrf_header_name":"X-IOC"' in page.text


def test_reading_changes_nothing_and_needs_no_mark(client):
    for address in ("/api/edition", "/api/values?kpi=online", "/"):
        assert client.get(address, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
    assert client.get("/api/refresh/mot_cua").status_code in (404, 405)


def test_no_answer_lets_another_origin_read_it(client):
    for address in ("/", "/api/edition", "/api/values?kpi=online", "/assets/app.css"):
        answer = client.get(address, headers={"Origin": "http://evil.example"})
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert client.options(UPDATE, headers=OWN).status_code == 405
