"""A running installation to measure: started as an operator starts it, in a folder of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from ioc.settings import PROJECT


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path, port: int, **more: str) -> dict[str, str]:
    """The environment of an installation below `data`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("IOC_")}
    return {**kept, "IOC_DATA": str(data), "IOC_PORT": str(port), "PYTHONDONTWRITEBYTECODE": "", **more}


@contextmanager
def running(arguments: list[str], env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process in its own group; the whole group is gone afterwards."""
    with log.open("ab") as sink:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=PROJECT,
            env=env,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def fetch(url: str, timeout: float = 5) -> object:
    """The JSON at `url`."""
    with urllib.request.urlopen(url, timeout=timeout) as answer:  # noqa: S310 - loopback only
        return json.loads(answer.read())


def wait(ready: Callable[[], bool], seconds: float, what: str) -> float:
    """Wait until `ready`; the seconds it took. Raises TimeoutError naming `what`."""
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        try:
            if ready():
                return time.perf_counter() - start
        except (URLError, OSError, ValueError):
            pass  # not listening yet; the deadline below is what decides
        time.sleep(0.05)
    raise TimeoutError(f"{what}: not within {seconds:.0f} s")


def map_is_complete(base: str, kpi: str, communes: int) -> Callable[[], bool]:
    """Whether the newest edition has a value for every commune of the map's first KPI."""

    def ready() -> bool:
        answer = fetch(f"{base}/api/values?kpi={kpi}")
        assert isinstance(answer, dict)
        return sum(value is not None for value in answer["v"]) >= communes

    return ready


def peak_mb() -> float:
    """The most memory that this process has held, in MB.

    Not `ru_maxrss`: that of a new process begins with what its parent held when it was started.
    """
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return int(told.split("VmHWM:")[1].split()[0]) / 1024
