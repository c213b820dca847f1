"""The address of an analysis read back: its parts, checked one by one against a board through a scope.

Owns every fault an address can have; what is wrong is said part by part, never guessed at, and defaults are the same
for everybody. Must not read numbers beyond which periods there are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from ioc.access import Scope
from ioc.analysis.query import (
    KINDS,
    MOST_CELLS,
    MOST_CONDITIONS,
    MOST_KPIS,
    MOST_NAMED,
    NAMES,
    ROLLING,
    THROUGH_TIME,
    TOTAL,
    YES,
    Against,
    Condition,
    Fault,
    Query,
    QueryError,
    Test,
    View,
    Way,
    plain,
)
from ioc.board import Board
from ioc.catalogue import Kpi
from ioc.periods import Period, PeriodKind
from ioc.unknown import UnknownError

Choice = TypeVar("Choice", bound=StrEnum)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
_SORT = re.compile(r"-?[a-z0-9_.]{1,60}")
_CODE = re.compile(r"\d{2,5}")


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
            self.fault(name, "period_outside", text=text, first=plain(keys[0]), last=plain(keys[-1]))
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
            self.fault("tu", "range", first=plain(first), last=plain(last))
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
