"""Plans over the web: who may have them made and named, what a bad request is told, and that everybody may look."""

from __future__ import annotations

import io
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import openpyxl
import pytest

from ioc.access import GRANTS, OPEN, Permission, Role, Scope
from ioc.planning.book import Entry, PlanBook
from ioc.planning.question import Ask
from tests.planning.test_sites import assumptions
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


@pytest.fixture
def planned(house, monkeypatch) -> Site:
    """A site that plans, with one village in its register."""
    office = house.province.office
    object.__setattr__(
        office, "site", replace(office.site, planning=assumptions())
    )  # the site's files have none
    monkeypatch.setattr("ioc.web.plans.villages", lambda *_: (SimpleNamespace(id="v1"),))
    return house


def workbook(*rows: tuple[object, ...]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (("id", "measure", "village", "cost"), *rows):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


SOUND = workbook(("T1", "tower", "v1", 1500), ("T2", "tower", "v1", 900))
CSV = b"id;measure;village;cost\nT9;tower;v1;12,5\n"


def hand_in(client, content: bytes | str, file: str = "Đề xuất.xlsx", **more: str):
    text = content if isinstance(content, str) else b64encode(content).decode()
    return client.post("/api/plans/lists", json={"file": file, "content": text, **more}, headers=OWN)


def held(house: Site, scope: Scope = OPEN, by: str = "demo-planner"):
    return PlanBook(house.province.warehouse).lists(scope, by)


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_only_who_may_plan_hands_a_list_in_and_is_written_down_with_it(planned, role) -> None:
    client = planned.client()
    as_role(client, role)
    answer, may = hand_in(client, SOUND), Permission.PLAN in GRANTS[role]
    assert answer.status_code == (200 if may else 403)
    assert [(one.file, one.handed_in_by) for one in held(planned)] == (
        [("Đề xuất.xlsx", f"demo-{role.value}")] if may else []
    )
    if may:
        said = answer.get_json()
        assert said["list"]["id"] == held(planned)[0].id
        for part in ("2 phương án", "Đề xuất.xlsx", f"demo-{role.value}"):
            assert part in said["message"]


def test_a_list_keeps_its_candidates_and_the_same_file_again_says_whose_it_is(planned) -> None:
    client = planned.client()
    as_role(client, Role.PLANNER)
    number = hand_in(client, CSV, "C:\\Users\\lan\\de-xuat.csv").get_json()["list"]["id"]
    kept = PlanBook(planned.province.warehouse).handed_in(number)
    assert kept is not None
    assert [(one.id, one.measure, one.village, one.cost) for one in kept.candidates] == [
        ("T9", "tower", "v1", 12.5)
    ]
    as_role(client, Role.OPERATOR)
    again = hand_in(client, CSV, "khac.csv").get_json()
    assert again["list"]["id"] == number and "đã nộp trước đây" in again["message"]
    assert [(one.file, one.handed_in_by) for one in held(planned)] == [("de-xuat.csv", "demo-planner")]


@pytest.mark.parametrize(
    ("content", "status", "told"),
    [
        (workbook(("T1", "mast", "v1", 5), ("T2", "tower", "v9", 5)), 400, ("dòng 2: measure 'mast'", "dòng 3: không có thôn, bản mã v9", "chưa nhập gì")),
        (workbook(), 400, ("0 phương án",)),
        (b"PK\x03\x04 no workbook", 400, ("Không mở được",)),
        (b"\xff\xfe\x00", 400, ("không phải UTF-8",)),
        (b"ten,tien\na,1\n", 400, ("thiếu cột id, measure, cost",)),
        (b"", 400, ("Tệp rỗng",)),
        ("không phải base64", 400, ("không tới trọn vẹn",)),
        (b"a" * 1_500_001, 413, ("1,5 MB",)),
    ],
)  # fmt: skip
def test_a_bad_list_is_told_as_on_the_command_line_and_nothing_is_taken(
    planned, content, status, told
) -> None:
    client = planned.client()
    as_role(client, Role.PLANNER)
    answer = hand_in(client, content)
    assert answer.status_code == status
    for part in told:
        assert part in answer.get_json()["error"]
    assert held(planned) == ()


@pytest.mark.parametrize("file", ["", "/", "a\nb.csv", "x" * 201, "\u202excod.exe"])
def test_a_name_that_is_not_one_plain_line_is_refused(planned, file) -> None:
    client = planned.client()
    as_role(client, Role.PLANNER)
    assert hand_in(client, CSV, file).status_code == 400
    assert hand_in(client, CSV, handed_in_by="Chủ tịch").status_code == 400
    assert held(planned) == ()


def test_a_workbook_that_unfolds_into_more_than_a_list_can_be_is_refused_unread(planned) -> None:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SOUND)) as sound, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name in sound.namelist():
            text = sound.read(name)
            bomb.writestr(name, text + b" " * 30_000_000 if name == "xl/worksheets/sheet1.xml" else text)
    client = planned.client()
    as_role(client, Role.PLANNER)
    answer = hand_in(client, out.getvalue())
    assert answer.status_code == 400 and "quá lớn" in answer.get_json()["error"]


def test_one_who_does_not_see_everything_is_offered_what_they_handed_in_themselves(planned) -> None:
    client, narrow = planned.client(), Scope(areas=frozenset({"c"}))
    as_role(client, Role.PLANNER)
    assert hand_in(client, SOUND).status_code == 200
    assert len(held(planned, narrow, "demo-planner")) == 1
    assert held(planned, narrow, "Minh") == ()


def test_a_site_without_a_plan_takes_no_list(house) -> None:
    client = house.client()
    as_role(client, Role.PLANNER)
    assert hand_in(client, SOUND).status_code == 404


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
