"""Screens on walls."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "screen_device",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("screen", sa.String(length=40), nullable=False),
        sa.Column("ranges", sa.Text(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enrolled_by", sa.String(length=80), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screen_device")),
    )
    op.create_index("ix_screen_device_token_sha256", "screen_device", ["token_sha256"], unique=True)
    op.create_table(
        "screen_order",
        sa.Column("device", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", _BIG, nullable=False),
        sa.Column("scene", sa.String(length=40), nullable=True),
        sa.Column("pin_area", sa.String(length=24), nullable=True),
        sa.Column("pin_kpi", sa.String(length=40), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("device", name=op.f("pk_screen_order")),
    )
    op.create_table(
        "screen_contact",
        sa.Column("device", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("scene", sa.String(length=40), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=True),
        sa.Column("uptime_s", sa.Integer(), nullable=True),
        sa.Column("heap_kb", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("device", name=op.f("pk_screen_contact")),
    )
    op.create_table(
        "screen_enrolment",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("code_mac", sa.String(length=64), nullable=False),
        sa.Column("claim_sha256", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screen_enrolment")),
    )
    op.create_index("ix_screen_enrolment_claim_sha256", "screen_enrolment", ["claim_sha256"], unique=True)
    op.create_table(
        "screen_act",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("device", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screen_act")),
    )
    op.create_index("ix_screen_act_device", "screen_act", ["device", "id"], unique=False)
    op.create_index("ix_screen_act_what", "screen_act", ["what", "at"], unique=False)
    # One row to lock, so that acts are numbered in the order they are seen.
    op.execute(
        "INSERT INTO lease (name, owner, term, expires_at) VALUES ('fleet', '', 0, '1970-01-01 00:00:00.000000')"
    )
