"""Bounds: how far a number may lie from its own history before somebody has to look at it.

Owns the scales on which numbers are compared (logit for percentages, logarithm for the rest) with the chance
that small counts owe to chance alone, and the robust interval from median and MAD of the changes. Pure
functions of arrays with a row a period and a column an area; NaN is no number.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ioc.catalogue import Hold, Kpi
from ioc.periods import PeriodKind

Floats = NDArray[np.float64]
LAGS = {PeriodKind.MONTH: 12, PeriodKind.QUARTER: 4}
"""Periods after which the season comes round."""
RECENT = 6
"""Periods whose median is taken for the level."""
_NORMAL = 1.4826


class Scale(StrEnum):
    """How a number is compared: a part of a whole, a ratio of two sums, or a sum."""

    SHARE = "share"
    RATIO = "ratio"
    SUM = "sum"


def scale_of(kpi: Kpi) -> Scale:
    """The scale of a KPI's value; its denominator is always compared as a sum."""
    if not kpi.is_share:
        return Scale.SUM
    return Scale.SHARE if kpi.is_percent else Scale.RATIO


@dataclass(frozen=True)
class Signal:
    """Numbers on their scale and the variance that chance alone gives each of them."""

    level: Floats
    chance: Floats

    def __getitem__(self, at: slice | int) -> Signal:
        return Signal(self.level[at], self.chance[at])


def signal(scale: Scale, numerator: Floats, denominator: Floats) -> Signal:
    """Put numbers on their scale. Half a case is added on either side, so that 0 of 12 is no infinity."""
    if scale is Scale.SUM:
        return Signal(np.arcsinh(numerator), 1 / (np.abs(numerator) + 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        if scale is Scale.RATIO:
            some = denominator > 0
            level = np.log(np.maximum(numerator, 0) + 0.5) - np.log(np.where(some, denominator, np.nan) + 0.5)
            return Signal(level, 1 / (np.abs(numerator) + 0.5) + 1 / (np.abs(denominator) + 0.5))
        whole = np.where(denominator > 0, denominator, np.nan)
        part = np.clip((np.clip(numerator, 0, whole) + 0.5) / (whole + 1), 1e-9, 1 - 1e-9)
        return Signal(np.log(part / (1 - part)), 1 / ((whole + 1) * part * (1 - part)))


def figure(scale: Scale, kpi: Kpi, level: Floats) -> Floats:
    """Back from the scale to the figure people see."""
    if scale is Scale.SHARE:
        return 100 / (1 + np.exp(-level))
    return np.asarray((np.exp(level) if scale is Scale.RATIO else np.sinh(level)) / kpi.scale)


@dataclass(frozen=True)
class Interval:
    """On the scale of a signal, a pair for each area; NaN where there is too little to judge by."""

    low: Floats
    high: Floats

    def misses(self, level: Floats) -> NDArray[np.bool_]:
        """Whether each level lies outside. What cannot be judged never does."""
        with np.errstate(invalid="ignore"):
            outside: NDArray[np.bool_] = (level < self.low) | (level > self.high)
        return outside


def from_history(history: Signal, new: Signal, rule: Hold, lag: int | None) -> Interval:
    """Where the number after `history` (oldest first) may lie.

    Expected is the last number, moved by the usual change; where a year is known also by the change of the
    same season; and the recent level, for after one odd month the usual ones are no surprise.
    """
    level = history.level
    nothing = np.full(level.shape[1:], np.nan)
    if len(level) < 2:
        return Interval(nothing, nothing)
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # columns without any number
        steps = np.diff(level, axis=0)
        usual = np.nanmedian(steps, axis=0)
        spread = _NORMAL * np.nanmedian(np.abs(steps - usual), axis=0)
        last, chance = _last(history)
        expected = [last + usual, np.nanmedian(level[-RECENT:], axis=0)]
        if lag is not None and len(level) > lag:
            expected.append(last + level[-lag] - level[-lag - 1])
        reach = rule.spread * np.sqrt(np.maximum(spread, rule.floor) ** 2 + chance + new.chance)
        low, high = np.nanmin(expected, axis=0) - reach, np.nanmax(expected, axis=0) + reach
    known = (~np.isnan(level)).sum(axis=0) >= rule.points
    return Interval(np.where(known, low, np.nan), np.where(known, high, np.nan))


def from_before(before: Signal, new: Signal, rule: Hold) -> Interval:
    """Where a correction of a number that stood before may lie: how lively the series is does not matter."""
    reach = rule.spread * np.sqrt(rule.floor**2 + before.chance + new.chance)
    return Interval(before.level - reach, before.level + reach)


def hull(one: Interval, other: Interval) -> Interval:
    """What lies in either, or between them."""
    return Interval(np.fmin(one.low, other.low), np.fmax(one.high, other.high))


def _last(history: Signal) -> tuple[Floats, Floats]:
    """The newest number of each column among the last three, and its chance."""
    level, chance = np.full(history.level.shape[1:], np.nan), np.full(history.level.shape[1:], np.nan)
    for back in range(1, min(3, len(history.level)) + 1):
        empty = np.isnan(level)
        level = np.where(empty, history.level[-back], level)
        chance = np.where(empty, history.chance[-back], chance)
    return level, chance
