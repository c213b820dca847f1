"""Every figure of an analysis is the board's, and what is computed from it can be counted again by hand."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ioc.access import OPEN, Scope
from ioc.analysis.address import read
from ioc.analysis.merging import MERGED, merge
from ioc.analysis.notes import notes
from ioc.analysis.result import NO_BASE, UNMERGEABLE, analyse
from ioc.formats import rounded
from ioc.observations import Status
from ioc.periods import Period
from tests.analysis.conftest import LAST, MONTHS, Known

KPIS = ("online", "overdue", "received", "standing")
patient = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
QUESTIONS = st.fixed_dictionaries(
    {"xem": st.sampled_from(["duong", "nhiet", "cham", "bang", "ban-do"])},
    optional={
        "kpi": st.lists(st.sampled_from(KPIS), min_size=1, max_size=4, unique=True).map(",".join),
        "xa": st.lists(st.integers(1, 6), min_size=1, max_size=5, unique=True).map(
            lambda codes: ",".join(f"{code:05d}" for code in codes)
        ),
        "tu": st.sampled_from(MONTHS[:10]),
        "den": st.sampled_from(MONTHS[10:]),
        "so": st.sampled_from(["truoc", "tinh,truoc"]),
    },
)


def answer(known: Known, scope: Scope = OPEN, **given):
    return analyse(known.board, read(given, known.board, scope), scope)


@patient
@given(QUESTIONS)
def test_every_reading_is_the_cell_of_the_board(known: Known, question) -> None:
    result = analyse(known.board, read(question, known.board, OPEN), OPEN)
    for column in result.columns:
        for unit, row in column.rows.items():
            for key, reading in zip(column.periods, row, strict=True):
                cell = known.board.cell(column.kpi.id, unit, key, OPEN)
                assert (reading.value, reading.state, reading.cell) == (cell.value, cell.state, cell)


@pytest.mark.parametrize("kpi", KPIS)
def test_the_index_of_the_base_is_a_hundred_and_keeps_ratios(known: Known, kpi: str) -> None:
    result = answer(known, kpi=kpi, cach="chi-so", goc=MONTHS[3])
    column = result.columns[0]
    at = column.periods.index(MONTHS[3])
    for unit, row in column.rows.items():
        base = known.board.cell(kpi, unit, MONTHS[3], OPEN)
        for key, reading in zip(column.periods, row, strict=True):
            cell = known.board.cell(kpi, unit, key, OPEN)
            running = kpi == "received" and cell.status is Status.PROVISIONAL
            if not base.value or cell.value is None or running:
                assert reading.value is None
            else:
                assert reading.value == pytest.approx(100 * cell.value / base.value)
        if base.value:
            assert row[at].value == 100


@pytest.mark.parametrize("way", ["ky-truoc", "cung-ky"])
def test_a_change_is_the_difference_of_the_figures_as_shown(known: Known, way: str) -> None:
    board = known.board
    result = answer(known, kpi="online,standing", cach=way)
    for column in result.columns:
        kpi, places = column.kpi.id, column.kpi.decimals
        for unit, row in column.rows.items():
            for key, reading in zip(column.periods, row, strict=True):
                before = (
                    board.compared(kpi, key) if way == "ky-truoc" else Period.parse(key).year_before().key
                )
                now = board.cell(kpi, unit, key, OPEN).value
                then = board.cell(kpi, unit, before, OPEN).value if before in MONTHS else None
                if now is None or then is None:
                    assert reading.value is None
                    assert now is None or reading.state == NO_BASE
                else:
                    assert reading.value == rounded(rounded(now, places) - rounded(then, places), places)


def test_a_count_that_still_runs_is_not_held_against_a_whole_period(known: Known) -> None:
    for way in ("chi-so", "tu-goc", "cung-ky"):
        result = answer(known, kpi="received", cach=way)
        for unit in result.units:
            running = known.board.cell("received", unit.id, LAST, OPEN).status is Status.PROVISIONAL
            reading = result.columns[0].last(unit.id)
            assert not running or (reading.value, reading.state) == (None, NO_BASE)


def test_communes_together_are_the_ratio_of_their_sums_for_every_choice(known: Known) -> None:
    for size in range(2, 7):
        for chosen in combinations(range(6), size):
            areas = [known.areas[at] for at in chosen]
            result = answer(
                known, kpi="online,received", xa=",".join(a.split("@")[0] for a in areas), gop="co", den=LAST
            )
            for column in result.columns:
                for key, reading in zip(column.periods, column.rows[MERGED], strict=True):
                    pairs = [
                        known.pairs[column.kpi.id, a, key]
                        for a in areas
                        if (column.kpi.id, a, key) in known.pairs
                    ]
                    if column.kpi.id == "received":
                        assert reading.value == sum(part for part, _ in pairs)
                        continue
                    whole = sum(w or 0 for _, w in pairs)
                    if not whole:
                        assert reading.value is None
                    else:
                        assert reading.value == pytest.approx(100 * sum(p for p, _ in pairs) / whole)
                    assert (reading.cell.reporting, reading.cell.expected) == (len(pairs), size)


def test_all_communes_together_are_what_the_province_reports(known: Known) -> None:
    result = answer(known, kpi="online", gop="co")
    root = known.board.root.id
    for mine, theirs in zip(result.columns[0].rows[MERGED], result.columns[0].rows[root], strict=True):
        assert mine.value == pytest.approx(theirs.value)


def test_communes_together_are_no_mean_of_percentages(known: Known) -> None:
    """One large and one small commune: the mean would be far from the truth."""
    result = answer(known, kpi="online", xa="00001,00002", gop="co")
    cells = [
        [known.board.cell("online", area, key, OPEN).value for area in known.areas[:2]] for key in MONTHS
    ]
    means = [None if None in pair else sum(pair) / 2 for pair in cells]
    shown = [one.value for one in result.columns[0].rows[MERGED]]
    assert any(a is not None and b is not None and abs(a - b) > 5 for a, b in zip(shown, means, strict=True))


def test_a_part_that_still_runs_or_is_estimated_marks_the_whole(known: Known) -> None:
    kpi = known.board.site.kpis["online"]
    cells = [known.board.cell("online", area, LAST, OPEN) for area in known.areas]
    assert merge(kpi, LAST, cells).status in (Status.PROVISIONAL, Status.FINAL)
    assert merge(kpi, LAST, []).state == "missing"
    assert math.isclose(merge(kpi, LAST, cells).denominator or 0, sum(c.denominator or 0 for c in cells))


def test_an_official_figure_is_refused_and_not_added_up(known: Known) -> None:
    official = known.board.site.kpis["online"].model_copy(
        update={"aggregation": "official", "level": "commune"}
    )
    from ioc.analysis.merging import mergeable

    assert not mergeable(official)
    assert UNMERGEABLE == "unmergeable"


@patient
@given(st.sampled_from(["duoi", "toi-da", "toi-thieu", "tren", "bang"]), st.integers(0, 100))
def test_conditions_keep_exactly_those_whose_shown_figure_passes(
    known: Known, test: str, number: int
) -> None:
    result = answer(known, kpi="online", xem="cham", den=LAST, loc=f"online:{test}:{number}")
    passes = {
        "duoi": lambda v: v < number, "toi-da": lambda v: v <= number, "bang": lambda v: v == number,
        "toi-thieu": lambda v: v >= number, "tren": lambda v: v > number,
    }[test]  # fmt: skip
    wanted = {
        area for area in known.areas
        if (value := known.board.cell("online", area, LAST, OPEN).value) is not None and passes(rounded(value, 1))
    }  # fmt: skip
    assert {unit.id for unit in result.units} == wanted
    assert result.left_out == 6 - len(wanted)


def test_nothing_outside_the_scope_is_in_the_answer(known: Known) -> None:
    scope = Scope(areas=frozenset(known.areas[:2]))
    answer(known, kpi="online")  # a wider scope has asked before
    result = answer(known, scope, kpi="online", gop="co")
    assert [unit.id for unit in result.chosen] == known.areas[:2]
    assert result.root is None
    assert set(result.columns[0].rows) == {MERGED}


def test_what_is_missing_is_counted_and_the_coverage_said(known: Known) -> None:
    result = answer(known, kpi="online", xem="bang")
    said = {note.key: dict(note.values) for note in notes(result)}
    gone = sum(("online", area, key) not in known.pairs for area in known.areas for key in MONTHS)
    assert said["none_missing"] == {"n": gone, "all": 6 * len(MONTHS)}
    zero = sum(pair[1] == 0 for key, pair in known.pairs.items() if key[0] == "online")
    assert said["none_no_activity"]["n"] == zero
    assert said["coverage"]["all"] == 6
