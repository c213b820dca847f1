"""One refresh process: started with limits, followed while it works, ended with everything it started.

Owns the process group, the address-space limit, the total deadline and the log. Knows nothing of what the
process does beyond the lines it writes to ``progress.jsonl``.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from ioc.tether import knot

LOG = "child.log"
PROGRESS = "progress.jsonl"
_LOOK_EVERY = 0.1
_TAIL = 4000


class Stopped(Enum):
    """Why we ended a process that had not ended itself."""

    DEADLINE = "deadline"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Ending:
    """How a process ended: exit code (negative: the signal), whether we stopped it, the log's last words."""

    code: int
    stopped: Stopped | None
    log: str


@dataclass(frozen=True)
class Limits:
    """What a process may use: seconds in all, and megabytes of address space."""

    seconds: float
    memory_mb: int


def run_child(
    command: Sequence[str],
    folder: Path,
    limits: Limits,
    on_line: Callable[[dict[str, Any]], None],
    cancelled: threading.Event,
) -> Ending:
    """Run `command` to its end; its output goes to ``child.log`` in `folder`.

    Lines of ``progress.jsonl`` are handed over as they come. At the deadline, or when `cancelled` is set,
    the whole process group is killed; so is whatever the process left behind when it ended by itself.
    """
    start = time.monotonic()
    stopped: Stopped | None = None
    with (folder / LOG).open("wb") as log:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **knot()},
        )
        try:
            _limit_memory(process.pid, limits.memory_mb)
            follower = _Follower(folder / PROGRESS, on_line)
            while process.poll() is None and stopped is None:
                follower.read()
                if cancelled.wait(_LOOK_EVERY):
                    stopped = Stopped.CANCELLED
                elif time.monotonic() - start > limits.seconds:
                    stopped = Stopped.DEADLINE
            # It may have ended by itself in the very moment we gave up on it; then it did its work.
            stopped = stopped if process.poll() is None else None
            if stopped is None:
                follower.read()
        finally:
            _kill_group(process.pid)
            process.wait()
    return Ending(process.returncode, stopped, _tail(folder / LOG))


class _Follower:
    """Reads the complete lines that were added since it last looked."""

    def __init__(self, path: Path, on_line: Callable[[dict[str, Any]], None]):
        self._path, self._on_line = path, on_line
        self._at = 0

    def read(self) -> None:
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._at)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._at += len(whole)
        for line in whole.splitlines():
            self._on_line(json.loads(line))


def _limit_memory(pid: int, megabytes: int) -> None:
    """Limit from outside: nothing may run between fork and exec while other threads live."""
    if hasattr(resource, "prlimit"):
        size = megabytes * 2**20
        try:
            resource.prlimit(pid, resource.RLIMIT_AS, (size, size))
        except ProcessLookupError:
            return  # it has ended already


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return  # nothing left of it
    except PermissionError:
        return  # only corpses left, as some systems put it


def _tail(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - _TAIL))
        return file.read().decode("utf-8", "replace")
