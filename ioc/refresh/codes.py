"""Where a row belongs: a bare code, its vintage and its name, resolved to one dated area or to a reason.

Owns the walk through the register: present codes, codes of before the reform, what became of the old unit,
and the name that guards a code against having been given to another commune. Must not know rows; it is
asked once for each distinct (vintage, code, name).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from ioc.areas import COMMUNES, DEPARTMENTS, GSO, REFORM, Area, Level, LinkKind, Register, name_key
from ioc.crosswalk import DIVIDED
from ioc.runs import RowReason
from ioc.sitehead import Alias

_COMMUNE_CODE = re.compile(r"[0-9]{5}")


@dataclass(frozen=True)
class Root:
    """The area a site is about, with the pseudo-areas below it. All three are ids."""

    id: str
    country: bool

    @property
    def departments(self) -> str:
        """What the departments did themselves."""
        return self.id + DEPARTMENTS

    @property
    def communes(self) -> str:
        """The sum over the communes."""
        return self.id + COMMUNES

    @staticmethod
    def of(register: Register, code: str) -> Root:
        """The root of a site; `code` is a province code or "VN". Raises KeyError when it is not there."""
        for area in register.areas:
            wanted = area.level is Level.COUNTRY if code == "VN" else area.code == code
            if wanted and area.valid_to is None and area.level is not Level.COMMUNE:
                return Root(area.id, code == "VN")
        raise KeyError(f"the register holds no present unit {code!r}")


@dataclass(frozen=True)
class Spot:
    """Where a row counts (`area`), or why nowhere; `reported` is the old unit it was reported for, where that
    unit went into another. A row of a unit divided by weights counts to the unit's pseudo-area.
    """

    area: str | None = None
    reason: RowReason | None = None
    reported: str | None = None


class Resolver:
    """Resolves codes on one day. Never pads, never looks a unit up by its name.

    `divided` are ids of old units whose figures are shared out by weights instead of being parked.
    """

    def __init__(
        self, register: Register, aliases: Iterable[Alias], today: date, divided: Collection[str] = ()
    ):
        self.register = register
        self.today = today
        self.divided = frozenset(divided)
        self.aliases: dict[str, set[str]] = {}
        self.records: dict[str, list[Area]] = {}
        for area in register.areas:
            self.records.setdefault(area.code, []).append(area)
        for alias in aliases:
            self.aliases.setdefault(alias.code, set()).add(name_key(alias.name))

    def resolve(self, old: bool, code: str, name: str | None) -> tuple[str | None, RowReason | None]:
        """The id of the present commune, or None and why not. See `place`."""
        spot = self.place(old, code, name)
        return spot.area, spot.reason

    def place(self, old: bool, code: str, name: str | None) -> Spot:
        """Where a row with this code and name counts.

        `old` says that the code is one of before 1 July 2025. A name, when there is one, must be that of
        the unit or an approved alias of it.
        """
        if not _COMMUNE_CODE.fullmatch(code):
            return Spot(reason=RowReason.BAD_VALUE)
        found = self._find(code, REFORM - timedelta(days=1) if old else self.today)
        if found is None:
            other = self._find(code, self.today if old else REFORM - timedelta(days=1))
            return Spot(reason=RowReason.WRONG_VINTAGE if other else RowReason.UNKNOWN_CODE)
        if name is not None and name_key(name) not in self._names(found):
            return Spot(reason=RowReason.NAME_MISMATCH)
        area, reason = self._successor(found)
        if not old:
            return Spot(area, reason)
        joined = any(link.kind is not LinkKind.SAME for link in self.register.successors.get(found.id, ()))
        reported = found.id if joined else None
        if reason is RowReason.SPLIT_UNIT and found.id in self.divided:
            return Spot(found.id + DIVIDED, None, reported)
        return Spot(area, reason, reported)

    def _find(self, code: str, day: date) -> Area | None:
        area = self.register.find(GSO, code, day)
        return area if area is not None and area.level is Level.COMMUNE else None

    def _names(self, area: Area) -> set[str]:
        """Names a unit may bear: its own, those of its other records of the same era, approved aliases."""
        era = area.valid_from >= REFORM
        same = (
            other
            for other in self.records[area.code]
            if other.level is area.level and (other.valid_from >= REFORM) == era
        )
        return {name_key(other.name) for other in same} | self.aliases.get(area.code, set())

    def _successor(self, area: Area) -> tuple[str | None, RowReason | None]:
        seen = {area.id}
        while area.valid_to is not None:
            links = self.register.successors.get(area.id, ())
            renamed = None if links else self._find(area.code, area.valid_to)
            if renamed is not None:
                area = renamed
                continue
            if not links:
                return None, RowReason.UNKNOWN_CODE
            if len(links) > 1 or links[0].kind is LinkKind.SPLIT:
                return None, RowReason.SPLIT_UNIT
            area = self.register.by_id[links[0].new]
            if area.id in seen:
                raise ValueError(f"the crosswalk runs in a circle at {area.id}")
            seen.add(area.id)
        return area.id, None
