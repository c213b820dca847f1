"""The spread puts every commune with a value in its place, and none twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from layouts.figures.spread import BINS, MOST_DOTS, spread

VALUES = st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), max_size=400)


@given(VALUES, st.lists(st.floats(-1e6, 1e6), max_size=2))
def test_every_value_is_drawn_once_within_the_line(values: list[float | None], marks: list[float]) -> None:
    found = spread(values, marks)
    known = [value for value in values if value is not None]
    if len(known) < 2:
        assert found is None
        return
    assert found is not None
    if len(known) > MOST_DOTS:
        assert not found.dots and sum(count for _, count in found.bars) == len(known)
    else:
        assert sorted(index for index, *_ in found.dots) == [
            at for at, value in enumerate(values) if value is not None
        ]
        assert len({(left, height) for _, left, height in found.dots}) == len(known), "no dot hides another"
    for value in [*known, *marks]:
        assert 0.0 <= found.at(value) <= 1.0
    for index, left, _ in found.dots:
        value = values[index]
        assert value is not None
        assert abs(found.at(value) - left) <= 1 / BINS
