"""Subjects: what can be exported, each entered once under a name.

Owns the contract between a page and the exports: how the page's state becomes a data set and a picture. A subject reads
its numbers from the view's board, through its scope; it writes no file and knows no format.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ioc.access import Scope
from ioc.board import Board
from ioc.drawings import Drawing
from ioc.exports.dataset import Dataset
from ioc.exports.pictures import Picture
from ioc.office import Office

DATA = ("xlsx", "csv", "parquet")
PLACES = ("geojson", "gpkg")
PICTURES = ("png", "svg", "pdf")
SIZES = ("screen", "print", "slide")
FORMATS = (*PICTURES, *DATA, *PLACES)
MEDIA: Mapping[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json", "gpkg": "application/geopackage+sqlite3",
    "png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf",
}  # fmt: skip


@dataclass(frozen=True)
class View:
    """What is exported, for whom: one edition, the subject's own options, a scope and a language."""

    office: Office
    board: Board
    options: Any
    scope: Scope
    lang: str

    @cached_property
    def drawing(self) -> Drawing | None:
        """The map in force."""
        try:
            return Drawing.load(self.office.settings.data)
        except FileNotFoundError:
            return None


@dataclass(frozen=True)
class Subject:
    """One thing that can be exported.

    `options` checks what the page sends, `check(board, options, scope)` raises an UnknownError for what this board
    does not have. `title` names it for a person. `dataset(view)` gives the numbers, `picture(view, dataset)` what is
    seen; without one the picture is the table itself. `places`: rows are communes, so maps can be written.
    `weight(view)` tells beforehand about how many rows there will be.
    """

    name: str
    options: type[BaseModel]
    title: Callable[[Board, Any, str], str]
    dataset: Callable[[View], Dataset]
    picture: Callable[[View, Dataset], Picture] | None = None
    check: Callable[[Board, Any, Scope], None] = lambda board, options, scope: None
    places: bool = False
    weight: Callable[[View], int] = lambda view: 0

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats it can be written in."""
        return FORMATS if self.places else (*PICTURES, *DATA)


Writer = Callable[[View, Dataset, Path], None]
"""Writes a data set to a file; what only another room may do is handed in by the composition root."""


@dataclass(frozen=True)
class Exports:
    """Everything that can be exported, the writers of other rooms by format, and the colours of paper by token."""

    subjects: Mapping[str, Subject]
    colours: Mapping[str, str] = field(default_factory=dict)
    writers: Mapping[str, Writer] = field(default_factory=dict)
