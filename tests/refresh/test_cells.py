"""A cell is read when its form has one meaning, and refused when it has two or none."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ioc.refresh.cells import TYPES, reading, sound, trimmed
from ioc.refresh.source import cell_text, text_batch

CONNECTION = duckdb.connect()
STATEMENTS = {
    kind: f"SELECT {sound('r', kind)} FROM (SELECT {reading('x', kind)} AS r FROM (SELECT {trimmed('v')} AS x "
    "FROM (SELECT unnest(CAST(? AS VARCHAR[])) AS v)))"
    for kind in TYPES
}


def read_all(texts: list[str | None], kind: str) -> list:
    return [value for (value,) in CONNECTION.execute(STATEMENTS[kind], [texts]).fetchall()]


def read(text: str | None, kind: str):
    return read_all([text], kind)[0]


NUMBERS = {
    "0": 0, "12": 12, "007": 7, "+3": 3, "-5": -5, "  12 ": 12, "\u00a012\u200b": 12, "12,5": 12.5, "12.5": 12.5,
    "0,955": 0.955, "0.955": 0.955, "1234,5": 1234.5, "1234.567": 1234.567, "1.234.567": 1234567,
    "1.234.567,8": 1234567.8, "1,234,567.8": 1234567.8, "1.234,5": 1234.5, "1,234.5": 1234.5, "1 234": 1234,
    "1\u00a0234\u00a0567,5": 1234567.5, "-1.234.567": -1234567, "1e3": 1000, "1.234e0": 1.234,
    # two meanings, or none
    "1.234": None, "1,234": None, "-1.234": None, "12.345": None, "999,999": None, "1.23.456": None,
    "12.345.67": None, "1..5": None, "12.": None, ",5": None, "1 23": None, "1_000": None, "0x10": None,
    "nan": None, "NaN": None, "inf": None, "-inf": None, "1e999": None, "1e20": None, "9999999999999999": None,
    "N/A": None, "-": None, "x": None, "KPS": None, "95,5%": None, "(5)": None, "mười hai": None, "": None,
    "3 tỷ": None, "１２": None, "2026-01-05": None,
}  # fmt: skip
DATES = {
    "2026-01-05": date(2026, 1, 5), "05/01/2026": date(2026, 1, 5), "5/1/2026": date(2026, 1, 5),
    "13/05/2026": date(2026, 5, 13), "31.12.2025": date(2025, 12, 31), "31-12-2025": date(2025, 12, 31),
    "20260105": date(2026, 1, 5), "2026-10": date(2026, 10, 1), "10/2026": date(2026, 10, 1),
    "2026-01-05 00:00:00": date(2026, 1, 5), "05/01/2026 08:30": date(2026, 1, 5),
    "2026-01-05T23:11:12Z": date(2026, 1, 6), "28/02/2024": date(2024, 2, 28), "29/02/2024": date(2024, 2, 29),
    "05/13/2026": None, "29/02/2026": None, "2026-02-30": None, "5/1/26": None, "2026/01/05": None,
    "0001-01-01": None, "9999-12-31": None, "45000": None, "Quý I/2025": None, "hôm qua": None,
}  # fmt: skip
MOMENTS = {
    "2026-01-05 10:11:12": "2026-01-05 10:11:12", "2026-01-05T10:11:12": "2026-01-05 10:11:12",
    "2026-01-05 10:11": "2026-01-05 10:11:00", "2026-01-05 10:11:12.123456": "2026-01-05 10:11:12.123456",
    "2026-01-05": "2026-01-05 00:00:00", "2026-01-05T10:11:12Z": "2026-01-05 17:11:12",
    "2026-01-05T20:00:00+00:00": "2026-01-06 03:00:00", "2026-01-05 10:11:12+07": "2026-01-05 10:11:12",
    "2026-01-05 10:11:12-0530": "2026-01-05 22:41:12", "05/01/2026 08:30": "2026-01-05 08:30:00",
    "05/01/2026 08:30:15": "2026-01-05 08:30:15", "5/1/2026": "2026-01-05 00:00:00",
    "13/05/2026 08:30": "2026-05-13 08:30:00", "05/13/2026 08:30": None, "2026-01-05 25:00:00": None,
    "2026-01-05 10:11:12 AM": None, "2026-01-05 10": None, "1767000000": None, "10:11": None,
}  # fmt: skip


@pytest.mark.parametrize("text", NUMBERS)
def test_numbers(text):
    assert read(text, "number") == NUMBERS[text]


@pytest.mark.parametrize("text", NUMBERS)
def test_whole_numbers_are_numbers_without_a_fraction(text):
    value = NUMBERS[text]
    assert read(text, "int") == (value if value is not None and value == int(value) else None)


@pytest.mark.parametrize("text", DATES)
def test_dates(text):
    assert read(text, "date") == DATES[text]


@pytest.mark.parametrize("text", MOMENTS)
def test_moments(text):
    wanted = MOMENTS[text]
    assert read(text, "datetime") == (datetime.fromisoformat(wanted) if wanted else None)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", True), ("0", False), ("true", True), ("False", False), ("Có", True), ("KHÔNG", False), ("đúng", True),
     ("Co\u0301", True), ("2", None), ("khong", None), ("x", None)],
)  # fmt: skip
def test_yes_and_no(text, value):
    assert read(text, "bool") is value


def test_texts_are_composed_and_a_broken_encoding_is_refused():
    assert read(" To\u0309a  Sín ", "text") == "Tỏa  Sín"
    assert read("B\ufffdnh Lư", "text") is None
    assert read("00123", "code") == "00123"


@settings(deadline=None)
@given(st.integers(-(10**14), 10**14))
def test_any_number_survives_the_vietnamese_form_or_is_refused_never_another(value):
    grouped = f"{value:,}".replace(",", ".")
    assert read(grouped, "int") in ((value,) if grouped.count(".") != 1 else (None,))
    assert read(f"{value:,},0".replace(",", ".", f"{value:,}".count(",")), "number") in (float(value), None)


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False).filter(lambda value: abs(value) < 10**15))
def test_a_number_of_the_database_survives_the_staging_text_exactly(value):
    assert read(cell_text(value), "number") == value
    column = text_batch(["x"], [[value]]).column(0)
    assert read(column[0].as_py(), "number") == value


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=3))
def test_a_decimal_of_the_database_is_never_taken_for_thousands(value):
    assert read(cell_text(value), "number") == float(value)


@settings(deadline=None)
@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_the_day_comes_first_in_a_slashed_date(day):
    assert read(f"{day.day:02}/{day.month:02}/{day.year}", "date") == day
    assert read(day.isoformat(), "date") == day


def test_one_text_whichever_driver_brought_the_cell():
    whole = [7, Decimal(7), "7"]
    assert {cell_text(cell) for cell in whole} == {"7"}
    assert {cell_text(cell) for cell in (True, "true")} == {"true"}
    assert cell_text(b"\x01") == "1"
    assert cell_text(datetime.fromisoformat("2026-01-05T20:00:00+00:00")) == "2026-01-06 03:00:00.000000"
    mixed = text_batch(["x"], [[1], [2.5], ["ba"], [None], [True], [date(2026, 1, 5)]])
    assert mixed.column(0).to_pylist() == ["1", "2.5e0", "ba", None, "true", "2026-01-05"]


@settings(max_examples=50, deadline=None)
@example([0.0, 0])
@given(
    st.lists(
        st.none()
        | st.integers(-(2**70), 2**70)
        | st.floats()
        | st.text()
        | st.booleans()
        | st.binary(max_size=4)
    )
)
def test_a_column_as_a_whole_reads_like_its_cells_one_by_one(cells):
    column = text_batch(["x"], [[cell] for cell in cells]).column(0).to_pylist()
    for kind in ("number", "bool"):
        assert read_all(column, kind) == read_all([cell_text(cell) for cell in cells], kind)
