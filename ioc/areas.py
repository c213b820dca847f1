"""Administrative areas with dates, and the crosswalk between those before and after a reform.

Owns identity: a bare code means nothing, a unit is (code system, code, valid from, valid to), and the
warehouse knows it by an id in which the founding date is written (``03529@20250701`` is Xã Tủa Sín Chải,
``03529@0`` was Làng Mô). Reads the register that `geodata` publishes; must not know where it came from.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

GSO = "gso"
"""The statistics office's codes: text, two digits for a province, five for a commune."""
REFORM = date(2025, 7, 1)
"""Districts abolished and communes merged (Quyết định 19/2025/QĐ-TTg)."""
DEPARTMENTS = "+so"
"""Suffix of the pseudo-area that holds what a province's departments did themselves."""
COMMUNES = "+xa"
"""Suffix of the pseudo-area that holds the sum over the communes of a province: the sum of the map."""


class Level(StrEnum):
    """Level of an area."""

    COUNTRY = "country"
    PROVINCE = "province"
    DISTRICT = "district"
    """Abolished on 1 July 2025; kept for the old communes that lay in one."""
    COMMUNE = "commune"


class LinkKind(StrEnum):
    """What became of an old unit."""

    SAME = "same"
    MERGE = "merge"
    SPLIT = "split"


@dataclass(frozen=True)
class Area:
    """One administrative unit as it stood between two dates (`valid_to` exclusive, None = today).

    `name` is the full official name with its type ("Xã Tủa Sín Chải"); `km2` and the seat point may be
    unknown. `parent` is the id of the unit above.
    """

    system: str
    code: str
    valid_from: date
    valid_to: date | None
    name: str
    kind: str
    level: Level
    parent: str | None = None
    km2: float | None = None
    lat: float | None = None
    lon: float | None = None

    @property
    def id(self) -> str:
        """The dated id used in the warehouse."""
        return area_id(self.code, self.valid_from)

    def valid_on(self, day: date) -> bool:
        """Whether the unit existed on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def short_name(self) -> str:
        """The name without its type ("Tủa Sín Chải")."""
        prefix = self.kind[:1].upper() + self.kind[1:] + " "
        return self.name.removeprefix(prefix)


@dataclass(frozen=True)
class Link:
    """One step of the crosswalk: the old unit went, wholly or in part, into the new one.

    Ids on both sides. A split has several links from one old unit; its shares are not known here, so
    nothing may be carried across it without weights that somebody answers for.
    """

    old: str
    new: str
    kind: LinkKind


def area_id(code: str, valid_from: date) -> str:
    """The dated id of a unit; date.min, "since before the records", is written 0."""
    return f"{code}@{'0' if valid_from == date.min else valid_from.strftime('%Y%m%d')}"


def name_key(text: str) -> str:
    """A name folded for comparison: NFC, lower case, one tone-mark style, no type word, plain spaces.

    Comparison only proposes agreement of a name with a code that is already known; nothing is ever
    looked up by this key alone.
    """
    folded = unicodedata.normalize("NFC", text).replace("Ð", "Đ").lower()
    for old, new in _TONE_STYLE.items():
        folded = folded.replace(old, new)
    words = folded.replace(".", " ").replace("-", " ").replace("'", "").split()
    while words and words[0] in _TYPE_WORDS:
        words = words[1:]
    for head in _TYPE_PHRASES:
        if tuple(words[: len(head)]) == head:
            words = words[len(head) :]
    return " ".join(words)


_TONE_STYLE = dict(
    zip(
        ["òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy"],
        ["oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ"],
        strict=True,
    )
)
_TYPE_WORDS = {"xã", "phường", "p", "x", "tt", "tp", "tx"}
_TYPE_PHRASES = (("thị", "trấn"), ("đặc", "khu"), ("thị", "xã"), ("thành", "phố"), ("tỉnh",))


class Register:
    """All dated areas and links a site needs, indexed by (system, code) and date."""

    def __init__(
        self, areas: Iterable[Area], links: Iterable[Link] = (), provenance: Mapping[str, Any] | None = None
    ):
        self.areas: tuple[Area, ...] = tuple(areas)
        self.links: tuple[Link, ...] = tuple(links)
        self.provenance: dict[str, Any] = dict(provenance or {})
        self._by_code: dict[tuple[str, str], list[Area]] = {}
        for area in self.areas:
            self._by_code.setdefault((area.system, area.code), []).append(area)

    @staticmethod
    def load(path: Path, root: str | None = None) -> Register:
        """Read a published register; with `root` (a province code) keep only that branch and its past.

        Raises FileNotFoundError when nothing has been published yet.
        """
        document = json.loads(path.read_text(encoding="utf-8"))
        register = Register(
            (_area_from(row) for row in document["areas"]),
            (Link(old, new, LinkKind(kind)) for old, new, kind in document["links"]),
            document.get("provenance"),
        )
        return register if root in (None, "VN") else register.branch(str(root))

    def dump(self, path: Path) -> None:
        """Write the register as JSON, whole or not at all."""
        document = {
            "provenance": self.provenance,
            "areas": [_area_row(area) for area in self.areas],
            "links": [[link.old, link.new, link.kind.value] for link in self.links],
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        draft.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
        draft.replace(path)

    def branch(self, province_code: str) -> Register:
        """The part of the register below one present province, with the old units that went into it."""
        top = self.find(GSO, province_code, date.max)
        if top is None or top.level is not Level.PROVINCE:
            raise KeyError(f"no present province has code {province_code!r}")
        present = {area.id for area in self.areas if area.parent == top.id} | {top.id}
        links = [link for link in self.links if link.new in present]
        old = {link.old for link in links}
        keep = present | old | {area.parent for area in self.areas if area.id in old and area.parent}
        return Register((area for area in self.areas if area.id in keep), links, self.provenance)

    def find(self, system: str, code: str, on: date) -> Area | None:
        """The unit that carried `code` on the day `on`; None when there was none. Never guesses."""
        return next((area for area in self._by_code.get((system, code), ()) if area.valid_on(on)), None)

    @cached_property
    def by_id(self) -> dict[str, Area]:
        """Areas by dated id; of a unit that was renamed, the latest record."""
        return {area.id: area for area in sorted(self.areas, key=lambda area: area.valid_from)}

    @cached_property
    def communes(self) -> tuple[Area, ...]:
        """Present communes, wards and special zones, by code."""
        found = (area for area in self.areas if area.level is Level.COMMUNE and area.valid_to is None)
        return tuple(sorted(found, key=lambda area: area.code))

    @cached_property
    def provinces(self) -> tuple[Area, ...]:
        """Present provinces, by code."""
        found = (area for area in self.areas if area.level is Level.PROVINCE and area.valid_to is None)
        return tuple(sorted(found, key=lambda area: area.code))

    @cached_property
    def successors(self) -> dict[str, tuple[Link, ...]]:
        """Links by the id of the old unit."""
        found: dict[str, list[Link]] = {}
        for link in self.links:
            found.setdefault(link.old, []).append(link)
        return {old: tuple(links) for old, links in found.items()}

    @cached_property
    def collisions(self) -> tuple[tuple[Area, Area], ...]:
        """Pairs (old, new) that share a code but not a name: where a join on the bare code goes wrong."""
        pairs: list[tuple[Area, Area]] = []
        for new in self.communes:
            for old in self._by_code[(new.system, new.code)]:
                if old.valid_to is not None and old.id != new.id and name_key(old.name) != name_key(new.name):
                    pairs.append((old, new))
        return tuple(pairs)


def _area_row(area: Area) -> list[Any]:
    return [
        area.system, area.code,
        None if area.valid_from == date.min else area.valid_from.isoformat(),
        area.valid_to and area.valid_to.isoformat(),
        area.name, area.kind, area.level.value, area.parent, area.km2, area.lat, area.lon,
    ]  # fmt: skip


def _area_from(row: list[Any]) -> Area:
    system, code, first, last, name, kind, level, parent, km2, lat, lon = row
    return Area(
        system, code,
        date.fromisoformat(first) if first else date.min,
        date.fromisoformat(last) if last else None,
        name, kind, Level(level), parent, km2, lat, lon,
    )  # fmt: skip
