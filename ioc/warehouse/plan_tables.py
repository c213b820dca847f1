"""Tables of investment plans: what was asked and found, under which names plans are kept, lists that were handed in.

Owns the shape of these three tables and nothing else; `ioc.planning.book` alone writes them. A plan is written once and
never changed; giving a name and taking it back are acts of their own, with person, time and reason.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from ioc.warehouse.schema import Instant, metadata

PLANS_LOCK = "plans"
"""The row of `lease` that whoever writes here holds until the end of its transaction."""

plan = Table(
    "plan",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("fingerprint", String(64), nullable=False),  # of request, edition, configuration and scope
    Column("edition", Integer, nullable=False),
    Column("scope", Text, nullable=False),  # JSON: areas and KPIs that could be seen, null for all
    Column("request", String(64), nullable=False),  # of what was asked alone, whatever the edition
    Column("document", Text, nullable=False),  # JSON, as `ioc.planning.findings` makes it
    Column("made_at", Instant, nullable=False),
    Column("made_by", String(80), nullable=False),
    Index("ix_plan_fingerprint", "fingerprint", unique=True),
    Index("ix_plan_request", "request", "id"),
)

plan_scenario = Table(
    "plan_scenario",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("plan", Integer, nullable=False),
    Column("name", String(120), nullable=False),
    Column("note", Text, nullable=False),
    Column("named_at", Instant, nullable=False),
    Column("named_by", String(80), nullable=False),
    Column("withdrawn_at", Instant),
    Column("withdrawn_by", String(80)),
    Column("withdrawn_reason", Text),
    Index("ix_plan_scenario_plan", "plan"),
)

plan_list = Table(
    "plan_list",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("file", Text, nullable=False),  # the file's name, without its folder
    Column("sha256", String(64), nullable=False),
    Column("candidates", Text, nullable=False),  # JSON list of ioc.planning.assumptions.Listed
    Column("handed_in_at", Instant, nullable=False),
    Column("handed_in_by", String(80), nullable=False),
    Index("ix_plan_list_sha256", "sha256"),
)
