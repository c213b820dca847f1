"""Load on a running server: requests a second and latency at 50 connections, by wrk or by our own client.

wrk (Debian) is preferred: a client in Python takes a good part of the two cores it measures.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urlsplit

from bench.report import percentile


@dataclass(frozen=True)
class Load:
    """What a run of requests found."""

    per_second: float
    p95_ms: float
    errors: int
    client: str


def press(url: str, connections: int = 50, seconds: int = 8) -> Load:
    """Ask for `url` from `connections` connections at once for `seconds`."""
    return (
        _wrk(url, connections, seconds)
        if shutil.which("wrk")
        else asyncio.run(_own(url, connections, seconds))
    )


_SCRIPT = """
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d\\n", summary.requests, summary.duration, latency:percentile(95),
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


def _wrk(url: str, connections: int, seconds: int) -> Load:
    done = subprocess.run(
        ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "-H", "Accept-Encoding: gzip", "-s", "/dev/stdin", url],
        input=_SCRIPT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+)", done.stdout)
    if not found:
        raise RuntimeError(f"wrk said nothing we understand: {done.stdout[-500:]}")
    requests, micros, p95, errors = map(int, found.groups())
    return Load(requests / (micros / 1e6), p95 / 1000, errors, "wrk")


async def _own(url: str, connections: int, seconds: int) -> Load:
    parts = urlsplit(url)
    head = (
        f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept-Encoding: gzip\r\n\r\n"
    ).encode()
    times: list[float] = []
    errors = 0
    stop = perf_counter() + seconds

    async def one() -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        while perf_counter() < stop:
            start = perf_counter()
            writer.write(head)
            await writer.drain()
            answer = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", answer)
            await reader.readexactly(int(length[1]) if length else 0)
            errors += not answer.startswith(b"HTTP/1.1 200")
            times.append((perf_counter() - start) * 1000)
        writer.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    return Load(len(times) / seconds, percentile(times, 0.95), errors, "python")
