"""The planner's map: 4,000 village points under a filter, the way from province to commune, and what the server takes.

The points are the demonstration's own villages, multiplied on their way to the browser; everything else is as it runs.
A click is timed inside the page, from the change of address to the second animation frame after the map shows it.
"""

from __future__ import annotations

import http.client
import random
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.browser import chromium
from bench.report import Report, median_ms
from bench.serving import serve
from bench.stage import fetch, running, wait

VILLAGES = 4000
FILTER_MS, DRILL_MS, SERVER_MS = 150, 300, 10
KINDS = ("trang-song", "lom-song", "co-song", "khong-cap", "khong-dien")

_GO = """
async ([go, wanted]) => {
  const map = document.querySelector('.map:not(.is-second)');
  const frame = () => new Promise(done => requestAnimationFrame(done));
  const shown = () => Object.keys(wanted).every(name => map.dataset[name] === wanted[name] || (name === 'inside' && map.classList.contains('is-inside-one') === wanted[name]));
  const start = performance.now();
  IOC.address.go(go);
  while (!shown()) { if (performance.now() - start > 5000) { return null; } await frame(); }
  await frame(); await frame();
  return performance.now() - start;
}
"""


def measure(report: Report, env: dict[str, str], folder: Path) -> None:
    """All figures of the planner's map, on one installation with villages."""
    report.section(f"The planner's map: {VILLAGES:,} villages, drill and breaks")
    port = int(env["IOC_PORT"])
    base = f"http://127.0.0.1:{port}"
    with running(serve(port), env, folder / "atlas.log"):
        wait(lambda: bool(fetch(f"{base}/api/edition")), 30, "the web")
        _server(report, port)
        found = fetch(f"{base}/api/places?kind=village", 30)
        assert isinstance(found, dict)
        with chromium() as browser:
            if browser is None:
                report.skip("filter and drill", "no chromium here")
                return
            page = browser.new_page(viewport={"width": 1920, "height": 1080})
            page.route("**/api/places**", lambda route: route.fulfill(json=_many(found)))
            page.goto(f"{base}/ban-do")
            page.wait_for_selector('.map[data-painted]:not([data-painted="0"])')
            page.wait_for_load_state("networkidle")
            _filter(report, page, _many(found))
            _drill(report, page, found)


def _many(found: dict[str, Any]) -> dict[str, Any]:
    """The answer with every village several times, each time somewhat aside."""
    chance, points = random.Random(3), []
    placed = [point for point in found["points"] if point[3] is not None]
    for number in range(VILLAGES):
        identity, code, name, x, y, *rest = placed[number % len(placed)]
        aside = 0 if number < len(placed) else 120
        points.append([f"{identity}-{number}", code, name, x + chance.uniform(-aside, aside),
                       y + chance.uniform(-aside, aside), *rest])  # fmt: skip
    return {**found, "points": points}


def _server(report: Report, port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def ask(path: str) -> Callable[[], None]:
        def act() -> None:
            connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status}")

        return act

    for what, path in (
        ("villages of the province", "/api/places?kind=village"),
        ("natural breaks, locked", "/api/classes?kpi=ops_online_share&cach=tu-nhien"),
        ("values of a KPI", "/api/values?kpi=vil_no_mobile"),
    ):
        report.claim(f"{what}: server p50", median_ms(ask(path), times=60), "ms", SERVER_MS)


def _filter(report: Report, page: Any, many: dict[str, Any]) -> None:
    everything = ",".join(KINDS)
    counts = {kind: sum(_has(kind, point[5]) for point in many["points"]) for kind in KINDS}
    page.evaluate(_GO, [{"lop": everything}, {"gaps": str(VILLAGES)}])
    page.wait_for_timeout(500)
    times = []
    for _ in range(4):
        for kind in KINDS:
            times.append(page.evaluate(_GO, [{"lop": kind}, {"gaps": str(counts[kind])}]))
            page.wait_for_timeout(250)
            times.append(page.evaluate(_GO, [{"lop": everything}, {"gaps": str(VILLAGES)}]))
            page.wait_for_timeout(250)
    report.claim(
        f"filter over {VILLAGES:,} villages: click to repaint, median", _median(times), "ms", FILTER_MS
    )


def _has(kind: str, attributes: dict[str, Any]) -> bool:
    states = {"trang-song": "none", "lom-song": "weak", "co-song": "covered"}
    if kind in states:
        return bool(attributes["mobile_state"] == states[kind])
    return str(attributes["fibre" if kind == "khong-cap" else "grid"]).lower() in ("0", "false")


def _drill(report: Report, page: Any, found: dict[str, Any]) -> None:
    codes = sorted({point[1] for point in found["points"] if point[1]})[:12]
    page.evaluate(_GO, [{"lop": ""}, {"gaps": "0"}])
    times = []
    for code in codes:
        times.append(page.evaluate(_GO, [{"xa": code, "cap": "xa"}, {"inside": True}]))
        page.wait_for_timeout(400)
        page.evaluate(_GO, [{"xa": "", "cap": ""}, {"inside": False}])
        page.wait_for_timeout(400)
    report.claim("from province to commune: click to repaint, median", _median(times), "ms", DRILL_MS)


def _median(times: list[float | None]) -> float:
    """The median of what was reached in time; a click that never showed counts as five seconds."""
    return statistics.median(5000.0 if one is None else one for one in times)
