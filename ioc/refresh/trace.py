"""The trace of a run: which staged files its numbers were counted from, and at what moment.

Owns ``staged.json`` in the folder of a run. With it the same rows can be read again later and counted another
way; when the files have been cleared away since, it says so by naming what is no longer there.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ioc.refresh.staging import Staging, StagingState
from ioc.site import Site

NAME = "staged.json"
_ASIDE = {"name", "system", "shape", "owner", "url", "url_env", "schedule", "tolerance", "supply"}
_SAID = {
    "name", "short", "group", "owner", "decimals", "direction", "minimum_n", "formula", "legal_basis", "indicator",
    "cycle", "headline", "classes", "target", "hold", "breaks",
}  # fmt: skip


@dataclass(frozen=True)
class Trace:
    """The files of one run below ``staging/<source>/``, oldest first, with their hashes; times are aware.

    `rules` stands for the contract and the measures they were counted by.
    """

    source: str
    now: datetime
    as_of: datetime
    rules: str
    files: tuple[tuple[str, str], ...]

    def paths(self, data: Path) -> list[Path]:
        """Where the files lie. Raises FileNotFoundError when one of them has been cleared away."""
        found = [data / "staging" / self.source / name for name, _ in self.files]
        for path in found:
            if not path.is_file():
                raise FileNotFoundError(path)
        return found


def rules(site: Site, source: str) -> str:
    """A hash of all that decides what the rows of a source come to; names and targets are not among it."""
    spec = site.sources[source].model_dump(mode="json", exclude=_ASIDE)
    kpis = [kpi.model_dump(mode="json", exclude=_SAID) for kpi in site.kpis_of(source)]
    return hashlib.sha256(json.dumps([spec, kpis], sort_keys=True).encode()).hexdigest()[:16]


def leave(
    folder: Path, site: Site, staging: Staging, state: StagingState, now: datetime, as_of: datetime
) -> None:
    """Write the trace of a run that has counted the rows of `state`."""
    document = {
        "rules": rules(site, staging.folder.name),
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
        document.get("rules", ""),
        tuple((name, sha256) for name, sha256 in document["files"]),
    )
