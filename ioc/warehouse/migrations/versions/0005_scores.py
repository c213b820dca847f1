"""Official scores."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "score_import",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("index", sa.String(length=40), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.String(length=80), nullable=False),
        sa.Column("staged", sa.Integer(), nullable=False),
        sa.Column("imported", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("parked", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.CheckConstraint("staged = imported + parked + rejected", name=op.f("ck_score_import_conserved")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_import")),
    )
    op.create_index("ix_score_import_sha256", "score_import", ["index", "sha256"], unique=False)
    op.create_table(
        "score",
        sa.Column("index", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=14), nullable=False),
        sa.Column("unit", sa.String(length=44), nullable=False),
        sa.Column("group_code", sa.String(length=60), nullable=False),
        sa.Column("metric_code", sa.String(length=60), nullable=False),
        sa.Column("since", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("numerator", sa.Float(), nullable=True),
        sa.Column("denominator", sa.Float(), nullable=True),
        sa.Column("ratio", sa.Float(), nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("max_score", sa.Float(), nullable=False),
        sa.CheckConstraint("until IS NULL OR until > since", name=op.f("ck_score_interval")),
        sa.PrimaryKeyConstraint(
            "index", "period", "unit", "group_code", "metric_code", "since", name=op.f("pk_score")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_score_current",
        "score",
        ["index", "period", "unit", "group_code", "metric_code"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "score_finding",
        sa.Column("import", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("disposition", sa.String(length=10), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("import", "code", name=op.f("pk_score_finding")),
    )
    # One row to lock, so that two imports come one after another.
    op.execute(
        "INSERT INTO lease (name, owner, term, expires_at) VALUES ('scores', '', 0, '1970-01-01 00:00:00.000000')"
    )
