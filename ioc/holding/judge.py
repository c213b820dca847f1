"""The judge of one KPI: which of its numbers that have come are not believed, and by what bounds.

Owns the order of the questions: has the coverage collapsed, is a number possible at all, does it lie within
the bounds of its own history, do all of them together. Months are taken oldest first, so that each is judged by
what was believed before it. Open months are judged for coverage and possibility only, for their numbers are
still growing; but what came in one delivery with a closed month that was not believed is not believed either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from ioc.catalogue import Aggregation, Hold
from ioc.holding.bounds import (
    LAGS,
    RECENT,
    Interval,
    Scale,
    Signal,
    figure,
    from_before,
    from_history,
    hull,
    scale_of,
    signal,
)
from ioc.holding.cases import CaseState, Measure, Standing, Suspect, Why, near
from ioc.holding.series import Flags, Floats, Place, Series

_ADDED = (Aggregation.SUM, Aggregation.RATIO, Aggregation.POPULATION)
FEW = 5
"""Communes below which nothing can be said about coverage."""
_MOST = 0.8
"""Share of the areas that must have a number for a month's total to be compared."""


@dataclass
class Judge:
    """Judges one KPI. `first` is the first day the delivery reaches: what lies before has merely grown too old.

    After `judge`, `held` tells where what stands stays, `suspects` why.
    """

    series: Series
    standing: Mapping[Place, Standing]
    first: date
    held: Flags = field(init=False)
    suspects: list[Suspect] = field(default_factory=list)
    _numerator: Floats = field(init=False)
    _denominator: Floats = field(init=False)
    _doubted: bool = False

    def judge(self) -> None:
        """All periods, oldest first."""
        good = self.series.standing
        self.held = np.zeros(good.there.shape, dtype=np.bool_)
        self._numerator = np.where(good.impossible, np.nan, good.numerator)
        self._denominator = np.where(good.impossible, np.nan, good.denominator)
        for at, period in enumerate(self.series.periods):
            gone = good.there[at] & ~self.series.come.there[at]
            if not (gone.any() or self.series.changed[at].any()):
                continue
            if period.first >= self.first:
                self._judge(at, gone)
            self._believe(at)

    @property
    def _rule(self) -> Hold:
        return self.series.kpi.hold

    @property
    def _whole(self) -> str:
        """The area under whose name a whole month is held."""
        root, communes = self.series.tree.root, self.series.communes
        return root.communes if communes.any() else root.id

    def _judge(self, at: int, gone: Flags) -> None:
        come, changed = self.series.come, self.series.changed[at]
        running = bool(come.open[at].any())
        if self._collapsed(at, running) or self._beside_doubted(at, running):
            self.held[at] = changed | gone
            return
        if self._released(at):
            return
        found = self._impossible(at)
        if not running:
            found += [one for one in self._jumps(at) if one.area not in {other.area for other in found}]
        for one in found:
            self.held[at, self.series.column_of[one.area]] = True
        together = None if running else self._together(at)
        if together is not None:
            self.held[at] = changed
            found = [together]
        self.suspects += found

    def _believe(self, at: int) -> None:
        """From now on the numbers of a period are those that are shown."""
        come, good, held = self.series.come, self.series.standing, self.held[at]
        for mine, new, old in (
            (self._numerator, come.numerator, good.numerator),
            (self._denominator, come.denominator, good.denominator),
        ):
            invalid = np.where(held, good.impossible[at], come.impossible[at])
            mine[at] = np.where(invalid, np.nan, np.where(held, old[at], new[at]))

    # -- coverage -----------------------------------------------------------------------------------------

    def _collapsed(self, at: int, running: bool) -> bool:
        """Whether far fewer communes report than did; a month that has just closed is held to earlier ones."""
        mine = self.series.communes
        now = int((self.series.come.there[at] & mine).sum())
        good = self.series.standing
        before = int((good.there[at] & mine).sum())
        fresh = not before or good.open[at].any()
        if fresh and not running:
            earlier = (~np.isnan(self._numerator[max(0, at - RECENT) : at]) & mine).sum(axis=1)
            if len(earlier) >= self._rule.points - 1 and len(earlier):
                before = max(before, int(np.median(earlier)))
        least = self._rule.coverage * before
        if before < FEW or now >= least or self._released(at, reporting=now):
            return False
        self._doubted = True
        self.suspects.append(
            self._suspect(at, Why.COVERAGE, Measure.REPORTING, float(before), float(now), least, None)
        )
        return True

    def _beside_doubted(self, at: int, running: bool) -> bool:
        """Whether an open month came in one delivery with closed ones that are not believed."""
        if not (running and self._doubted and self.series.standing.there[at].any()):
            return False
        self.suspects.append(self._suspect(at, Why.JUMP, Measure.BATCH, None, None, None, None))
        return True

    # -- one number ---------------------------------------------------------------------------------------

    def _impossible(self, at: int) -> list[Suspect]:
        """Numbers that cannot be, where there is a good one to stay or the catalogue sets limits."""
        come, good, kpi = self.series.come, self.series.standing, self.series.kpi
        worse = come.impossible[at] & good.there[at] & ~good.impossible[at]
        value = self._values(come.numerator[at], come.denominator[at])
        low = -np.inf if self._rule.minimum is None else self._rule.minimum
        high = np.inf if self._rule.maximum is None else self._rule.maximum
        with np.errstate(invalid="ignore"):
            outside = ~come.impossible[at] & ((value < low) | (value > high))
        natural = (0.0, 100.0) if scale_of(kpi) is Scale.SHARE else (0.0, None)
        found = []
        for column in np.flatnonzero(self.series.changed[at] & (worse | outside)):
            limits = (self._rule.minimum, self._rule.maximum) if outside[column] else natural
            if not self._released(at, int(column)):
                found.append(self._cell(at, int(column), Why.IMPOSSIBLE, Measure.VALUE, *limits))
        return found

    def _jumps(self, at: int) -> list[Suspect]:
        """Numbers outside the bounds of their own history, and of what stood in their place."""
        good, come = self.series.standing, self.series.come
        closed = good.there[at] & ~good.open[at] & ~good.impossible[at]
        found: dict[int, Suspect] = {}
        for measure, scale in self._measures():
            new = signal(scale, *self._pair(measure, come.numerator[at], come.denominator[at]))
            history = signal(scale, *self._pair(measure, self._numerator, self._denominator))
            bounds = from_history(history[:at], new, self._rule, self._lag(at))
            before = signal(scale, *self._pair(measure, good.numerator[at], good.denominator[at]))
            nearby = from_before(before, new, self._rule)
            usable = closed & ((~np.isnan(history.level)).sum(axis=0) >= self._rule.points)
            bounds = hull(
                bounds, Interval(*(np.where(usable, end, np.nan) for end in (nearby.low, nearby.high)))
            )
            missed = bounds.misses(new.level) & self.series.changed[at] & ~come.impossible[at]
            for column in np.flatnonzero(missed):
                if int(column) not in found and not self._released(at, int(column)):
                    limits = self._figures(measure, scale, bounds, int(column))
                    found[int(column)] = self._cell(at, int(column), Why.JUMP, measure, *limits)
        return list(found.values())

    # -- all together -------------------------------------------------------------------------------------

    def _together(self, at: int) -> Suspect | None:
        """Whether the sum of all areas jumps, and not merely for the areas that are held already.

        A source that came twice need not carry any one commune out of its bounds. Once a few are held the rest
        must look ordinary, or the whole delivery is not believed.
        """
        if self.series.kpi.aggregation not in _ADDED:
            return None
        nobody, held = np.zeros_like(self.held[at]), self.held[at]
        rule = self._rule.model_copy(update={"floor": self._rule.together})
        found = self._sum_jumps(at, nobody, rule)
        few = held.any() and (held & self.series.summed).sum() < self.series.summed.sum() / 2
        if found is not None and few:
            strict = rule.model_copy(update={"spread": 1.0}) if found.old is not None else rule
            found = None if self._sum_jumps(at, held, strict) is None else found
        self._doubted = self._doubted or (found is not None and found.old is not None)
        return found

    def _sum_jumps(self, at: int, held: Flags, rule: Hold) -> Suspect | None:
        """The sum over all areas, good numbers in the place of those that are `held`, against its bounds.

        A closed month that stood before is compared with itself, area by area; a new one with its history.
        """
        come, good = self.series.come, self.series.standing
        here = np.where(held, ~np.isnan(good.numerator[at]), come.there[at] & ~come.impossible[at])
        here &= self.series.summed & ~self._let_pass(at)
        if here.sum() < 2:
            return None
        batch = self.standing.get((self._whole, self.series.periods[at].key))
        partial = batch is not None and batch.measure in (Measure.BATCH, Measure.REPORTING)
        both = here & good.there[at] & ~good.open[at] & ~good.impossible[at]
        again = both.sum() >= _MOST * here.sum() and not partial
        compared = both if again else here
        numerator = np.where(held, good.numerator[at], come.numerator[at])
        denominator = np.where(held, good.denominator[at], come.denominator[at])
        for measure, scale in self._measures():
            history = self._totals(measure, scale, here)
            new = self._total(measure, scale, numerator, denominator, compared)
            if again:
                old = self._total(measure, scale, good.numerator[at], good.denominator[at], both)
                bounds = from_before(old, new, rule)
                known = int((~np.isnan(history.level)).sum()) >= rule.points
            else:
                bounds, known = from_history(history[:at], new, rule, self._lag(at)), True
            if known and bounds.misses(new.level).any():
                stood = self._sum_figure(measure, good.numerator[at], good.denominator[at], both)
                now = self._sum_figure(measure, numerator, denominator, compared)
                limits = self._figures(measure, scale, bounds, 0)
                return self._suspect(at, Why.JUMP, measure, stood if again else None, now, *limits)
        return None

    def _let_pass(self, at: int) -> Flags:
        """Areas whose very number a person has let pass: it says nothing against the others."""
        key = self.series.periods[at].key
        return np.array(
            [
                (area, key) in self.standing and self._released(at, column)
                for column, area in enumerate(self.series.areas)
            ],
            dtype=np.bool_,
        )

    def _sum_figure(self, measure: Measure, n: Floats, d: Floats, here: Flags) -> float | None:
        return self._figure(measure, float(np.nansum(n[here])), float(np.nansum(d[here])))

    def _totals(self, measure: Measure, scale: Scale, here: Flags) -> Signal:
        """The totals of the same areas in every period; NaN where too many of them have no number."""
        numerator, denominator = self._numerator[:, here], self._denominator[:, here]
        there = (~np.isnan(numerator)).mean(axis=1) >= _MOST
        sums = [np.where(there, np.nansum(one, axis=1), np.nan)[:, None] for one in (numerator, denominator)]
        return signal(scale, *self._pair(measure, *sums))

    def _total(self, measure: Measure, scale: Scale, n: Floats, d: Floats, here: Flags) -> Signal:
        sums = [np.array([np.nansum(one[here])]) for one in (n, d)]
        return signal(scale, *self._pair(measure, *sums))

    # -- what was decided, and how it is told -------------------------------------------------------------

    def _released(self, at: int, column: int | None = None, reporting: int | None = None) -> bool:
        """Whether a person has let this very number pass, or one that hardly differs."""
        area = self._whole if column is None else self.series.areas[column]
        found = self.standing.get((area, self.series.periods[at].key))
        if found is None or found.state is not CaseState.RELEASED:
            return False
        if reporting is not None or found.measure is Measure.REPORTING:
            return found.measure is Measure.REPORTING and (
                reporting is None or reporting >= 0.9 * (found.new or 0)
            )
        numerator, denominator = self._sum(at, column)
        floor = self._rule.floor
        return near(found.numerator, numerator, floor) and near(found.denominator, denominator, floor)

    def _sum(self, at: int, column: int | None) -> tuple[float | None, float | None]:
        """Numerator and denominator that have come for one area, or for all together."""
        come = self.series.come
        summed = self.series.summed
        picked = [
            one[at, summed] if column is None else one[at, column : column + 1]
            for one in (come.numerator, come.denominator)
        ]
        return tuple(None if np.isnan(one).all() else float(np.nansum(one)) for one in picked)  # type: ignore[return-value]

    def _measures(self) -> list[tuple[Measure, Scale]]:
        found = [(Measure.VALUE, scale_of(self.series.kpi))]
        return [*found, (Measure.DENOMINATOR, Scale.SUM)] if self.series.kpi.is_share else found

    @staticmethod
    def _pair(measure: Measure, numerator: Floats, denominator: Floats) -> tuple[Floats, Floats]:
        return (denominator, denominator) if measure is Measure.DENOMINATOR else (numerator, denominator)

    def _lag(self, at: int) -> int | None:
        return LAGS.get(self.series.periods[at].kind)

    def _values(self, numerator: Floats, denominator: Floats) -> Floats:
        """Values as shown, NaN where there is none."""
        kpi = self.series.kpi
        if not kpi.is_share:
            return np.asarray(numerator / kpi.scale)
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = numerator / np.where(denominator == 0, np.nan, denominator)
        return np.asarray(100 * ratio if scale_of(kpi) is Scale.SHARE else ratio / kpi.scale)

    def _figure(self, measure: Measure, numerator: float, denominator: float) -> float | None:
        found = (
            denominator
            if measure is Measure.DENOMINATOR
            else float(self._values(np.array([numerator]), np.array([denominator]))[0])
        )
        return None if np.isnan(found) else float(found)

    def _figures(self, measure: Measure, scale: Scale, bounds: Interval, column: int) -> tuple[float, float]:
        """The bounds as figures people see."""
        ends = np.array([bounds.low[column], bounds.high[column]])
        plain = np.sinh(ends) if measure is Measure.DENOMINATOR else figure(scale, self.series.kpi, ends)
        low = (
            max(0.0, float(plain[0]))
            if scale is not Scale.SUM or bounds.high[column] > 0
            else float(plain[0])
        )
        return low, float(plain[1])

    def _cell(
        self, at: int, column: int, why: Why, measure: Measure, low: float | None, high: float | None
    ) -> Suspect:
        come, good = self.series.come, self.series.standing
        old = self._figure(measure, good.numerator[at, column], good.denominator[at, column])
        new = self._figure(measure, come.numerator[at, column], come.denominator[at, column])
        return self._suspect(at, why, measure, old, new, low, high, column)

    def _suspect(
        self, at: int, why: Why, measure: Measure, old: float | None, new: float | None, low: float | None,
        high: float | None, column: int | None = None,
    ) -> Suspect:  # fmt: skip
        area = self._whole if column is None else self.series.areas[column]
        period = self.series.periods[at].key
        stands = self.series.good.get((area, period))
        edition = None if stands is None or stands.numerator is None else stands.edition
        return Suspect(
            self.series.kpi.id,
            area,
            period,
            why,
            measure,
            old,
            new,
            low,
            high,
            *self._sum(at, column),
            edition,
        )
