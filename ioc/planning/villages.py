"""Villages as a plan sees them: what each lacks, whether it has power, and why its households weigh more.

Owns the step from the register of villages to that, and the protection of small counts on the way: a weight that
would tell the number of poor households of a very small village is not given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ioc.gaps import register as gap_register
from ioc.gaps.definitions import Gaps
from ioc.planning.assumptions import Assumptions, Emphasis
from ioc.planning.model import Service


@dataclass(frozen=True, slots=True)
class Village:
    """One village. `lat` and `lon` are None where no point is known; `traits` are ids of emphases."""

    id: str
    name: str
    commune: str
    households: int
    lat: float | None
    lon: float | None
    lacks: frozenset[Service] = frozenset()
    traits: frozenset[str] = frozenset()
    standing: str = "measured"


def villages_of(
    found: Iterable[gap_register.Village], gaps: Gaps, assumptions: Assumptions
) -> tuple[Village, ...]:
    """The villages of a register, by id."""
    return tuple(
        Village(
            one.id, one.name, one.area, one.households, one.lat, one.lon,
            frozenset(
                service.id for service in assumptions.services.values() if one.gaps.intersection(service.gaps)
            ),
            frozenset(name for name, item in assumptions.emphases.items() if _has(one, item, gaps)),
            one.standing,
        )
        for one in sorted(found, key=lambda one: one.id)
    )  # fmt: skip


def _has(one: gap_register.Village, item: Emphasis, gaps: Gaps) -> bool:
    if item.column != "poor_share":
        given = getattr(one, item.column)
        return bool(given) if item.at_least is None else given is not None and given >= item.at_least
    if one.poor_households is None or not one.households or item.at_least is None:
        return False
    least = one.households * item.at_least / 100
    if (
        gaps.protection is not None
        and "poor_households" in gaps.protection.columns
        and least < gaps.protection.k
    ):
        return False  # whether it has the weight or not would tell a count that is hidden
    return one.poor_households >= least


def weights(
    villages: Iterable[Village], assumptions: Assumptions, bonus: Mapping[str, float]
) -> dict[tuple[str, Service], int]:
    """Weight of every need in hundredths: that of the service × (1 + the bonuses of the village)."""
    found = {}
    for one in villages:
        factor = 1 + sum(bonus.get(name, 0.0) for name in sorted(one.traits))
        for service in one.lacks:
            found[one.id, service] = round(100 * assumptions.services[service].weight * factor)
    return found
