"""The desk of the publishing leader: a delivery is judged and published, or confirmed when it says nothing new.

Owns the tie between a run's outcome, the judgement and the book of holds; and finding again what a source sent
last, so that a decision takes effect without asking the source once more.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ioc.crashpoint import crash_point
from ioc.holding.judgement import judge
from ioc.observations import Edition
from ioc.office import Office
from ioc.refresh.outcome import Outcome
from ioc.warehouse.holds import Basis, Entries

RELEASE = "release"
"""What starts a run that publishes what people have decided, from what its source sent before."""


@dataclass(frozen=True)
class Delivery:
    """One run's outcome on its way to publication; `basis` is the run that pulled it."""

    source: str
    run: int
    outcome: Outcome
    basis: int
    term: int
    now: datetime
    trust_clock: bool = False


def publish(office: Office, delivery: Delivery) -> Edition:
    """Judge a delivery and publish what is believed of it. Raises as `Warehouse.publish` does."""
    warehouse, source = office.warehouse, delivery.source
    basis = Basis(delivery.basis, _sha256(office, delivery.basis), office.site.fingerprint)
    latest, before = warehouse.latest(), warehouse.hold_basis(source)
    same = before is not None and (before.sha256, before.site) == (basis.sha256, basis.site)
    trust = delivery.trust_clock
    if same and latest is not None and source not in warehouse.released_sources():
        return warehouse.publish_same(delivery.run, source, delivery.term, delivery.now, trust_clock=trust)
    standing = warehouse.standing(source)
    number = latest.number if latest is not None else None
    judged = judge(
        office.site,
        office.register,
        source,
        delivery.outcome.observations(),
        lambda kpi: [] if number is None else warehouse.slice(kpi, number),
        standing,
    )
    crash_point("holds.judged")
    entries = Entries(judged.opened, judged.renewed, judged.ended, basis)
    return warehouse.publish(
        delivery.run, source, judged.table, delivery.outcome.places(), delivery.term, delivery.now,
        trust_clock=trust, entries=entries,
    )  # fmt: skip


def sent_before(office: Office, source: str) -> tuple[int, Outcome] | None:
    """What a source sent last, and in which run; None when its tables are no longer kept."""
    basis = office.warehouse.hold_basis(source)
    if basis is None:
        return None
    try:
        if _sha256(office, basis.run) != basis.sha256:
            return None
        return basis.run, Outcome.load(_folder(office, basis.run))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _folder(office: Office, run: int) -> Path:
    return office.settings.data / "runs" / str(run)


def _sha256(office: Office, run: int) -> str:
    """The hash of the very files that are judged, whatever the refresh says of them."""
    digest = hashlib.sha256()
    for name in ("observations", "places"):
        with (_folder(office, run) / f"{name}.parquet").open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
