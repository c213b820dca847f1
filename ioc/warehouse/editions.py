"""Reading any edition, past or present, exactly as it was published.

Owns every read of numbers and places. A call sees one edition and holds no transaction when it returns.
Knows nothing of runs, leases or what a number means.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select

from ioc.observations import Edition, Observation, Place, Status
from ioc.warehouse import schema
from ioc.warehouse.connected import Connected
from ioc.warehouse.content import edition_sha256
from ioc.warehouse.publication import stored_content
from ioc.warehouse.versions import FACTS, PLACES, changed_keys, visible


@dataclass(frozen=True, slots=True)
class Change:
    """One number before and after; None where it did not exist."""

    kpi: str
    area: str
    period: str
    before: Observation | None
    after: Observation | None


@dataclass(frozen=True, slots=True)
class Version:
    """A number as it stood from the edition it names up to the edition `until`; None while it still stands."""

    shown: Observation
    published_at: datetime
    until: int | None


class Editions(Connected):
    """The reading half of the warehouse."""

    def latest(self) -> Edition | None:
        """The newest edition; None before the first publication."""
        return next(iter(self.editions(1)), None)

    def edition(self, number: int) -> Edition | None:
        """One edition; None when there is none of that number."""
        with self.reading() as connection:
            row = connection.execute(
                select(schema.edition).where(schema.edition.c.number == number)
            ).one_or_none()
        return _edition(row) if row else None

    def editions(self, limit: int = 20, before: int | None = None) -> list[Edition]:
        """The newest editions, newest first; with `before` those of a smaller number."""
        newest = select(schema.edition).order_by(schema.edition.c.number.desc()).limit(limit)
        if before is not None:
            newest = newest.where(schema.edition.c.number < before)
        with self.reading() as connection:
            return [_edition(row) for row in connection.execute(newest)]

    def slice(
        self, kpi: str, edition: int, *, period: str | None = None, areas: Collection[str] | None = None,
        former: bool = True,
    ) -> list[Observation]:  # fmt: skip
        """Every number of one KPI in `edition`, by period and area; narrowed to a period or some areas.

        Without `former` the units of before the reform are left out, a third of all numbers.
        """

        def where(table: Any) -> list[ColumnElement[bool]]:
            conditions: list[ColumnElement[bool]] = [table.c.kpi == kpi]
            if period is not None:
                conditions.append(table.c.period == period)
            if areas is not None:
                conditions.append(table.c.area.in_(list(areas)))
            if not former:
                conditions.append(table.c.area.not_like("%@0"))
            return conditions

        along = "ix_fact_slice" if areas is None or period is not None else "ix_fact_series"
        with self.reading() as connection:
            rows = connection.execute(visible(FACTS, edition, where, along)).all()
        found = [_observation(row) for row in rows]
        found.sort(key=lambda item: (item.period, item.area))
        return found

    def series(self, kpi: str, area: str, edition: int) -> list[Observation]:
        """Every period of one KPI in one area, in-period and cumulative alike, by period."""
        return self.slice(kpi, edition, areas=(area,))

    def versions(self, kpi: str, area: str, period: str, upto: int, limit: int = 50) -> list[Version]:
        """The newest versions of one number that editions up to `upto` brought, oldest first."""
        table, edition = schema.fact, schema.edition
        found = (
            select(table, edition.c.published_at)
            .join(edition, edition.c.number == table.c.since)
            .where(table.c.kpi == kpi, table.c.area == area, table.c.period == period, table.c.since <= upto)
            .order_by(table.c.since.desc())
            .limit(limit)
        )
        with self.reading() as connection:
            rows = connection.execute(found).all()
        return [Version(_observation(row), row.published_at, row.until) for row in reversed(rows)]

    def touched(self, numbers: Collection[int]) -> dict[int, dict[str, int]]:
        """How many numbers of each KPI every one of these editions changed."""
        change = schema.edition_change
        query = select(change).where(change.c.part == "fact", change.c.edition.in_(list(numbers)))
        found: dict[int, dict[str, int]] = {number: {} for number in numbers}
        with self.reading() as connection:
            for row in connection.execute(query):
                found[row.edition][row.name] = row.changed
        return found

    def places(self, kind: str, edition: int, areas: Collection[str] | None = None) -> list[Place]:
        """Places of one kind in `edition`, by id."""

        def where(table: Any) -> list[ColumnElement[bool]]:
            inside = [] if areas is None else [table.c.area.in_(list(areas))]
            return [table.c.kind == kind, *inside]

        with self.reading() as connection:
            rows = connection.execute(visible(PLACES, edition, where, PLACES.heads)).all()
        found = [
            Place(r.kind, r.id, r.area, r.name, r.lat, r.lon, json.loads(r.attributes), r.source)
            for r in rows
        ]
        found.sort(key=lambda place: place.id)
        return found

    def changed_kpis(self, e0: int, e1: int) -> set[str]:
        """KPIs that any edition after `e0` up to `e1` touched: all other slices may be carried over."""
        return self._touched("fact", e0, e1)

    def changed_places(self, e0: int, e1: int) -> set[str]:
        """Kinds of place that any edition after `e0` up to `e1` touched."""
        return self._touched("place", e0, e1)

    def _touched(self, part: str, e0: int, e1: int) -> set[str]:
        change = schema.edition_change
        names = select(change.c.name).where(
            change.c.part == part, change.c.edition > e0, change.c.edition <= e1
        )
        with self.reading() as connection:
            return set(connection.execute(names.distinct()).scalars())

    def changes(self, e0: int, e1: int, limit: int | None = None) -> list[Change]:
        """Numbers that differ between two editions, newest period first, then by KPI and area.

        A number that changed in between and came back is not among them.
        """
        keys = changed_keys(FACTS, e0, e1).subquery("k")
        before, after = schema.fact.alias("b"), schema.fact.alias("a")

        def at(table: Any, edition: int) -> ColumnElement[bool]:
            same = (table.c[name] == keys.c[name] for name in FACTS.key)
            stood = or_(table.c.until.is_(None), table.c.until > edition)
            return and_(*same, table.c.since <= edition, stood)

        differs = or_(*(before.c[name].is_distinct_from(after.c[name]) for name in FACTS.payload))
        columns = [c.label(f"b_{c.name}") for c in before.c] + [c.label(f"a_{c.name}") for c in after.c]
        joined = keys.outerjoin(before, at(before, e0)).outerjoin(after, at(after, e1))
        query = (
            select(keys, *columns)
            .select_from(joined)
            .where(differs)
            .order_by(keys.c.period.desc(), keys.c.kpi, keys.c.area)
            .limit(limit)
        )
        with self.reading() as connection:
            rows = connection.execute(query).all()
        return [Change(row.kpi, row.area, row.period, _side(row, "b_"), _side(row, "a_")) for row in rows]

    def verify(self, number: int) -> bool:
        """Whether all that an edition shows still has the hash recorded at its publication."""
        with self.reading() as connection:
            recorded = connection.execute(
                select(schema.edition.c.content_sha256).where(schema.edition.c.number == number)
            ).scalar_one()
            publishers = select(schema.edition.c.source).where(schema.edition.c.number <= number).distinct()
            sources = [name for name in connection.execute(publishers).scalars() if name is not None]
            parts = {name: stored_content(connection, name, number).sha256 for name in sources}
        return edition_sha256(parts) == str(recorded)


def _edition(row: Row[Any]) -> Edition:
    return Edition(row.number, row.published_at, row.run, row.source, row.changed)


def _observation(row: Any) -> Observation:
    return Observation(
        row.kpi, row.area, row.period, row.numerator, row.denominator, row.value, Status(row.status),
        row.reporting, row.expected, row.source, row.since,
    )  # fmt: skip


def _side(row: Row[Any], prefix: str) -> Observation | None:
    found = row._mapping
    if found[f"{prefix}kpi"] is None:
        return None
    names = (
        "kpi", "area", "period", "numerator", "denominator", "value", "status", "reporting", "expected",
        "source", "since",
    )  # fmt: skip
    values = {name: found[prefix + name] for name in names}
    values["status"], values["edition"] = Status(values["status"]), values.pop("since")
    return Observation(**values)
