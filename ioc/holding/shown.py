"""What is shown while numbers are held: the last good ones, and everything that contains them, recomputed.

Owns the rule that a sum always equals the sum of what is shown beside it. A longer period or a larger area is
recomputed from its shown parts when what has come proves to be made of its parts in the same way; where it does
not (a distinct count of the whole, an official figure), its own last good value stays. Both are marked as held.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ioc.catalogue import Aggregation, Kpi
from ioc.holding.bounds import Scale, scale_of
from ioc.holding.series import Flags, Place, Row, Series
from ioc.observations import Status
from ioc.periods import Period

Fold = Callable[[Sequence[float]], float]
_FOLDS: dict[Aggregation, Fold] = {
    Aggregation.SUM: math.fsum,
    Aggregation.RATIO: math.fsum,
    Aggregation.POPULATION: math.fsum,
    Aggregation.MAX: max,
    Aggregation.MIN: min,
}
_CLOSE = 1e-6


def shown(series: Series, held: Flags) -> dict[Place, Row]:
    """Every number of the KPI that is not shown as it has come, by area and period."""
    found: dict[Place, Row] = {}
    touched: dict[str, list[Period]] = {}
    for at, column in np.argwhere(held):
        area, period = series.areas[column], series.periods[at]
        found[area, period.key] = _kept(series, (area, period.key))
        touched.setdefault(area, []).append(period)
    longer = _longer(series)
    for area, periods in touched.items():
        for period in longer.get(area, ()):
            if any(period.start < one.end and one.start < period.end for one in periods):
                found[area, period.key] = _of_periods(series, found, area, period)
    changed: dict[str, set[str]] = {}
    for area, key in found:
        for target in series.tree.targets.get(area, ()):
            changed.setdefault(target, set()).add(key)
    for target, keys in changed.items():
        for key in keys:
            if (target, key) in series.raw or (target, key) in series.good:
                found[target, key] = _of_areas(series, found, target, key)
    return found


def _longer(series: Series) -> dict[str, list[Period]]:
    """Periods of each area that are not judged themselves: cumulative ones, quarters, years."""
    found: dict[str, set[Period]] = {}
    for area, key in series.raw.keys() | series.good.keys():
        if key not in series.row_of and area in series.column_of:
            found.setdefault(area, set()).add(Period.parse(key))
    return {area: sorted(periods) for area, periods in found.items()}


def _kept(series: Series, place: Place) -> Row:
    """The last good number of a place under the mark; nothing but the mark where there is none."""
    come, good = series.raw.get(place), series.good.get(place)
    told = come or good
    reporting = good.reporting if good else told.reporting if told else None
    expected = told.expected if told else None
    if good is None:
        return Row(None, None, None, Status.HELD, reporting, expected)
    return replace(good, status=Status.HELD, expected=expected, edition=None)


def _of_periods(series: Series, found: Mapping[Place, Row], area: str, period: Period) -> Row:
    place = (area, period.key)
    inside = [one.key for one in series.periods if period.start <= one.start and one.end <= period.end]
    if not inside:  # a shorter period than the one that is held
        return _kept(series, place)
    evidence = series.raw if place in series.raw else series.good
    parts = [evidence[area, key] for key in inside if (area, key) in evidence]
    by_rule = _FOLDS.get(series.kpi.aggregation, math.fsum)
    for fold in (by_rule, lambda numbers: numbers[-1]):
        if _proves(series.kpi, evidence[place], parts, fold):
            now = [
                row
                for key in inside
                if (row := found.get((area, key)) or series.raw.get((area, key))) is not None
            ]
            return _folded(series, place, now, fold)
    return _kept(series, place)


def _of_areas(series: Series, found: Mapping[Place, Row], target: str, key: str) -> Row:
    place, members = (target, key), series.tree.members[target]
    fold = _FOLDS.get(series.kpi.aggregation)
    evidence = series.raw if place in series.raw else series.good
    parts = [evidence[area, key] for area in members if (area, key) in evidence]
    if fold is None or not _proves(series.kpi, evidence[place], parts, fold):
        return _kept(series, place)
    now = {
        area: row
        for area in members
        if (row := found.get((area, key)) or series.raw.get((area, key))) is not None
    }
    made = _folded(series, place, list(now.values()), fold)
    communes = (row for area, row in now.items() if area in series.tree.communes)
    return replace(made, reporting=sum(row.numerator is not None for row in communes))


def _proves(kpi: Kpi, whole: Row, parts: Iterable[Row], fold: Fold) -> bool:
    """Whether a number is what `fold` makes of its parts and its value what the catalogue makes of it."""
    known = [part for part in parts if part.numerator is not None]
    if not known or whole.numerator is None:
        return False
    numerator, denominator = _fold(known, fold)
    return (
        _alike(numerator, whole.numerator)
        and _alike(denominator, whole.denominator)
        and (whole.value is None or _alike(_value(kpi, numerator, denominator), whole.value))
    )


def _folded(series: Series, place: Place, parts: Sequence[Row], fold: Fold) -> Row:
    told = series.raw.get(place) or series.good[place]
    known = [part for part in parts if part.numerator is not None]
    if not known:
        return Row(None, None, None, Status.HELD, told.reporting, told.expected)
    numerator, denominator = _fold(known, fold)
    value = _value(series.kpi, numerator, denominator)
    return Row(numerator, denominator, value, Status.HELD, told.reporting, told.expected)


def _fold(parts: Sequence[Row], fold: Fold) -> tuple[float, float | None]:
    numerators = [part.numerator for part in parts if part.numerator is not None]
    denominators = [part.denominator for part in parts if part.denominator is not None]
    return fold(numerators), fold(denominators) if denominators else None


def _value(kpi: Kpi, numerator: float, denominator: float | None) -> float | None:
    """The value as a refresh computes it; None where there is nothing to divide by, or more than the whole."""
    if not kpi.is_share:
        return numerator / kpi.scale
    if not denominator or denominator < 0 or numerator < 0:
        return None
    if scale_of(kpi) is Scale.SHARE:
        return None if numerator > denominator else 100 * numerator / denominator
    return numerator / denominator / kpi.scale


def _alike(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=_CLOSE, abs_tol=_CLOSE)
