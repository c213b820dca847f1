"""A folder of TOML files read into models, with every fault said in the operator's words.

Names file, entry and field of what is wrong and what to do; goes on after the first fault, so that a folder is mended in
one round. Knows nothing of what the files are about.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError


@dataclass(frozen=True)
class Problem:
    """One fault of a folder: where it is and what to do."""

    file: str
    entry: str
    field: str
    reason: str

    def __str__(self) -> str:
        place = " › ".join(part for part in (self.file, self.entry, self.field) if part)
        return f"{place}: {self.reason}"


class TomlFolder:
    """A folder being read: what was found wrong so far, a hash of every byte, and which file each entry stands in."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.problems: list[Problem] = []
        self.hash = hashlib.sha256()
        self.origins: dict[tuple[str, str], Path] = {}
        """Where each entry stands, by what it is and its id."""

    def files(self, room: str) -> list[Path]:
        """Every file of a room that must have one."""
        found = sorted((self.folder / room).glob("*.toml"))
        if not found:
            self.problem(self.folder / room, "", "", "không có tệp .toml nào; mỗi cấu hình cần ít nhất một")
        return found

    def problem(self, path: Path, entry: str, field: str, reason: str) -> None:
        """Note a fault where it was found; `path` may be a file or a whole room."""
        name = path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else path.name
        self.problems.append(Problem(name, entry, field, reason))

    def parse(self, path: Path, model: type[Any]) -> Any:
        """A file as `model`; None where it cannot be one, with every fault noted."""
        try:
            raw = path.read_bytes()
            self.hash.update(path.name.encode() + b"\0" + raw)
            document = tomllib.loads(raw.decode("utf-8"))
        except FileNotFoundError:
            return self.problem(path, "", "", "thiếu tệp này; tạo theo docs/operating.md")
        except UnicodeDecodeError as error:
            return self.problem(
                path, "", "", f"không phải UTF-8 ở byte thứ {error.start}; lưu lại bằng UTF-8"
            )
        except tomllib.TOMLDecodeError as error:
            return self.problem(path, "", "", f"không đúng cú pháp TOML: {error}")
        try:
            return model.model_validate(document)
        except ValidationError as error:
            for fault in error.errors():
                entry, field = self._locate(document, fault["loc"])
                self.problem(path, entry, field, reason(fault))
            return None

    @staticmethod
    def _locate(document: dict[str, Any], loc: tuple[str | int, ...]) -> tuple[str, str]:
        """Turn pydantic's location into the entry's id and the field inside it."""
        entry, node, rest = "", document, list(loc)
        for depth, step in enumerate(loc):
            try:
                node = node[step]  # type: ignore[index]
            except (KeyError, IndexError, TypeError):
                break
            if isinstance(step, int):
                name = node.get("id") or node.get("code") if isinstance(node, dict) else None
                entry = entry or f"{loc[depth - 1]} {name or f'thứ {step + 1}'}"
                rest = list(loc[depth + 1 :]) if entry.endswith(str(name)) or depth == 1 else rest
        return entry, ".".join(str(part) for part in rest)

    def unique(self, what: str, found: list[tuple[Path, Any]]) -> dict[str, Any]:
        """Entries by id; an id said twice is a fault."""
        kept: dict[str, Any] = {}
        for path, item in found:
            if item.id in kept:
                self.problem(
                    path, f"{what} {item.id}", "id", "đã dùng cho một mục khác; mỗi id chỉ dùng một lần"
                )
            kept[item.id] = item
            self.origins[what, item.id] = path
        return kept


_REASONS = {
    "extra_forbidden": "trường không có trong mẫu; sửa chính tả hoặc bỏ đi",
    "missing": "thiếu trường này; bổ sung",
    "literal_error": "phải là một trong {expected}",
    "enum": "phải là một trong {expected}",
    "string_type": "phải là chữ trong dấu ngoặc kép",
    "string_pattern_mismatch": "không đúng dạng {pattern}",
    "string_too_short": "không được để trống",
    "int_type": "phải là số nguyên",
    "int_parsing": "phải là số nguyên",
    "int_from_float": "phải là số nguyên",
    "float_type": "phải là số",
    "float_parsing": "phải là số",
    "bool_type": "phải là true hoặc false",
    "bool_parsing": "phải là true hoặc false",
    "date_type": "phải là ngày, viết 2026-01-31",
    "date_from_datetime_parsing": "phải là ngày, viết 2026-01-31",
    "date_parsing": "phải là ngày, viết 2026-01-31",
    "tuple_type": "phải là danh sách trong ngoặc vuông",
    "dict_type": "phải là một mục gồm nhiều trường",
    "model_type": "phải là một mục gồm nhiều trường",
    "greater_than_equal": "phải từ {ge} trở lên",
    "greater_than": "phải lớn hơn {gt}",
    "less_than_equal": "không được quá {le}",
    "value_error": "{error}",
}


def reason(fault: Any) -> str:
    """Pydantic's fault in the operator's words; an unforeseen kind keeps pydantic's own."""
    words = _REASONS.get(fault["type"], "giá trị không dùng được: " + fault["msg"])
    text = words.format_map(fault.get("ctx", {})).replace("' or '", "' hoặc '")
    given = isinstance(fault["input"], str | int | float | bool | date)
    return f"{text} (đang là {fault['input']!r:.80})" if given else text
