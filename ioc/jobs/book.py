"""The book of jobs: every read and write of their table.

Owns the transactions and the fair queue. Whoever asks for or takes a job first takes the same row of `lease`, so
any number of web workers share one queue and one bound; a runner that lost its job writes nothing more about it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from ioc.jobs.records import OPEN, Job, Order, State, job_of, written_fault, written_scope
from ioc.warehouse.connected import Connected
from ioc.warehouse.engine import database_now
from ioc.warehouse.job_tables import JOBS_LOCK, job
from ioc.warehouse.schema import lease

SILENT = timedelta(seconds=20)
"""A running job whose runner has not been heard of for so long has lost it."""
ATTEMPTS = 2
WAITING_EACH, WAITING = 10, 200
"""Jobs that may stand in the queue: of one person, and of all."""
KEPT = timedelta(days=400)
"""How long the record of an ended job stays."""
_OPEN = [state.value for state in OPEN]


class QueueFullError(Exception):
    """No more jobs are taken on now; `mine` when it is one person's own that fill the queue."""

    def __init__(self, mine: bool):
        self.mine = mine
        super().__init__("the queue of jobs is full")


class Book:
    """The jobs of one warehouse."""

    def __init__(self, warehouse: Connected):
        self.warehouse = warehouse

    @contextmanager
    def _changing(self) -> Iterator[tuple[Connection, datetime]]:
        """One transaction, alone in the book, and the database's time."""
        with self.warehouse.writing() as connection:
            connection.execute(select(lease.c.term).where(lease.c.name == JOBS_LOCK).with_for_update())
            yield connection, database_now(connection)

    def ask(self, order: Order) -> Job:
        """Put a job into the queue; while the same one of the same person waits or runs, that one is given back.

        Raises QueueFullError.
        """
        with self._changing() as (connection, now):
            own = job.c.requested_by == order.identity.name
            same = connection.execute(
                select(job).where(
                    own, job.c.fingerprint == order.fingerprint, job.c.state.in_(_OPEN), job.c.cancel.is_(False)
                ).limit(1)
            ).one_or_none()  # fmt: skip
            if same is not None:
                return job_of(same)
            queued = select(func.count()).where(job.c.state == State.QUEUED.value)
            if connection.execute(queued.where(own)).scalar_one() >= WAITING_EACH:
                raise QueueFullError(mine=True)
            if connection.execute(queued).scalar_one() >= WAITING:
                raise QueueFullError(mine=False)
            return job_of(
                connection.execute(insert(job).values(**_first(order, now)).returning(*job.c)).one()
            )

    def note(self, order: Order, media: str, size: int, sha256: str) -> None:
        """Write down what was done at once, without a process: the record is the same as of any job."""
        with self._changing() as (connection, now):
            values = _first(order, now) | {
                "state": State.DONE.value, "progress": 1.0, "started_at": now, "ended_at": now, "media": media,
                "bytes": size, "sha256": sha256,
            }  # fmt: skip
            connection.execute(insert(job).values(**values))

    def job(self, number: int) -> Job | None:
        """One job."""
        with self.warehouse.reading() as connection:
            row = connection.execute(select(job).where(job.c.id == number)).one_or_none()
        return job_of(row) if row else None

    def jobs_of(self, name: str, limit: int) -> list[Job]:
        """The newest jobs of one person."""
        query = select(job).where(job.c.requested_by == name).order_by(job.c.id.desc()).limit(limit)
        with self.warehouse.reading() as connection:
            return [job_of(row) for row in connection.execute(query)]

    def cancel(self, number: int) -> Job | None:
        """End a job: at once when it waits, at its runner's next look when it runs. An ended one stays as it is."""
        with self._changing() as (connection, now):
            mine = job.c.id == number
            connection.execute(
                update(job).where(mine, job.c.state == State.QUEUED.value)
                .values(state=State.CANCELLED.value, cancel=True, ended_at=now)
            )  # fmt: skip
            connection.execute(
                update(job).where(mine, job.c.state == State.RUNNING.value).values(cancel=True)
            )
            row = connection.execute(select(job).where(mine)).one_or_none()
        return job_of(row) if row else None

    def waiting(self) -> bool:
        """Whether there is anything for a runner to look at; a cheap question, asked often."""
        with self.warehouse.reading() as connection:
            return (
                connection.execute(select(job.c.id).where(job.c.state.in_(_OPEN)).limit(1)).first()
                is not None
            )

    def claim(self, owner: str, most: int, each: int) -> Job | None:
        """Take the next job in hand; None when there is none or `most` are running already.

        Next is whoever has the fewest running, then whose last start is the longest ago, then the oldest job; of
        one person no more than `each` run at once.
        """
        with self._changing() as (connection, now):
            _take_back(connection, now)
            rows = connection.execute(
                select(job.c.id, job.c.requested_by, job.c.state)
                .where(job.c.state.in_(_OPEN))
                .order_by(job.c.id)
            ).all()
            running = [row.requested_by for row in rows if row.state == State.RUNNING.value]
            queued = [row for row in rows if row.state == State.QUEUED.value]
            queued = [row for row in queued if running.count(row.requested_by) < each]
            if len(running) >= most or not queued:
                return None
            people = {row.requested_by for row in queued}
            starts = connection.execute(
                select(job.c.requested_by, func.max(job.c.started_at))
                .where(job.c.requested_by.in_(people)).group_by(job.c.requested_by)
            ).all()  # fmt: skip
            last = {who: at for who, at in starts}  # noqa: C416 - rows are no pairs to a type checker
            chosen = min(
                queued,
                key=lambda row: (
                    running.count(row.requested_by), _moment(last.get(row.requested_by)), row.id
                ),
            )  # fmt: skip
            taken = (
                update(job).where(job.c.id == chosen.id)
                .values(state=State.RUNNING.value, owner=owner, attempt=job.c.attempt + 1, started_at=now,
                        heartbeat_at=now, progress=0.0, word=None)
                .returning(*job.c)
            )  # fmt: skip
            return job_of(connection.execute(taken).one())

    def beat(self, held: Job, progress: float, word: str | None) -> bool:
        """Say that a job is still in hand and how far it is; False when it is to end or is no longer ours."""
        with self.warehouse.writing() as connection:
            row = connection.execute(
                update(job).where(*_ours(held))
                .values(heartbeat_at=database_now(connection), progress=progress, word=word)
                .returning(job.c.cancel)
            ).one_or_none()  # fmt: skip
        return row is not None and not row.cancel

    def finish(self, held: Job, state: State, **values: Any) -> bool:
        """Write down how a job ended; False when it was no longer ours to end."""
        fault = values.pop("fault", None)
        with self.warehouse.writing() as connection:
            now = database_now(connection)
            keep: timedelta | None = values.pop("keep", None)
            values |= {"state": state.value, "ended_at": now, "fault": fault and written_fault(*fault)}
            if state is State.DONE:
                values["progress"] = 1.0
            if keep is not None:
                values["expires_at"] = now + keep
            done = connection.execute(update(job).where(*_ours(held)).values(**values))
        return done.rowcount == 1

    def clear(self) -> list[int]:
        """Forget the files whose time is over and records that are very old; returns whose folders may go."""
        with self._changing() as (connection, now):
            over = (job.c.expires_at <= now) & job.c.file.is_not(None)
            gone = list(
                connection.execute(update(job).where(over).values(file=None).returning(job.c.id)).scalars()
            )
            connection.execute(delete(job).where(job.c.ended_at <= now - KEPT))
            return gone

    def open(self) -> set[int]:
        """Numbers of the jobs that have not ended or whose file is still kept: their folders stay."""
        query = select(job.c.id).where(job.c.state.in_(_OPEN) | job.c.file.is_not(None))
        with self.warehouse.reading() as connection:
            return set(connection.execute(query).scalars())


def _first(order: Order, now: datetime) -> dict[str, Any]:
    """The row of a job that has just been asked for."""
    return {
        "kind": order.kind, "title": order.title[:300], "parameters": order.parameters,
        "fingerprint": order.fingerprint, "requested_by": order.identity.name[:80],
        "role": order.identity.role.value, "lang": order.lang, "scope": written_scope(order.scope),
        "edition": order.edition, "state": State.QUEUED.value, "attempt": 0, "cancel": False, "progress": 0.0,
        "asked_at": now,
    }  # fmt: skip


def _ours(held: Job) -> tuple[Any, ...]:
    """Whether a row still belongs to the very attempt that `held` is."""
    return (
        job.c.id == held.id, job.c.owner == held.owner, job.c.attempt == held.attempt,
        job.c.state == State.RUNNING.value,
    )  # fmt: skip


def _take_back(connection: Connection, now: datetime) -> None:
    """Put jobs of silent runners back into the queue; one that was lost twice has failed."""
    lost = (job.c.state == State.RUNNING.value) & (job.c.heartbeat_at < now - SILENT)
    for row in connection.execute(select(job.c.id, job.c.attempt, job.c.cancel).where(lost)).all():
        values: Mapping[str, Any] = {
            "state": State.QUEUED.value,
            "owner": None,
            "progress": 0.0,
            "word": None,
        }
        if row.cancel:
            values = {"state": State.CANCELLED.value, "ended_at": now}
        elif row.attempt >= ATTEMPTS:
            values = {
                "state": State.FAILED.value,
                "ended_at": now,
                "fault": written_fault("jobs.fault.lost", {}),
            }
        connection.execute(update(job).where(job.c.id == row.id).values(**values))


def _moment(at: Any) -> float:
    """When somebody's last job was started, as a number; nobody's comes first."""
    return at.timestamp() if isinstance(at, datetime) else 0.0
