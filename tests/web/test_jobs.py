"""A job is its asker's alone, needs the right that its kind names, and its file goes out as a file."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ioc.access import GRANTS, OPEN, Identity, Permission, Role, Scope
from ioc.jobs.book import WAITING_EACH, Book
from ioc.jobs.records import Order, State
from ioc.jobs.work import folder_of
from ioc.web import jobs as routes
from tests.jobs.chores import kinds
from tests.web.conftest import OWN, Site, as_role

CHORE = {"parameters": {"do": "write"}}


@pytest.fixture
def house(make_site, monkeypatch) -> Site:
    """A site that knows two kinds of job; nobody does them unless the test says so."""
    monkeypatch.setattr("tests.board.province.Office", lambda settings, kinds_: _office(settings))
    return make_site()


def _office(settings):
    from ioc.office import Office

    return Office(settings, {}, make_jobs=kinds, command=(sys.executable, "-c", "raise SystemExit(1)"))


def start(client, kind="chore", body=CHORE, headers=OWN):
    return client.post(f"/api/jobs/start/{kind}", json=body, headers=headers)


def finished(house: Site, who: Identity, scope: Scope = OPEN, name: str = "Kết quả “1”.txt") -> int:
    """A job of somebody's that is done, with its file."""
    book = Book(house.province.warehouse)
    book.ask(Order("chore", "Việc", '{"do":"write"}', who, scope, 1, "vi"))
    held = book.claim("w", 99, 99)
    assert held is not None
    folder = folder_of(house.province.settings.data, held)
    folder.mkdir(parents=True)
    (folder / "result").write_bytes(b"so lieu")
    assert book.finish(held, State.DONE, file=name, media="text/csv", bytes=7, sha256="0" * 64)
    return held.id


LEADER = Identity("demo-leader", Role.LEADER)


def test_a_job_is_taken_on_followed_and_cancelled(house):
    client = house.client()
    answer = start(client)
    assert answer.status_code == 202
    told = answer.get_json()["job"]
    assert (told["state"], told["edition"], told["title"]) == ("queued", 1, "Việc 0")
    assert client.get(f"/api/jobs/{told['id']}").get_json()["job"]["said"] == "Đang chờ đến lượt"
    assert [one["id"] for one in client.get("/api/jobs").get_json()["jobs"]] == [told["id"]]
    cancelled = client.post(f"/api/jobs/{told['id']}/cancel", json={}, headers=OWN)
    assert cancelled.get_json()["job"]["state"] == "cancelled"
    assert client.get(f"/api/jobs/{told['id']}/file").status_code == 409


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"parameters": []}, 400),
        ({"parameters": {"do": "rm -rf"}}, 400),
        ({"parameters": {"other": 1}}, 400),
        ({"parameters": {}, "more": 1}, 400),
        ({"parameters": {}, "edition": 0}, 400),
        ({"parameters": {}, "edition": True}, 400),
        ({"parameters": {}, "edition": "1"}, 400),
        ({"parameters": {}, "edition": 99}, 404),
    ],
)
def test_a_request_that_is_not_allowed_starts_nothing_and_says_why(house, body, status):
    client = house.client()
    answer = start(client, body=body)
    assert answer.status_code == status and answer.get_json()["error"]
    assert not client.get("/api/jobs").get_json()["jobs"]


def test_a_kind_that_asks_for_more_than_the_visitor_may_is_refused(house):
    client = house.client()
    assert start(client, "duty").status_code == 403
    assert start(client, "unknown").status_code == 404
    assert start(as_role(client, "operator"), "duty").status_code == 202


def test_without_the_right_to_export_a_viewer_gets_no_file(house, monkeypatch):
    number = finished(house, LEADER)
    monkeypatch.setitem(GRANTS, Role.LEADER, frozenset({Permission.PUBLIC, Permission.VIEW}))
    client = house.client()
    assert client.get(f"/api/jobs/{number}/file").status_code == 403
    assert start(client).status_code == 403


def test_an_unsafe_request_without_the_mark_of_our_pages_starts_and_cancels_nothing(house):
    client = house.client()
    assert start(client, headers={"Origin": "http://evil.example"}).status_code == 403
    assert start(client, headers={"Origin": OWN["Origin"]}).status_code == 403
    number = start(client).get_json()["job"]["id"]
    assert client.post(f"/api/jobs/{number}/cancel", json={}).status_code == 403
    assert client.get(f"/api/jobs/{number}").get_json()["job"]["state"] == "queued"


def test_the_job_of_somebody_else_does_not_exist(house):
    number = finished(house, Identity("another", Role.LEADER))
    client = house.client()
    for address in (f"/api/jobs/{number}", f"/api/jobs/{number}/file", f"/api/jobs/{2**40}"):
        assert client.get(address).status_code == 404
    assert client.post(f"/api/jobs/{number}/cancel", json={}, headers=OWN).status_code == 404
    assert client.get("/api/jobs").get_json()["jobs"] == []


def test_the_file_goes_out_as_a_file_under_its_vietnamese_name(house):
    answer = house.client().get(f"/api/jobs/{finished(house, LEADER)}/file")
    assert answer.data == b"so lieu"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''K%E1%BA%BFt%20qu%E1%BA%A3%20" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content_type.startswith("text/csv")


def test_a_file_made_under_a_wider_scope_than_the_visitors_is_not_given_out(house, monkeypatch):
    wide, narrow = finished(house, LEADER), finished(house, LEADER, Scope(kpis=frozenset({"online"})))
    monkeypatch.setattr(routes, "current_scope", lambda: Scope(kpis=frozenset({"online", "overdue"})))
    client = house.client()
    assert client.get(f"/api/jobs/{wide}/file").status_code == 403
    assert client.get(f"/api/jobs/{narrow}/file").status_code == 200


def test_a_file_that_was_cleared_away_is_said_to_be_gone(house):
    number = finished(house, LEADER)
    held = Book(house.province.warehouse).job(number)
    (folder_of(house.province.settings.data, held) / "result").unlink()
    answer = house.client().get(f"/api/jobs/{number}/file")
    assert answer.status_code == 410 and "hết hạn" in answer.get_json()["error"]


def test_too_many_waiting_jobs_are_refused_with_a_sentence(house):
    client = house.client()
    for at in range(WAITING_EACH):
        assert start(client, body={"parameters": {"mark": at}}).status_code == 202
    answer = start(client, body={"parameters": {"mark": 99}})
    assert answer.status_code == 429 and "chờ" in answer.get_json()["error"]


def test_rooms_of_jobs_need_no_heavy_library_in_a_web_worker():
    import subprocess

    code = "import sys, ioc.jobs.runner, ioc.web.jobs; print([n for n in sys.modules if n in ('geopandas','pyogrio','typst','xlsxwriter')])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
    assert Path(routes.__file__).name == "jobs.py"


def test_a_scope_covers_what_is_visible_in_it():
    some, more = Scope(areas=frozenset({"a"})), Scope(areas=frozenset({"a", "b"}))
    assert OPEN.covers(some) and more.covers(some) and some.covers(some)
    assert not some.covers(OPEN) and not some.covers(more) and not some.covers(Scope(kpis=frozenset({"k"})))
    assert replace(some) == some
