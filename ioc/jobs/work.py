"""A job's own process: reads the job, does its work, leaves ``outcome.json`` beside the file it made.

Owns what happens between the start of the process and its end. Writes nothing into the warehouse: the runner that
started it does, once, whatever became of it.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from ioc.child import PROGRESS
from ioc.jobs.book import Book
from ioc.jobs.kinds import JobError, Kind, Task
from ioc.jobs.records import Job
from ioc.office import Office

OUTCOME = "outcome.json"
NICE = 10
"""How far a job steps back from those who answer visitors."""


def folder_of(data: Path, held: Job) -> Path:
    """Where an attempt at a job works and leaves its file; each has a folder of its own."""
    return data / "jobs" / str(held.id) / str(held.attempt)


def child_main(office: Office, number: int) -> int:
    """Do job `number`; 0 when there is an outcome, be it a fault that a person can read. Raises LookupError."""
    os.nice(NICE)
    held = Book(office.warehouse).job(number)
    if held is None:
        raise LookupError(f"job {number} is not in the book")
    kind: Kind = office.jobs[held.kind]
    folder = folder_of(office.settings.data, held)
    with (folder / PROGRESS).open("a", encoding="utf-8", buffering=1) as line:

        def report(progress: float, word: str) -> None:
            line.write(json.dumps({"progress": min(max(progress, 0.0), 1.0), "word": word}) + "\n")

        task = Task(
            office, kind.model.model_validate_json(held.parameters), held.identity, held.scope,
            held.edition, held.lang, folder, report,
        )  # fmt: skip
        try:
            made = kind.work(task)
        except JobError as fault:
            _leave(folder, {"fault": [fault.key, fault.values]})
            return 0
    if made.file.parent != folder or not made.name or made.name != Path(made.name).name:
        raise ValueError(f"job {number} left {made.file} as {made.name!r}; expected a plain name in {folder}")
    with made.file.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    size = made.file.stat().st_size
    _leave(folder, {
        "path": made.file.name, "file": made.name, "media": made.media, "bytes": size, "sha256": digest,
    })  # fmt: skip
    return 0


def _leave(folder: Path, outcome: dict[str, Any]) -> None:
    """Write the outcome whole or not at all."""
    draft = folder / f"{OUTCOME}.part"
    draft.write_text(json.dumps(outcome, ensure_ascii=False, default=str), encoding="utf-8")
    draft.replace(folder / OUTCOME)


def outcome_of(folder: Path) -> dict[str, Any] | None:
    """What the process left; None when it died without a word."""
    try:
        found: dict[str, Any] = json.loads((folder / OUTCOME).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return found
