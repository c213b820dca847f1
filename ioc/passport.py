"""The passport of a number: everything that lets one cell of one edition stand up to questions.

Owns what belongs into it and where each part is read. Says nothing of how it looks; knows no address and no
password of a source. Reads numbers through a board, and so through a scope.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ioc.access import OPEN, Scope
from ioc.areas import COMMUNES, DEPARTMENTS, Area, LinkKind
from ioc.board import Board
from ioc.catalogue import Kpi, Target
from ioc.cells import Cell
from ioc.contract import SourceSpec
from ioc.formats import sort_key
from ioc.observations import Edition
from ioc.office import Office
from ioc.periods import VIETNAM, Period
from ioc.runs import Disposition, Finding, Run
from ioc.warehouse import Warehouse
from ioc.wording import say


@dataclass(frozen=True)
class Definition:
    """What the KPI is and who answers for it, in one language."""

    id: str
    name: str
    unit: str
    decimals: int
    formula: str
    numerator: str
    denominator: str | None
    roll_up: str
    measure: str
    basis: str
    owner: str
    legal_basis: str


@dataclass(frozen=True)
class Goal:
    """The target in force at the end of the period."""

    target: float
    warn: float
    alert: float
    decision: str
    verified: bool
    valid_from: date


@dataclass(frozen=True)
class Number:
    """The cell. `state` is one of `ioc.cells.STATES`; `reporting` of `expected` communes stand behind a roll-up."""

    state: str
    value: float | None
    numerator: float | None
    denominator: float | None
    status: str | None
    grade: str
    small: bool
    reporting: int | None
    expected: int | None


@dataclass(frozen=True)
class Part:
    """One addend of a roll-up."""

    area: str
    code: str
    name: str
    number: Number


@dataclass(frozen=True)
class Origin:
    """The source: what was asked of whom. Neither its address nor a password is ever here."""

    id: str
    name: str
    system: str
    owner: str
    query: str
    vintage: str
    date: str | None
    key: tuple[str, ...]
    tolerance: float


@dataclass(frozen=True)
class Pull:
    """A run that brought or confirmed the number, and what became of the rows it looked at."""

    run: int
    started_at: datetime
    finished_at: datetime | None
    as_of: datetime | None
    full: bool | None
    pulled: int | None
    staged: int | None
    used: int | None
    parked: int | None
    rejected: int | None
    findings: tuple[tuple[str, str, str | None, int], ...]


@dataclass(frozen=True)
class Revision:
    """One version of this very cell: the edition that brought it, and what it said; `late` when the period was
    over by then.
    """

    edition: int
    published_at: datetime
    value: float | None
    numerator: float | None
    denominator: float | None
    status: str
    until: int | None
    late: bool


@dataclass(frozen=True)
class Check:
    """One test the rows or the number went through; `words` is the key of its sentence, `given` its values."""

    words: str
    passed: bool
    given: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Passport:
    """All of it. `notice` says of demonstration data that they are; `predecessors` are the units merged into
    a commune; `brought` is the run whose edition holds this version, `confirmed` the newest run of the
    edition shown; `age_s` the seconds since the data's own moment, when the passport was issued.
    """

    notice: str | None
    definition: Definition
    area: str
    area_code: str
    area_name: str
    period: str
    number: Number
    goal: Goal | None
    parts: tuple[Part, ...]
    origin: Origin
    predecessors: tuple[str, ...]
    brought: Pull | None
    confirmed: Pull | None
    checks: tuple[Check, ...]
    edition: Edition
    newest: int
    since: int | None
    age_s: int | None
    revisions: tuple[Revision, ...]


def issue(
    office: Office, board: Board, kpi: str, area: str, period: str, now: datetime, *,
    scope: Scope = OPEN, lang: str = "vi", newest: int | None = None,
) -> Passport:  # fmt: skip
    """The passport of one cell; `area` is a dated id, parts of the root included. Raises an UnknownError."""
    entry = board.kpi(kpi, scope)
    cell = board.cell(kpi, area, period, scope)
    spec = office.site.sources[entry.source]
    place = board.register.by_id[area.partition("+")[0]]
    revisions = _revisions(office.warehouse, cell, board.edition.number)
    current = next((one for one in reversed(revisions) if _stands(one, board.edition.number)), None)
    confirmed = office.warehouse.published_run(spec.id, board.edition.number)
    brought = _bringer(office.warehouse, current)
    pulled_at = confirmed and (confirmed.as_of or confirmed.finished_at)
    shown = _pull(office.warehouse, confirmed)
    return Passport(
        notice=say("face.demonstration", lang) if office.site.head.demonstration else None,
        definition=_definition(office, entry, lang),
        area=area,
        area_code=place.code + area[len(place.id) :],
        area_name=_name(place, area, lang),
        period=period,
        number=_number(cell),
        goal=_goal(cell.target),
        parts=_parts(board, cell, scope, lang),
        origin=_origin(office, spec, lang),
        predecessors=_predecessors(board, place),
        brought=_pull(office.warehouse, brought),
        confirmed=shown,
        checks=_checks(spec, cell, shown),
        edition=board.edition,
        newest=newest or board.edition.number,
        since=current.edition if current else None,
        age_s=round((now - pulled_at).total_seconds()) if pulled_at else None,
        revisions=tuple(revisions),
    )


def _definition(office: Office, kpi: Kpi, lang: str) -> Definition:
    owner = office.site.departments.get(kpi.owner)
    return Definition(
        id=kpi.id,
        name=kpi.name.in_(lang),
        unit=kpi.unit.in_(lang),
        decimals=kpi.decimals,
        formula=kpi.formula.in_(lang),
        numerator=kpi.numerator,
        denominator=kpi.denominator,
        roll_up=kpi.aggregation.value,
        measure=kpi.measure.value,
        basis=kpi.basis.value,
        owner=owner.name.in_(lang) if owner else kpi.owner,
        legal_basis=kpi.legal_basis,
    )


def _goal(target: Target | None) -> Goal | None:
    if target is None:
        return None
    return Goal(target.target, target.warn, target.alert, target.decision, target.verified, target.valid_from)


def _number(cell: Cell) -> Number:
    return Number(
        cell.state, cell.value, cell.numerator, cell.denominator, cell.status and cell.status.value,
        cell.grade.value, cell.small, cell.reporting, cell.expected,
    )  # fmt: skip


def _name(place: Area, area: str, lang: str) -> str:
    for suffix, words in ((DEPARTMENTS, "departments"), (COMMUNES, "communes")):
        if area.endswith(suffix):
            return say(f"passport.part.{words}", lang, name=place.name)
    return place.name


def _parts(board: Board, cell: Cell, scope: Scope, lang: str) -> tuple[Part, ...]:
    """What a roll-up was added from: communes that have something, then the departments."""
    root, kpi = board.root, cell.kpi
    if cell.area not in (root.id, root.id + COMMUNES):
        return ()
    named = {area.id: area for area in board.communes}
    found = [
        Part(one.area, named[one.area].code, named[one.area].name, _number(one))
        for one in board.row(kpi, cell.period, scope)
        if one.state != "missing"
    ]
    found.sort(key=lambda part: sort_key(part.name))
    if cell.area == root.id:
        departments = board.departments(kpi, cell.period, scope)
        if departments is not None:
            name = _name(root, departments.area, lang)
            found.append(Part(departments.area, root.code + DEPARTMENTS, name, _number(departments)))
    return tuple(found)


def _origin(office: Office, spec: SourceSpec, lang: str) -> Origin:
    owner = office.site.departments.get(spec.owner)
    return Origin(
        id=spec.id,
        name=spec.name.in_(lang),
        system=spec.system,
        owner=owner.name.in_(lang) if owner else spec.owner,
        query=spec.query.strip(),
        vintage=spec.area.vintage,
        date=spec.area.date,
        key=tuple(spec.key),
        tolerance=spec.tolerance,
    )


def _predecessors(board: Board, place: Area) -> tuple[str, ...]:
    """Units of before the reform whose rows now count to this commune, with their old codes."""
    register = board.register
    old = [
        (register.by_id[link.old], link.kind)
        for link in register.links
        if link.new == place.id and link.old in register.by_id
    ]
    names = [f"{area.name} ({area.code})" for area, kind in old if kind is not LinkKind.SPLIT]
    return tuple(sorted(names, key=sort_key))


def _revisions(warehouse: Warehouse, cell: Cell, upto: int) -> list[Revision]:
    """The newest versions up to edition `upto`, oldest first; one that ended only later still stands in it."""
    end = Period.parse(cell.period).end
    return [
        Revision(
            edition=version.shown.edition,
            published_at=version.published_at,
            value=version.shown.value,
            numerator=version.shown.numerator,
            denominator=version.shown.denominator,
            status=version.shown.status.value,
            until=version.until if version.until is not None and version.until <= upto else None,
            late=version.published_at.astimezone(VIETNAM).date() >= end,
        )
        for version in warehouse.versions(cell.kpi, cell.area, cell.period, upto)
    ]


def _stands(revision: Revision, edition: int) -> bool:
    return revision.edition <= edition and (revision.until is None or revision.until > edition)


def _bringer(warehouse: Warehouse, revision: Revision | None) -> Run | None:
    """The run whose publication is the edition of this version."""
    edition = warehouse.edition(revision.edition) if revision else None
    return warehouse.run(edition.run) if edition is not None and edition.run is not None else None


def _pull(warehouse: Warehouse, run: Run | None) -> Pull | None:
    if run is None:
        return None
    whole = warehouse.run(run.id) or run
    return Pull(
        whole.id, whole.started_at, whole.finished_at, whole.as_of, whole.full, whole.pulled, whole.staged,
        whole.published, whole.parked, whole.rejected, tuple(_reason(one) for one in whole.findings),
    )  # fmt: skip


def _reason(finding: Finding) -> tuple[str, str, str | None, int]:
    """Disposition, code, column, rows. The samples stay where they are: they may hold data of persons."""
    disposition = finding.disposition.value if finding.disposition else "noted"
    return disposition, finding.code, finding.column, finding.rows


def _checks(spec: SourceSpec, cell: Cell, pull: Pull | None) -> tuple[Check, ...]:
    """What the rows and the number went through; only what this run or cell can show."""
    if pull is None or pull.staged is None:
        return ()
    unusable = sum(rows for disposition, *_, rows in pull.findings if disposition != "noted")
    named = [] if spec.area.name is None else [Check("names", True, (("column", spec.area.name),))]
    impossible = cell.state == "impossible"
    return (
        Check("columns", True, (("n", len(spec.column)),)),
        Check("conserved", pull.staged == (pull.used or 0) + (pull.parked or 0) + (pull.rejected or 0), (
            ("staged", pull.staged), ("used", pull.used), ("parked", pull.parked), ("rejected", pull.rejected),
        )),
        Check("keys", True, (("rows", _rows(pull, "duplicate")), ("by", ", ".join(spec.key)))),
        *named,
        Check("tolerated", True, (("rows", unusable), ("staged", pull.staged), ("tolerance", spec.tolerance))),
        Check("possible", not impossible),
    )  # fmt: skip


def _rows(pull: Pull, code: str) -> int:
    dispositions = {Disposition.PARKED.value, Disposition.REJECTED.value}
    return sum(
        rows for disposition, found, _, rows in pull.findings if found == code and disposition in dispositions
    )
