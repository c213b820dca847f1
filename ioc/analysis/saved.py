"""Saved analyses: names for addresses, each with its owner, and the record of every act on them.

Owns the tables of `ioc.warehouse.analysis_tables` and the rule that only the owner renames, changes or deletes. Whether
an address can still be read is asked when it is read; must not know requests or words.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from ioc.warehouse.analysis_tables import analysis, analysis_act
from ioc.warehouse.connected import Connected

SHORTEST, LONGEST = 3, 80
LONGEST_QUERY = 2000
LISTED = 200


class Act(StrEnum):
    """What somebody did."""

    SAVE = "save"
    RENAME = "rename"
    CHANGE = "change"
    DELETE = "delete"


class SavedError(ValueError):
    """An act that is refused: `key` of the words (`explore.saved.<key>`) and their values."""

    def __init__(self, key: str, **values: str):
        self.key, self.values = key, values
        super().__init__(key)


@dataclass(frozen=True)
class Saved:
    """One saved analysis."""

    id: int
    name: str
    query: str
    owner: str
    changed_at: datetime


def clean_name(text: str) -> str:
    """The name as it is kept: one line, single spaces, NFC. Raises SavedError when it is too short or too long."""
    plain = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in text)
    found = unicodedata.normalize("NFC", " ".join(plain.split()))
    if not SHORTEST <= len(found) <= LONGEST:
        raise SavedError("name_short")
    return found


class Shelf:
    """The saved analyses of one warehouse."""

    def __init__(self, warehouse: Connected):
        self._warehouse = warehouse

    def listed(self) -> list[Saved]:
        """Everything that is saved, newest change first."""
        query = select(analysis).where(analysis.c.deleted_at.is_(None))
        with self._warehouse.reading() as connection:
            rows = connection.execute(
                query.order_by(analysis.c.changed_at.desc(), analysis.c.id.desc()).limit(LISTED)
            )
            return [Saved(row.id, row.name, row.query, row.owner, row.changed_at) for row in rows]

    def save(self, name: str, query: str, by: str, now: datetime) -> Saved:
        """Keep an address under a name. Raises SavedError for a name that is none, or one the owner has already."""
        name = clean_name(name)
        values = {"name": name, "query": query, "owner": by, "saved_at": now, "changed_at": now}
        try:
            with self._warehouse.writing() as connection:
                number = int(connection.execute(insert(analysis).values(**values)).inserted_primary_key[0])  # type: ignore[index]
                _record(connection, number, Act.SAVE, by, now, None, f"{name}\n{query}")
        except IntegrityError:
            raise SavedError("twice", name=name) from None
        return Saved(number, name, query, by, now)

    def rename(self, number: int, name: str, by: str, now: datetime) -> Saved:
        """Give it another name. Raises SavedError."""
        name = clean_name(name)
        return self._alter(number, Act.RENAME, by, now, "name", name)

    def change(self, number: int, query: str, by: str, now: datetime) -> Saved:
        """Put another address in its place. Raises SavedError."""
        return self._alter(number, Act.CHANGE, by, now, "query", query)

    def delete(self, number: int, by: str, now: datetime) -> Saved:
        """Take it from the list. Raises SavedError."""
        return self._alter(number, Act.DELETE, by, now, "deleted_at", now)

    def acts(self, number: int) -> list[tuple[str, str, datetime, str | None, str | None]]:
        """Who did what to it, when, what was before and after; oldest first."""
        columns = (
            analysis_act.c.act,
            analysis_act.c.by,
            analysis_act.c.at,
            analysis_act.c.before,
            analysis_act.c.after,
        )
        query = select(*columns).where(analysis_act.c.analysis == number).order_by(analysis_act.c.id)
        with self._warehouse.reading() as connection:
            return [(row.act, row.by, row.at, row.before, row.after) for row in connection.execute(query)]

    def _alter(
        self, number: int, act: Act, by: str, now: datetime, column: str, value: str | datetime
    ) -> Saved:
        try:
            with self._warehouse.writing() as connection:
                live = (analysis.c.id == number, analysis.c.deleted_at.is_(None))
                row = connection.execute(select(analysis).where(*live)).one_or_none()
                if row is None:
                    raise SavedError("unknown", n=str(number))
                if row.owner != by:
                    raise SavedError("not_owner", owner=row.owner)
                values = {"changed_at": now, column: value}
                connection.execute(update(analysis).where(*live).values(**values))
                before = row.name if act is Act.DELETE else getattr(row, column)
                after = None if act is Act.DELETE else str(value)
                _record(connection, number, act, by, now, before, after)
        except IntegrityError:
            raise SavedError("twice", name=str(value)) from None
        name = str(value) if act is Act.RENAME else row.name
        return Saved(number, name, str(value) if act is Act.CHANGE else row.query, row.owner, now)


def _record(
    connection: Connection,
    number: int,
    act: Act,
    by: str,
    now: datetime,
    before: str | None,
    after: str | None,
) -> None:
    values = {"analysis": number, "act": act.value, "by": by, "at": now, "before": before, "after": after}
    connection.execute(insert(analysis_act).values(**values))
