"""Numbers, times and names are written the Vietnamese way, exactly."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc import formats
from ioc.periods import Period, PeriodKind
from ioc.slices import rounded_all

N = formats.NBSP


@pytest.mark.parametrize(
    ("value", "decimals", "vi", "en"),
    [
        (1234.5, 1, "1.234,5", "1,234.5"),
        (1234567, 0, "1.234.567", "1,234,567"),
        (-3.14, 1, "−3,1", "−3.1"),
        (92.45, 1, "92,5", "92.5"),
        (0.5, 0, "1", "1"),
        (-0.04, 1, "0,0", "0.0"),
        (None, 1, "–", "–"),
    ],
)
def test_numbers_use_vietnamese_marks_and_a_real_minus(value, decimals, vi, en):
    assert formats.number(value, decimals) == vi
    assert formats.number(value, decimals, "en") == en


def test_units_stand_after_a_space_that_never_breaks():
    assert formats.percent(92.4) == f"92,4{N}%"
    assert formats.percent(92.4, lang="en") == "92.4%"
    assert formats.quantity(1234, "hồ sơ") == f"1.234{N}hồ sơ"
    assert formats.quantity(None, "hồ sơ") == "–"


def test_a_change_is_the_difference_of_what_is_shown():
    assert formats.change(90.3, 92.4, "%") == f"tăng 2,1{N}điểm %"
    assert formats.change(92.8, 92.4, "%") == f"giảm 0,4{N}điểm %"
    assert formats.change(90.34, 90.26, "%") == "không đổi"  # both are shown as 90,3
    assert formats.change(5, 3, "hồ sơ", 0) == f"giảm 2{N}hồ sơ"
    assert formats.change(None, 3, "%") == ""
    assert formats.change(90.3, 92.4, "%", lang="en") == f"up 2.1{N}percentage points"


@pytest.mark.parametrize(
    ("seconds", "vi", "en"),
    [
        (0, "vừa xong", "just now"),
        (59, "vừa xong", "just now"),
        (60, "1 phút trước", "1 minute ago"),
        (5 * 60 + 59, "5 phút trước", "5 minutes ago"),
        (2 * 3600, "2 giờ trước", "2 hours ago"),
        (3 * 86400, "3 ngày trước", "3 days ago"),
        (45 * 86400, "45 ngày trước", "45 days ago"),
        (70 * 86400, "2 tháng trước", "2 months ago"),
        (-600, "sau giờ máy chủ 10 phút", "10 minutes ahead of the server clock"),
    ],
)
def test_ages_are_said_in_words_and_a_wrong_clock_is_not_hidden(seconds, vi, en):
    assert formats.age(seconds) == vi
    assert formats.age(seconds, "en") == en


def test_durations_keep_what_was_promised():
    said = [
        formats.duration(span) for span in (timedelta(minutes=15), timedelta(hours=26), timedelta(days=7))
    ]
    assert said == ["15 phút", "26 giờ", "7 ngày"]
    assert formats.duration(93 * 60 + 12) == "1 giờ 33 phút"
    assert formats.duration(3.7) == "3 giây"


def test_instants_are_in_province_time_whatever_zone_they_come_in():
    moment = datetime(2026, 11, 22, 1, 15, tzinfo=UTC)
    elsewhere = moment.astimezone(timezone(timedelta(hours=-5)))
    assert formats.instant(moment) == formats.instant(elsewhere) == "08:15 ngày 22/11/2026"
    assert formats.instant(moment, "en") == "08:15, 22 Nov 2026"
    assert formats.day(datetime(2026, 11, 22, 18, 0, tzinfo=UTC)) == "23/11/2026"
    assert formats.day(date(2026, 1, 2)) == "02/01/2026"
    with pytest.raises(ValueError, match="time zone"):
        formats.instant(datetime(2026, 11, 22))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("key", "vi", "en", "short"),
    [
        ("2026-09", "tháng 9/2026", "September 2026", "9/2026"),
        ("2026-Q3", "quý III/2026", "Q3 2026", "III/2026"),
        ("2026", "năm 2026", "2026", "2026"),
        ("2026-09-15", "ngày 15/09/2026", "15 Sep 2026", "15/9"),
        ("2026-09.ytd", "lũy kế 9 tháng năm 2026", "year to September 2026", "9 tháng 2026"),
        ("2025-2026", "năm học 2025–2026", "school year 2025–2026", "2025–2026"),
        ("2026-10.d23", "tháng 10/2026 (đến 23/10)", "October 2026 (to 23 Oct)", "10/2026 (đến 23/10)"),
        ("2026-Q3.ytd", "lũy kế đến hết quý III/2026", "year to Q3 2026", "đến III/2026"),
    ],
)
def test_periods_have_their_official_names(key, vi, en, short):
    assert formats.period(key) == vi
    assert formats.period(key, "en") == en
    assert formats.period(key, short=True) == short


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.sampled_from(PeriodKind),
    st.booleans(),
)
def test_no_two_periods_share_a_name(day, kind, cumulative):
    period = Period.containing(day, kind, cumulative)
    for lang in ("vi", "en"):
        assert formats.period(period.key, lang) != formats.period(period.next().key, lang)


def test_names_sort_as_in_a_vietnamese_dictionary():
    tones = ["Ban", "Bàn", "Bản", "Bãn", "Bán", "Bạn"]
    letters = ["An", "Ăn", "Ân", "Da", "Đa", "Em", "Êm", "Oi", "Ôi", "Ơi", "Ung", "Ưng"]
    syllables = ["Ba", "Ba ba", "Ba xạo", "Bà", "Bà ba"]
    numbers = ["Phường 1", "Phường 2", "Phường 10", "Phường A"]
    for wanted in (tones, letters, syllables, numbers):
        assert sorted(sorted(wanted, reverse=True), key=formats.sort_key) == wanted
    assert formats.sort_key("Hoà Bình")[:2] == formats.sort_key("Hòa Bình")[:2]


@given(st.lists(st.text(max_size=12), max_size=8))
def test_sorting_never_fails_and_does_not_depend_on_the_order_before(names):
    assert sorted(names, key=formats.sort_key) == sorted([*reversed(names)], key=formats.sort_key)


@given(st.floats(-1e9, 1e9, allow_nan=False), st.integers(0, 4))
def test_rounding_goes_away_from_zero_at_a_half_and_alike_one_by_one_or_by_the_row(value, decimals):
    by_hand = float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))
    assert formats.rounded(value, decimals) == by_hand
    assert rounded_all(np.array([value]), decimals)[0] == by_hand


@pytest.mark.parametrize(
    ("value", "wanted"), [(1.005, 1.01), (2.675, 2.68), (8.575, 8.58), (-1.005, -1.01), (0.285, 0.29)]
)
def test_a_half_that_binary_numbers_cannot_hold_still_rounds_as_written(value, wanted):
    assert formats.rounded(value, 2) == wanted
    assert rounded_all(np.array([value]), 2).tolist() == [wanted]


@pytest.mark.parametrize("tenths", range(0, 2000, 7))
def test_rounding_of_halves_by_the_row_is_that_by_hand(tenths):
    value = tenths / 20  # every other one ends in a 5 at the second decimal
    assert rounded_all(np.array([value, -value]), 1).tolist() == [
        formats.rounded(v, 1) for v in (value, -value)
    ]
