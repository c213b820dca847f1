"""The question of an analysis: which KPIs, communes and periods, seen how, as one readable address carries it.

Owns the names and forms of the address's parts, their check against a board through a scope, and the one canonical
way to write a question back. What is wrong is said part by part, never guessed at; must not read numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import quote

from ioc.access import Scope
from ioc.board import Board
from ioc.catalogue import Kpi
from ioc.periods import Period, PeriodKind
from ioc.unknown import UnknownError

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
Choice = TypeVar("Choice", bound=StrEnum)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
_SORT = re.compile(r"-?[a-z0-9_.]{1,60}")
_CODE = re.compile(r"\d{2,5}")


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
            "tu": _plain(self.first),
            "den": _plain(self.last),
            "xem": "" if self.view is View.LINES else self.view.value,
            "cach": "" if self.way is Way.VALUE else self.way.value,
            "goc": _plain(self.base),
            "so": ",".join(self.against),
            "gop": YES if self.merged else "",
            "loc": ",".join(one.write() for one in self.conditions),
            "bang": YES if self.table else "",
            "sap": self.sort or "",
            "ban": str(self.edition) if self.edition else "",
        }
        return "&".join(f"{name}={quote(given[name], safe=',:')}" for name in NAMES if given[name])


def _plain(key: str | None) -> str:
    return (key or "").removesuffix(".ytd")


def default_kpi(board: Board, scope: Scope) -> Kpi:
    """The KPI of an address that names none."""
    kpis = board.site.kpis
    head = board.site.head.headline_map
    return (
        kpis[head]
        if scope.allows(kpi=head)
        else next(one for one in kpis.values() if scope.allows(kpi=one.id))
    )


def read(given: Mapping[str, str], board: Board, scope: Scope) -> Query:
    """The question in the parts of an address. Raises QueryError naming every part that is wrong."""
    reader = _Reader(given, board, scope)
    query = reader.query()
    if reader.faults:
        raise QueryError(reader.faults)
    assert query is not None  # noqa: S101 - without faults there is one
    return query


class _Reader:
    """Reads the parts one after the other and gathers the faults."""

    def __init__(self, given: Mapping[str, str], board: Board, scope: Scope):
        self.given = {name: text.strip() for name, text in given.items() if text.strip()}
        self.board, self.scope = board, scope
        self.faults: list[Fault] = []

    def fault(self, part: str, key: str, **values: str) -> None:
        self.faults.append(Fault(part, key, tuple((name, text[:60]) for name, text in values.items())))

    def query(self) -> Query | None:
        for name in self.given:
            if name not in NAMES:
                self.fault(name, "unknown", name=name, names=", ".join(NAMES))
        kpis = self._kpis()
        areas = self._areas()
        view = self._one("xem", View, View.LINES)
        way = self._one("cach", Way, Way.VALUE)
        against = self._several("so", Against)
        conditions = self._conditions(kpis)
        sort = self.given.get("sap")
        if sort and not _SORT.fullmatch(sort):
            self.fault("sap", "sort", text=sort)
        kind, cumulative = self._kind(kpis)
        if not kpis or self.faults:
            return None
        keys = self._keys(kpis, kind, cumulative)
        suffix = ".ytd" if cumulative else ""
        first, last, base = (self._period(name, kind, suffix, keys) for name in ("tu", "den", "goc"))
        if self.faults:
            return None
        periods = self._range(kpis, keys, kind, cumulative, first, last)
        count = len(areas) if areas is not None else len(self.board.communes)
        wide = len(periods) if view in THROUGH_TIME else 1
        if len(kpis) * count * wide > MOST_CELLS:
            self.fault("tu", "large", most=f"{MOST_CELLS:,}".replace(",", "."))
        return Query(
            kpis, areas, kind, cumulative, first, last, periods, view, way, base, against,
            self._yes("gop"), conditions, self._yes("bang"), sort, self._edition(),
        )  # fmt: skip

    def _kpis(self) -> tuple[str, ...]:
        asked = self._list("kpi") or [default_kpi(self.board, self.scope).id]
        if len(asked) > MOST_KPIS:
            self.fault("kpi", "many_kpis", most=str(MOST_KPIS), n=str(len(asked)))
        for kpi in asked:
            try:
                self.board.kpi(kpi, self.scope)
            except UnknownError:
                self.fault("kpi", "kpi", text=kpi)
                return ()
        return tuple(asked)

    def _areas(self) -> tuple[str, ...] | None:
        asked = self._list("xa")
        if not asked:
            return None
        if len(asked) > MOST_NAMED:
            self.fault("xa", "many_areas", most=str(MOST_NAMED), n=str(len(asked)))
            return ()
        known = {area.code for area in self.board.communes if self.scope.allows(area=area.id)}
        for code in asked:
            if not _CODE.fullmatch(code) or code not in known:
                self.fault("xa", "area", text=code)
                return ()
        return tuple(sorted(asked))

    def _kind(self, kpis: tuple[str, ...]) -> tuple[PeriodKind, bool]:
        asked = self.given.get("loai")
        if asked is None:
            return (self.board.site.kpis[kpis[0]].base if kpis else PeriodKind.MONTH), False
        kind = KINDS.get(asked.removesuffix(TOTAL))
        if kind is None:
            self.fault("loai", "choice", text=asked, choices=", ".join([*KINDS, f"thang{TOTAL}"]))
        return kind or PeriodKind.MONTH, asked.endswith(TOTAL)

    def _keys(self, kpis: tuple[str, ...], kind: PeriodKind, cumulative: bool) -> list[str]:
        found = {key for kpi in kpis for key in self.board.periods(kpi, cumulative, kind)}
        keys = sorted(found, key=lambda key: Period.parse(key).first)
        if not keys:
            if "loai" in self.given:
                self.fault("loai", "no_kind")
            else:  # nothing was published of these KPIs yet: the empty table of their newest period
                keys = [self.board.latest_period(kpis[0])]
        return keys

    def _period(self, name: str, kind: PeriodKind, suffix: str, keys: list[str]) -> str | None:
        text = self.given.get(name)
        if text is None:
            return None
        key = text.removesuffix(".ytd") + suffix
        try:
            found = Period.parse(key)
        except ValueError:
            self.fault(name, "period", text=text)
            return None
        if found.kind is not kind or found.part:
            self.fault(name, "period_kind", text=text)
            return None
        if keys and not keys[0] <= key <= keys[-1]:
            self.fault(name, "period_outside", text=text, first=_plain(keys[0]), last=_plain(keys[-1]))
        return key

    def _range(
        self,
        kpis: tuple[str, ...],
        keys: list[str],
        kind: PeriodKind,
        cumulative: bool,
        first: str | None,
        last: str | None,
    ) -> tuple[str, ...]:
        if last is None:
            # the newest that every KPI has, so that they are seen together
            last = min(
                (self._latest(kpi, kind, cumulative) for kpi in kpis),
                key=lambda key: (key is None, key or ""),
            )
            last = last or keys[-1]
        found = [key for key in keys if key <= last and (first is None or first <= key)]
        if first is None:
            found = found[-ROLLING:]
        if not found:
            self.fault("tu", "range", first=_plain(first), last=_plain(last))
        return tuple(found) or (last,)

    def _latest(self, kpi: str, kind: PeriodKind, cumulative: bool) -> str | None:
        """The newest period of a KPI; of its own kind not the open one in its first days, as everywhere else."""
        keys, latest = self.board.periods(kpi, cumulative, kind), self.board.latest_period(kpi)
        return latest if latest in keys else keys[-1] if keys else None

    def _conditions(self, kpis: tuple[str, ...]) -> tuple[Condition, ...]:
        found: list[Condition] = []
        for text in self._list("loc"):
            kpi, _, rest = text.partition(":")
            test, _, number = rest.partition(":")
            if kpi not in kpis:
                self.fault("loc", "condition_kpi", text=kpi)
            elif test not in set(Test) or not _NUMBER.fullmatch(number):
                self.fault("loc", "condition", text=text)
            else:
                found.append(Condition(kpi, Test(test), float(number)))
        if len(found) > MOST_CONDITIONS:
            self.fault("loc", "many_conditions", most=str(MOST_CONDITIONS))
        return tuple(found)

    def _edition(self) -> int | None:
        asked = self.given.get("ban")
        if asked is not None and asked != str(self.board.edition.number):
            self.fault("ban", "edition", text=asked)
        return self.board.edition.number if asked else None

    def _one(self, name: str, choices: type[Choice], default: Choice) -> Choice:
        asked = self.given.get(name)
        if asked is None:
            return default
        if asked not in set(choices):
            self.fault(name, "choice", text=asked, choices=", ".join(choices))
            return default
        return choices(asked)

    def _several(self, name: str, choices: type[Choice]) -> tuple[Choice, ...]:
        asked = self._list(name)
        for text in asked:
            if text not in set(choices):
                self.fault(name, "choice", text=text, choices=", ".join(choices))
                return ()
        return tuple(one for one in choices if one.value in asked)

    def _yes(self, name: str) -> bool:
        asked = self.given.get(name)
        if asked not in (None, YES):
            self.fault(name, "choice", text=asked or "", choices=YES)
        return asked == YES

    def _list(self, name: str) -> list[str]:
        """The items of a part, each once, in their order."""
        return list(
            dict.fromkeys(part.strip() for part in self.given.get(name, "").split(",") if part.strip())
        )
