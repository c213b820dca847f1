"""Observations: the numbers themselves, as they pass from a refresh to the warehouse and back.

Owns the table's columns and the states a number may be in. An observation keeps numerator and
denominator; its value is derived and stored beside them so that readers need no arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import pyarrow as pa


class Status(StrEnum):
    """State of a value. A missing row is "chưa báo cáo"; these are the states of a row that exists."""

    FINAL = "final"
    PROVISIONAL = "provisional"
    ESTIMATED = "estimated"
    NO_ACTIVITY = "no_activity"
    """Denominator 0, "không phát sinh": nothing to measure, neither 0 % nor 100 %. Value is null."""
    IMPOSSIBLE = "impossible"
    """Numerator above denominator or below 0: shown as an error, never clipped. Value is null."""
    HELD = "held"
    """A newer number is being verified: this is the last good one, or what follows from last good ones.
    Null where there is none yet."""


OBSERVATIONS = pa.schema(
    [
        pa.field("kpi", pa.string(), nullable=False),
        pa.field("area", pa.string(), nullable=False),  # dated area id, or that of a pseudo-area (+so, +xa)
        pa.field("period", pa.string(), nullable=False),  # Period.key
        pa.field("numerator", pa.float64()),
        pa.field("denominator", pa.float64()),
        pa.field("value", pa.float64()),  # in the KPI's unit (percent for a share)
        pa.field("status", pa.string(), nullable=False),
        pa.field("reporting", pa.int32()),  # communes with data behind a roll-up; null below it
        pa.field("expected", pa.int32()),
        pa.field("source", pa.string(), nullable=False),
    ]
)
"""One row a (kpi, area, period). Refresh produces it, publication stores it."""

PLACES = pa.schema(
    [
        pa.field("kind", pa.string(), nullable=False),  # "village", "service_centre"
        pa.field("id", pa.string(), nullable=False),
        pa.field("area", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("lat", pa.float64()),
        pa.field("lon", pa.float64()),
        pa.field("attributes", pa.string(), nullable=False),  # JSON object, sorted keys
        pa.field("source", pa.string(), nullable=False),
    ]
)
"""Points under a commune, versioned by edition like facts."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One number as read back from the warehouse. `edition` is the one that brought this version in."""

    kpi: str
    area: str
    period: str
    numerator: float | None
    denominator: float | None
    value: float | None
    status: Status
    reporting: int | None
    expected: int | None
    source: str
    edition: int


@dataclass(frozen=True, slots=True)
class Place:
    """A village or service centre with its dated attributes, as read back from the warehouse."""

    kind: str
    id: str
    area: str
    name: str
    lat: float | None
    lon: float | None
    attributes: dict[str, object]
    source: str


@dataclass(frozen=True, slots=True)
class Edition:
    """A numbered, immutable publication of everything ("bản số liệu số 142")."""

    number: int
    published_at: datetime
    run: int | None
    source: str | None
    changed: int
