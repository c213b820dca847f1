"""Contiguity: which communes share a border, read from the published drawing.

Owns the reading of outlines. The drawing is a coverage, so two neighbours are drawn with the very same stretch of line
between them; touching in one point only is no common border. An islet alone in its frame has no neighbour.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

_OUTLINE = re.compile(r'<path id="a([^"]+)"[^>]*? d="([^"]+)"')
_STEP = re.compile(r"([MmLlHhVvZz])|(-?\d*\.?\d+)")
Point = tuple[float, float]


def neighbours(drawing: str) -> dict[str, tuple[str, ...]]:
    """Codes of the areas that share a stretch of border, by code, from the text of a sheet."""
    owners: dict[frozenset[Point], set[str]] = defaultdict(set)
    found: dict[str, set[str]] = {}
    for code, outline in _OUTLINE.findall(drawing):
        found[code] = set()
        for side in _sides(outline):
            owners[side].add(code)
    for codes in owners.values():
        for code in codes:
            found[code] |= codes - {code}
    return {code: tuple(sorted(beside)) for code, beside in sorted(found.items())}


def _sides(outline: str) -> Iterator[frozenset[Point]]:
    """The straight pieces of an outline, each without a direction."""
    for ring in _rings(outline):
        for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
            if a != b:
                yield frozenset((a, b))


def _rings(outline: str) -> list[list[Point]]:
    rings: list[list[Point]] = []
    at, command, numbers = (0.0, 0.0), "", list[float]()
    for letter, number in _STEP.findall(outline):
        if letter:
            command = letter
            if letter in "Zz" and rings:
                at = rings[-1][0]
            continue
        numbers.append(float(number))
        if len(numbers) < (1 if command in "HhVv" else 2):
            continue
        at = _moved(at, command, numbers)
        numbers = []
        if command in "Mm":
            rings.append([])
            command = "L" if command == "M" else "l"
        rings[-1].append((round(at[0], 3), round(at[1], 3)))
    return rings


def _moved(at: Point, command: str, numbers: list[float]) -> Point:
    x, y = at if command.islower() else (0.0, 0.0)
    if command in "Hh":
        return x + numbers[0], at[1]
    if command in "Vv":
        return at[0], y + numbers[0]
    return x + numbers[0], y + numbers[1]
