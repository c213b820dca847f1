"""How each commune behaves: how much it receives, how far it is digital, and how that grows.

Owns the synthetic rates, which fall with remoteness and with the share of people in gap villages, as the
published reports describe. All are invented; only their ranges follow published ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from datasources.sites.lai_chau.generator.facts import communes

Floats = npt.NDArray[np.float64]
CENTRE_SHARE = 0.2
"""Part of all dossiers that goes to the provincial centre, the last unit of every array."""
_NOISE = 0.05


@dataclass(frozen=True)
class Habits:
    """Rates by unit: the 38 communes by code, then (dossier rates only) the provincial centre.

    Each rate is the level at the anchor; `before` gives the level earlier on.
    """

    volume: Floats
    online: Floats
    late: Floats
    pay_online: Floats
    digitised: Floats
    result_digital: Floats
    reused: Floats
    social: Floats
    pension: Floats
    tuition: Floats
    health: Floats
    etax: Floats
    cash_register: Floats
    id_card: Floats
    eid: Floats


def before(level: Floats, growth: Floats | float, progress: Floats | float) -> Floats:
    """The level when `progress` (0 at the start of history, 1 at the anchor) of `growth` had been made."""
    return np.clip(level - growth * (1 - np.minimum(progress, 1.0)), 0.02, 0.998)


@lru_cache(maxsize=4)
def habits(seed: int) -> Habits:
    """The rates for one seed."""
    rng = np.random.default_rng([seed, 11])
    units = communes()
    remote = np.array([unit.remoteness for unit in units])
    gap = np.array([(unit.no_mobile + 0.1 * unit.no_cable) / unit.villages for unit in units])
    people = np.array([unit.population for unit in units], dtype=float)

    def rate(base: float, by_remoteness: float, by_gap: float, low: float, high: float) -> Floats:
        noise = rng.uniform(-_NOISE, _NOISE, len(units))
        return np.clip(base - by_remoteness * remote - by_gap * gap + noise, low, high)

    def with_centre(values: Floats, centre: float) -> Floats:
        return np.append(values, centre)

    late = 0.0015 + 0.026 * remote * rng.uniform(0, 1, len(units)) ** 2
    # two communes of middling size that cannot keep up, so that there is something to find
    late[rng.choice(np.flatnonzero((remote > 0.35) & (remote < 0.6)), 2, replace=False)] = 0.019
    busy = people * (1.25 - 0.4 * remote)
    return Habits(
        volume=with_centre(busy / busy.sum() * (1 - CENTRE_SHARE), CENTRE_SHARE),
        online=with_centre(rate(0.985, 0.26, 0.45, 0.645, 0.985), 0.968),
        late=with_centre(late, 0.004),
        pay_online=with_centre(rate(0.84, 0.42, 0.2, 0.385, 0.84), 0.82),
        digitised=with_centre(rate(0.94, 0.36, 0.2, 0.51, 0.95), 0.93),
        result_digital=with_centre(rate(0.975, 0.22, 0.1, 0.62, 0.985), 0.97),
        reused=with_centre(rate(0.66, 0.36, 0.1, 0.22, 0.72), 0.61),
        social=rate(0.95, 0.28, 0.25, 0.61, 0.95),
        pension=rate(0.985, 0.16, 0.1, 0.78, 0.99),
        tuition=rate(0.93, 0.38, 0.2, 0.45, 0.96),
        health=rate(0.70, 0.36, 0.1, 0.25, 0.75),
        etax=rate(0.80, 0.34, 0.1, 0.40, 0.85),
        cash_register=rate(0.98, 0.22, 0.1, 0.66, 0.99),
        id_card=rate(0.985, 0.05, 0.03, 0.90, 0.99),
        eid=rate(0.84, 0.24, 0.15, 0.575, 0.845),
    )
