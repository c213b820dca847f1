"""The book of official scores: every read of their tables, and the import as one transaction.

Owns versions: a score that a later file corrects ends there and stays readable. A file known before never takes
back what came after it; it can only add rows that were set aside then and can be read now.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update

from ioc.runs import Disposition
from ioc.scoring.rows import Key, Reason, Score, Sorted
from ioc.warehouse.connected import Connected
from ioc.warehouse.schema import lease
from ioc.warehouse.score_tables import SCORES_LOCK, score, score_finding, score_import

SAMPLED = 20
_KEY = (score.c.period, score.c.unit, score.c.group_code, score.c.metric_code)
_FIGURES = ("numerator", "denominator", "ratio", "score", "max_score")


@dataclass(frozen=True)
class Import:
    """One file taken in. staged = imported + parked + rejected."""

    id: int
    index: str
    file: str
    sha256: str
    fingerprint: str
    document: str
    imported_at: datetime
    imported_by: str
    staged: int
    imported: int
    changed: int
    parked: int
    rejected: int


@dataclass(frozen=True)
class Finding:
    """Rows of an import that were set aside for one reason; `sample` has at most 20 of them with their lines."""

    code: Reason
    disposition: Disposition
    rows: int
    sample: list[dict[str, Any]]


@dataclass(frozen=True)
class Version:
    """One score as one import gave it; `until` names the import that replaced it."""

    score: Score
    since: Import
    until: Import | None


@dataclass(frozen=True)
class Submission:
    """A file read and sorted, before it is written."""

    index: str
    file: str
    sha256: str
    fingerprint: str
    document: str
    by: str
    found: Sorted


class ScoreBook:
    """The official scores of one warehouse."""

    def __init__(self, warehouse: Connected):
        self.warehouse = warehouse

    def enter(self, given: Submission, now: datetime) -> tuple[Import, bool]:
        """Write a file's scores; whether anything changed. The same file again, configured alike, changes nothing."""
        with self.warehouse.writing() as connection:
            connection.execute(select(lease.c.term).where(lease.c.name == SCORES_LOCK).with_for_update())
            known = connection.execute(
                select(score_import)
                .where(score_import.c.index == given.index, score_import.c.sha256 == given.sha256)
                .order_by(score_import.c.id.desc())
            ).all()
            if known and known[0].fingerprint == given.fingerprint:
                return Import(*known[0]), False
            scores = given.found.scores
            current = self._current(connection, given.index, {key.period for key in scores})
            fresh = {
                key: one
                for key, one in scores.items()
                if (key not in current if known else current.get(key) != one)
            }
            if known and not fresh:
                return Import(*known[0]), False
            counts = _counts(given.found)
            number = connection.execute(
                insert(score_import).values(
                    index=given.index, file=given.file, sha256=given.sha256, fingerprint=given.fingerprint,
                    document=given.document, imported_at=now, imported_by=given.by[:80], changed=len(fresh), **counts,
                ).returning(score_import.c.id)
            ).scalar_one()  # fmt: skip
            replaced = [key for key in fresh if key in current]
            self._end(connection, given.index, replaced, number)
            rows = [_row(given.index, one, number) for one in fresh.values()]
            if rows:
                connection.execute(insert(score), rows)
            findings = [_finding(number, reason, given.found) for reason in Reason]
            if any(findings):
                connection.execute(insert(score_finding), [one for one in findings if one])
            made = connection.execute(select(score_import).where(score_import.c.id == number)).one()
        return Import(*made), True

    @staticmethod
    def _current(connection: Any, index: str, periods: set[str]) -> dict[Key, Score]:
        rows = connection.execute(
            select(*_KEY, *(score.c[name] for name in _FIGURES)).where(
                score.c.index == index, score.c.until.is_(None), score.c.period.in_(sorted(periods))
            )
        )
        return {one.key: one for one in (_score(row) for row in rows)}

    @staticmethod
    def _end(connection: Any, index: str, keys: list[Key], number: int) -> None:
        for key in keys:
            connection.execute(
                update(score)
                .where(
                    score.c.index == index, score.c.until.is_(None), score.c.period == key.period,
                    score.c.unit == key.unit, score.c.group_code == key.group, score.c.metric_code == key.metric,
                )
                .values(until=number)
            )  # fmt: skip

    def at(self, moment: datetime | None = None) -> int:
        """The number of the last import known at `moment`, or at all; 0 when there was none."""
        query = select(func.max(score_import.c.id))
        if moment is not None:
            query = query.where(score_import.c.imported_at <= moment)
        with self.warehouse.reading() as connection:
            return int(connection.execute(query).scalar() or 0)

    def periods(self, index: str, at: int) -> list[str]:
        """Keys of the periods with scores as of import `at`."""
        with self.warehouse.reading() as connection:
            found = connection.execute(
                select(score.c.period).where(score.c.index == index, _visible(at)).distinct()
            ).scalars()
            return sorted(found)

    def read(self, index: str, period: str, at: int, unit: str | None = None) -> dict[Key, Score]:
        """All scores of a period, or those of one unit, as of import `at`."""
        query = select(*_KEY, *(score.c[name] for name in _FIGURES)).where(
            score.c.index == index, score.c.period == period, _visible(at)
        )
        if unit is not None:
            query = query.where(score.c.unit == unit)
        with self.warehouse.reading() as connection:
            found = [_score(row) for row in connection.execute(query)]
        return {one.key: one for one in found}

    def totals(self, index: str, unit: str, at: int, periods: Iterable[str]) -> dict[str, dict[Key, Score]]:
        """Group and total scores of one unit by period."""
        query = select(*_KEY, *(score.c[name] for name in _FIGURES)).where(
            score.c.index == index, score.c.unit == unit, score.c.metric_code == "", score.c.period.in_(list(periods)), _visible(at)
        )  # fmt: skip
        found: dict[str, dict[Key, Score]] = {}
        with self.warehouse.reading() as connection:
            for row in connection.execute(query):
                one = _score(row)
                found.setdefault(one.key.period, {})[one.key] = one
        return found

    def imports(self, index: str | None = None, limit: int = 20) -> list[Import]:
        """The newest imports, newest first."""
        query = select(score_import).order_by(score_import.c.id.desc()).limit(limit)
        if index is not None:
            query = query.where(score_import.c.index == index)
        with self.warehouse.reading() as connection:
            return [Import(*row) for row in connection.execute(query)]

    def behind(self, index: str, period: str, at: int, unit: str | None = None) -> list[Import]:
        """The imports that the scores of a period come from, newest first."""
        numbers = select(score.c.since).where(score.c.index == index, score.c.period == period, _visible(at))
        if unit is not None:
            numbers = numbers.where(score.c.unit == unit)
        query = select(score_import).where(score_import.c.id.in_(numbers)).order_by(score_import.c.id.desc())
        with self.warehouse.reading() as connection:
            return [Import(*row) for row in connection.execute(query)]

    def findings(self, number: int) -> list[Finding]:
        """What an import set aside, by reason."""
        with self.warehouse.reading() as connection:
            rows = connection.execute(
                select(score_finding)
                .where(score_finding.c["import"] == number)
                .order_by(score_finding.c.code)
            ).all()
        return [
            Finding(Reason(row.code), Disposition(row.disposition), row.rows, json.loads(row.sample))
            for row in rows
        ]

    def history(self, index: str, period: str, unit: str, at: int) -> list[Version]:
        """Scores of a unit and period that a later file replaced, as of import `at`, the last replaced first."""
        replaced = and_(score.c.since <= at, score.c.until.is_not(None), score.c.until <= at)
        with self.warehouse.reading() as connection:
            rows = connection.execute(
                select(score).where(
                    score.c.index == index, score.c.period == period, score.c.unit == unit, replaced
                )
            ).all()
            numbers = {row.since for row in rows} | {row.until for row in rows}
            found = connection.execute(select(score_import).where(score_import.c.id.in_(numbers))).all()
        imports = {row.id: Import(*row) for row in found}
        versions = [Version(_score(row), imports[row.since], imports[row.until]) for row in rows]
        return sorted(versions, key=lambda one: (-(one.until.id if one.until else 0), one.score.key))


def _visible(at: int) -> Any:
    return and_(score.c.since <= at, or_(score.c.until.is_(None), score.c.until > at))


def _score(row: Any) -> Score:
    key = Key(row.period, row.unit, row.group_code, row.metric_code)
    return Score(key, *(getattr(row, name) for name in _FIGURES))


def _row(index: str, one: Score, number: int) -> dict[str, Any]:
    key = one.key
    figures = {name: getattr(one, name) for name in _FIGURES}
    return {"index": index, "period": key.period, "unit": key.unit, "group_code": key.group,
            "metric_code": key.metric, "since": number, "until": None, **figures}  # fmt: skip


def _counts(found: Sorted) -> Mapping[str, int]:
    parked = sum(one.reason.disposition is Disposition.PARKED for one in found.aside)
    rejected = len(found.aside) - parked
    imported = len(found.scores)
    return {
        "staged": imported + parked + rejected,
        "imported": imported,
        "parked": parked,
        "rejected": rejected,
    }


def _finding(number: int, reason: Reason, found: Sorted) -> dict[str, Any] | None:
    mine = [one.line for one in found.aside if one.reason is reason]
    if not mine:
        return None
    sample = [
        {"line": line.number, **{name: cell for name, cell in line.cells.items() if cell}}
        for line in mine[:SAMPLED]
    ]
    return {"import": number, "code": reason.value, "disposition": reason.disposition.value,
            "rows": len(mine), "sample": json.dumps(sample, ensure_ascii=False)}  # fmt: skip
