"""The supervisor: keeps the processes of a one-machine installation alive and stops them together.

Owns starting, restarting with back-off and stopping; killed itself, it takes its children along. Knows
nothing of what the processes do; on a server systemd takes this part (docs/operating.md).
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

from ioc.tether import knot, tethered

log = logging.getLogger(__name__)
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY = 60.0
"""A process that lived this many seconds counts as healthy again: its pause starts anew."""
GRACE = 8.0
"""Seconds from the polite signal to the final one."""


@dataclass
class Child:
    """One process to keep alive: its name for the log, its command line, what the environment adds."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    due: float = 0.0


class Supervisor:
    """Runs its children until it is told to stop."""

    def __init__(self, children: Sequence[Child]):
        self.children = list(children)
        self._stop = threading.Event()

    def run(self) -> None:
        """Start everything, restart what dies, return after SIGTERM or SIGINT with every child gone."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._told)
        try:
            while not self._stop.is_set():
                for child in self.children:
                    self._look_after(child)
                self._stop.wait(0.2)
        finally:
            self._stop_all()

    def _told(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is not None and child.process.poll() is not None:
            lived = now - child.started
            child.pause = FIRST_PAUSE if lived > STEADY else min(child.pause * 2, LONGEST_PAUSE)
            child.due = now + child.pause
            log.warning(
                "%s ended with code %s; restart in %.1f s", child.name, child.process.returncode, child.pause
            )
            child.process = None
        if child.process is None and now >= child.due:
            child.started = now
            child.process = subprocess.Popen(
                tethered(child.command),
                env={**os.environ, **child.environment, **knot()},
                start_new_session=True,
            )

    def _stop_all(self) -> None:
        living = [child for child in self.children if child.process is not None]
        for child in living:
            _signal(child, signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        for child in living:
            assert child.process is not None  # noqa: S101 - `living` says so
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("%s does not stop; killing it", child.name)
            _signal(child, signal.SIGKILL)
            child.process.wait()


def _signal(child: Child, number: signal.Signals) -> None:
    """Signal the child's whole group; a group that is gone already is what we wanted."""
    if child.process is not None:
        try:
            os.killpg(child.process.pid, number)
        except ProcessLookupError:
            log.debug("%s has ended already", child.name)
