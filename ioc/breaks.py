"""Breaks: the days from which the figures of a series are not comparable with those before, each with its cause.

Owns what counts as one, from metadata alone: a change the catalogue declares (unit, definition), the reform of
1 July 2025 where it changed the area, a later change of the area's name or type. Draws nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ioc import formats
from ioc.areas import REFORM, Area, Level, LinkKind, Register
from ioc.catalogue import Kpi
from ioc.crosswalk import Crosswalk
from ioc.wording import say

REFORM_DOCUMENT = "Quyết định 19/2025/QĐ-TTg"


@dataclass(frozen=True)
class Mark:
    """One break: its first day, a short name for the chart, the cause in words and the document behind it."""

    on: date
    name: str
    cause: str
    document: str | None = None


def breaks(kpi: Kpi, area: Area, register: Register, crosswalk: Crosswalk, lang: str) -> list[Mark]:
    """Every break of the KPI in the area, earliest first."""
    found = [Mark(one.on, formats.day(one.on, lang), one.cause.in_(lang), one.document) for one in kpi.breaks]
    reform = _reform(area, crosswalk, lang)
    found += [reform] if reform else []
    found += _renamed(area, register, lang)
    return sorted(found, key=lambda mark: mark.on)


def _reform(area: Area, crosswalk: Crosswalk, lang: str) -> Mark | None:
    name = say("face.trend.reform", lang)
    if area.level is not Level.COMMUNE:
        return Mark(REFORM, name, say("history.break.two_levels", lang), REFORM_DOCUMENT)
    into = crosswalk.constituents(area.id)
    if not into:
        return None
    names = ", ".join(sorted((fate.old.name for fate in into), key=formats.sort_key))
    return Mark(REFORM, name, say("history.break.merged", lang, names=names), REFORM_DOCUMENT)


def _renamed(area: Area, register: Register, lang: str) -> list[Mark]:
    """Changes of name or type after the reform, back through every record of the unit."""
    into = {link.new: link.old for link in register.links if link.kind is LinkKind.SAME}
    found: list[Mark] = []
    while area.valid_from > REFORM and area.id in into:
        before = register.by_id[into[area.id]]
        cause = say("history.break.renamed", lang, before=before.name, after=area.name)
        found.append(Mark(area.valid_from, formats.day(area.valid_from, lang), cause))
        area = before
    return found
