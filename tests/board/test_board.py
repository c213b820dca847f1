"""The board says exactly what was published, and says when it cannot."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ioc.access import OPEN
from ioc.areas import DEPARTMENTS
from ioc.board import Board
from ioc.catalogue import Grade
from ioc.observations import Edition, Observation, Status
from ioc.unknown import UnknownAreaError, UnknownError, UnknownKpiError, UnknownPeriodError
from tests.board.province import NOW, ROOT, Province, numbers


@pytest.fixture
def board(shelf):
    return shelf.latest()


def test_every_state_of_a_commune_is_told_apart(board):
    row = board.row("online", "2026-10", OPEN)
    assert [cell.state for cell in row] == ["value"] * 4 + ["no_activity", "missing"]
    assert [cell.value for cell in row] == [90.0, 70.0, 45.0, 25.0, None, None]
    assert [cell.small for cell in row] == [False, False, False, True, False, False]
    assert [cell.area for cell in row] == [area.id for area in board.communes]
    assert (row[4].numerator, row[4].denominator, row[5].denominator) == (0.0, 0.0, None)
    first = board.row("overdue", "2026-08", OPEN)[0]
    assert (first.state, first.value, first.numerator, first.status) == (
        "impossible", None, 120.0, Status.IMPOSSIBLE,
    )  # fmt: skip


def test_grades_follow_the_target_for_the_very_area(board):
    row = board.row("online", "2026-10", OPEN)
    assert [cell.grade for cell in row] == [
        Grade.GOOD,  # 90 against warn 80
        Grade.WATCH,  # 70 lies between warn 80 and alert 60
        Grade.GOOD,  # 45: this commune has a target of its own, warn 40
        Grade.BAD,
        Grade.NONE,
        Grade.NONE,
    ]
    total = board.total("online", "2026-10", OPEN)
    assert (total.grade, total.target.target) == (Grade.BAD, 95)  # the province's own target
    assert board.row("overdue", "2026-10", OPEN)[0].grade is Grade.NONE


def test_totals_are_ratios_of_sums_and_their_parts_are_told_apart(board):
    total = board.total("online", "2026-10", OPEN)
    communes = board.communes_total("online", "2026-10", OPEN)
    departments = board.departments("online", "2026-10", OPEN)
    assert (communes.numerator, communes.denominator) == (210, 320)
    assert (departments.numerator, departments.denominator) == (50, 60)
    assert (total.numerator, total.denominator) == (260, 380)
    assert total.value == pytest.approx(100 * 260 / 380)
    assert (total.reporting, total.expected) == (5, 6)
    assert departments.target is None and departments.grade is Grade.NONE
    assert board.departments("received", "2026-10", OPEN) is None


def test_rank_leaves_out_small_samples_and_follows_the_direction(board):
    first, second, third = (area.id for area in board.communes[:3])
    assert board.rank("online", "2026-10", OPEN) == {first: 1, second: 2, third: 3}
    assert board.rank("overdue", "2026-10", OPEN) == {third: 1, second: 2, first: 3}


def test_equal_figures_share_the_better_rank(tmp_path):
    province = Province(tmp_path, communes=4)
    values = [50.0, 49.96, 50.04, 40.0]  # the first three are all shown as 50,0
    rows = [
        ("online", area, "2026-10", value, 100.0, value, "final", None, None)
        for area, value in zip(province.areas, values, strict=True)
    ]
    province.publish(rows)
    board = Board(province.warehouse.latest(), province.site, province.register, province.warehouse)
    assert list(board.rank("online", "2026-10", OPEN).values()) == [1, 1, 1, 4]


def test_periods_of_the_two_bases_never_mix(board):
    assert board.periods("online") == ["2026-09", "2026-10", "2026-11"]
    assert board.periods("online", cumulative=True) == ["2026-10.ytd"]
    series = board.series("online", ROOT, OPEN)
    assert [cell.period for cell in series] == ["2026-09", "2026-10", "2026-11"]
    assert series[-1].status is Status.PROVISIONAL


@pytest.mark.parametrize(
    ("kpi", "day", "wanted"),
    [
        ("online", 5, "2026-10"),  # a flow, the open month is five days old
        ("online", 10, "2026-10"),
        ("online", 11, "2026-11"),
        ("standing", 5, "2026-11"),  # a stock stands today
    ],
)
def test_the_open_month_is_not_shown_first_in_its_first_ten_days(province, kpi, day, wanted):
    edition = Edition(1, datetime(2026, 11, day, 3, tzinfo=UTC), None, None, 0)
    board = Board(edition, province.site, province.register, province.warehouse)
    assert board.latest_period(kpi) == wanted


def test_a_period_of_the_history_without_data_is_missing_not_an_error(board):
    assert {cell.state for cell in board.row("standing", "2025-06", OPEN)} == {"missing"}
    assert board.total("standing", "2025-06", OPEN).state == "missing"
    with pytest.raises(UnknownPeriodError):
        board.row("standing", "2024-11", OPEN)  # the history is 24 months: 2024-12 to 2026-11
    assert board.row("standing", "2024-12", OPEN)


@pytest.mark.parametrize(
    "period", ["", "2026-13", "2027-01", "1066-10", "2026-10.YTD", "x", "2026-9", "'; --"]
)
def test_what_is_not_a_period_is_refused(board, period):
    with pytest.raises(UnknownPeriodError):
        board.row("online", period, OPEN)


def test_a_stock_has_no_cumulative_periods(board):
    with pytest.raises(UnknownPeriodError):
        board.row("standing", "2026-10.ytd", OPEN)


def test_unknown_names_raise_errors_that_say_what(board):
    with pytest.raises(UnknownKpiError, match="'nope'"):
        board.row("nope", "2026-10", OPEN)
    with pytest.raises(UnknownAreaError, match="'00001'"):
        board.cell("online", "00001", "2026-10", OPEN)  # a bare code is not an area
    with pytest.raises(UnknownAreaError):
        board.find("00901")  # an old code
    assert issubclass(UnknownError, KeyError)
    assert board.find("00003").name == "Xã Bản 3"
    assert board.find("12").id == ROOT


def test_before_the_first_edition_everything_is_missing_and_nothing_fails(tmp_path):
    province = Province(tmp_path)
    from ioc.bookshelf import Bookshelf

    board = Bookshelf(province.warehouse, province.site, province.register).latest()
    assert board.empty and board.edition.number == 0
    period = board.latest_period("online")
    assert {cell.state for cell in board.row("online", period, OPEN)} == {"missing"}
    assert board.total("online", period, OPEN).state == "missing"
    assert board.periods("online") == [] and board.rank("online", period, OPEN) == {}
    assert board.places("village", OPEN) == [] and board.changes(OPEN, 10) == []


def test_changes_name_what_moved_since_the_edition_before(province, shelf):
    assert shelf.latest().changes(OPEN, 50) == []
    province.publish(numbers(province, shift=-10))
    board = Board(
        province.warehouse.latest(), province.site, province.register, province.warehouse, previous=1
    )
    changes = board.changes(OPEN, 500)
    first = province.areas[0]
    moved = {(item.kpi, item.area, item.period): (item.before, item.after) for item in changes}
    assert moved["online", first, "2026-10"] == (90.0, 80.0)
    assert ("received", first, "2026-10") not in moved
    assert [item.period for item in changes] == sorted(
        (item.period for item in changes), reverse=True
    ) or all(item.period.endswith(".ytd") for item in changes if item.period.startswith("2026-10."))
    assert changes[0].area in (ROOT, ROOT + DEPARTMENTS, ROOT + "+xa")
    assert len(board.changes(OPEN, 3)) == 3
    assert not board.changes_cut


def test_more_changes_than_are_looked_at_are_said_to_be_more(province, monkeypatch):
    monkeypatch.setattr("ioc.board.CHANGES_READ", 4)
    monkeypatch.setattr("ioc.changes.CHANGES_READ", 4)
    province.publish(numbers(province, shift=-10))
    board = Board(
        province.warehouse.latest(), province.site, province.register, province.warehouse, previous=1
    )
    assert board.changes_cut and len(board.changes(OPEN, 500)) <= 4


def test_a_number_whose_value_stayed_is_not_news(province):
    doubled = [
        (*row[:3], 2 * row[3], 2 * row[4], *row[5:])
        if row[:3] == ("online", province.areas[0], "2026-10")
        else row
        for row in numbers(province)
    ]
    province.publish(doubled)
    edition = province.warehouse.latest()
    assert edition.number == 2
    board = Board(edition, province.site, province.register, province.warehouse, previous=1)
    assert board.cell("online", province.areas[0], "2026-10", OPEN).denominator == 200
    assert board.changes(OPEN, 100) == []


def test_a_row_that_claims_a_value_but_holds_none_is_not_shown_as_one(province):
    class Broken:
        def slice(self, kpi, edition, **_):
            area = province.areas[0]
            return [Observation(kpi, area, "2026-10", 1, 2, None, Status.FINAL, None, None, "mot_cua", 1)]

    edition = Edition(1, NOW, None, None, 0)
    board = Board(edition, province.site, province.register, Broken())
    assert board.row("online", "2026-10", OPEN)[0].state == "impossible"


def test_places_come_with_their_commune(board):
    found = board.places("village", OPEN)
    assert [place.id for place in found] == [f"v{at}" for at in range(6)]
    assert found[3].attributes == {"households": 3}
