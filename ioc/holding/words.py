"""Cases in words: figures with their unit, bounds, areas and how a case ended, for page and command line."""

from __future__ import annotations

from ioc import formats
from ioc.areas import COMMUNES, Register
from ioc.catalogue import Kpi
from ioc.holding.cases import Case, CaseState, Cell, CellEnd, Measure
from ioc.wording import say


def figure(number: float | None, cell: Cell, kpi: Kpi, lang: str) -> str:
    """A figure of a cell with its unit, or that there was none."""
    if cell.measure is Measure.BATCH:
        return say("holds.batch", lang)
    if number is None:
        return say("holds.nothing", lang)
    if cell.measure is Measure.VALUE:
        return formats.quantity(number, kpi.unit.in_(lang), kpi.decimals, lang)
    return say(f"holds.{cell.measure}", lang, value=formats.number(number, 0, lang))


def bounds(cell: Cell, kpi: Kpi, lang: str) -> str:
    """The range that would have been believed."""
    decimals = kpi.decimals if cell.measure is Measure.VALUE else 0
    unit = kpi.unit.in_(lang) if cell.measure is Measure.VALUE else ""
    low, high = (formats.quantity(end, unit, decimals, lang) for end in (cell.low, cell.high))
    if cell.low is None and cell.high is None:
        return "–"
    if cell.high is None:
        return say("holds.at_least", lang, low=low)
    if cell.low is None:
        return say("holds.at_most", lang, high=high)
    return say("holds.between", lang, low=low, high=high)


def area(cell: Cell, register: Register, lang: str) -> str:
    """The name of the commune, or that all of them are meant."""
    if cell.area.endswith(COMMUNES):
        return say("holds.communes", lang)
    plain = cell.area.split("+", maxsplit=1)[0]
    found = register.by_id.get(plain)
    return found.name if found else cell.area


def ending(case: Case, lang: str) -> str:
    """How a case has ended."""
    if case.state is CaseState.RELEASED:
        return say("holds.end.released", lang, by=case.decided_by, reason=case.reason)
    replaced = case.cells and all(cell.ended is CellEnd.REPLACED for cell in case.cells)
    return say(f"holds.end.{CellEnd.REPLACED if replaced else CellEnd.HEALED}", lang)
