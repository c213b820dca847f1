"""The mosaic: every commune one square of its own, as near to its place as can be, the same every time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from geodata.register import build_register
from ioc.areas import Register
from ioc.mosaic import MOST, assign, mosaic


@pytest.fixture(scope="module")
def country() -> Register:
    return build_register(())


def test_every_province_gets_one_square_for_each_commune(country: Register) -> None:
    roots = [
        area.code
        for area in country.areas
        if area.code.isdigit() and len(area.code) == 2 and area.valid_to is None
    ]
    assert len(roots) == 34
    for root in roots:
        communes = country.branch(root).communes
        if len(communes) > 80:  # the same, only slower
            continue
        found = mosaic(communes)
        assert found is not None and len(set(found.squares)) == len(communes)
        assert {x for x, _ in found.squares} == set(range(found.columns))
        assert {y for _, y in found.squares} == set(range(found.rows))
        assert found.columns * found.rows <= 2.6 * len(communes)


def test_squares_keep_north_above_south_and_west_left_of_east(country: Register) -> None:
    communes = country.branch("12").communes
    found = mosaic(communes)
    assert found is not None
    across = np.corrcoef([area.lon or 0 for area in communes], [x for x, _ in found.squares])[0, 1]
    down = np.corrcoef([-(area.lat or 0) for area in communes], [y for _, y in found.squares])[0, 1]
    assert across > 0.9 and down > 0.9
    assert mosaic(communes) == found


def test_no_mosaic_is_made_of_a_whole_country(country: Register) -> None:
    assert len(country.communes) > MOST and mosaic(country.communes) is None


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 9), st.integers(0, 4), st.integers(0, 10_000))
def test_the_assignment_costs_as_little_as_the_best_one(rows, spare, seed):
    cost = np.random.default_rng(seed).integers(0, 30, (rows, rows + spare)).astype(np.float64)
    chosen = assign(cost)
    assert len(set(chosen.tolist())) == rows
    mine, best = cost[np.arange(rows), chosen].sum(), cost[linear_sum_assignment(cost)].sum()
    assert math.isclose(mine, best)
