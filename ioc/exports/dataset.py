"""A data set: columns, rows and everything that must travel with them.

Owns the shape that every file format is written from. A value is as it stands on the board, never rounded; how many
decimals to show is the column's. Knows neither formats nor where the rows come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

Value = str | float | int | date | None


class Form(StrEnum):
    """What a column holds. A CODE is text that looks like a number and must stay text."""

    TEXT = "text"
    CODE = "code"
    NUMBER = "number"
    DAY = "day"


@dataclass(frozen=True)
class Column:
    """One column: `key` for programmes, `title` for people, `unit` and `decimals` of a number."""

    key: str
    title: str
    form: Form = Form.TEXT
    unit: str = ""
    decimals: int = 0


@dataclass(frozen=True)
class About:
    """What stands on every file. Texts are ready to be read, in the language of whoever asked.

    `subject`, `area` and `time` make the file's name. `marks` are warnings that must not be lost: demonstration,
    schematic map, provisional. `edition` is the sentence with number and time.
    """

    title: str
    subject: str
    area: str
    time: str
    lang: str
    number: int
    published_at: datetime
    edition: str
    unit: str = ""
    period: str = ""
    scope: str = ""
    source: str = ""
    as_of: str = ""
    quality: str = ""
    basis: str = ""
    filters: tuple[tuple[str, str], ...] = ()
    legend: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """Columns and rows; `areas` is the present code of each row's area where the rows are places, else None. `paper` are the
    keys of the columns that a picture of the table has room for, in their order; empty for all.
    """

    about: About
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Value, ...]]
    areas: Sequence[str | None] | None = None
    paper: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many cells there are."""
        return len(self.columns) * len(self.rows)
