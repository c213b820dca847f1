"""The trace of a run: which staged files its numbers were counted from, and at what moment.

Owns ``staged.json`` in the folder of a run. With it the same rows can be read again later and counted another
way; when the files have been cleared away since, it says so by naming what is no longer there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ioc.refresh.staging import Staging, StagingState

NAME = "staged.json"


@dataclass(frozen=True)
class Trace:
    """The files of one run below ``staging/<source>/``, oldest first, with their hashes; `now` is aware."""

    source: str
    now: datetime
    as_of: datetime
    files: tuple[tuple[str, str], ...]

    def paths(self, data: Path) -> list[Path]:
        """Where the files lie. Raises FileNotFoundError when one of them has been cleared away."""
        found = [data / "staging" / self.source / name for name, _ in self.files]
        for path in found:
            if not path.is_file():
                raise FileNotFoundError(path)
        return found


def leave(folder: Path, staging: Staging, state: StagingState, now: datetime, as_of: datetime) -> None:
    """Write the trace of a run that has counted the rows of `state`."""
    document = {
        "source": staging.folder.name,
        "now": now.isoformat(),
        "as_of": as_of.isoformat(),
        "files": [[part.file, part.sha256] for part in state.parts],
    }
    (folder / NAME).write_text(json.dumps(document, indent=1), encoding="utf-8")


def follow(folder: Path) -> Trace | None:
    """The trace that a run left in its folder; None when there is none any more."""
    try:
        document: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return Trace(
        document["source"],
        datetime.fromisoformat(document["now"]),
        datetime.fromisoformat(document["as_of"]),
        tuple((name, sha256) for name, sha256 in document["files"]),
    )
