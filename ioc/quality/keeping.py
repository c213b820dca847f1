"""Keeping what a run found: before its publication the findings, after it the day's mark and what was received.

Owns the order of the two, so that a run that is never published leaves nothing a reader could see, and a crash
between them loses at most a mark that the next refresh sets again. Never raises for a run without findings.
"""

from __future__ import annotations

from datetime import datetime

from ioc.contract import SourceSpec
from ioc.office import Office
from ioc.periods import VIETNAM, Period
from ioc.quality.supply import Receipt, arrived, kind_of
from ioc.refresh.codes import Root
from ioc.refresh.outcome import Outcome
from ioc.warehouse.quality_shelf import DayMark


def keep(office: Office, run: int, outcome: Outcome) -> None:
    """Put the findings of a run that is about to be published on the shelf."""
    findings = outcome.quality()
    if findings is not None:
        office.warehouse.store_quality(run, outcome.source, findings)


def mark(office: Office, spec: SourceSpec, run: int, outcome: Outcome, now: datetime) -> None:
    """Say of a run that has been published that it stands for today, and what it brought in."""
    warehouse = office.warehouse
    findings = outcome.quality()
    if findings is not None:
        day = now.astimezone(VIETNAM).date()
        warehouse.note_day(spec.id, DayMark(day, run, outcome.as_of, findings.totals()))
    if spec.supply is not None:
        received = findings.received() if findings is not None else []
    elif outcome.as_of is not None:
        root = Root.of(office.register, office.site.head.root).id
        kind = kind_of(spec)
        known = [
            item.period
            for item in warehouse.receipts(spec.id)
            if item.unit == root and Period.parse(item.period).kind is kind
        ]
        received = [Receipt(period.key, root, now) for period in arrived(spec, known, outcome.as_of)]
    else:
        received = []
    if received:
        warehouse.add_receipts(spec.id, run, received)
