"""The kind of job that makes an export: for pictures, large tables and formats that need a process of their own."""

from __future__ import annotations

from typing import Any

from ioc.access import Permission, Scope
from ioc.board import Board
from ioc.child import Limits
from ioc.exports.making import Request, make, opened, view_of
from ioc.exports.subjects import Exports
from ioc.jobs.kinds import Kind, Made, Task

EXPORT = "export"
LIMITS = Limits(180, 3072)


def export_kind(exports: Exports) -> Kind:
    """The kind, for the subjects and writers that there are."""

    def check(board: Board, request: Request, scope: Scope) -> None:
        opened(exports, request, board, scope)

    def title(board: Board, request: Request, lang: str) -> str:
        subject = exports.subjects[request.subject]
        options: Any = subject.options.model_validate(request.options)
        return f"{subject.title(board, options, lang)} ({request.format.upper()})"

    def work(task: Task) -> Made:
        request: Request = task.parameters
        subject, options = opened(exports, request, task.board, task.scope)
        view = view_of(task.office, task.board, options, task.scope, task.lang)
        return make(exports, request, subject, view, task.folder, task.report)

    return Kind(EXPORT, Request, title, work, Permission.EXPORT, check, LIMITS, light=True)
