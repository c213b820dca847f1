"""What an analyst's browser feels: a click in the explorer to its repaint, and a long table under the wheel.

Real chromium, software rendering, loopback; 38 communes, 24 months and six KPIs for the clicks, every commune of the
country for the table. A click is timed in the page, from the event to the second frame after the picture is drawn.
"""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import Any

from bench.browser import chromium
from bench.report import Report, percentile
from bench.serving import serve
from bench.stage import fetch, running, wait

SIX = "ops_online_share,tthc_on_time,pay_online_dossier,vil_no_mobile,fibre_village_cov,result_digital"
CHOICES: tuple[dict[str, str], ...] = (
    {"xem": "nhiet"}, {"cach": "ky-truoc"}, {"cach": ""}, {"xem": ""}, {"den": "2026-08"}, {"den": "2026-09"}, {"cach": "chi-so"},
    {"cach": ""}, {"xem": "cham"}, {"so": "muc-tieu,tinh,truoc"}, {"den": "2026-07"}, {"so": ""}, {"xem": "phan-bo"}, {"xem": "o-nho"},
    {"xem": "tuong-quan"}, {"xem": "nhiet"}, {"cach": "cung-ky"}, {"xem": ""}, {"cach": "", "gop": "co"}, {"gop": ""}, {"den": ""},
    {"xem": "ban-do"}, {"xem": "nhiet", "den": "2026-10"}, {"xem": "cot"}, {"xem": ""},
)  # fmt: skip
_CLICK = """
async (go) => {
  const page = document.querySelector('#react-entry-point #explorer'), before = page.dataset.shown;
  const drawn = new Promise(done => {
    const look = new MutationObserver(() => { if (page.dataset.shown !== before) { look.disconnect(); done(); } });
    look.observe(page, {attributes: true, attributeFilter: ['data-shown']});
  });
  const never = new Promise(done => setTimeout(done, 10000, 'never'));
  const start = performance.now();
  IOC.address.go(go);
  if (await Promise.race([drawn, never]) === 'never') { return null; }
  const frame = () => new Promise(done => requestAnimationFrame(done));
  await frame(); await frame();
  return performance.now() - start;
}
"""
_SCROLL = """
async () => {
  const scroll = document.querySelector('.data-scroll'), gaps = [];
  const frame = () => new Promise(done => requestAnimationFrame(done));
  let last = await frame(), holes = 0;
  for (let i = 0; i < 120; i++) {
    scroll.scrollTop += scroll.scrollHeight / 130;
    const now = await frame();
    gaps.push(now - last);
    last = now;
    await new Promise(done => setTimeout(done, 0));
    const box = scroll.getBoundingClientRect(), hit = document.elementFromPoint(box.left + 40, box.top + box.height / 2);
    if (!hit || !hit.closest('tr') || hit.closest('.is-pad')) { holes++; }
  }
  return {gaps, holes, rows: document.querySelectorAll('.data-table tbody tr').length};
}
"""


def measure(report: Report, env: dict[str, str], folder: Path) -> None:
    """Clicks with 38 communes, 24 months and six KPIs."""
    base = f"http://127.0.0.1:{env['IOC_PORT']}"
    with running(serve(int(env["IOC_PORT"])), env, folder / "explorer.log"), chromium() as browser:
        if browser is None:
            report.skip("explorer: click to repaint", "no chromium here")
            return
        wait(lambda: bool(fetch(f"{base}/api/edition")), 30, "the web")
        page = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="vi-VN").new_page()
        times = clicks(page, base)
        report.claim(
            f"explorer, 38 × 24 × 6: click to repaint, median of {len(times)}",
            statistics.median(times),
            "ms",
            150,
        )
        report.note("explorer, 38 × 24 × 6: click to repaint, p90", percentile(times, 0.9), "ms")


def clicks(page: Any, base: str) -> list[float]:
    """Every choice for the first time, then once more as a visitor who goes back and forth."""
    page.goto(f"{base}/phan-tich?kpi={SIX}")
    page.wait_for_selector("#react-entry-point #explorer[data-shown]", state="attached")
    page.wait_for_timeout(1500)
    found = []
    for choice in CHOICES * 2:
        found.append(page.evaluate(_CLICK, choice))
        page.wait_for_timeout(400)  # nobody clicks again before the words beside the picture have followed
    return [time for time in found if time is not None]


def table(report: Report, env: dict[str, str], folder: Path, kpi: str, rows: int) -> None:
    """The table of every commune of the country, scrolled from top to bottom."""
    base = f"http://127.0.0.1:{env['IOC_PORT']}"
    with running(serve(int(env["IOC_PORT"])), env, folder / "explorer-table.log"), chromium() as browser:
        if browser is None:
            report.skip("explorer: table under the wheel", "no chromium here")
            return
        wait(lambda: bool(fetch(f"{base}/api/edition")), 30, "the web")
        page = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="vi-VN").new_page()
        page.goto(f"{base}/phan-tich?kpi={kpi}&xem=cham&bang=co")
        page.wait_for_selector("#react-entry-point .data-table tbody tr:nth-child(3)", timeout=60_000)
        page.locator(".data-scroll").scroll_into_view_if_needed()
        page.wait_for_timeout(1000)
        said = page.evaluate(_SCROLL)
        report.claim(
            f"explorer: {rows:,} rows, frame while scrolling, p95", percentile(said["gaps"], 0.95), "ms", 34
        )
        report.claim("explorer: frames of that table with a hole in it", said["holes"], "", 0)
        report.claim("explorer: rows of it in the page at a time", said["rows"], "", 80)
