"""What is found is more than chance: quiet on shuffled figures, planted clusters found, borders read from the drawing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ioc.clusters.contiguity import neighbours
from ioc.clusters.moran import FEWEST, Pattern, clusters, discoveries, two_sided

SIDE = 10
GRID = {f"{x}{y}": (x, y) for x in range(SIDE) for y in range(SIDE)}
BESIDE = {
    code: [f"{x + dx}{y + dy}" for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)) if 0 <= x + dx < SIDE and 0 <= y + dy < SIDE]
    for code, (x, y) in GRID.items()
}  # fmt: skip


def sheet(*outlines: tuple[str, str]) -> str:
    paths = "".join(f'<path id="a{code}" data-x="1" data-y="1" data-r="1" d="{d}"/>' for code, d in outlines)
    return f'<svg viewBox="0 0 10 10"><g class="areas">{paths}</g><path d="M0 0l9 9z"/></svg>'


def test_on_shuffled_figures_few_false_finds_survive() -> None:
    rng = np.random.default_rng(11)
    found = [
        len(
            clusters(
                dict(zip(GRID, rng.permutation(np.linspace(40, 90, len(GRID))), strict=True)),
                BESIDE,
                999,
                seed,
            )
        )
        for seed in range(12)
    ]
    assert sum(count > 0 for count in found) <= 2 and sum(found) <= 4, found


def test_a_planted_cluster_is_found_and_nothing_far_from_it() -> None:
    rng = np.random.default_rng(3)
    values = {code: rng.normal(60, 3) + (25 if x <= 3 and y <= 3 else 0) for code, (x, y) in GRID.items()}
    found = {one.code: one.pattern for one in clusters(values, BESIDE)}
    assert {"11", "12", "21", "22"} <= {code for code, pattern in found.items() if pattern is Pattern.HIGH}
    assert all(
        x <= 4 and y <= 4
        for code, pattern in found.items()
        if pattern is Pattern.HIGH
        for x, y in [GRID[code]]
    )
    assert clusters(values, BESIDE) == clusters(dict(reversed(values.items())), BESIDE), (
        "the order must not matter"
    )
    turned = {
        one.code: one.pattern for one in clusters({code: -value for code, value in values.items()}, BESIDE)
    }
    assert {code for code, pattern in turned.items() if pattern is Pattern.LOW} >= {"11", "12", "21", "22"}


def test_many_equal_figures_are_no_cluster() -> None:
    rng = np.random.default_rng(5)
    values = {code: float(rng.random() < 0.1) * rng.integers(1, 4) for code in GRID}
    assert not [one for one in clusters(values, BESIDE, 999) if one.pattern is Pattern.LOW]
    assert clusters(dict.fromkeys(GRID, 7.0), BESIDE) == []


def test_too_few_or_lonely_communes_are_not_tested() -> None:
    few = dict.fromkeys(list(GRID)[: FEWEST - 1], 1.0) | {"00": 99.0}
    assert clusters(few, BESIDE) == []
    assert clusters({code: float(at) for at, code in enumerate(GRID)}, {code: [] for code in GRID}) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.floats(0.001, 0.2))
def test_the_correction_is_that_of_benjamini_and_hochberg(p: list[float], alpha: float) -> None:
    ordered = sorted(p)
    largest = max((at + 1 for at, one in enumerate(ordered) if one <= alpha * (at + 1) / len(p)), default=0)
    kept = discoveries(np.array(p), alpha)
    assert kept.sum() == largest or len(set(p)) < len(p)
    assert all(p[at] <= alpha for at in np.flatnonzero(kept))


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_probabilities_are_two_sided_and_count_ties_on_both_sides(seed: int) -> None:
    rng = np.random.default_rng(seed)
    drawn = rng.integers(-3, 4, (5, 200)).astype(float)
    p = two_sided(np.array([0.0, 3.0, -3.0, 9.0, -9.0]), drawn)
    assert ((p > 0) & (p <= 1)).all() and p[3] == p[4] == pytest.approx(2 / 201) and p[0] > 0.5


def test_only_a_common_stretch_of_border_makes_neighbours() -> None:
    drawing = sheet(
        ("1", "M0 0l4 0 0 4-4 0z"), ("2", "M4 0l4 0 0 4-4 0z"), ("3", "M4 4h4v4H4z"), ("4", "M20 20l1 0 0 1zm5 5l1 0 0 1z"),
    )  # fmt: skip
    assert neighbours(drawing) == {"1": ("2",), "2": ("1", "3"), "3": ("2",), "4": ()}
