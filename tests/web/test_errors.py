"""Errors say what to do and a reference, in Vietnamese; where, why and how stay in the log."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy.exc import OperationalError

from tests.web.conftest import ANSWER, OWN, UPDATE

CANARY = "postgresql://ioc:canary-password@db.internal/kho"


@pytest.fixture
def broken(make_site, monkeypatch):
    """A site whose numbers cannot be read, with a secret in the exception."""
    site = make_site()

    def fail(*_args, **_kwargs):
        raise RuntimeError(f"cannot connect to {CANARY}")

    monkeypatch.setattr(type(site.bookshelf), "latest", fail)
    return site


@pytest.mark.parametrize("accept", ["text/html", "application/json", "*/*", "image/png", ""])
@pytest.mark.parametrize(
    "address", ["/api/values?kpi=online", "/api/edition", "/api/periods", "/api/places?kind=village"]
)
def test_an_exception_never_reaches_the_visitor_but_the_log(broken, caplog, address, accept):
    with caplog.at_level(logging.ERROR):
        answer = broken.client().get(address, headers={"Accept": accept})
    assert answer.status_code == 500
    assert (
        "canary" not in answer.text and "Traceback" not in answer.text and "RuntimeError" not in answer.text
    )
    assert "canary" not in str(answer.headers)
    reference = answer.headers["X-IOC-Reference"]
    assert reference in answer.text
    assert reference in caplog.text and "canary-password" in caplog.text
    assert "Hệ thống gặp lỗi" in answer.text
    assert (answer.mimetype == "text/html") == (accept == "text/html")
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_exception_in_a_callback_is_as_quiet(site, caplog, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError(f"cannot connect to {CANARY}")

    monkeypatch.setitem(site.dash.callback_map["answer.children"], "callback", fail)
    answer = site.client().post(UPDATE, json=ANSWER, headers=OWN)
    assert answer.status_code == 500
    assert "canary" not in answer.text and answer.get_json()["reference"] in caplog.text


def test_a_warehouse_that_cannot_be_read_is_not_ready_but_alive(make_site, monkeypatch):
    site = make_site()

    def gone(*_args, **_kwargs):
        raise OperationalError("SELECT", {}, Exception(CANARY))

    monkeypatch.setattr(type(site.province.warehouse), "latest", gone)
    client = site.client()
    assert client.get("/healthz").status_code == 200
    assert (client.get("/readyz").status_code, client.get("/readyz").get_json()) == (503, {"ready": False})
    answer = client.get("/api/edition")
    assert answer.status_code == 503 and "canary" not in answer.text


def test_readiness_needs_an_edition(make_site):
    site = make_site(published=False)
    assert site.client().get("/readyz").status_code == 503


def test_people_get_a_page_and_scripts_get_json(client):
    page = client.get("/nowhere.php", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.status_code == 404 and page.mimetype == "text/html" and 'lang="vi"' in page.text
    assert client.get("/nowhere.php", headers={"Accept": "*/*"}).is_json
    client.post("/api/lang", json={"lang": "en"}, headers=OWN)
    assert client.get("/nowhere.php").get_json()["error"] == "There is nothing here."


def test_a_hostile_address_cannot_write_lines_into_the_log_or_tags_into_the_page(broken, caplog):
    client = broken.client()
    with caplog.at_level(logging.ERROR):
        client.get("/api/periods", query_string={"ban": "1"})
        answer = client.get("/api/values?kpi=online&%0aERROR%20forged=1", headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert not any(line.startswith("ERROR forged") for line in caplog.text.splitlines())
    answer = client.get("/api/values?<script>alert(1)</script>=1", headers={"Accept": "text/html"})
    assert answer.status_code == 400 and "<script>" not in answer.text
