"""Syllables: a Vietnamese text as base letters, the marks on each letter, and one tone a syllable.

Owns when a typed syllable agrees with a written one: what was not typed is open, what was typed is honoured. The tone
belongs to the syllable, so "hoà" and "hòa" are one word; a final y and i are one letter ("Mỹ", "Mĩ").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_TONES = {"\u0300": 1, "\u0301": 2, "\u0309": 3, "\u0303": 4, "\u0323": 5}
_SHAPES = {"\u031b": 1, "\u0302": 2, "\u0306": 4}
_STROKE = 8
_SPLIT = re.compile(r"[^0-9a-zà-ỹđ\u0300-\u036f]+")
_JOINED = re.compile("['’`\u200b-\u200d\ufeff]")
_VOWELS = frozenset("aeiouy")


@dataclass(frozen=True, slots=True)
class Syllable:
    """`base` in plain letters, one set of `marks` for each, and the `tone`, 0 for none."""

    base: str
    marks: tuple[int, ...]
    tone: int

    @property
    def bare(self) -> bool:
        """Whether no mark was written at all."""
        return self.tone == 0 and not any(self.marks)


def syllables(text: str) -> tuple[Syllable, ...]:
    """The syllables of a text; whatever is neither letter nor digit divides them."""
    folded = unicodedata.normalize("NFC", text).replace("Ð", "Đ").replace("ð", "đ").lower()
    folded = _JOINED.sub("", folded)
    return tuple(_syllable(part) for part in _SPLIT.split(folded) if part.strip("\u0300\u0301\u0302"))


@lru_cache(maxsize=50_000)
def _syllable(text: str) -> Syllable:
    base: list[str] = []
    marks: list[int] = []
    tone = 0
    for sign in unicodedata.normalize("NFD", text):
        if sign in _TONES:
            tone = _TONES[sign]
        elif sign in _SHAPES and marks:
            marks[-1] |= _SHAPES[sign]
        elif sign == "đ":
            base.append("d")
            marks.append(_STROKE)
        elif not unicodedata.combining(sign):
            base.append(sign)
            marks.append(0)
    if base and base[-1] == "y" and (len(base) == 1 or base[-2] not in _VOWELS):
        base[-1] = "i"
    return Syllable("".join(base), tuple(marks), tone)


EXACT, OPEN, PARTLY, NEAR = 1.0, 0.92, 0.88, 0.35
"""How well a typed syllable agrees: in every mark, typed without any, with some of them, only but for the tone."""


def agreement(typed: Syllable, written: Syllable, unfinished: bool = False) -> float:
    """How well `typed` agrees with `written`, 0 not at all; `unfinished`: it may be the beginning only.

    A wrong tone is NEAR; a wrong letter, also "đ" for "d", is no agreement.
    """
    if typed.base != written.base:
        if not (unfinished and written.base.startswith(typed.base)):
            return 0.0
        part = 0.6 + 0.25 * len(typed.base) / len(written.base)
    else:
        part = 1.0
    if any(mine & ~theirs for mine, theirs in zip(typed.marks, written.marks, strict=False)):
        return 0.0
    if typed.tone and typed.tone != written.tone:
        return NEAR * part
    if typed.bare and not written.bare:
        return OPEN * part
    return part * (
        EXACT if typed.marks == written.marks[: len(typed.marks)] and typed.tone == written.tone else PARTLY
    )


def joined(found: Sequence[Syllable]) -> str:
    """The base letters without spaces, as in "muongte"."""
    return "".join(one.base for one in found)


_TELEX = (
    ("aw", "a"),
    ("aa", "a"),
    ("ee", "e"),
    ("oo", "o"),
    ("ow", "o"),
    ("uw", "u"),
    ("dd", "d"),
    ("w", "u"),
)


def unkeyed(text: str) -> str | None:
    """What was meant when Telex or VNI keys were left in the text ("muowngf tef", "Mu7o7ng2 Te2"); None when none were."""
    words = []
    for word in text.lower().split():
        plain = re.sub(r"(?<=[a-z])[1-9]+", "", word)
        if plain == word:
            for keys, letter in _TELEX:
                plain = plain.replace(keys, letter)
            plain = re.sub(r"(?<=[aeiouymnpctgh])[sfrxj]$", "", plain)
        words.append(plain)
    meant = " ".join(words)
    return meant if meant != " ".join(text.lower().split()) else None
