"""Readings: the ways a query may be understood.

Owns the types of units with their short forms, what offices abbreviate, and how a leading type is told from a name that
begins with the same word: both readings are tried. Knows no entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ioc.search.syllables import NEAR, Syllable, agreement, syllables

TYPES = {
    "xã": ("xã", "x"), "phường": ("phường", "p"), "thị trấn": ("thị trấn", "tt"), "thị xã": ("thị xã", "tx"),
    "thành phố": ("thành phố", "tp"), "huyện": ("huyện", "h"), "quận": ("quận", "q"), "tỉnh": ("tỉnh", "t"),
    "đặc khu": ("đặc khu", "đk"), "bản": ("bản", "b"), "thôn": ("thôn", "th"), "tổ dân phố": ("tổ dân phố", "tdp", "tổ"),
    "khu phố": ("khu phố", "kp"),
}  # fmt: skip
"""Types of units as they are written before a name, and how they are shortened."""
ABBREVIATIONS = {
    "dvc": "dịch vụ công", "dvctt": "dịch vụ công trực tuyến", "tthc": "thủ tục hành chính", "cccd": "căn cước",
    "vneid": "định danh điện tử", "ddt": "định danh điện tử", "ktxh": "kinh tế xã hội", "bhxh": "bảo hiểm xã hội",
    "hskt": "hồ sơ sức khỏe", "hssk": "hồ sơ sức khỏe", "vb": "văn bản", "hs": "hồ sơ", "tt": "trực tuyến",
    "ubnd": "ủy ban nhân dân", "pakn": "phản ánh kiến nghị", "atxh": "an sinh", "asxh": "an sinh xã hội",
    "cntt": "công nghệ thông tin", "da06": "đề án 06", "đa06": "đề án 06", "kdtm": "không dùng tiền mặt",
    "ttkdtm": "thanh toán không dùng tiền mặt", "ns": "ngân sách", "clsl": "chất lượng dữ liệu", "tb": "thôn bản",
}  # fmt: skip
"""What offices write short; a query is read both as it stands and written out."""
FORMS = [(kind, syllables(form)) for kind, forms in TYPES.items() for form in forms]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a query: the type of unit asked for, and the words of the name and what follows it."""

    type: str | None
    words: tuple[Syllable, ...]
    cost: float = 0.0


def parted(words: tuple[Syllable, ...]) -> tuple[str | None, tuple[Syllable, ...]]:
    """The type of unit that words begin with, the longest first, and what follows it."""
    for kind, form in sorted(FORMS, key=lambda one: -len(one[1])):
        if begins(words, form):
            return kind, words[len(form) :]
    return None, words


def begins(words: Sequence[Syllable], form: Sequence[Syllable]) -> bool:
    """Whether words begin with `form` and something follows."""
    fits = len(words) > len(form)
    return fits and all(agreement(a, b) > NEAR for a, b in zip(words, form, strict=False))


def readings(text: str) -> list[Reading]:
    """As it stands, without a leading type of unit, and with abbreviations written out."""
    words = syllables(text)
    if not words:
        return []
    found = [Reading(None, words)]
    kind, rest = parted(words)
    if kind:
        found.append(Reading(kind, rest))
    written = syllables(" ".join(ABBREVIATIONS.get(part.strip(".,"), part) for part in text.lower().split()))
    if written != words:
        found.append(Reading(None, written, cost=0.02))
    return found
