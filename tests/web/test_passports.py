"""The passport's routes and pages answer for every number of every edition, and a held edition stays held."""

from __future__ import annotations

import pytest

from ioc.areas import COMMUNES
from layouts.desk import asked_edition
from tests.board.province import Province, later, numbers
from tests.web.conftest import Site


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Site:
    made = Site(tmp_path_factory.mktemp("passports"))
    made.province.publish(numbers(made.province, shift=-4), None, later(10))
    return made


def test_a_passport_is_that_of_the_edition_asked_for(site: Site):
    client = site.client()
    old = client.get("/api/passport?kpi=online&xa=00001&ky=2026-10&ban=1").get_json()
    new = client.get("/api/passport?kpi=online&xa=00001&ky=2026-10").get_json()
    assert (old["number"]["value"], new["number"]["value"]) == (90.0, 86.0)
    assert (old["edition"]["number"], new["edition"]["number"]) == (1, 2)
    assert [one["value"] for one in new["revisions"]] == [90.0, 86.0]
    assert new["notice"] and new["origin"]["query"].lower().startswith("select")


def test_parts_of_the_province_have_passports_too(site: Site):
    client = site.client()
    whole = client.get("/api/passport?kpi=online&ky=2026-10").get_json()
    parts = client.get("/api/passport?kpi=online&ky=2026-10&xa=12%2Bxa").get_json()
    assert whole["area_code"] == "12" and parts["area"].endswith(COMMUNES)
    assert whole["number"]["numerator"] - parts["number"]["numerator"] == 50


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400), ("?kpi=nope", 404), ("?kpi=online&xa=99999", 404), ("?kpi=online&xa=00001%2Bso", 404),
        ("?kpi=online&xa=12%2Bxx", 404), ("?kpi=online&ky=2026-13", 400), ("?kpi=online&ky=2019-01", 400),
        ("?kpi=online&ban=99", 404), ("?kpi=online&x=1", 400),
    ],
)  # fmt: skip
@pytest.mark.parametrize("route", ["passport", "recount"])
def test_a_question_without_an_answer_is_refused_with_a_sentence(
    site: Site, route: str, query: str, status: int
):
    answer = site.client().get(f"/api/{route}{query}")
    assert answer.status_code == status
    assert answer.get_json()["error"]


def test_a_recount_without_its_rows_says_so(site: Site):
    found = site.client().get("/api/recount?kpi=online&ky=2026-10").get_json()
    assert found == {"verdict": "rows_gone", "run": 2, "counted": None}


@pytest.mark.parametrize(
    ("search", "edition"),
    [("?ban=3", 3), ("?kpi=a&ban=12", 12), ("", None), (None, None), ("?ban=", None), ("?ban=0", 0), ("?ban=x", 0),
     ("?ban=-1", 0), ("?ban=1&ban=2", 2)],
)  # fmt: skip
def test_the_edition_of_an_address_is_read_strictly(search: str | None, edition: int | None):
    assert asked_edition(search) == edition


def test_a_board_read_back_is_the_board_that_was_published(tmp_path):
    """Edition 1 reads the same before and after edition 2 came, through the very route the map uses."""
    made = Site(tmp_path)
    before = made.client().get("/api/values?kpi=online&ky=2026-10&ban=1").data
    province: Province = made.province
    province.publish(numbers(province, shift=-7), None, later(10))
    made.bookshelf._looked = -float("inf")
    assert made.client().get("/api/values?kpi=online&ky=2026-10").get_json()["e"] == 2
    assert made.client().get("/api/values?kpi=online&ky=2026-10&ban=1").data == before
