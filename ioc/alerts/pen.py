"""The pen: what may be written into the book of alerts inside one transaction.

Owns the writing statements. When to write what is decided by the evaluator and by people (`ioc.alerts.book`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from ioc.alerts.episodes import Watch
from ioc.alerts.records import ITSELF, RESOLVED, Alert, Message, alert_of, message_of, written
from ioc.warehouse.alert_tables import alert, alert_delivery, alert_event, alert_message, alert_watch


class Pen:
    """One writing transaction over the book; made by `changing`."""

    def __init__(self, connection: Connection):
        self.connection = connection

    def watches(self, rule: str) -> dict[str, Watch]:
        """What a rule watches, by member."""
        rows = self.connection.execute(select(alert_watch).where(alert_watch.c.rule == rule))
        found = [{name: value for name, value in row._mapping.items() if name != "rule"} for row in rows]
        return {row["member"]: Watch(**row) for row in found}

    def watched_rules(self) -> set[str]:
        """Every rule that watches something or has an unresolved alert."""
        watching = set(self.connection.execute(select(alert_watch.c.rule).distinct()).scalars())
        return watching | set(
            self.connection.execute(select(alert.c.rule).where(alert.c.resolved_at.is_(None))).scalars()
        )

    def keep_watches(self, rule: str, before: Mapping[str, Watch], after: Mapping[str, Watch]) -> None:
        """Write what changed."""
        gone = [name for name, watch in before.items() if after.get(name) != watch]
        new = [watch for name, watch in after.items() if before.get(name) != watch]
        if gone:
            self.connection.execute(
                delete(alert_watch).where(alert_watch.c.rule == rule, alert_watch.c.member.in_(gone))
            )
        if new:
            self.connection.execute(insert(alert_watch), [{"rule": rule, **asdict(watch)} for watch in new])

    def unresolved(self, rule: str) -> Alert | None:
        """The episode of a rule that is still going on."""
        row = self.connection.execute(
            select(alert).where(alert.c.rule == rule, alert.c.resolved_at.is_(None))
        ).one_or_none()
        return alert_of(row) if row else None

    def alert(self, number: int) -> Alert | None:
        """One alert."""
        row = self.connection.execute(select(alert).where(alert.c.id == number)).one_or_none()
        return alert_of(row) if row else None

    def open(self, **values: Any) -> Alert:
        """A new episode."""
        row = self.connection.execute(insert(alert).values(**written(values)).returning(*alert.c)).one()
        found = alert_of(row)
        self.tell(found, "opened", found.opened_at, ITSELF)
        return found

    def renew(self, held: Alert, **values: Any) -> None:
        """Bring an episode up to date; the history notes when its members changed."""
        self.connection.execute(update(alert).where(alert.c.id == held.id).values(**written(values)))

    def tell(
        self, held: Alert, what: str, at: datetime, by: str, reason: str | None = None,
        count: int | None = None, total: int | None = None,
    ) -> None:  # fmt: skip
        """Add a line to an alert's history."""
        counts = {
            "count": held.count if count is None else count,
            "total": held.total if total is None else total,
        }
        self.connection.execute(
            insert(alert_event).values(alert=held.id, at=at, what=what, by=by, reason=reason, **counts)
        )

    def resolve(self, held: Alert, at: datetime, by: str, reason: str) -> None:
        """End an episode."""
        self.connection.execute(
            update(alert).where(alert.c.id == held.id)
            .values(state=RESOLVED, resolved_at=at, resolved_by=by, resolved_reason=reason)
        )  # fmt: skip
        self.tell(held, RESOLVED, at, by, reason)

    def told(self, owner: str, day: date) -> tuple[int, bool]:
        """How many messages the owner was sent on `day`, and whether one was the digest."""
        message = alert_message.c
        rows = self.connection.execute(
            select(message.kind, func.count())
            .where(message.owner == owner, message.day == day.isoformat(), message.state == "sent")
            .group_by(message.kind)
        )
        found = {kind: int(count) for kind, count in rows}
        return sum(found.values()), "digest" in found

    def kept(self, owner: str) -> list[Message]:
        """What waits for the owner's digest, oldest first."""
        message = alert_message.c
        rows = self.connection.execute(
            select(alert_message)
            .where(message.owner == owner, message.state == "kept", message.digest.is_(None))
            .order_by(message.id)
        )
        return [message_of(row) for row in rows]

    def owners_waiting(self) -> list[str]:
        """Owners for whom something was kept back."""
        message = alert_message.c
        query = select(message.owner).where(message.state == "kept", message.digest.is_(None)).distinct()
        return sorted(self.connection.execute(query).scalars())

    def say(self, addresses: Sequence[tuple[str, str]], **values: Any) -> int:
        """Write down a message, and when it is told at once a delivery to each (channel, address)."""
        row = values | {"body": json.dumps(values["body"], ensure_ascii=False)}
        number = int(
            self.connection.execute(
                insert(alert_message).values(**row).returning(alert_message.c.id)
            ).scalar_one()
        )
        if addresses and values["state"] == "sent":
            self.connection.execute(insert(alert_delivery), [
                {"message": number, "channel": channel, "address": address, "state": "waiting", "attempts": 0,
                 "due_at": values["made_at"]}
                for channel, address in addresses
            ])  # fmt: skip
        return number

    def tied(self, kept: Sequence[Message], digest: int) -> None:
        """Mark what a digest has made up for."""
        numbers = [message.id for message in kept]
        self.connection.execute(
            update(alert_message).where(alert_message.c.id.in_(numbers)).values(digest=digest)
        )
