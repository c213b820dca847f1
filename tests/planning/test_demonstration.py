"""On the demonstration: the plan starts from the published gaps, keeps its promises, and the command line says it all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app import commands
from ioc.access import OPEN
from ioc.office import Office
from ioc.planning.book import Plan, PlanBook
from ioc.planning.question import pose, suggested
from ioc.planning.task import villages
from tests.refresh.conftest import Whole


def run(office: Office, *words: str) -> Result:
    return CliRunner().invoke(commands(), ["plan", *words], obj=lambda: office)


def test_what_is_lacking_is_what_was_published(office: Office, whole: Whole) -> None:
    assumptions = office.site.planning
    assert assumptions is not None
    found = villages(office, whole.board(), OPEN, assumptions)
    needs = pose(found, assumptions, suggested(assumptions)).problem.needs
    counts = {
        name: [one.households for one in needs if one.service == name] for name in ("mobile", "cable", "grid")
    }
    assert {name: len(one) for name, one in counts.items()} == {"mobile": 33, "cable": 191, "grid": 8}
    assert sum(counts["grid"]) == 426


def test_the_plan_keeps_to_its_money_and_its_order(kept: Plan) -> None:
    document = kept.document
    assert all(spent <= 9000 for spent in document["spent"])
    at = {one["id"]: (one["year"], one["rank"]) for one in document["measures"]}
    assert [one["year"] for one in document["measures"]] == sorted(
        one["year"] for one in document["measures"]
    )
    for one in document["measures"]:
        for first in one["needs"]:
            assert at[first][0] <= one["year"]
            assert at[first][1] < one["rank"]
    served = sum(one["households"] for one in document["measures"])
    lacking = sum(one["households"] for one in document["lacking"].values())
    assert served == document["households"] == lacking - sum(one["households"] for one in document["left"])


def test_the_curve_never_falls(kept: Plan) -> None:
    points = [one["weighted"] for one in kept.document["curve"]]
    assert points == sorted(points)
    assert points[0] < points[-1]


def test_whose_poor_households_are_too_few_to_tell_gets_no_weight_for_them(
    office: Office, whole: Whole
) -> None:
    assumptions = office.site.planning
    assert assumptions is not None
    least = assumptions.emphases["ngheo"].at_least
    gaps = office.site.gaps
    assert least is not None
    assert gaps is not None
    assert gaps.protection is not None
    found = villages(office, whole.board(), OPEN, assumptions)
    small = [one for one in found if one.households * least / 100 < gaps.protection.k]
    assert not [one for one in small if "ngheo" in one.traits]
    assert [one for one in found if "ngheo" in one.traits]


def test_the_command_prints_json_keeps_a_name_and_writes_a_workbook(office: Office, tmp_path: Path) -> None:
    out = tmp_path / "a.xlsx"
    words = (
        "--services",
        "grid",
        "--budgets",
        "6000,6000",
        "--name",
        "Điện trước",
        "--xlsx",
        str(out),
        "--by",
        "Lan",
        "--json",
    )
    result = run(office, *words)
    assert result.exit_code == 0, result.output
    said = json.loads(result.output)
    assert said["lacking"] == {"grid": {"households": 426, "villages": 8}}
    assert said["notice"]
    assert out.stat().st_size > 5000
    assert [(one.name, one.named_by) for one, _ in PlanBook(office.warehouse).scenarios(OPEN)] == [
        ("Điện trước", "Lan")
    ]
    again = run(office, *words)
    assert again.exit_code == 2
    assert "đã dùng" in again.output


def test_a_floor_out_of_reach_ends_with_code_1_and_names_communes(office: Office) -> None:
    result = run(office, "--services", "grid", "--budgets", "500", "--floor", "100")
    assert result.exit_code == 1
    assert "không tự hạ mức sàn" in result.output
    assert "Xã Tà Tổng" in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--budgets", "8 tỷ"), "--budgets"), (("--services", "water"), "services"), (("--floor", "150"), "floor"),
        (("--budgets", "1,2,3,4,5,6,7,8,9,10,11"), "budgets"),
    ],
)  # fmt: skip
def test_a_wrong_request_is_told_with_its_place(office: Office, words: tuple[str, ...], said: str) -> None:
    result = run(office, *words)
    assert result.exit_code == 2
    assert said in result.output
