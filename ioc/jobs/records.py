"""Records of jobs: a row of the table as the rest of the house reads it.

Owns states and the forms in which scope, fault and parameters are written down. Knows no transaction.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row

from ioc.access import Identity, Role, Scope


class State(StrEnum):
    """Where a job stands. The last three are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (State.QUEUED, State.RUNNING)


@dataclass(frozen=True)
class Order:
    """What somebody asks for: `parameters` is JSON as the kind's model writes it."""

    kind: str
    title: str
    parameters: str
    identity: Identity
    scope: Scope
    edition: int
    lang: str

    @property
    def fingerprint(self) -> str:
        """Equal for two orders whose results would be the same."""
        parts = (self.kind, self.parameters, written_scope(self.scope), str(self.edition), self.lang)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Job:
    """One row of the table."""

    id: int
    kind: str
    title: str
    parameters: str
    requested_by: str
    role: str
    lang: str
    scope: Scope
    edition: int
    state: State
    attempt: int
    owner: str | None
    cancel: bool
    progress: float
    word: str | None
    fault: tuple[str, Mapping[str, Any]] | None
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    file: str | None
    media: str | None
    bytes: int | None
    sha256: str | None
    expires_at: datetime | None

    @property
    def identity(self) -> Identity:
        """Who asked."""
        return Identity(self.requested_by, Role(self.role))


def job_of(row: Row[Any]) -> Job:
    """A row as it was read."""
    held = {name: row._mapping[name] for name in Job.__dataclass_fields__}
    held["state"], held["scope"] = State(row.state), read_scope(row.scope)
    held["fault"] = None if row.fault is None else tuple(json.loads(row.fault))
    return Job(**held)


def written_scope(scope: Scope) -> str:
    """A scope as it is kept; equal scopes, equal texts."""
    parts = (None if found is None else sorted(found) for found in (scope.areas, scope.kpis))
    return json.dumps(dict(zip(("areas", "kpis"), parts, strict=True)))


def read_scope(text: str) -> Scope:
    """The scope that was kept."""
    held = json.loads(text)
    return Scope(*(None if held[name] is None else frozenset(held[name]) for name in ("areas", "kpis")))


def written_fault(key: str, values: Mapping[str, object]) -> str:
    """Why a job failed, as it is kept."""
    return json.dumps([key, dict(values)], ensure_ascii=False, default=str)
