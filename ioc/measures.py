"""The small language in which the catalogue says what is counted: ``count(channel == 2)``.

Owns its grammar, its types and its translation into DuckDB aggregates over the declared columns of one
source. Python's own parser reads the text, an allow-list of nodes decides what passes, nothing is ever
executed. Must not know KPIs, rows or connections.
"""

from __future__ import annotations

import ast
import datetime as dt
import difflib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from ioc.catalogue import Measure
from ioc.contract import ColumnSpec

Read = TypeVar("Read")
AT = "at"
"""The instant of evaluation of a stock; becomes a column of that name."""
FUNCTIONS = ("count", "sum", "distinct", "max", "min")
_LONGEST = 2000
_LARGEST = 2**53
_KINDS = {
    "text": "text",
    "code": "text",
    "int": "whole",
    "number": "number",
    "bool": "truth",
    "date": "day",
    "datetime": "instant",
}
_WORDS = {
    "text": "chữ",
    "whole": "số",
    "number": "số",
    "truth": "giá trị có/không",
    "day": "ngày",
    "instant": "thời điểm",
    "span": "số ngày",
}
_NUMBERS = ("whole", "number")
_TIMES = ("day", "instant")
_SYMBOLS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}


class MeasureError(ValueError):
    """The measure cannot be used; the message is one plain sentence for the author of the catalogue."""


@dataclass(frozen=True)
class Formula:
    """A translated measure: `sql` is one DuckDB aggregate giving a DOUBLE, NULL when it is not known.

    A condition is true or false, never unknown: comparing an empty cell is false, except that ``!=`` is
    always the opposite of ``==``. A sum over no row is 0; over rows whose cells are all empty it is NULL.
    """

    sql: str
    function: str
    columns: frozenset[str]
    uses_at: bool
    conditions: frozenset[str] = frozenset()
    """Conditions, as SQL, that every row that matters meets; none when every row matters."""
    members: str | None = None
    """For a distinct count, the aggregate that lists what was counted: sets of parts can be united."""

    @property
    def additive(self) -> bool:
        """Whether values of disjoint sets of rows may be added; distinct counts and extremes may not."""
        return self.function in ("count", "sum")

    @property
    def over_nothing(self) -> float | None:
        """The value over no row at all."""
        return None if self.function in ("max", "min") else 0.0


@dataclass(frozen=True)
class _Term:
    sql: str
    kind: str
    shown: str
    literal: object = None


def check_measure(text: str, columns: Mapping[str, ColumnSpec], measure: Measure) -> None:
    """Raise MeasureError unless `text` is a measure over `columns` that suits a flow or a stock."""
    formula = parse_measure(text, columns)
    if formula.uses_at and measure is Measure.FLOW:
        raise MeasureError(
            "'at' là thời điểm chốt của chỉ số tồn; chỉ số dòng đếm theo ngày của dòng, bỏ 'at' đi"
        )


def compile_measure(text: str, columns: Mapping[str, ColumnSpec]) -> str:
    """The DuckDB aggregate expression of `text`; ``at`` becomes the column "at". Raises MeasureError."""
    return parse_measure(text, columns).sql


def parse_measure(text: str, columns: Mapping[str, ColumnSpec]) -> Formula:
    """Read, check and translate one measure. Raises MeasureError."""
    return _read(text, lambda body: _Translator(columns).formula(body))


def parse_condition(text: str, columns: Mapping[str, ColumnSpec]) -> str:
    """The condition `text` on one row as SQL, NULL standing for false. Raises MeasureError."""
    return _read(text, lambda body: _Translator(columns).condition(body))


def _read(text: str, translate: Callable[[ast.expr], Read]) -> Read:
    if len(text) > _LONGEST:
        raise MeasureError(f"công thức dài quá {_LONGEST} ký tự; rút gọn lại")
    try:
        return translate(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError) as error:
        if isinstance(error, MeasureError):
            raise
        place = f" ở gần ký tự thứ {error.offset}" if isinstance(error, SyntaxError) and error.offset else ""
        raise MeasureError(f"không phải công thức{place}; viết ví dụ count(channel == 2)") from None
    except (RecursionError, MemoryError):
        raise MeasureError("công thức lồng quá nhiều lớp; viết đơn giản lại") from None


def is_weighted(numerator: str, denominator: str) -> bool:
    """Whether the two are sum(value * w) and sum(w) over the same rows, for two measures already checked."""
    above, below = (ast.parse(text.strip(), mode="eval").body for text in (numerator, denominator))
    match above, below:
        case (
            ast.Call(
                func=ast.Name(id="sum"), args=[ast.BinOp(op=ast.Mult(), left=left, right=right), *first]
            ),
            ast.Call(func=ast.Name(id="sum"), args=[ast.Name() as weight, *second]),
        ):
            same = [ast.unparse(node) for node in first] == [ast.unparse(node) for node in second]
            return same and ast.unparse(weight) in (ast.unparse(left), ast.unparse(right))
        case _:
            return False


class _Translator:
    def __init__(self, columns: Mapping[str, ColumnSpec]):
        if AT in columns:
            raise MeasureError(
                "không được đặt tên cột là 'at' vì đã dùng cho thời điểm chốt; đổi tên trong câu truy vấn"
            )
        self.columns = columns
        self.used: set[str] = set()
        self.uses_at = False

    def formula(self, node: ast.expr) -> Formula:
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS):
            raise MeasureError(f"công thức bắt đầu bằng một trong {', '.join(FUNCTIONS)}, ví dụ count(...)")
        name, arguments = node.func.id, list(node.args)
        if node.keywords or any(isinstance(argument, ast.Starred) for argument in arguments):
            raise MeasureError(f"{name}(...) chỉ nhận đối số thường, không đặt tên, không dấu sao")
        least, most = (0, 1) if name == "count" else (1, 2)
        if not least <= len(arguments) <= most:
            raise MeasureError(f"{name}(...) nhận {least} hoặc {most} đối số, không phải {len(arguments)}")
        subject = None if name == "count" else self._subject(name, arguments.pop(0))
        condition = self.condition(arguments[0]) if arguments else None
        sql = _aggregate(name, subject, f" FILTER (WHERE {condition})" if condition else "")
        members = None
        if name == "distinct" and subject is not None:
            present = f"{condition or 'true'} AND {subject.sql} IS NOT NULL"
            members = f"list(DISTINCT CAST({subject.sql} AS VARCHAR)) FILTER (WHERE {present})"
        sql = f"CAST({sql} AS DOUBLE)"
        return Formula(sql, name, frozenset(self.used), self.uses_at, self._conjuncts(arguments), members)

    def _conjuncts(self, arguments: list[ast.expr]) -> frozenset[str]:
        match arguments:
            case [ast.BoolOp(op=ast.And(), values=values)]:
                return frozenset(self.condition(value) for value in values)
            case [condition]:
                return frozenset([self.condition(condition)])
            case _:
                return frozenset()

    def _subject(self, name: str, node: ast.expr) -> _Term:
        term = self.value(node)
        if name == "distinct":
            if not isinstance(node, ast.Name) or term.kind == "instant":
                raise MeasureError(f"distinct(...) nhận tên cột trước tiên, không phải {term.shown}")
        elif term.kind not in _NUMBERS:
            raise MeasureError(f"{name}(...) cần số, nhưng {term.shown} là {_WORDS[term.kind]}")
        return term

    def condition(self, node: ast.expr) -> str:
        """SQL that is true exactly when the condition is; NULL then stands for false."""
        match node:
            case ast.BoolOp(op=op, values=values):
                word = " AND " if isinstance(op, ast.And) else " OR "
                return "(" + word.join(self.condition(value) for value in values) + ")"
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return f"(NOT coalesce({self.condition(operand)}, false))"
            case ast.Compare(left=left, ops=ops, comparators=rights):
                lefts = [left, *rights[:-1]]
                steps = [self._step(a, op, b) for a, op, b in zip(lefts, ops, rights, strict=True)]
                return steps[0] if len(steps) == 1 else "(" + " AND ".join(steps) + ")"
            case _:
                term = self.value(node)
                if term.kind != "truth":
                    raise MeasureError(
                        f"{term.shown} là {_WORDS[term.kind]}, không phải điều kiện; hãy so sánh nó với một giá trị"
                    )
                return term.sql

    def _step(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> str:
        if isinstance(op, (ast.Is, ast.IsNot)):
            if not (isinstance(right, ast.Constant) and right.value is None and isinstance(left, ast.Name)):
                raise MeasureError("'is' chỉ hỏi cột có trống không: viết tên_cột is None")
            return f"({self.value(left).sql} IS {'NOT ' if isinstance(op, ast.IsNot) else ''}NULL)"
        if isinstance(op, (ast.In, ast.NotIn)):
            if not isinstance(right, (ast.Tuple, ast.List)) or not right.elts:
                raise MeasureError("'in' cần danh sách giá trị trong ngoặc, ví dụ channel in (1, 2)")
            one = self.value(left)
            found = "(" + " OR ".join(self._compare(one, "==", self.value(item)) for item in right.elts) + ")"
            return f"(NOT coalesce({found}, false))" if isinstance(op, ast.NotIn) else found
        symbol = _SYMBOLS.get(type(op))
        if symbol is None:
            raise MeasureError("không có phép so sánh này")
        return self._compare(self.value(left), symbol, self.value(right))

    def _compare(self, left: _Term, symbol: str, right: _Term) -> str:
        left, right = _dated(left, right), _dated(right, left)
        kinds = {left.kind, right.kind}
        if kinds <= set(_TIMES):
            # a whole day against a moment: both as days, so that work done on the due day is in time
            a, b = (_as_day(left), _as_day(right)) if len(kinds) == 2 else (left.sql, right.sql)
        elif kinds <= set(_NUMBERS) or len(kinds) == 1:
            a, b = left.sql, right.sql
        else:
            raise MeasureError(_mismatch(left, right))
        ordered = symbol not in ("==", "!=")
        if "span" in kinds or (ordered and kinds & {"text", "truth"}):
            raise MeasureError(f"{left.shown} {symbol} {right.shown} không có nghĩa; {_WORDS[left.kind]} "
                               "chỉ so sánh được bằng == hoặc !=")  # fmt: skip
        if symbol == "!=":
            return f"(NOT coalesce({a} = {b}, false))"
        return f"({a} {'=' if symbol == '==' else symbol} {b})"

    def value(self, node: ast.expr) -> _Term:
        match node:
            case ast.Name(id=name):
                return self._name(name)
            case ast.Constant(value=value):
                return _literal(value)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                term = self.value(operand)
                if term.kind not in _NUMBERS:
                    raise MeasureError(f"dấu trừ cần số, nhưng {term.shown} là {_WORDS[term.kind]}")
                return _Term(f"(-{term.sql})", term.kind, f"-{term.shown}")
            case ast.BinOp(left=left, op=op, right=right):
                return self._arithmetic(self.value(left), op, self.value(right))
            case ast.Call(func=ast.Name()):
                return self._call(node)
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
                return _Term(f"coalesce({self.condition(node)}, false)", "truth", "điều kiện")
            case _:
                raise MeasureError(f"{ast.unparse(node)!r:.60} không dùng được trong công thức")

    def _call(self, node: ast.Call) -> _Term:
        match node:
            case ast.Call(func=ast.Name(id="days"), args=[ast.Constant(value=int() as count)], keywords=[]):
                if isinstance(count, bool) or abs(count) > 36600:
                    raise MeasureError("days(...) cần số ngày nguyên, nhiều nhất 36600")
                return _Term(str(count), "span", f"days({count})")
            case ast.Call(func=ast.Name(id="days_between"), args=[first, last], keywords=[]):
                return self._days_between(self.value(first), self.value(last))
            case ast.Call(func=ast.Name(id="days" | "days_between" as name)):
                form = "days(7)" if name == "days" else "days_between(first, last)"
                raise MeasureError(f"{name} được viết {form}")
            case ast.Call(func=ast.Name(id=name)):
                hint = _nearest(name, [*FUNCTIONS, "days", "days_between"])
                raise MeasureError(f"{name}(...) không dùng được ở đây{hint}")
            case _:
                raise MeasureError(f"{ast.unparse(node)!r:.60} không dùng được trong công thức")

    def _name(self, name: str) -> _Term:
        if name == AT:
            self.uses_at = True
            return _Term('"at"', "instant", AT)
        if name not in self.columns:
            known = list(self.columns)
            hint = _nearest(name, known) or f"; các cột đã khai báo: {', '.join(known)}"
            raise MeasureError(f"nguồn không khai báo cột {name!r}{hint}")
        self.used.add(name)
        return _Term('"' + name.replace('"', '""') + '"', _KINDS[self.columns[name].type], name)

    @staticmethod
    def _days_between(first: _Term, last: _Term) -> _Term:
        for term in (first, last):
            if term.kind not in _TIMES:
                raise MeasureError(f"days_between cần hai ngày, nhưng {term.shown} là {_WORDS[term.kind]}")
        shown = f"days_between({first.shown}, {last.shown})"
        return _Term(f"date_diff('day', {_as_day(first)}, {_as_day(last)})", "whole", shown)

    @staticmethod
    def _arithmetic(left: _Term, op: ast.operator, right: _Term) -> _Term:
        sign = _ARITHMETIC.get(type(op))
        shown = f"{left.shown} {sign} {right.shown}"
        if sign is None:
            raise MeasureError("chỉ dùng được các dấu +, - và *; tỷ lệ thì khai báo mẫu số riêng")
        if left.kind in _TIMES and right.kind == "span" and sign != "*":
            sql = f"({left.sql} {sign} INTERVAL ({right.sql}) DAY)"
            return _Term(f"CAST({sql} AS DATE)" if left.kind == "day" else sql, left.kind, shown)
        if left.kind in _NUMBERS and right.kind in _NUMBERS:
            kind = "whole" if left.kind == right.kind == "whole" else "number"
            return _Term(f"({left.sql} {sign} {right.sql})", kind, shown)
        raise MeasureError(
            f"{shown} không có nghĩa: {_WORDS[left.kind]} {sign} {_WORDS[right.kind]}; "
            "ngày cộng trừ bằng days(n), hiệu hai ngày viết days_between(first, last)"
        )


def _aggregate(name: str, subject: _Term | None, only: str) -> str:
    if subject is None:
        return f"count(*){only}"
    if name == "distinct":
        return f"count(DISTINCT {subject.sql}){only}"
    if name != "sum":
        return f"{name}({subject.sql}){only}"
    # decimals, because a sum of doubles depends on the order in which threads meet the rows
    exact = subject.sql if subject.kind == "whole" else f"CAST({subject.sql} AS DECIMAL(38, 6))"
    return f"CASE WHEN count(*){only} = 0 THEN 0 ELSE sum({exact}){only} END"


def _literal(value: object) -> _Term:
    match value:
        case bool():
            return _Term("TRUE" if value else "FALSE", "truth", str(value))
        case int() | float() if math.isfinite(value) and abs(value) <= _LARGEST:
            sql = str(value) if isinstance(value, int) else f"CAST({value!r} AS DOUBLE)"
            return _Term(sql, "whole" if isinstance(value, int) else "number", str(value))
        case str() if value.isprintable():
            return _Term("'" + value.replace("'", "''") + "'", "text", repr(value), value)
        case None:
            raise MeasureError("None chỉ đi với 'is': viết tên_cột is None")
        case _:
            raise MeasureError(f"{value!r:.40} không viết được trong công thức")


def _dated(term: _Term, other: _Term) -> _Term:
    """A text that stands against a date is read as one: received_at >= '2025-07-01'."""
    if other.kind not in _TIMES or not isinstance(term.literal, str):
        return term
    try:
        if len(term.literal) == 10:
            return _Term(f"DATE '{dt.date.fromisoformat(term.literal)}'", "day", term.shown)
        moment = dt.datetime.fromisoformat(term.literal)
    except ValueError:
        raise MeasureError(
            f"{other.shown} là {_WORDS[other.kind]}, nên {term.shown} phải là ngày viết dạng '2025-07-01'"
        ) from None
    if moment.tzinfo is not None:
        raise MeasureError(f"{term.shown}: thời điểm viết theo giờ Việt Nam, không kèm múi giờ")
    return _Term(f"TIMESTAMP '{moment.isoformat(' ')}'", "instant", term.shown)


def _as_day(term: _Term) -> str:
    return term.sql if term.kind == "day" else f"CAST({term.sql} AS DATE)"


def _mismatch(left: _Term, right: _Term) -> str:
    named, given = (right, left) if left.literal is not None else (left, right)
    advice = {
        ("text", "whole"): f"; đặt giá trị trong dấu nháy: '{given.shown}'",
        ("truth", "whole"): f"; viết {named.shown} hoặc not {named.shown}",
    }.get((named.kind, given.kind), "")
    return (
        f"{named.shown} là {_WORDS[named.kind]} nên không so sánh được với {given.shown} "
        f"là {_WORDS[given.kind]}{advice}"
    )


def _nearest(name: str, known: list[str]) -> str:
    found = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; có phải là {found[0]!r}?" if found else ""
