"""The question of an analysis: which KPIs, communes and periods, seen how, as one readable address carries it.

Owns the names and forms of the address's parts and the one canonical way to write a question; `ioc.analysis.address`
reads one and checks it against a board. Must not read numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from ioc.periods import PeriodKind

MOST_KPIS = 6
MOST_NAMED = 200
"""Communes that an address may name one by one; more are all of them."""
MOST_CONDITIONS = 6
MOST_CELLS = 120_000
ROLLING = 24
"""Periods shown when the address says nothing: the newest ones, whichever they are."""


class View(StrEnum):
    """Ways to see an analysis, as addresses name them."""

    LINES = "duong"
    BARS = "cot"
    DOTS = "cham"
    HEAT = "nhiet"
    SCATTER = "tuong-quan"
    SPREAD = "phan-bo"
    SMALL = "o-nho"
    MAP = "ban-do"
    MAP_TABLE = "ban-do-bang"
    TABLE = "bang"


THROUGH_TIME = frozenset({View.LINES, View.HEAT, View.SMALL, View.TABLE})
"""Views that show every period of the range; the others show its last one."""


class Way(StrEnum):
    """What is shown of a value."""

    VALUE = "gia-tri"
    INDEX = "chi-so"
    STEP = "ky-truoc"
    YEAR = "cung-ky"
    SINCE = "tu-goc"


FROM_BASE = frozenset({Way.INDEX, Way.SINCE})


class Against(StrEnum):
    """What values are held against."""

    TARGET = "muc-tieu"
    WHOLE = "tinh"
    BEFORE = "truoc"


class Test(StrEnum):
    """How a condition compares what is shown with its number."""

    BELOW = "duoi"
    AT_MOST = "toi-da"
    EQUAL = "bang"
    AT_LEAST = "toi-thieu"
    ABOVE = "tren"


KINDS = {
    "ngay": PeriodKind.DAY, "thang": PeriodKind.MONTH, "quy": PeriodKind.QUARTER, "nam": PeriodKind.YEAR,
    "nam-hoc": PeriodKind.SCHOOL_YEAR,
}  # fmt: skip
TOTAL = "-luy-ke"
NAMES = ("kpi", "xa", "loai", "tu", "den", "xem", "cach", "goc", "so", "gop", "loc", "bang", "sap", "ban")
"""Parts of an address, in the order they are written."""
YES = "co"


@dataclass(frozen=True)
class Fault:
    """One part of an address that cannot be read: its name and the words to say (`explore.fault.<key>`)."""

    part: str
    key: str
    values: tuple[tuple[str, str], ...] = ()


class QueryError(ValueError):
    """An address that asks for something there is not; `faults` says what, part by part."""

    def __init__(self, faults: list[Fault]):
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{one.part}: {one.key}" for one in faults))


@dataclass(frozen=True)
class Condition:
    """Keeps the communes whose shown figure of `kpi` in the last period passes."""

    kpi: str
    test: Test
    number: float

    def passes(self, value: float) -> bool:
        """Whether a figure, rounded as it is shown, passes."""
        return {
            Test.BELOW: value < self.number,
            Test.AT_MOST: value <= self.number,
            Test.EQUAL: math.isclose(value, self.number, abs_tol=1e-9),
            Test.AT_LEAST: value >= self.number,
            Test.ABOVE: value > self.number,
        }[self.test]

    def write(self) -> str:
        """As an address carries it: ``ops_online_share:duoi:80``."""
        return f"{self.kpi}:{self.test}:{self.number:.6f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Query:
    """A question that this board can answer.

    `areas` are present codes of communes, None for all in scope. `first` and `last` are None while the range rolls
    on with new editions; `periods` are the keys of the range as this board has them, ascending. `base` is the period
    that index and change since start from, the first of the range by default. `sort` orders the table: the key of a
    column, with a minus for descending.
    """

    kpis: tuple[str, ...]
    areas: tuple[str, ...] | None
    kind: PeriodKind
    cumulative: bool
    first: str | None
    last: str | None
    periods: tuple[str, ...]
    view: View = View.LINES
    way: Way = Way.VALUE
    base: str | None = None
    against: tuple[Against, ...] = ()
    merged: bool = False
    conditions: tuple[Condition, ...] = ()
    table: bool = False
    sort: str | None = None
    edition: int | None = None

    @property
    def shown(self) -> str:
        """The last period of the range: the one that views of a single period show."""
        return self.periods[-1]

    @property
    def start(self) -> str:
        """The period that counts as base."""
        return self.base or self.periods[0]

    def write(self, default_kpi: str, default_kind: PeriodKind) -> str:
        """The canonical query string: only what differs from the default, always in the same order."""
        loai = next(name for name, kind in KINDS.items() if kind is self.kind)
        given = {
            "kpi": "" if self.kpis == (default_kpi,) else ",".join(self.kpis),
            "xa": ",".join(self.areas or ()),
            "loai": loai + (TOTAL if self.cumulative else "")
            if (self.kind, self.cumulative) != (default_kind, False)
            else "",
            "tu": plain(self.first),
            "den": plain(self.last),
            "xem": "" if self.view is View.LINES else self.view.value,
            "cach": "" if self.way is Way.VALUE else self.way.value,
            "goc": plain(self.base),
            "so": ",".join(self.against),
            "gop": YES if self.merged else "",
            "loc": ",".join(one.write() for one in self.conditions),
            "bang": YES if self.table else "",
            "sap": self.sort or "",
            "ban": str(self.edition) if self.edition else "",
        }
        return "&".join(f"{name}={quote(given[name], safe=',:')}" for name in NAMES if given[name])


def plain(key: str | None) -> str:
    """A period key as addresses carry it: without the mark of the cumulative basis, which ``loai`` says."""
    return (key or "").removesuffix(".ytd")
