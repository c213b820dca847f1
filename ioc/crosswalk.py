"""The crosswalk of 1 July 2025 as a rule for numbers: what each old unit's figures become on present communes.

Owns the verdict on every old unit: carried over exactly, divided by weights that a document answers for, or refused.
Weights are villages where every part has them, else population, else area. Knows neither KPIs nor rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import isclose

from ioc.areas import GSO, REFORM, Area, LinkKind, Register
from ioc.sitehead import Split, SplitPart

DIVIDED = "+chia"
"""Suffix of the pseudo-area that holds the rows of an old unit until they are divided; never published."""


class Method(StrEnum):
    """How the figures of an old unit come to present communes."""

    EXACT = "exact"
    VILLAGES = "villages"
    POPULATION = "population"
    AREA = "area"
    REFUSED = "refused"


_MEASURES = ((Method.VILLAGES, "villages"), (Method.POPULATION, "population"), (Method.AREA, "km2"))


@dataclass(frozen=True)
class Fate:
    """What became of one old unit: the shares of present communes (ids), adding up to 1; none when refused."""

    old: Area
    method: Method
    shares: tuple[tuple[str, float], ...]
    heirs: tuple[str, ...]
    document: str | None = None

    @property
    def estimated(self) -> bool:
        """Whether figures carried over are estimates."""
        return self.method not in (Method.EXACT, Method.REFUSED)


class Crosswalk:
    """The fate of every old commune of a register, by its id."""

    def __init__(self, register: Register, splits: Iterable[Split] = ()):
        weighed = {split.code: split for split in splits}
        self.fates: dict[str, Fate] = {}
        for area in register.areas:
            links = register.successors.get(area.id, ())
            if area.valid_to is None or area.valid_to > REFORM or not links:
                continue
            heirs = tuple(sorted({link.new for link in links}))
            whole = len(heirs) == 1 and all(link.kind is not LinkKind.SPLIT for link in links)
            if whole:
                self.fates[area.id] = Fate(area, Method.EXACT, ((heirs[0], 1.0),), heirs)
                continue
            self.fates[area.id] = _divided(register, area, heirs, weighed.get(area.code))

    @property
    def divided(self) -> dict[str, Fate]:
        """Units whose figures are divided by weights."""
        return {area: fate for area, fate in self.fates.items() if fate.estimated}

    def constituents(self, area: str) -> list[Fate]:
        """The old units that went, wholly or in part, into a present commune together with others.

        A commune that the reform left as it was has none.
        """
        into = [fate for fate in self.fates.values() if area in fate.heirs]
        if len(into) == 1 and into[0].method is Method.EXACT:
            return []
        return sorted(into, key=lambda fate: fate.old.code)


def part_weights(parts: Iterable[SplitPart]) -> tuple[Method, list[float]]:
    """The measure that all parts have, best first, and the share of each; refused when there is none."""
    found = list(parts)
    for method, name in _MEASURES:
        sizes = [getattr(part, name) for part in found]
        if all(size is not None for size in sizes) and sum(sizes) > 0:
            return method, [size / sum(sizes) for size in sizes]
    return Method.REFUSED, []


def _divided(register: Register, area: Area, heirs: tuple[str, ...], split: Split | None) -> Fate:
    if split is None:
        return Fate(area, Method.REFUSED, (), heirs)
    found = [register.find(GSO, part.code, REFORM) or _now(register, part.code) for part in split.part]
    ids = [one.id if one else "" for one in found]
    # a part that went elsewhere would have to be left out, and the rest would not add up to the whole
    method, weights = part_weights(split.part)
    if len(heirs) < 2 or sorted(ids) != sorted(heirs) or method is Method.REFUSED:
        return Fate(area, Method.REFUSED, (), heirs, split.source)
    assert isclose(sum(weights), 1.0)  # noqa: S101 - they are shares of their own sum
    return Fate(area, method, tuple(zip(ids, weights, strict=True)), heirs, split.source)


def _now(register: Register, code: str) -> Area | None:
    return next((area for area in register.communes if area.code == code), None)


def old_unit(register: Register, code: str) -> Area | None:
    """The commune that carried `code` on the eve of the reform."""
    return register.find(GSO, code, REFORM - timedelta(days=1))
