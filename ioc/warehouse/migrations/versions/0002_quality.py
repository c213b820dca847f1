"""Data quality and the supply ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quality_cells",
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("kpi", sa.String(length=40), nullable=False),
        sa.Column("area", sa.String(length=24), nullable=False),
        sa.Column("since", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("due", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("impossible", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "kpi", "area", "since", name=op.f("pk_quality_cells")),
    )
    op.create_index("ix_quality_cells_valid", "quality_cells", ["source", "until"], unique=False)
    op.create_table(
        "quality_day",
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("flaws", sa.Text(), nullable=False),
        sa.Column("due", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("impossible", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "day", name=op.f("pk_quality_day")),
    )
    op.create_table(
        "quality_rows",
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("area", sa.String(length=24), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("column", sa.String(length=40), nullable=False),
        sa.Column("since", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "area", "code", "column", "since", name=op.f("pk_quality_rows")),
    )
    op.create_index("ix_quality_rows_valid", "quality_rows", ["source", "until"], unique=False)
    op.create_table(
        "quality_version",
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("run", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("source", "run", name=op.f("pk_quality_version")),
    )
    op.create_table(
        "supply_receipt",
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=14), nullable=False),
        sa.Column("unit", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "period", "unit", name=op.f("pk_supply_receipt")),
    )
