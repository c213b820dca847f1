"""Criteria of gaps: a condition of the measure language put to one village after another.

Owns the evaluation in plain Python, so that a web worker needs no database for a few thousand rows; it says what the
same condition says in SQL (`ioc.measures.parse_condition`), and a test holds the two together.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from ioc.contract import ColumnSpec
from ioc.measures import AT, parse_condition

Row = Mapping[str, Any]
"""Cells by column: dates as dates, empty as None."""
Criterion = Callable[[Row, datetime], bool]
"""Whether a row meets a condition at an instant, which is naive, in province time."""
_Value = Callable[[Row, datetime], Any]
_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip
_RECKONED: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
}  # fmt: skip


def criterion(text: str, columns: Mapping[str, ColumnSpec]) -> Criterion:
    """The condition `text`, ready to be asked. Raises MeasureError, as the measure language does."""
    parse_condition(text, columns)
    return _condition(ast.parse(text.strip(), mode="eval").body)


def cells(row: Row, columns: Mapping[str, ColumnSpec]) -> dict[str, Any]:
    """A row as published (days as text, truths as 0 and 1) with its cells of the declared types."""
    return {
        name: _typed(value, columns[name].type) if name in columns else value for name, value in row.items()
    }


def _typed(value: Any, kind: str) -> Any:
    if value is None:
        return None
    match kind:
        case "date":
            return date.fromisoformat(str(value)[:10])
        case "datetime":
            return datetime.fromisoformat(str(value)).replace(tzinfo=None)
        case "bool":
            return bool(value)
        case _:
            return value


def _condition(node: ast.expr) -> Criterion:
    """A condition is true or false, never unknown: comparing an empty cell is false."""
    match node:
        case ast.BoolOp(op=op, values=values):
            parts = [_condition(value) for value in values]
            every = isinstance(op, ast.And)
            return lambda row, at: (all if every else any)(part(row, at) for part in parts)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _condition(operand)
            return lambda row, at: not inner(row, at)
        case ast.Compare(left=left, ops=ops, comparators=rights):
            lefts = [left, *rights[:-1]]
            steps = [_step(a, op, b) for a, op, b in zip(lefts, ops, rights, strict=True)]
            return lambda row, at: all(step(row, at) for step in steps)
        case _:
            truth = _value(node)
            return lambda row, at: truth(row, at) is True


def _step(left: ast.expr, op: ast.cmpop, right: ast.expr) -> Criterion:
    one = _value(left)
    match op:
        case ast.Is():
            return lambda row, at: one(row, at) is None
        case ast.IsNot():
            return lambda row, at: one(row, at) is not None
        case ast.In() | ast.NotIn():
            items = right.elts if isinstance(right, ast.Tuple | ast.List) else []
            others = [_value(item) for item in items]
            wanted = isinstance(op, ast.In)
            return lambda row, at: (
                wanted is any(_meets(operator.eq, one(row, at), other(row, at)) for other in others)
            )
        case ast.NotEq():
            other = _value(right)
            return lambda row, at: not _meets(operator.eq, one(row, at), other(row, at))
        case _:
            other, compared = _value(right), _COMPARED[type(op)]
            return lambda row, at: _meets(compared, one(row, at), other(row, at))


def _meets(compared: Callable[[Any, Any], bool], left: Any, right: Any) -> bool:
    if left is None or right is None:
        return False
    left, right = _dated(left, right), _dated(right, left)
    if (
        isinstance(left, date)
        and isinstance(right, date)
        and isinstance(left, datetime) != isinstance(right, datetime)
    ):
        left, right = _day(left), _day(right)  # a whole day against a moment: both as days
    return compared(left, right)


def _dated(value: Any, other: Any) -> Any:
    """A text that stands against a date is read as one."""
    if isinstance(value, str) and isinstance(other, date):
        return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    return value


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _value(node: ast.expr) -> _Value:
    match node:
        case ast.Name(id=name):
            return (lambda row, at: at) if name == AT else (lambda row, at: row.get(name))
        case ast.Constant(value=value):
            return lambda row, at: value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _value(operand)
            return lambda row, at: None if (found := inner(row, at)) is None else -found
        case ast.BinOp(left=left, op=op, right=right):
            one, other, reckoned = _value(left), _value(right), _RECKONED[type(op)]
            return lambda row, at: _reckon(reckoned, one(row, at), other(row, at))
        case ast.Call(func=ast.Name(id="days"), args=[ast.Constant(value=int() as count)]):
            return lambda row, at: timedelta(days=count)
        case ast.Call(func=ast.Name(id="days_between"), args=[first, last]):
            start, end = _value(first), _value(last)
            return lambda row, at: _between(start(row, at), end(row, at))
        case _:
            return _condition(node)


def _reckon(reckoned: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    return None if left is None or right is None else reckoned(left, right)


def _between(first: date | None, last: date | None) -> int | None:
    return None if first is None or last is None else (_day(last) - _day(first)).days
