"""The language of measures counts what a plain reading of it counts, and refuses everything else."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ioc.catalogue import Measure
from ioc.contract import ColumnSpec
from ioc.measures import MeasureError, check_measure, compile_measure, parse_measure

KINDS = {
    "a": "int", "b": "int", "x": "number", "s": "text", "c": "code", "f": "bool", "d": "date", "e": "date",
    "t": "datetime", "u": "datetime",
}  # fmt: skip
COLUMNS = {name: ColumnSpec(type=kind, required=False) for name, kind in KINDS.items()}  # type: ignore[arg-type]
TYPES = {
    "int": "BIGINT", "number": "DOUBLE", "text": "VARCHAR", "code": "VARCHAR", "bool": "BOOLEAN",
    "date": "DATE", "datetime": "TIMESTAMP",
}  # fmt: skip
AT = datetime(2026, 3, 1, 12)  # noqa: DTZ001

Row = dict[str, Any]
Maker = tuple[str, Callable[[Row], Any]]

NUMBERS = st.integers(-3, 3)
FRACTIONS = st.sampled_from([-1.5, 0.0, 0.125, 2.25, 1000.5])
TEXTS = st.sampled_from(["", "a", "b'c", 'd"e', "Tủa Sín Chải", "%", "\\"])
DAYS = st.dates(date(2026, 2, 26), date(2026, 3, 4))
MOMENTS = st.datetimes(datetime(2026, 2, 26), datetime(2026, 3, 4)).map(lambda m: m.replace(microsecond=0))  # noqa: DTZ001
CELLS = {"int": NUMBERS, "number": FRACTIONS, "text": TEXTS, "code": TEXTS, "bool": st.booleans(), "date": DAYS,
         "datetime": MOMENTS}  # fmt: skip
ROWS = st.lists(
    st.fixed_dictionaries({name: st.none() | CELLS[kind] for name, kind in KINDS.items()}), max_size=12
)
OPERATORS = {"==": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def column(*names: str) -> st.SearchStrategy[Maker]:
    return st.sampled_from(names).map(lambda name: (name, lambda row, name=name: row[name]))


def written(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Maker]:
    return values.map(lambda value: (repr(value), lambda _, value=value: value))


def moved(left: Any, span: timedelta) -> Any:
    return None if left is None else left + span


def comparison(a: Maker, sign: str, b: Maker) -> Maker:
    def holds(row: Row) -> bool:
        left, right = a[1](row), b[1](row)
        if left is None or right is None:
            return sign == "!="
        if isinstance(left, date) and isinstance(left, datetime) != isinstance(right, datetime):
            left, right = (x.date() if isinstance(x, datetime) else x for x in (left, right))
        return left != right if sign == "!=" else OPERATORS[sign](left, right)

    return f"{a[0]} {sign} {b[0]}", holds


NUMERIC = column("a", "b", "x") | written(NUMBERS)
NUMERIC |= st.tuples(column("a", "b"), st.sampled_from("+-*"), column("a") | written(NUMBERS)).map(
    lambda p: (
        f"({p[0][0]} {p[1]} {p[2][0]})",
        lambda row: (
            None
            if p[0][1](row) is None or p[2][1](row) is None
            else {"+": operator.add, "-": operator.sub, "*": operator.mul}[p[1]](p[0][1](row), p[2][1](row))
        ),
    )
)
TIMES = column("d", "e", "t", "u") | st.just(("at", lambda _: AT))
TIMES |= st.tuples(
    column("d", "t") | st.just(("at", lambda _: AT)), st.sampled_from("+-"), st.integers(0, 3)
).map(
    lambda p: (
        f"{p[0][0]} {p[1]} days({p[2]})",
        lambda row: moved(p[0][1](row), timedelta(days=p[2] if p[1] == "+" else -p[2])),
    )
)


def within(one: Maker, listed: list[Any], negated: bool) -> Maker:
    def holds(row: Row) -> bool:
        return (one[1](row) in listed and one[1](row) is not None) != negated

    return f"{one[0]} {'not ' if negated else ''}in ({', '.join(map(repr, listed))},)", holds


ORDERED = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
EQUAL = st.sampled_from(["==", "!="])
SIMPLE = st.one_of(
    st.builds(comparison, NUMERIC, ORDERED, NUMERIC),
    st.builds(comparison, column("s", "c"), EQUAL, column("s", "c") | written(TEXTS)),
    st.builds(comparison, column("f"), EQUAL, written(st.booleans())),
    st.builds(comparison, TIMES, ORDERED, TIMES),
    st.builds(within, column("a"), st.lists(NUMBERS, min_size=1, max_size=3), st.booleans()),
    st.builds(within, column("s"), st.lists(TEXTS, min_size=1, max_size=3), st.booleans()),
    column("f").map(lambda f: (f[0], lambda row: bool(f[1](row)))),
    st.tuples(st.sampled_from(list(KINDS)), st.booleans()).map(
        lambda p: (
            f"{p[0]} is {'not ' if p[1] else ''}None",
            lambda row: (row[p[0]] is not None) == p[1],
        )
    ),
)
CONDITIONS = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        inner.map(lambda c: (f"not ({c[0]})", lambda row: not c[1](row))),
        st.tuples(inner, inner).map(
            lambda p: (f"({p[0][0]} and {p[1][0]})", lambda row: p[0][1](row) and p[1][1](row))
        ),
        st.tuples(inner, inner).map(
            lambda p: (f"({p[0][0]} or {p[1][0]})", lambda row: p[0][1](row) or p[1][1](row))
        ),
    ),
    max_leaves=5,
)
AGES = st.tuples(TIMES, TIMES).map(
    lambda p: (
        f"days_between({p[0][0]}, {p[1][0]})",
        lambda row: (
            None
            if p[0][1](row) is None or p[1][1](row) is None
            else (as_day(p[1][1](row)) - as_day(p[0][1](row))).days
        ),
    )
)


def as_day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def plain(name: str, subject: Maker | None, condition: Maker | None, rows: list[Row]) -> float | None:
    """The measure by the meaning of its words, one row after the other."""
    met = [row for row in rows if condition is None or condition[1](row)]
    if subject is None:
        return float(len(met))
    cells = [subject[1](row) for row in met if subject[1](row) is not None]
    match name:
        case "distinct":
            return float(len(set(cells)))
        case "sum":
            return float(sum(Decimal(str(cell)) for cell in cells)) if cells or not met else None
        case _:
            return float({"max": max, "min": min}[name](cells)) if cells else None


MEASURES = st.one_of(
    st.tuples(st.just("count"), st.none(), st.none() | CONDITIONS),
    st.tuples(st.just("sum"), NUMERIC, st.none() | CONDITIONS),
    st.tuples(st.just("distinct"), column("a", "s", "c", "d", "f"), st.none() | CONDITIONS),
    st.tuples(st.sampled_from(["max", "min"]), NUMERIC | AGES, st.none() | CONDITIONS),
)


@settings(max_examples=300, deadline=None)
@given(measure=MEASURES, rows=ROWS)
def test_the_compiled_measure_counts_what_its_words_say(measure, rows):
    name, subject, condition = measure
    text = f"{name}({', '.join(part[0] for part in (subject, condition) if part is not None)})"
    with duckdb.connect() as connection:
        cells = ", ".join(f'"{name}" {TYPES[kind]}' for name, kind in KINDS.items())
        connection.execute(f"CREATE TABLE rows ({cells})")
        if rows:
            marks = ", ".join("?" for _ in KINDS)
            connection.executemany(
                f"INSERT INTO rows VALUES ({marks})", [[row[n] for n in KINDS] for row in rows]
            )
        sql = compile_measure(text, COLUMNS)
        (found,) = connection.execute(
            f"SELECT {sql} FROM (SELECT *, TIMESTAMP '{AT}' AS \"at\" FROM rows)"
        ).fetchone()
    assert found == plain(name, subject, condition, rows), text


@settings(max_examples=100, deadline=None)
@given(condition=CONDITIONS, rows=ROWS)
def test_conditions_that_are_asked_first_spare_no_row_that_matters(condition, rows):
    formula = parse_measure(f"count({condition[0]})", COLUMNS)
    with duckdb.connect() as connection:
        cells = ", ".join(f'"{name}" {TYPES[kind]}' for name, kind in KINDS.items())
        connection.execute(f"CREATE TABLE rows ({cells})")
        if rows:
            marks = ", ".join("?" for _ in KINDS)
            connection.executemany(
                f"INSERT INTO rows VALUES ({marks})", [[row[n] for n in KINDS] for row in rows]
            )
        source = f"(SELECT *, TIMESTAMP '{AT}' AS \"at\" FROM rows)"
        all_rows = connection.execute(f"SELECT {formula.sql} FROM {source}").fetchone()
        spared = connection.execute(
            f"SELECT {formula.sql} FROM {source} WHERE {' AND '.join(formula.conditions)}"
        ).fetchone()
    assert all_rows == spared


REFUSED = {
    "count(chanel == 2)": "không khai báo cột 'chanel'",
    "count(aa == 2)": "có phải là 'a'",
    "count(c == 3388)": "đặt giá trị trong dấu nháy: '3388'",
    "count(s == 1)": "s là chữ",
    "count(f == 1)": "viết f hoặc not f",
    "count(s < 'a')": "không có nghĩa",
    "count(d > 5)": "không so sánh được",
    "count(t == 'yesterday')": "phải là ngày",
    "count(a)": "không phải điều kiện",
    "count(a = 1)": "đối số thường",
    "count(*s)": "không dấu sao",
    "sum(s)": "cần số",
    "sum()": "nhận 1 hoặc 2 đối số",
    "max(t)": "cần số",
    "distinct(a + 1)": "nhận tên cột trước tiên",
    "avg(a)": "bắt đầu bằng một trong",
    "a == 1": "bắt đầu bằng một trong",
    "sum(a) / sum(b)": "bắt đầu bằng một trong",
    "count(a / b > 1)": "chỉ dùng được các dấu +, - và *",
    "count(t - u > 1)": "days_between(first, last)",
    "count(days('7') > 1)": "days được viết days(7)",
    "count(a == None)": "tên_cột is None",
    "count(a is 1)": "'is' chỉ hỏi cột có trống không",
    "count(a in s)": "danh sách giá trị trong ngoặc",
    "count(a in ())": "danh sách giá trị trong ngoặc",
    "count(1e999 > a)": "không viết được",
    "count(s == 'a\\x00')": "không viết được",
    "count(s == b'a')": "không viết được",
    "count(": "không phải công thức",
    "": "không phải công thức",
    "count(s.upper() == 'A')": "không dùng được trong công thức",
    "count((lambda: True)())": "không dùng được trong công thức",
    "count([1 for _ in a])": "không dùng được trong công thức",
    "count(s if f else s)": "không dùng được trong công thức",
    "count(s[0] == 'a')": "không dùng được trong công thức",
    "count(f'{s}' == 'a')": "không dùng được trong công thức",
    "__import__('os').system('true')": "bắt đầu bằng một trong",
    "count(open('/etc/passwd') == 1)": "không dùng được ở đây",
    "count(a == 1); count()": "không phải công thức",
    "count(" + "not " * 600 + "f)": "dài quá",
    "count(" + "(" * 150 + "f" + ")" * 150 + " == (" * 60: "không phải công thức",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_in_the_language_is_refused_with_a_sentence(text):
    with pytest.raises(MeasureError) as refused:
        check_measure(text, COLUMNS, Measure.STOCK)
    assert REFUSED[text] in str(refused.value)


def test_at_belongs_to_stocks_only():
    check_measure("count(t <= at)", COLUMNS, Measure.STOCK)
    with pytest.raises(MeasureError, match="'at' là thời điểm chốt"):
        check_measure("count(t <= at)", COLUMNS, Measure.FLOW)
    with pytest.raises(MeasureError, match="không được đặt tên cột là 'at'"):
        check_measure("count()", {"at": COLUMNS["t"]}, Measure.STOCK)


@settings(deadline=None)
@given(text=st.text(max_size=40))
def test_no_text_does_anything_but_translate_or_be_refused(text):
    try:
        sql = compile_measure(f"count(s == {text!r})", COLUMNS)
    except MeasureError:
        return
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE rows (s VARCHAR)")
        connection.execute("INSERT INTO rows VALUES (?), ('x; DROP TABLE rows')", [text])
        assert connection.execute(f"SELECT {sql} FROM rows").fetchone() == (
            1.0 if text != "x; DROP TABLE rows" else 2.0,
        )


def test_work_finished_on_the_due_day_is_in_time():
    sql = compile_measure("count(t <= d)", COLUMNS)
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE rows AS SELECT TIMESTAMP '2026-03-01 16:30:00' AS t, DATE '2026-03-01' AS d"
        )
        assert connection.execute(f"SELECT {sql} FROM rows").fetchone() == (1.0,)
