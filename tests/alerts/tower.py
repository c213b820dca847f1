"""A test province with rules, numbers published at will and a clock in the test's hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ioc.alerts.book import Book
from ioc.alerts.evaluator import Evaluator, Outcome
from ioc.alerts.records import Alert
from tests.board.province import ROOT, Province, share

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # 10:00 in the province
RULE = """
[[alert]]
id = "{id}"
name = {{ vi = "Luật {id}", en = "Rule {id}" }}
kind = "{kind}"
{rest}
"""
LOW = 'kpi = "online"\nlevel = "commune"\nlimit = 60\nmargin = 10'
"""Beyond the limit below 60 %, back from 70 % on."""


def rule(rest: str = LOW, id: str = "thap", kind: str = "threshold") -> str:
    """A rule as it stands in a file."""
    return RULE.format(id=id, kind=kind, rest=rest)


class Tower:
    """One installation under `folder` whose time passes only when told."""

    def __init__(self, folder: Path, url: str, rules: str, communes: int = 6, **settings: Any):
        (folder / "site" / "alerts").mkdir(parents=True)
        self.file = folder / "site" / "alerts" / "a.toml"
        self.file.write_text(rules, encoding="utf-8")
        self.province = Province(folder, communes=communes, warehouse=url, **settings)
        self.province.lease.seconds = 1e6
        self.term = self.province.lease.acquire() or 0
        self.office, self.areas = self.province.office, self.province.areas
        self.book = Book(self.province.warehouse)
        self.evaluator = Evaluator(self.office)
        self.now = START

    def publish(self, *percents: float | None, kpi: str = "online", period: str = "2026-10") -> int:
        """One edition with a share for each commune (None: not reported) and the province's."""
        known = [
            (area, value) for area, value in zip(self.areas, percents, strict=False) if value is not None
        ]
        rows = [share(kpi, area, period, value * 10, 1000) for area, value in known]
        total = sum(value for _, value in known) * 10
        rows.append(share(kpi, ROOT, period, total, 1000 * len(known) or 1, len(known), len(self.areas)))
        return self.province.publish(rows, at=self.now).number

    def look(self, minutes: float = 0) -> Outcome:
        """Let time pass and look at every rule."""
        self.now += timedelta(minutes=minutes)
        found = self.evaluator.evaluate(self.term, self.now)
        assert found is not None
        return found

    def see(self, *percents: float | None, minutes: float = 1) -> Outcome:
        """Publish and look."""
        self.now += timedelta(minutes=minutes)
        self.publish(*percents)
        return self.look()

    def only(self) -> Alert:
        """The one alert that has not ended."""
        (found,) = self.book.unresolved()
        return found

    def restarted(self) -> None:
        """Another process takes over the evaluation with the same term."""
        self.evaluator = Evaluator(self.office)
