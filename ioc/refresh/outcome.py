"""What one refresh process leaves behind for the process that publishes.

Owns the files of a run folder: ``outcome.json``, ``observations.parquet``, ``places.parquet``, what the scores
need (``flaws.parquet``, ``cells.parquet``, ``receipts.parquet``) and ``progress.jsonl``. Must not know how the numbers came about.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ioc.observations import OBSERVATIONS, PLACES
from ioc.quality.findings import CELLS, FLAWS, RECEIPTS, Findings
from ioc.runs import Disposition, Finding, Reason, State, Tally


@dataclass(frozen=True)
class Outcome:
    """The result of one refresh. `reason` and `message` are set when nothing may be published.

    A quarantined run keeps its tally and findings, so that somebody can see what was wrong. `pulled` is
    the number of rows this run read from the source, `tally.staged` that of the rows it worked on.
    `seconds` is how long each step took.
    """

    source: str
    reason: Reason | None = None
    message: str | None = None
    tally: Tally | None = None
    findings: tuple[Finding, ...] = ()
    as_of: datetime | None = None
    watermark: str | None = None
    content_sha256: str | None = None
    full: bool | None = None
    pulled: int | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    folder: Path | None = field(default=None, compare=False)

    @property
    def publishable(self) -> bool:
        """Whether there is something to publish."""
        return self.reason is None

    def save(self, folder: Path) -> None:
        """Write ``outcome.json``, whole or not at all."""
        document = {
            "source": self.source,
            "reason": self.reason,
            "message": self.message,
            "tally": self.tally
            and {part: getattr(self.tally, part) for part in ("staged", "published", "parked", "rejected")},
            "findings": [
                {
                    "code": finding.code,
                    "disposition": finding.disposition,
                    "rows": finding.rows,
                    "column": finding.column,
                    "sample": list(finding.sample),
                }
                for finding in self.findings
            ],
            "as_of": self.as_of and self.as_of.isoformat(),
            "watermark": self.watermark,
            "content_sha256": self.content_sha256,
            "full": self.full,
            "pulled": self.pulled,
            "seconds": dict(self.seconds),
        }
        draft = folder / "outcome.json.part"
        with draft.open("w", encoding="utf-8") as file:
            json.dump(document, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / "outcome.json")

    @staticmethod
    def load(folder: Path) -> Outcome:
        """Read the outcome of a run. Raises FileNotFoundError when its process did not get that far."""
        document: dict[str, Any] = json.loads((folder / "outcome.json").read_text(encoding="utf-8"))
        return Outcome(
            source=document["source"],
            reason=Reason(document["reason"]) if document["reason"] else None,
            message=document["message"],
            tally=Tally(**document["tally"]) if document["tally"] else None,
            findings=tuple(
                Finding(
                    row["code"],
                    Disposition(row["disposition"]) if row["disposition"] else None,
                    row["rows"],
                    row["column"],
                    tuple(row["sample"]),
                )
                for row in document["findings"]
            ),
            as_of=datetime.fromisoformat(document["as_of"]) if document["as_of"] else None,
            watermark=document["watermark"],
            content_sha256=document["content_sha256"],
            full=document["full"],
            pulled=document["pulled"],
            seconds=document["seconds"],
            folder=folder,
        )

    def observations(self) -> pa.Table:
        """The observations to publish, columns as `ioc.observations.OBSERVATIONS`."""
        return self._table("observations", OBSERVATIONS)

    def places(self) -> pa.Table:
        """The places to publish, columns as `ioc.observations.PLACES`; no rows when the source has none."""
        return self._table("places", PLACES)

    def quality(self) -> Findings | None:
        """Rows by flaw, cells and receipts; None when the process left none."""
        if self.folder is None or not (self.folder / "flaws.parquet").exists():
            return None
        return Findings(
            self._table("flaws", FLAWS), self._table("cells", CELLS), self._table("receipts", RECEIPTS)
        )

    def _table(self, name: str, schema: pa.Schema) -> pa.Table:
        if self.folder is None or not self.publishable:
            raise ValueError(f"this outcome of {self.source} has no {name}")
        return pq.read_table(self.folder / f"{name}.parquet").cast(schema)


class Progress:
    """Appends to ``progress.jsonl``: one line a change of state and at most five a second in between."""

    def __init__(self, folder: Path):
        self._path = folder / "progress.jsonl"
        self._next = 0.0
        self._state: State | None = None

    def tell(self, state: State, rows: int) -> None:
        """Note that the run is in `state` and has seen `rows` rows."""
        if state is self._state and monotonic() < self._next:
            return
        self._state, self._next = state, monotonic() + 0.2
        line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "state": state, "rows": rows}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
