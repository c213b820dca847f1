"""The profile of a commune: set against what may be set beside it, right of the middle always better."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc.access import OPEN, Scope
from ioc.board import Board
from ioc.bookshelf import Bookshelf
from ioc.catalogue import Direction
from ioc.profile import FEWEST, Quarter, profile
from layouts.figures.spine import spine
from tests.board.province import ROOT, Province, numbers, villages

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3))


@pytest.fixture
def board(tmp_path) -> Board:
    province = Province(tmp_path, communes=12)
    province.publish(numbers(province), villages(province))
    return Bookshelf(province.warehouse, province.site, province.register).latest()


def line(board: Board, code: str, kpi: str, scope: Scope = OPEN):
    return next(one for one in profile(board, board.find(code).id, scope) if one.kpi.id == kpi)


def test_a_share_is_set_against_the_province_and_a_count_against_the_median_commune(board: Board) -> None:
    share, count = line(board, "00001", "online"), line(board, "00005", "received")
    assert share.whole is not None and share.middle == board.total("online", share.cell.period, OPEN).value
    assert count.whole is None and count.middle == count.field.middle == 55.0


def test_every_line_is_what_the_board_says(board: Board) -> None:
    for area in board.communes:
        for one in profile(board, area.id, OPEN):
            ranks = board.rank(one.kpi.id, one.cell.period, OPEN)
            assert one.cell == board.cell(one.kpi.id, area.id, one.cell.period, OPEN)
            directed = one.kpi.direction is not Direction.NEUTRAL
            assert one.rank == (ranks.get(area.id) if directed else None)


def test_small_samples_are_neither_grouped_nor_ranked_and_quartiles_need_communes(board: Board) -> None:
    small = line(board, "00004", "online")
    assert small.cell.small and small.rank is None and small.quarter is None
    few = Scope(areas=frozenset([ROOT, *(area.id for area in board.communes[: FEWEST - 1])]))
    assert line(board, "00001", "online", few).field is None


def test_the_best_and_worst_quarter_follow_the_direction(board: Board) -> None:
    found = {
        one.id: (line(board, one.code, "online"), line(board, one.code, "overdue")) for one in board.communes
    }
    ups = [pair[0].quarter for pair in found.values()]
    assert Quarter.BEST in ups and Quarter.WORST in ups
    turned = {
        Quarter.BEST: Quarter.WORST,
        Quarter.WORST: Quarter.BEST,
        Quarter.MIDDLE: Quarter.MIDDLE,
        None: None,
    }
    assert [pair[1].quarter for pair in found.values()] == [turned[quarter] for quarter in ups]


def test_a_kpi_or_commune_out_of_scope_leaves_no_trace(board: Board) -> None:
    wide = line(board, "00001", "online")
    narrow = Scope(areas=frozenset(area.id for area in board.communes[:6]), kpis=frozenset({"online"}))
    assert [one.kpi.id for one in profile(board, board.find("00001").id, narrow)] == ["online"]
    seen = line(board, "00001", "online", narrow)
    assert seen.whole is None and seen.field is None and wide.field is not None


@given(st.lists(NUMBERS, min_size=5, max_size=5), NUMBERS, NUMBERS, st.booleans())
def test_right_is_better_and_nothing_leaves_the_line(
    field: list[float], a: float, b: float, up: bool
) -> None:
    low, first, middle, third, high = sorted(field)
    found = spine(middle, low, first, third, high, a, b, target=a, alike=b, up=up)
    places = [
        found.start,
        found.end,
        found.first,
        found.third,
        found.own,
        found.before,
        found.target,
        found.alike,
    ]
    assert all(0 <= place <= 1 for place in places if place is not None)
    assert found.start <= found.first <= found.third <= found.end
    better = found.own >= found.before if (a >= b) == up else found.own <= found.before
    assert better or a == b
    assert (low <= a <= high) <= ("own" not in found.beyond)


def test_the_farthest_commune_touches_its_end_and_the_middle_is_the_middle() -> None:
    found = spine(80.0, 60.0, 70.0, 85.0, 90.0, own=80.0, target=100.5)
    assert (
        (found.start, found.own, found.end) == (0.0, 0.5, 0.75)
        and found.beyond == {"target"}
        and found.target == 1.0
    )
    turned = spine(80.0, 60.0, 70.0, 85.0, 90.0, own=60.0, up=False)
    assert (turned.own, turned.start) == (1.0, 0.25)
