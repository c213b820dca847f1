"""A site: one province's configuration folder, read, checked and frozen.

Owns ``site.toml`` (its tables are in `ioc.sitehead`), ``kpis/*.toml``, ``sources/*.toml``, ``alerts/*.toml``, ``indices/*.toml``, ``gaps/*.toml``, ``planning/*.toml``,
``screens/*.toml`` and every rule that ties them together. Errors name file, entry and field and say what to do. Reads no
data and opens no connection.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ioc.alerts.rules import AlertFile, AlertRule, Messages, Recipient, faults
from ioc.calendars import Calendar
from ioc.catalogue import Kpi, Strict
from ioc.contract import SourceSpec
from ioc.gaps.definitions import GapFile, Gaps, gap_faults
from ioc.measures import MeasureError, check_measure
from ioc.periods import PeriodKind
from ioc.planning.assumptions import Assumptions, PlanFile, plan_faults
from ioc.rollups import rollup_faults
from ioc.scoring.index import Index, IndexFile, index_faults
from ioc.sitehead import Alias, AreaGroup, Department, Group, Holiday, SiteFile, SiteHead, Split, UnitOverride
from ioc.tomlfiles import Problem, TomlFolder
from ioc.traits import Trait, trait_faults
from ioc.walls.scenes import Scene, scene_faults
from ioc.walls.screens import Screen, WallFile, screen_faults


class _KpiFile(Strict):
    kpi: tuple[Kpi, ...]


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


class _Reader(TomlFolder):
    def read(self) -> Site:
        head = self.parse(self.folder / "site.toml", SiteFile)
        kpis = self.unique("kpi", [
            (path, kpi) for path in self.files("kpis") for kpi in getattr(self.parse(path, _KpiFile), "kpi", ())
        ])  # fmt: skip
        sources = self.unique("source", [
            (path, spec) for path in self.files("sources") if (spec := self.parse(path, SourceSpec)) is not None
        ])  # fmt: skip
        files = [(path, found) for path in sorted((self.folder / "alerts").glob("*.toml"))
                 if (found := self.parse(path, AlertFile)) is not None]  # fmt: skip
        alerts = self.unique("alert", [(path, rule) for path, found in files for rule in found.alert])
        indices = self.unique("index", [
            (path, one) for path in sorted((self.folder / "indices").glob("*.toml"))
            for one in getattr(self.parse(path, IndexFile), "index", ())
        ])  # fmt: skip
        gaps = self._gaps()
        planning = self._planning()
        walls = [(path, found) for path in sorted((self.folder / "screens").glob("*.toml"))
                 if (found := self.parse(path, WallFile)) is not None]  # fmt: skip
        scenes = self.unique("scene", [(path, one) for path, found in walls for one in found.scene])
        screens = self.unique("screen", [(path, one) for path, found in walls for one in found.screen])
        policies = [(path, found.messages) for path, found in files if found.messages is not None]
        if len(policies) > 1:
            self.problem(
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
                 if (found := self.parse(path, GapFile)) is not None]  # fmt: skip
        once: dict[str, Any] = {}
        for name in ("villages", "protection", "chain"):
            said = [(path, one) for path, found in files if (one := getattr(found, name)) is not None]
            once[name] = said[0][1] if said else None
            for path, _ in said[1:]:
                self.problem(path, name, "", f"đã khai báo ở {said[0][0].name}; chỉ ghi một lần")
        many = {
            name: self.unique(name, [(path, one) for path, found in files for one in getattr(found, name)])
            for name in ("gap", "subject", "reporter")
        }
        if once["villages"] is None:
            for path, _ in files[:1]:
                self.problem(path, "villages", "", "thiếu bảng [villages] nêu nguồn nào là sổ thôn, bản")
            return None
        return Gaps(
            once["villages"],
            many["gap"],
            many["subject"],
            many["reporter"],
            once["protection"],
            once["chain"],
        )

    def _planning(self) -> Assumptions | None:
        """All files of planning as one."""
        files = [(path, found) for path in sorted((self.folder / "planning").glob("*.toml"))
                 if (found := self.parse(path, PlanFile)) is not None]  # fmt: skip
        means = [(path, found.plan) for path, found in files if found.plan is not None]
        for path, _ in means[1:]:
            self.problem(path, "plan", "", f"đã khai báo ở {means[0][0].name}; chỉ ghi một lần")
        many: dict[str, dict[Any, Any]] = {
            name: self.unique(name, [(path, one) for path, found in files for one in getattr(found, name)])
            for name in ("service", "measure", "emphasis", "candidate")
        }
        if not means:
            for path, _ in files[:1]:
                self.problem(path, "plan", "", "thiếu bảng [plan] nêu năm đầu và kinh phí từng năm")
            return None
        return Assumptions(means[0][1], many["service"], many["measure"], many["emphasis"], many["candidate"])

    def _check_planning(self, site: Site) -> None:
        for entry, field, reason in plan_faults(site.planning, site) if site.planning else ():
            what, _, name = entry.partition(" ")
            self.problem(self.origins.get((what, name), self.folder / "planning"), entry, field, reason)

    def _check_gaps(self, site: Site) -> None:
        for entry, field, reason in gap_faults(site.gaps, site) if site.gaps else ():
            what, _, name = entry.partition(" ")
            self.problem(self.origins.get((what, name), self.folder / "gaps"), entry, field, reason)

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
                    self.problem(self.origins[what, entry.id], f"{what} {entry.id}", field, reason)
        for trait, field, reason in trait_faults(site.traits, site.kpis, site.sources):
            self.problem(self.folder / "site.toml", f"trait {trait}", field, reason)
        self._check_gaps(site)
        self._check_planning(site)
        for one in site.recipients:
            if one.owner not in site.departments:
                reason = f"{one.owner!r} chưa khai báo là đơn vị (department)"
                self.problem(self.folder / "alerts", "recipient", "owner", reason)
        if site.head.headline_map not in site.kpis:
            reason = f"{site.head.headline_map!r} không có trong danh mục chỉ số"
            self.problem(self.folder / "site.toml", "site", "headline_map", reason)
        if site.head.online_services not in (None, *site.kpis):
            reason = (
                f"{site.head.online_services!r} không có trong danh mục chỉ số; sửa mã hoặc bỏ trường này"
            )
            self.problem(self.folder / "site.toml", "site", "online_services", reason)


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
