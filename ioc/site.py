"""A site: one province's configuration folder, read, checked and frozen.

Owns ``site.toml``, ``kpis/*.toml`` and ``sources/*.toml`` and every rule that ties them together. Errors
name file, entry and field and say what to do. Reads no data and opens no connection.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from ioc.catalogue import GeoBasis, Identifier, Kpi, Strict, Text

_DURATION = re.compile(r"(\d+)\s*(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _duration(value: object) -> object:
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise ValueError(
            f"{value!r} is not a duration; write a whole number and s, m, h or d, as in '90s' or '26h'"
        )
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


Duration = Annotated[timedelta, BeforeValidator(_duration)]
"""Written as "90s", "15m", "26h" or "7d"."""


class Department(Strict):
    """A department of the province that owns KPIs or sources."""

    id: Identifier
    name: Text


class Group(Strict):
    """A mission group of KPIs, in the order of the file."""

    id: Identifier
    name: Text


class Alias(Strict):
    """Another spelling of an area's name that a named person has approved."""

    code: str = Field(pattern=r"^\d{2,5}$")
    name: str
    approved_by: str


class UnitOverride(Strict):
    """A correction of the national register, with its legal source.

    `valid_from` starts a new record of the same code (a change of name or type); without it the present
    record itself is corrected. `replaces` is the wrong code under which the national list carries the unit.
    """

    code: str = Field(pattern=r"^\d{2,5}$")
    name: str
    kind: str
    source: str = Field(min_length=1)
    valid_from: date | None = None
    replaces: str | None = Field(default=None, pattern=r"^\d{2,5}$")


class SiteHead(Strict):
    """``[site]`` of site.toml. `root` is a present province code, or "VN" for the whole country."""

    id: Identifier
    name: Text
    root: str = Field(pattern=r"^(\d{2}|VN)$")
    demonstration: bool
    headline_map: Identifier
    history_months: int = Field(default=24, ge=1, le=240)
    generator: str | None = None


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
            raise ValueError('date: needed with vintage = "by_date", and only with it')
        if (self.level is None) != (self.departments is None):
            raise ValueError("level and departments go together")
        return self


class PlaceSpec(Strict):
    """Rows of the source that are also published as points on the map."""

    kind: Identifier
    id: Identifier
    name: Identifier
    lat: Identifier
    lon: Identifier
    attributes: tuple[Identifier, ...] = ()


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
            raise ValueError('watermark: needed with mode = "incremental", and only with it')
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
            raise ValueError("exactly one of every and at is needed")
        return self


class SourceSpec(Strict):
    """``sources/<id>.toml``: one place data come from, and the contract its rows must meet.

    `url` may hold ``{data}`` (the data folder); `url_env` names the environment variable that holds a
    URL with secrets and wins when it is set. `query` is one reviewed SELECT; ``:since`` is bound for an
    incremental pull. `tolerance` is the share of unusable rows above which nothing is published.
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
    area: AreaSpec
    schedule: Schedule
    pull: Pull = Pull()
    column: dict[Identifier, ColumnSpec]
    place: PlaceSpec | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.url is None and self.url_env is None:
            raise ValueError("url or url_env is needed")
        statement = self.query.strip().rstrip(";")
        if ";" in statement or not re.match(r"(?is)\s*(select|with)\b", statement):
            raise ValueError("query: exactly one SELECT statement is allowed")
        if (self.pull.mode == "incremental") != (":since" in statement):
            raise ValueError("query: ':since' belongs to pull.mode = \"incremental\" and only to it")
        for where, column in self._columns_named():
            if column not in self.column:
                raise ValueError(f"{where}: column {column!r} is not declared under [column]")
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
        named |= {f"column.{name}.at_most": spec.at_most for name, spec in self.column.items()}
        yield from ((where, column) for where, column in named.items() if column is not None)


class _SiteFile(Strict):
    site: SiteHead
    department: tuple[Department, ...]
    group: tuple[Group, ...]
    alias: tuple[Alias, ...] = ()
    unit: tuple[UnitOverride, ...] = ()


class _KpiFile(Strict):
    kpi: tuple[Kpi, ...]


@dataclass(frozen=True)
class Problem:
    """One fault of a site: where it is and what to do."""

    file: str
    entry: str
    field: str
    reason: str

    def __str__(self) -> str:
        place = " › ".join(part for part in (self.file, self.entry, self.field) if part)
        return f"{place}: {self.reason}"


class SiteError(Exception):
    """The site folder cannot be used; `problems` lists every fault found."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(frozen=True)
class Site:
    """A whole, checked site. `fingerprint` changes with any byte of its files."""

    folder: Path
    head: SiteHead
    departments: dict[str, Department]
    groups: dict[str, Group]
    kpis: dict[str, Kpi]
    sources: dict[str, SourceSpec]
    aliases: tuple[Alias, ...]
    units: tuple[UnitOverride, ...]
    fingerprint: str

    @staticmethod
    def load(folder: Path) -> Site:
        """Read and check the folder. Raises SiteError with every problem found, not only the first."""
        return _Reader(folder).read()

    def kpis_of(self, source: str) -> list[Kpi]:
        """KPIs computed from `source`, in catalogue order."""
        return [kpi for kpi in self.kpis.values() if kpi.source == source]

    @property
    def headlines(self) -> list[Kpi]:
        """KPIs shown as tiles on the overview, in their order."""
        chosen = [kpi for kpi in self.kpis.values() if kpi.headline is not None]
        return sorted(chosen, key=lambda kpi: kpi.headline or 0)


class _Reader:
    def __init__(self, folder: Path):
        self.folder = folder
        self.problems: list[Problem] = []
        self.hash = hashlib.sha256()

    def read(self) -> Site:
        head = self._parse(self.folder / "site.toml", _SiteFile)
        kpis = self._unique("kpi", [
            (path, kpi) for path in self._files("kpis") for kpi in getattr(self._parse(path, _KpiFile), "kpi", ())
        ])  # fmt: skip
        sources = self._unique("source", [
            (path, spec) for path in self._files("sources") if (spec := self._parse(path, SourceSpec)) is not None
        ])  # fmt: skip
        if head is None or self.problems:
            raise SiteError(self.problems)
        departments = {item.id: item for item in head.department}
        groups = {item.id: item for item in head.group}
        site = Site(
            self.folder,
            head.site,
            departments,
            groups,
            kpis,
            sources,
            head.alias,
            head.unit,
            self.hash.hexdigest()[:16],
        )
        self._cross_check(site)
        if self.problems:
            raise SiteError(self.problems)
        return site

    def _files(self, room: str) -> list[Path]:
        found = sorted((self.folder / room).glob("*.toml"))
        if not found:
            self._problem(self.folder / room, "", "", "no .toml file here; a site needs at least one")
        return found

    def _problem(self, path: Path, entry: str, field: str, reason: str) -> None:
        name = path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else path.name
        self.problems.append(Problem(name, entry, field, reason))

    def _parse(self, path: Path, model: type[Any]) -> Any:
        try:
            raw = path.read_bytes()
            self.hash.update(path.name.encode() + b"\0" + raw)
            document = tomllib.loads(raw.decode("utf-8"))
        except FileNotFoundError:
            return self._problem(path, "", "", "file is missing; create it as in docs/operating.md")
        except UnicodeDecodeError as error:
            return self._problem(path, "", "", f"not UTF-8 at byte {error.start}; save it as UTF-8")
        except tomllib.TOMLDecodeError as error:
            return self._problem(path, "", "", f"not valid TOML: {error}")
        try:
            return model.model_validate(document)
        except ValidationError as error:
            for fault in error.errors():
                entry, field = self._locate(document, fault["loc"])
                self._problem(path, entry, field, _reason(fault))
            return None

    @staticmethod
    def _locate(document: dict[str, Any], loc: tuple[str | int, ...]) -> tuple[str, str]:
        """Turn pydantic's location into the entry's id and the field inside it."""
        entry, node, rest = "", document, list(loc)
        for depth, step in enumerate(loc):
            try:
                node = node[step]  # type: ignore[index]
            except (KeyError, IndexError, TypeError):
                break
            if isinstance(step, int):
                name = node.get("id") or node.get("code") if isinstance(node, dict) else None
                entry = f"{loc[depth - 1]} {name or f'no. {step + 1}'}" if not entry else entry
                rest = list(loc[depth + 1 :]) if entry.endswith(str(name)) or depth == 1 else rest
        return entry, ".".join(str(part) for part in rest)

    def _unique(self, what: str, found: list[tuple[Path, Any]]) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for path, item in found:
            if item.id in kept:
                self._problem(
                    path, f"{what} {item.id}", "id", "already used by another entry; ids are unique in a site"
                )
            kept[item.id] = item
        return kept

    def _cross_check(self, site: Site) -> None:
        from ioc.measures import (
            MeasureError,
            check_measure,
        )  # the language needs the column types of this module

        for kpi in site.kpis.values():
            for field, pool in (
                ("group", site.groups),
                ("owner", site.departments),
                ("source", site.sources),
            ):
                if getattr(kpi, field) not in pool:
                    known = ", ".join(sorted(pool))
                    self._kpi_problem(kpi, field, f"{getattr(kpi, field)!r} is not defined; known: {known}")
            spec = site.sources.get(kpi.source)
            if spec is None:
                continue
            if kpi.date is not None and spec.column.get(kpi.date, None) is None:
                self._kpi_problem(kpi, "date", f"source {spec.id} declares no column {kpi.date!r}")
            if kpi.basis is not spec.area.basis:
                self._kpi_problem(
                    kpi, "basis", f"source {spec.id} places its rows by {spec.area.basis}, not {kpi.basis}"
                )
            for field in ("numerator", "denominator"):
                text = getattr(kpi, field)
                try:
                    if text is not None:
                        check_measure(text, spec.column, kpi.measure)
                except MeasureError as error:
                    self._kpi_problem(kpi, field, str(error))
        for spec in site.sources.values():
            if spec.owner not in site.departments:
                self.problems.append(
                    Problem(
                        f"sources/{spec.id}.toml",
                        f"source {spec.id}",
                        "owner",
                        f"{spec.owner!r} is not a department",
                    )
                )
        if site.head.headline_map not in site.kpis:
            self.problems.append(
                Problem(
                    "site.toml",
                    "site",
                    "headline_map",
                    f"{site.head.headline_map!r} is not a KPI of the catalogue",
                )
            )

    def _kpi_problem(self, kpi: Kpi, field: str, reason: str) -> None:
        self.problems.append(Problem("kpis", f"kpi {kpi.id}", field, reason))


def _reason(fault: Any) -> str:
    match fault["type"]:
        case "extra_forbidden":
            return "unknown field; correct its spelling or remove it"
        case "missing":
            return "field is missing; add it"
        case _:
            return f"{fault['msg'].removeprefix('Value error, ')} (got {fault['input']!r:.80})"
