"""The sheet: the findings of one edition, kept as a file beside the drawings.

Owns its form, its place ``clusters/<edition>.json`` in the data folder, and how many are kept. Written whole or not at
all; whoever reads an edition gets the newest sheet that is not younger.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ioc.clusters.moran import Cluster, Pattern
from ioc.clusters.shifts import Shift

FORM = 1
KEPT = 30
"""Sheets that stay; older ones are cleared away."""


@dataclass(frozen=True)
class Findings:
    """What was found of one KPI. `tested` communes of `communes` had a figure and a neighbour in `period`.

    `key` names everything that the clusters follow from, so that what has not changed is not reckoned again.
    `compared` are the two periods of the shifts.
    """

    key: str
    period: str
    communes: int
    tested: int
    clusters: tuple[Cluster, ...]
    compared: tuple[str, str] | None
    shifts: tuple[Shift, ...]


@dataclass(frozen=True)
class Sheet:
    """The findings of one edition by KPI, over everything the site has; `drawing` names the map they rest on."""

    edition: int
    drawing: str
    schematic: bool
    kpis: Mapping[str, Findings]


def write(sheet: Sheet, data: Path) -> None:
    """Keep a sheet, and clear away those too old."""
    folder = data / "clusters"
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{sheet.edition}.{os.getpid()}.part"
    content = {
        "form": FORM, "edition": sheet.edition, "drawing": sheet.drawing, "schematic": sheet.schematic,
        "kpis": {name: asdict(found) for name, found in sheet.kpis.items()},
    }  # fmt: skip
    draft.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    draft.replace(folder / f"{sheet.edition}.json")
    for number in sorted(numbers(data))[:-KEPT]:
        (folder / f"{number}.json").unlink(missing_ok=True)


def numbers(data: Path) -> list[int]:
    """Editions that have a sheet."""
    return [int(path.stem) for path in (data / "clusters").glob("*.json") if path.stem.isdecimal()]


def newest(data: Path, edition: int) -> Sheet | None:
    """The newest readable sheet that is not younger than `edition`; None when there is none."""
    for number in sorted(numbers(data), reverse=True):
        if number <= edition and (found := read(data, number)) is not None:
            return found
    return None


def read(data: Path, edition: int) -> Sheet | None:
    """The sheet of one edition; None where there is none of this form."""
    try:
        content = json.loads((data / "clusters" / f"{edition}.json").read_text(encoding="utf-8"))
        if content["form"] != FORM:
            return None
        kpis = {name: _findings(found) for name, found in content["kpis"].items()}
        return Sheet(content["edition"], content["drawing"], content["schematic"], kpis)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _findings(found: Mapping[str, Any]) -> Findings:
    return Findings(
        found["key"],
        found["period"],
        found["communes"],
        found["tested"],
        tuple(Cluster(one["code"], Pattern(one["pattern"]), one["p"]) for one in found["clusters"]),
        tuple(found["compared"]) if found["compared"] else None,
        tuple(Shift(**one) for one in found["shifts"]),
    )
