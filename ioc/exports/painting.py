"""Painting: which class each commune has on the map of one KPI, and the legend that explains the classes.

Owns the same steps as assets/js/grades.js, so that a file shows what the screen shows; a test holds the two together.
A pure function of the KPI and its cells; knows no colour.
"""

from __future__ import annotations

from collections.abc import Sequence

from ioc import formats
from ioc.catalogue import Direction, Grade, Kpi, Target
from ioc.cells import Cell
from ioc.exports.pictures import Entry
from ioc.wording import say

STEPS, AUTOMATIC = 7, 5
LETTERS = {Grade.GOOD: "g", Grade.WATCH: "w", Grade.BAD: "b", Grade.NONE: "n"}
REASONS = {
    "held": "x", "missing": "m", "no_activity": "z", "impossible": "i", "hidden": "h", "whole_only": "p",
}  # fmt: skip
"""States without a value that is shown as such, in the order of the legend, with the letter of their hatch."""


def paint(
    kpi: Kpi,
    cells: Sequence[Cell],
    hidden: int,
    by_value: bool,
    lang: str,
    asked: Sequence[float] | None = None,
) -> tuple[list[str], list[Entry]]:
    """The class of each cell, in their order, and the rows of the legend. `hidden` communes are outside the scope;
    `asked` are breaks that take the place of the KPI's own.
    """
    graded = any(cell.state == "value" and cell.grade is not Grade.NONE for cell in cells)
    by_grade = graded and not by_value
    shown = [_shown(cell, kpi) for cell in cells]
    known = [value for value in shown if value is not None]
    cuts = [] if by_grade else list(asked) if asked is not None else breaks(kpi, known)
    classes = [
        f"no-{REASONS[cell.state]}" if cell.state != "value"
        else f"grade-{LETTERS[cell.grade]}" if by_grade
        else f"seq-{step(_class_of(value or 0.0, cuts), len(cuts) + 1)}"
        for cell, value in zip(cells, shown, strict=True)
    ]  # fmt: skip
    entries = _grades(kpi, cells, classes, lang) if by_grade else _steps(kpi, cuts, classes, lang)
    counts = {f"no-{letter}": classes.count(f"no-{letter}") for letter in REASONS.values()}
    counts["no-h"] += hidden
    for state, letter in REASONS.items():
        if counts[f"no-{letter}"]:
            entries.append(Entry(f"no-{letter}", say(f"states.{state}", lang), "", counts[f"no-{letter}"]))
    return classes, entries


def breaks(kpi: Kpi, values: Sequence[float]) -> list[float]:
    """Fixed breaks of the catalogue; without them quantiles of what is there."""
    if kpi.classes:
        return list(kpi.classes)
    found = sorted(values)
    cuts: list[float] = []
    for at in range(1, AUTOMATIC):
        cut = found[len(found) * at // AUTOMATIC] if found else None
        if cut is not None and cut > found[0] and cut not in cuts:
            cuts.append(cut)
    return cuts


def step(index: int, count: int) -> int:
    """The place of a class on the ramp of seven."""
    return STEPS if count < 2 else 1 + int(index * (STEPS - 1) / (count - 1) + 0.5)


def _class_of(value: float, cuts: Sequence[float]) -> int:
    return sum(value >= cut for cut in cuts)


def _shown(cell: Cell, kpi: Kpi) -> float | None:
    return None if cell.value is None or cell.state != "value" else formats.rounded(cell.value, kpi.decimals)


def _number(kpi: Kpi, value: float, lang: str) -> str:
    return formats.number(value, 0 if float(value).is_integer() else kpi.decimals, lang)


def _grades(kpi: Kpi, cells: Sequence[Cell], classes: Sequence[str], lang: str) -> list[Entry]:
    words = _limits(kpi, cells, lang)
    found = []
    for grade, letter in LETTERS.items():
        count = classes.count(f"grade-{letter}")
        if letter != "n" or count:
            found.append(
                Entry(f"grade-{letter}", say(f"grades.{grade.value}", lang), words.get(letter, ""), count)
            )
    return found


def _limits(kpi: Kpi, cells: Sequence[Cell], lang: str) -> dict[str, str]:
    """The bounds of the grades in words, where they are the same for every commune."""
    goals = {cell.target for cell in cells if cell.target is not None}
    if len(goals) != 1 or any(target.area for target in kpi.target):
        return {}
    goal: Target = goals.pop()
    warn, alert = _number(kpi, goal.warn, lang), _number(kpi, goal.alert, lang)
    rising = goal.target > goal.alert or (goal.target == goal.alert and kpi.direction is not Direction.DOWN)
    if rising:
        return {"g": f"≥ {warn}", "w": f"{alert} – < {warn}", "b": f"< {alert}"}
    if kpi.decimals == 0:
        following = _number(kpi, goal.warn + 1, lang)
        between = f"{following} – {alert}" if goal.warn + 1 < goal.alert else alert
        return {"g": f"0 – {warn}" if goal.warn > 0 else warn, "w": between, "b": f"> {alert}"}
    return {"g": f"≤ {warn}", "w": f"> {warn} – {alert}", "b": f"> {alert}"}


def _steps(kpi: Kpi, cuts: Sequence[float], classes: Sequence[str], lang: str) -> list[Entry]:
    count = len(cuts) + 1
    found = []
    for at in range(count):
        name = f"seq-{step(at, count)}"
        low, high = (cuts[at - 1] if at else None), (cuts[at] if at < len(cuts) else None)
        found.append(Entry(name, _range(kpi, low, high, lang), "", classes.count(name)))
    return found[::-1]


def _range(kpi: Kpi, low: float | None, high: float | None, lang: str) -> str:
    if low is None and high is None:
        return say("states.value", lang)
    if low is None:
        return say("face.js.legend.below", lang, n=_number(kpi, high or 0, lang))
    if high is None:
        return say("face.js.legend.from", lang, n=_number(kpi, low, lang))
    if kpi.decimals == 0 and high - low == 1:
        return _number(kpi, low, lang)
    if kpi.decimals == 0:
        return f"{_number(kpi, low, lang)} – {_number(kpi, high - 1, lang)}"
    return say("face.js.legend.between", lang, low=_number(kpi, low, lang), high=_number(kpi, high, lang))
