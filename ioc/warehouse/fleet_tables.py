"""Tables of the screens on walls: devices, what each was told to show, when it was last heard, and every act.

Owns the shape of these five tables and nothing else; `ioc.fleet.book` alone writes them. Secrets are not in them:
of a token only its hash is kept, of a code only what the server's key makes of it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from ioc.warehouse.schema import Instant, metadata

FLEET_LOCK = "fleet"
"""The row of `lease` that an act holds until its end, so that numbers of acts grow in the order they are seen."""
_big = BigInteger().with_variant(Integer, "sqlite")

screen_device = Table(
    "screen_device",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(80), nullable=False),  # where it hangs
    Column("screen", String(40), nullable=False),  # which configuration of the site it shows
    Column("ranges", Text, nullable=False),  # addresses it may ask from, CIDR by commas; empty: any
    Column("token_sha256", String(64)),  # null until the screen has fetched its token
    Column("enrolled_at", Instant, nullable=False),
    Column("enrolled_by", String(80), nullable=False),
    Column("revoked_at", Instant),
    Index("ix_screen_device_token_sha256", "token_sha256", unique=True),
)

screen_order = Table(
    "screen_order",
    metadata,
    Column("device", Integer, primary_key=True, autoincrement=False),
    Column("seq", _big, nullable=False),  # the act that gave the order
    Column("scene", String(40)),
    Column("pin_area", String(24)),
    Column("pin_kpi", String(40)),
    Column("message", Text),
    Column("paused", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
)

screen_contact = Table(
    "screen_contact",
    metadata,
    Column("device", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("address", String(45), nullable=False),
    Column("scene", String(40)),
    Column("edition", Integer),
    Column("uptime_s", Integer),
    Column("heap_kb", Integer),
    Column("state", String(16)),
)

screen_enrolment = Table(
    "screen_enrolment",
    metadata,
    Column("id", _big, primary_key=True, autoincrement=True),
    Column("code_mac", String(64), nullable=False),
    Column("claim_sha256", String(64), nullable=False),
    Column("address", String(45), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("device", Integer),  # set once an operator has confirmed the code
    Index("ix_screen_enrolment_claim_sha256", "claim_sha256", unique=True),
)

screen_act = Table(
    "screen_act",
    metadata,
    Column("id", _big, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("by", String(80), nullable=False),
    Column("what", String(16), nullable=False),  # ioc.fleet.records.What
    Column("device", Integer),  # null: no device in particular, such as a wrong code
    Column("reason", Text, nullable=False),
    Column("before", Text, nullable=False),  # JSON of what the act changed
    Column("after", Text, nullable=False),
    Index("ix_screen_act_device", "device", "id"),
    Index("ix_screen_act_what", "what", "at"),
)
