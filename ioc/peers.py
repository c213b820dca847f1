"""Peers: which communes are most alike in what they are, so that what they do can be compared fairly.

Owns the method. Every trait is brought to one scale (logarithm for sizes, then less the mean, divided by the standard
deviation over all visible communes); the distance of two communes is the root of the weighted mean of squared
differences over the traits that both are known by. It knows no page; communes outside a scope take no part.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ioc.access import Scope
from ioc.areas import Area
from ioc.board import Board
from ioc.observations import Status
from ioc.slices import Floats
from ioc.traits import REGISTER_TRAITS, Trait

PEERS = 6
"""How many similar communes are shown and compared with."""
KNOWN = 0.5
"""Share of the weight that two communes must both be known by to be compared at all."""
BACK = 12
"""Periods looked back for a commune that has not reported the newest: context changes slowly."""
EARTH_KM = 6371.0
_DOUBTFUL = (Status.IMPOSSIBLE, Status.HELD)


@dataclass(frozen=True, slots=True)
class Peer:
    """A commune that is alike; `distance` 0 means equal in every trait, 1 one standard deviation apart."""

    area: Area
    distance: float


@dataclass(frozen=True)
class Likeness:
    """The visible communes by their traits: raw values (NaN unknown) and the same on one scale, (communes, traits)."""

    areas: tuple[Area, ...]
    traits: tuple[Trait, ...]
    periods: tuple[str | None, ...]
    values: Floats
    scaled: Floats

    def row(self, area: str) -> int | None:
        """The row of a commune's id; None when it is not among the visible ones."""
        return next((at for at, one in enumerate(self.areas) if one.id == area), None)

    def facts(self, area: str) -> list[tuple[Trait, float | None, str | None]]:
        """Every trait of one commune with its value, and the period of a figure."""
        at = self.row(area)
        if at is None:
            return []
        shown = [None if math.isnan(value) else float(value) for value in self.values[at]]
        return list(zip(self.traits, shown, self.periods, strict=True))


def peers(board: Board, area: str, scope: Scope, count: int = PEERS) -> list[Peer]:
    """The `count` communes in scope most alike to `area` (an id), nearest first; equals by code."""
    found = likeness(board, scope)
    at = found.row(area)
    if at is None:
        return []
    apart = distances(found.scaled, np.array([trait.weight for trait in found.traits]), at)
    order = sorted(
        (float(far), found.areas[other].code, other)
        for other, far in enumerate(apart)
        if other != at and math.isfinite(far)
    )
    return [Peer(found.areas[other], far) for far, _, other in order[:count]]


def likeness(board: Board, scope: Scope) -> Likeness:
    """The communes in scope by the site's traits; those of the register where the site declares none."""

    def build() -> Likeness:
        areas = tuple(area for area in board.communes if scope.allows(area=area.id))
        traits = board.site.traits or REGISTER_TRAITS
        columns: dict[str, Floats] = {}
        periods: list[str | None] = []
        for trait in traits:
            column, period = _column(trait, board, areas, scope)
            if trait.per is not None:
                below = columns[trait.per]
                column = np.divide(column, below, out=np.full(len(areas), np.nan), where=below > 0)
            columns[trait.id] = column
            periods.append(period)
        values = (
            np.column_stack([columns[trait.id] for trait in traits]) if areas else np.empty((0, len(traits)))
        )
        scaled = np.column_stack([standard(columns[trait.id], trait.scale == "log") for trait in traits])
        return Likeness(areas, traits, tuple(periods), values, scaled)

    return board.document(("likeness", scope.key), build)


def standard(values: Floats, log: bool) -> Floats:
    """One trait on the common scale: mean 0, standard deviation 1; zeros where all are equal, NaN where unknown.

    A logarithm takes half the smallest positive value for zero, so that the unit of measurement does not matter.
    """
    found = values.astype(np.float64)
    if log:
        positive = found[found > 0]
        if not len(positive):
            return np.where(np.isnan(found), np.nan, 0.0)
        found = np.log(np.where(found > 0, found, np.where(np.isnan(found), np.nan, positive.min() / 2)))
    known = found[~np.isnan(found)]
    spread = float(known.std()) if len(known) else 0.0
    if spread <= 1e-12 * max(1.0, float(np.abs(known).max(initial=0.0))):
        return np.where(np.isnan(found), np.nan, 0.0)
    scaled: Floats = (found - known.mean()) / spread
    return scaled


def distances(scaled: Floats, weights: Floats, at: int) -> Floats:
    """Distance of row `at` to every row; infinite where too few traits are known of both."""
    both = ~np.isnan(scaled) & ~np.isnan(scaled[at])
    gap = np.where(both, scaled - scaled[at], 0.0) ** 2
    weight = both @ weights
    enough = weight >= KNOWN * weights.sum()
    far: Floats = np.sqrt(
        np.divide(gap @ weights, weight, out=np.full(len(scaled), np.inf), where=enough & (weight > 0))
    )
    return far


def _column(trait: Trait, board: Board, areas: Sequence[Area], scope: Scope) -> tuple[Floats, str | None]:
    """The raw values of one trait, and the period of a figure."""
    if trait.of == "kpi":
        return _figures(trait, board, areas, scope)
    if trait.of == "places":
        counted = Counter(place.area for place in board.places(trait.place or "", scope))
        return np.array([counted.get(area.id, 0) for area in areas], dtype=np.float64), None
    if trait.of == "ward":
        return np.array([float(area.kind == "phường") for area in areas]), None
    if trait.of == "km2":
        return np.array([area.km2 or math.nan for area in areas], dtype=np.float64), None
    towards = [one for one in board.communes if (one.code == trait.to if trait.to else one.kind == "phường")]
    return _nearest(areas, towards), None


def _figures(trait: Trait, board: Board, areas: Sequence[Area], scope: Scope) -> tuple[Floats, str | None]:
    kpi = str(trait.kpi)
    if not scope.allows(kpi=kpi):
        return np.full(len(areas), np.nan), None
    newest = board.latest_period(kpi)
    earlier = [key for key in board.periods(kpi) if key != newest]
    known = dict.fromkeys((area.id for area in areas), math.nan)
    for period in [newest, *reversed(earlier[-BACK:])]:
        for cell in board.row(kpi, period, scope):
            part = getattr(cell, trait.part)
            if math.isnan(known[cell.area]) and part is not None and cell.status not in _DOUBTFUL:
                known[cell.area] = float(part)
        if not any(map(math.isnan, known.values())):
            break
    return np.array(list(known.values()), dtype=np.float64), newest


def _nearest(areas: Sequence[Area], towards: Sequence[Area]) -> Floats:
    """Kilometres along the great circle from each seat to the nearest of `towards`; NaN where a seat is unknown."""
    a_lat, a_lon = _radians(areas)
    b_lat, b_lon = _radians([one for one in towards if one.lat is not None and one.lon is not None])
    if not len(b_lat):
        return np.full(len(areas), np.nan)
    half = (
        np.sin((a_lat[:, None] - b_lat) / 2) ** 2
        + np.cos(a_lat)[:, None] * np.cos(b_lat) * np.sin((a_lon[:, None] - b_lon) / 2) ** 2
    )
    found: Floats = (2 * EARTH_KM * np.arcsin(np.sqrt(half))).min(axis=1)
    return found


def _radians(areas: Sequence[Area]) -> tuple[Floats, Floats]:
    lat = np.array([math.nan if one.lat is None else one.lat for one in areas], dtype=np.float64)
    lon = np.array([math.nan if one.lon is None else one.lon for one in areas], dtype=np.float64)
    return np.radians(lat), np.radians(lon)
