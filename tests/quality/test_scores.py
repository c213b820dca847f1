"""Scores lie between 0 and 100, the overall one is the least, and a further flaw never raises any of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc.quality.criteria import CRITERION, Counts, Criterion, Score, liveness, score
from ioc.runs import RowReason

PROMISE = timedelta(days=2)


@st.composite
def counted(draw: st.DrawFn) -> Counts:
    flaws = draw(st.dictionaries(st.sampled_from(RowReason), st.integers(1, 50)))
    rows = sum(flaws.values()) + draw(st.integers(0, 200))
    due = draw(st.integers(0, 60))
    present = draw(st.integers(0, due + 5))
    return Counts(rows, flaws, due, present, draw(st.integers(0, present)))


ages = st.none() | st.timedeltas(timedelta(minutes=-4), timedelta(days=30))


def test_every_reason_counts_against_exactly_one_criterion_and_none_against_age() -> None:
    assert set(CRITERION) == set(RowReason)
    assert set(CRITERION.values()) == set(Criterion) - {Criterion.LIVE}


@given(counted(), ages)
def test_scores_lie_between_0_and_100_and_the_overall_one_is_the_least(counts: Counts, age) -> None:
    found = score(counts, age, PROMISE)
    known = [value for value in found.by_criterion.values() if value is not None]
    assert all(0 <= value <= 100 for value in known)
    assert found.overall == (min(known) if known else None)
    if found.weakest is not None:
        assert found.by_criterion[found.weakest] == found.overall


@given(counted(), st.sampled_from(RowReason))
def test_one_more_flaw_among_the_same_rows_lowers_its_criterion_and_raises_none(counts, reason) -> None:
    clean = counts.rows - sum(counts.flaws.values())
    if not clean:
        counts = counts + Counts(rows=1)
    worse = Counts(
        counts.rows, {**counts.flaws, reason: counts.flaws.get(reason, 0) + 1}, counts.due, counts.present,
        counts.impossible,
    )  # fmt: skip
    before, after = score(counts, None, PROMISE), score(worse, None, PROMISE)
    for name, value in before.by_criterion.items():
        later = after.by_criterion[name]
        if value is not None:
            assert later is not None
            assert later <= value
            assert name is CRITERION[reason] or later == value


@given(counted(), counted())
def test_counts_of_two_parts_add_up_whichever_comes_first(one: Counts, other: Counts) -> None:
    assert one + other == other + one
    assert (one + other).rows == one.rows + other.rows
    assert sum((one + other).flaws.values()) == sum(one.flaws.values()) + sum(other.flaws.values())


@given(st.timedeltas(timedelta(0), timedelta(days=10)), st.timedeltas(timedelta(0), timedelta(days=10)))
def test_older_data_are_never_more_alive(age: timedelta, more: timedelta) -> None:
    assert (liveness(age + more, PROMISE) or 0) <= (liveness(age, PROMISE) or 0)


@pytest.mark.parametrize(
    ("days", "expected"), [(-0.001, 100), (0, 100), (2, 100), (3, 50), (3.5, 25), (4, 0), (90, 0)]
)
def test_alive_up_to_the_promise_then_evenly_down_to_twice_the_promise(days: float, expected: float) -> None:
    assert liveness(timedelta(days=days), PROMISE) == pytest.approx(expected)


def test_nothing_to_judge_has_no_score_and_no_data_at_all_is_no_perfection() -> None:
    assert score(Counts(), None, PROMISE) == Score(None, None, None, None)
    assert score(Counts(), None, PROMISE).overall is None
    assert score(Counts(due=3), timedelta(0), PROMISE).overall == 0


def test_a_number_that_cannot_be_lowers_correct_even_where_no_row_shows_why() -> None:
    assert score(Counts(rows=10, due=4, present=4, impossible=1), None, PROMISE).correct == 75
