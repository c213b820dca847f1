"""The report of one benchmark run: what was measured, beside what we claim, in one table."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter


@dataclass
class Report:
    """Collects lines and prints them as they come; `failed` counts claims that did not hold."""

    lines: list[tuple[str, str, str, str]] = field(default_factory=list)
    failed: int = 0

    def section(self, title: str) -> None:
        """Begin a new part."""
        print(f"\n## {title}", flush=True)

    def claim(self, what: str, measured: float, unit: str, limit: float, at_least: bool = False) -> None:
        """A figure with the bound we promise for it."""
        held = measured >= limit if at_least else measured <= limit
        self.failed += not held
        bound = f"{'≥' if at_least else '≤'} {limit:g} {unit}"
        self._line(what, f"{measured:,.4g} {unit}", bound, "ok" if held else "NOT MET")

    def note(self, what: str, measured: float, unit: str, beside: str = "") -> None:
        """A figure for comparison, without a bound."""
        self._line(what, f"{measured:,.4g} {unit}", beside, "")

    def skip(self, what: str, why: str) -> None:
        """Something that could not be measured here."""
        self._line(what, "–", why, "skipped")

    def _line(self, *cells: str) -> None:
        self.lines.append((cells[0], cells[1], cells[2], cells[3]))
        print(f"{cells[0]:<66} {cells[1]:>16}  {cells[2]:<24} {cells[3]}", flush=True)


def median_ms(act: Callable[[], object], times: int = 200, warm: int = 5) -> float:
    """Median time of `act` in milliseconds."""
    for _ in range(warm):
        act()
    found = []
    for _ in range(times):
        start = perf_counter()
        act()
        found.append((perf_counter() - start) * 1000)
    return statistics.median(found)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0-1) of `values` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
