"""What is not believed, and what is: single errors are held, ordinary months and real growth are not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ioc.catalogue import Hold, Kpi
from ioc.holding.cases import CaseState, CellEnd, Measure, Standing, Suspect, Why
from ioc.holding.judgement import Judged
from ioc.observations import Status
from ioc.periods import Period
from tests.holding.conftest import (
    AREAS,
    LAST,
    MAP,
    ORGS,
    PROVINCE,
    SHARE,
    TOTAL,
    Bench,
    Cells,
    history,
    keys,
    only,
    times,
)

BIG, SMALL = AREAS[-1], AREAS[0]
MONTH = LAST.key
NEXT = LAST.next().key


def bench(*kpis: Kpi, count: int = 24) -> tuple[Bench, Cells]:
    made = Bench(kpis)
    cells = history(kpis, count)
    made.first(cells)
    return made, cells


def with_next(cells: Cells, grow: float = 1.0) -> Cells:
    """The cells with one month more, like the last one."""
    more = {
        (k, a, NEXT): (round(n * grow), None if d is None else round(d * grow))
        for (k, a, m), (n, d) in cells.items()
        if m == MONTH
    }
    return cells | more


def standing(found: Judged, state: CaseState, hold: int = 7) -> dict[tuple[str, str, str], Standing]:
    """The suspects of a judgement as a case that stands."""

    def one(suspect: Suspect) -> Standing:
        return Standing(
            hold, state, suspect.why, suspect.measure, suspect.new, suspect.numerator, suspect.denominator, 1
        )

    return {suspect.key: one(suspect) for suspect in found.opened}


def test_the_same_again_is_believed_and_a_first_load_is_not_judged() -> None:
    made, cells = bench(SHARE, TOTAL)
    found = made.send(cells)
    assert (found.opened, found.held) == ((), 0)
    fresh = Bench((SHARE, TOTAL))
    assert fresh.send(times(cells, 9, area=BIG, kpi="all")).opened == ()


def test_a_source_that_came_twice_is_held_whole() -> None:
    made, cells = bench(SHARE, TOTAL)
    found = made.send(times(cells, 2, 2))
    assert {one.why for one in found.opened} == {Why.JUMP}
    assert {(one.kpi, one.area) for one in found.opened} == {("online", MAP), ("all", MAP)}
    assert {one.measure for one in found.opened if one.kpi == "online"} == {Measure.DENOMINATOR}
    for (name, area, month), (numerator, _) in cells.items():
        assert (made.shown(name, area, month).numerator, made.shown(name, area, month).status) == (
            numerator,
            Status.HELD,
        )


def test_a_source_that_came_twice_is_told_once_a_month_though_every_commune_shows_it() -> None:
    made = Bench((TOTAL,))
    cells = history((TOTAL,), size=4000)
    made.first(cells)
    found = made.send(times(cells, 2))
    assert {one.area for one in found.opened} == {MAP}
    assert len(found.opened) == 24


def test_a_halved_denominator_is_held() -> None:
    made, cells = bench(SHARE)
    found = made.send(times(cells, 1, 0.5, month=MONTH))
    assert {one.period for one in found.opened} == {MONTH}
    assert found.held == len(AREAS) + 2 + (len(AREAS) + 2)  # the month and its year to date
    one = made.send(times(cells, 1, 0.5, area=BIG, month=MONTH))
    assert [(item.area, item.why) for item in one.opened] == [(BIG, Why.IMPOSSIBLE)] or {
        item.area for item in one.opened
    } == {BIG}


@pytest.mark.parametrize("fresh", [False, True], ids=["correction", "new month"])
def test_a_ten_fold_typing_error_is_held(fresh: bool) -> None:
    made, cells = bench(TOTAL)
    sent, month = (with_next(cells), NEXT) if fresh else (cells, MONTH)
    suspect = only(made.send(times(sent, 10, area=BIG, month=month)).opened)
    assert (suspect.area, suspect.period, suspect.why) == (BIG, month, Why.JUMP)
    right = sent["all", BIG, month][0]
    assert suspect.low is not None and suspect.high is not None
    assert suspect.low < right < suspect.high < (suspect.new or 0) == pytest.approx(10 * right)
    shown = made.shown("all", BIG, month)
    assert (shown.status, shown.numerator) == (Status.HELD, None if fresh else right)
    assert (suspect.good_edition is None) == fresh
    assert made.shown("all", SMALL, month).status is Status.FINAL


def test_a_file_with_three_of_38_communes_is_held() -> None:
    made, cells = bench(SHARE, TOTAL)
    found = made.send({key: pair for key, pair in cells.items() if key[1] in AREAS[:3]})
    assert {(one.area, one.why, one.old, one.new) for one in found.opened} == {(MAP, Why.COVERAGE, 38.0, 3.0)}
    for (name, area, month), (numerator, _) in cells.items():
        assert made.shown(name, area, month).numerator == numerator
    assert made.shown("all", PROVINCE, MONTH).reporting == 38


def test_a_closed_month_for_which_hardly_anybody_reports_has_no_figure_yet() -> None:
    made, cells = bench(TOTAL)
    few = {key: pair for key, pair in with_next(cells).items() if key[2] != NEXT or key[1] in AREAS[:3]}
    assert made.send(few, running=NEXT).opened == ()  # while the month runs nobody is late
    suspect = only(made.send(few).opened)
    assert (suspect.period, suspect.why, suspect.new) == (NEXT, Why.COVERAGE, 3.0)
    assert made.shown("all", PROVINCE, NEXT).status is Status.HELD
    healed = made.send(with_next(cells))
    assert (healed.opened, healed.held) == ((), 0)


def test_an_impossible_share_does_not_replace_a_good_one() -> None:
    made, cells = bench(SHARE)
    suspect = only(made.send(times(cells, 5, area=SMALL, month=MONTH)).opened)
    assert (suspect.area, suspect.why) == (SMALL, Why.IMPOSSIBLE)
    assert made.shown("online", SMALL, MONTH).value is not None


def test_the_catalogue_may_say_what_a_value_can_be_at_all() -> None:
    limited = TOTAL.model_copy(update={"hold": Hold(maximum=500, spread=100)})
    made, cells = bench(limited)
    suspect = only(made.send(times(cells, 600 / cells["all", BIG, MONTH][0], area=BIG, month=MONTH)).opened)
    assert (suspect.why, suspect.high) == (Why.IMPOSSIBLE, 500)


def test_a_kpi_may_be_left_out() -> None:
    made, cells = bench(TOTAL.model_copy(update={"hold": Hold(on=False)}))
    assert made.send(times(cells, 10)).opened == ()


def test_nothing_is_judged_by_fewer_points_than_asked_for() -> None:
    made, cells = bench(TOTAL, count=5)
    assert made.send(times(cells, 10, month=MONTH)).opened == ()
    made, cells = bench(TOTAL, count=6)
    assert made.send(times(cells, 10, month=MONTH)).opened != ()


def test_real_growth_is_believed_and_so_are_small_numbers_that_flap() -> None:
    made, cells = bench(SHARE, TOTAL)
    assert made.send(with_next(cells, 1.35)).opened == ()
    tiny = Bench((SHARE,))
    small = history((SHARE,), size=12)
    tiny.first(small)
    for step, area in enumerate(AREAS):
        n, d = small["online", area, MONTH]
        changed = (float(min((d or 0) + 2, n + step % 4)), (d or 0) + 2)
        small["online", area, NEXT] = changed
    assert tiny.send(small).opened == ()


def test_the_same_season_last_year_is_no_surprise_in_the_second() -> None:
    dip = {2: 0.3, 3: 1.0}

    def seasonal(count: int, last: Period) -> Cells:
        cells = history((TOTAL,), count, last)
        return {key: (round(n * dip.get(int(key[2][5:7]), 1.0)), d) for key, (n, d) in cells.items()}

    january, february = Period.month(2026, 1), Period.month(2026, 2)
    for count, surprised in ((8, True), (18, False)):
        made = Bench((TOTAL,))
        full = seasonal(count + 1, february)
        made.first({key: pair for key, pair in full.items() if key[2] <= january.key})
        assert bool(made.send(full).opened) is surprised


def test_an_open_month_is_held_only_with_the_closed_ones_of_its_delivery() -> None:
    made, cells = bench(TOTAL)
    begun = cells | {key: (n // 3, d) for key, (n, d) in with_next(cells).items() if key[2] == NEXT}
    assert made.send(begun, running=NEXT).opened == ()
    found = made.send(times(begun, 2), running=NEXT)
    assert ("all", MAP, NEXT) in keys(found)
    assert made.shown("all", BIG, NEXT).numerator == begun["all", BIG, NEXT][0]
    # the month closes and all is well again: its last good number was that of a part of the month
    made.standing = standing(found, CaseState.OPEN)
    healed = made.send(with_next(cells))
    assert (healed.opened, healed.held) == ((), 0)
    assert {end for _, _, end in healed.ended} == {CellEnd.HEALED}


def test_what_was_released_is_shown_and_stays() -> None:
    made, cells = bench(TOTAL)
    sent = times(cells, 10, area=BIG, month=MONTH)
    made.standing = standing(made.send(sent), CaseState.RELEASED)
    found = made.send(sent)
    assert (found.opened, found.held) == ((), 0)
    assert [end for _, _, end in found.ended] == [CellEnd.RELEASED]
    made.standing = {}
    assert made.send(times(sent, 1.02, area=BIG, month=MONTH)).opened == ()


def test_a_released_number_that_moves_the_whole_province_moves_it() -> None:
    made, cells = bench(SHARE, TOTAL)
    sent = times(cells, 60, area=BIG, month=MONTH, kpi="all")
    made.standing = standing(made.send(sent), CaseState.RELEASED)
    assert [area for _, area, _ in made.standing] == [BIG]
    found = made.send(sent)
    assert (found.opened, found.held) == ((), 0)
    made.standing = {}
    assert made.send(sent).opened == ()


def test_a_release_is_not_for_another_value() -> None:
    made, cells = bench(TOTAL)
    made.standing = standing(made.send(times(cells, 10, area=BIG, month=MONTH)), CaseState.RELEASED)
    found = made.send(times(cells, 100, area=BIG, month=MONTH))
    assert only(found.opened).new == pytest.approx(100 * cells["all", BIG, MONTH][0])


def test_what_was_rejected_stays_rejected_until_its_source_sends_another() -> None:
    made, cells = bench(TOTAL)
    sent = times(cells, 10, area=BIG, month=MONTH)
    made.standing = standing(made.send(sent), CaseState.REJECTED)
    same = made.send(sent)
    assert (same.opened, same.ended) == ((), ())
    assert same.held > 0
    other = made.send(times(cells, 30, area=BIG, month=MONTH))
    assert (len(other.opened), [end for _, _, end in other.ended]) == (1, [CellEnd.REPLACED])
    right = made.send(cells)
    assert (right.held, [end for _, _, end in right.ended]) == (0, [CellEnd.HEALED])


def test_an_open_case_keeps_its_cell_and_takes_the_new_figure() -> None:
    made, cells = bench(TOTAL)
    made.standing = standing(made.send(times(cells, 10, area=BIG, month=MONTH)), CaseState.OPEN)
    found = made.send(times(cells, 12, area=BIG, month=MONTH))
    assert (found.opened, found.ended) == ((), ())
    assert [(hold, one.new) for hold, one in found.renewed] == [
        (7, pytest.approx(12 * cells["all", BIG, MONTH][0]))
    ]


def test_a_whole_that_is_no_sum_keeps_its_own_last_good_number() -> None:
    made = Bench((ORGS,))
    cells = history((ORGS,))
    made.first(cells)
    before = made.shown("orgs", PROVINCE, MONTH)
    made.send(times(cells, 10, area=BIG, month=MONTH))
    after = made.shown("orgs", PROVINCE, MONTH)
    assert (after.status, after.value) == (Status.HELD, before.value)


@settings(max_examples=25)
@given(
    factors=st.lists(
        st.tuples(st.integers(0, 37), st.integers(0, 23), st.sampled_from([0.05, 0.5, 1.1, 2.0, 10.0])),
        max_size=8,
    ),
    gone=st.sets(st.integers(0, 37), max_size=37),
)
def test_the_province_is_always_the_ratio_of_the_sums_of_what_is_shown(
    factors: list[tuple[int, int, float]], gone: set[int]
) -> None:
    made, cells = bench(SHARE)
    span = sorted({key[2] for key in cells})
    sent = {key: pair for key, pair in cells.items() if AREAS.index(key[1]) not in gone}
    for place, at, factor in factors:
        sent = times(sent, factor, factor, area=AREAS[place], month=span[at])
    made.send(sent)
    shown = {(one.area, one.period): one for one in made.good["online"]}
    for period in {period for _, period in shown}:
        parts = [shown[area, period] for area in AREAS if (area, period) in shown]
        numerator = sum(one.numerator or 0 for one in parts)
        denominator = sum(one.denominator or 0 for one in parts)
        for whole in (MAP, PROVINCE):
            if (whole, period) in shown and shown[whole, period].numerator is not None:
                found = shown[whole, period]
                assert found.numerator == pytest.approx(numerator)
                assert found.value == pytest.approx(100 * numerator / denominator)
                held = any(one.status is Status.HELD for one in parts)
                assert not held or found.status is Status.HELD
