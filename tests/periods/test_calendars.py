"""Every calendar parts time without a gap or an overlap, and its periods begin on the days people expect."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc.calendars import Calendar
from ioc.periods import VIETNAM, Period, PeriodKind

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
KINDS = [PeriodKind.DAY, PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR]


@pytest.mark.parametrize(
    ("calendar", "key", "first", "last"),
    [
        (Calendar.MONTH, "2026-02", "2026-02-01", "2026-02-28"),
        (Calendar.MONTH, "2024-02", "2024-02-01", "2024-02-29"),
        (Calendar.MONTH, "2026-Q4", "2026-10-01", "2026-12-31"),
        (Calendar.MONTH, "2026-09.ytd", "2026-01-01", "2026-09-30"),
        (Calendar.MID_MONTH, "2026-10", "2026-09-15", "2026-10-14"),
        (Calendar.MID_MONTH, "2026-01", "2025-12-15", "2026-01-14"),
        (Calendar.MID_MONTH, "2026-03", "2026-02-15", "2026-03-14"),
        (Calendar.MID_MONTH, "2026-Q1", "2025-12-15", "2026-03-14"),
        (Calendar.MID_MONTH, "2026-06.ytd", "2025-12-15", "2026-06-14"),
        (Calendar.MID_MONTH, "2026", "2025-12-15", "2026-12-14"),
        (Calendar.SCHOOL, "2025-2026", "2025-09-01", "2026-05-31"),
        (Calendar.SCHOOL, "2026-10", "2026-10-01", "2026-10-31"),
        (Calendar.MONTH, "2026-10.d23", "2026-10-01", "2026-10-23"),
    ],
)
def test_periods_begin_and_end_on_the_days_of_the_calendar(calendar, key, first, last):
    period = Period.parse(key)
    assert period.key == key
    assert calendar.start(period) == date.fromisoformat(first)
    assert calendar.last(period) == date.fromisoformat(last)


@given(DAYS, st.sampled_from([Calendar.MONTH, Calendar.MID_MONTH]), st.sampled_from(KINDS))
def test_time_is_parted_without_gap_or_overlap(day, calendar, kind):
    period = calendar.containing(day, kind)
    assert calendar.start(period) <= day < calendar.end(period)
    assert calendar.end(period) == calendar.start(period.next())
    assert calendar.start(period) == calendar.end(period.previous())
    assert not calendar.start(period.next()) <= day and not day < calendar.end(period.previous())


@given(DAYS)
def test_a_school_year_holds_september_to_may_and_the_summer_belongs_to_none(day):
    found = Calendar.SCHOOL.containing(day, PeriodKind.SCHOOL_YEAR)
    if 6 <= day.month <= 8:
        assert found is None
    else:
        assert Calendar.SCHOOL.start(found) <= day < Calendar.SCHOOL.end(found)
        assert Calendar.SCHOOL.end(found) < Calendar.SCHOOL.start(found.next())


@given(DAYS, st.sampled_from([Calendar.MONTH, Calendar.MID_MONTH]))
def test_months_make_up_their_quarter_and_year(day, calendar):
    months = [
        Period.month(year, month) for year in (day.year - 1, day.year, day.year + 1) for month in range(1, 13)
    ]
    for kind, count in ((PeriodKind.QUARTER, 3), (PeriodKind.YEAR, 12)):
        period = calendar.containing(day, kind)
        inside = calendar.months_of(period, months)
        if period.first.year == day.year:
            assert len(inside) == count
            assert calendar.start(inside[0]) == calendar.start(period)
            assert calendar.end(inside[-1]) == calendar.end(period)


@given(st.datetimes(datetime.fromisoformat("2001-01-01"), datetime.fromisoformat("2050-01-01")), st.sampled_from([Calendar.MONTH, Calendar.MID_MONTH]),
       st.sampled_from([PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR]), st.booleans())  # fmt: skip
def test_the_same_part_lies_inside_the_period_before_and_is_never_the_longer_for_it(
    moment, calendar, kind, total
):
    total = total and kind is PeriodKind.MONTH
    period = Period(calendar.containing(moment.date(), kind).first, kind, total)
    found = calendar.same_part(period, moment)
    if found is None:
        assert moment == datetime.combine(calendar.start(period), datetime.min.time())
        return
    part, cut = found
    before = period.year_before() if total else period.previous()
    assert part.whole == before
    begin = datetime.combine(calendar.start(before), datetime.min.time())
    assert begin < cut <= datetime.combine(calendar.end(before), datetime.min.time())
    assert begin + timedelta(days=part.part - 1) < cut <= begin + timedelta(days=part.part)
    run = moment - datetime.combine(calendar.start(period), datetime.min.time())
    assert abs((cut - begin) - run) <= timedelta(days=4)


@pytest.mark.parametrize(
    ("key", "moment", "part", "cut"),
    [
        ("2026-11", "2026-11-23T08:15", "2026-10.d23", "2026-10-23T08:15"),
        ("2026-03", "2026-03-31T10:00", "2026-02.d28", "2026-03-01T00:00"),
        ("2026-Q4", "2026-12-01T00:00", "2026-Q3.d62", "2026-09-01T00:00"),
        ("2026-11.ytd", "2026-11-24T00:00", "2025-11.ytd.d327", "2025-11-24T00:00"),
    ],
)
def test_a_running_period_is_compared_with_the_same_days_and_hours(key, moment, part, cut):
    found = Calendar.MONTH.same_part(Period.parse(key), datetime.fromisoformat(moment))
    assert (found[0].key, found[1]) == (part, datetime.fromisoformat(cut))


def test_a_period_is_open_until_its_last_day_is_over_in_province_time():
    october = Period.parse("2026-10")
    for moment, open_ in (("2026-10-14T23:59", True), ("2026-10-15T00:00", False)):
        at = datetime.fromisoformat(moment).replace(tzinfo=VIETNAM)
        assert Calendar.MID_MONTH.is_open(october, at) is open_
        assert Calendar.MONTH.is_open(october, at)
