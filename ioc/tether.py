"""The tether: a process that is killed by the kernel when the one that started it dies, however it dies.

Owns the two halves of it: what the starter adds to command line and environment, and what the started one
does first. Linux alone can do it; elsewhere a tether holds nothing. Knows nothing of what is started.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

_STARTER = "IOC_STARTED_BY"
_PR_SET_PDEATHSIG = 1


def tethered(command: Sequence[str]) -> list[str]:
    """The command line that ties itself before it becomes `command`; to be started with `knot()`."""
    return [sys.executable, "-P", __file__, *command]


def knot() -> dict[str, str]:
    """What a process needs in its environment to tie itself to this one."""
    return {_STARTER: str(os.getpid())}


def tie() -> None:
    """Called by the started process: die from now on with the one whose `knot()` it was given.

    The kernel goes by the thread that started the process: that one has to live as long.
    """
    starter = os.environ.get(_STARTER)
    if starter is None or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != int(starter):
        os._exit(128 + signal.SIGKILL)


if __name__ == "__main__":
    tie()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - the starter's own command, no shell
