"""Where villages come from: mergers, renamings, divisions, each with its day and its document.

Owns the reading of events and the way back from a village to its predecessors. Must not know pages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ioc.access import Scope
from ioc.board import Board
from ioc.gaps.criteria import cells
from ioc.gaps.register import VillageRegister

MOST = 20
"""Steps back through predecessors of predecessors; more is a circle in the source."""


@dataclass(frozen=True)
class Event:
    """Village `former`, then called `name`, went into `village` on a day. After a renaming both ids are the same."""

    id: str
    village: str
    former: str
    name: str
    what: str
    on: date | None
    document: str
    households: int | None


@dataclass(frozen=True)
class Lineage:
    """Events by the village they led to, the newest first."""

    events: Mapping[str, tuple[Event, ...]]

    def of(self, village: str) -> list[Event]:
        """Everything that led to a village, predecessors of predecessors included, the newest first."""
        found: list[Event] = []
        seen: set[str] = set()
        ahead = [village]
        for _ in range(MOST):
            mine = [event for one in ahead for event in self.events.get(one, ()) if event.id not in seen]
            seen.update(event.id for event in mine)
            found += mine
            ahead = [event.former for event in mine if event.former not in (*ahead, village)]
            if not ahead:
                break
        return sorted(found, key=lambda event: (event.on or date.min, event.name), reverse=True)


def lineage(board: Board, register: VillageRegister, scope: Scope) -> Lineage:
    """All events of the board's edition within a scope."""
    found: Lineage = board.document(("village_lineage", scope.key), lambda: _read(board, register, scope))
    return found


def _read(board: Board, register: VillageRegister, scope: Scope) -> Lineage:
    spec = register.definitions.villages.events
    source = board.site.sources[spec.source] if spec else None
    if spec is None or source is None or source.place is None:
        return Lineage({})
    events: dict[str, list[Event]] = defaultdict(list)
    for place in board.places(source.place.kind, scope):
        row = cells(place.attributes, source.column)
        households = row.get(spec.households) if spec.households else None
        event = Event(
            place.id, str(row[spec.village]), str(row[spec.former]), place.name, str(row[spec.what]), row[spec.on],
            str(row[spec.document]), households,
        )  # fmt: skip
        events[event.village].append(event)
    return Lineage({
        village: tuple(sorted(mine, key=lambda event: (event.on or date.min, event.id), reverse=True))
        for village, mine in events.items()
    })  # fmt: skip
