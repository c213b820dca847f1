"""Texts that are safe to travel: in cells that a spreadsheet opens, in file names that any system keeps.

Owns both rules. A cell that a spreadsheet would take for a formula is marked as text; a file's name is made of letters,
digits and hyphens alone. Knows no file format.
"""

from __future__ import annotations

import re
import unicodedata

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_KEPT = re.compile(r"[^A-Za-z0-9.]+")
_LONGEST = 60


def cell_text(text: str) -> str:
    """`text` as a cell may hold it: nothing invisible that turns or ends it, and never the start of a formula.

    The sign of per cent alone begins none; it is the unit of half the catalogue.
    """
    plain = _CONTROL.sub("", text)
    looks = plain.lstrip(" \u00a0\u200b\ufeff")
    return f"'{plain}" if looks.startswith(_FORMULA) and looks != "%" else plain


def plain_text(text: str) -> str:
    """`text` without what no document may hold: control characters and marks that turn its direction."""
    return _CONTROL.sub("", text)


def name_part(text: str) -> str:
    """A part of a file's name: ``Tỷ lệ trực tuyến`` becomes ``Ty-le-truc-tuyen``."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    bare = "".join(one for one in bare if not unicodedata.combining(one))
    words = _KEPT.sub("-", bare).replace("..", "-").strip("-.")
    return words[:_LONGEST].strip("-.") or "x"


def file_name(subject: str, area: str, time: str, ending: str) -> str:
    """``KPI_khu-vuc_ky.ending``."""
    return f"{name_part(subject)}_{name_part(area)}_{name_part(time)}.{ending}"
