"""Rows of a file of official scores: each becomes a fact of a unit and period, or is set aside with its reason.

Owns the columns (shape S2), what a cell may hold and which unit is meant. Parked rows can be used once somebody
settles them; rejected ones cannot. Nothing is computed: the score is what the file says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ioc.areas import GSO, Area, Level, Register, name_key
from ioc.periods import Period, PeriodKind
from ioc.runs import Disposition
from ioc.scoring.index import TOTAL, Index
from ioc.scoring.sheet import Line
from ioc.site import Site

COLUMNS = (
    "period_type", "year", "period_no", "dept_code", "dept_name", "dept_level", "group_code", "metric_code",
    "numerator", "denominator", "ratio", "score", "max_score",
)  # fmt: skip
NEEDED = ("period_type", "year", "dept_code", "dept_name", "group_code", "metric_code", "score", "max_score")
DEPARTMENT = "department:"
"""Before a department's id, where an area's dated id would stand."""
_KINDS = {
    "month": (PeriodKind.MONTH, 12), "m": (PeriodKind.MONTH, 12), "thang": (PeriodKind.MONTH, 12), "tháng": (PeriodKind.MONTH, 12),
    "quarter": (PeriodKind.QUARTER, 4), "q": (PeriodKind.QUARTER, 4), "quy": (PeriodKind.QUARTER, 4), "quý": (PeriodKind.QUARTER, 4),
    "year": (PeriodKind.YEAR, 1), "y": (PeriodKind.YEAR, 1), "nam": (PeriodKind.YEAR, 1), "năm": (PeriodKind.YEAR, 1),
}  # fmt: skip
_LEVELS = {"PROVINCE": Level.PROVINCE, "COMMUNE": Level.COMMUNE}
_NUMBER = re.compile(r"-?\d{1,9}([.,]\d{1,15})?")
_COUNT = re.compile(r"-?\d{1,12}([.,]0{1,2})?")
"""A count is whole, and "1.234" may be either: it is refused, not guessed."""


class Reason(StrEnum):
    """Why a row was set aside."""

    MISSING = "missing"
    BAD_VALUE = "bad_value"
    DUPLICATE = "duplicate"
    CONTRADICTION = "contradiction"
    UNKNOWN_UNIT = "unknown_unit"
    NAME_MISMATCH = "name_mismatch"
    UNKNOWN_METRIC = "unknown_metric"
    IMPOSSIBLE = "impossible"
    FUTURE = "future"

    @property
    def disposition(self) -> Disposition:
        """Whether somebody can settle it."""
        lost = (Reason.MISSING, Reason.BAD_VALUE, Reason.DUPLICATE)
        return Disposition.REJECTED if self in lost else Disposition.PARKED


@dataclass(frozen=True, order=True)
class Key:
    """What a score is of. An empty metric means the group, an empty group the total."""

    period: str
    unit: str
    group: str
    metric: str


@dataclass(frozen=True)
class Score:
    """One official score with what the file says beside it; `ratio` in percent."""

    key: Key
    numerator: float | None
    denominator: float | None
    ratio: float | None
    score: float
    max_score: float


@dataclass(frozen=True)
class Aside:
    """A row that was not used."""

    reason: Reason
    line: Line


@dataclass(frozen=True)
class Sorted:
    """What became of all rows: each is in exactly one of the two."""

    scores: dict[Key, Score]
    aside: list[Aside]


class _Refused(Exception):  # noqa: N818
    def __init__(self, reason: Reason):
        self.reason = reason


def sort_rows(lines: Iterable[Line], index: Index, site: Site, register: Register, today: date) -> Sorted:
    """Read every row. Of two equal rows one counts; rows that contradict each other are all parked."""
    reader = _Reader(index, site, register, today)
    found: dict[Key, list[tuple[Line, Score]]] = {}
    aside: list[Aside] = []
    for line in lines:
        try:
            score = reader.read(line.cells)
        except _Refused as refused:
            aside.append(Aside(refused.reason, line))
        else:
            found.setdefault(score.key, []).append((line, score))
    scores: dict[Key, Score] = {}
    for key, rows in found.items():
        if len({score for _, score in rows}) > 1:
            aside += [Aside(Reason.CONTRADICTION, line) for line, _ in rows]
            continue
        scores[key] = rows[0][1]
        aside += [Aside(Reason.DUPLICATE, line) for line, _ in rows[1:]]
    aside.sort(key=lambda one: one.line.number)
    return Sorted(scores, aside)


class _Reader:
    def __init__(self, index: Index, site: Site, register: Register, today: date):
        self.index, self.site, self.register, self.today = index, site, register, today
        self.units = {one.code: one.unit for one in index.unit}
        self.groups = {one.code: {metric.key for metric in one.metric} for one in index.group}

    def read(self, cells: Mapping[str, str]) -> Score:
        wanted = ("period_type", "year", "dept_code", "score", "max_score")
        if any(not cells.get(name) for name in wanted):
            raise _Refused(Reason.MISSING)
        period = _period(cells)
        group, metric = cells.get("group_code", ""), cells.get("metric_code", "")
        group = "" if group.upper() == TOTAL else group
        score, most = _number(cells, "score"), _number(cells, "max_score")
        top, bottom, ratio = (
            _number(cells, name) if cells.get(name) else None
            for name in ("numerator", "denominator", "ratio")
        )
        unit = self._unit(cells, period)
        if (group and group not in self.groups) or (metric and metric not in self.groups.get(group, ())):
            raise _Refused(Reason.UNKNOWN_METRIC)
        if period.first > self.today:
            raise _Refused(Reason.FUTURE)
        counts = [number for number in (top, bottom) if number is not None]
        if score < 0 or score > most or any(number < 0 for number in counts) or not 0 <= (ratio or 0) <= 100:
            raise _Refused(Reason.IMPOSSIBLE)
        return Score(Key(period.key, unit, group, metric), top, bottom, ratio, score, most)

    def _unit(self, cells: Mapping[str, str], period: Period) -> str:
        """Dated id of the area, or the department. A bare code means nothing without the day and the name."""
        code = self.units.get(cells["dept_code"], cells["dept_code"])
        department = self.site.departments.get(code)
        if department is not None:
            return self._named(f"{DEPARTMENT}{code}", cells, department.name.vi)
        area = self.register.find(GSO, code, min(period.last, self.today))
        level = cells.get("dept_level", "").upper()
        if area is None or (level and _LEVELS.get(level) is not area.level):
            raise _Refused(Reason.UNKNOWN_UNIT)
        return self._named(area.id, cells, area.name, area)

    def _named(self, unit: str, cells: Mapping[str, str], official: str, area: Area | None = None) -> str:
        given = name_key(cells.get("dept_name", ""))
        others = [one.name for one in self.site.aliases if area is not None and one.code == area.code]
        if not given:
            raise _Refused(Reason.MISSING)
        spellings = [
            spelling
            for name in (official, *others)
            for spelling in (name, f"UBND {name}", f"Ủy ban nhân dân {name}")
        ]
        if given not in {name_key(one) for one in spellings}:
            raise _Refused(Reason.NAME_MISMATCH)
        return unit


def _period(cells: Mapping[str, str]) -> Period:
    found = _KINDS.get(cells["period_type"].lower())
    year, number = cells["year"], cells.get("period_no", "") or "1"
    if found is None or not re.fullmatch(r"20\d\d", year) or not re.fullmatch(r"\d{1,2}", number):
        raise _Refused(Reason.BAD_VALUE)
    kind, most = found
    at = int(number)
    if kind is PeriodKind.YEAR:
        return Period(date(int(year), 1, 1), kind)
    if not cells.get("period_no") or not 1 <= at <= most:
        raise _Refused(Reason.BAD_VALUE)
    return Period(date(int(year), at if kind is PeriodKind.MONTH else at * 3 - 2, 1), kind)


def _number(cells: Mapping[str, str], name: str) -> float:
    """A plain number, decimals after a point or a comma."""
    text = cells[name].replace("\u00a0", "").removesuffix("%").strip()
    if not (_COUNT if name in ("numerator", "denominator") else _NUMBER).fullmatch(text):
        raise _Refused(Reason.BAD_VALUE)
    return float(text.replace(",", "."))
