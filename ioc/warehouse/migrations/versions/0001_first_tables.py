"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "content",
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_content")),
    )
    op.create_table(
        "edition",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=True),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_edition")),
    )
    op.create_table(
        "edition_change",
        sa.Column("edition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("part", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("edition", "part", "name", name=op.f("pk_edition_change")),
    )
    op.create_table(
        "fact",
        sa.Column("kpi", sa.String(length=40), nullable=False),
        sa.Column("area", sa.String(length=24), nullable=False),
        sa.Column("period", sa.String(length=14), nullable=False),
        sa.Column("since", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("head", sa.Boolean(), nullable=False),
        sa.Column("numerator", sa.Float(), nullable=True),
        sa.Column("denominator", sa.Float(), nullable=True),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reporting", sa.Integer(), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.CheckConstraint("until IS NULL OR until > since", name=op.f("ck_fact_interval")),
        sa.CheckConstraint("head OR until IS NOT NULL", name=op.f("ck_fact_head")),
        sa.PrimaryKeyConstraint("kpi", "area", "period", "since", name=op.f("pk_fact")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_fact_series",
        "fact",
        ["kpi", "area", "period"],
        unique=True,
        sqlite_where=sa.text("head = 1"),
        postgresql_where=sa.text("head"),
    )
    op.create_index("ix_fact_since", "fact", ["since"], unique=False)
    op.create_index(
        "ix_fact_slice",
        "fact",
        ["kpi", "period", "area"],
        unique=True,
        sqlite_where=sa.text("head = 1"),
        postgresql_where=sa.text("head"),
    )
    op.create_index(
        "ix_fact_until",
        "fact",
        ["until"],
        unique=False,
        sqlite_where=sa.text("until IS NOT NULL"),
        postgresql_where=sa.text("until IS NOT NULL"),
    )
    op.create_table(
        "finding",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("disposition", sa.String(length=10), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(length=40), nullable=True),
        sa.Column("sample", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index(op.f("ix_finding_run"), "finding", ["run"], unique=False)
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "place",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("since", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("head", sa.Boolean(), nullable=False),
        sa.Column("area", sa.String(length=24), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.CheckConstraint("until IS NULL OR until > since", name=op.f("ck_place_interval")),
        sa.CheckConstraint("head OR until IS NOT NULL", name=op.f("ck_place_head")),
        sa.PrimaryKeyConstraint("kind", "id", "since", name=op.f("pk_place")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_place_head",
        "place",
        ["kind", "id"],
        unique=True,
        sqlite_where=sa.text("head = 1"),
        postgresql_where=sa.text("head"),
    )
    op.create_table(
        "request",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("taken_by_run", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("trigger", sa.String(length=16), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("full", sa.Boolean(), nullable=True),
        sa.Column("pulled", sa.Integer(), nullable=True),
        sa.Column("staged", sa.Integer(), nullable=True),
        sa.Column("published", sa.Integer(), nullable=True),
        sa.Column("parked", sa.Integer(), nullable=True),
        sa.Column("rejected", sa.Integer(), nullable=True),
        sa.Column("content_sha256", sa.String(length=64), nullable=True),
        sa.Column("watermark", sa.String(length=40), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_index("ix_run_source", "run", ["source", "id"], unique=False)
    op.create_index("ix_run_state", "run", ["state"], unique=False)
    # One row to lock: whoever publishes holds it, so that publications come one after another.
    op.execute(
        "INSERT INTO lease (name, owner, term, expires_at) VALUES ('publication', '', 0, '1970-01-01 00:00:00.000000')"
    )
