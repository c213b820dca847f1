"""Definitions of gaps: the shape of ``gaps/*.toml`` and the rules its entries obey.

Owns which source is the village register, what each gap is and among which villages it is counted, what must come
first, who reports the same thing and whose word counts, and which counts are protected. Knows neither rows nor pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Literal, Protocol, Self

from pydantic import Field, model_validator

from ioc.catalogue import Identifier, Kpi, Measure, Strict, Text
from ioc.contract import Duration, SourceSpec
from ioc.measures import MeasureError, parse_condition

Mark = Literal["dot", "half", "square", "diamond", "triangle"]
"""The shape of a gap: on maps, in lists and on paper it is never told by colour alone."""


class Decides(StrEnum):
    """Whose word on a village counts when several reports differ."""

    SURVEY = "survey"
    NEWEST = "newest"
    BEST = "best"
    WORST = "worst"


class Events(Strict):
    """``[villages.events]``: the source of mergers and renamings of villages, and its columns."""

    source: Identifier
    village: Identifier
    former: Identifier
    what: Identifier
    on: Identifier
    document: Identifier
    households: Identifier | None = None


class Reports(Strict):
    """``[villages.reports]``: the source in which operators report on villages, and its columns."""

    source: Identifier
    village: Identifier
    reporter: Identifier
    subject: Identifier
    state: Identifier
    on: Identifier
    document: Identifier


class VillageRegister(Strict):
    """``[villages]``: the source that is the register of villages, and which of its columns say what."""

    source: Identifier
    households: Identifier
    population: Identifier
    kind: Identifier | None = None
    standing: Identifier | None = None
    surveyed: Identifier | None = None
    survey_due: Duration = timedelta(days=120)
    established: Identifier | None = None
    border: Identifier | None = None
    minority_share: Identifier | None = None
    poor_households: Identifier | None = None
    school: Identifier | None = None
    clinic: Identifier | None = None
    events: Events | None = None
    reports: Reports | None = None

    @property
    def columns(self) -> dict[str, str]:
        """The columns named here, by the field that names them."""
        aside = {"source", "survey_due", "events", "reports"}
        named = {name: getattr(self, name) for name in type(self).model_fields if name not in aside}
        return {name: column for name, column in named.items() if column is not None}


class Gap(Strict):
    """``[[gap]]``: one kind of gap.

    `criterion` is a condition on a village, `among` the condition on those it is counted among (all of them by
    default): its denominator. `closed` says what a village has once the gap is gone. `requires` are gaps that must be closed first; `programme` names the programme that
    closes this one and that a village with an earlier gap cannot enter. `kpi` counts the same in the catalogue.
    """

    id: Identifier
    name: Text
    short: Text
    closed: Text
    criterion: str
    among: str | None = None
    among_name: Text
    requires: tuple[Identifier, ...] = ()
    programme: Text | None = None
    kpi: Identifier | None = None
    step: int | None = Field(default=None, ge=1, le=20)
    mark: Mark
    owner: Identifier
    legal_basis: str = Field(min_length=1)


class State(Strict):
    """``[[subject.state]]``: a state as reports and the register write it; from the best to the worst."""

    value: str
    name: Text


class Subject(Strict):
    """``[[subject]]``: what several report of the same village, and whose word counts.

    `column` of the register holds what its own survey found.
    """

    id: Identifier
    name: Text
    column: Identifier
    rule: Decides
    basis: Text
    state: tuple[State, ...] = Field(min_length=2)

    def rank(self, value: str) -> int:
        """Place of a state, 0 the best; one that is not declared stands behind all."""
        found = [at for at, one in enumerate(self.state) if one.value == value]
        return found[0] if found else len(self.state)


class Reporter(Strict):
    """``[[reporter]]``: an operator that reports on villages."""

    id: Identifier
    name: str = Field(min_length=1)


class Guarded(Strict):
    """``[[protection.count]]``: a count of the register that is protected, and what it is called."""

    column: Identifier
    name: Text


class Protection(Strict):
    """``[protection]``: counts below `k` are hidden, with enough others that differences cannot reveal them.

    `count` names the register's counts so protected; `within` is the public count that none of them exceeds.
    """

    k: int = Field(ge=2, le=100)
    count: tuple[Guarded, ...] = Field(min_length=1)
    within: Identifier | None = None
    legal_basis: str = Field(min_length=1)

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.within in self.columns:
            raise ValueError("within: là số công khai nên không được nằm trong count")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The protected columns."""
        return tuple(one.column for one in self.count)


class Chain(Strict):
    """``[chain]``: what a village can use once every step is taken, the last link."""

    name: Text


class GapFile(Strict):
    """One file of ``gaps/``."""

    villages: VillageRegister | None = None
    gap: tuple[Gap, ...] = ()
    subject: tuple[Subject, ...] = ()
    reporter: tuple[Reporter, ...] = ()
    protection: Protection | None = None
    chain: Chain | None = None


@dataclass(frozen=True)
class Gaps:
    """Everything the site's files of gaps say together."""

    villages: VillageRegister
    kinds: dict[str, Gap]
    subjects: dict[str, Subject] = field(default_factory=dict)
    reporters: dict[str, Reporter] = field(default_factory=dict)
    protection: Protection | None = None
    chain: Chain | None = None

    @property
    def steps(self) -> list[Gap]:
        """The gaps that make the chain, in its order."""
        return sorted(
            (gap for gap in self.kinds.values() if gap.step is not None), key=lambda gap: gap.step or 0
        )


class Placed(Protocol):
    """What definitions need to know of the site they stand in."""

    @property
    def kpis(self) -> Mapping[str, Kpi]:
        """The catalogue."""

    @property
    def sources(self) -> Mapping[str, SourceSpec]:
        """The sources."""

    @property
    def departments(self) -> Mapping[str, object]:
        """The departments."""


def gap_faults(gaps: Gaps, site: Placed) -> Iterator[tuple[str, str, str]]:
    """Entry, field and reason of everything that cannot work in this site."""
    spec = site.sources.get(gaps.villages.source)
    if spec is None or spec.place is None:
        yield (
            "villages",
            "source",
            f"{gaps.villages.source!r} không phải nguồn có bảng [place] (sổ thôn, bản)",
        )
        return
    yield from _register_faults(gaps, spec, site)
    for gap in gaps.kinds.values():
        for name, reason in _kind_faults(gap, gaps, spec, site):
            yield f"gap {gap.id}", name, reason
    for subject in gaps.subjects.values():
        if subject.column not in spec.place.attributes:
            yield f"subject {subject.id}", "column", _absent(subject.column, spec)
    if gaps.protection is not None:
        within = gaps.protection.within
        for name in (*gaps.protection.columns, *([within] if within else [])):
            if name not in spec.place.attributes or spec.column[name].type != "int":
                yield "protection", "count", f"{name!r} phải là cột kiểu int có trong place.attributes"


def _absent(column: str, spec: SourceSpec) -> str:
    return f"cột {column!r} chưa có trong place.attributes của nguồn {spec.id}; thêm vào đó"


def _register_faults(gaps: Gaps, spec: SourceSpec, site: Placed) -> Iterator[tuple[str, str, str]]:
    attributes = spec.place.attributes if spec.place else ()
    for name, column in gaps.villages.columns.items():
        if column not in attributes:
            yield "villages", name, _absent(column, spec)
    for name in ("events", "reports"):
        part = getattr(gaps.villages, name)
        if part is None:
            continue
        other = site.sources.get(part.source)
        if other is None or other.place is None:
            yield f"villages.{name}", "source", f"{part.source!r} không phải nguồn có bảng [place]"
            continue
        for key in type(part).model_fields:
            column = getattr(part, key)
            if key != "source" and column is not None and column not in other.place.attributes:
                yield f"villages.{name}", key, _absent(column, other)
    if gaps.villages.reports is not None and not gaps.subjects:
        yield "villages.reports", "subject", "chưa khai báo [[subject]] nào để đối chiếu báo cáo"


def _kind_faults(gap: Gap, gaps: Gaps, spec: SourceSpec, site: Placed) -> Iterator[tuple[str, str]]:
    known = {name: spec.column[name] for name in (spec.place.attributes if spec.place else ())}
    for name, text in (("criterion", gap.criterion), ("among", gap.among)):
        try:
            if text is not None:
                parse_condition(text, known)
        except MeasureError as error:
            yield name, f"{error} (chỉ dùng được các cột trong place.attributes)"
    if gap.owner not in site.departments:
        yield "owner", f"{gap.owner!r} chưa khai báo là đơn vị (department)"
    for other in gap.requires:
        if other not in gaps.kinds or other == gap.id:
            yield "requires", f"{other!r} không phải một loại khoảng trống khác"
        elif gap.id in _before(other, gaps):
            yield "requires", f"{gap.id!r} và {other!r} đòi hỏi lẫn nhau; bỏ một chiều"
    if gap.step is not None and any(one.step == gap.step and one.id != gap.id for one in gaps.kinds.values()):
        yield "step", f"bước {gap.step} của chuỗi đã có loại khác; mỗi bước một loại"
    if gap.kpi is None:
        return
    kpi = site.kpis.get(gap.kpi)
    if kpi is None or kpi.source != gaps.villages.source or kpi.measure is not Measure.STOCK:
        yield "kpi", f"{gap.kpi!r} không phải chỉ số tồn của nguồn {gaps.villages.source}"
    elif kpi.numerator != f"count({gap.criterion})":
        yield "kpi", f"tử số của {gap.kpi} phải là count({gap.criterion}) để hai nơi ra cùng một số"


def _before(gap: str, gaps: Gaps) -> set[str]:
    """All gaps that must be closed before `gap`."""
    found: set[str] = set()
    left = [gap]
    while left:
        one = gaps.kinds.get(left.pop())
        fresh = [other for other in (one.requires if one else ()) if other not in found]
        found.update(fresh)
        left += fresh
    return found


def earlier(gap: str, gaps: Gaps) -> list[str]:
    """All gaps that must be closed before `gap`, in the order of the files."""
    found = _before(gap, gaps)
    return [one for one in gaps.kinds if one in found]
