"""A criterion put to a village in Python says what the same condition says in the measure language's SQL."""

from __future__ import annotations

from datetime import date, datetime

import duckdb
import pytest
from hypothesis import given, settings

from ioc.gaps.criteria import cells, criterion
from ioc.measures import MeasureError, parse_condition
from tests.refresh.test_measures import AT, COLUMNS, CONDITIONS, KINDS, ROWS, TYPES


@settings(max_examples=150, deadline=None)
@given(condition=CONDITIONS, rows=ROWS)
def test_python_and_sql_agree_on_every_row(condition, rows):
    text = condition[0]
    asked = criterion(text, COLUMNS)
    here = [asked(row, AT) for row in rows]
    with duckdb.connect() as connection:
        declared = ", ".join(f'"{name}" {TYPES[kind]}' for name, kind in KINDS.items())
        connection.execute(f"CREATE TABLE rows (n INTEGER, {declared})")
        if rows:
            marks = ", ".join("?" for _ in range(len(KINDS) + 1))
            connection.executemany(
                f"INSERT INTO rows VALUES ({marks})",
                [[n, *(row[name] for name in KINDS)] for n, row in enumerate(rows)],
            )
        sql = parse_condition(text, COLUMNS)
        found = connection.execute(
            f"SELECT coalesce({sql}, false) FROM (SELECT *, TIMESTAMP '{AT}' AS \"at\" FROM rows) ORDER BY n"
        ).fetchall()
    assert here == [one for (one,) in found], text


@pytest.mark.parametrize(
    "text", ["count()", "d", "d > 3", "nope == 1", "a ==", "__import__('os')", "s < 'a'"]
)
def test_what_the_language_refuses_is_no_criterion(text: str) -> None:
    with pytest.raises(MeasureError):
        criterion(text, COLUMNS)


def test_published_cells_become_what_their_columns_declare() -> None:
    row = {"d": "2026-03-01", "t": "2026-03-01T07:00:00", "f": 1, "a": 3, "s": None, "other": "x"}
    assert cells(row, COLUMNS) == {
        "d": date(2026, 3, 1), "t": datetime(2026, 3, 1, 7), "f": True, "a": 3, "s": None, "other": "x",  # noqa: DTZ001
    }  # fmt: skip
    assert criterion("d <= at and f", COLUMNS)(cells(row, COLUMNS), AT)
