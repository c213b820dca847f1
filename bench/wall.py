"""Walls: what a screen leaks in weeks, what a poll costs, what a hall full of screens does to a server.

The loop of the page is driven as fast as answers come; heap is read after forced collections and its slope taken over
the last two thirds. Load comes from our own client, every screen asking at its own moment, as screens do.
"""

from __future__ import annotations

import asyncio
import copy
import http.client
import json
import random
import statistics
import time
import urllib.request
from pathlib import Path
from typing import Any

from bench.browser import chromium
from bench.report import Report, percentile
from bench.serving import serve
from bench.stage import fetch, running, wait

SCREEN = "phong_dieu_hanh"
POLLS, REDRAWS, SAMPLES = 10_000, 1_000, 12
_LEAK = """async ([times, fresh]) => {
  for (let i = 0; i < times; i++) { if (fresh) { await fetch('/next'); } await IOC.loop.poll(); }
}"""


def measure(report: Report, env: dict[str, str], folder: Path) -> None:
    """Everything we claim of walls on a running installation."""
    report.section("Walls")
    port = int(env["IOC_PORT"])
    base = f"http://127.0.0.1:{port}"
    with running(serve(port), env, folder / "wall.log"):
        wait(lambda: bool(fetch(f"{base}/api/edition")), 30, "the web")
        document = fetch(f"{base}/api/wall/{SCREEN}", 60)
        assert isinstance(document, dict)
        _poll(report, port)
        _hall(report, port, document["fixed"]["poll"])
        _herd(report, port)
        _pictures(report, base)
        sheet = urllib.request.urlopen(base + document["fixed"]["drawing"]["url"]).read().decode()  # noqa: S310 - loopback
    _leak(report, document, sheet)


def _poll(report: Report, port: int) -> None:
    """One screen: bytes and time of a poll that changes nothing."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    tag, times, sizes = "", [], []
    for _ in range(600):
        start = time.perf_counter()
        heads = {"If-None-Match": tag, "X-IOC-Screen": "toan_canh;1;3600;9000;fresh"}
        connection.request("GET", f"/api/wall/{SCREEN}", headers=heads)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status == 304:
            times.append((time.perf_counter() - start) * 1000)
            line = len(f"HTTP/1.1 {answer.status} {answer.reason}\r\n\r\n")
            sizes.append(
                line + sum(len(name) + len(value) + 4 for name, value in answer.getheaders()) + len(body)
            )
        tag = answer.getheader("ETag") or tag
    report.claim("wall, unchanged poll: bytes of the answer", max(sizes), "bytes", 400)
    report.claim("wall, unchanged poll: server p50", statistics.median(times), "ms", 2)


async def _ask(port: int, path: str, heads: str, tag: str = "") -> tuple[int, str, float]:
    start = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    condition = f"If-None-Match: {tag}\r\n" if tag else ""
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{heads}{condition}\r\n".encode()
    )
    await writer.drain()
    answer = await reader.read(-1)
    writer.close()
    status = int(answer[9:12] or b"0") if answer else 0
    found = next(
        (
            line[6:]
            for line in answer.split(b"\r\n\r\n")[0].split(b"\r\n")
            if line.lower().startswith(b"etag: ")
        ),
        b"",
    )
    return status, found.decode(), (time.perf_counter() - start) * 1000


def _hall(
    report: Report, port: int, every: float, screens: int = 170, users: int = 50, seconds: int = 30
) -> None:
    """A screen in every commune hall, and users who turn the map every two seconds."""
    walls: list[float] = []
    faults: list[int] = []
    periods = fetch(f"http://127.0.0.1:{port}/api/periods", 60)
    assert isinstance(periods, dict)
    kpis = list(periods["kpis"])
    stop = time.perf_counter() + seconds

    async def screen(number: int) -> None:
        tag = ""
        await asyncio.sleep(every * number / screens)
        while time.perf_counter() < stop:
            status, tag, took = await _ask(port, f"/api/wall/{SCREEN}", "Accept-Encoding: gzip\r\n", tag)
            walls.append(took)
            faults.extend([status] if status not in (200, 304) else [])
            await asyncio.sleep(every * random.uniform(0.85, 1.15))

    async def user(number: int) -> None:
        await asyncio.sleep(2 * number / users)
        while time.perf_counter() < stop:
            status, _, _ = await _ask(
                port, f"/api/values?kpi={random.choice(kpis)}", "Accept-Encoding: gzip\r\n"
            )
            faults.extend([status] if status not in (200, 304) else [])
            await asyncio.sleep(2)

    async def everybody() -> None:
        await asyncio.gather(*(screen(n) for n in range(screens)), *(user(n) for n in range(users)))

    asyncio.run(everybody())
    report.claim(
        f"{screens} screens at {every:.0f} s and {users} users: wall p95", percentile(walls, 0.95), "ms", 150
    )
    report.claim(f"{screens} screens at {every:.0f} s and {users} users: errors", len(faults), "", 0)


def _herd(report: Report, port: int, screens: int = 1000, within: float = 10.0) -> None:
    """After an outage: every screen asks for its whole document again within ten seconds."""
    times: list[float] = []
    faults: list[int] = []

    async def screen(number: int) -> None:
        await asyncio.sleep(within * random.random())
        try:
            status, _, took = await _ask(port, f"/api/wall/{SCREEN}", "Accept-Encoding: gzip\r\n")
        except OSError:
            status, took = 0, 0.0
        times.append(took)
        faults.extend([status] if status != 200 else [])

    async def everybody() -> None:
        await asyncio.gather(*(screen(n) for n in range(screens)))

    asyncio.run(everybody())
    report.claim(
        f"{screens} screens reconnecting in {within:.0f} s: p99", percentile(times, 0.99), "ms", 2000
    )
    report.claim(f"{screens} screens reconnecting in {within:.0f} s: refused or failed", len(faults), "", 0)


def _pictures(report: Report, base: str) -> None:
    """A scene from nothing at 3840×2160, and from one scene to the next."""
    with chromium() as browser:
        if browser is None:
            report.skip("wall in the browser", "no chromium here")
            return
        page = browser.new_context(viewport={"width": 3840, "height": 2160}, locale="vi-VN").new_page()
        start = time.perf_counter()
        page.goto(f"{base}/tuong?man={SCREEN}", wait_until="commit")
        page.wait_for_selector(
            ".scene.is-shown .map[data-painted], .scene.is-shown .alert-list", state="attached"
        )
        page.wait_for_selector(".map svg .area", state="attached")
        report.claim("wall, cold start of a scene at 3840×2160", time.perf_counter() - start, "s", 3)
        changes = page.evaluate("""async () => {
          const frame = () => new Promise(done => requestAnimationFrame(done)), found = [];
          for (let i = 0; i < 8; i++) {
            const start = performance.now();
            WALL.next();
            await frame(); await frame();
            found.push(performance.now() - start);
            await new Promise(done => setTimeout(done, 600));
          }
          return found; }""")
        report.claim(
            "wall, change of scene until the next one is on the picture",
            statistics.median(changes),
            "ms",
            300,
        )
        page.context.close()


def _leak(report: Report, document: dict[str, Any], sheet: str) -> None:
    """Ten thousand polls and a thousand redraws against a server of the wall alone."""
    from tests.browser.wall_server import serving

    document = copy.deepcopy(document)
    with serving(document) as server, chromium() as browser:
        if browser is None:
            return
        server.drawing = sheet
        document["fixed"]["drawing"]["url"] = "/geo/thu.svg"
        page = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="vi-VN").new_page()
        page.goto(f"{server.base}/tuong")
        page.wait_for_selector(".scene.is-shown", state="attached")
        session = page.context.new_cdp_session(page)
        page.evaluate("WALL.pause(1e7)")
        for name, times, fresh, limit in (
            ("unchanged poll", POLLS, False, 0.2),
            ("redraw", REDRAWS, True, 1.2),
        ):
            heaps, nodes, ears = [], [], []
            for _ in range(SAMPLES):
                page.evaluate(_LEAK, [times // SAMPLES, fresh])
                for _ in range(2):
                    session.send("HeapProfiler.collectGarbage")
                counted = session.send("Memory.getDOMCounters")
                heaps.append(session.send("Runtime.getHeapUsage")["usedSize"] / 1000)
                nodes.append(counted["nodes"])
                ears.append(counted["jsEventListeners"])
            report.claim(
                f"wall, heap a {name}, slope of the last two thirds",
                _slope(heaps, times // SAMPLES),
                "kB",
                limit,
            )
            third = SAMPLES // 3
            report.claim(
                f"wall, growth of DOM nodes over {times:,} × {name}",
                100 * (nodes[-1] / nodes[third] - 1),
                "%",
                5,
            )
            report.claim(
                f"wall, growth of listeners over {times:,} × {name}",
                100 * (ears[-1] / ears[third] - 1),
                "%",
                5,
            )
            report.note(
                f"wall, heap after {times:,} × {name}",
                heaps[-1] / 1000,
                "MB",
                json.dumps([round(one / 1000, 2) for one in heaps]),
            )
        page.context.close()


def _slope(heaps: list[float], step: int) -> float:
    """Kilobytes a step, least squares over the last two thirds of the samples."""
    kept = heaps[len(heaps) // 3 :]
    return statistics.linear_regression([at * step for at in range(len(kept))], kept).slope
