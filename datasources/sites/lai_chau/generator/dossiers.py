"""Dossiers as they come to be: which procedure, by which way, due when, finished when.

Owns the drawing of dossiers, shared by the generator of history and by the feeder, so that the future
continues the past. Knows neither tables nor deliberate errors.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from datasources.sites.lai_chau.generator import procedures
from datasources.sites.lai_chau.generator.facts import communes
from datasources.sites.lai_chau.generator.habits import Floats, Habits, before, habits
from datasources.sites.lai_chau.generator.workdays import (
    DAY,
    HOURS,
    NORMAL_DAY,
    day_weight,
    open_at,
    working_day,
)
from ioc.areas import REFORM

Ints = npt.NDArray[np.int64]
NEVER = np.iinfo(np.int64).max
"""Finishing time of a dossier that is still open."""
DIRECT, ONLINE, POSTAL = 1, 2, 3
_MONTH = 365.25 / 12
_FIRST_LEVEL, _LAST_LEVEL = 17_000, 19_300
"""Dossiers in an ordinary month at the start of history and at the anchor."""
_OUTSIDE = 0.115
"""Part of arrivals that falls outside counter hours, when only the portal receives."""
_POLICE = 0.9965
_ALWAYS_ONLINE = ("GD", "BH", "THUE")
_EPOCH = date(1970, 1, 1)


def seconds(day: date) -> int:
    """Midnight of a day, in seconds of province time since 1970."""
    return (day - _EPOCH).days * DAY


def daily_level(progress: float) -> float:
    """Dossiers of the whole province on an ordinary working day."""
    level = _FIRST_LEVEL + (_LAST_LEVEL - _FIRST_LEVEL) * min(max(progress, 0.0), 1.0)
    return level / _MONTH / NORMAL_DAY


def arrivals(
    rng: np.random.Generator, first: date, last: date, volume: float, seed: int
) -> tuple[Ints, Ints]:
    """Units and moments of everything received from `first` up to and without `last`, in order of time."""
    days = (last - first).days
    day_of = [date.fromordinal(first.toordinal() + shift) for shift in range(days)]
    level = np.array([daily_level(shift / days) * day_weight(day) for shift, day in enumerate(day_of)])
    counts = rng.poisson(np.outer(level * volume, habits(seed).volume))
    day, unit = (np.repeat(index.ravel(), counts.ravel()) for index in np.indices(counts.shape))
    hour = np.searchsorted(np.cumsum(HOURS), rng.random(len(day)))
    received = seconds(first) + day * DAY + np.minimum(hour, 23) * 3600 + rng.integers(0, 3600, len(day))
    order = np.argsort(received, kind="stable")
    return unit[order].astype(np.int64), received[order].astype(np.int64)


@dataclass(frozen=True)
class Dossiers:
    """Drawn dossiers, one array an attribute; moments are seconds of province time."""

    unit: Ints
    procedure: Ints
    channel: Ints
    received: Ints
    due: Ints
    reminder: Ints
    """From when the dossier counts as due soon: one working day before it is due."""
    fee: Ints
    paid_online: Ints
    digitised: Ints
    reused: Ints

    def picked(self, rows: Ints) -> Dossiers:
        """Some of the dossiers, in the order of `rows`."""
        return Dossiers(**{item.name: getattr(self, item.name)[rows] for item in fields(self)})


def draw(
    rng: np.random.Generator, unit: Ints, received: Ints, progress: Floats, seed: int, on_paper: float = 1.0
) -> Dossiers:
    """Everything known of a dossier once it is received. `progress` runs from 0 (history's start) to 1.

    `on_paper` multiplies the chance that a dossier handed in at a counter's hours is not online.
    """
    level = habits(seed)
    procedure = _choose(rng, unit)
    fee = procedures.column("fee").astype(np.int64)[procedure]
    chance = 1 - on_paper * (1 - _online_chance(seed, unit, procedure, received, progress))
    online = rng.random(len(unit)) < chance
    online |= ~open_at(received)
    channel = np.where(online, ONLINE, np.where(rng.random(len(unit)) < 0.04, POSTAL, DIRECT))

    def happens(rate: Floats, growth: float) -> Ints:
        return (rng.random(len(unit)) < before(rate[unit], growth, progress)).astype(np.int64)

    due = _due(received, procedure)
    return Dossiers(
        unit=unit,
        procedure=procedure,
        channel=channel.astype(np.int64),
        received=received,
        due=due,
        reminder=working_day(due // DAY, -1, "backward") * DAY + due % DAY,
        fee=fee,
        paid_online=happens(level.pay_online, 0.24) * (fee > 0),
        digitised=happens(level.digitised, 0.18),
        reused=happens(level.reused, 0.22),
    )


def _choose(rng: np.random.Generator, unit: Ints) -> Ints:
    pick = rng.random(len(unit))
    commune = np.searchsorted(np.cumsum(procedures.weights("XA")), pick)
    centre = np.searchsorted(np.cumsum(procedures.weights("TINH")), pick)
    chosen = np.where(unit == len(communes()), centre, commune)
    return np.minimum(chosen, len(procedures.PROCEDURES) - 1).astype(np.int64)


@lru_cache(maxsize=4)
def _chances(seed: int) -> Floats:
    """Chance of an online dossier in counter hours, unit x procedure, at the anchor.

    Essential services follow their field; the rest is set so that the unit's overall share comes out.
    """
    level: Habits = habits(seed)
    essential, full = procedures.column("essential") > 0, procedures.column("level") == 0
    closed = procedures.column("level") == 2
    fields = [item.field for item in procedures.PROCEDURES]
    always = np.array([field in _ALWAYS_ONLINE for field in fields]) & essential
    police = np.array([field == "CA" for field in fields]) & essential
    rows = []
    for number, share in enumerate(level.online):
        weight = procedures.weights("TINH" if number == len(communes()) else "XA")
        chance = np.where(essential, 0.995 - 0.55 * (0.99 - share), 0.0)
        chance[police] = _POLICE
        chance[always] = 1.0
        free = ~essential & ~closed
        missing = (share - _OUTSIDE) / (1 - _OUTSIDE) - weight @ chance
        base = missing / weight[free].sum()
        chance[free] = np.clip(base + 0.03 * np.where(full[free], 1, -1), 0.03, 0.995)
        rows.append(chance)
    return np.array(rows)


def _online_chance(seed: int, unit: Ints, procedure: Ints, received: Ints, progress: Floats) -> Floats:
    chance = _chances(seed)[unit, procedure]
    growth = np.where(procedures.column("essential")[procedure] > 0, 0.09, 0.26)
    growth = np.where(chance >= _POLICE, 0.01, growth)
    settled = (chance == 1.0) & (received >= seconds(REFORM))
    return np.where((chance == 0.0) | settled, chance, before(chance, growth, progress))


def _due(received: Ints, procedure: Ints) -> Ints:
    """17:00 of the working day on which the procedure's time is over; after 15:00 counts as next day."""
    start = received // DAY + (received % DAY >= 15 * 3600)
    days = procedures.column("days").astype(np.int64)[procedure]
    return working_day(start, days, "forward") * DAY + 17 * 3600


def finishing(ids: Ints, unit: Ints, received: Ints, due: Ints, seed: int) -> Ints:
    """When each dossier will be finished: a fixed property of its id, so that the feeder keeps the plan."""
    early, clock, luck = (_fraction(ids, seed * 8 + salt) for salt in (1, 2, 3))
    first, last = received // DAY, due // DAY
    day = np.minimum(first + np.floor(early**0.8 * (last - first + 1)).astype(np.int64), last)
    day = np.maximum(working_day(day, 0, "backward"), first)
    time = (8 * 3600 + clock * 8.8 * 3600).astype(np.int64)
    on_time = np.minimum(np.maximum(day * DAY + time, received + 600 + (clock * 5400).astype(np.int64)), due)
    late = working_day(last + 1, np.floor(early**2 * 14).astype(np.int64), "forward") * DAY + time
    return np.where(luck < habits(seed).late[unit], late, on_time)


def electronic_result(ids: Ints, unit: Ints, procedure: Ints, progress: Floats, seed: int) -> Ints:
    """Whether a dossier, once finished, yields a valid electronic result; fixed by its id like its end."""
    chance = before(habits(seed).result_digital[unit], 0.12, progress)
    yields = procedures.column("result").astype(np.int64)[procedure]
    return (_fraction(ids, seed * 8 + 4) < chance).astype(np.int64) * yields


def _fraction(ids: Ints, salt: int) -> Floats:
    """A number in [0, 1) for each id, always the same (splitmix64)."""
    with np.errstate(over="ignore"):
        value = ids.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(salt) * np.uint64(
            0xD1B54A32D192ED03
        )
        value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        value ^= value >> np.uint64(31)
    return (value >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def moments(values: Ints) -> list[str | None]:
    """Seconds of province time as text 'YYYY-MM-DD HH:MM:SS'; NEVER becomes None."""
    known = values != NEVER
    text = np.datetime_as_string(np.where(known, values, 0).astype("datetime64[s]"))
    letters = text.view(np.uint32).reshape(len(text), -1)
    letters[:, 10] = ord(" ")
    return [moment if there else None for moment, there in zip(text.tolist(), known.tolist(), strict=True)]
