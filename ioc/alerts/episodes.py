"""Episodes: how a member of a rule goes over its limit, stays, and comes back. Pure functions of what was read.

Owns hysteresis, minimum duration and the meaning of "resolved by a person". Knows neither KPIs nor tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Sign(StrEnum):
    """Where a value stands. BETWEEN: back from the limit, not yet beyond the margin. UNKNOWN says nothing at all."""

    BREACH = "breach"
    BETWEEN = "between"
    CALM = "calm"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Reading:
    """One member (a commune, the province, a source) as it was just read."""

    member: str
    sign: Sign
    period: str | None = None
    value: float | None = None
    limit: float | None = None
    numerator: float | None = None
    denominator: float | None = None


@dataclass(frozen=True)
class Watch:
    """A member that is not calm. `active` once it has been beyond the limit for as long as the rule asks."""

    member: str
    since: datetime
    active: bool
    settled: bool = False
    period: str | None = None
    value: float | None = None
    limit: float | None = None
    numerator: float | None = None
    denominator: float | None = None

    @property
    def counts(self) -> bool:
        """Whether it makes an alert: active, and not settled by a person."""
        return self.active and not self.settled


def watch(
    before: Mapping[str, Watch], readings: Iterable[Reading], hold: timedelta, now: datetime
) -> dict[str, Watch]:
    """The watches after these readings, by member. A member that was not read at all is forgotten.

    A breach counts once it has lasted `hold` without a break. A settled member stays quiet until it is calm or
    breaks its limit in another period.
    """
    after: dict[str, Watch] = {}
    for reading in readings:
        found = _next(before.get(reading.member), reading, hold, now)
        if found is not None:
            after[reading.member] = found
    return after


def _next(held: Watch | None, reading: Reading, hold: timedelta, now: datetime) -> Watch | None:
    match reading.sign:
        case Sign.CALM:
            return None
        case Sign.UNKNOWN:
            return held
        case Sign.BETWEEN:
            return _seen(held, reading) if held is not None and held.active else None
    if held is None or (held.settled and held.period != reading.period):
        held = Watch(reading.member, now, False)
    since = min(held.since, now)  # a clock that was set back makes nothing older than it is
    active = held.active or now - since >= hold
    return replace(_seen(held, reading), since=since, active=active)


def _seen(held: Watch, reading: Reading) -> Watch:
    return replace(
        held, period=reading.period, value=reading.value, limit=reading.limit, numerator=reading.numerator,
        denominator=reading.denominator,
    )  # fmt: skip


def settle(watches: Iterable[Watch]) -> list[Watch]:
    """The same watches after a person resolved their alert."""
    return [replace(one, settled=True) if one.active else one for one in watches]
