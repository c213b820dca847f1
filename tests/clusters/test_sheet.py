"""The sheet of an edition: kept whole, read by whoever shows that edition or a later one, reckoned only where need be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ioc.access import OPEN
from ioc.board import Board
from ioc.bookshelf import Bookshelf
from ioc.catalogue import Direction
from ioc.clusters import reckoning
from ioc.clusters import sheet as sheets
from ioc.clusters.moran import Cluster, Pattern
from ioc.clusters.sheet import KEPT, Findings, Sheet
from ioc.clusters.shifts import Shift, shifts
from ioc.site import Site
from tests.board.province import Province, share, villages

MONTHS = [f"2026-{month:02d}" for month in range(1, 11)]
TRAIT = '\n[[trait]]\nid = "villages"\nname = { vi = "Thôn", en = "Villages" }\nof = "places"\nplace = "village"\n'


def made(edition: int) -> Sheet:
    findings = Findings(
        "k", "2026-10", 6, 5, (Cluster("00001", Pattern.HIGH, 0.002),), ("2026-04", "2026-10"),
        (Shift("00002", -4.5, 80.0, 70.0, 79.0, 80.0),),
    )  # fmt: skip
    return Sheet(edition, "ab" * 32, True, {"online": findings})


def test_what_is_written_is_read_and_the_oldest_go(tmp_path: Path) -> None:
    for edition in range(1, KEPT + 3):
        sheets.write(made(edition), tmp_path)
    assert sheets.read(tmp_path, KEPT + 2) == made(KEPT + 2)
    assert min(sheets.numbers(tmp_path)) == 3 and len(sheets.numbers(tmp_path)) == KEPT


def test_an_edition_is_never_told_of_what_came_after_it(tmp_path: Path) -> None:
    for edition in (3, 7):
        sheets.write(made(edition), tmp_path)
    assert sheets.newest(tmp_path, 2) is None
    assert [sheets.newest(tmp_path, edition).edition for edition in (3, 6, 7, 99)] == [3, 3, 7, 7]


@pytest.mark.parametrize("content", ["", "{}", '{"form":0}', "[1]", '{"form":1,"edition":7,"kpis":{"a":{}}}'])
def test_a_damaged_sheet_is_as_good_as_none(tmp_path: Path, content: str) -> None:
    sheets.write(made(6), tmp_path)
    (tmp_path / "clusters" / "7.json").write_text(content, encoding="utf-8")
    assert sheets.newest(tmp_path, 7) == made(6)


@pytest.fixture
def moving(tmp_path: Path) -> Board:
    """Twenty communes of one kind that rise by one point a month; the third loses ten, the fourth does so by chance."""
    province = Province(tmp_path, communes=20)
    file = province.folder / "site" / "site.toml"
    file.write_text(file.read_text(encoding="utf-8") + TRAIT, encoding="utf-8")
    rows = []
    for month, period in enumerate(MONTHS):
        for at, area in enumerate(province.areas):
            of = 40 if at == 3 else 1000
            value = (
                0.50
                + 0.01 * month
                + 0.003 * ((at * 7 + month * at) % 5)
                - (0.1 if at in (2, 3) and month > 5 else 0)
            )
            rows.append(share("online", area, period, round(value * of), of))
    province.publish(rows, villages(province))
    return Bookshelf(province.warehouse, Site.load(file.parent), province.register).latest()


def test_who_falls_against_communes_of_its_kind_is_told_and_chance_is_not(moving: Board) -> None:
    compared, found = shifts(moving, moving.site.kpis["online"], OPEN)
    assert compared == ("2026-04", "2026-10")
    assert [one.code for one in found] == ["00003"] and found[0].by == pytest.approx(-10, abs=2)


def test_without_a_better_side_or_enough_months_nothing_is_told(moving: Board) -> None:
    neutral = moving.site.kpis["online"].model_copy(update={"direction": Direction.NEUTRAL})
    assert shifts(moving, neutral, OPEN) == (None, [])
    assert shifts(moving, moving.site.kpis["overdue"], OPEN) == (None, [])
    assert shifts(moving, moving.site.kpis["standing"], OPEN) == (None, []), (
        "counts follow the size of a commune"
    )


def test_what_has_not_changed_is_not_reckoned_again(moving: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(reckoning, "clusters", lambda values, beside: asked.append(len(values)) or [])
    first = reckoning._findings(moving, "online", {}, None)
    kept = replace(first, clusters=(Cluster("00001", Pattern.LOW, 0.001),))
    assert reckoning._findings(moving, "online", {}, kept).clusters == kept.clusters and asked == [20]
    assert (
        reckoning._findings(moving, "online", {"00001": ("00002",)}, kept).clusters == () and len(asked) == 2
    )
