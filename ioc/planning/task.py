"""The planner's long work as jobs: make a plan, and write the workbook of one that is kept.

Owns what happens in the job's process, from the register of villages to the kept plan and its file. Cheap to import:
solver and workbook writer are loaded by the process that needs them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import Field

from ioc import formats
from ioc.access import Permission, Scope
from ioc.catalogue import Strict
from ioc.child import Limits
from ioc.gaps import register as gap_register
from ioc.jobs import JobError, Kind, Made, Task
from ioc.planning.assumptions import Assumptions, Listed
from ioc.planning.book import Entry, Plan, PlanBook
from ioc.planning.question import Ask
from ioc.planning.villages import Village, villages_of
from ioc.wording import say

if TYPE_CHECKING:
    from ioc.board import Board
    from ioc.office import Office

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LIMITS = Limits(1200, 3072)


class Kept(Strict):
    """Which kept plan a workbook is wanted of."""

    plan: int = Field(ge=1, le=2**31 - 1)


def villages(office: Office, board: Board, scope: Scope, assumptions: Assumptions) -> tuple[Village, ...]:
    """The villages of a board as a plan sees them."""
    found = gap_register.read(board, office.warehouse, scope)
    if found is None:
        raise JobError("planning.refused.none")
    return villages_of(found.villages, found.definitions, assumptions)


def make(
    office: Office,
    board: Board,
    scope: Scope,
    ask: Ask,
    by: str,
    told: Any,
    *,
    listed: tuple[Listed, ...] | None = None,
) -> tuple[int, Plan]:
    """Find the plan of a request, keep it, and give it back with its number. Raises JobError."""
    from ioc.planning.findings import find

    assumptions = board.site.planning
    if assumptions is None:
        raise JobError("planning.refused.none")
    book = PlanBook(office.warehouse)
    if listed is None:
        held = book.handed_in(ask.listed) if ask.listed is not None else None
        if ask.listed is not None and held is None:
            raise JobError("planning.refused.list", n=ask.listed)
        listed = held.candidates if held else ()
    try:
        document = find(villages(office, board, scope, assumptions), assumptions, ask, listed, told=told)
    except RuntimeError as error:
        raise JobError("planning.refused.late", why=str(error)[:200]) from None
    number = board.edition.number
    name = ask.name(number, board.site.fingerprint, scope)
    entry = Entry(name, ask.request, number, scope, document, by)
    kept = book.plan(book.keep(entry, datetime.now(UTC)), scope)
    if kept is None:
        raise RuntimeError("a plan that was just kept cannot be read")
    return kept.id, kept


def _work(task: Task) -> Made:
    number, kept = make(task.office, task.board, task.scope, task.parameters, task.identity.name, task.report)
    task.report(0.96, "jobs.word.writes")
    return _written(task, number, kept)


def _workbook(task: Task) -> Made:
    task.report(0.2, "jobs.word.reads")
    kept = PlanBook(task.office.warehouse).plan(task.parameters.plan, task.scope)
    if kept is None:
        raise JobError("planning.refused.unknown", n=task.parameters.plan)
    task.report(0.5, "jobs.word.writes")
    return _written(task, kept.id, kept)


def _written(task: Task, number: int, kept: Plan) -> Made:
    from ioc.planning.paper import write

    path = task.folder / "plan.xlsx"
    write(path, kept, task.office, task.lang)
    return Made(path, f"ke-hoach-dau-tu-{task.office.site.head.id}-{number}.xlsx", XLSX)


def _title(board: Board, ask: Ask, lang: str) -> str:
    total = formats.number(sum(ask.budgets) / 1000, 1, lang)
    return say("planning.job", lang, years=len(ask.budgets), total=total)


def _check(board: Board, ask: Ask, scope: Scope) -> None:
    assumptions = board.site.planning
    if assumptions is None:
        raise JobError("planning.refused.none")
    strange = [str(name) for name in ask.services if name not in assumptions.services]
    strange += [name for name in ask.bonus if name not in assumptions.emphases]
    if strange:
        raise JobError("planning.refused.strange", names=", ".join(strange[:3]))


def _book_title(board: Board, kept: Kept, lang: str) -> str:
    return say("planning.job_book", lang, n=kept.plan)


PLAN = Kind("plan", Ask, _title, _work, Permission.PLAN, _check, LIMITS)
WORKBOOK = Kind("plan_workbook", Kept, _book_title, _workbook, Permission.EXPORT, limits=Limits(120, 2048))
