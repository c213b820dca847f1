"""What the page of gaps shows: the register behind it and the choice its address makes.

Owns the address's parts ``loai`` (kind of gap), ``xa`` (commune), ``do`` (what the table counts), ``vi-tri`` (standing of
the point), ``loc`` (further filters, comma separated) and ``trang`` (page of the list, ``het`` for all); what does not
exist is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from ioc import formats
from ioc.access import Scope
from ioc.areas import Area
from ioc.board import Board
from ioc.gaps.definitions import Gap
from ioc.gaps.history import Lineage, lineage
from ioc.gaps.protection import Shield, shield
from ioc.gaps.register import UNKNOWN, Runs, Village, VillageRegister, read
from ioc.gaps.reports import Testimony, testimony
from ioc.wording import say
from layouts.address import GAPS, link

if TYPE_CHECKING:
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

    def listed(self, board: Board) -> list[Village]:
        """The villages that the filters leave, commune by commune, by name."""
        order = {area.id: at for at, area in enumerate(board.communes)}
        found = [village for village in self.register.villages if self._fits(village)]
        return sorted(found, key=lambda one: (order.get(one.area, -1), formats.sort_key(one.name), one.id))

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
    asked = {name: found[-1] for name, found in parse_qs((search or "").removeprefix("?")).items()}
    return gapped(asked, desk.board, desk.house.office.warehouse, desk.scope)


def gapped(asked: Mapping[str, str], board: Board, warehouse: Runs, scope: Scope) -> Gapped | None:
    """The view that the parts of an address ask for, for the page and for its files alike."""
    register, guard = read(board, warehouse, scope), shield(board, warehouse, scope)
    if register is None or guard is None:
        return None
    areas = {area.code: area for area in board.communes if scope.allows(area=area.id)}
    standing, page = asked.get("vi-tri"), asked.get("trang", "1")
    return Gapped(
        register, guard, testimony(board, register, scope), lineage(board, register, scope),
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
        **filters(view),
        "do": view.measure if view.measure != VILLAGES else None,
        "trang": "het" if view.page is None else str(view.page) if view.page > 1 else None,
        "ban": str(desk.board.edition.number) if desk.fixed else None,
    }
    return link(GAPS, **(now | parts))


def filters(view: Gapped) -> dict[str, str | None]:
    """The parts of the address that narrow the list."""
    return {
        "loai": view.kind.id if view.kind else None,
        "xa": view.area.code if view.area else None,
        "vi-tri": view.standing,
        "loc": ",".join(flag for flag in FLAGS if flag in view.flags) or None,
    }


def what(measure: str, view: Gapped, lang: str) -> str:
    """What a column of counts is called."""
    spec, rule = view.register.definitions.villages, view.register.definitions.protection
    if rule is not None:
        for one in rule.count:
            if one.column == measure:
                return one.name.in_(lang)
    names = {VILLAGES: "villages", spec.households: "households", spec.population: "people"}
    return say(f"gaps.measure.{names[measure]}", lang)


def hidden_words(view: Gapped, lang: str) -> str | None:
    """What is hidden, how much of it, and why; None where nothing is under protection."""
    rule = view.register.definitions.protection
    if rule is None or not any(one.column in view.shield.tables.counts for one in rule.count):
        return None
    names = ", ".join(one.name.in_(lang) for one in rule.count)
    cells, villages = (
        formats.number(sum(view.shield.hides(kind) for kind in kinds), 0, lang)
        for kinds in (("commune_kind", "commune"), ("village",))
    )
    return say(
        "gaps.masked.note",
        lang,
        k=rule.k,
        names=names,
        cells=cells,
        villages=villages,
        basis=rule.legal_basis,
    )
