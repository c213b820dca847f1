"""Records of alerts as the rest of the house sees them, and the step from rows to them.

Owns these dataclasses and how members, subjects and bodies are kept as JSON. Opens no connection.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from ioc.access import Scope
from ioc.alerts.episodes import Watch

OPEN, ACKNOWLEDGED, RESOLVED = "open", "acknowledged", "resolved"
ITSELF = "system"
"""Who opens alerts and resolves them when the value is back."""


@dataclass(frozen=True)
class Member:
    """One commune or source of an alert, as it stood when it was last looked at."""

    member: str
    since: datetime
    period: str | None
    value: float | None
    limit: float | None
    numerator: float | None = None
    denominator: float | None = None

    @staticmethod
    def of(watch: Watch) -> Member:
        """The member behind a watch."""
        return Member(
            watch.member,
            watch.since,
            watch.period,
            watch.value,
            watch.limit,
            watch.numerator,
            watch.denominator,
        )


@dataclass(frozen=True)
class Event:
    """Something that happened to an alert."""

    alert: int
    at: datetime
    what: str
    by: str
    reason: str | None
    count: int
    total: int


@dataclass(frozen=True)
class Alert:
    """One episode of one rule. `subject` holds kpi, level, side and kind of limit as the rule then said."""

    id: int
    rule: str
    kind: str
    severity: str
    owner: str
    subject: dict[str, Any]
    state: str
    since: datetime
    opened_at: datetime
    looked_at: datetime
    edition: int
    term: int
    count: int
    total: int
    members: tuple[Member, ...]
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    acknowledged_reason: str | None
    resolved_at: datetime | None
    resolved_by: str | None
    resolved_reason: str | None
    events: tuple[Event, ...] = field(default=())


@dataclass(frozen=True)
class Message:
    """One word to one owner; see `ioc.warehouse.alert_tables.alert_message`."""

    id: int
    owner: str
    kind: str
    day: str
    state: str
    why: str | None
    alert: int | None
    digest: int | None
    made_at: datetime
    body: dict[str, Any]


@dataclass(frozen=True)
class Delivery:
    """One message on its way to one address."""

    id: int
    message: int
    channel: str
    address: str
    state: str
    attempts: int
    due_at: datetime
    tried_at: datetime | None
    fault: str | None


def seen(alert: Alert, scope: Scope) -> Alert | None:
    """An alert as a visitor of this scope may see it; None when nothing of it is his to see."""
    kpi = alert.subject.get("kpi")
    if kpi is None or (scope.areas is None and scope.allows(kpi=kpi)):
        return alert
    mine = tuple(one for one in alert.members if scope.allows(kpi, one.member))
    if not mine:
        return None
    total = min(alert.total, len(scope.areas)) if scope.areas is not None else alert.total
    return replace(alert, members=mine, count=len(mine), total=max(total, len(mine)))


def heard(alert: Alert | None, scope: Scope) -> bool:
    """Whether a visitor of this scope may read what was told of an alert: its words name members, so all or nothing.

    A digest has no alert of its own and speaks of many.
    """
    return scope.covers(Scope()) or (alert is not None and seen(alert, scope) == alert)


def written_members(watches: Sequence[Watch]) -> str:
    """Members as they are kept."""
    rows = [asdict(Member.of(one)) | {"since": one.since.isoformat()} for one in watches]
    return json.dumps(rows, ensure_ascii=False)


def read_members(text: str) -> tuple[Member, ...]:
    """Members as they were kept."""
    return tuple(Member(**row | {"since": datetime.fromisoformat(row["since"])}) for row in json.loads(text))


def written(values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of an alert as they are kept."""
    found = dict(values)
    if "subject" in found:
        found["subject"] = json.dumps(found["subject"], ensure_ascii=False, sort_keys=True)
    return found


def alert_of(row: Row[Any], events: tuple[Event, ...] = ()) -> Alert:
    """An alert from its row."""
    values = dict(row._mapping)
    values["subject"] = json.loads(values["subject"])
    values["members"] = read_members(values["members"])
    return Alert(**values, events=events)


def message_of(row: Row[Any]) -> Message:
    """A message from its row."""
    values = dict(row._mapping)
    return Message(**values | {"body": json.loads(values["body"])})


def delivery_of(row: Row[Any]) -> Delivery:
    """A delivery from its row."""
    return Delivery(**row._mapping)
