"""The book of plans: every read and write of their tables.

Owns the transactions. A plan is kept under the name of its question: asked again about the same edition it is found,
not solved. Whoever reads a plan must see at least what its maker saw.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from ioc.access import OPEN, Scope
from ioc.jobs.records import read_scope, written_scope
from ioc.planning.assumptions import Listed
from ioc.warehouse.connected import Connected
from ioc.warehouse.plan_tables import PLANS_LOCK, plan, plan_list, plan_scenario
from ioc.warehouse.schema import lease

MOST_SCENARIOS = 200
MOST_LISTS = 50


class NameTakenError(Exception):
    """Another plan has this name."""


@dataclass(frozen=True)
class Plan:
    """One plan as it was found."""

    id: int
    edition: int
    scope: Scope
    document: dict[str, Any]
    made_at: datetime
    made_by: str

    @property
    def met(self) -> dict[tuple[str, str], int]:
        """The calendar year in which each village gets each service."""
        return {
            (village, one["service"]): self.document["first_year"] + one["year"]
            for one in self.document.get("measures", ()) for village in one["villages"]
        }  # fmt: skip


@dataclass(frozen=True)
class Scenario:
    """A name under which a plan is kept."""

    id: int
    plan: int
    name: str
    note: str
    named_at: datetime
    named_by: str


@dataclass(frozen=True)
class Head:
    """Which file a list of candidates came in, when, and from whom."""

    id: int
    file: str
    handed_in_at: datetime
    handed_in_by: str


@dataclass(frozen=True)
class HandedIn:
    """A list of candidates that somebody handed in."""

    id: int
    file: str
    sha256: str
    candidates: tuple[Listed, ...]
    handed_in_at: datetime
    handed_in_by: str


@dataclass(frozen=True)
class Entry:
    """A plan to be kept: `fingerprint` names the question, `request` what was asked whatever the edition."""

    fingerprint: str
    request: str
    edition: int
    scope: Scope
    document: dict[str, Any]
    by: str


class PlanBook:
    """The plans of one warehouse."""

    def __init__(self, warehouse: Connected):
        self._warehouse = warehouse

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        with self._warehouse.writing() as connection:
            connection.execute(select(lease.c.term).where(lease.c.name == PLANS_LOCK).with_for_update())
            yield connection

    def keep(self, entry: Entry, now: datetime) -> int:
        """Write a plan down; one that is there already stays as it is. Returns its number."""
        values = {
            "fingerprint": entry.fingerprint, "request": entry.request, "edition": entry.edition,
            "scope": written_scope(entry.scope), "document": json.dumps(entry.document, ensure_ascii=False),
            "made_at": now, "made_by": entry.by[:80],
        }  # fmt: skip
        with self._changing() as connection:
            known = select(plan.c.id).where(plan.c.fingerprint == entry.fingerprint)
            found: int | None = connection.execute(known).scalar_one_or_none()
            if found is None:
                found = connection.execute(insert(plan).values(**values).returning(plan.c.id)).scalar_one()
        return int(found)

    def plan(self, number: int, scope: Scope) -> Plan | None:
        """One plan; None when there is none, or it shows more than `scope` allows."""
        return self._first(select(plan).where(plan.c.id == number), scope)

    def of_question(self, fingerprint: str, scope: Scope) -> Plan | None:
        """The plan of a question."""
        return self._first(select(plan).where(plan.c.fingerprint == fingerprint), scope)

    def latest(self, request: str, scope: Scope) -> Plan | None:
        """The newest plan that the same request had, of whatever edition, made under the very same scope."""
        same = (plan.c.request == request, plan.c.scope == written_scope(scope))
        return self._first(select(plan).where(*same).order_by(plan.c.id.desc()).limit(1), scope)

    def name(self, number: int, name: str, note: str, by: str, now: datetime) -> Scenario:
        """Keep a plan under a name. Raises NameTakenError; ValueError without a name or a person."""
        name, by = name.strip(), by.strip()
        if not name or not by:
            raise ValueError("a scenario needs a name and a person")
        with self._changing() as connection:
            taken = select(plan_scenario.c.id).where(
                plan_scenario.c.name == name, plan_scenario.c.withdrawn_at.is_(None)
            )
            if connection.execute(taken.limit(1)).first() is not None:
                raise NameTakenError(name)
            values = {
                "plan": number,
                "name": name[:120],
                "note": note.strip(),
                "named_at": now,
                "named_by": by[:80],
            }
            row = connection.execute(insert(plan_scenario).values(**values).returning(*plan_scenario.c)).one()
        return _scenario(row)

    def withdraw(self, number: int, reason: str, by: str, now: datetime) -> bool:
        """Take a name back; the plan stays. False when it had been taken back before."""
        still = (plan_scenario.c.id == number, plan_scenario.c.withdrawn_at.is_(None))
        values = {"withdrawn_at": now, "withdrawn_by": by[:80], "withdrawn_reason": reason.strip()}
        with self._changing() as connection:
            return connection.execute(update(plan_scenario).where(*still).values(**values)).rowcount == 1

    def scenarios(self, scope: Scope) -> list[tuple[Scenario, Plan]]:
        """Every plan that has a name, as far as `scope` may see it; the newest name first."""
        query = (
            select(plan_scenario).where(plan_scenario.c.withdrawn_at.is_(None))
            .order_by(plan_scenario.c.id.desc()).limit(MOST_SCENARIOS)
        )  # fmt: skip
        with self._warehouse.reading() as connection:
            named = [_scenario(row) for row in connection.execute(query)]
            numbers = {one.plan for one in named}
            plans = {
                row.id: _plan(row) for row in connection.execute(select(plan).where(plan.c.id.in_(numbers)))
            }
        return [
            (one, plans[one.plan])
            for one in named
            if one.plan in plans and scope.covers(plans[one.plan].scope)
        ]

    def take_list(self, file: str, sha256: str, candidates: Sequence[Listed], by: str, now: datetime) -> int:
        """Write a list of candidates down; the same file again is the same list."""
        with self._changing() as connection:
            known = select(plan_list.c.id).where(plan_list.c.sha256 == sha256).limit(1)
            found: int | None = connection.execute(known).scalar_one_or_none()
            if found is None:
                text = json.dumps([one.model_dump(mode="json") for one in candidates], ensure_ascii=False)
                values = {
                    "file": file[:200],
                    "sha256": sha256,
                    "candidates": text,
                    "handed_in_at": now,
                    "handed_in_by": by[:80],
                }
                found = connection.execute(
                    insert(plan_list).values(**values).returning(plan_list.c.id)
                ).scalar_one()
        return int(found)

    def handed_in(self, number: int) -> HandedIn | None:
        """A list of candidates."""
        with self._warehouse.reading() as connection:
            row = connection.execute(select(plan_list).where(plan_list.c.id == number)).one_or_none()
        if row is None:
            return None
        candidates = tuple(Listed.model_validate(one) for one in json.loads(row.candidates))
        return HandedIn(row.id, row.file, row.sha256, candidates, row.handed_in_at, row.handed_in_by)

    def lists(self, scope: Scope, by: str) -> tuple[Head, ...]:
        """The newest lists, without their candidates; one who does not see everything sees what is their own."""
        columns = (plan_list.c.id, plan_list.c.file, plan_list.c.handed_in_at, plan_list.c.handed_in_by)
        query = select(*columns).order_by(plan_list.c.id.desc()).limit(MOST_LISTS)
        if not scope.covers(OPEN):
            query = query.where(plan_list.c.handed_in_by == by[:80])
        with self._warehouse.reading() as connection:
            return tuple(Head(*row) for row in connection.execute(query))

    def _first(self, query: Select[Any], scope: Scope) -> Plan | None:
        with self._warehouse.reading() as connection:
            row = connection.execute(query).one_or_none()
        found = _plan(row) if row is not None else None
        return found if found is not None and scope.covers(found.scope) else None


def _plan(row: Row[Any]) -> Plan:
    return Plan(
        row.id, row.edition, read_scope(row.scope), json.loads(row.document), row.made_at, row.made_by
    )


def _scenario(row: Row[Any]) -> Scenario:
    return Scenario(row.id, row.plan, row.name, row.note, row.named_at, row.named_by)
