"""Pictures: what a subject hands over to be drawn, before it has a page around it.

Owns the three kinds there are: a figure in plotly's terms, a map painted by class, a plain table. Knows not how any of
them is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One row of a legend: the class that paints it, what it says, how many there are; `out` when it is left out."""

    name: str
    label: str
    note: str = ""
    count: int | None = None
    out: bool = False


@dataclass(frozen=True)
class Chart:
    """A figure as plain dicts: ``{"data": […], "layout": {…}}``, in the trace types that are drawn here."""

    figure: Mapping[str, Any]
    legend: tuple[Entry, ...] = ()
    headline: str = ""


@dataclass(frozen=True)
class Spot:
    """A place on the map, in drawing units, with the sign of what it lacks."""

    x: float
    y: float
    mark: str


@dataclass(frozen=True)
class Map:
    """The drawing in force, painted: a class and a text for each area's code, and the legend that explains them.

    `dim` are classes that are left out, `spots` places drawn over the areas.
    """

    classes: Mapping[str, str]
    names: Mapping[str, str]
    values: Mapping[str, str]
    legend: tuple[Entry, ...] = ()
    legend_title: str = ""
    chosen: str | None = None
    dim: frozenset[str] = frozenset()
    spots: tuple[Spot, ...] = ()


@dataclass(frozen=True)
class Rows:
    """The data set itself as a table."""


Picture = Chart | Map | Rows
