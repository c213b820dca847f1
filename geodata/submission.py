"""What somebody submits as boundaries: shapes with the codes they claim, before anything is believed.

Owns the form of a submission, the error that refuses one, and the recognition of the code column. Must not
know which communes exist.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import shapely
from numpy.typing import NDArray

Geometries = NDArray[Any]

CODE_COLUMNS = (
    "code", "maxa", "ma", "madvhc", "maphuongxa", "maxaphuong", "madonvihanhchinh", "madonvi", "wardcode",
    "communecode", "gsocode", "matk", "id",
)  # fmt: skip
"""Names under which publishers keep the commune's code, lower case, without underscores."""
NAME_COLUMNS = ("fullName", "name", "ten_xa", "tenXa", "TEN_XA", "ten", "TEN")
FILE_STEM = "\0file"
"""Property under which a feature carries the name of its file, whatever the file says."""

SKIPPED = "Bỏ qua"
"""How a note begins that tells what was left unread; a refusal for want of communes repeats it."""


class BoundaryError(Exception):
    """A boundary file that cannot be accepted; `problems` are Vietnamese sentences, all that were found."""

    def __init__(self, *problems: str):
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class Submission:
    """What a file or folder holds: shapes in WGS84 degrees with their codes and names, as text.

    `notes` say what was understood in a tolerant way; `sha256` is over all bytes read, in file order.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    shapes: Geometries
    notes: tuple[str, ...]
    sha256: str
    files: int


@dataclass(frozen=True)
class Feature:
    """One feature as read: where it stands, its properties, its shape if it has one."""

    where: str
    properties: dict[str, Any]
    shape: shapely.Geometry | None


def unit_name(properties: dict[str, Any]) -> str:
    """The unit's name as the publisher writes it; empty when there is none."""
    for key in NAME_COLUMNS:
        if isinstance(properties.get(key), str):
            return str(properties[key])
    return ""


def commune_codes(features: list[Feature], notes: list[str]) -> tuple[str, ...]:
    """The commune code of each feature as five digits, from the column that carries it best."""
    found: Counter[str] = Counter()
    for feature in features:
        for key, value in feature.properties.items():
            if _is_code_column(key) and _as_code(value, key) is not None:
                found[key] += 1
    if not found:
        seen = sorted({key for feature in features[:50] for key in feature.properties if key != FILE_STEM})
        raise BoundaryError(
            f"Không nhận ra cột mã xã. Các cột đang có: {listing(seen) or 'không có cột nào'}. "
            "Hãy đặt mã 5 chữ số của xã vào cột “code” hoặc “ma_xa”."
        )
    column = max(found, key=lambda key: (found[key], -_rank(key)))
    codes, padded, bad = [], [], []
    for feature in features:
        value = feature.properties.get(column)
        code = _as_code(value, column)
        if code is None:
            bad.append(f"{feature.where}: {value!r}")
        elif str(value).strip() != code and column != FILE_STEM:
            padded.append(code)
        codes.append(code or "")
    if bad:
        raise BoundaryError(
            f"Mã xã không hợp lệ ở cột “{_column(column)}” (cần 5 chữ số): {listing(bad)}. "
            "Hãy sửa mã trong tệp."
        )
    if padded:
        notes.append(f"Đã thêm lại số 0 ở đầu cho {len(padded)} mã bị mất số 0 (ví dụ {padded[0]}).")
    notes.append(f"Mã xã lấy từ {_column(column)}.")
    return tuple(codes)


def _column(key: str) -> str:
    return "tên tệp" if key == FILE_STEM else key


def _is_code_column(key: str) -> bool:
    return key == FILE_STEM or key.replace("_", "").casefold() in CODE_COLUMNS


def _rank(key: str) -> int:
    return 99 if key == FILE_STEM else CODE_COLUMNS.index(key.replace("_", "").casefold())


def _as_code(value: Any, key: str) -> str | None:
    """Five digits, or four that lost their leading zero on the way through a number; otherwise None."""
    if isinstance(value, bool) or value is None:
        return None
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    if key == FILE_STEM:
        text = re.split(r"[_\-. ]", text)[0]
    if re.fullmatch(r"\d{5}", text):
        return text
    return f"0{text}" if re.fullmatch(r"[1-9]\d{3}", text) else None


def listing(items: list[str], most: int = 10) -> str:
    """The first few items of a list in one line, and how many more there are."""
    shown = "; ".join(items[:most])
    return shown if len(items) <= most else f"{shown} và {len(items) - most} mục khác"
