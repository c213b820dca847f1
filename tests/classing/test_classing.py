"""Breaks a reader may ask for: what each way promises, natural breaks as the reference library finds them."""

from __future__ import annotations

import mapclassify
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ioc.access import OPEN
from ioc.bookshelf import Bookshelf
from ioc.classing import WAYS, locked, natural, shares, widths
from tests.board.province import Province, numbers, villages

VALUES = st.lists(st.integers(0, 400).map(lambda n: n / 4), min_size=1, max_size=60).map(
    lambda found: np.sort(np.array(found, dtype=np.float64))
)


def spread(values: np.ndarray, cuts: np.ndarray) -> float:
    """Sum of squares within the classes that `cuts` make."""
    parts = np.split(values, np.searchsorted(values, np.unique(cuts)))
    return float(sum(((part - part.mean()) ** 2).sum() for part in parts if len(part)))


@settings(deadline=None, max_examples=60)
@given(VALUES, st.integers(2, 6))
def test_natural_breaks_are_as_good_as_those_of_the_library(values, count):
    found = natural(values, count)
    if len(np.unique(values)) <= count:
        assert spread(values, found) == pytest.approx(0, abs=1e-6)
        return
    library = mapclassify.FisherJenks(values, k=count)
    reference = np.array([values[values > upper].min() for upper in library.bins[:-1]])
    assert spread(values, found) <= spread(values, reference) + 1e-6


@settings(deadline=None)
@given(VALUES, st.integers(2, 7))
def test_equal_shares_put_alike_many_cases_into_each_class_where_values_differ(values, count):
    different = np.arange(len(values), dtype=np.float64)
    if len(different) < count:
        return
    sizes = [len(part) for part in np.split(different, np.searchsorted(different, shares(different, count)))]
    assert max(sizes) - min(sizes) <= 1
    assert len(shares(values, count)) == count - 1


def test_equal_widths_lie_at_equal_distances():
    assert widths(np.array([0.0, 3.0, 10.0]), 5).tolist() == [2, 4, 6, 8]


def test_thousands_of_different_values_are_classed_too():
    values = np.sort(np.random.default_rng(5).gamma(2.0, 9.0, 9000))
    found = natural(values, 5)
    assert len(found) == 4 and (np.diff(found) > 0).all()
    sampled = mapclassify.FisherJenksSampled(values, k=5, pct=0.2)
    assert spread(values, found) <= spread(values, np.array(sampled.bins[:-1])) * 1.01


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    province = Province(tmp_path_factory.mktemp("classing"))
    province.publish(numbers(province), villages(province))
    return Bookshelf(province.warehouse, province.site, province.register).latest()


@pytest.mark.parametrize("way", WAYS)
def test_one_set_of_breaks_holds_for_every_period_of_a_kind(board, way):
    keys = board.periods("online")
    found = {tuple(locked(board, "online", key, way, 4, OPEN)) for key in keys}
    assert len(keys) > 1 and len(found) == 1
    (cuts,) = found
    pooled = np.concatenate([board.strip("online", key, OPEN).value for key in keys])
    assert list(cuts) == sorted(set(cuts)) and len(cuts) <= 3
    assert all(np.nanmin(pooled) < cut <= np.nanmax(pooled) + 0.05 for cut in cuts)


def test_in_period_and_cumulative_figures_are_classed_apart(board):
    summed = [kpi for kpi in board.site.kpis if board.periods(kpi, cumulative=True)]
    assert summed
    for kpi in summed:
        ways = {
            basis: locked(board, kpi, board.periods(kpi, cumulative=basis)[-1], "deu", 5, OPEN)
            for basis in (False, True)
        }
        pooled = [board.strip(kpi, key, OPEN).value for key in board.periods(kpi, cumulative=True)]
        assert all(cut <= np.nanmax(np.concatenate(pooled)) + 0.05 for cut in ways[True])
