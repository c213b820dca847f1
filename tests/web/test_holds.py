"""Decisions about held figures through the web: a role, a reason, a name that nobody can send."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from ioc.access import Scope
from ioc.holding.cases import CaseState, Measure, Suspect, Why
from ioc.warehouse.holds import Entries, record
from tests.web.conftest import OWN, Site, as_role


def held(site: Site, *areas: str) -> int:
    """A case that stands, of the first commune or those given; returns its number."""
    suspects = tuple(
        Suspect("online", area, "2026-10", Why.JUMP, Measure.VALUE, 40.0, 90.0, 30.0, 50.0, 9.0, 10.0, 1)
        for area in areas or ("00001@20250701",)
    )
    warehouse = site.province.warehouse
    with warehouse.writing() as connection:
        record(connection, "mot_cua", 1, datetime.now(UTC), Entries(opened=suspects))
    return warehouse.cases()[0].id


def test_whoever_may_see_the_kpi_sees_its_cases(site: Site, client: FlaskClient) -> None:
    number = held(site)
    found = client.get("/api/holds").get_json()["cases"]
    assert (number, "jump", 90.0) in [(one["id"], one["why"], one["cells"][0]["new"]) for one in found]


def test_a_decision_needs_the_role_a_reason_and_a_case(site: Site, client: FlaskClient) -> None:
    number = held(site)
    address = f"/api/holds/{number}/release"
    assert client.post(address, json={"reason": "đã kiểm tra"}, headers=OWN).status_code == 403
    as_role(client, "operator")
    for body in ({}, {"reason": 7}, {"reason": "x"}, {"reason": "đủ dài", "by": "người khác"}):
        assert client.post(address, json=body, headers=OWN).status_code == 400, body
    assert client.post(address, json={"reason": "đã kiểm tra"}).status_code == 403
    missing = client.post("/api/holds/999/release", json={"reason": "đã kiểm tra"}, headers=OWN)
    assert missing.status_code == 404
    case = site.province.warehouse.case(number)
    assert case is not None and case.state is CaseState.OPEN


def test_a_case_outside_the_scope_is_neither_listed_nor_decided(
    site: Site, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = held(site)
    as_role(client, "operator")
    address = f"/api/holds/{number}/release"
    for scope in (Scope(areas=frozenset({"00002@20250701"})), Scope(kpis=frozenset({"overdue"}))):
        monkeypatch.setattr("ioc.web.holds.current_scope", lambda scope=scope: scope)
        assert client.get("/api/holds").get_json()["cases"] == []
        assert client.post(address, json={"reason": "đã kiểm tra"}, headers=OWN).status_code == 404
    monkeypatch.setattr("ioc.web.holds.current_scope", lambda: Scope(areas=frozenset({"00001@20250701"})))
    assert client.post(address, json={"reason": "đã kiểm tra"}, headers=OWN).status_code == 200


def test_a_decision_about_more_than_one_may_see_is_refused(
    site: Site, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = held(site, "00001@20250701", "00002@20250701")
    as_role(client, "operator")
    monkeypatch.setattr("ioc.web.holds.current_scope", lambda: Scope(areas=frozenset({"00001@20250701"})))
    (mine,) = [one for one in client.get("/api/holds").get_json()["cases"] if one["id"] == number]
    assert [cell["area"] for cell in mine["cells"]] == ["00001@20250701"] and mine["count"] == 1
    refused = client.post(f"/api/holds/{number}/release", json={"reason": "đã kiểm tra"}, headers=OWN)
    assert refused.status_code == 404
    case = site.province.warehouse.case(number)
    assert case is not None and case.state is CaseState.OPEN


def test_a_decision_is_kept_with_name_time_and_reason_and_is_taken_once(
    site: Site, client: FlaskClient
) -> None:
    number = held(site)
    as_role(client, "operator")
    address = f"/api/holds/{number}"
    assert client.post(f"{address}/reject", json={"reason": "gõ nhầm"}, headers=OWN).status_code == 200
    assert client.post(f"{address}/release", json={"reason": "vẫn đúng"}, headers=OWN).status_code == 200
    late = client.post(f"{address}/reject", json={"reason": "đổi ý"}, headers=OWN)
    assert late.status_code == 409
    case = site.province.warehouse.case(number)
    assert case is not None and case.decided_at is not None
    assert (case.state, case.decided_by, case.reason) == (CaseState.RELEASED, "demo-operator", "vẫn đúng")
    assert site.province.warehouse.released_sources() == {"mot_cua": "demo-operator"}
