"""Runs: one attempt each to refresh a source, the states it passes and the reasons it may stop for.

Owns the vocabulary that refresh, warehouse, command line and the sources page share. Every failure has a
stable code; there is no code "unknown".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """States of a run, in order; the last four are ends."""

    EXTRACTING = "extracting"
    STAGED = "staged"
    CHECKED = "checked"
    PUBLISHED = "published"
    FAILED = "failed"
    QUARANTINED = "quarantined"
    ABANDONED = "abandoned"


ENDED = frozenset({State.PUBLISHED, State.FAILED, State.QUARANTINED, State.ABANDONED})


class Reason(StrEnum):
    """Why a run failed (source or machine) or was quarantined (data). Last good values stay either way."""

    UNREACHABLE = "unreachable"
    AUTH = "auth"
    SECRET_MISSING = "secret_missing"  # noqa: S105
    DEADLINE = "deadline"
    RESET = "reset"
    QUERY = "query"
    MEMORY = "memory"
    DISK = "disk"
    CRASHED = "crashed"
    LOST_LEASE = "lost_lease"
    WAREHOUSE = "warehouse"
    EMPTY = "empty"
    SCHEMA = "schema"
    TOO_MANY_BAD_ROWS = "too_many_bad_rows"
    CLOCK = "clock"


QUARANTINE = frozenset({Reason.EMPTY, Reason.SCHEMA, Reason.TOO_MANY_BAD_ROWS, Reason.CLOCK})


class Disposition(StrEnum):
    """What became of a staged row: published + parked + rejected = staged, always."""

    PUBLISHED = "published"
    PARKED = "parked"
    REJECTED = "rejected"


class RowReason(StrEnum):
    """Why a row was parked (usable once somebody settles it) or rejected (cannot be used)."""

    UNKNOWN_CODE = "unknown_code"
    WRONG_VINTAGE = "wrong_vintage"
    NAME_MISMATCH = "name_mismatch"
    SPLIT_UNIT = "split_unit"
    OUTSIDE_HISTORY = "outside_history"
    IMPOSSIBLE = "impossible"
    BELOW_MINIMUM = "below_minimum"
    BAD_VALUE = "bad_value"
    DUPLICATE = "duplicate"
    MISSING = "missing"


ROW_DISPOSITION: dict[RowReason, Disposition] = {
    RowReason.UNKNOWN_CODE: Disposition.PARKED,
    RowReason.WRONG_VINTAGE: Disposition.PARKED,
    RowReason.NAME_MISMATCH: Disposition.PARKED,
    RowReason.SPLIT_UNIT: Disposition.PARKED,
    RowReason.OUTSIDE_HISTORY: Disposition.PARKED,
    RowReason.IMPOSSIBLE: Disposition.PARKED,
    RowReason.BELOW_MINIMUM: Disposition.PARKED,
    RowReason.BAD_VALUE: Disposition.REJECTED,
    RowReason.MISSING: Disposition.REJECTED,
    RowReason.DUPLICATE: Disposition.REJECTED,
}


@dataclass(frozen=True)
class Finding:
    """What a check saw: `rows` rows with one reason, and a sample of at most 20 of them.

    `disposition` is None for a mere note (an extra column, a repeated file).
    """

    code: str
    disposition: Disposition | None
    rows: int
    column: str | None = None
    sample: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Tally:
    """Conservation of rows. Raises ValueError when the sum does not close."""

    staged: int
    published: int
    parked: int
    rejected: int

    def __post_init__(self) -> None:
        if self.staged != self.published + self.parked + self.rejected:
            raise ValueError(f"rows lost: {self}")


class RunFailed(Exception):  # noqa: N818
    """A run cannot go on. `message` is the Vietnamese sentence for the operator: what, where, what to do."""

    def __init__(self, reason: Reason, message: str):
        self.reason = reason
        self.message = message
        super().__init__(f"{reason}: {message}")


@dataclass(frozen=True)
class Run:
    """A row of the run table."""

    id: int
    source: str
    attempt: int
    trigger: str
    asked_by: str
    state: State
    started_at: datetime
    heartbeat_at: datetime
    term: int
    reason: Reason | None = None
    message: str | None = None
    finished_at: datetime | None = None
    as_of: datetime | None = None
    full: bool | None = None
    pulled: int | None = None
    staged: int | None = None
    published: int | None = None
    parked: int | None = None
    rejected: int | None = None
    content_sha256: str | None = None
    watermark: str | None = None
    edition: int | None = None
    findings: tuple[Finding, ...] = field(default=())
