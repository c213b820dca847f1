"""The book of numbers held back: cases, their cells, what people decided about them.

Owns the tables of `ioc.warehouse.hold_tables`. What is held changes only inside a publication (`record`);
outside of one a person decides, and that is written down at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select, update

from ioc.access import OPEN, Scope
from ioc.holding.cases import (
    Case,
    CaseState,
    Cell,
    CellEnd,
    Key,
    Measure,
    Standing,
    Suspect,
    Why,
)
from ioc.warehouse.connected import Connected
from ioc.warehouse.hold_tables import hold, hold_basis, hold_cell

CELLS_READ = 12
"""Cells of a case that are read with it."""


@dataclass(frozen=True)
class Basis:
    """What was judged last of a source: the run whose raw values, their hash, the configuration's."""

    run: int
    sha256: str
    site: str


@dataclass(frozen=True)
class Entries:
    """What a publication writes into the book: see `ioc.holding.judgement.Judged`."""

    opened: tuple[Suspect, ...] = ()
    renewed: tuple[tuple[int, Suspect], ...] = ()
    ended: tuple[tuple[int, Key, CellEnd], ...] = ()
    basis: Basis | None = None


class Holds(Connected):
    """The book of holds."""

    def standing(self, source: str) -> dict[Key, Standing]:
        """Every cell of a source that is held at present."""
        query = (
            select(hold.c.id, hold.c.kpi, hold.c.state, hold.c.why, hold_cell)
            .join(hold_cell, hold_cell.c.hold == hold.c.id)
            .where(hold.c.source == source, hold.c.ended_at.is_(None), hold_cell.c.ended.is_(None))
        )
        with self.reading() as connection:
            return {
                (row.kpi, row.area, row.period): Standing(
                    row.id, CaseState(row.state), Why(row.why), Measure(row.measure), row.new, row.numerator,
                    row.denominator, row.good_edition,
                )
                for row in connection.execute(query)
            }  # fmt: skip

    def hold_basis(self, source: str) -> Basis | None:
        """What was judged last of a source."""
        with self.reading() as connection:
            row = connection.execute(select(hold_basis).where(hold_basis.c.source == source)).one_or_none()
        return Basis(row.run, row.sha256, row.site) if row else None

    def released_sources(self) -> dict[str, str]:
        """Sources with cases that were released and are not published yet, and who released them last."""
        waiting = (hold.c.state == CaseState.RELEASED.value, hold.c.ended_at.is_(None))
        query = select(hold.c.source, hold.c.decided_by).where(*waiting).order_by(hold.c.decided_at)
        with self.reading() as connection:
            return {row.source: row.decided_by for row in connection.execute(query)}

    def case(self, number: int, cells: int = CELLS_READ, scope: Scope = OPEN) -> Case | None:
        """One case with its first cells; None where nothing of it is in scope."""
        return next(iter(self._cases(select(hold).where(hold.c.id == number), cells, scope)), None)

    def cases(
        self,
        *,
        ended: bool = False,
        source: str | None = None,
        limit: int = 200,
        cells: int = CELLS_READ,
        scope: Scope = OPEN,
    ) -> list[Case]:
        """Cases that still hold something, or those that have ended; the newest first.

        Of each only the cells in scope are read and counted; a case with none of them is left out.
        """
        query = select(hold).where(hold.c.ended_at.is_not(None) if ended else hold.c.ended_at.is_(None))
        if source is not None:
            query = query.where(hold.c.source == source)
        return self._cases(query.order_by(hold.c.id.desc()).limit(limit), cells, scope)

    def decide(self, number: int, state: CaseState, by: str, reason: str, now: datetime) -> bool:
        """Write down a person's decision; False when the case has ended or was released meanwhile.

        Raises ValueError without a name or a reason.
        """
        if not by.strip() or not reason.strip():
            raise ValueError("a decision needs a name and a reason")
        values = {"state": state.value, "decided_by": by[:80], "decided_at": now, "reason": reason.strip()}
        still = (hold.c.ended_at.is_(None), hold.c.state != CaseState.RELEASED.value)
        with self.writing() as connection:
            changed = connection.execute(update(hold).where(hold.c.id == number, *still).values(**values))
        return changed.rowcount == 1

    def _cases(self, query: Any, most: int, scope: Scope) -> list[Case]:
        if scope.kpis is not None:
            query = query.where(hold.c.kpi.in_(scope.kpis))
        with self.reading() as connection:
            rows = connection.execute(query).all()
            found = []
            for row in rows:
                mine = hold_cell.c.hold == row.id
                if scope.areas is not None:  # a sum of communes is seen by who sees the whole
                    sums = (hold_cell.c.area.startswith(f"{area}+", autoescape=True) for area in scope.areas)
                    mine = and_(mine, or_(hold_cell.c.area.in_(scope.areas), *sums))
                count = connection.execute(select(func.count()).where(mine)).scalar_one()
                if not count and scope.areas is not None:
                    continue
                order = (hold_cell.c.period.desc(), hold_cell.c.area)
                cells = connection.execute(select(hold_cell).where(mine).order_by(*order).limit(most)).all()
                found.append(_case(row, int(count), cells))
        return found


def record(connection: Connection, source: str, run: int, now: datetime, entries: Entries) -> None:
    """Write into the book what a publication found, in its transaction."""
    for number, key, end in entries.ended:
        _end(connection, number, key, end)
    for number, suspect in entries.renewed:
        values = {
            name: getattr(suspect, name) for name in ("old", "new", "low", "high", "numerator", "denominator")
        }
        connection.execute(
            update(hold_cell)
            .where(hold_cell.c.hold == number, hold_cell.c.area == suspect.area, hold_cell.c.period == suspect.period)
            .values(measure=suspect.measure.value, **values)
        )  # fmt: skip
    for kpi, why in dict.fromkeys((one.kpi, one.why) for one in entries.opened):
        opened = {
            "source": source, "kpi": kpi, "why": why.value, "state": CaseState.OPEN.value, "run": run,
            "opened_at": now,
        }  # fmt: skip
        number = connection.execute(insert(hold).values(**opened).returning(hold.c.id)).scalar_one()
        cells = [one for one in entries.opened if (one.kpi, one.why) == (kpi, why)]
        connection.execute(insert(hold_cell), [_cell_row(number, one) for one in cells])
    live = select(hold_cell.c.hold).where(hold_cell.c.hold == hold.c.id, hold_cell.c.ended.is_(None))
    connection.execute(
        update(hold)
        .where(hold.c.source == source, hold.c.ended_at.is_(None), ~live.exists())
        .values(ended_at=now, ended_run=run)
    )
    connection.execute(delete(hold_basis).where(hold_basis.c.source == source))
    if entries.basis is not None:
        basis = entries.basis
        connection.execute(
            insert(hold_basis).values(source=source, run=basis.run, sha256=basis.sha256, site=basis.site)
        )


def forget_basis(connection: Connection, source: str) -> None:
    """After a publication that nobody judged, the next one is judged in any case."""
    connection.execute(delete(hold_basis).where(hold_basis.c.source == source))


def _end(connection: Connection, number: int, key: Key, end: CellEnd) -> None:
    _, area, period = key
    mine = (hold_cell.c.hold == number, hold_cell.c.area == area, hold_cell.c.period == period)
    connection.execute(update(hold_cell).where(*mine).values(ended=end.value))


def _cell_row(number: int, one: Suspect) -> dict[str, Any]:
    names = (
        "area", "period", "old", "new", "low", "high", "numerator", "denominator", "good_edition",
    )  # fmt: skip
    return {"hold": number, "measure": one.measure.value} | {name: getattr(one, name) for name in names}


def _case(row: Row[Any], count: int, cells: Iterable[Row[Any]]) -> Case:
    return Case(
        row.id, row.source, row.kpi, Why(row.why), CaseState(row.state), row.run, row.opened_at, row.decided_by,
        row.decided_at, row.reason, row.ended_at, row.ended_run, count,
        tuple(
            Cell(
                one.area, one.period, Measure(one.measure), one.old, one.new, one.low, one.high, one.numerator,
                one.denominator, one.good_edition, CellEnd(one.ended) if one.ended else None,
            )
            for one in cells
        ),
    )  # fmt: skip
