"""Kinds of job to test with, and the program that does them: ``python -m tests.jobs.chores job NUMBER``."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ioc.access import Permission
from ioc.child import Limits
from ioc.jobs import JobError, Kind, Made, Task
from ioc.office import Office
from ioc.settings import Settings


class Chore(BaseModel):
    """What the process is to do; `mark` only tells jobs apart."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    do: Literal["write", "hang", "fault", "crash", "eat", "once"] = "write"
    mark: int = 0


def work(task: Task) -> Made:
    """Do what the parameters say."""
    asked: Chore = task.parameters
    task.report(0.25, "jobs.word.reads")
    if asked.do == "hang":
        time.sleep(60)
    if asked.do == "fault":
        raise JobError("jobs.refused.kind", kind="thử")
    if asked.do == "crash":
        os._exit(3)
    if asked.do == "eat":
        bytearray(2 * 2**30)
    if asked.do == "once":  # hangs the first time, is quick the second
        marker = task.office.settings.data / "tried"
        if not marker.exists():
            marker.touch()
            time.sleep(60)
    path = task.folder / "out.txt"
    path.write_text(f"{asked.mark} {task.identity.name} {task.edition} {task.board.edition.number}", "utf-8")
    return Made(path, "Kết quả.txt", "text/plain")


def title(board: object, asked: Chore, lang: str) -> str:
    """A name for one of them."""
    return f"Việc {asked.mark}"


def kinds(seconds: float = 50) -> dict[str, Kind]:
    """One kind that anybody may ask for and one for the operator."""
    limits = Limits(seconds, 1500)
    return {
        "chore": Kind("chore", Chore, title, work, Permission.EXPORT, limits=limits),
        "duty": Kind("duty", Chore, title, work, Permission.OPERATE, limits=limits),
    }


COMMAND = (sys.executable, "-m", "tests.jobs.chores")

if __name__ == "__main__":
    from ioc.jobs.work import child_main

    settings = Settings(
        Path(os.environ["IOC_SITE"]), Path(os.environ["IOC_DATA"]), os.environ.get("IOC_WAREHOUSE", "")
    )
    sys.exit(child_main(Office(settings, {}, make_jobs=kinds), int(sys.argv[2])))
