"""Tables of official scores imported as facts.

Owns the shape of these three tables and nothing else; `ioc.scoring.book` alone writes them. A score is versioned,
never overwritten: a row holds from import `since` until import `until`, so that what a corrected file replaced
can still be read, with the day of either.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Float, Index, Integer, String, Table, Text, text

from ioc.warehouse.schema import Instant, metadata

SCORES_LOCK = "scores"
"""The row of `lease` that an import holds until the end of its transaction."""
_CURRENT = text("until IS NULL")

score_import = Table(
    "score_import",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("index", String(40), nullable=False),
    Column("file", Text, nullable=False),  # the file's name, without its folder
    Column("sha256", String(64), nullable=False),
    Column("fingerprint", String(16), nullable=False),  # of the index as it was configured then
    Column(
        "document", Text, nullable=False
    ),  # number and date of the document, or the system it was taken from
    Column("imported_at", Instant, nullable=False),
    Column("imported_by", String(80), nullable=False),
    Column("staged", Integer, nullable=False),  # = imported + parked + rejected
    Column("imported", Integer, nullable=False),
    Column("changed", Integer, nullable=False),  # of the imported ones, those that were new or different
    Column("parked", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    CheckConstraint("staged = imported + parked + rejected", name="conserved"),
    Index("ix_score_import_sha256", "index", "sha256"),
)

score = Table(
    "score",
    metadata,
    Column("index", String(40), primary_key=True),
    Column("period", String(14), primary_key=True),
    Column("unit", String(44), primary_key=True),  # dated area id, or department:<id>
    Column("group_code", String(60), primary_key=True),  # empty: the total
    Column("metric_code", String(60), primary_key=True),  # empty: the group
    Column("since", Integer, primary_key=True, autoincrement=False),
    Column("until", Integer),
    Column("numerator", Float),
    Column("denominator", Float),
    Column("ratio", Float),
    Column("score", Float, nullable=False),
    Column("max_score", Float, nullable=False),
    CheckConstraint("until IS NULL OR until > since", name="interval"),
    sqlite_with_rowid=False,
)
Index(
    "ix_score_current",
    score.c.index,
    score.c.period,
    score.c.unit,
    score.c.group_code,
    score.c.metric_code,
    unique=True,
    sqlite_where=_CURRENT,
    postgresql_where=_CURRENT,
)

score_finding = Table(
    "score_finding",
    metadata,
    Column("import", Integer, primary_key=True, autoincrement=False),
    Column("code", String(32), primary_key=True),  # ioc.scoring.rows.Reason
    Column("disposition", String(10), nullable=False),  # parked | rejected
    Column("rows", Integer, nullable=False),
    Column("sample", Text, nullable=False),  # JSON list of at most 20 rows, each with its line
)
