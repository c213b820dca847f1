"""Kinds of job: what a room promises so that the house can do its long work.

Owns the contract between a kind and the runner. A kind's module must be cheap to import, for every web worker
does; what its work needs is imported inside the function that does it, in the process that does it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from ioc.access import Identity, Permission, Scope
from ioc.child import Limits

if TYPE_CHECKING:
    from ioc.board import Board
    from ioc.office import Office

LIMITS = Limits(300, 3072)


class JobError(Exception):
    """Why a job cannot be done: the key of a sentence for whoever asked, and what is filled into it."""

    def __init__(self, key: str, **values: object):
        self.key = key
        self.values: Mapping[str, object] = values
        super().__init__(key)


@dataclass(frozen=True)
class Made:
    """What came of a job: a file in the task's folder, the name it is downloaded under, its media type."""

    file: Path
    name: str
    media: str


@dataclass(frozen=True)
class Task:
    """One job as its work sees it, in a process of its own.

    `report` takes how much is done, 0 to 1, and the key of the words for it; call it as often as you like. Numbers
    are read from `board` and always through `scope`; files go into `folder` and nowhere else.
    """

    office: Office
    parameters: Any
    identity: Identity
    scope: Scope
    edition: int
    lang: str
    folder: Path
    report: Callable[[float, str], None] = field(repr=False)

    @cached_property
    def board(self) -> Board:
        """The board of the edition that was asked for."""
        from ioc.bookshelf import Bookshelf

        return Bookshelf(self.office.warehouse, self.office.site, self.office.register).get(self.edition)


def _nothing_to_check(board: Board, parameters: Any, scope: Scope) -> None:
    """Parameters that the model has passed are good."""


@dataclass(frozen=True)
class Kind:
    """A kind of job. `name` stands in addresses and in the table; `model` checks the parameters.

    `title(board, parameters, lang)` names one job for a person. `check(board, parameters, scope)` runs before the
    job is taken on and raises JobError or an UnknownError. `work(task)` does it and raises JobError for what a
    person can mend; it may be killed at any moment, and done again from the start once.
    `light`: the work needs no pandas, neither itself nor through another library, and its process starts sooner.
    """

    name: str
    model: type[BaseModel]
    title: Callable[[Board, Any, str], str]
    work: Callable[[Task], Made]
    permission: Permission = Permission.VIEW
    check: Callable[[Board, Any, Scope], None] = _nothing_to_check
    limits: Limits = LIMITS
    keep_hours: float = 24
    light: bool = False
