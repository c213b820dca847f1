"""A weighted index: groups of metrics with maximum points, and the classes of a total. The shape of ``indices/*.toml``.

Owns the fields and the refusals, in Vietnamese, that `ioc check` prints. Computes nothing and reads no data.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, Self

from pydantic import Field, model_validator

from ioc.catalogue import Direction, Identifier, Kpi, Strict, Text

CODE = r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,59}$"
TOTAL = "TOTAL"
"""What `group_code` of a row with the total may say; it may also be empty."""


class Missing(StrEnum):
    """What a group's own total is when one of its metrics has no figure."""

    NO_TOTAL = "no_total"
    ZERO = "zero"
    RESCALE = "rescale"


class ScoreMetric(Strict):
    """One metric. `code` is what official files call it; `full_at` the percentage that earns full marks.

    Without `full_at` the document does not state it, and 100 is assumed and marked. Without `max` the share of the
    group's points is not known, and nothing is computed for it. `kpi` names the catalogue's figure for our own
    reckoning; `official_only` says that there is none. `information` metrics carry no points.
    """

    id: str = Field(pattern=CODE)
    code: str | None = Field(default=None, pattern=CODE)
    name: Text
    max: float | None = Field(default=None, gt=0, le=1000)
    full_at: float | None = Field(default=None, gt=0, le=100)
    kpi: Identifier | None = None
    official_only: bool = False
    information: bool = False
    verified: bool = False
    note: Text | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.kpi is None) != self.official_only:
            raise ValueError("kpi: cần đúng một trong hai: kpi (mã chỉ số) hoặc official_only = true")
        if self.information and (self.max is not None or self.full_at is not None):
            raise ValueError(
                "max: mục chỉ để tham khảo (information) không có điểm và ngưỡng; bỏ max, full_at"
            )
        return self

    @property
    def key(self) -> str:
        """What official files call it."""
        return self.code or self.id


class ScoreGroup(Strict):
    """A group of metrics. Its maxima add up to `max`, unless some of them are not known."""

    id: Identifier
    code: str = Field(pattern=CODE)
    name: Text
    short: Text | None = None
    max: float = Field(gt=0, le=1000)
    missing: Missing = Missing.NO_TOTAL
    metric: tuple[ScoreMetric, ...] = Field(min_length=1)

    @property
    def scored(self) -> tuple[ScoreMetric, ...]:
        """Metrics that carry points."""
        return tuple(one for one in self.metric if not one.information)


class ScoreClass(Strict):
    """A class of the total, from `lower` points (included) upwards to the next one."""

    id: Identifier
    name: Text
    lower: float = Field(ge=0)


class ScoreUnit(Strict):
    """What official files call a unit: `unit` is a present area's code or a department's id."""

    code: str = Field(pattern=CODE)
    unit: str = Field(min_length=2)


class Index(Strict):
    """One index. `verified` says that somebody has seen the document behind the classes."""

    id: Identifier
    name: Text
    short: Text
    decision: str = Field(min_length=1)
    max: float = Field(gt=0, le=10_000)
    decimals: int = Field(default=2, ge=0, le=4)
    verified: bool = False
    group: tuple[ScoreGroup, ...] = Field(min_length=1)
    band: tuple[ScoreClass, ...] = Field(min_length=1)
    unit: tuple[ScoreUnit, ...] = ()

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        for fault in _sums(self):
            raise ValueError(fault)
        return self

    @property
    def fingerprint(self) -> str:
        """Changes with anything that decides how a file of scores is read."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


class IndexFile(Strict):
    """One file of ``indices``."""

    index: tuple[Index, ...]


class Surroundings(Protocol):
    """What a site must know for `index_faults`."""

    @property
    def kpis(self) -> Mapping[str, Kpi]: ...  # noqa: D102
    @property
    def departments(self) -> Mapping[str, object]: ...  # noqa: D102


def _sums(index: Index) -> Iterator[str]:
    """Maxima that do not add up, names given twice, classes out of order."""
    for what, names in (
        ("group.id", [one.id for one in index.group]),
        ("group.code", [one.code for one in index.group]),
        ("metric.code", [one.key for group in index.group for one in group.metric]),
        ("band.id", [one.id for one in index.band]),
        ("unit.code", [one.code for one in index.unit]),
    ):
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            yield f"{what}: {twice!r} dùng hai lần; mỗi mã chỉ dùng một lần"
    for group in index.group:
        known = [one.max for one in group.scored if one.max is not None]
        total = _plain(known)
        if not group.scored:
            yield f"group {group.id}: không có metric nào có điểm"
        elif len(known) == len(group.scored) and total != _plain([group.max]):
            yield f"group {group.id} max: các metric cộng lại được {total}, không bằng {_plain([group.max])}"
        elif len(known) < len(group.scored) and total >= _plain([group.max]):
            yield f"group {group.id} max: còn metric chưa có max nhưng các metric khác đã cộng đủ {total}"
    whole = _plain([group.max for group in index.group])
    if whole != _plain([index.max]):
        yield f"max: các nhóm cộng lại được {whole}, không bằng {_plain([index.max])}"
    limits = [one.lower for one in index.band]
    if limits != sorted(set(limits), reverse=True) or limits[-1] != 0 or limits[0] >= index.max:
        yield "band.lower: xếp từ cao xuống thấp, không trùng, dưới max, mức cuối cùng là 0"


def _plain(numbers: list[float]) -> Decimal:
    """The exact sum of numbers as they are written."""
    return sum((Decimal(repr(one)) for one in numbers), Decimal(0)).normalize() + Decimal(0)


def index_faults(index: Index, site: Surroundings) -> Iterator[tuple[str, str]]:
    """Field and reason of everything in `index` that does not fit the rest of the site."""
    for group in index.group:
        for metric in group.metric:
            field = f"group {group.id} › metric {metric.id} › kpi"
            if metric.kpi is None:
                continue
            kpi = site.kpis.get(metric.kpi)
            if kpi is None:
                yield (
                    field,
                    f"{metric.kpi!r} không có trong danh mục chỉ số; sửa mã hoặc viết official_only = true",
                )
            elif not kpi.is_percent or kpi.direction is not Direction.UP:
                yield (
                    field,
                    f"{metric.kpi!r} không phải tỷ lệ phần trăm càng cao càng tốt nên không tính điểm được",
                )
    for unit in index.unit:
        if not unit.unit.isdecimal() and unit.unit not in site.departments:
            yield (
                f"unit {unit.code} › unit",
                f"{unit.unit!r} không phải mã xã, tỉnh và chưa khai báo là đơn vị (department)",
            )
