"""What an edition changed: the numbers that read differently from the edition before, in the order they are told.

Owns what is news and what is not: a figure that stays the same on a screen, or a longer period that only repeats its
months, is none. Reads no data itself.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from ioc import formats
from ioc.periods import Period
from ioc.site import Site

CHANGES_READ = 20_000
"""Differences looked at, newest periods first; beyond it a load is too large to be news."""


@dataclass(frozen=True, slots=True)
class Change:
    """A number that differs from the edition before; `before` or `after` is None where there was no value."""

    kpi: str
    area: str
    period: str
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Changes:
    """What is told of two editions; `cut` where more differs than was looked at."""

    listed: list[Change]
    cut: bool


def news(found: Sequence[Any], site: Site, areas: Container[str], communes: Container[str]) -> Changes:
    """Of the facts that differ those that are news: newest periods first, the root before its communes.

    `areas` are those of the board; each of `found` has kpi, area, period and an observation or None on either side.
    """
    listed = [
        Change(item.kpi, item.area, item.period, *sides)
        for item in found
        if item.kpi in site.kpis and item.area in areas and _whole(item, site)
        for sides in [tuple(side and side.value for side in (item.before, item.after))]
        if _read(sides[0], item.kpi, site) != _read(sides[1], item.kpi, site)
    ]
    order = {kpi: place for place, kpi in enumerate(site.kpis)}
    listed.sort(key=lambda item: (-_end(item.period), item.area in communes, order[item.kpi], item.area))
    return Changes(listed, cut=len(found) >= CHANGES_READ)


def _whole(item: Any, site: Site) -> bool:
    """Whether it is of a whole period of the KPI's own kind; longer ones only repeat it."""
    period = Period.parse(item.period)
    return not period.part and period.kind is site.kpis[item.kpi].base


def _read(value: float | None, kpi: str, site: Site) -> float | None:
    """The value as it is read on a screen."""
    return None if value is None else formats.rounded(value, site.kpis[kpi].decimals)


def _end(period: str) -> int:
    return Period.parse(period).end.toordinal()
