"""A site: one province's configuration folder, read, checked and frozen.

Owns ``site.toml``, ``kpis/*.toml``, ``sources/*.toml``, ``alerts/*.toml``, ``indices/*.toml``, ``gaps/*.toml``, ``planning/*.toml``,
``screens/*.toml`` and every rule that ties them together. Errors name file, entry and field and say what to do. Reads no
data and opens no connection.
"""

from __future__ import annotations

import dataclasses
import hashlib
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, model_validator

from ioc.alerts.rules import AlertFile, AlertRule, Messages, Recipient, faults
from ioc.calendars import Calendar
from ioc.catalogue import Identifier, Kpi, Strict, Text
from ioc.contract import SourceSpec
from ioc.gaps.definitions import GapFile, Gaps, gap_faults
from ioc.measures import MeasureError, check_measure
from ioc.periods import PeriodKind
from ioc.planning.assumptions import Assumptions, PlanFile, plan_faults
from ioc.rollups import rollup_faults
from ioc.scoring.index import Index, IndexFile, index_faults
from ioc.traits import Trait, trait_faults
from ioc.walls.scenes import Scene, scene_faults
from ioc.walls.screens import Screen, WallFile, screen_faults


class Department(Strict):
    """A department of the province that owns KPIs or sources."""

    id: Identifier
    name: Text


class Group(Strict):
    """A mission group of KPIs, in the order of the file."""

    id: Identifier
    name: Text


class AreaGroup(Strict):
    """Communes that are chosen together, a former district for instance; they may stand in several groups."""

    id: Identifier
    name: Text
    communes: tuple[str, ...] = Field(min_length=1)
    source: str = Field(min_length=1)


class Alias(Strict):
    """Another spelling of an area's name that a named person has approved."""

    code: str = Field(pattern=r"^\d{2,5}$")
    name: str
    approved_by: str


class Holiday(Strict):
    """Days on which offices are closed, both ends included; with `working` a Saturday or Sunday worked in exchange."""

    first: date
    last: date | None = None
    name: str = Field(min_length=1)
    working: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last is not None and not self.first <= self.last <= self.first + timedelta(days=60):
            raise ValueError("last: phải từ ngày first trở đi và không quá 60 ngày sau")
        return self

    @property
    def days(self) -> list[date]:
        """Every day of it."""
        return [
            self.first + timedelta(days=n) for n in range(((self.last or self.first) - self.first).days + 1)
        ]


class UnitOverride(Strict):
    """A correction of the national register, with its legal source.

    `valid_from` starts a new record of the same code (a change of name or type); without it the present
    record itself is corrected. `replaces` is the wrong code under which the national list carries the unit.
    """

    code: str = Field(pattern=r"^\d{2,5}$")
    name: str
    kind: str
    source: str = Field(min_length=1)
    valid_from: date | None = None
    replaces: str | None = Field(default=None, pattern=r"^\d{2,5}$")


class SplitPart(Strict):
    """What one present commune received of a divided old one. Give the same measure for every part."""

    code: str = Field(pattern=r"^\d{5}$")
    villages: int | None = Field(default=None, ge=0)
    population: int | None = Field(default=None, ge=0)
    km2: float | None = Field(default=None, ge=0)


class Split(Strict):
    """How the figures of a commune that the reform divided are shared out, and the document that answers for it.

    `code` is the code of before 1 July 2025. All parts must be named; figures are marked as estimates.
    """

    code: str = Field(pattern=r"^\d{5}$")
    source: str = Field(min_length=1)
    part: tuple[SplitPart, ...] = Field(min_length=2)


class SiteHead(Strict):
    """``[site]`` of site.toml. `root` is a present province code, or "VN" for the whole country."""

    id: Identifier
    name: Text
    root: str = Field(pattern=r"^(\d{2}|VN)$")
    demonstration: bool
    headline_map: Identifier
    online_services: Identifier | None = None
    history_months: int = Field(default=24, ge=1, le=240)
    generator: str | None = None


class _SiteFile(Strict):
    site: SiteHead
    department: tuple[Department, ...]
    group: tuple[Group, ...]
    alias: tuple[Alias, ...] = ()
    unit: tuple[UnitOverride, ...] = ()
    split: tuple[Split, ...] = ()
    holiday: tuple[Holiday, ...] = ()
    trait: tuple[Trait, ...] = ()
    area_group: tuple[AreaGroup, ...] = ()


class _KpiFile(Strict):
    kpi: tuple[Kpi, ...]


@dataclass(frozen=True)
class Problem:
    """One fault of a site: where it is and what to do."""

    file: str
    entry: str
    field: str
    reason: str

    def __str__(self) -> str:
        place = " › ".join(part for part in (self.file, self.entry, self.field) if part)
        return f"{place}: {self.reason}"


class SiteError(Exception):
    """The site folder cannot be used; `problems` lists every fault found."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(frozen=True)
class Site:
    """A whole, checked site. `fingerprint` changes with any byte of its files."""

    folder: Path
    head: SiteHead
    departments: dict[str, Department]
    groups: dict[str, Group]
    kpis: dict[str, Kpi]
    sources: dict[str, SourceSpec]
    aliases: tuple[Alias, ...]
    units: tuple[UnitOverride, ...]
    fingerprint: str
    splits: tuple[Split, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    alerts: dict[str, AlertRule] = dataclasses.field(default_factory=dict)
    messages: Messages = dataclasses.field(default_factory=Messages)
    recipients: tuple[Recipient, ...] = ()
    indices: dict[str, Index] = dataclasses.field(default_factory=dict)
    traits: tuple[Trait, ...] = ()
    planning: Assumptions | None = None
    """What an investment plan assumes; None where none is made."""
    gaps: Gaps | None = None
    """What a coverage gap of a village is; None where the site keeps no register of villages."""
    scenes: dict[str, Scene] = dataclasses.field(default_factory=dict)
    screens: dict[str, Screen] = dataclasses.field(default_factory=dict)
    area_groups: tuple[AreaGroup, ...] = ()

    @staticmethod
    def load(folder: Path) -> Site:
        """Read and check the folder. Raises SiteError with every problem found, not only the first."""
        return _Reader(folder).read()

    def kpis_of(self, source: str) -> list[Kpi]:
        """KPIs computed from `source`, in catalogue order."""
        return [kpi for kpi in self.kpis.values() if kpi.source == source]

    @property
    def in_turn(self) -> list[str]:
        """Sources in the order of their first refresh: the first map's, those of the tiles, the others."""
        first = self.kpis.get(self.head.headline_map)
        wanted = [first.source] if first else []
        wanted += [kpi.source for kpi in self.headlines]
        return [name for name in dict.fromkeys([*wanted, *self.sources]) if name in self.sources]

    @property
    def headlines(self) -> list[Kpi]:
        """KPIs shown as tiles on the overview, in their order."""
        chosen = [kpi for kpi in self.kpis.values() if kpi.headline is not None]
        return sorted(chosen, key=lambda kpi: kpi.headline or 0)


class _Reader:
    def __init__(self, folder: Path):
        self.folder = folder
        self.problems: list[Problem] = []
        self.hash = hashlib.sha256()
        self.origins: dict[tuple[str, str], Path] = {}
        """Where each entry stands, by what it is and its id."""

    def read(self) -> Site:
        head = self._parse(self.folder / "site.toml", _SiteFile)
        kpis = self._unique("kpi", [
            (path, kpi) for path in self._files("kpis") for kpi in getattr(self._parse(path, _KpiFile), "kpi", ())
        ])  # fmt: skip
        sources = self._unique("source", [
            (path, spec) for path in self._files("sources") if (spec := self._parse(path, SourceSpec)) is not None
        ])  # fmt: skip
        files = [(path, found) for path in sorted((self.folder / "alerts").glob("*.toml"))
                 if (found := self._parse(path, AlertFile)) is not None]  # fmt: skip
        alerts = self._unique("alert", [(path, rule) for path, found in files for rule in found.alert])
        indices = self._unique("index", [
            (path, one) for path in sorted((self.folder / "indices").glob("*.toml"))
            for one in getattr(self._parse(path, IndexFile), "index", ())
        ])  # fmt: skip
        gaps = self._gaps()
        planning = self._planning()
        walls = [(path, found) for path in sorted((self.folder / "screens").glob("*.toml"))
                 if (found := self._parse(path, WallFile)) is not None]  # fmt: skip
        scenes = self._unique("scene", [(path, one) for path, found in walls for one in found.scene])
        screens = self._unique("screen", [(path, one) for path, found in walls for one in found.screen])
        policies = [(path, found.messages) for path, found in files if found.messages is not None]
        if len(policies) > 1:
            self._problem(
                policies[1][0], "messages", "", f"đã khai báo ở {policies[0][0].name}; chỉ ghi một lần"
            )
        if head is None or self.problems:
            raise SiteError(self.problems)
        departments = {item.id: item for item in head.department}
        groups = {item.id: item for item in head.group}
        site = Site(
            self.folder,
            head.site,
            departments,
            groups,
            kpis,
            sources,
            head.alias,
            head.unit,
            self.hash.hexdigest()[:16],
            head.split,
            head.holiday,
            alerts=alerts,
            messages=policies[0][1] if policies else Messages(),
            recipients=tuple(one for _, found in files for one in found.recipient),
            indices=indices,
            traits=head.trait,
            gaps=gaps,
            planning=planning,
            scenes=scenes,
            screens=screens,
            area_groups=head.area_group,
        )
        self._cross_check(site)
        if self.problems:
            raise SiteError(self.problems)
        return site

    def _gaps(self) -> Gaps | None:
        """All files of gaps as one; what may be said once is taken from the first that says it."""
        files = [(path, found) for path in sorted((self.folder / "gaps").glob("*.toml"))
                 if (found := self._parse(path, GapFile)) is not None]  # fmt: skip
        once: dict[str, Any] = {}
        for name in ("villages", "protection", "chain"):
            said = [(path, one) for path, found in files if (one := getattr(found, name)) is not None]
            once[name] = said[0][1] if said else None
            for path, _ in said[1:]:
                self._problem(path, name, "", f"đã khai báo ở {said[0][0].name}; chỉ ghi một lần")
        many = {
            name: self._unique(name, [(path, one) for path, found in files for one in getattr(found, name)])
            for name in ("gap", "subject", "reporter")
        }
        if once["villages"] is None:
            for path, _ in files[:1]:
                self._problem(path, "villages", "", "thiếu bảng [villages] nêu nguồn nào là sổ thôn, bản")
            return None
        return Gaps(
            once["villages"],
            many["gap"],
            many["subject"],
            many["reporter"],
            once["protection"],
            once["chain"],
        )

    def _files(self, room: str) -> list[Path]:
        found = sorted((self.folder / room).glob("*.toml"))
        if not found:
            self._problem(self.folder / room, "", "", "không có tệp .toml nào; mỗi cấu hình cần ít nhất một")
        return found

    def _problem(self, path: Path, entry: str, field: str, reason: str) -> None:
        name = path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else path.name
        self.problems.append(Problem(name, entry, field, reason))

    def _parse(self, path: Path, model: type[Any]) -> Any:
        try:
            raw = path.read_bytes()
            self.hash.update(path.name.encode() + b"\0" + raw)
            document = tomllib.loads(raw.decode("utf-8"))
        except FileNotFoundError:
            return self._problem(path, "", "", "thiếu tệp này; tạo theo docs/operating.md")
        except UnicodeDecodeError as error:
            return self._problem(
                path, "", "", f"không phải UTF-8 ở byte thứ {error.start}; lưu lại bằng UTF-8"
            )
        except tomllib.TOMLDecodeError as error:
            return self._problem(path, "", "", f"không đúng cú pháp TOML: {error}")
        try:
            return model.model_validate(document)
        except ValidationError as error:
            for fault in error.errors():
                entry, field = self._locate(document, fault["loc"])
                self._problem(path, entry, field, _reason(fault))
            return None

    @staticmethod
    def _locate(document: dict[str, Any], loc: tuple[str | int, ...]) -> tuple[str, str]:
        """Turn pydantic's location into the entry's id and the field inside it."""
        entry, node, rest = "", document, list(loc)
        for depth, step in enumerate(loc):
            try:
                node = node[step]  # type: ignore[index]
            except (KeyError, IndexError, TypeError):
                break
            if isinstance(step, int):
                name = node.get("id") or node.get("code") if isinstance(node, dict) else None
                entry = entry or f"{loc[depth - 1]} {name or f'thứ {step + 1}'}"
                rest = list(loc[depth + 1 :]) if entry.endswith(str(name)) or depth == 1 else rest
        return entry, ".".join(str(part) for part in rest)

    def _unique(self, what: str, found: list[tuple[Path, Any]]) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for path, item in found:
            if item.id in kept:
                self._problem(
                    path, f"{what} {item.id}", "id", "đã dùng cho một mục khác; mỗi id chỉ dùng một lần"
                )
            kept[item.id] = item
            self.origins[what, item.id] = path
        return kept

    def _planning(self) -> Assumptions | None:
        """All files of planning as one."""
        files = [(path, found) for path in sorted((self.folder / "planning").glob("*.toml"))
                 if (found := self._parse(path, PlanFile)) is not None]  # fmt: skip
        means = [(path, found.plan) for path, found in files if found.plan is not None]
        for path, _ in means[1:]:
            self._problem(path, "plan", "", f"đã khai báo ở {means[0][0].name}; chỉ ghi một lần")
        many: dict[str, dict[Any, Any]] = {
            name: self._unique(name, [(path, one) for path, found in files for one in getattr(found, name)])
            for name in ("service", "measure", "emphasis", "candidate")
        }
        if not means:
            for path, _ in files[:1]:
                self._problem(path, "plan", "", "thiếu bảng [plan] nêu năm đầu và kinh phí từng năm")
            return None
        return Assumptions(means[0][1], many["service"], many["measure"], many["emphasis"], many["candidate"])

    def _check_planning(self, site: Site) -> None:
        for entry, field, reason in plan_faults(site.planning, site) if site.planning else ():
            what, _, name = entry.partition(" ")
            self._problem(self.origins.get((what, name), self.folder / "planning"), entry, field, reason)

    def _check_gaps(self, site: Site) -> None:
        for entry, field, reason in gap_faults(site.gaps, site) if site.gaps else ():
            what, _, name = entry.partition(" ")
            self._problem(self.origins.get((what, name), self.folder / "gaps"), entry, field, reason)

    def _cross_check(self, site: Site) -> None:
        checks: tuple[
            tuple[str, Mapping[str, Any], Callable[[Any, Site], Iterator[tuple[str, str]]]], ...
        ] = (
            ("kpi", site.kpis, _kpi_faults),
            ("source", site.sources, _source_faults),
            ("alert", site.alerts, faults),
            ("index", site.indices, index_faults),
            ("scene", site.scenes, scene_faults),
            ("screen", site.screens, screen_faults),
        )
        for what, entries, find in checks:
            for entry in entries.values():
                for field, reason in find(entry, site):
                    self._problem(self.origins[what, entry.id], f"{what} {entry.id}", field, reason)
        for trait, field, reason in trait_faults(site.traits, site.kpis, site.sources):
            self._problem(self.folder / "site.toml", f"trait {trait}", field, reason)
        self._check_gaps(site)
        self._check_planning(site)
        for one in site.recipients:
            if one.owner not in site.departments:
                reason = f"{one.owner!r} chưa khai báo là đơn vị (department)"
                self._problem(self.folder / "alerts", "recipient", "owner", reason)
        if site.head.headline_map not in site.kpis:
            reason = f"{site.head.headline_map!r} không có trong danh mục chỉ số"
            self._problem(self.folder / "site.toml", "site", "headline_map", reason)
        if site.head.online_services not in (None, *site.kpis):
            reason = (
                f"{site.head.online_services!r} không có trong danh mục chỉ số; sửa mã hoặc bỏ trường này"
            )
            self._problem(self.folder / "site.toml", "site", "online_services", reason)


def _source_faults(spec: SourceSpec, site: Site) -> Iterator[tuple[str, str]]:
    if spec.owner not in site.departments:
        yield "owner", f"{spec.owner!r} chưa khai báo là đơn vị (department)"


def _kpi_faults(kpi: Kpi, site: Site) -> Iterator[tuple[str, str]]:
    """Field and reason of everything in `kpi` that does not fit the rest of the site."""
    pools: dict[str, Mapping[str, object]] = {
        "group": site.groups,
        "owner": site.departments,
        "source": site.sources,
    }
    for field, pool in pools.items():
        if getattr(kpi, field) not in pool:
            yield field, f"{getattr(kpi, field)!r} chưa khai báo; đã có: {', '.join(sorted(pool))}"
    spec = site.sources.get(kpi.source)
    if spec is None:
        return
    if kpi.date is not None and kpi.date not in spec.column:
        yield "date", f"nguồn {spec.id} không khai báo cột {kpi.date!r}"
    strange = [kind for kind in kpi.periods if kind not in spec.calendar.kinds]
    if strange:
        has = ", ".join(kind for kind in PeriodKind if kind in spec.calendar.kinds)
        yield (
            "periods",
            f"lịch {spec.calendar} của nguồn {spec.id} không có {', '.join(strange)}; chỉ có {has}",
        )
    if kpi.cumulative and spec.calendar is Calendar.SCHOOL:
        yield (
            "cumulative",
            f"nguồn {spec.id} theo năm học, không có lũy kế từ đầu năm; viết cumulative = false",
        )
    if kpi.basis is not spec.area.basis:
        yield "basis", f"nguồn {spec.id} xếp dòng theo {spec.area.basis}, không theo {kpi.basis}"
    sound = True
    for field, measure in (("numerator", kpi.numerator), ("denominator", kpi.denominator)):
        try:
            if measure is not None:
                check_measure(measure, spec.column, kpi.measure)
        except MeasureError as error:
            sound = False
            yield field, str(error)
    if sound:
        yield from rollup_faults(kpi, spec)


_REASONS = {
    "extra_forbidden": "trường không có trong mẫu; sửa chính tả hoặc bỏ đi",
    "missing": "thiếu trường này; bổ sung",
    "literal_error": "phải là một trong {expected}",
    "enum": "phải là một trong {expected}",
    "string_type": "phải là chữ trong dấu ngoặc kép",
    "string_pattern_mismatch": "không đúng dạng {pattern}",
    "string_too_short": "không được để trống",
    "int_type": "phải là số nguyên",
    "int_parsing": "phải là số nguyên",
    "int_from_float": "phải là số nguyên",
    "float_type": "phải là số",
    "float_parsing": "phải là số",
    "bool_type": "phải là true hoặc false",
    "bool_parsing": "phải là true hoặc false",
    "date_type": "phải là ngày, viết 2026-01-31",
    "date_from_datetime_parsing": "phải là ngày, viết 2026-01-31",
    "date_parsing": "phải là ngày, viết 2026-01-31",
    "tuple_type": "phải là danh sách trong ngoặc vuông",
    "dict_type": "phải là một mục gồm nhiều trường",
    "model_type": "phải là một mục gồm nhiều trường",
    "greater_than_equal": "phải từ {ge} trở lên",
    "greater_than": "phải lớn hơn {gt}",
    "less_than_equal": "không được quá {le}",
    "value_error": "{error}",
}


def _reason(fault: Any) -> str:
    """Pydantic's fault in the operator's words; an unforeseen kind keeps pydantic's own."""
    words = _REASONS.get(fault["type"], "giá trị không dùng được: " + fault["msg"])
    text = words.format_map(fault.get("ctx", {})).replace("' or '", "' hoặc '")
    given = isinstance(fault["input"], str | int | float | bool | date)
    return f"{text} (đang là {fault['input']!r:.80})" if given else text
