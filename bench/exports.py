"""Exports: a chart and a map as files, a workbook of a hundred thousand rows, and the map while ten exports run."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from bench.load import press
from bench.report import Report
from bench.serving import serve
from bench.stage import PROJECT, fetch, peak_mb, running, wait
from ioc.access import OPEN

ROWS, AT_ONCE = 100_000, 10


def measure(report: Report, env: dict[str, str], folder: Path) -> None:
    """All claims, on the demonstration of `env`."""
    report.section("Exports")
    for subject, form, size, limit in (
        ("kpi-trend", "png", "print", 1.5), ("kpi-trend", "png", "slide", 1.5), ("kpi-map", "pdf", "print", 0.5),
        ("kpi-map", "png", "print", 3.0), ("kpi-map", "svg", "print", 0.5),
    ):  # fmt: skip
        report.claim(f"{subject} as {form}, {size}", _made(env, subject, form, size), "s", limit)
    seconds, megabytes = _workbook(folder)
    report.claim(f"XLSX of {ROWS:,} rows: time", seconds, "s", 20)
    report.claim(f"XLSX of {ROWS:,} rows: memory of its process", megabytes, "MB", 300)
    _beside(report, env, folder)


def _made(env: Mapping[str, str], subject: str, form: str, size: str) -> float:
    """The second of two files, made in this process: what a job does once its process runs."""
    from app import all_exports
    from ioc.bookshelf import Bookshelf
    from ioc.exports.making import Request, make, opened, view_of
    from ioc.office import Office
    from ioc.settings import Settings

    exports = all_exports()
    office = Office(Settings.from_environment(env), {}, make_exports=all_exports)
    board = Bookshelf(office.warehouse, office.site, office.register).latest()
    request = Request(subject=subject, format=form, size=size, options={"kpi": office.site.head.headline_map})  # type: ignore[arg-type]
    found, options = opened(exports, request, board, OPEN)
    seconds = 0.0
    for _ in range(2):
        with tempfile.TemporaryDirectory() as room:
            start = perf_counter()
            make(exports, request, found, view_of(office, board, options, OPEN, "vi"), Path(room))
            seconds = perf_counter() - start
    return seconds


def _workbook(folder: Path) -> tuple[float, float]:
    """Seconds and peak memory of a process that writes the large workbook."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.exports", str(folder / "large.xlsx")], cwd=PROJECT, check=True, capture_output=True, text=True
    )  # fmt: skip
    seconds, megabytes = done.stdout.split()
    return float(seconds), float(megabytes)


def _large(path: Path) -> None:
    """Write the workbook of a hundred thousand rows, as a job does."""
    from ioc.exports import workbook
    from ioc.exports.dataset import About, Column, Dataset, Form

    columns = (
        Column("code", "Mã", Form.CODE), Column("name", "Tên"), Column("period", "Kỳ", Form.CODE),
        *(Column(f"v{at}", f"Giá trị {at}", Form.NUMBER, "%", 1) for at in range(6)),
    )  # fmt: skip
    rows = [
        (
            f"{at % 38:05d}",
            f"Xã số {at % 38}",
            f"2026-{at % 12 + 1:02d}",
            *(at / 7 + more for more in range(6)),
        )
        for at in range(ROWS)
    ]
    about = About(
        "Bảng lớn", "lon", "tinh", "2026", "vi", 1, datetime(2026, 11, 22, tzinfo=UTC), "Bản số liệu số 1"
    )
    start = perf_counter()
    workbook.write(Dataset(about, columns, rows), path)
    print(perf_counter() - start, peak_mb())


def _beside(report: Report, env: dict[str, str], folder: Path) -> None:
    """The 95th percentile of the map's values alone and while ten exports are asked for at once."""
    base = f"http://127.0.0.1:{env['IOC_PORT']}"
    kpi = _headline(env)
    with running(serve(int(env["IOC_PORT"])), env, folder / "exports.log"):
        wait(lambda: fetch(f"{base}/readyz") is not None, 60, "the web")
        url = f"{base}/api/values?kpi={kpi}"
        press(url, 10, 2)
        alone = press(url, 10, 6)
        begun = [_ask(base, kpi, at) for at in range(AT_ONCE)]
        beside = press(url, 10, 6)
        report.note("map values alone, p95", alone.p95_ms, "ms")
        report.note(
            f"exports that were taken on of {AT_ONCE}", sum(status == 202 for status in begun), "jobs"
        )
        report.claim(
            f"map values beside {AT_ONCE} exports, p95 against alone",
            beside.p95_ms / max(alone.p95_ms, 0.1),
            "x",
            2,
        )


def _headline(env: Mapping[str, str]) -> str:
    from ioc.settings import Settings
    from ioc.site import Site

    return Site.load(Settings.from_environment(env).site).head.headline_map


def _ask(base: str, kpi: str, at: int) -> int:
    """Ask for one export; each is another file. Returns the status."""
    forms = ("pdf", "png")
    body = {
        "subject": "kpi-map" if at < 6 else "kpi-trend", "format": forms[at % 2], "size": ("screen", "print", "slide")[at % 3],
        "options": {"kpi": kpi},
    }  # fmt: skip
    headers = {
        "Content-Type": "application/json",
        "X-IOC": "1",
        "Origin": base,
        "Sec-Fetch-Site": "same-origin",
    }
    request = urllib.request.Request(f"{base}/api/export", json.dumps(body).encode(), headers, method="POST")  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return int(answer.status)


if __name__ == "__main__":
    _large(Path(sys.argv[1]))
