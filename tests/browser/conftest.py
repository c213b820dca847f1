"""A running installation and a visitor in a real browser who can reach this machine and nothing else.

The demonstration is prepared once a run, whoever of the test workers comes first; every module then starts web and
scheduler on a copy of it, as `make run` does, and may break what it likes.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from bench.stage import PROJECT, environment, fetch, free_port, running, wait

SOURCES = len(list((PROJECT / "datasources" / "sites" / "lai_chau" / "sources").glob("*.toml")))
COMMUNES = 38
_POLICY = """
window.violations = [];
document.addEventListener('securitypolicyviolation', e => violations.push(e.violatedDirective + ' ' + e.blockedURI));
"""


@dataclass
class Installation:
    """Where a running installation is, and how to start and stop it."""

    data: Path
    port: int
    begin: Callable[[], None] = lambda: None
    end: Callable[[], None] = lambda: None

    @property
    def base(self) -> str:
        """Address of its first page."""
        return f"http://127.0.0.1:{self.port}"

    def edition(self) -> dict[str, Any]:
        """What its watcher is told."""
        found = fetch(f"{self.base}/api/edition")
        assert isinstance(found, dict)
        return found


@dataclass
class Visitor:
    """A page and everything it asked for or complained about."""

    page: Page
    base: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a page of ours and wait until Dash lives in it, and the map, if it has one, is painted."""
        self.page.goto(self.base + path)
        self.page.wait_for_selector("#react-entry-point #page > *", state="attached")
        if self.page.locator("#map:visible").count():
            self.painted()
        return self.page

    def painted(self) -> Page:
        """Wait until the map shows a value or a reason in every commune."""
        self.page.wait_for_selector(f'.map[data-painted="{COMMUNES}"]')
        return self.page

    def until(self, test: str, seconds: float = 30) -> None:
        """Wait until a JavaScript expression holds. Asked from outside, for the page's own policy forbids eval."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(test):
            assert time.monotonic() < end, f"not within {seconds} s: {test}"
            self.page.wait_for_timeout(100)

    def violations(self) -> list[str]:
        """What the content security policy had to stop."""
        return list(self.page.evaluate("window.violations"))


def _start(data: Path, port: int) -> Any:
    return running(["app.py"], environment(data, port), data.parent / f"{data.name}-{port}.log")


def _alive(process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "the main job ended by itself"
    return True


def _complete(base: str) -> bool:
    told = fetch(f"{base}/api/edition")
    assert isinstance(told, dict)
    return len(told["sources"]) == SOURCES and set(told["sources"].values()) == {"fresh"}


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data folder of a demonstration with a first edition of every source; nobody writes to it any more."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # every worker has a folder below that of the run
        shared = shared.parent
    folder = shared / "demonstration"
    with (shared / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            folder.mkdir(exist_ok=True)
            port = free_port()
            with _start(folder, port) as process:
                wait(
                    lambda: _alive(process) and _complete(f"http://127.0.0.1:{port}"),
                    170,
                    "the first editions",
                )
            (folder / "done").touch()
    return folder


@pytest.fixture(scope="module")
def installation(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Web and scheduler on a copy of the demonstration."""
    data = tmp_path_factory.mktemp("installation") / "data"
    shutil.copytree(prepared, data)
    place = Installation(data, free_port())
    live: list[Any] = []

    def begin() -> None:
        live.append(_start(data, place.port))
        live[-1].__enter__()
        wait(lambda: place.edition()["edition"] >= SOURCES, 90, "the web")

    def end() -> None:
        live.pop().__exit__(None, None, None)

    place.begin, place.end = begin, end
    begin()
    yield place
    if live:
        end()


@pytest.fixture
def visit(browser: Browser, installation: Installation) -> Iterator[Callable[..., Visitor]]:
    """Opens visitors for one test."""
    with opening(browser, installation) as open_one:
        yield open_one


@contextmanager
def opening(browser: Browser, installation: Installation) -> Iterator[Callable[..., Visitor]]:
    """Opens visitors; says at the end what any of them asked of others or complained about."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def open_one(
        width: int = 1920, height: int = 1080, night: bool = False, lang: str = "vi", script: bool = True
    ) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="vi-VN", java_script_enabled=script,
            color_scheme="dark" if night else "light",
        )  # fmt: skip
        context.add_init_script(_POLICY)
        contexts.append(context)
        if lang != "vi":
            answer = context.request.post(
                f"{installation.base}/api/lang", data={"lang": lang},
                headers={"X-IOC": "1", "Origin": installation.base, "Sec-Fetch-Site": "same-origin"},
            )  # fmt: skip
            assert answer.ok, answer.text()
        page = context.new_page()
        visitor = Visitor(page, installation.base)
        page.on("request", lambda request: visitor.asked.append(request.url))
        page.on(
            "console",
            lambda said: visitor.complaints.append(said.text) if said.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitors.append(visitor)
        return visitor

    yield open_one
    abroad = [
        url
        for one in visitors
        for url in one.asked
        if not url.startswith((installation.base, "data:", "blob:"))
    ]
    for context in contexts:
        context.close()
    assert abroad == [], "a page asked another host"
