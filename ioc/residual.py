"""The residual: what the figures of old units leave over when they are set against the present communes.

Owns the comparison, cell by cell, of what was reported for old units with what is shown for the commune they make up.
For counts and sums it must be nothing where units were merged; a count of different things may be smaller than its
parts together, which is said and not mended. Reads the warehouse; changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ioc.catalogue import Aggregation, Kpi
from ioc.crosswalk import Crosswalk
from ioc.measures import Formula, parse_measure
from ioc.observations import Observation, Status
from ioc.site import Site

_TENTH_OF_A_MILLIONTH = 1e-7


class Reader(Protocol):
    """What is asked of the warehouse."""

    def slice(self, kpi: str, edition: int) -> Sequence[Observation]:
        """Observations of one KPI as of one edition."""


@dataclass(frozen=True)
class Residual:
    """One KPI: how many cells were compared, how many differ, the largest difference of a numerator or denominator.

    `estimated` cells hold a share of a divided unit. `additive` says whether parts must add up at all.
    """

    kpi: str
    additive: bool
    cells: int
    differing: int
    largest: float
    estimated: int


def residuals(site: Site, crosswalk: Crosswalk, reader: Reader, edition: int) -> list[Residual]:
    """The residual of every KPI that has figures of old units, in the order of the catalogue."""
    found = (_of_kpi(kpi, site, crosswalk, reader.slice(kpi.id, edition)) for kpi in site.kpis.values())
    return [one for one in found if one.cells]


def _of_kpi(kpi: Kpi, site: Site, crosswalk: Crosswalk, numbers: Iterable[Observation]) -> Residual:
    at = {(one.area, one.period): one for one in numbers}
    heirs = {heir for fate in crosswalk.fates.values() for heir in fate.heirs}
    cells = differing = estimated = 0
    largest = 0.0
    for heir in sorted(heirs):
        into = crosswalk.constituents(heir)
        periods = (
            sorted({period for area, period in at for fate in into if area == fate.old.id}) if into else []
        )
        for period in periods:
            present = at.get((heir, period))
            if present is None:
                continue
            estimated += present.status is Status.ESTIMATED
            if any(fate.estimated for fate in into):
                continue  # shares are of the unit as a whole; they add up over all its heirs, not within one
            parts = [one for fate in into if (one := at.get((fate.old.id, period))) is not None]
            cells += 1
            gap = max(
                abs(sum(one.numerator or 0.0 for one in parts) - (present.numerator or 0.0)),
                abs(sum(one.denominator or 0.0 for one in parts) - (present.denominator or 0.0)),
            )
            differing += gap > _TENTH_OF_A_MILLIONTH
            largest = max(largest, gap)
    return Residual(kpi.id, additive(kpi, site), cells, differing, largest, estimated)


def additive(kpi: Kpi, site: Site) -> bool:
    """Whether figures of parts add up to those of the whole."""
    column = site.sources[kpi.source].column
    formulas: list[Formula] = []
    if kpi.aggregation is not Aggregation.OFFICIAL:
        formulas = [parse_measure(text, column) for text in (kpi.numerator, kpi.denominator) if text]
    plain = all(one.function in ("count", "sum") and not one.members for one in formulas)
    return plain and kpi.aggregation in (Aggregation.RATIO, Aggregation.SUM)
