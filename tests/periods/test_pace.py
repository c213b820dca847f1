"""Where a year ends if its pace holds: right where the truth is known, bounded, and silent where it must be."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc.pace import LEAST_TESTS, YEAR, Landing, Outlook, Pace, Point, Way, back_test, landed, pace

SHARE = Outlook(Landing.RATIO, 0.0, 100.0)
LEVEL = Outlook(Landing.LAST, 0.0, 100.0)
SUM = Outlook(Landing.SUM, 0.0, None)


def share(percent: float, of: float = 1000.0) -> Point:
    return Point(percent * of, of)


def test_a_straight_line_lands_where_it_must():
    points = [share(40 + month) for month in range(22)]  # the year's ten months are 52 … 61
    found = pace(points, 2, LEVEL)
    assert found.way is Way.LINE
    assert found.value == pytest.approx(63.0)
    assert found.error == pytest.approx(0.0, abs=1e-9)
    year = pace(points, 2, SHARE)
    assert year.value == pytest.approx(sum(range(52, 64)) / 12)


def test_a_seasonal_sum_is_continued_by_its_season():
    season = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 200, 400]
    points = [Point(float(number)) for number in [*season, *season[:10]]]
    found = pace(points, 2, SUM)
    assert found.way is Way.SEASON
    assert found.value == pytest.approx(sum(season))
    flat = pace([Point(float(number)) for number in season[:10]], 2, SUM)
    assert flat is None  # one past without its end cannot say how far off a forecast would be


def test_a_year_is_the_ratio_of_its_sums_and_not_the_mean_of_its_months():
    year = [Point(100 * 90.0, 90.0), Point(0.0, 10.0)]
    assert landed(year, SHARE) == 90.0


@given(st.lists(st.integers(0, 20), min_size=12, max_size=28), st.integers(1, 9))
def test_errors_are_those_of_the_same_distance_on_the_known_past(steps, left):
    points = [share(min(100, 30 + sum(steps[: at + 1]) / 6)) for at in range(len(steps))]
    for way in Way:
        for outlook in (LEVEL, SHARE):
            errors = back_test(points, left, outlook, way)
            assert all(error >= 0 and math.isfinite(error) for error in errors)
            assert len(errors) <= len(points)


@given(
    st.lists(st.tuples(st.floats(0, 100), st.integers(1, 500)), min_size=3, max_size=30),
    st.integers(-1, 12),
    st.sampled_from([LEVEL, SHARE]),
)
def test_a_projected_share_is_possible_and_lies_in_its_band(shares, left, outlook):
    found = pace([share(percent, of) for percent, of in shares], left, outlook)
    if found is not None:
        assert 0 <= found.low <= found.value <= found.high <= 100
        assert math.isfinite(found.error) and found.tests >= LEAST_TESTS
        assert 1 <= left <= YEAR - 3


@given(st.lists(st.floats(0, 1e6), min_size=0, max_size=30), st.integers(0, 12))
def test_a_projected_sum_is_never_negative_nor_below_what_is_known(sums, left):
    points = [Point(number) for number in sums]
    found = pace(points, left, SUM)
    if found is not None:
        known = sum(sums[len(sums) - (YEAR - left) :])
        assert known * (1 - 1e-9) <= found.low <= found.value <= found.high < math.inf


@pytest.mark.parametrize("known", [0, 1, 2])
def test_nothing_is_said_of_a_year_with_fewer_than_three_points(known):
    points = [share(50 + at) for at in range(12 + known)]
    assert pace(points, YEAR - known, SHARE) is None
    assert pace(points[-2:], 2, LEVEL) is None


def test_nothing_is_said_where_the_past_is_too_short_to_be_tested_or_holds_a_hole():
    assert pace([share(50), share(51), share(52)], 9, LEVEL) is None
    assert pace([share(50), Point(0.0, 0.0), *[share(50)] * 20], 2, LEVEL) is None
    assert pace([Point(math.nan), *[share(50)] * 20], 2, LEVEL) is None
    assert pace([share(50)] * 24, 0, LEVEL) is None


@given(st.lists(st.floats(20, 80), min_size=20, max_size=24))
def test_the_way_taken_is_the_one_that_would_have_erred_least(levels):
    points = [share(level) for level in levels]
    found = pace(points, 2, LEVEL)
    assert isinstance(found, Pace)
    means = [
        sum(errors) / len(errors)
        for way in Way
        if len(errors := back_test(points, 2, LEVEL, way)) >= LEAST_TESTS
    ]
    assert found.error == pytest.approx(min(means))
