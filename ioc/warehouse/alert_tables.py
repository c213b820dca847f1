"""Tables of alerts: what each rule watches, the episodes, their history, the messages and their deliveries.

Owns the shape of these five tables and nothing else; `ioc.alerts` alone writes them. One row of `alert` is one
episode: a rule that breaks again after it was resolved starts a new one.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table, Text, text

from ioc.warehouse.schema import Instant, metadata

ALERTS_LOCK = "alerts"
"""The row of `lease` that whoever changes an alert holds until the end of its transaction."""
_OPEN = text("resolved_at IS NULL")

alert = Table(
    "alert",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("rule", String(40), nullable=False),
    Column("kind", String(12), nullable=False),  # ioc.alerts.rules.Kind
    Column("severity", String(10), nullable=False),
    Column("owner", String(40), nullable=False),  # the department that answers for it
    Column(
        "subject", Text, nullable=False
    ),  # JSON: kpi, level, side, limit as they stood when last looked at
    Column("state", String(14), nullable=False),  # open | acknowledged | resolved
    Column("since", Instant, nullable=False),  # when the first of its members went over the limit
    Column("opened_at", Instant, nullable=False),
    Column("looked_at", Instant, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("term", Integer, nullable=False),  # fencing term of the leader that opened it
    Column("count", Integer, nullable=False),  # members beyond the limit
    Column("total", Integer, nullable=False),  # members looked at
    Column(
        "members", Text, nullable=False
    ),  # JSON list: member, since, period, value, limit, numerator, denominator
    Column("acknowledged_at", Instant),
    Column("acknowledged_by", String(80)),
    Column("acknowledged_reason", Text),
    Column("resolved_at", Instant),
    Column("resolved_by", String(80)),
    Column("resolved_reason", Text),
    Index("ix_alert_state", "state", "id"),
)
Index("ix_alert_unresolved", alert.c.rule, unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
"""At most one unresolved episode a rule, whatever two evaluators may believe."""

alert_watch = Table(
    "alert_watch",
    metadata,
    Column("rule", String(40), primary_key=True),
    Column("member", String(40), primary_key=True),  # dated area id, or the id of a source
    Column("since", Instant, nullable=False),
    Column("active", Boolean, nullable=False),  # beyond the limit for as long as the rule asks
    Column("settled", Boolean, nullable=False),  # resolved by a person for this period
    Column("period", String(14)),
    Column("value", Float),
    Column("limit", Float),
    Column("numerator", Float),
    Column("denominator", Float),
)
"""Members beyond a limit, or back from it but not beyond the hysteresis. A calm member has no row."""

alert_event = Table(
    "alert_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("alert", Integer, nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("what", String(14), nullable=False),  # opened | changed | acknowledged | resolved
    Column("by", String(80), nullable=False),
    Column("reason", Text),
    Column("count", Integer, nullable=False),
    Column("total", Integer, nullable=False),
)

alert_message = Table(
    "alert_message",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("owner", String(40), nullable=False),
    Column("kind", String(8), nullable=False),  # alert | digest
    Column("day", String(10), nullable=False),  # the day whose budget it counts to, province time
    Column("state", String(8), nullable=False),  # sent: told to the owner | kept: waits for the digest
    Column("why", String(8)),  # why it was kept: quiet | budget
    Column("alert", Integer),
    Column("digest", Integer),  # the digest that told of it later
    Column("made_at", Instant, nullable=False),
    Column("body", Text, nullable=False),  # JSON: what was to be said, as it stood then
    Index("ix_alert_message_owner", "owner", "day"),
    Index("ix_alert_message_alert", "alert"),
)
"""One word to one owner. `sent` means that it is in the owner's list; e-mail and webhook are deliveries of it."""

alert_delivery = Table(
    "alert_delivery",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("message", Integer, nullable=False, index=True),
    Column("channel", String(8), nullable=False),  # mail | webhook
    Column("address", Text, nullable=False),
    Column("state", String(8), nullable=False),  # waiting | sent | failed
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("tried_at", Instant),
    Column("fault", Text),  # why the last attempt failed, a sentence for the operator
    Index("ix_alert_delivery_state", "state", "due_at"),
)
