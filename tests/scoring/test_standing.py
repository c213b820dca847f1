"""The official score stands as it is, ours beside it; what is missing is not zero; the gain says what it takes."""

from __future__ import annotations

import pytest

from ioc.access import OPEN, Scope
from ioc.board import Board
from ioc.bookshelf import Bookshelf
from ioc.scoring import words
from ioc.scoring.index import Index
from ioc.scoring.rows import Key, Score
from ioc.scoring.standing import MetricStanding, Scores, ranking, standing
from tests.board.province import Province, numbers, villages
from tests.scoring.conftest import group, index, metric

PERIOD = "2026-10"
FIRST, SECOND, FIFTH, SIXTH = (f"0000{at}@20250701" for at in (1, 2, 5, 6))


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Board:
    province = Province(tmp_path_factory.mktemp("standing"))
    province.publish(numbers(province), villages(province))
    return Bookshelf(province.warehouse, province.site, province.register).latest()


def made() -> Index:
    return index([
        group("A", 60, metric("a1", max=40, full_at=80, kpi="online"), metric("a2", max=20)),
        group("B", 40, metric("b1", max=40, kpi="online")),
    ])  # fmt: skip


def scores(
    unit: str, *given: tuple[str, str, float, float], counts: tuple[float, float, float] | None = None
) -> Scores:
    top, bottom, ratio = counts or (None, None, None)
    found = {}
    for code, name, score, most in given:
        key = Key(PERIOD, unit, code, name)
        found[key] = Score(key, top, bottom, ratio, score, most)
    return found


ALL = (("A", "a1", 31.07, 40), ("A", "a2", 12.5, 20), ("B", "b1", 20.0, 40))


def first(found: Scores, board: Board, unit: str = SECOND, scope: Scope = OPEN) -> MetricStanding:
    return standing(made(), unit, PERIOD, found, board, scope).groups[0].metrics[0]


def test_ours_stands_beside_the_official_score_and_never_in_its_place(board: Board) -> None:
    # the second commune has 70 of 100 online: 35 points of 40 at full marks from 80
    one = standing(made(), SECOND, PERIOD, scores(SECOND, *ALL), board, OPEN)
    item = one.groups[0].metrics[0]
    assert item.official is not None and item.own is not None
    assert (item.official.score, item.own.points, item.difference) == (31.07, 35.0, 3.93)
    assert [(part.official, part.summed) for part in one.groups] == [(43.57, True), (20.0, True)]
    assert (one.official, one.summed, one.gap) == (63.57, True, pytest.approx(36.43))
    assert one.band is not None and one.band.id == "trung_binh"
    # a2 exists in official files only, so there is no own total of A nor of the whole; B has one
    assert [part.own for part in one.groups] == [None, 28.0]
    assert one.own is None


def test_the_stated_total_wins_and_a_disagreement_is_seen(board: Board) -> None:
    stated = scores(SECOND, *ALL, ("A", "", 43.57, 60), ("B", "", 20.0, 40), ("", "", 64.0, 100))
    one = standing(made(), SECOND, PERIOD, stated, board, OPEN)
    assert (one.official, one.sum, one.summed, one.disagrees) == (64.0, 63.57, False, True)


def test_a_missing_official_metric_is_not_zero(board: Board) -> None:
    one = standing(made(), SECOND, PERIOD, scores(SECOND, *ALL[1:]), board, OPEN)
    assert [part.official for part in one.groups] == [None, 20.0]
    assert (one.official, one.band, one.gap) == (None, None, None)


@pytest.mark.parametrize(("unit", "state"), [(FIFTH, "no_activity"), (SIXTH, "missing")])
def test_a_commune_without_figures_has_no_own_points(board: Board, unit: str, state: str) -> None:
    item = first({}, board, unit)
    assert item.own is not None
    assert (item.own.cell.state, item.own.points, item.gain) == (state, None, None)


def test_figures_outside_the_scope_are_not_used(board: Board) -> None:
    assert first({}, board, scope=Scope(kpis=frozenset({"overdue"}))).own is None
    assert first({}, board, scope=Scope(areas=frozenset({FIRST}))).own is None


def test_the_gain_says_how_many_more_cases_it_takes(board: Board) -> None:
    item = first(scores(SECOND, ("A", "a1", 30.0, 40), counts=(600, 1000, 60.0)), board)
    assert item.gain is not None
    assert (item.gain.points, item.gain.reach, item.gain.more, item.gain.assumed) == (10.0, 80, 200, False)
    assert words.gain(item, made(), "vi").replace("\u00a0", " ") == (
        "còn có thể tăng 10,00 điểm nếu tỷ lệ tăng từ 60,00 % lên 80 %, tức thêm 200 trường hợp trong 1.000"
    )


def test_a_gain_beyond_the_threshold_or_without_a_ratio_promises_nothing(board: Board) -> None:
    beyond = first(scores(SECOND, ("A", "a1", 39.0, 40), counts=(90, 100, 90.0)), board)
    plain = first(scores(SECOND, ("A", "a1", 39.0, 40)), board)
    full = first(scores(SECOND, ("A", "a1", 40.0, 40), counts=(90, 100, 90.0)), board)
    assert "cần xem cách tính" in words.gain(beyond, made(), "vi")
    assert words.gain(plain, made(), "vi") == "còn có thể tăng 1,00 điểm"
    assert words.gain(full, made(), "vi") == "đã đạt điểm tối đa"


def test_without_an_official_score_the_gain_follows_from_our_figure(board: Board) -> None:
    item = first({}, board)
    assert item.gain is not None
    assert (item.gain.points, item.gain.ratio, item.gain.more) == (5.0, 70.0, 10)


def test_a_threshold_nobody_states_is_marked_as_assumed(board: Board) -> None:
    item = standing(made(), SECOND, PERIOD, {}, board, OPEN).groups[1].metrics[0]
    assert item.gain is not None and item.gain.assumed
    assert "tạm tính" in words.gain(item, made(), "vi")


def test_gains_come_the_largest_first(board: Board) -> None:
    one = standing(made(), SECOND, PERIOD, scores(SECOND, *ALL), board, OPEN)
    assert [item.metric.id for item in one.gains] == ["b1", "a1", "a2"]


def test_equal_totals_share_a_rank_and_none_is_ranked_without_one(board: Board) -> None:
    found = {**scores(FIRST, *ALL), **scores(SECOND, *ALL), **scores(FIFTH, ("", "", 50.0, 100))}
    ranks = {one.area.id: one.rank for one in ranking(made(), board.communes, PERIOD, found, board, OPEN)}
    assert (ranks[FIRST], ranks[SECOND], ranks[FIFTH], ranks[SIXTH]) == (1, 1, 3, None)
    seen = ranking(made(), board.communes, PERIOD, found, board, Scope(areas=frozenset({SECOND})))
    assert [(one.area.id, one.rank) for one in seen] == [(SECOND, 1)]


def test_why_there_is_no_own_total_is_said(board: Board) -> None:
    unknown = index(
        [
            group("A", 60, metric("a1", max=40, kpi="online"), metric("a2")),
            group("B", 40, metric("b1", max=40, kpi="online")),
        ]
    )
    one = standing(unknown, SIXTH, PERIOD, {}, board, OPEN)
    assert words.why_no_own(one.groups[0], one.unit, "vi") == "không tự tính: chưa biết điểm tối đa của a2"
    assert words.why_no_own(one.groups[1], one.unit, "vi") == "không tự tính: kỳ này chưa có số liệu của b1"
    kept = standing(made(), SECOND, PERIOD, {}, board, OPEN)
    assert (
        words.why_no_own(kept.groups[0], kept.unit, "vi") == "không tự tính: a2 chỉ có trong điểm chính thức"
    )
    assert words.why_no_own(kept.groups[1], kept.unit, "vi") is None
