"""Values on the wire: time of the server, bytes, requests a second, beside the naive way in the same run."""

from __future__ import annotations

import gzip
import http.client
import json
import os
from pathlib import Path

from bench.load import press
from bench.naive import request_body
from bench.report import Report, median_ms
from bench.stage import fetch, free_port, running, wait

GUNICORN = ["-m", "gunicorn", "app:server", "--worker-class", "gthread", "--workers", "2", "--threads", "8",
            "--keep-alive", "30", "--log-level", "error", "--no-control-socket"]  # fmt: skip


def serve(port: int) -> list[str]:
    """Arguments that start the web alone, as `make run` does."""
    return [*GUNICORN, "--bind", f"127.0.0.1:{port}"]


def measure(
    report: Report, env: dict[str, str], folder: Path, what: str, limits: tuple[float, float]
) -> None:
    """Switching KPI or period on the map of one site: `limits` are milliseconds and kilobytes."""
    port = int(env["IOC_PORT"])
    base = f"http://127.0.0.1:{port}"
    with running(serve(port), env, folder / "serving.log"):
        wait(lambda: bool(fetch(f"{base}/api/edition")), 30, "the web")
        choices = _choices(base)
        connection = http.client.HTTPConnection("127.0.0.1", port)
        sizes: list[int] = []

        def switch() -> None:
            path = choices[len(sizes) % len(choices)]
            connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            sizes.append(len(answer.read()))
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status}")

        first = median_ms(switch, times=len(choices), warm=0)
        report.claim(f"{what}: switch, each choice for the first time, server p50", first, "ms", limits[0])
        report.claim(f"{what}: switch, chosen before, server p50", median_ms(switch), "ms", limits[0])
        report.claim(f"{what}: largest answer on the wire", max(sizes) / 1000, "kB", limits[1])
        if limits[1] < 1:
            load = press(base + choices[0])
            report.claim(
                f"{what}: requests a second, 50 connections ({load.client})",
                load.per_second,
                "/s",
                2000,
                True,
            )
            report.claim(f"{what}: p95 under that load", load.p95_ms, "ms", 60)
            report.claim(f"{what}: errors under that load", load.errors, "", 0)
            _cold(report, env, folder, choices[0])


def _choices(base: str) -> list[str]:
    periods = fetch(f"{base}/api/periods", 60)
    assert isinstance(periods, dict)
    return [
        f"/api/values?kpi={kpi}&ky={key}" for kpi, found in periods["kpis"].items() for key in found["p"][-4:]
    ]


def _cold(report: Report, env: dict[str, str], folder: Path, path: str) -> None:
    """The first second of workers that have served nobody yet, under load at once."""
    port = free_port()
    with running(serve(port), {**env, "IOC_PORT": str(port)}, folder / "cold.log"):
        wait(lambda: bool(fetch(f"http://127.0.0.1:{port}/healthz") or True), 30, "a cold worker")
        load = press(f"http://127.0.0.1:{port}{path}", seconds=3)
        report.claim("errors of cold workers under load from their first request", load.errors, "", 0)


def naive(report: Report, geojson: Path, folder: Path, what: str, times: int) -> None:
    """The same switch when the callback answers with the whole figure."""
    port = free_port()
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
    with running(["-m", "bench.naive", str(geojson), str(port)], env, folder / "naive.log"):
        wait(lambda: bool(fetch(f"http://127.0.0.1:{port}/_dash-layout", 60)), 60, "the naive server")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        count = 0
        body = b""

        def switch() -> None:
            nonlocal count, body
            count += 1
            connection.request("POST", "/_dash-update-component", request_body(f"kpi{count % 10}"),
                               {"Content-Type": "application/json"})  # fmt: skip
            body = connection.getresponse().read()

        report.note(
            f"{what}, naive way: server p50",
            median_ms(switch, times=times, warm=2),
            "ms",
            "whole Plotly figure",
        )
        report.note(
            f"{what}, naive way: answer, gzip",
            len(gzip.compress(body)) / 1000,
            "kB",
            "geometry in every answer",
        )
        if not json.loads(body)["response"]:
            raise RuntimeError("the naive server drew nothing")
