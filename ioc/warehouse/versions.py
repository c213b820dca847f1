"""Versioned tables as sets: what is visible in an edition, and how a new contribution replaces an old one.

Owns the two pieces of SQL everything rests on, written once for facts and places: the read as of an
edition and the difference against staged rows. Knows neither leases nor runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    Integer,
    MetaData,
    Table,
    and_,
    false,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
    union_all,
    update,
)

from ioc.crashpoint import crash_point
from ioc.warehouse import schema
from ioc.warehouse.content import FACT_KEY, PLACE_KEY
from ioc.warehouse.engine import analyse, bulk_load

_temporary = MetaData()
_ANALYSE_FROM = 20_000
"""So many changes make the server's statistics too old to plan by; it would find out a minute later."""
_VERSION = ("since", "until", "head")


@dataclass(frozen=True)
class Versioned:
    """A versioned table, its key (the first column is what a change is counted under) and its staging.

    `heads` is the unique index of the heads by key.
    """

    part: str
    table: Table
    key: tuple[str, ...]
    stage: Table
    difference: Table
    heads: str

    @property
    def payload(self) -> tuple[str, ...]:
        """The columns whose change makes a new version."""
        return tuple(c.name for c in self.table.columns if c.name not in self.key + _VERSION)


def _versioned(part: str, table: Table, key: tuple[str, ...], heads: str) -> Versioned:
    def copies(names: Sequence[str], primary: bool) -> list[Column[Any]]:
        return [Column(name, table.c[name].type, primary_key=primary, autoincrement=False) for name in names]

    payload = [c.name for c in table.columns if c.name not in key + _VERSION]
    extra: dict[str, Any] = {"prefixes": ["TEMPORARY"], "sqlite_with_rowid": False}
    stage = Table(f"stage_{part}", _temporary, *copies(key, True), *copies(payload, False), **extra)
    # since_old: the version that gives way (null for a new key); put: false when nothing takes its place.
    difference = Table(
        f"difference_{part}", _temporary, *copies(key, True),
        Column("since_old", Integer), Column("put", schema.fact.c.head.type, nullable=False), **extra,
    )  # fmt: skip
    return Versioned(part, table, key, stage, difference, heads)


FACTS = _versioned("fact", schema.fact, FACT_KEY, "ix_fact_series")
PLACES = _versioned("place", schema.place, PLACE_KEY, "ix_place_head")
BOTH = (FACTS, PLACES)


def visible(
    what: Versioned,
    edition: int,
    where: Callable[[Any], Sequence[ColumnElement[bool]]],
    along: str | None = None,
) -> CompoundSelect[Any]:
    """Rows visible in `edition` whose key satisfies `where`, which is given the table to speak about.

    Heads that already stood then are taken as they are; for a head that is younger, one index seek finds
    the version that stood. The cost follows the number of keys, not of versions; `along` names the index of
    heads to walk, because SQLite keeps no statistics and would walk all versions by the primary key.
    """
    hint = f"INDEXED BY {along}" if along else ""
    head, old, probe = what.table.alias("h"), what.table.alias("f"), what.table.alias("g")
    direct = (
        select(head)
        .with_hint(head, hint, "sqlite")
        .where(
            head.c.head,
            head.c.since <= edition,
            or_(head.c.until.is_(None), head.c.until > edition),
            *where(head),
        )
    )
    newest = (
        select(func.max(probe.c.since))
        .where(*(probe.c[name] == head.c[name] for name in what.key), probe.c.since <= edition)
        .correlate(head)
        .scalar_subquery()
    )
    same = and_(*(old.c[name] == head.c[name] for name in what.key), old.c.since == newest)
    earlier = (
        select(old)
        .select_from(head.join(old, same))
        .with_hint(head, hint, "sqlite")
        .where(head.c.head, head.c.since > edition, old.c.until > edition, *where(head))
    )
    return union_all(direct, earlier)


def changed_keys(what: Versioned, after: int, upto: int) -> CompoundSelect[Any]:
    """Keys with a version that began or ended in the editions after+1 … upto."""
    table = what.table
    keys = [table.c[name] for name in what.key]
    began = select(*keys).where(table.c.since > after, table.c.since <= upto)
    ended = select(*keys).where(table.c.until > after, table.c.until <= upto)
    return began.union(ended)


def drop_stages(connection: Connection) -> None:
    """Forget staged rows; also those of a publication that failed half-way on this connection."""
    _temporary.drop_all(connection)


def load_stages(connection: Connection, observations: pa.Table, places: pa.Table) -> None:
    """Put both contributions into temporary tables. Locks nothing that others read or write."""
    _temporary.create_all(connection)
    bulk_load(connection, FACTS.stage, observations)
    bulk_load(connection, PLACES.stage, places)


def replace(connection: Connection, what: Versioned, source: str, edition: int) -> dict[str, int]:
    """Make the staged rows the source's whole contribution from `edition` on.

    Equal rows are left untouched, changed and removed ones closed, changed and new ones added. Returns
    how many keys changed under each first key column; an empty dict means nothing was written.
    """
    _find_difference(connection, what, source)
    table, diff = what.table, what.difference
    grouped = select(diff.c[what.key[0]], func.count()).group_by(diff.c[what.key[0]])
    counts = {str(name): int(n) for name, n in connection.execute(grouped)}
    if not counts:
        return {}
    version = tuple_(*(table.c[name] for name in what.key), table.c.since)
    gone_or_replaced = [diff.c[name] for name in what.key] + [diff.c.since_old]
    crash_point(f"publish.{what.part}.compared")
    connection.execute(
        update(table)
        .where(version.in_(select(*gone_or_replaced).where(diff.c.put, diff.c.since_old.is_not(None))))
        .values(until=func.coalesce(table.c.until, edition), head=False)
    )
    crash_point(f"publish.{what.part}.replaced_closed")
    connection.execute(
        update(table).where(version.in_(select(*gone_or_replaced).where(~diff.c.put))).values(until=edition)
    )
    crash_point(f"publish.{what.part}.removed_closed")
    stage = what.stage
    both = stage.join(diff, _same(what.key, stage, diff))
    rows = select(
        *(stage.c[name] for name in what.key), literal(edition), null(), true(),
        *(stage.c[name] for name in what.payload),
    ).select_from(both).where(diff.c.put)  # fmt: skip
    connection.execute(insert(table).from_select([*what.key, *_VERSION, *what.payload], rows))
    if sum(counts.values()) > _ANALYSE_FROM:
        analyse(connection, table)
    crash_point(f"publish.{what.part}.added")
    return counts


def _find_difference(connection: Connection, what: Versioned, source: str) -> None:
    stage, diff, head = what.stage, what.difference, what.table.alias("h")
    columns = [*what.key, "since_old", "put"]
    differs = or_(*(stage.c[name].is_distinct_from(head.c[name]) for name in what.payload))
    put = (
        select(*(stage.c[name] for name in what.key), head.c.since, true())
        .with_hint(head, f"INDEXED BY {what.heads}", "sqlite")
        .select_from(stage.outerjoin(head, and_(_same(what.key, stage, head), head.c.head)))
        .where(or_(head.c.since.is_(None), head.c.until.is_not(None), differs))
    )
    connection.execute(insert(diff).from_select(columns, put))
    # A source can only lose rows under a name (KPI, kind of place) it has changed before.
    changes, editions = schema.edition_change, schema.edition
    names = (
        select(changes.c.name)
        .join(editions, editions.c.number == changes.c.edition)
        .where(editions.c.source == source, changes.c.part == what.part)
        .distinct()
    )
    gone = (
        select(*(head.c[name] for name in what.key), head.c.since, false())
        .with_hint(head, f"INDEXED BY {what.heads}", "sqlite")
        .select_from(head.outerjoin(stage, _same(what.key, stage, head)))
        .where(
            head.c.head, head.c.until.is_(None), head.c.source == source,
            head.c[what.key[0]].in_(names), stage.c.source.is_(None),
        )
    )  # fmt: skip
    connection.execute(insert(diff).from_select(columns, gone))
    analyse(connection, diff)


def contribution(
    connection: Connection, what: Versioned, arrow: pa.Schema, source: str, edition: int
) -> pa.Table:
    """Read back, in the form it was published in, what `source` has in `edition`."""
    # The source is asked of the visible row, not of its head: a key may have changed hands since.
    shown = visible(what, edition, lambda _: ()).subquery("v")
    rows = connection.execute(select(shown).where(shown.c.source == source)).mappings().all()
    return pa.table({name: [row[name] for row in rows] for name in arrow.names}, schema=arrow)


def _same(key: Sequence[str], left: Any, right: Any) -> ColumnElement[bool]:
    return and_(*(left.c[name] == right.c[name] for name in key))
