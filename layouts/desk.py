"""The desk: what a page has before it while it is built for one visitor.

Owns the tie between the office, the bookshelf, the drawing in force and the visitor of the moment (language and
scope). Pages and parts ask the desk; it reads numbers only through a scope.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from urllib.parse import parse_qs

from ioc.access import Identity, Scope
from ioc.areas import Level
from ioc.board import Board
from ioc.bookshelf import Bookshelf
from ioc.drawings import Drawing
from ioc.office import Office
from ioc.quality.report import Report, reports
from ioc.runs import Run
from ioc.unknown import UnknownEditionError
from ioc.web.identity import current_identity, current_lang, current_scope
from ioc.wording import say

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True)
class House:
    """What the composition root hands to the face. `build` names this very version of the programme."""

    office: Office
    bookshelf: Bookshelf
    drawing: Callable[[], Drawing | None]
    build: str
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def desk(self, edition: int | None = None) -> Desk:
        """A desk for the visitor of this request, with the latest board or the one of `edition`."""
        board = self.bookshelf.get(edition) if edition is not None else self.bookshelf.latest()
        fixed = edition is not None
        return Desk(self, board, current_identity(), current_scope(), current_lang(), self.clock(), fixed)

    def desk_at(self, search: str | None) -> Desk:
        """A desk for an address: with the edition it names, or the latest when there is no such edition."""
        try:
            return self.desk(asked_edition(search))
        except UnknownEditionError:
            return self.desk()


def asked_edition(search: str | None) -> int | None:
    """The edition that an address names by ``ban``; None when it names none, 0 when it is not a number."""
    found = parse_qs((search or "").removeprefix("?")).get("ban")
    if not found:
        return None
    return int(found[-1]) if _NUMBER.fullmatch(found[-1]) else 0


@dataclass(frozen=True)
class Desk:
    """One visitor's view of one edition; `fixed` when the address names it, so that no newer one replaces it."""

    house: House
    board: Board
    identity: Identity
    scope: Scope
    lang: str
    now: datetime
    fixed: bool = False

    def say(self, key: str, **values: object) -> str:
        """Words of the room ``face``."""
        return say(f"face.{key}", self.lang, **values)

    def of_root(self, key: str, **values: object) -> str:
        """Words of the room ``face`` about the whole of the board: a province's, or for a national site a country's."""
        return self.say(f"{key}_country" if self.board.root.level is Level.COUNTRY else key, **values)

    @cached_property
    def quality(self) -> Mapping[str, Report]:
        """The report on every source whose rows were checked, as this edition shows it."""
        board, office = self.board, self.house.office
        return reports(office.warehouse, office.site.sources, board.edition.number, board.document)

    def source_run(self, source: str) -> Run | None:
        """The run whose figures this edition shows for `source`."""
        key = ("published_run", source)
        warehouse, edition = self.house.office.warehouse, self.board.edition.number
        found: tuple[Run | None] = self.board.document(
            key, lambda: (warehouse.published_run(source, edition),)
        )
        return found[0]
