"""Entries: everything that can be found on one board, within a scope and in one language.

Owns the kinds of things, their other names and what is said of each. Former units are told from present ones, and
where a unit went is part of what is said; nothing outside the scope has an entry.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ioc.access import Scope
from ioc.areas import Area, Level, Register, name_key
from ioc.board import Board
from ioc.formats import sort_key
from ioc.search.syllables import syllables
from ioc.wording import LANGS, say

PAGES = "ioc.search.pages"
"""Where a server keeps the pages that its face has, among its extensions."""


class Kind(StrEnum):
    """What a find is, in the order of preference between equals."""

    COMMUNE = "commune"
    PROVINCE = "province"
    PAGE = "page"
    KPI = "kpi"
    FORMER = "former"
    DISTRICT = "district"
    VILLAGE = "village"


@dataclass(frozen=True)
class Page:
    """A page of the navigation: its address and its name in each language."""

    path: str
    names: dict[str, str]


@dataclass(frozen=True)
class Entry:
    """One thing: its shown `name`, what it is (`note`), other `names`, and the names of what it lies in.

    `code` is that of the commune it belongs to or of the KPI or the address of the page; `heirs` are codes and names
    of the communes that a former unit went into.
    """

    kind: Kind
    type: str
    name: str
    note: str
    code: str
    names: tuple[str, ...]
    within: tuple[str, ...] = ()
    heirs: tuple[tuple[str, str], ...] = field(default=())


def lasting(board: Board, scope: Scope, lang: str, pages: Sequence[Page]) -> list[Entry]:
    """What a visitor of this scope may find whatever the edition: pages, KPIs, units of now and of before."""
    visible = _visible(board, scope)
    past = _Past(board.register, visible)
    return [
        *_pages(pages, lang),
        *_kpis(board, scope, lang),
        *_provinces(board, scope, lang),
        *_communes(board, visible, past, lang),
        *past.entries(board, lang),
    ]


def villages(board: Board, scope: Scope, lang: str) -> list[Entry]:
    """The villages of this edition that a visitor of this scope may find."""
    register = board.site.gaps.villages.source if board.site.gaps else None
    kinds = {
        spec.place.kind
        for name, spec in board.site.sources.items()
        if spec.place and register in (None, name)
    }
    visible = _visible(board, scope)
    past = _Past(board.register, visible)
    return [
        Entry(
            Kind.VILLAGE, str(place.attributes.get("kind", "")), place.name,
            say("search.note.village", lang, commune=visible[place.area].name), visible[place.area].code, (),
            (visible[place.area].short_name, *past.districts_of(place.area), board.root.short_name),
        )
        for kind in sorted(kinds)
        for place in board.places(kind, scope)
        if place.area in visible and place.name
    ]  # fmt: skip


def _visible(board: Board, scope: Scope) -> dict[str, Area]:
    return {area.id: area for area in board.communes if scope.allows(area=area.id)}


def _pages(pages: Sequence[Page], lang: str) -> Iterator[Entry]:
    for page in pages:
        names = tuple(page.names[one] for one in LANGS if one != lang)
        yield Entry(Kind.PAGE, "", page.names[lang], say("search.note.page", lang), page.path, names)


def _provinces(board: Board, scope: Scope, lang: str) -> Iterator[Entry]:
    """The root, and below a whole country its provinces."""
    roots = [board.root] if board.root.level is Level.PROVINCE else list(board.register.provinces)
    for area in roots:
        if scope.allows(area=area.id):
            key = "province" if area.id == board.root.id else "province_in"
            yield Entry(
                Kind.PROVINCE, area.kind, area.name, say(f"search.note.{key}", lang), "", (area.short_name,)
            )


def _kpis(board: Board, scope: Scope, lang: str) -> Iterator[Entry]:
    for kpi in board.site.kpis.values():
        if scope.allows(kpi=kpi.id):
            group = board.site.groups[kpi.group].name.in_(lang)
            names = [text for one in LANGS for text in (kpi.name.in_(one), kpi.short.in_(one))]
            note = say("search.note.kpi", lang, group=group)
            yield Entry(
                Kind.KPI, "", kpi.name.in_(lang), note, kpi.id, (*names, kpi.id.replace("_", " ")), (group,)
            )


def _communes(board: Board, visible: dict[str, Area], past: _Past, lang: str) -> Iterator[Entry]:
    for area in visible.values():
        parent = board.register.by_id.get(str(area.parent), board.root)
        old = sorted({one.name for one in past.into.get(area.id, ()) if name_key(one.name) != name_key(area.name)}, key=sort_key)  # fmt: skip
        key = "commune" if parent.id == board.root.id else "commune_in"
        note = say(f"search.note.{key}", lang, kind=say_kind(area.kind, lang), province=parent.name)
        if old:
            note = say("search.note.commune_of", lang, note=note, names=", ".join(old))
        within = (parent.short_name, *past.districts_of(area.id))
        yield Entry(Kind.COMMUNE, area.kind, area.name, note, area.code, _aliases(area, board), within)


class _Past:
    """The units of before the reform: what went into each visible commune, and in which district it lay."""

    def __init__(self, register: Register, visible: dict[str, Area]):
        self.register = register
        self.heirs: dict[str, list[Area]] = defaultdict(list)
        self.into: dict[str, list[Area]] = defaultdict(list)
        for link in register.links:
            old, heir = register.by_id.get(link.old), visible.get(link.new)
            if (
                old is not None
                and old.valid_to is not None
                and heir is not None
                and heir not in self.heirs[old.id]
            ):
                self.heirs[old.id].append(heir)
                self.into[heir.id].append(old)

    def district(self, old: Area) -> Area | None:
        """The district an old unit lay in, where the register says it."""
        found = self.register.by_id.get(str(old.parent)) if old.parent else None
        return found if found is not None and found.level is Level.DISTRICT else None

    def districts_of(self, area: str) -> tuple[str, ...]:
        """Names of the districts that parts of a present commune lay in."""
        found = (self.district(old) for old in self.into.get(area, ()))
        return tuple(sorted({one.short_name for one in found if one is not None}))

    def entries(self, board: Board, lang: str) -> Iterator[Entry]:
        """Old communes and towns that are not simply today's unit of the same name, then districts."""
        of_district: dict[str, dict[str, Area]] = defaultdict(dict)
        for old_id, heirs in self.heirs.items():
            old = self.register.by_id[old_id]
            if not heirs:
                continue
            district = self.district(old)
            if district is not None:
                of_district[district.id].update({one.id: one for one in heirs})
            if any(one.name == old.name for one in heirs):
                continue
            within = (board.root.short_name, *((district.short_name,) if district else ()))
            yield self._entry(Kind.FORMER, old, heirs, (*_aliases(old, board), old.code), within, lang)
        for district_id, found in of_district.items():
            district = self.register.by_id[district_id]
            yield self._entry(
                Kind.DISTRICT, district, list(found.values()), (), (board.root.short_name,), lang
            )

    @staticmethod
    def _entry(
        kind: Kind, old: Area, heirs: list[Area], names: tuple[str, ...], within: tuple[str, ...], lang: str
    ) -> Entry:
        ordered = sorted(heirs, key=lambda one: sort_key(one.short_name))
        key = "split" if kind is Kind.FORMER and len(ordered) > 1 else kind.value
        told = ", ".join(one.short_name for one in ordered) if len(ordered) > 1 else ordered[0].name
        note = say(f"search.note.{key}", lang, kind=say_kind(old.kind, lang), heirs=told, n=len(ordered))
        pairs = tuple((one.code, one.name) for one in ordered)
        return Entry(
            kind, old.kind, old.name, note, ordered[0].code if len(ordered) == 1 else "", names, within, pairs
        )


def say_kind(kind: str, lang: str) -> str:
    """The type of a unit in words."""
    key = "_".join(syllable.base for syllable in syllables(kind))
    return say(f"search.kind.{key}", lang)


def _aliases(area: Area, board: Board) -> tuple[str, ...]:
    """Approved other spellings that mean this unit: of its code, and with a word of its name."""
    mine = {one.base for one in syllables(area.short_name)}
    return tuple(
        alias.name
        for alias in board.site.aliases
        if alias.code == area.code and mine & {one.base for one in syllables(name_key(alias.name))}
    )
