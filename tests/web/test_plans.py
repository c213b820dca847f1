"""Plans over the web: who may have them made and named, what a bad request is told, and that everybody may look."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ioc.access import GRANTS, OPEN, Permission, Role, Scope
from ioc.planning.book import Entry, PlanBook
from ioc.planning.question import Ask
from tests.web.conftest import OWN, Site, as_role

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
ASK = Ask(budgets=(100,), services=("mobile",))
DOCUMENT = {
    "outcome": "optimal", "first_year": 2027, "ask": ASK.model_dump(mode="json"),
    "places": {
        "v1": {"name": "Bản Một", "commune": "c", "households": 40, "lat": 22.3, "lon": 103.2, "standing": "measured", "lacks": ["mobile", "grid"]},
        "v2": {"name": "Bản Hai", "commune": "c", "households": 30, "lat": None, "lon": None, "standing": "unknown", "lacks": ["mobile"]},
    },
    "measures": [{"id": "t", "kind": "tram_bts", "service": "mobile", "year": 0, "villages": ["v1"]}],
}  # fmt: skip


@pytest.fixture
def house(make_site) -> Site:
    return make_site()


def keep(house: Site, scope: Scope = OPEN) -> int:
    entry = Entry(ASK.name(1, "x", scope), ASK.request, 1, scope, DOCUMENT, "Lan")
    return PlanBook(house.province.warehouse).keep(entry, NOW)


def name(client, number: int, **body: str):
    return client.post(f"/api/plans/{number}/name", json={"name": "Một", "note": "", **body}, headers=OWN)


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_only_planners_and_operators_name_a_plan_and_everybody_may_look(house, role) -> None:
    number, client = keep(house), house.client()
    as_role(client, role)
    assert client.get(f"/api/plans/{number}").get_json()["outcome"] == "optimal"
    may = Permission.PLAN in GRANTS[role]
    assert may == (role in (Role.PLANNER, Role.OPERATOR))
    assert name(client, number).status_code == (200 if may else 403)
    held = PlanBook(house.province.warehouse).scenarios(OPEN)
    assert [one.named_by for one, _ in held] == ([f"demo-{role.value}"] if may else [])


def test_the_person_is_the_visitor_and_withdrawing_needs_a_reason(house) -> None:
    number, client = keep(house), house.client()
    as_role(client, Role.PLANNER)
    assert name(client, number, named_by="Chủ tịch").status_code == 400
    assert name(client, number).status_code == 200
    assert name(client, number).status_code == 409
    scenario = PlanBook(house.province.warehouse).scenarios(OPEN)[0][0]
    path = f"/api/plans/scenarios/{scenario.id}/withdraw"
    assert client.post(path, json={"reason": " "}, headers=OWN).status_code == 400
    assert client.post(path, json={"reason": "làm lại"}, headers=OWN).status_code == 200
    assert client.post(path, json={"reason": "làm lại"}, headers=OWN).status_code == 404


@pytest.mark.parametrize("given", [{"name": " "}, {"name": "x" * 121}, {"note": "x" * 1001}])
def test_a_name_out_of_bounds_is_told(house, given) -> None:
    client = house.client()
    as_role(client, Role.PLANNER)
    assert name(client, keep(house), **given).status_code == 400


def test_a_plan_of_a_wider_scope_does_not_exist(house, monkeypatch) -> None:
    number = keep(house)
    monkeypatch.setattr("ioc.web.plans.current_scope", lambda: Scope(areas=frozenset({"c"})))
    client = house.client()
    for path in (f"/api/plans/{number}", f"/api/plans/{number}/points", f"/api/plans/{number}/tables"):
        assert client.get(path).status_code == 404
    for path in ("/api/plans/99", f"/api/plans/{2**40}"):
        assert house.client().get(path).status_code == 404


def test_a_village_without_a_point_is_counted_and_never_drawn(house) -> None:
    from ioc.drawings import Projection
    from ioc.web.plans import points

    class Drawing:
        project = Projection(105.0, 0.9996, 0.0, 2_500_000.0, 0.01).project

    kept = PlanBook(house.province.warehouse).plan(keep(house), OPEN)
    assert kept is not None
    found = points(kept, Drawing())  # type: ignore[arg-type]
    assert [(one[0], one[3], one[4]) for one in found["villages"]] == [
        ("Bản Một", 40, {"mobile": 2027, "grid": None})
    ]
    assert found["unplaced"] == 1


def test_a_request_that_the_site_cannot_answer_is_refused_before_any_work(house) -> None:
    from ioc.jobs import JobError
    from ioc.planning.task import PLAN

    class Board:
        site = replace(house.province.site, planning=None)

    with pytest.raises(JobError, match=r"planning\.refused\.none"):
        PLAN.check(Board(), ASK, OPEN)  # type: ignore[arg-type]
    assert PLAN.permission is Permission.PLAN
