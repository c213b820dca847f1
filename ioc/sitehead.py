"""What ``site.toml`` says: the province, its departments and groups, and what is special about its areas and days.

Every table of the file is a model here; what ties them to KPIs and sources is checked by `ioc.site`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from pydantic import Field, model_validator

from ioc.catalogue import Identifier, Strict, Text
from ioc.traits import Trait


class Department(Strict):
    """A department of the province that owns KPIs or sources."""

    id: Identifier
    name: Text


class Group(Strict):
    """A mission group of KPIs, in the order of the file."""

    id: Identifier
    name: Text


class AreaGroup(Strict):
    """Communes that are chosen together, a former district for instance; they may stand in several groups."""

    id: Identifier
    name: Text
    communes: tuple[str, ...] = Field(min_length=1)
    source: str = Field(min_length=1)


class Alias(Strict):
    """Another spelling of an area's name that a named person has approved."""

    code: str = Field(pattern=r"^\d{2,5}$")
    name: str
    approved_by: str


class Holiday(Strict):
    """Days on which offices are closed, both ends included; with `working` a Saturday or Sunday worked in exchange."""

    first: date
    last: date | None = None
    name: str = Field(min_length=1)
    working: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last is not None and not self.first <= self.last <= self.first + timedelta(days=60):
            raise ValueError("last: phải từ ngày first trở đi và không quá 60 ngày sau")
        return self

    @property
    def days(self) -> list[date]:
        """Every day of it."""
        return [
            self.first + timedelta(days=n) for n in range(((self.last or self.first) - self.first).days + 1)
        ]


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


class SplitPart(Strict):
    """What one present commune received of a divided old one. Give the same measure for every part."""

    code: str = Field(pattern=r"^\d{5}$")
    villages: int | None = Field(default=None, ge=0)
    population: int | None = Field(default=None, ge=0)
    km2: float | None = Field(default=None, ge=0)


class Split(Strict):
    """How the figures of a commune that the reform divided are shared out, and the document that answers for it.

    `code` is the code of before 1 July 2025. All parts must be named; figures are marked as estimates.
    """

    code: str = Field(pattern=r"^\d{5}$")
    source: str = Field(min_length=1)
    part: tuple[SplitPart, ...] = Field(min_length=2)


class SiteHead(Strict):
    """``[site]`` of site.toml. `root` is a present province code, or "VN" for the whole country."""

    id: Identifier
    name: Text
    root: str = Field(pattern=r"^(\d{2}|VN)$")
    demonstration: bool
    headline_map: Identifier
    online_services: Identifier | None = None
    history_months: int = Field(default=24, ge=1, le=240)
    generator: str | None = None


class SiteFile(Strict):
    """``site.toml`` as a whole."""

    site: SiteHead
    department: tuple[Department, ...]
    group: tuple[Group, ...]
    alias: tuple[Alias, ...] = ()
    unit: tuple[UnitOverride, ...] = ()
    split: tuple[Split, ...] = ()
    holiday: tuple[Holiday, ...] = ()
    trait: tuple[Trait, ...] = ()
    area_group: tuple[AreaGroup, ...] = ()
