"""The figures the demonstration must reproduce, read from the site's facts folder.

Owns communes, the old units that went into them and the synthetic allocation of gaps. Must not know
databases or how rows are drawn.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ioc.areas import name_key

FACTS = Path(__file__).resolve().parent.parent / "facts"
PROVINCE_CODE = "12"
PROVINCE_NAME = "Tỉnh Lai Châu"
_TYPES = {"P.": "Phường", "TT": "Thị trấn"}


@dataclass(frozen=True)
class OldUnit:
    """A unit as it stood before 1 July 2025; `name` carries its type ("Thị trấn Tam Đường")."""

    code: str
    name: str
    inherited: bool
    """Whether the present commune took over this unit's code."""


@dataclass(frozen=True)
class Commune:
    """One present commune with its published figures and its share of the synthetic allocation."""

    code: str
    name: str
    districts: tuple[str, ...]
    km2: float
    population: int
    lat: float
    lon: float
    remoteness: float
    households: int
    villages: int
    no_mobile: int
    no_cable: int
    off_grid: int
    households_off_grid: int
    old: tuple[OldUnit, ...]

    @property
    def urban(self) -> bool:
        """Whether the commune is a ward."""
        return self.name.startswith("Phường")

    @property
    def collision(self) -> OldUnit | None:
        """The old unit of another name whose code this commune carries today, if there is one."""
        found = (unit for unit in self.old if unit.inherited and name_key(unit.name) != name_key(self.name))
        return next(found, None)


@cache
def communes() -> tuple[Commune, ...]:
    """The present communes, by code."""
    allocation = {row["code"]: row for row in _rows("lai_chau_demo_allocation.csv")}
    old: dict[str, list[OldUnit]] = {}
    for row in _rows("lai_chau_crosswalk_2025.csv"):
        unit = OldUnit(row["old_code"], _full_name(row["old_name"]), row["code_reused"] == "1")
        old.setdefault(row["new_code"], []).append(unit)
    return tuple(_commune(row, allocation[row["code"]], old[row["code"]])
                 for row in sorted(_rows("lai_chau_communes.csv"), key=lambda row: row["code"]))  # fmt: skip


def _commune(row: dict[str, str], share: dict[str, str], old: list[OldUnit]) -> Commune:
    return Commune(
        code=row["code"],
        name=row["name"],
        districts=tuple(row["former_districts"].split("+")),
        km2=float(row["area_km2"]),
        population=int(row["population"]),
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        remoteness=float(share["remoteness"]),
        households=int(share["households"]),
        villages=int(share["villages"]),
        no_mobile=int(share["villages_without_mobile"]),
        no_cable=int(share["villages_without_cable"]),
        off_grid=int(share["villages_off_grid"]),
        households_off_grid=int(share["households_off_grid"]),
        old=tuple(old),
    )


def _full_name(name: str) -> str:
    first, _, rest = name.partition(" ")
    return f"{_TYPES[first]} {rest}" if first in _TYPES else f"Xã {name}"


def _rows(name: str) -> list[dict[str, str]]:
    with (FACTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
