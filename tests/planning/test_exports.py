"""Tables and maps of a plan as files: they add up to the plan, and the map keeps only what is still lacking."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from app import all_exports
from geodata.publication import publish_schematic
from ioc.access import OPEN, Scope
from ioc.exports.making import Request, make, opened, view_of
from ioc.exports.pictures import Map
from ioc.exports.subjects import View
from ioc.jobs.kinds import JobError
from ioc.office import Office
from ioc.planning.book import Plan
from layouts.tables import plans
from tests.refresh.conftest import Whole


@pytest.fixture
def desk(office: Office) -> Office:
    """An office that exports, with a drawing to draw on."""
    publish_schematic(office.site, office.settings)
    return replace(office, make_exports=all_exports)


def view(desk: Office, whole: Whole, plan: Plan, scope: Scope = OPEN) -> View:
    request = Request(subject="plan-after", format="csv", size="print", options={"pa": str(plan.id)})
    _, given = opened(desk.exports, request, whole.board(), scope)
    return view_of(desk, whole.board(), given, scope, "vi")


def written(desk: Office, whole: Whole, plan: Plan, subject: str, form: str, folder: Path) -> Path:
    request = Request(subject=subject, format=form, size="print", options={"pa": str(plan.id)})  # type: ignore[arg-type]
    found, given = opened(desk.exports, request, whole.board(), OPEN)
    folder.mkdir()
    return make(desk.exports, request, found, view_of(desk, whole.board(), given, OPEN, "vi"), folder).file


def test_every_village_of_the_plan_is_in_the_file_with_what_it_gets_and_when(
    desk: Office, whole: Whole, kept: Plan, tmp_path: Path
) -> None:
    lacks = sum(len(one["lacks"]) for one in kept.document["places"].values())
    services = len(kept.document["lacking"]) * len(kept.document["places"])
    for name, met in (("plan-before", 0), ("plan-after", len(kept.met))):
        file = written(desk, whole, kept, name, "csv", tmp_path / name)
        rows = list(csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))
        assert len(rows) == len(kept.document["places"])
        cells = [value for row in rows for value in row.values()]
        assert sum(value.startswith("có từ năm") for value in cells) == met
        assert cells.count("thiếu") == lacks - met > 0
        assert cells.count("đã có") == services - lacks
    assert kept.met


def test_the_map_after_shows_fewer_signs_by_exactly_what_the_plan_meets(
    desk: Office, whole: Whole, kept: Plan
) -> None:
    found = view(desk, whole, kept)
    pictures: list[Map] = []
    for build, draw in ((plans.before, plans.before_map), (plans.after, plans.after_map)):
        assert build(found).rows
        pictures.append(draw(found, None))  # type: ignore[arg-type]
    counts = [sum(entry.count or 0 for entry in one.legend) for one in pictures]
    assert counts[0] == sum(one["villages"] for one in kept.document["lacking"].values())
    assert counts[0] - counts[1] == len(kept.met)
    placed = sum(len(one["lacks"]) for one in kept.document["places"].values() if one["lat"] is not None)
    assert len(pictures[0].spots) == placed > 0
    kinds = desk.site.gaps.kinds if desk.site.gaps else {}
    signs = {f"gap-{kinds[name].mark}" for name in ("khong_dien", "trang_song")}
    assert {entry.name for entry in pictures[0].legend} == signs


def test_both_maps_are_drawn_and_differ(desk: Office, whole: Whole, kept: Plan, tmp_path: Path) -> None:
    texts = [
        written(desk, whole, kept, name, "svg", tmp_path / name).read_text(encoding="utf-8")
        for name in ("plan-before", "plan-after")
    ]
    assert texts[0] != texts[1]
    assert all("SỐ LIỆU MINH HỌA" in text for text in texts)
    assert "Trước đầu tư" in texts[0] and "Sau 2 năm" in texts[1]


def test_a_plan_that_a_narrow_scope_may_not_see_cannot_be_exported(
    desk: Office, whole: Whole, kept: Plan
) -> None:
    narrow = Scope(areas=frozenset({whole.board().communes[0].id}))
    with pytest.raises(JobError):
        plans.before(view(desk, whole, kept, narrow))
