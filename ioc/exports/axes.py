"""Axes: how a value becomes a place on a line, and which ticks stand beside it.

Owns the three kinds a figure of ours has (numbers, days, names) in plotly's terms. Knows no trace and no SVG.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from typing import Any

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TAG = re.compile(r"<[^>]{0,80}>")


def bare(text: Any) -> str:
    """A text of plotly's without its little HTML."""
    return unescape(_TAG.sub(" ", str(text or ""))).strip()


@dataclass
class Axis:
    """One axis. `low` and `high` in the axis' own numbers; `names` are those of a category axis, in order."""

    spec: Mapping[str, Any]
    kind: str
    low: float
    high: float
    names: list[str] = field(default_factory=list)
    comma: bool = True

    def at(self, value: Any) -> float | None:
        """Where a value lies between 0 and 1 (it may lie outside); None for what is no value of this axis."""
        number = self.number(value)
        if number is None:
            return None
        share = (number - self.low) / ((self.high - self.low) or 1.0)
        return 1 - share if self.spec.get("autorange") == "reversed" else share

    def number(self, value: Any) -> float | None:
        """A value as a number of this axis."""
        if value is None:
            return None
        if self.kind == "category":
            if isinstance(value, int | float) and not isinstance(value, bool):
                return float(value)
            return float(self.names.index(str(value))) if str(value) in self.names else None
        if self.kind == "date":
            found = _DAY.match(str(value))
            return float(date.fromisoformat(found[0]).toordinal()) if found else None
        try:
            number = float(value)
        except (TypeError, ValueError):
            return None
        return number if math.isfinite(number) else None

    def ticks(self, most: int) -> list[tuple[float, str]]:
        """Places between 0 and 1 with their labels."""
        given = self.spec.get("tickvals")
        if given is not None:
            texts = self.spec.get("ticktext") or given
            places = [(self.at(value), bare(text)) for value, text in zip(given, texts, strict=False)]
            return [(place, text) for place, text in places if place is not None and -0.001 <= place <= 1.001]
        if self.kind == "category":
            return [(place, bare(name)) for name in self.names if (place := self.at(name)) is not None]
        if self.kind == "date":
            return self._months(most)
        return self._numbers(most)

    def _numbers(self, most: int) -> list[tuple[float, str]]:
        span = self.high - self.low
        step = float(self.spec.get("dtick") or 0) or _nice(
            span / max(1, min(most, int(self.spec.get("nticks") or most)))
        )
        decimals = next((one for one in range(6) if abs(step * 10**one - round(step * 10**one)) < 1e-6), 6)
        suffix = str(self.spec.get("ticksuffix") or "")
        value = math.ceil(self.low / step - 1e-9) * step
        found: list[tuple[float, str]] = []
        while value <= self.high + step * 1e-6 and len(found) < 40:
            place = self.at(value)
            if place is not None:
                found.append((place, self.label(value, decimals) + suffix))
            value += step
        return found

    def label(self, value: float, decimals: int) -> str:
        """A number with the separators of the figure."""
        shown = f"{abs(value):,.{decimals}f}"
        if self.comma:
            shown = shown.replace(",", " ").replace(".", ",").replace(" ", ".")
        return ("\u2212" if round(value, decimals) < 0 else "") + shown

    def _months(self, most: int) -> list[tuple[float, str]]:
        first, last = date.fromordinal(int(self.low)), date.fromordinal(int(self.high))
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        every = next((one for one in (1, 2, 3, 6, 12, 24, 60) if months / one <= most), 120)
        found = []
        for at in range(months + 1):
            month = first.year * 12 + first.month - 1 + at
            if month % every == 0:
                on = date(month // 12, month % 12 + 1, 1)
                place = self.at(on.isoformat())
                if place is not None and -0.001 <= place <= 1.001:
                    found.append((place, f"{on.month}/{on.year}" if every < 12 else str(on.year)))
        return found


def axis_of(
    spec: Mapping[str, Any], values: Iterable[Any], bases: Sequence[float] = (), comma: bool = True
) -> Axis:
    """The axis for `values`, which may hold None; `bases` must lie on it as well (the foot of bars)."""
    known = [value for value in values if value is not None]
    kind = spec.get("type") or _guess(known)
    if kind == "category":
        order = spec.get("categoryarray") or []
        names = list(dict.fromkeys([*(str(one) for one in order), *(str(value) for value in known)]))
        return Axis(spec, "category", -0.5, max(len(names) - 0.5, 0.5), names, comma)
    probe = Axis(spec, "date" if kind == "date" else "linear", 0, 1, comma=comma)
    numbers = [number for value in known if (number := probe.number(value)) is not None]
    given = spec.get("range")
    if given and (ends := [probe.number(one) for one in given]) and None not in ends:
        low, high = float(ends[0] or 0), float(ends[1] or 0)
        if low > high:
            return Axis({**spec, "autorange": "reversed"}, probe.kind, high, low, comma=comma)
        return Axis(spec, probe.kind, low, high, comma=comma)
    low, high = min(numbers, default=0.0), max(numbers, default=1.0)
    room = (high - low) * 0.06 or abs(high) * 0.06 or 1.0
    if bases:
        low, high = min(low, *bases), max(high, *bases)
        low, high = low if low in bases else low - room, high if high in bases else high + room
    elif probe.kind == "date":
        low, high = low - (high - low) * 0.015 - 1, high + (high - low) * 0.015 + 1
    elif spec.get("rangemode") == "tozero":
        low, high = min(0.0, low), max(0.0, high) + room
    else:
        low, high = low - room, high + room
    return Axis(spec, probe.kind, low, high, comma=comma)


def _guess(values: Sequence[Any]) -> str:
    texts = [value for value in values if isinstance(value, str)]
    if not texts:
        return "linear"
    return "date" if all(_DAY.match(value) for value in texts) else "category"


def _nice(step: float) -> float:
    """The next step of 1, 2 or 5 times a power of ten."""
    if step <= 0 or not math.isfinite(step):
        return 1.0
    power: float = 10.0 ** math.floor(math.log10(step))
    return next(power * one for one in (1, 2, 2.5, 5, 10) if power * one >= step * 0.999)
