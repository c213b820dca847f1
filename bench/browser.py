"""What a visitor's browser feels: click to repaint, page cold and warm, beside the naive way in the same run.

Real chromium, software rendering, loopback. A click is timed inside the page, from the event to the second
animation frame after the map says what it shows.
"""

from __future__ import annotations

import os
import shutil
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.report import Report
from bench.serving import serve
from bench.stage import fetch, free_port, running, wait

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip
CLICKS = 30

_CLICK = """
async (go) => {
  const map = document.querySelector('.map');
  const before = map.dataset.kpi + map.dataset.period;
  if (before === go.kpi + go.ky) { return null; }
  const frame = () => new Promise(done => requestAnimationFrame(done));
  const painted = new Promise(done => {
    const look = new MutationObserver(() => {
      if (map.dataset.kpi + map.dataset.period !== before) { look.disconnect(); done(); }
    });
    look.observe(map, {attributes: true});
  });
  const never = new Promise(done => setTimeout(done, 3000, 'never'));
  const start = performance.now();
  IOC.address.go(go);
  if (await Promise.race([painted, never]) === 'never') { return null; }  // known for the province alone: nothing to paint
  await frame(); await frame();
  return performance.now() - start;
}
"""

_COMPLETE = """
window.complete = null;
new MutationObserver((_, look) => {
  const map = document.querySelector('.map[data-painted]');
  if (!map || map.dataset.painted === '0') { return; }
  look.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => { window.complete = performance.now(); }));
}).observe(document, {childList: true, subtree: true, attributes: true, attributeFilter: ['data-painted']});
"""

_NAIVE = """
async (kpi) => {
  const plot = document.querySelector('#map .js-plotly-plot');
  const done = new Promise(done => plot.on('plotly_afterplot', done));
  const start = performance.now();
  dash_clientside.set_props('kpi', {value: kpi});
  await done;
  await new Promise(requestAnimationFrame);
  return performance.now() - start;
}
"""


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser; None when there is none here."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        yield None
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def measure(
    report: Report, env: dict[str, str], folder: Path, what: str, limit: float, pages: tuple[float, float]
) -> None:
    """The map page complete, cold and warm (`pages`: their bounds in seconds), and click to repaint."""
    base = f"http://127.0.0.1:{env['IOC_PORT']}"
    with running(serve(int(env["IOC_PORT"])), env, folder / "browser.log"), chromium() as browser:
        if browser is None:
            report.skip(f"{what}: click to repaint", "no chromium here")
            return
        wait(lambda: bool(fetch(f"{base}/api/edition")), 30, "the web")
        periods = fetch(f"{base}/api/periods", 60)
        assert isinstance(periods, dict)
        choices = [
            {"kpi": kpi, "ky": key} for kpi, found in periods["kpis"].items() for key in found["p"][-6:]
        ]
        context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="vi-VN")
        cold = _open(context.new_page(), base)
        warm = statistics.median(_open(context.new_page(), base) for _ in range(5))
        report.claim(f"{what}: map page complete, cold browser", cold / 1000, "s", pages[0])
        report.claim(f"{what}: map page complete, warm", warm / 1000, "s", pages[1])
        page = context.new_page()
        _open(page, base)
        clicks = []
        for i in range(1, CLICKS + 1):
            clicks.append(page.evaluate(_CLICK, choices[(i * 7) % len(choices)]))
            page.wait_for_timeout(500)  # nobody clicks again before the lists beside the map have followed
        times = [time for time in clicks if time is not None]
        report.claim(
            f"{what}: click to repaint, median of {len(times)}", statistics.median(times), "ms", limit
        )
        context.close()


def _open(page: Any, base: str) -> float:
    """Milliseconds from navigation to the frame after every commune is painted, by the page's own clock."""
    page.add_init_script(_COMPLETE)
    page.goto(f"{base}/ban-do", wait_until="commit")
    page.wait_for_selector('.map[data-painted]:not([data-painted="0"])')
    while (found := page.evaluate("window.complete")) is None:
        page.wait_for_timeout(20)
    page.wait_for_load_state("networkidle")
    return float(found)


def naive(report: Report, geojson: Path, folder: Path, what: str, clicks: int) -> None:
    """The same click when the callback answers with the whole figure."""
    port = free_port()
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
    with (
        running(["-m", "bench.naive", str(geojson), str(port)], env, folder / "naive.log"),
        chromium() as browser,
    ):
        if browser is None:
            return
        wait(lambda: bool(fetch(f"http://127.0.0.1:{port}/_dash-layout", 60)), 60, "the naive server")
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(f"http://127.0.0.1:{port}/")
        page.wait_for_selector("#map .js-plotly-plot canvas", timeout=120_000)
        page.wait_for_timeout(2000)
        times = [page.evaluate(_NAIVE, f"kpi{i % 10}") for i in range(1, clicks + 1)]
        report.note(
            f"{what}, naive way: click to repaint", statistics.median(times), "ms", "whole Plotly figure"
        )
