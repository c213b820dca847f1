"""An installation from nothing: first start, full refresh with its memory, second start."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

from bench.report import Report
from bench.stage import PROJECT, environment, fetch, free_port, map_is_complete, running, wait

KPI, COMMUNES = "ops_online_share", 38


def measure(report: Report, folder: Path) -> tuple[Path, int]:
    """Start twice, refresh once in full. Returns the data folder for the parts that follow."""
    report.section("An installation from nothing (Lai Châu, all its sources, 24 months)")
    data, port = folder / "var", free_port()
    base, env = f"http://127.0.0.1:{port}", environment(data, port)
    log = folder / "run.log"
    with running(["app.py"], env, log):
        seconds = wait(map_is_complete(base, KPI, COMMUNES), 120, "complete map after the first start")
        report.claim("first start: until the map is complete", seconds, "s", 40)
        time.sleep(2)
    with running(["app.py"], env, log):
        seconds = wait(map_is_complete(base, KPI, COMMUNES), 60, "complete map after a second start")
        report.claim("second start: until the map is complete", seconds, "s", 6)
        state = fetch(f"{base}/api/edition")
        assert isinstance(state, dict) and state["edition"]
    _refresh(report, folder, data, port)
    return data, port


def _refresh(report: Report, folder: Path, data: Path, port: int) -> None:
    """Everything anew into an empty warehouse: wall time and the largest process of the family."""
    fresh = folder / "fresh"
    (fresh / "geo").mkdir(parents=True)
    for name in ("geo", "sources"):
        (fresh / name).rmdir() if (fresh / name).is_dir() else None
        (fresh / name).symlink_to(data / name)
    env = environment(fresh, port)
    subprocess.run(
        [sys.executable, "app.py", "migrate"], cwd=PROJECT, env=env, check=True, capture_output=True
    )
    code = (
        "import resource, subprocess, sys, time; t = time.perf_counter();"
        "c = subprocess.run([sys.executable, 'app.py', 'refresh', '--json'], stdout=subprocess.DEVNULL).returncode;"
        "u = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print('RESULT', c, time.perf_counter() - t, u.ru_maxrss / 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=env, capture_output=True, text=True, check=True
    )
    found = re.search(r"RESULT (\d+) ([\d.]+) ([\d.]+)", done.stdout)
    if not found or found[1] != "0":
        raise RuntimeError(f"the refresh failed: {done.stdout[-300:]} {done.stderr[-600:]}")
    report.claim("full refresh of all sources", float(found[2]), "s", 20)
    report.claim("largest process of that refresh", float(found[3]), "MB", 500)
