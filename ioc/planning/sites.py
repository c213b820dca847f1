"""Candidates of a plan: those listed by name, and those drawn up by rule for villages that no listed one would serve.

Owns distances (great circle, longer by a factor for terrain), costs and the dependency on power. A village without a
point gets no candidate of its own: it is reported, never placed at its commune's centre.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ioc.planning.assumptions import Assumptions, Listed, Measure
from ioc.planning.model import Candidate, Service
from ioc.planning.villages import Village

EARTH_KM = 6371.0088
NEAR_KM = 3.0
"""A listed measure without a village takes its power from the nearest one within this distance."""


@dataclass(frozen=True, slots=True)
class Site:
    """One candidate with what is told of it. `km` is the line that must be built; `source` the village it starts from."""

    candidate: Candidate
    name: str
    village: str | None
    lat: float | None
    lon: float | None
    km: float | None = None
    origin: str | None = None
    listed: bool = False


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance of two points (latitude, longitude)."""
    (lat1, lon1), (lat2, lon2) = a, b
    p, q = math.radians(lat1), math.radians(lat2)
    h = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(h)))


def draw_up(
    villages: Sequence[Village],
    assumptions: Assumptions,
    listed: Iterable[Listed] = (),
    *,
    services: Iterable[Service] = tuple(Service),
    cost: float = 1.0,
    reach: float = 1.0,
) -> list[Site]:
    """All candidates, those that need power tied to what can give it. `cost` and `reach` are factors on every one."""  # fmt: skip
    wanted = frozenset(services)
    survey = _Survey(villages, assumptions, cost, reach)
    sites = [survey.listed(one) for one in (*assumptions.candidates.values(), *listed)]
    served = {(village, site.candidate.service) for site in sites for village in site.candidate.serves}
    for measure in assumptions.measures.values():
        if not measure.generated:
            continue
        for village in villages:
            lacks = village.lacks if measure.service is None else village.lacks & {measure.service}
            useful = measure.service in wanted or (measure.gives_power and Service.GRID in village.lacks)
            if not lacks or not useful or (village.id, measure.service) in served:
                continue
            if measure.service is None and Service.GRID not in village.lacks:
                continue
            made = survey.generated(measure, village)
            if made is not None:
                sites.append(made)
    return sorted((survey.powered(site, sites) for site in sites), key=lambda site: site.candidate.id)


class _Survey:
    """Distances between villages, each asked for once."""

    def __init__(self, villages: Sequence[Village], assumptions: Assumptions, cost: float, reach: float):
        self.by_id = {one.id: one for one in villages}
        self.placed = [one for one in villages if one.lat is not None and one.lon is not None]
        self.measures = assumptions.measures
        self.cost, self.reach = cost, reach
        self._nearest: dict[tuple[str, Service], tuple[float, Village] | None] = {}

    def listed(self, one: Listed) -> Site:
        measure = self.measures[one.measure]
        home = self.by_id.get(one.village) if one.village else None
        point = (one.lat, one.lon) if one.lat is not None else (home.lat, home.lon) if home else (None, None)
        serves = list(one.serves)
        if not serves and measure.service is not None:
            reach = measure.reach_km if one.reach_km is None else one.reach_km
            serves = self._within(measure, home, point, reach)
        if home is None:
            home = self._closest(point)
        candidate = Candidate(
            one.id, one.measure, measure.service, _money(one.cost * self.cost), tuple(sorted(serves)),
            tuple((name,) for name in one.after),
        )  # fmt: skip
        name = one.name or (home.name if home else one.id)
        return Site(candidate, name, home.id if home else None, *point, listed=True)

    def generated(self, measure: Measure, village: Village) -> Site | None:
        if village.lat is None or village.lon is None:
            return None
        km = origin = None
        if measure.per_km or measure.longest_km is not None:
            near = self._nearest_served(village, measure.service or Service.GRID)
            if near is None:
                return None
            km, origin = near[0] * measure.terrain, near[1].id
            if measure.longest_km is not None and km > measure.longest_km:
                return None
        cost = measure.fixed + measure.per_km * (km or 0.0) + measure.per_household * village.households
        point = (village.lat, village.lon)
        serves = self._within(measure, village, point, measure.reach_km) if measure.service else ()
        candidate = Candidate(
            f"{measure.id}-{village.id}",
            measure.id,
            measure.service,
            _money(cost * self.cost),
            tuple(sorted(serves)),
        )
        return Site(candidate, village.name, village.id, *point, km=km, origin=origin)

    def powered(self, site: Site, sites: Sequence[Site]) -> Site:
        """The site with its dependency: at a village off the grid one of the measures that bring power there."""
        one, home = site.candidate, self.by_id.get(site.village or "")
        if not self.measures[one.kind].needs_power or home is None or Service.GRID not in home.lacks:
            return site
        power = tuple(sorted(
            other.candidate.id for other in sites
            if self.measures[other.candidate.kind].gives_power and (home.id == other.village or home.id in other.candidate.serves)
        ))  # fmt: skip
        changed = Candidate(one.id, one.kind, one.service, one.cost, one.serves, (*one.requires, power))
        return Site(changed, site.name, site.village, site.lat, site.lon, site.km, site.origin, site.listed)

    def _within(
        self, measure: Measure, home: Village | None, point: tuple[float | None, float | None], reach: float
    ) -> list[str]:
        found = {home.id} if home is not None and measure.service in home.lacks else set()
        lat, lon = point
        if lat is not None and lon is not None and reach > 0:
            # a degree of latitude is 111 km: what is farther in one direction alone is not even measured
            span = reach * self.reach / measure.terrain
            for one in self.placed:
                if measure.service not in one.lacks or one.lat is None or one.lon is None:
                    continue
                if (
                    abs(one.lat - lat) * 110.5 <= span
                    and distance_km((lat, lon), (one.lat, one.lon)) <= span + 1e-9
                ):
                    found.add(one.id)
        return sorted(found)

    def _nearest_served(self, village: Village, service: Service) -> tuple[float, Village] | None:
        key = village.id, service
        if key not in self._nearest:
            here = (village.lat or 0.0, village.lon or 0.0)
            served = (
                (distance_km(here, (one.lat or 0.0, one.lon or 0.0)), one.id)
                for one in self.placed if service not in one.lacks and one.id != village.id
            )  # fmt: skip
            best = min(served, default=None)
            self._nearest[key] = None if best is None else (best[0], self.by_id[best[1]])
        return self._nearest[key]

    def _closest(self, point: tuple[float | None, float | None]) -> Village | None:
        lat, lon = point
        if lat is None or lon is None:
            return None
        near = ((distance_km((lat, lon), (one.lat or 0.0, one.lon or 0.0)), one.id) for one in self.placed)
        best = min(near, default=None)
        return self.by_id[best[1]] if best is not None and best[0] <= NEAR_KM else None


def _money(value: float) -> int:
    """Millions of đồng, rounded up: an estimate is never made cheaper by rounding."""
    return math.ceil(value - 1e-9)


def without_power(sites: Iterable[Site]) -> list[str]:
    """Ids of candidates that can never be built: they need power that no candidate gives."""
    return [site.candidate.id for site in sites if () in site.candidate.requires]


def by_id(sites: Iterable[Site]) -> Mapping[str, Site]:
    """Sites by the id of their candidate."""
    return {site.candidate.id: site for site in sites}
