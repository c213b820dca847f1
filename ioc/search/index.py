"""The index: which entries agree with a query, and in which order.

Owns the ways a query may be read (with a leading type of unit, with abbreviations written out, with the district or
province after the name) and the score of each reading. Pure and made once for an edition; knows no HTTP.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice, pairwise

from ioc.formats import sort_key
from ioc.search.entries import Entry, Kind
from ioc.search.readings import FORMS, Reading, begins, parted, readings
from ioc.search.syllables import NEAR, Syllable, agreement, joined, syllables, unkeyed

LONGEST = 100
"""Letters of a query that are read."""
MOST = 8
"""Finds of one answer."""
WIDEST = 1500
"""Names looked at for one unfinished word: a letter or two says too little to weigh the whole country."""
_SPLIT_KINDS = frozenset({Kind.KPI, Kind.PAGE})
"""Kinds whose words may come in any order."""
_PRIOR = {
    Kind.COMMUNE: 0.06, Kind.PROVINCE: 0.05, Kind.PAGE: 0.04, Kind.KPI: 0.03, Kind.DISTRICT: 0.025, Kind.FORMER: 0.02,
    Kind.VILLAGE: 0.0,
}  # fmt: skip
_FILLERS = frozenset({"ti", "le", "so", "cua", "cac", "o", "tai", "theo", "va", "trong", "thuoc", "cho"})


@dataclass(frozen=True, slots=True)
class Hit:
    """A find. `near`: only something like it was typed."""

    entry: Entry
    score: float
    near: bool


@dataclass(frozen=True, slots=True)
class _Label:
    entry: int
    words: tuple[Syllable, ...]
    whole: str
    within: tuple[tuple[Syllable, ...], ...]


class Index:
    """Entries by the syllables of their names. Safe to share between threads; nothing in it changes."""

    def __init__(self, found: Sequence[Entry]):
        self.entries = tuple(found)
        self._labels: list[_Label] = []
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._by_whole: dict[str, list[int]] = defaultdict(list)
        self._pairs: dict[str, list[int]] = defaultdict(list)
        for at, entry in enumerate(self.entries):
            within = tuple(words for name in entry.within if (words := syllables(name)))
            for words in dict.fromkeys(_names(entry)):
                self._add(_Label(at, words, joined(words), within))
        self._words = sorted(self._by_word)
        self._wholes = sorted(self._by_whole)

    def _add(self, label: _Label) -> None:
        number = len(self._labels)
        self._labels.append(label)
        self._by_whole[label.whole].append(number)
        for base in {word.base for word in label.words}:
            self._by_word[base].append(number)
        for pair in _pairs(label.whole):
            self._pairs[pair].append(number)

    def find(self, query: str, most: int = MOST) -> list[Hit]:
        """The best finds, best first; near ones only where nothing agrees with what was typed."""
        return find((self,), query, most)

    def read(self, text: str) -> list[Hit]:
        """Everything that agrees with what was typed, or but for a tone."""
        best: dict[int, Hit] = {}
        for reading in readings(text):
            for number in self._candidates(reading):
                label = self._labels[number]
                entry = self.entries[label.entry]
                score, near = _score(reading, label, entry)
                old = best.get(label.entry)
                if score > 0 and (old is None or (not near, score) > (not old.near, old.score)):
                    best[label.entry] = Hit(entry, score, near)
        return _ordered(best.values())

    def _candidates(self, reading: Reading) -> set[int]:
        """Labels that hold the first telling word, the last one perhaps unfinished; and those written in one word."""
        telling = [word for word in reading.words if word.base not in _FILLERS] or list(reading.words)
        first = telling[0]
        found = set(self._by_word.get(first.base, ()))
        if first is reading.words[-1] or len(telling) == 1:
            begun = (number for base in _beginning(self._words, first.base) for number in self._by_word[base])
            found.update(islice(begun, WIDEST))
        whole = joined(reading.words)
        if len(whole) >= 4:
            found.update(number for one in _beginning(self._wholes, whole) for number in self._by_whole[one])
        return found

    def alike(self, text: str) -> list[Hit]:
        """Names a letter or two away, for what agrees with nothing."""
        best: dict[int, Hit] = {}
        for reading in readings(text):
            whole = joined(reading.words)
            limit = 0 if len(whole) < 4 else 1 if len(whole) < 9 else 2
            shared = Counter(number for pair in _pairs(whole) for number in self._pairs.get(pair, ()))
            for number, _ in shared.most_common(200) if limit else ():
                label = self._labels[number]
                entry = self.entries[label.entry]
                apart = _edits(_letters(reading.words), _letters(label.words), limit)
                score = 0.5 - 0.15 * apart + _type_bonus(reading, entry) + _PRIOR[entry.kind]
                if apart <= limit and (label.entry not in best or best[label.entry].score < score):
                    best[label.entry] = Hit(entry, score, True)
        return _ordered(best.values())


def find(indices: Sequence[Index], query: str, most: int = MOST) -> list[Hit]:
    """The best finds of several indices together: what agrees; else what was keyed; else what is a letter away."""
    text = query[:LONGEST]
    meant = unkeyed(text)
    ways: tuple[Callable[[Index], list[Hit]], ...] = (
        lambda index: index.read(text),
        lambda index: index.read(meant) if meant else [],
    )
    near: list[Hit] = []
    for way in ways:
        found = [hit for index in indices for hit in way(index)]
        sure = [hit for hit in found if not hit.near]
        if sure:
            return _ordered(sure)[:most]
        near = near or found
    return _ordered(near or [hit for index in indices for hit in index.alike(text)])[:most]


def _names(entry: Entry) -> Iterator[tuple[Syllable, ...]]:
    """Everything an entry answers to: its names without their type, which a reading knows by itself, and its code."""
    for name in (entry.name, *entry.names):
        words = syllables(name)
        if not words:
            continue
        kind, rest = (None, words) if entry.kind in _SPLIT_KINDS else parted(words)
        yield rest if kind else words
        if kind and len(rest) == 2 and rest[0].base == "so" and rest[1].base.isdecimal():
            yield rest[1:]
    if entry.code.isdecimal() and entry.kind is Kind.COMMUNE:
        yield syllables(entry.code)


def _score(reading: Reading, label: _Label, entry: Entry) -> tuple[float, bool]:
    """How well a label answers a reading, 0 not at all, and whether only nearly."""
    if entry.kind in _SPLIT_KINDS:
        score, near = _scattered(reading.words, label.words)
    else:
        score, near = _in_order(reading.words, label)
    if score <= 0:
        score, near = _in_one_word(reading.words, label), False
    if score <= 0:
        return 0.0, False
    return score + _type_bonus(reading, entry) + _PRIOR[entry.kind] - reading.cost, near


def _type_bonus(reading: Reading, entry: Entry) -> float:
    if reading.type is None:
        return 0.0
    if entry.kind in _SPLIT_KINDS:
        return -0.4
    return 0.2 if reading.type == entry.type else -0.2


def _in_order(typed: Sequence[Syllable], label: _Label) -> tuple[float, bool]:
    """A run of the name's words, or the whole name and then what it lies in."""
    words, best, near = label.words, 0.0, False
    for start in range(len(words)):
        if len(typed) > len(words) - start:
            break
        quality = _run(typed, words[start : start + len(typed)], last=True)
        if quality:
            score = quality[0] + (0.15 if start == 0 else 0.0) + 0.25 * len(typed) / len(words)
            if score > best:
                best, near = score, quality[1]
    if len(typed) > len(words):
        quality = _run(typed[: len(words)], words, last=False)
        if quality and _lies_in(typed[len(words) :], label.within):
            return quality[0] + 0.4 + 0.15, quality[1]
    return best, near


def _run(typed: Sequence[Syllable], words: Sequence[Syllable], last: bool) -> tuple[float, bool] | None:
    found = [
        agreement(one, other, unfinished=last and at == len(typed) - 1)
        for at, (one, other) in enumerate(zip(typed, words, strict=True))
    ]
    if not all(found):
        return None
    return sum(found) / len(found), min(found) <= NEAR


def _lies_in(rest: Sequence[Syllable], within: Sequence[Sequence[Syllable]]) -> bool:
    """Whether the words after a name are the names of what it lies in, with or without their type."""
    if not rest:
        return True
    for words in within:
        size = min(len(words), len(rest))
        quality = _run(rest[:size], words[:size], last=size == len(rest))
        if (
            quality
            and not quality[1]
            and (size == len(words) or size == len(rest))
            and _lies_in(rest[size:], within)
        ):
            return True
    for _, form in FORMS:
        if begins(rest, form) and _lies_in(rest[len(form) :], within):
            return True
    return rest[0].base == "thuoc" and len(rest) > 1 and _lies_in(rest[1:], within)


def _scattered(typed: Sequence[Syllable], words: Sequence[Syllable]) -> tuple[float, bool]:
    """Every telling word somewhere in the name; those in a row and near the beginning weigh more."""
    telling = [word for word in typed if word.base not in _FILLERS] or list(typed)
    left = set(range(len(words)))
    places: list[int] = []
    qualities: list[float] = []
    for at, one in enumerate(telling):
        expected = places[-1] + 1 if places else 0
        unfinished = at == len(telling) - 1
        fits = ((agreement(one, words[place], unfinished), -abs(place - expected), place) for place in left)
        quality, _, place = max(fits, default=(0.0, 0, -1))
        if not quality:
            return 0.0, False
        left.discard(place)
        places.append(place)
        qualities.append(quality)
    weighty = [word for word in words if word.base not in _FILLERS] or list(words)
    in_row = sum(b == a + 1 for a, b in pairwise(places)) / max(1, len(places) - 1)
    score = (
        sum(qualities) / len(qualities) + 0.25 * len(telling) / max(len(weighty), len(telling)) + 0.1 * in_row
    )
    return score + (0.05 if places[0] == 0 else 0.0), min(qualities) <= NEAR


def _in_one_word(typed: Sequence[Syllable], label: _Label) -> float:
    """Written without spaces, or with them elsewhere: "muongte"; only where no mark contradicts."""
    whole = joined(typed)
    if len(whole) < 4 or not label.whole.startswith(whole):
        return 0.0
    written = _letters(label.words)[: len(whole)]
    if any(mine & ~theirs for (_, mine), (_, theirs) in zip(_letters(typed), written, strict=True)):
        return 0.0
    tones = [word.tone for word in typed if word.tone]
    if any(tone not in {word.tone for word in label.words} for tone in tones):
        return 0.0
    return 0.8 + 0.3 * len(whole) / len(label.whole)


def _letters(words: Sequence[Syllable]) -> list[tuple[str, int]]:
    return [pair for word in words for pair in zip(word.base, word.marks, strict=True)]


def _edits(typed: Sequence[tuple[str, int]], written: Sequence[tuple[str, int]], limit: int) -> int:
    """Letters to change, add, leave out or swap; a typed "đ" is never a "d"."""
    if abs(len(typed) - len(written)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(written) + 1))
    for i, (letter, marks) in enumerate(typed, 1):
        earlier, before, row = before, row, [i]
        for j, (other, theirs) in enumerate(written, 1):
            same = letter == other and not marks & ~theirs
            cost = 0 if same else limit + 1 if letter == other and marks & ~theirs & 8 else 1
            least = min(before[j - 1] + cost, before[j] + 1, row[j - 1] + 1)
            if i > 1 and j > 1 and letter == written[j - 2][0] and typed[i - 2][0] == other:
                least = min(least, earlier[j - 2] + 1)
            row.append(least)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def _pairs(whole: str) -> set[str]:
    return {whole[at : at + 2] for at in range(len(whole) - 1)}


def _beginning(ordered: Sequence[str], start: str) -> Iterator[str]:
    """Every word of a sorted list that begins with `start`."""
    at = bisect_left(ordered, start)
    while at < len(ordered) and ordered[at].startswith(start):
        yield ordered[at]
        at += 1


def _ordered(found: Iterable[Hit]) -> list[Hit]:
    """Best first; of equals the kind that is looked for more often, then by name."""
    best = nsmallest(4 * MOST, found, key=lambda hit: (hit.near, -round(hit.score, 6), hit.entry.code))
    return sorted(
        best, key=lambda hit: (hit.near, -round(hit.score, 6), sort_key(hit.entry.name), hit.entry.code)
    )
