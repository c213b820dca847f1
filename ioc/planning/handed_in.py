"""A list of candidates from a workbook or CSV: its columns, and every fault of its rows with the line and what to do.

Owns what the cells mean, whoever hands the list in. How the file is opened, and what is refused before a cell is seen, is `ioc.scoring.sheet`'s.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from ioc.planning.assumptions import Assumptions, Listed
from ioc.scoring.sheet import Line, SheetError, read_whole, sheet_of
from ioc.scoring.workbook import WorkbookError
from ioc.tomlfiles import reason

COLUMNS = ("id", "measure", "name", "village", "lat", "lon", "cost", "reach_km", "serves", "after")
NEEDED = ("id", "measure", "cost")
MOST = 2000
MOST_TOLD = 20
MOST_ROWS = 20_000
MOST_UNFOLDED = 20 * 1024 * 1024
"""Rows that are looked at, and bytes a workbook may unfold to: lists are small, and web workers read them too."""
_NUMBERS = ("lat", "lon", "cost", "reach_km")
_LISTS = ("serves", "after")
_APART = re.compile(r"[;,\s]+")


class ListError(Exception):
    """The list cannot be used; the text names every line at fault, in Vietnamese."""


@dataclass(frozen=True)
class Found:
    """The list with the hash of its file."""

    sha256: str
    candidates: tuple[Listed, ...]


def read_list(path: Path, assumptions: Assumptions, villages: Collection[str]) -> Found:
    """Read a list from a file. Raises ListError, OSError."""
    try:
        raw = read_whole(path)
    except SheetError as error:
        raise ListError(str(error)) from None
    return list_of(raw, path.name, assumptions, villages)


def list_of(raw: bytes, file: str, assumptions: Assumptions, villages: Collection[str]) -> Found:
    """Read a list, whose villages must be among `villages`, from the bytes of `file`. Raises ListError."""
    try:
        heads, lines = sheet_of(raw, file, most_rows=MOST_ROWS, most_unfolded=MOST_UNFOLDED)
    except (SheetError, WorkbookError) as error:
        raise ListError(str(error)) from None
    lacking = [name for name in NEEDED if name not in heads]
    if lacking:
        raise ListError(f"{file} thiếu cột {', '.join(lacking)}; các cột có thể dùng: {', '.join(COLUMNS)}.")
    strange = [name for name in heads if name not in COLUMNS]
    if strange:
        raise ListError(
            f"{file} có cột lạ: {', '.join(strange[:5])}; các cột có thể dùng: {', '.join(COLUMNS)}."
        )
    if not lines or len(lines) > MOST:
        raise ListError(f"{file} có {len(lines)} phương án; cần từ 1 đến {MOST} dòng dưới dòng tiêu đề.")
    found: dict[str, Listed] = {}
    faults: list[str] = []
    for line in lines:
        one = _candidate(line, faults)
        if one is None:
            continue
        if one.id in found:
            faults.append(f"dòng {line.number}: mã {one.id!r} đã dùng ở trên; mỗi phương án một mã")
        if one.measure not in assumptions.measures:
            faults.append(
                f"dòng {line.number}: measure {one.measure!r} không có; dùng một trong: {', '.join(assumptions.measures)}"
            )
        named = [*one.serves, *([one.village] if one.village else [])]
        unknown = [name for name in named if name not in villages]
        if unknown:
            faults.append(
                f"dòng {line.number}: không có thôn, bản mã {', '.join(unknown[:3])} trong sổ thôn, bản"
            )
        found[one.id] = one
    known = {*found, *assumptions.candidates}
    for one in found.values():
        faults += [
            f"phương án {one.id}: after {name!r} không có trong danh sách"
            for name in one.after
            if name not in known
        ]
    faults += [
        f"mã {name!r} trùng với phương án trong cấu hình" for name in found if name in assumptions.candidates
    ]
    if faults:
        more = f" … và {len(faults) - MOST_TOLD} lỗi nữa" if len(faults) > MOST_TOLD else ""
        raise ListError(f"{file} chưa dùng được, chưa nhập gì: {'; '.join(faults[:MOST_TOLD])}{more}.")
    return Found(hashlib.sha256(raw).hexdigest(), tuple(found.values()))


def _candidate(line: Line, faults: list[str]) -> Listed | None:
    given: dict[str, object] = {}
    for name, text in line.cells.items():
        if not text:
            continue
        if name in _NUMBERS:
            try:
                given[name] = float(text.replace(",", "."))
            except ValueError:
                faults.append(f"dòng {line.number}: {name} = {text[:30]!r} không phải số")
                return None
        else:
            given[name] = tuple(part for part in _APART.split(text) if part) if name in _LISTS else text
    try:
        return Listed.model_validate(given)
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(str(part) for part in fault["loc"])
        faults.append(f"dòng {line.number}: {f'{field}: ' if field else ''}{reason(fault)}")
        return None
