"""What the page of gaps shows: the register behind it and the choice its address makes.

Owns the address's parts ``loai`` (kind of gap), ``xa`` (commune), ``do`` (what the table counts), ``vi-tri`` (standing of
the point), ``loc`` (further filters, comma separated) and ``trang`` (page of the list, ``het`` for all); what does not
exist is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import parse_qs

from ioc.areas import Area
from ioc.formats import sort_key
from ioc.gaps.definitions import Gap
from ioc.gaps.history import Lineage, lineage
from ioc.gaps.protection import Shield, shield
from ioc.gaps.register import UNKNOWN, Village, VillageRegister, read
from ioc.gaps.reports import Testimony, testimony
from layouts.address import GAPS, link
from layouts.desk import Desk

STANDINGS = ("measured", "cluster", UNKNOWN)
FLAGS = ("mau-thuan", "qua-han", "bien-dong", "nhieu-khoang-trong")
"""Words differ; the survey is older than due; merged or renamed; two gaps or more."""
VILLAGES = "thon"
ROWS = 20
"""Villages on one page of the list."""
WHOLE = 240
"""Villages that may be listed at once, on paper above all; a longer list is narrowed first."""


@dataclass(frozen=True)
class Gapped:
    """A view of the page. `measure` is VILLAGES or a column; `page` is None when all villages are listed."""

    register: VillageRegister
    shield: Shield
    words: Testimony
    lineage: Lineage
    kind: Gap | None = None
    area: Area | None = None
    measure: str = VILLAGES
    standing: str | None = None
    flags: frozenset[str] = frozenset()
    page: int | None = 1

    @property
    def filtered(self) -> bool:
        """Whether the list is narrower than the register."""
        return bool(self.kind or self.area or self.standing or self.flags)

    def overdue(self, village: Village) -> bool:
        """Whether a village's survey is older than the register allows."""
        age = village.survey_age(self.register.on)
        return age is None or age > self.register.definitions.villages.survey_due.days

    def listed(self, desk: Desk) -> list[Village]:
        """The villages that the filters leave, commune by commune, by name."""
        order = {area.id: at for at, area in enumerate(desk.board.communes)}
        found = [village for village in self.register.villages if self._fits(village)]
        return sorted(found, key=lambda one: (order.get(one.area, -1), sort_key(one.name), one.id))

    def _fits(self, village: Village) -> bool:
        flags = {
            "mau-thuan": lambda: bool(self.words.conflicts(village.id)),
            "qua-han": lambda: self.overdue(village),
            "bien-dong": lambda: bool(self.lineage.of(village.id)),
            "nhieu-khoang-trong": lambda: len(village.gaps) > 1,
        }
        return (
            (self.kind is None or self.kind.id in village.gaps)
            and (self.area is None or self.area.id == village.area)
            and (self.standing is None or self.standing == village.standing)
            and all(flags[name]() for name in self.flags)
        )

    def with_flag(self, flag: str) -> Gapped:
        """The view with one filter more, or without it where it is there."""
        return replace(self, flags=self.flags ^ {flag}, page=1)


def read_gapped(search: str | None, desk: Desk) -> Gapped | None:
    """The view an address asks for; None where the site keeps no register of villages."""
    warehouse = desk.house.office.warehouse
    register, guard = read(desk.board, warehouse, desk.scope), shield(desk.board, warehouse, desk.scope)
    if register is None or guard is None:
        return None
    asked = {name: found[-1] for name, found in parse_qs((search or "").removeprefix("?")).items()}
    areas = {area.code: area for area in desk.board.communes if desk.scope.allows(area=area.id)}
    standing, page = asked.get("vi-tri"), asked.get("trang", "1")
    return Gapped(
        register, guard, testimony(desk.board, register, desk.scope), lineage(desk.board, register, desk.scope),
        register.definitions.kinds.get(asked.get("loai", "")),
        areas.get(asked.get("xa", "")),
        asked["do"] if asked.get("do") in guard.tables.counts else VILLAGES,
        standing if standing in STANDINGS else None,
        frozenset(asked.get("loc", "").split(",")) & frozenset(FLAGS),
        None if page == "het" else int(page) if page.isdecimal() and len(page) < 5 and int(page) > 0 else 1,
    )  # fmt: skip


def address(view: Gapped, desk: Desk, **parts: str | None) -> str:
    """The address of a view with some parts changed; in a held edition with its number."""
    now: dict[str, str | None] = {
        "loai": view.kind.id if view.kind else None,
        "xa": view.area.code if view.area else None,
        "do": view.measure if view.measure != VILLAGES else None,
        "vi-tri": view.standing,
        "loc": ",".join(flag for flag in FLAGS if flag in view.flags) or None,
        "trang": "het" if view.page is None else str(view.page) if view.page > 1 else None,
        "ban": str(desk.board.edition.number) if desk.fixed else None,
    }
    return link(GAPS, **(now | parts))
