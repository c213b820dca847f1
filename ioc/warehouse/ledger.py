"""The ledger: runs, their findings, signs of life and requests for a refresh.

Owns these four tables. Nothing here touches a number; `ioc.warehouse.publication` alone does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from ioc.runs import ENDED, Disposition, Finding, Reason, Run, State
from ioc.warehouse.connected import Connected
from ioc.warehouse.schema import finding, heartbeat, request, run

_OPEN = tuple(state.value for state in State if state not in ENDED)
_MUTABLE = frozenset(
    ("state", "reason", "message", "heartbeat_at", "finished_at", "as_of", "full", "pulled", "staged",
     "published", "parked", "rejected", "content_sha256", "watermark")
)  # fmt: skip


@dataclass(frozen=True)
class Request:
    """Somebody asked for a refresh; `run` is the one that serves it, None while it waits."""

    id: int
    source: str
    asked_at: datetime
    asked_by: str
    run: int | None


@dataclass(frozen=True)
class Heartbeat:
    """The last sign of life of a process, with what it had to say."""

    name: str
    at: datetime
    detail: dict[str, Any]


class Ledger(Connected):
    """The book-keeping half of the warehouse."""

    def open_run(
        self, source: str, trigger: str, asked_by: str, term: int, now: datetime, *, attempt: int = 1
    ) -> int:
        """A new run in state EXTRACTING; returns its id."""
        row = {
            "source": source, "attempt": attempt, "trigger": trigger, "asked_by": asked_by[:80],
            "state": State.EXTRACTING.value, "started_at": now, "heartbeat_at": now, "term": term,
        }  # fmt: skip
        with self.writing() as connection:
            found = connection.execute(insert(run).values(**row).returning(run.c.id))
            return int(found.scalar_one())

    def update_run(self, run_id: int, **values: Any) -> None:
        """Change columns of a run that has not ended; an ended run stays as it is. Raises on a wrong name."""
        if unknown := values.keys() - _MUTABLE:
            raise ValueError(f"not columns of a run in progress: {sorted(unknown)}")
        with self.writing() as connection:
            connection.execute(update(run).where(run.c.id == run_id, run.c.state.in_(_OPEN)).values(**values))

    def finish_run(
        self, run_id: int, state: State, reason: Reason | None, message: str | None, now: datetime
    ) -> None:
        """End a run without a publication (that one ends its run itself)."""
        self.update_run(
            run_id, state=state.value, reason=reason and reason.value, message=message, heartbeat_at=now,
            finished_at=now,
        )  # fmt: skip

    def store_findings(self, run_id: int, source: str, findings: Iterable[Finding]) -> None:
        """Keep what the checks saw, in place of what this run may have stored before."""
        rows = [
            {
                "run": run_id, "source": source, "code": item.code, "rows": item.rows, "column": item.column,
                "disposition": item.disposition.value if item.disposition else "noted",
                "sample": json.dumps(list(item.sample), ensure_ascii=False, default=str),
            }
            for item in findings
        ]  # fmt: skip
        with self.writing() as connection:
            connection.execute(delete(finding).where(finding.c.run == run_id))
            if rows:
                connection.execute(insert(finding), rows)

    def run(self, run_id: int) -> Run | None:
        """One run with its findings."""
        with self.reading() as connection:
            row = connection.execute(select(run).where(run.c.id == run_id)).one_or_none()
            if row is None:
                return None
            found = connection.execute(
                select(finding).where(finding.c.run == run_id).order_by(finding.c.id)
            ).all()
        return _run(row, tuple(_finding(item) for item in found))

    def runs(self, source: str | None = None, limit: int = 20) -> list[Run]:
        """The newest runs, newest first, without findings."""
        query = select(run).order_by(run.c.id.desc()).limit(limit)
        if source is not None:
            query = query.where(run.c.source == source)
        with self.reading() as connection:
            return [_run(row) for row in connection.execute(query)]

    def recent_runs(self, sources: Iterable[str], limit: int = 12) -> dict[str, list[Run]]:
        """For each source its newest runs, newest first, always with the last published one."""
        with self.reading() as connection:
            return {source: _recent(connection, source, limit) for source in sources}

    def published_run(self, source: str, edition: int) -> Run | None:
        """The run whose contribution `edition` shows for `source`."""
        query = (
            select(run)
            .where(run.c.source == source, run.c.state == State.PUBLISHED.value, run.c.edition <= edition)
            .order_by(run.c.id.desc())
            .limit(1)
        )
        with self.reading() as connection:
            row = connection.execute(query).one_or_none()
        return _run(row) if row else None

    def unfinished_runs(self) -> list[Run]:
        """Runs that have not ended, oldest first."""
        query = select(run).where(run.c.state.in_(_OPEN)).order_by(run.c.id)
        with self.reading() as connection:
            return [_run(row) for row in connection.execute(query)]

    def beat(self, name: str, now: datetime, detail: dict[str, Any]) -> None:
        """Leave a sign of life."""
        values = {"at": now, "detail": json.dumps(detail, ensure_ascii=False, default=str)}
        with self.writing() as connection:
            kept = connection.execute(update(heartbeat).where(heartbeat.c.name == name).values(**values))
            if not kept.rowcount:
                connection.execute(insert(heartbeat).values(name=name, **values))

    def heartbeat(self, name: str) -> Heartbeat | None:
        """The last sign of life of `name`."""
        with self.reading() as connection:
            row = connection.execute(select(heartbeat).where(heartbeat.c.name == name)).one_or_none()
        return Heartbeat(row.name, row.at, json.loads(row.detail)) if row else None

    def ask(self, source: str, asked_by: str, now: datetime) -> Request:
        """Ask for a refresh; while one request waits, asking again returns the same one."""
        waiting = select(request).where(request.c.source == source, request.c.taken_by_run.is_(None))
        with self.writing() as connection:
            row = connection.execute(waiting.limit(1)).one_or_none()
            if row is None:
                values = {"source": source, "asked_at": now, "asked_by": asked_by[:80]}
                row = connection.execute(insert(request).values(**values).returning(*request.c)).one()
        return _request(row)

    def request(self, request_id: int) -> Request | None:
        """One request."""
        with self.reading() as connection:
            row = connection.execute(select(request).where(request.c.id == request_id)).one_or_none()
        return _request(row) if row else None

    def waiting_requests(self) -> list[Request]:
        """Requests that no run has taken, oldest first."""
        query = select(request).where(request.c.taken_by_run.is_(None)).order_by(request.c.id)
        with self.reading() as connection:
            return [_request(row) for row in connection.execute(query)]

    def take_requests(self, source: str, run_id: int, upto: int) -> None:
        """Tie every waiting request for `source` up to id `upto` to the run that serves it."""
        with self.writing() as connection:
            connection.execute(
                update(request)
                .where(request.c.source == source, request.c.id <= upto, request.c.taken_by_run.is_(None))
                .values(taken_by_run=run_id)
            )


def _recent(connection: Connection, source: str, limit: int) -> list[Run]:
    asked = run.c.trigger != "release"  # such a run asks its source nothing and says nothing of its health
    last_published = (
        select(func.max(run.c.id))
        .where(run.c.source == source, run.c.state == State.PUBLISHED.value, asked)
        .scalar_subquery()
    )
    newest = (
        select(run.c.id)
        .where(run.c.source == source, asked)
        .order_by(run.c.id.desc())
        .limit(limit)
        .subquery()
    )
    query = (
        select(run)
        .where(run.c.source == source, or_(run.c.id.in_(select(newest.c.id)), run.c.id == last_published))
        .order_by(run.c.id.desc())
    )
    return [_run(row) for row in connection.execute(query)]


def _run(row: Row[Any], findings: tuple[Finding, ...] = ()) -> Run:
    values = dict(row._mapping)
    values["state"] = State(values["state"])
    values["reason"] = Reason(values["reason"]) if values["reason"] else None
    return Run(**values, findings=findings)


def _finding(row: Row[Any]) -> Finding:
    disposition = None if row.disposition == "noted" else Disposition(row.disposition)
    return Finding(row.code, disposition, row.rows, row.column, tuple(json.loads(row.sample)))


def _request(row: Row[Any]) -> Request:
    return Request(row.id, row.source, row.asked_at, row.asked_by, row.taken_by_run)
