"""How numbers, times and names are written, in Vietnamese first and English second.

Owns decimal marks, units, movements, ages, dates, period labels and the order of Vietnamese names; the words
themselves are in the wording room. Knows neither KPIs nor pages. Everything returned is plain text.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import pairwise

from babel.dates import format_date

from ioc.periods import VIETNAM, Period, PeriodKind
from ioc.wording import say

NBSP = "\u00a0"
"""Between a number and its unit, so that the two never part at a line's end."""
MINUS = "\u2212"
_VIETNAMESE_MARKS = str.maketrans({",": ".", ".": ",", "-": MINUS})
_ENGLISH_MARKS = str.maketrans({"-": MINUS})
_ROMAN = ("I", "II", "III", "IV")
_UNIT_STEPS = (("month", 30 * 86400), ("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def rounded(value: float, decimals: int) -> float:
    """`value` to `decimals` places, halves away from zero as by hand (92.45 is 92.5); never -0.0."""
    step = Decimal(1).scaleb(-decimals)
    return float(Decimal(repr(float(value))).quantize(step, rounding=ROUND_HALF_UP)) + 0.0


def number(value: float | None, decimals: int = 0, lang: str = "vi") -> str:
    """``1.234,5`` (vi) or ``1,234.5`` (en) with a real minus sign; an en dash when there is no value."""
    if value is None:
        return say("formats.none", lang)
    text = f"{rounded(value, decimals):,.{decimals}f}"
    return text.translate(_ENGLISH_MARKS if lang == "en" else _VIETNAMESE_MARKS)


def percent(value: float | None, decimals: int = 1, lang: str = "vi") -> str:
    """``92,4 %`` (vi, no-break space) or ``92.4%`` (en). `value` is in percent already."""
    return quantity(value, "%", decimals, lang)


def quantity(value: float | None, unit: str, decimals: int = 0, lang: str = "vi") -> str:
    """A number with its unit: ``1.234 hồ sơ``, ``92,4 %``; without the unit when there is no value."""
    text = number(value, decimals, lang)
    if value is None or not unit:
        return text
    return text + ("" if lang == "en" and unit == "%" else NBSP) + unit


def change(before: float | None, after: float | None, unit: str, decimals: int = 1, lang: str = "vi") -> str:
    """A movement in words: ``tăng 2,1 điểm %``, ``giảm 12 hồ sơ``, ``không đổi``; empty when either is None.

    It is the difference of the two figures as shown, so that whoever subtracts them finds the same.
    """
    if before is None or after is None:
        return ""
    step = rounded(rounded(after, decimals) - rounded(before, decimals), decimals)
    return signed(step, unit, decimals, lang)


def signed(step: float, unit: str, decimals: int = 1, lang: str = "vi") -> str:
    """A difference in words (see `change`); a difference of percentages is in percentage points."""
    step = rounded(step, decimals)
    if step == 0:
        return say("formats.same", lang)
    name = say("formats.points", lang) if unit == "%" else unit
    return say(
        "formats.up" if step > 0 else "formats.down", lang, amount=quantity(abs(step), name, decimals, lang)
    )


def duration(span: timedelta | float, lang: str = "vi") -> str:
    """A length of time: ``15 phút``, ``26 giờ``, ``7 ngày``, and ``1 giờ 33 phút`` when it is not whole.

    Seconds as a number are accepted; parts smaller than the second unit shown are dropped.
    """
    seconds = int(span.total_seconds() if isinstance(span, timedelta) else span)
    steps = _UNIT_STEPS[1:]
    for unit, size in steps:
        if seconds >= size and seconds % size == 0 and seconds // size < 100:
            return _counted(unit, seconds // size, lang)
    for (unit, size), (smaller, part) in pairwise(steps):
        if seconds >= size:
            rest = seconds % size // part
            head = _counted(unit, seconds // size, lang)
            return f"{head} {_counted(smaller, rest, lang)}" if rest else head
    return _counted("second", seconds, lang)


def _counted(unit: str, count: int, lang: str) -> str:
    return say(f"formats.{unit if count == 1 else unit + 's'}", lang, n=number(count, 0, lang))


def age(seconds: float, lang: str = "vi") -> str:
    """How long ago, in words: ``vừa xong``, ``5 phút trước``, ``2 giờ trước``, ``3 ngày trước``.

    A moment more than a minute ahead of the server's clock is said to be so, not hidden.
    """
    if abs(seconds) < 60:
        return say("formats.just_now", lang)
    key = "formats.ago" if seconds > 0 else "formats.ahead"
    for unit, size in _UNIT_STEPS:
        count = int(abs(seconds)) // size
        if count >= (2 if unit == "month" else 1):
            return say(key, lang, duration=_counted(unit, count, lang))
    raise AssertionError("unreachable: a minute or more has minutes")


def age_of(moment: datetime, now: datetime, lang: str = "vi") -> str:
    """Age of `moment` at `now`, both with time zones."""
    return age((now - moment).total_seconds(), lang)


def day(value: date, lang: str = "vi") -> str:
    """``22/11/2026`` (vi) or ``22 Nov 2026`` (en). An instant is taken in province time."""
    if isinstance(value, datetime):
        value = value.astimezone(VIETNAM).date()
    return (
        f"{value.day} {_month_name(value.month, 'MMM')} {value.year}" if lang == "en" else f"{value:%d/%m/%Y}"
    )


def clock(moment: datetime) -> str:
    """``08:15`` in province time."""
    return f"{moment.astimezone(VIETNAM):%H:%M}"


def instant(moment: datetime, lang: str = "vi") -> str:
    """``08:15 ngày 22/11/2026`` in province time. Raises ValueError for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone; it cannot be shown as an instant")
    return say("formats.instant", lang, clock=clock(moment), date=day(moment, lang))


@lru_cache(maxsize=2048)
def period(key: str, lang: str = "vi", short: bool = False) -> str:
    """A period's label: ``tháng 9/2026``, ``quý III/2026``, ``lũy kế 9 tháng năm 2026``; `short` for axes.

    A part is named with the day it ends on: ``tháng 10/2026 (đến 23/10)``. Raises ValueError when `key`
    is not a period.
    """
    found = Period.parse(key)
    if found.part:
        whole = period(found.whole.key, lang, short)
        last = found.last
        until = f"{last.day} {_month_name(last.month, 'MMM')}" if lang == "en" else f"{last.day}/{last.month}"
        return say("formats.part", lang, period=whole, date=until)
    first = found.first
    words = f"formats.{'short' if short else 'period'}.{found.kind}{'_ytd' if found.cumulative else ''}"
    quarter = (first.month + 2) // 3
    shown = day(found.first, lang)
    if short and found.kind is PeriodKind.DAY and lang == "vi":
        shown = f"{first.day}/{first.month}"
    return say(
        words,
        lang,
        day=shown,
        month=first.month,
        month_name=_month_name(first.month, "MMMM"),
        month_short=_month_name(first.month, "MMM"),
        quarter=_ROMAN[quarter - 1],
        quarter_number=quarter,
        year=first.year,
        next_year=first.year + 1,
    )


@lru_cache(maxsize=32)
def _month_name(month: int, pattern: str) -> str:
    return format_date(date(2000, month, 1), pattern, locale="en")


def capital(text: str) -> str:
    """`text` with its first letter in upper case, for the head of a line."""
    return text[:1].upper() + text[1:]


_LETTERS = {letter: rank for rank, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_SHAPES = {"\u0306", "\u0302", "\u031b"}
_CHUNK = re.compile(r"\d+|[^\W\d_]+")


@lru_cache(maxsize=16384)
def sort_key(text: str) -> tuple[object, ...]:
    """Key that sorts names as a Vietnamese dictionary does, syllable by syllable.

    In a syllable letters come first (a ă â b c d đ e ê … o ô ơ … u ư …), then the tone: không dấu, huyền,
    hỏi, ngã, sắc, nặng. Whole numbers sort by size and before letters; case and old or new placing of the
    tone mark (hoà, hòa) make no difference until all else is equal.
    """
    plain = unicodedata.normalize("NFD", text.casefold())
    syllables = [_syllable(chunk) for chunk in _CHUNK.findall(unicodedata.normalize("NFC", plain))]
    return (*syllables, (-1, (), 0), text)


def _syllable(chunk: str) -> tuple[int, tuple[int, ...], int]:
    if chunk.isdecimal():
        return (0, (int(chunk),), 0)
    letters: list[int] = []
    tone = 0
    for char in unicodedata.normalize("NFD", chunk):
        if char in _TONES:
            tone = _TONES[char]
        elif char in _SHAPES and letters:
            letters[-1] = _LETTERS[_shaped(letters[-1], char)]
        elif char in _LETTERS:
            letters.append(_LETTERS[char])
        elif not unicodedata.combining(char):
            letters.append(len(_LETTERS) + ord(char))
    return (1, tuple(letters), tone)


_ORDER = list(_LETTERS)


def _shaped(rank: int, mark: str) -> str:
    if rank >= len(_ORDER):
        return "z"
    letter = unicodedata.normalize("NFC", _ORDER[rank] + mark)
    return letter if letter in _LETTERS else _ORDER[rank]
