"""The contract of a source: where its rows come from, when, and what every row must hold.

Owns the shape of ``sources/<id>.toml``. Says nothing of how rows are pulled (`ioc.refresh`) or of the KPIs
counted from them (`ioc.catalogue`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from ioc.calendars import Calendar
from ioc.catalogue import GeoBasis, Identifier, Strict, Text

_DURATION = re.compile(r"(\d+)\s*(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _duration(value: object) -> object:
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise ValueError(
            f"{value!r} không phải khoảng thời gian; viết số nguyên kèm s, m, h hoặc d, ví dụ '90s' hoặc '26h'"
        )
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


Duration = Annotated[timedelta, BeforeValidator(_duration)]
"""Written as "90s", "15m", "26h" or "7d"."""


class ColumnSpec(Strict):
    """A column the contract demands of a source, and how to read it.

    `type`: text, code (text, never a number), int, number, bool, date or datetime. A required column
    must not be empty. `minimum` and `at_most` (another column) are row checks: negative counts and
    numerators above denominators are parked, not clipped.
    """

    type: Literal["text", "code", "int", "number", "bool", "date", "datetime"]
    required: bool = True
    minimum: float | None = None
    at_most: Identifier | None = None
    values: tuple[str | int, ...] | None = None


class AreaSpec(Strict):
    """Which column holds the commune's code, of which vintage, and what guards it.

    `vintage`: "present" (codes since 1 July 2025), "before_2025" (codes before it) or "by_date": old
    codes on rows whose `date` column lies before the reform, new ones from it on. `name` is a column
    with the unit's name; a name that disagrees with the code parks the row. `departments` names a value
    of `level` that marks rows of the province's own departments.
    """

    code: Identifier
    vintage: Literal["present", "before_2025", "by_date"]
    date: Identifier | None = None
    name: Identifier | None = None
    level: Identifier | None = None
    departments: str | None = None
    basis: GeoBasis

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if (self.vintage == "by_date") != (self.date is not None):
            raise ValueError('date: phải có khi và chỉ khi vintage = "by_date"')
        if (self.level is None) != (self.departments is None):
            raise ValueError("level và departments phải đi cùng nhau")
        return self


class PlaceSpec(Strict):
    """Rows of the source that are also published by themselves, on the map where they have a point.

    `lat` and `lon` are left out together for rows that lie in a commune without being a point.
    """

    kind: Identifier
    id: Identifier
    name: Identifier
    lat: Identifier | None = None
    lon: Identifier | None = None
    attributes: tuple[Identifier, ...] = ()

    @model_validator(mode="after")
    def _a_point(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            raise ValueError("lat và lon phải đi cùng nhau")
        return self


class Pull(Strict):
    """How rows are pulled. "snapshot" reads everything each time; "incremental" reads rows whose
    `watermark` column is later than the last one seen less `overlap`, and everything every `full_every`.
    """

    mode: Literal["snapshot", "incremental"] = "snapshot"
    watermark: Identifier | None = None
    overlap: Duration = timedelta(minutes=10)
    full_every: Duration = timedelta(hours=24)

    @model_validator(mode="after")
    def _watermarked(self) -> Self:
        if (self.mode == "incremental") != (self.watermark is not None):
            raise ValueError('watermark: phải có khi và chỉ khi mode = "incremental"')
        return self


class Schedule(Strict):
    """When a source is refreshed and what is promised.

    Either `every` or `at` ("05:30", province time, daily or on `days`, names only: mon..sun). `promise`
    is the age of data up to which the source counts as fresh; `deadline` kills a run that takes longer.
    """

    every: Duration | None = None
    at: str | None = Field(default=None, pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = ()
    promise: Duration
    deadline: Duration = timedelta(minutes=2)
    retries: int = Field(default=2, ge=0, le=10)

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.every is None) == (self.at is None):
            raise ValueError("phải có đúng một trong hai: every hoặc at")
        return self


class Supply(Strict):
    """Rows that say themselves when they were handed in: `handed_in`; `date` puts them into the period they are for."""

    date: Identifier
    handed_in: Identifier


class SourceSpec(Strict):
    """``sources/<id>.toml``: one place data come from, and the contract its rows must meet.

    `url` may hold ``{data}`` (the data folder); `url_env` names the environment variable that holds a
    URL with secrets and wins when it is set. `query` is one reviewed SELECT; ``:since`` is bound for an
    incremental pull. `tolerance` is the share of unusable rows above which nothing is published. `calendar` says on which
    days its periods begin.
    """

    id: Identifier
    name: Text
    system: str = Field(min_length=1)
    shape: str = Field(pattern=r"^S\d{1,2}$")
    owner: Identifier
    kind: str = "sql"
    url: str | None = None
    url_env: str | None = Field(default=None, pattern=r"^[A-Z][A-Z0-9_]+$")
    query: str
    key: tuple[Identifier, ...]
    order: Identifier | None = None
    tolerance: float = Field(default=0.02, ge=0, le=1)
    allow_empty: bool = False
    calendar: Calendar = Calendar.MONTH
    area: AreaSpec
    schedule: Schedule
    pull: Pull = Pull()
    column: dict[Identifier, ColumnSpec]
    place: PlaceSpec | None = None
    supply: Supply | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.url is None and self.url_env is None:
            raise ValueError("phải có url hoặc url_env")
        statement = self.query.strip().rstrip(";")
        if ";" in statement or not re.match(r"(?is)\s*(select|with)\b", statement):
            raise ValueError("query: chỉ cho phép đúng một câu lệnh SELECT")
        if (self.pull.mode == "incremental") != (":since" in statement):
            raise ValueError("query: ':since' phải có khi và chỉ khi pull.mode = \"incremental\"")
        for where, column in self._columns_named():
            if column not in self.column:
                raise ValueError(f"{where}: cột {column!r} chưa khai báo trong [column]")
            if where.startswith("supply.") and self.column[column].type not in ("date", "datetime"):
                raise ValueError(f"{where}: cột {column!r} phải có type date hoặc datetime")
        return self

    def _columns_named(self) -> Iterator[tuple[str, str]]:
        yield from (("key", column) for column in self.key)
        area, place = self.area, self.place
        named = {
            "order": self.order,
            "area.code": area.code,
            "area.date": area.date,
            "area.name": area.name,
            "area.level": area.level,
            "pull.watermark": self.pull.watermark,
        }
        if place:
            named |= {
                "place.id": place.id,
                "place.name": place.name,
                "place.lat": place.lat,
                "place.lon": place.lon,
            }
            named |= {f"place.attributes.{column}": column for column in place.attributes}
        if self.supply:
            named |= {"supply.date": self.supply.date, "supply.handed_in": self.supply.handed_in}
        named |= {f"column.{name}.at_most": spec.at_most for name, spec in self.column.items()}
        yield from ((where, column) for where, column in named.items() if column is not None)
