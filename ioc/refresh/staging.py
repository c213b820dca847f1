"""The rows of a source as they were pulled, kept as immutable files before anything is judged.

Owns ``staging/<source>/``: Parquet files of text columns, each with its sha256, and ``state.json``, which
names the files that make up the present rows: a base pulled whole, then deltas by watermark whose rows
replace older ones of the same key. Must not know what the columns mean.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ioc.refresh.quoting import ident, idents, literal
from ioc.runs import Reason, RunFailed

SPARE_BYTES = 256 * 2**20
"""Below this much free disk nothing more is staged, so that warehouse and audit can still write."""
MOST_DELTAS = 12
"""More deltas than this are merged into one; a base is never rewritten, only pulled anew."""
_LOCK_WAIT_S = 10.0


@dataclass(frozen=True)
class Staged:
    """One immutable file of rows. `watermark` is the latest one seen so far, as the source writes it."""

    file: str
    sha256: str
    rows: int
    pulled_at: datetime
    watermark: str | None = None


@dataclass(frozen=True)
class StagingState:
    """Which files make up the rows of a source, and for which contract they were pulled."""

    contract: str
    base: Staged
    deltas: tuple[Staged, ...] = ()

    @property
    def watermark(self) -> str | None:
        """The latest watermark seen; None when the source has none."""
        return self.parts[-1].watermark

    @property
    def parts(self) -> tuple[Staged, ...]:
        """Base and deltas, oldest first."""
        return (self.base, *self.deltas)

    def with_delta(self, delta: Staged) -> StagingState:
        """The state after one more incremental pull."""
        return replace(self, deltas=(*self.deltas, delta))


class Staging:
    """The staging folder of one source. Use it under `lock`."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other refreshes of the same source out. Raises RunFailed(LOST_LEASE) after ten seconds."""
        with (self.folder / "lock").open("w") as handle:
            patience = monotonic() + _LOCK_WAIT_S
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if monotonic() > patience:
                        raise RunFailed(
                            Reason.LOST_LEASE,
                            f"Một lượt cập nhật khác của nguồn {self.folder.name} đang chạy; "
                            "chờ lượt đó kết thúc rồi chạy lại.",
                        ) from None
                    sleep(0.1)
            yield

    def path(self, staged: Staged) -> Path:
        """Where a staged file lies."""
        return self.folder / staged.file

    def state(self, contract: str) -> StagingState | None:
        """The present rows, or None when there are none for this contract or a file is damaged."""
        try:
            document = json.loads((self.folder / "state.json").read_text(encoding="utf-8"))
            state = StagingState(
                document["contract"],
                _staged(document["base"]),
                tuple(_staged(row) for row in document["deltas"]),
            )
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None
        intact = all(
            self.path(part).is_file() and _sha256(self.path(part)) == part.sha256 for part in state.parts
        )
        return state if intact and state.contract == contract else None

    def write(
        self, label: str, columns: Sequence[str], batches: Iterator[pa.RecordBatch], now: datetime
    ) -> Staged:
        """Write batches of string columns to one new file; when `batches` raises, nothing is left.

        Raises RunFailed(DISK) when the disk is nearly full.
        """
        self._room()
        schema = pa.schema([pa.field(column, pa.string()) for column in columns])
        draft = self.folder / f"{label}.part"
        rows = 0
        try:
            with pq.ParquetWriter(draft, schema, compression="zstd", compression_level=1) as writer:
                for batch in _gathered(batches):
                    writer.write_table(batch.select(list(columns)).cast(schema))
                    rows += batch.num_rows
                    self._room()
            return self._keep(draft, rows, now)
        finally:
            draft.unlink(missing_ok=True)
            pa.default_memory_pool().release_unused()  # the steps that follow have their own pool

    def save(self, state: StagingState) -> None:
        """Make `state` the present one, whole or not at all."""
        document = {
            "contract": state.contract,
            "base": _row(state.base),
            "deltas": [_row(delta) for delta in state.deltas],
        }
        draft = self.folder / "state.json.part"
        with draft.open("w", encoding="utf-8") as file:
            json.dump(document, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.folder / "state.json")
        _fsync_folder(self.folder)

    def compact(
        self, state: StagingState, key: Sequence[str], columns: Sequence[str], now: datetime
    ) -> StagingState:
        """Merge the deltas into one when there are many; later rows replace earlier ones of the same key."""
        if len(state.deltas) <= MOST_DELTAS:
            return state
        draft = self.folder / f"{state.deltas[-1].file}.merged.part"
        with duckdb.connect() as connection:
            rows = newest_rows([self.path(delta) for delta in state.deltas], key, columns)
            connection.execute(
                f"COPY (SELECT * EXCLUDE (_file, _line) FROM ({rows})) "  # noqa: S608
                f"TO {literal(draft)} (FORMAT parquet, COMPRESSION zstd)"
            )
        merged = self._keep(draft, pq.read_metadata(draft).num_rows, now)
        return replace(state, deltas=(replace(merged, watermark=state.watermark),))

    def sweep(self) -> None:
        """Delete the drafts of a process that was killed."""
        for draft in self.folder.glob("*.part"):
            draft.unlink()

    def prune(self, state: StagingState, keep: int) -> None:
        """Delete all but the newest `keep` of the files that no present row lives in."""
        present = {part.file for part in state.parts}
        spare = sorted(path for path in self.folder.glob("*.parquet") if path.name not in present)
        for path in spare[: max(0, len(spare) - keep)]:
            path.unlink()
        for path in self.folder.glob("*.typed"):
            if not path.name.startswith(self.path(state.base).stem):
                path.unlink()

    def _keep(self, draft: Path, rows: int, now: datetime) -> Staged:
        digest = _sha256(draft)
        name = f"{now:%Y%m%dT%H%M%S}-{digest[:12]}.parquet"
        with draft.open("rb") as handle:
            os.fsync(handle.fileno())
        draft.replace(self.folder / name)
        _fsync_folder(self.folder)
        return Staged(name, digest, rows, now)

    def _room(self) -> None:
        if shutil.disk_usage(self.folder).free < SPARE_BYTES:
            raise RunFailed(
                Reason.DISK,
                f"Đĩa chứa {self.folder} còn dưới {SPARE_BYTES >> 20} MB; giải phóng dung lượng rồi chạy "
                "lại. Số liệu đã công bố không bị ảnh hưởng.",
            )


def numbered_rows(path: Path, number: int) -> str:
    """SQL for the rows of one staged file, addressed by `_file`, which is given, and `_line`, their place."""
    return (
        f"SELECT * EXCLUDE (file_row_number), CAST({number} AS SMALLINT) AS _file, "  # noqa: S608
        f"CAST(file_row_number AS INTEGER) AS _line "
        f"FROM read_parquet({literal(path)}, file_row_number = true)"
    )


def newest_rows(paths: Sequence[Path], key: Sequence[str], columns: Sequence[str], first: int = 0) -> str:
    """SQL for the rows of several files, oldest first, less those that a later file replaces by `key`.

    Rows of one file that share a key all stay; a row without its key is replaced only by its like. Files
    are numbered from `first`.
    """
    parts = " UNION ALL BY NAME ".join(
        numbered_rows(path, number) for number, path in enumerate(paths, first)
    )
    keyless = " OR ".join(f"{ident(column)} IS NULL" for column in key)
    alike = f"{idents(list(key))}, CASE WHEN {keyless} THEN hash({idents(list(columns))}) END"
    return f"SELECT * FROM ({parts}) QUALIFY _file = max(_file) OVER (PARTITION BY {alike})"  # noqa: S608


def _gathered(batches: Iterator[pa.RecordBatch], rows: int = 60_000) -> Iterator[pa.Table]:
    """Larger row groups than a driver's batches: they compress and scan better."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(item.num_rows for item in waiting) >= rows:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _row(staged: Staged) -> dict[str, Any]:
    return {**staged.__dict__, "pulled_at": staged.pulled_at.isoformat()}


def _staged(row: dict[str, Any]) -> Staged:
    return Staged(**{**row, "pulled_at": datetime.fromisoformat(row["pulled_at"])})
