"""Words of a picture: figures as they are read, why there is none, what must be known beside one, titles and tips.

Owns texts made from readings, in the visitor's language; everything that goes into a picture as markup is escaped.
"""

from __future__ import annotations

from html import escape

from ioc import formats
from ioc.analysis.query import Way
from ioc.analysis.result import NO_BASE, UNMERGEABLE, Reading, Result, Unit
from ioc.catalogue import Kpi
from ioc.wording import say
from layouts.figures.explore.canvas import Look


def unit_of(result: Result, kpi: Kpi, lang: str) -> str:
    """The unit of what is shown: of an index none, of a change of percentages points."""
    way = result.query.way
    if way is Way.INDEX:
        return ""
    unit = kpi.unit.in_(lang)
    return unit if way is Way.VALUE or unit != "%" else say("formats.points", lang)


def shown(result: Result, kpi: Kpi, reading: Reading, lang: str) -> str:
    """A figure as read, signed where it is a change; the reason where there is none."""
    if reading.value is None:
        return reason(reading, lang)
    text = formats.quantity(reading.value, unit_of(result, kpi, lang), result.decimals(kpi), lang)
    change = result.query.way not in (Way.VALUE, Way.INDEX)
    return f"+{text}" if change and reading.value > 0 else text


def reason(reading: Reading, lang: str) -> str:
    """Why there is no figure."""
    if reading.state in (NO_BASE, UNMERGEABLE):
        return say(f"explore.state.{reading.state}", lang)
    return say(f"states.{reading.state}", lang)


def marks(reading: Reading, lang: str) -> list[str]:
    """What a reader must know beside a figure."""
    found = []
    if reading.state == "held" and reading.value is not None:
        found.append(say("states.held", lang))
    if reading.provisional:
        found.append(say("states.status.provisional", lang))
    if reading.estimated:
        found.append(say("states.status.estimated", lang))
    if reading.small:
        found.append(say("states.small", lang))
    return found


class Tips:
    """Tips of points, thousands in a picture: what repeats, names and periods, is written and escaped once."""

    def __init__(self, result: Result, look: Look):
        self._result, self._look = result, look
        merged = look.say("merged", n=formats.number(len(result.chosen), 0, look.lang))
        everyone = [*result.units, *([result.root] if result.root else [])]
        self._names = {unit.id: f"<b>{escape(unit.name or merged)}</b><br>" for unit in everyone}
        self._periods = {
            key: escape(formats.capital(formats.period(key, look.lang))) + ": " for key in result.periods
        }

    def tip(self, kpi: Kpi, unit: Unit, period: str, reading: Reading) -> str:
        """Who, when, how much, and what to mind."""
        return self._names[unit.id] + self._periods[period] + self.value(kpi, reading)

    def value(self, kpi: Kpi, reading: Reading) -> str:
        """How much, and what to mind."""
        beside = marks(reading, self._look.lang)
        text = escape(shown(self._result, kpi, reading, self._look.lang))
        return f"{text} ({escape(', '.join(beside))})" if beside else text


def heading(result: Result, kpi: Kpi, look: Look) -> str:
    """The title of a panel: the KPI and its unit."""
    unit = unit_of(result, kpi, look.lang)
    name = kpi.name.in_(look.lang)
    way = result.query.way
    if way is Way.INDEX:
        return f"{name} – {look.say('axis.index', period=formats.period(result.query.start, look.lang, short=True))}"
    return f"{name} ({unit})" if unit else name


def least_step(result: Result, kpi: Kpi) -> float:
    """The smallest step of a scale that means something: half a village does not."""
    return 1.0 if result.decimals(kpi) == 0 else 0.0


def titled(result: Result) -> bool:
    """Whether panels carry their own title: of a single KPI the page's title says it all."""
    return len(result.columns) > 1
