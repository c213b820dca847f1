"""The table of jobs: work that somebody asked for and that a process of its own does.

Owns the shape of this one table; `ioc.jobs` alone writes it. A row is also the record of the act: who asked for
what, under which scope and of which edition, when, and what became of it.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table, Text

from ioc.warehouse.schema import Instant, metadata

JOBS_LOCK = "jobs"
"""The row of `lease` that whoever asks for or takes a job holds until the end of its transaction."""

job = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(40), nullable=False),
    Column("title", Text, nullable=False),
    Column("parameters", Text, nullable=False),  # JSON, as the kind's model writes it
    Column("fingerprint", String(64), nullable=False),  # of kind, parameters, scope, edition and language
    Column("requested_by", String(80), nullable=False),
    Column("role", String(20), nullable=False),
    Column("lang", String(2), nullable=False),
    Column("scope", Text, nullable=False),  # JSON: areas and KPIs that could be seen, null for all
    Column("edition", Integer, nullable=False),
    Column("state", String(10), nullable=False),  # queued | running | done | failed | cancelled
    Column("attempt", Integer, nullable=False),
    Column("owner", String(80)),  # the runner that has it in hand
    Column("cancel", Boolean, nullable=False),  # somebody wants it to end
    Column("progress", Float, nullable=False),  # 0 to 1
    Column("word", String(80)),  # key of the words for what it is doing
    Column("fault", Text),  # JSON: key and values of the sentence why it failed
    Column("asked_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("heartbeat_at", Instant),
    Column("ended_at", Instant),
    Column("file", Text),  # name of the result, null until there is one and again when it was cleared away
    Column("media", String(120)),
    Column("bytes", Integer),
    Column("sha256", String(64)),
    Column("expires_at", Instant),
    Index("ix_job_state", "state", "id"),
    Index("ix_job_requested_by", "requested_by", "id"),
)
