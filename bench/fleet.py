"""Screens under command: how soon an order and a revocation are on every screen, and what a thousand of them write.

Ten screens are enrolled through the web as people do it and poll as their scripts do (POLL_S with jitter); the orders go
to one of two workers, the polls to either.
"""

from __future__ import annotations

import json
import random
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from bench.report import Report
from bench.serving import serve
from bench.stage import fetch, running, wait
from ioc.fleet.book import Book
from ioc.fleet.contacts import FLUSH_SECONDS, Contacts
from ioc.fleet.health import DEAD_AFTER
from ioc.fleet.records import Contact
from ioc.walls.document import POLL_S
from ioc.warehouse import Warehouse

SCREENS, ORDERS, MANY = 10, 6, 1000
SCENES = ("toan_canh", "dich_vu_cong", "khoang_trong")


@dataclass
class Screen:
    """One screen that polls until it is refused."""

    base: str
    token: str = ""
    seen: dict[str, float] = field(default_factory=dict)
    refused: float = 0.0

    def live(self) -> None:
        """Poll, and note when each scene was first ordered and when the end came."""
        tag, chance = "", random.Random(self.token)
        while True:
            head = {"Cookie": f"ioc_screen={self.token}", "X-IOC-Screen": "toan_canh;1;60;9000;fresh"}
            try:
                with send(f"{self.base}/api/wall", None, {**head, "If-None-Match": tag}) as answer:
                    tag = answer.headers["ETag"]
                    told = json.loads(answer.read())["order"]
                self.seen[f"{told['scene']} {told['seq']}"] = time.monotonic()
            except HTTPError as error:  # 304 among them: nothing new
                if error.code == 401:
                    self.refused = time.monotonic()
                    return
            except OSError:  # as the screen's script does: ask again at the next turn
                pass
            time.sleep(POLL_S * chance.uniform(0.85, 1.15))


def send(url: str, body: object = None, headers: dict[str, str] | None = None) -> HTTPResponse:
    """One request, as a page of ours would send it."""
    base = "/".join(url.split("/")[:3])
    head = {"X-IOC": "1", "Origin": base, "Sec-Fetch-Site": "same-origin", **(headers or {})}
    data = None if body is None else json.dumps(body).encode()
    if data is not None:
        head["Content-Type"] = "application/json"
    asked = urllib.request.Request(url, data=data, headers=head)  # noqa: S310 - loopback only
    answer: HTTPResponse = urllib.request.urlopen(asked, timeout=20)  # noqa: S310
    return answer


def measure(report: Report, env: dict[str, str], folder: Path) -> None:
    """Orders and revocation through two workers, then the writing of a thousand contacts."""
    report.section("Screens under command")
    base = f"http://127.0.0.1:{env['IOC_PORT']}"
    with running(serve(int(env["IOC_PORT"])), env, folder / "fleet.log"):
        wait(lambda: bool(fetch(f"{base}/api/edition")), 60, "the web")
        with send(f"{base}/api/role", {"role": "operator"}) as answer:
            operator = {"Cookie": answer.headers["Set-Cookie"].split(";")[0]}
        numbers, screens = zip(*(_enrol(base, operator, at) for at in range(SCREENS)), strict=True)
        threads = [threading.Thread(target=one.live, daemon=True) for one in screens]
        for one in threads:
            one.start()
        time.sleep(2 * POLL_S)
        late = [_order(base, operator, screens, SCENES[at % len(SCENES)]) for at in range(ORDERS)]
        report.claim(
            f"a pushed scene on the last of {SCREENS} screens, worst of {ORDERS} orders", max(late), "s", 5
        )
        begun = time.monotonic()
        for number in numbers:
            send(f"{base}/api/screens/{number}/revoke", {"reason": "đo tốc độ"}, operator).close()
        wait(lambda: all(one.refused for one in screens), 60, "every screen refused")
        report.claim(
            f"revoked, the last of {SCREENS} screens refused",
            max(one.refused for one in screens) - begun,
            "s",
            6,
        )
    _write(report, folder)


def _enrol(base: str, operator: dict[str, str], at: int) -> tuple[int, Screen]:
    with send(f"{base}/api/enrol", {}) as answer:
        asked = json.loads(answer.read())
    form = {
        "code": asked["code"],
        "name": f"Màn hình {at}",
        "screen": "phong_hop",
        "ranges": "",
        "reason": "đo tốc độ",
    }
    with send(f"{base}/api/screens/enrol", form, operator) as answer:
        number = json.loads(answer.read())["device"]
    with send(f"{base}/api/enrol/claim", {"claim": asked["claim"]}) as answer:
        token = answer.headers["Set-Cookie"].split(";")[0].partition("=")[2]
    return number, Screen(base, token)


def _order(base: str, operator: dict[str, str], screens: tuple[Screen, ...], scene: str) -> float:
    """Seconds until the last screen was told."""
    for one in screens:
        one.seen.clear()
    begun = time.monotonic()
    body: dict[str, Any] = {"act": "push", "devices": None, "scene": scene, "reason": "đo tốc độ"}
    send(f"{base}/api/screens/order", body, operator).close()

    def told(one: Screen) -> float | None:
        return next((at for key, at in list(one.seen.items()) if key.startswith(scene)), None)

    wait(lambda: all(told(one) for one in screens), 60, "the order on every screen")
    return max(told(one) or 0.0 for one in screens) - begun


def _write(report: Report, folder: Path) -> None:
    """Ten minutes of a thousand screens on one worker, by a clock of its own."""
    warehouse = Warehouse(f"sqlite:///{folder / 'fleet.db'}")
    warehouse.migrate()
    book, times, lines = Book(warehouse), [0.0], [0]

    def keep(batch: list[Contact]) -> None:
        begun = time.perf_counter()
        book.keep(batch)
        times.append(time.perf_counter() - begun)
        lines[0] += len(batch)

    contacts, start, seconds = Contacts(keep, flush_seconds=1e9), datetime.now(UTC), 600
    for second in range(0, seconds, int(FLUSH_SECONDS)):
        now = start + timedelta(seconds=second)
        for device in range(MANY):
            contacts.heard(Contact(device, now, "10.0.0.1", "toan_canh", 1, second, 9000, "fresh"))
        contacts.flush()
    report.claim(
        f"transactions a minute for contacts of {MANY} screens",
        (len(times) - 1) / (seconds / 60),
        "",
        60 / FLUSH_SECONDS,
    )
    report.claim("lines a minute for each screen", lines[0] / MANY / (seconds / 60), "", 2.1)
    report.claim("longest of these transactions", max(times), "s", 1)
    report.note("a dead screen is listed after", DEAD_AFTER.total_seconds(), "s", "two heartbeats")
    warehouse.close()
