"""The national register: 34 provinces, 3,321 communes, the 10,040 units before them, and what became of each.

Built from the data files of `vietnamadminunits`, cross-checked with the list in `vietnam-provinces`, and
corrected by a site where it names a legal source. Reads package data only: no boundary, no network. Must not
know about warehouses or KPIs.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

from ioc.areas import GSO, REFORM, Area, Level, Link, LinkKind, Register, area_id, name_key
from ioc.sitehead import UnitOverride

FIRST, SECOND = "vietnamadminunits", "vietnam-provinces"
COUNTRY = Area(GSO, "VN", date.min, None, "Việt Nam", "quốc gia", Level.COUNTRY)
"""The country itself, parent of the provinces."""

_NEW = """SELECT provinceCode, province, provinceKey, provinceLat, provinceLon,
                 wardCode, ward, wardKey, wardType, wardLat, wardLon, wardAreaKm2
          FROM admin_units ORDER BY wardCode"""
_OLD = """SELECT provinceKey, districtKey, wardKey, districtCode, ward IS NOT NULL AS whole, coalesce(wardCode, districtCode) AS code,
                 coalesce(ward, district) AS name, coalesce(wardType, districtType) AS kind,
                 coalesce(wardLat, districtLat) AS lat, coalesce(wardLon, districtLon) AS lon
          FROM admin_units_legacy ORDER BY code"""


_DISTRICTS = """SELECT DISTINCT districtCode, district, districtType, districtLat, districtLon
                FROM admin_units_legacy WHERE ward IS NOT NULL ORDER BY districtCode"""
FORM = 2
"""Version of what a register holds; another one is built again. 2: the districts of before the reform."""


_REINSTALL = "Hãy cài lại đúng phiên bản trong requirements.lock."


class RegisterError(Exception):
    """The packaged lists do not fit together, or an override names a unit that does not exist.

    The message is Vietnamese and says what to do.
    """


def build_register(overrides: Sequence[UnitOverride] = ()) -> Register:
    """Build the national register with a site's corrections applied.

    Provenance carries the versions of both packages, every disagreement between them, the number of code
    collisions and the overrides. Raises RegisterError when the packages cannot be brought together.
    """
    first, second = distribution(FIRST), distribution(SECOND)
    new, old = _rows(first, _NEW), _rows(first, _OLD)
    districts = [_district(row) for row in _rows(first, _DISTRICTS)]
    areas = [
        COUNTRY,
        *_provinces(new),
        *(_commune(row) for row in new),
        *(_old_unit(row) for row in old),
        *districts,
    ]
    links = _links(json.loads(_data(first, "converter_2025.json").read_text(encoding="utf-8")), new, old)
    for override in overrides:
        areas, links = _override(areas, links, override)
    theirs = json.loads(_data(second, "flat-divisions.json").read_text(encoding="utf-8"))
    provenance = {
        **sources(overrides),
        "disagreements": _compare(new, theirs),
        "collisions": len(Register(areas, links).collisions),
        "links": dict(sorted(Counter(link.kind.value for link in links).items())),
    }
    return Register(areas, links, provenance)


def sources(overrides: Sequence[UnitOverride]) -> dict[str, Any]:
    """What a register is made from: both packages with their versions, and the overrides as written."""
    return {
        "source": f"{FIRST} {distribution(FIRST).version}",
        "checked_against": f"{SECOND} {distribution(SECOND).version}",
        "form": FORM,
        "overrides": [override.model_dump(mode="json") for override in overrides],
    }


def _data(package: Distribution, name: str) -> Path:
    # Located through its metadata: importing the package itself loads a geocoder and many patterns.
    folder = package.metadata["Name"].replace("-", "_")
    return Path(str(package.locate_file(f"{folder}/data/{name}")))


def _rows(package: Distribution, query: str) -> list[dict[str, Any]]:
    address = _data(package, "dataset.db").as_uri() + "?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query)]


def _clean(text: str) -> str:
    return " ".join(text.split())


def _provinces(rows: Iterable[dict[str, Any]]) -> list[Area]:
    """Provinces with their seat point; km² is the sum over the communes, unknown where one is unknown."""
    heads: dict[str, dict[str, Any]] = {}
    sizes: dict[str, list[float | None]] = {}
    for row in rows:
        heads.setdefault(row["provinceCode"], row)
        sizes.setdefault(row["provinceCode"], []).append(row["wardAreaKm2"] or None)
    return [
        Area(
            GSO, code, REFORM, None, _clean(head["province"]),
            "thành phố" if head["province"].startswith("Thành phố") else "tỉnh",
            Level.PROVINCE, COUNTRY.id, _total(sizes[code]), head["provinceLat"], head["provinceLon"],
        )
        for code, head in sorted(heads.items())
    ]  # fmt: skip


def _total(sizes: Iterable[float | None]) -> float | None:
    known = list(sizes)
    return None if None in known else round(sum(size for size in known if size), 2)


def _commune(row: dict[str, Any]) -> Area:
    return Area(
        GSO, row["wardCode"], REFORM, None, _clean(row["ward"]), row["wardType"].lower(), Level.COMMUNE,
        area_id(row["provinceCode"], REFORM),
        # The list writes 0 where the area is not known; no commune has none.
        row["wardAreaKm2"] or None, row["wardLat"], row["wardLon"],
    )  # fmt: skip


def _old_unit(row: dict[str, Any]) -> Area:
    """A unit before the reform. Five island districts had no communes: they stand under their own code."""
    return Area(
        GSO, row["code"], date.min, REFORM, _clean(row["name"]), row["kind"].lower(), Level.COMMUNE,
        area_id(row["districtCode"], date.min) if row["whole"] else None, None, row["lat"], row["lon"],
    )  # fmt: skip


def _district(row: dict[str, Any]) -> Area:
    """A district of before the reform, which abolished them all; its communes name it as their parent."""
    return Area(
        GSO, row["districtCode"], date.min, REFORM, _clean(row["district"]), row["districtType"].lower(), Level.DISTRICT,
        None, None, row["districtLat"], row["districtLon"],
    )  # fmt: skip


def _links(converter: dict[str, Any], new: list[dict[str, Any]], old: list[dict[str, Any]]) -> list[Link]:
    """Resolve the converter's textual keys to codes, and name what happened to each old unit.

    A unit is `split` when the converter divides it; `same` when it went whole into a unit that nothing
    else entered; `merge` otherwise. Raises RegisterError when a key is unknown or an old unit has no heir.
    """
    new_codes = {(row["provinceKey"], row["wardKey"]): row["wardCode"] for row in new}
    old_codes = {
        f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey'] or ''}": row["code"] for row in old
    }
    if len(new_codes) != len(new) or len(old_codes) != len(old):
        raise RegisterError(f"{FIRST}: hai đơn vị trùng khóa, bảng chuyển đổi sẽ mập mờ. {_REINSTALL}")
    whole: list[tuple[str, str]] = []
    parts: list[tuple[str, str]] = []
    try:
        for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
            whole += [
                (old_codes[key], new_codes[province, ward]) for ward, keys in wards.items() for key in keys
            ]
        for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
            parts += [
                (old_codes[key], new_codes[province, heir["newWardKey"]])
                for key, heirs in divided.items()
                for heir in heirs
            ]
    except KeyError as error:
        raise RegisterError(
            f"{FIRST}: bảng chuyển đổi nhắc tới {error}, không có trong danh sách nào. {_REINSTALL}"
        ) from None
    if left := set(old_codes.values()) - {code for code, _ in whole + parts}:
        raise RegisterError(
            f"{FIRST}: đơn vị cũ không có nơi tiếp nhận: {', '.join(sorted(left))}. {_REINSTALL}"
        )
    entered = Counter(heir for _, heir in set(whole + parts))
    links = [(a, b, LinkKind.SAME if entered[b] == 1 else LinkKind.MERGE) for a, b in whole]
    links += [(a, b, LinkKind.SPLIT) for a, b in parts]
    return [Link(area_id(a, date.min), area_id(b, REFORM), kind) for a, b, kind in sorted(set(links))]


def _override(areas: list[Area], links: list[Link], override: UnitOverride) -> tuple[list[Area], list[Link]]:
    """Correct the present record, or close it and start another one that all its past leads to."""
    carried = override.replaces or override.code
    spot = next((i for i, a in enumerate(areas) if a.code == carried and a.valid_to is None), None)
    if spot is None:
        raise RegisterError(
            f"site.toml, [[unit]] {carried}: không có đơn vị hiện hành nào mang mã này. Hãy sửa code hoặc replaces."
        )
    present = areas[spot]
    if override.replaces and any(a.code == override.code and a.valid_to is None for a in areas):
        raise RegisterError(
            f"site.toml, [[unit]] {override.code}: một đơn vị hiện hành khác đang mang mã này, không thể thay cho "
            f"{override.replaces}. Hãy sửa code hoặc replaces."
        )
    changed = replace(present, code=override.code, name=override.name, kind=override.kind)
    if override.valid_from is None:
        led = [replace(link, new=changed.id) if link.new == present.id else link for link in links]
        return _adopted([*areas[:spot], changed, *areas[spot + 1 :]], present.id, changed.id), led
    if override.valid_from <= present.valid_from:
        raise RegisterError(
            f"site.toml, [[unit]] {override.code}: valid_from {override.valid_from} phải sau {present.valid_from}. "
            "Hãy sửa valid_from."
        )
    renewed = replace(changed, valid_from=override.valid_from)
    closed = replace(present, valid_to=override.valid_from)
    moved = [replace(link, new=renewed.id) if link.new == present.id else link for link in links]
    kept = _adopted([*areas[:spot], closed, *areas[spot + 1 :], renewed], present.id, renewed.id)
    return kept, [*moved, Link(present.id, renewed.id, LinkKind.SAME)]


def _adopted(areas: list[Area], before: str, after: str) -> list[Area]:
    """The present units below `before` now stand below `after`."""
    return [
        replace(area, parent=after) if area.parent == before and area.valid_to is None else area
        for area in areas
    ]


def _compare(new: list[dict[str, Any]], flat: list[dict[str, Any]]) -> list[dict[str, str | None]]:
    """Every code on which the two lists disagree: code, name in the first, name in the second.

    Names that differ only in tone-mark style, letter case, apostrophe or spacing are the same name.
    """
    ours = {row["wardCode"]: _clean(row["ward"]) for row in new}
    theirs = {f"{int(row['code']):05d}": _clean(row["name"]) for row in flat}
    return [
        {"code": code, FIRST: ours.get(code), SECOND: theirs.get(code)}
        for code in sorted(ours.keys() | theirs.keys())
        if _folded(ours.get(code)) != _folded(theirs.get(code))
    ]


def _folded(name: str | None) -> tuple[str, str] | None:
    # The type counts too (a commune that became a ward is a disagreement), so it stands beside the name.
    return (name.split()[0].casefold(), name_key(name.replace("’", "'"))) if name else None
