"""The rule of points, sums as printed, and classes at their edges; golden numbers are those that were published."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ioc.formats import rounded
from ioc.scoring.index import Missing
from ioc.scoring.points import Part, class_of, group_total, points, printed_sum
from tests.scoring.conftest import group, index, metric

RATIO = st.floats(0, 150)
MOST = st.floats(0.5, 100)
FULL = st.floats(0.5, 100)
PRINTED = st.lists(st.integers(0, 10_000).map(lambda n: n / 100), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("groups", "total"),
    [
        ((15.34, 19.14, 15.41, 17.97, 11.10), 78.96),  # Lào Cai, 31 July 2025
        ((15.42, 19.24, 16.85, 17.97, 19.24), 88.72),  # the later one
    ],
)
def test_published_groups_add_up_to_the_published_total(groups: tuple[float, ...], total: float) -> None:
    assert printed_sum(groups, 2) == total


@pytest.mark.parametrize(
    ("ratio", "most", "full_at", "expected"),
    [
        (40, 4, 80, 2.0), (80, 4, 80, 4.0), (79.999, 4, 80, 3.99995), (95, 4, 80, 4.0), (0, 4, 80, 0.0),
        (45, 6, 90, 3.0), (90, 6, 90, 6.0), (25, 12, 50, 6.0), (99.5, 20, 100, 19.9), (100, 20, 100, 20.0),
        (120, 20, 100, 20.0), (62, 2, 80, 1.55),
    ],
)  # fmt: skip
def test_points_follow_the_rule(ratio: float, most: float, full_at: float, expected: float) -> None:
    assert points(ratio, most, full_at) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("ratio", "most", "full_at"),
    [(-1, 4, 80), (math.nan, 4, 80), (math.inf, 4, 80), (50, 0, 80), (50, 4, 0), (50, 4, 101)],
)
def test_what_is_no_ratio_has_no_points(ratio: float, most: float, full_at: float) -> None:
    with pytest.raises(ValueError, match="no points"):
        points(ratio, most, full_at)


@given(RATIO, RATIO, MOST, FULL)
def test_more_never_earns_less_and_never_leaves_the_range(
    a: float, b: float, most: float, full_at: float
) -> None:
    low, high = sorted((a, b))
    assert 0 <= points(low, most, full_at) <= points(high, most, full_at) <= most


@given(MOST, FULL)
def test_points_do_not_jump_at_the_threshold(most: float, full_at: float) -> None:
    before = math.nextafter(full_at, 0)
    assert points(full_at, most, full_at) == most
    assert points(before, most, full_at) == pytest.approx(most, rel=1e-12)


@given(PRINTED)
def test_a_total_is_the_sum_of_what_is_printed(scores: list[float]) -> None:
    cents = sum(round(score * 100) for score in scores)
    assert printed_sum(scores, 2) == cents / 100


@given(st.lists(st.floats(0, 40), min_size=1, max_size=8))
def test_whoever_adds_up_the_printed_groups_finds_the_printed_total(scores: list[float]) -> None:
    shown = [round(rounded(score, 2) * 100) for score in scores]
    total = printed_sum(scores, 2)
    assert total is not None
    assert round(total * 100) == sum(shown)


def test_a_missing_score_leaves_no_sum() -> None:
    assert printed_sum([1.0, None], 2) is None
    assert printed_sum([], 2) is None


@pytest.mark.parametrize(
    ("missing", "expected"), [(Missing.NO_TOTAL, None), (Missing.ZERO, 3.0), (Missing.RESCALE, 7.5)]
)
def test_missing_is_not_zero_unless_the_configuration_says_so(
    missing: Missing, expected: float | None
) -> None:
    parts = [Part(3.0, 4.0), Part(None, 6.0)]
    assert group_total(parts, 10, missing) == expected


@pytest.mark.parametrize("missing", list(Missing))
def test_an_unknown_maximum_or_no_figure_at_all_never_makes_a_total(missing: Missing) -> None:
    assert group_total([Part(3.0, 4.0), Part(2.0, None)], 10, missing) is None
    assert group_total([Part(None, 4.0), Part(None, 6.0)], 10, missing) is None


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0.1, 20)), min_size=1, max_size=8), st.sampled_from(Missing)
)
def test_a_group_never_exceeds_its_maximum(drawn: list[tuple[float, float]], missing: Missing) -> None:
    most = math.fsum(maximum for _, maximum in drawn)
    total = group_total([Part(share * maximum, maximum) for share, maximum in drawn], most, missing)
    assert total is not None
    assert 0 <= total <= most


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (100, "xuat_sac"), (90, "xuat_sac"), (89.995, "xuat_sac"), (89.994, "tot"), (80, "tot"), (79.99, "kha"),
        (70, "kha"), (69.99, "trung_binh"), (61.5, "trung_binh"), (50, "trung_binh"), (49.99, "yeu"), (43, "yeu"), (0, "yeu"),
    ],
)  # fmt: skip
def test_a_class_starts_at_its_limit_and_is_judged_as_printed(total: float, band: str) -> None:
    assert class_of(total, index([group("A", 100, metric("a", max=100))])).id == band


@given(st.floats(0, 100), st.floats(0, 100))
def test_more_points_are_never_a_lower_class(a: float, b: float) -> None:
    assume(a <= b)
    made = index([group("A", 100, metric("a", max=100))])
    assert class_of(a, made).lower <= class_of(b, made).lower
