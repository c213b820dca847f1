"""Publication: one source's contribution becomes part of a new edition, in one transaction or not at all.

Owns the order of a publication and its refusals: a lost lease, a clock that went back. Knows how a
difference is applied only by name (`ioc.warehouse.versions`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update

from ioc.crashpoint import crash_point
from ioc.observations import OBSERVATIONS, Edition
from ioc.observations import PLACES as POINTS
from ioc.runs import Reason, RunFailed, State
from ioc.warehouse import schema
from ioc.warehouse.content import Content, edition_sha256
from ioc.warehouse.engine import database_now, write_on
from ioc.warehouse.holds import Entries, forget_basis, record
from ioc.warehouse.versions import (
    BOTH,
    FACTS,
    PLACES,
    Versioned,
    contribution,
    drop_stages,
    load_stages,
    replace,
)

LEASE = "scheduler"
LEASE_SECONDS = 10.0
CLOCK_TOLERANCE = timedelta(minutes=5)
_PUBLISHING = "publication"


@dataclass(frozen=True)
class Submission:
    """What is to be published: the content, by which run, under which fencing term, at what time.

    `trust_clock` publishes even when `now` lies before the last publication. `same` says that the source has
    sent what it has sent before, so that the content need not be looked at. `entries` go into the book of
    holds in the same transaction.
    """

    content: Content
    run: int
    term: int
    now: datetime
    trust_clock: bool = False
    same: bool = False
    entries: Entries | None = None


def publish(engine: Engine, submission: Submission) -> Edition:
    """Make the content the whole contribution of its source; return the edition that holds it.

    The run is marked published in the same transaction. Without any change no edition is made and the
    newest one is returned. Raises RunFailed(LOST_LEASE) when the term is no longer the leader's and
    RunFailed(CLOCK) when `now` lies before the last publication. Numbers are compared to the last bit.
    """
    content = submission.content
    with engine.connect() as connection:
        with connection.begin():
            _check_term(connection, submission.term)
            known = submission.same or _recorded(connection, content.source) == content.sha256
            drop_stages(connection)
            if not known:
                load_stages(connection, content.observations, content.places)
        crash_point("publish.staged")
        try:
            with write_on(connection):
                edition = _publish(connection, submission)
                crash_point("publish.before_commit")
        finally:
            with connection.begin():
                drop_stages(connection)
        crash_point("publish.committed")
        return edition


def _publish(connection: Connection, submission: Submission) -> Edition:
    # One publication at a time; SQLite's write lock does the same without being asked.
    lease = schema.lease
    connection.execute(select(lease.c.term).where(lease.c.name == _PUBLISHING).with_for_update())
    _check_term(connection, submission.term)
    crash_point("publish.locked")
    editions = schema.edition
    newest = connection.execute(select(editions).order_by(editions.c.number.desc()).limit(1)).one_or_none()
    if newest is not None and not submission.trust_clock:
        _check_clock(newest.published_at, submission.now)
    changes: list[dict[str, Any]] = []
    number = (newest.number if newest is not None else 0) + 1
    source = submission.content.source
    if not submission.same and _recorded(connection, source) != submission.content.sha256:
        changes = _apply(connection, submission.content, number)
    if newest is None or changes:
        edition = _add_edition(connection, submission, number, changes)
    else:
        edition = Edition(newest.number, newest.published_at, newest.run, newest.source, newest.changed)
    if submission.entries is not None:
        record(connection, source, submission.run, submission.now, submission.entries)
        crash_point("holds.recorded")
    elif not submission.same:
        forget_basis(connection, source)
    _mark_run(connection, submission, edition.number)
    crash_point("publish.run_marked")
    _keep_lease(connection, submission.term)
    crash_point("publish.lease_kept")
    return edition


def _apply(connection: Connection, content: Content, number: int) -> list[dict[str, Any]]:
    changes = [
        {"edition": number, "part": what.part, "name": name, "changed": count}
        for what in BOTH
        for name, count in replace(connection, what, content.source, number).items()
    ]
    connection.execute(delete(schema.content).where(schema.content.c.source == content.source))
    connection.execute(
        insert(schema.content).values(source=content.source, edition=number, sha256=content.sha256)
    )
    if changes:
        for what in BOTH:
            _mend_robbed(connection, what, content.source, number)
    return changes


def _add_edition(
    connection: Connection, submission: Submission, number: int, changes: list[dict[str, Any]]
) -> Edition:
    if changes:
        connection.execute(insert(schema.edition_change), changes)
    crash_point("publish.changes_listed")
    parts = {row.source: row.sha256 for row in connection.execute(select(schema.content))}
    total = sum(change["changed"] for change in changes)
    found = Edition(number, submission.now, submission.run, submission.content.source, total)
    connection.execute(
        insert(schema.edition).values(
            number=number, published_at=found.published_at, run=found.run, source=found.source,
            term=submission.term, changed=total, content_sha256=edition_sha256(parts),
        )
    )  # fmt: skip
    crash_point("publish.edition_added")
    return found


def _mark_run(connection: Connection, submission: Submission, edition: int) -> None:
    now = submission.now
    marked = connection.execute(
        update(schema.run)
        .where(schema.run.c.id == submission.run, schema.run.c.edition.is_(None))
        .values(
            state=State.PUBLISHED.value, edition=edition, finished_at=now, heartbeat_at=now, reason=None,
            message=None,
        )
    )  # fmt: skip
    if marked.rowcount != 1:
        raise ValueError(f"run {submission.run} does not exist or has published already")


def _recorded(connection: Connection, source: str) -> str | None:
    found = select(schema.content.c.sha256).where(schema.content.c.source == source)
    return connection.execute(found).scalar_one_or_none()


def _mend_robbed(connection: Connection, what: Versioned, source: str, edition: int) -> None:
    """A KPI that moved here from another source leaves that source with less: record what it still has."""
    table = what.table
    others = select(table.c.source).where(table.c.until == edition, table.c.source != source).distinct()
    for other in list(connection.execute(others).scalars()):
        sha256 = stored_content(connection, other, edition).sha256
        connection.execute(
            update(schema.content).where(schema.content.c.source == other).values(sha256=sha256)
        )


def stored_content(connection: Connection, source: str, edition: int) -> Content:
    """What `source` has in `edition`, read back from the tables."""
    return Content.of(
        source,
        contribution(connection, FACTS, OBSERVATIONS, source, edition),
        contribution(connection, PLACES, POINTS, source, edition),
    )


def _check_term(connection: Connection, term: int) -> None:
    holder = select(schema.lease.c.term).where(schema.lease.c.name == LEASE)
    if connection.execute(holder).scalar_one_or_none() != term:
        raise _lost()


def _keep_lease(connection: Connection, term: int) -> None:
    """The fence, under the row's lock; and a publication is itself a sign of life."""
    lease = schema.lease
    until = database_now(connection) + timedelta(seconds=LEASE_SECONDS)
    kept = connection.execute(
        update(lease).where(lease.c.name == LEASE, lease.c.term == term).values(expires_at=until)
    )
    if kept.rowcount != 1:
        raise _lost()


def _lost() -> RunFailed:
    return RunFailed(
        Reason.LOST_LEASE,
        "Tiến trình này không còn giữ quyền điều phối nên không được công bố; bộ lập lịch khác đã nhận việc "
        "và sẽ chạy lại. Số liệu đã công bố không thay đổi.",
    )


def _check_clock(last: datetime, now: datetime) -> None:
    if now < last - CLOCK_TOLERANCE:
        raise RunFailed(
            Reason.CLOCK,
            f"Đồng hồ máy chủ ({now:%d/%m/%Y %H:%M} UTC) chậm hơn lần công bố gần nhất "
            f"({last:%d/%m/%Y %H:%M} UTC) quá 5 phút nên chưa công bố. Hãy chỉnh lại giờ máy chủ rồi làm mới "
            "lại; nếu chính lần công bố trước mới sai giờ, chạy: ioc refresh <nguồn> --trust-clock.",
        )
