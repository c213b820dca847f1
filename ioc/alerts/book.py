"""The book of alerts: every read of their tables, and the acts of people.

Owns the transactions. Whoever changes an alert, evaluator or person, first takes the same row of `lease`, so that
they come one after another; an evaluator that is no longer the leader writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from ioc.access import OPEN as EVERYTHING
from ioc.access import Scope
from ioc.alerts.episodes import settle
from ioc.alerts.pen import Pen
from ioc.alerts.records import (
    ACKNOWLEDGED,
    OPEN,
    RESOLVED,
    Alert,
    Delivery,
    Event,
    Message,
    alert_of,
    delivery_of,
    heard,
    message_of,
)
from ioc.warehouse.alert_tables import ALERTS_LOCK, alert, alert_delivery, alert_event, alert_message
from ioc.warehouse.connected import Connected
from ioc.warehouse.publication import LEASE
from ioc.warehouse.schema import lease


class NotLeadingError(Exception):
    """The term is no longer the leader's: somebody else evaluates now."""


class ActError(Exception):
    """A person's act that is not possible; `key` names the words in the room ``alerts``."""

    def __init__(self, key: str, **values: object):
        self.key = key
        self.values = values
        super().__init__(key)


class Book:
    """The alerts of one warehouse."""

    def __init__(self, warehouse: Connected):
        self.warehouse = warehouse

    @contextmanager
    def changing(self, term: int | None = None) -> Iterator[Pen]:
        """One transaction, alone in the book. With a `term`, raises NotLeadingError unless it leads."""
        with self.warehouse.writing() as connection:
            connection.execute(select(lease.c.term).where(lease.c.name == ALERTS_LOCK).with_for_update())
            if term is not None:
                leading = connection.execute(
                    select(lease.c.term).where(lease.c.name == LEASE)
                ).scalar_one_or_none()
                if leading != term:
                    raise NotLeadingError
            yield Pen(connection)

    def acknowledge(self, number: int, by: str, reason: str, now: datetime) -> Alert:
        """Somebody has taken it in hand. Raises ActError."""
        return self._act(number, ACKNOWLEDGED, by, reason, now)

    def resolve(self, number: int, by: str, reason: str, now: datetime) -> Alert:
        """Somebody ends it; its members stay quiet until they are calm or break the limit in another period."""
        return self._act(number, RESOLVED, by, reason, now)

    def _act(self, number: int, what: str, by: str, reason: str, now: datetime) -> Alert:
        by, reason = by.strip()[:80], " ".join(reason.split())
        if not by:
            raise ActError("act.by")
        if not 3 <= len(reason) <= 500:
            raise ActError("act.reason")
        with self.changing() as pen:
            row = pen.connection.execute(select(alert).where(alert.c.id == number)).one_or_none()
            if row is None:
                raise ActError("act.unknown", n=number)
            held = alert_of(row)
            if held.state == RESOLVED:
                raise ActError("act.resolved", n=number)
            if what == ACKNOWLEDGED:
                if held.state == ACKNOWLEDGED:
                    raise ActError("act.acknowledged", n=number, by=held.acknowledged_by)
                pen.renew(
                    held, state=what, acknowledged_at=now, acknowledged_by=by, acknowledged_reason=reason
                )
                pen.tell(held, what, now, by, reason)
            else:
                before = pen.watches(held.rule)
                pen.keep_watches(held.rule, before, {one.member: one for one in settle(before.values())})
                pen.resolve(held, now, by, reason)
        found = self.one(number)
        if found is None:
            raise LookupError(f"alert {number} has gone")
        return found

    def one(self, number: int) -> Alert | None:
        """One alert with its history."""
        return next(iter(self._with_events(select(alert).where(alert.c.id == number))), None)

    def unresolved(self) -> list[Alert]:
        """Everything that is open or acknowledged, with its history: critical first, then the newest."""
        found = self._with_events(select(alert).where(alert.c.resolved_at.is_(None)))
        order = {"critical": 0, "warning": 1, "notice": 2}
        found.sort(key=lambda one: (order.get(one.severity, 3), one.state != OPEN, -one.id))
        return found

    def resolved(self, limit: int = 40) -> list[Alert]:
        """The newest ended episodes, the last ended first."""
        query = select(alert).where(alert.c.resolved_at.is_not(None))
        return self._with_events(query.order_by(alert.c.resolved_at.desc(), alert.c.id.desc()).limit(limit))

    def counts(self) -> dict[str, int]:
        """How many alerts are open and acknowledged, and the newest change of any."""
        with self.warehouse.reading() as connection:
            rows = connection.execute(
                select(alert.c.state, func.count())
                .where(alert.c.resolved_at.is_(None))
                .group_by(alert.c.state)
            ).all()
            last = connection.execute(select(func.max(alert_event.c.id))).scalar()
        found = {str(state): int(count) for state, count in rows}
        return {
            "open": found.get(OPEN, 0),
            "acknowledged": found.get(ACKNOWLEDGED, 0),
            "last": int(last or 0),
        }

    def messages(self, limit: int = 40, scope: Scope = EVERYTHING) -> list[tuple[Message, list[Delivery]]]:
        """The newest messages that may be read in `scope`, newest first, each with its deliveries."""
        with self.warehouse.reading() as connection:
            rows = connection.execute(
                select(alert_message).order_by(alert_message.c.id.desc()).limit(limit)
            ).all()
            numbers = [row.id for row in rows]
            sent = connection.execute(
                select(alert_delivery)
                .where(alert_delivery.c.message.in_(numbers))
                .order_by(alert_delivery.c.id)
            ).all()
        about = {
            one.id: one
            for one in self._with_events(select(alert).where(alert.c.id.in_({row.alert for row in rows})))
        }
        return [
            (message_of(row), [delivery_of(one) for one in sent if one.message == row.id])
            for row in rows if heard(about.get(row.alert), scope)
        ]  # fmt: skip

    def waiting(self, now: datetime, limit: int = 20) -> list[tuple[Delivery, Message]]:
        """Deliveries whose turn has come, the longest waiting first."""
        row = alert_delivery.c
        due = select(alert_delivery).where(row.state == "waiting", row.due_at <= now)
        with self.warehouse.reading() as connection:
            found = connection.execute(due.order_by(row.due_at, row.id).limit(limit)).all()
            numbers = [one.message for one in found]
            said = connection.execute(select(alert_message).where(alert_message.c.id.in_(numbers))).all()
        messages = {one.id: message_of(one) for one in said}
        return [(delivery_of(one), messages[one.message]) for one in found]

    def claim(self, delivery: Delivery, now: datetime, until: datetime) -> bool:
        """Take a delivery in hand; False when somebody else has it. Counts as an attempt, whatever comes of it."""
        row = alert_delivery
        with self.warehouse.writing() as connection:
            taken = connection.execute(
                update(row)
                .where(row.c.id == delivery.id, row.c.state == "waiting", row.c.attempts == delivery.attempts)
                .values(attempts=delivery.attempts + 1, tried_at=now, due_at=until)
            )
        return taken.rowcount == 1

    def delivered(self, number: int, state: str, now: datetime, due: datetime, fault: str | None) -> None:
        """What became of the attempt in hand."""
        row = alert_delivery
        with self.warehouse.writing() as connection:
            connection.execute(
                update(row)
                .where(row.c.id == number)
                .values(state=state, tried_at=now, due_at=due, fault=fault)
            )

    def _with_events(self, query: Any) -> list[Alert]:
        with self.warehouse.reading() as connection:
            rows = connection.execute(query).all()
            numbers = [row.id for row in rows]
            told = connection.execute(
                select(alert_event).where(alert_event.c.alert.in_(numbers)).order_by(alert_event.c.id)
            ).all()
        events = [Event(e.alert, e.at, e.what, e.by, e.reason, e._mapping["count"], e.total) for e in told]
        return [alert_of(row, tuple(one for one in events if one.alert == row.id)) for row in rows]
