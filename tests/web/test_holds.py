"""Decisions about held figures through the web: a role, a reason, a name that nobody can send."""

from __future__ import annotations

from datetime import UTC, datetime

from flask.testing import FlaskClient

from ioc.holding.cases import CaseState, Measure, Suspect, Why
from ioc.warehouse.holds import Entries, record
from tests.web.conftest import OWN, Site, as_role


def held(site: Site) -> int:
    """A case that stands; returns its number."""
    suspect = Suspect(
        "online", "00001@20250701", "2026-10", Why.JUMP, Measure.VALUE, 40.0, 90.0, 30.0, 50.0, 9.0, 10.0, 1
    )
    warehouse = site.province.warehouse
    with warehouse.writing() as connection:
        record(connection, "mot_cua", 1, datetime.now(UTC), Entries(opened=(suspect,)))
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
