"""Screens in a real browser: let in by a code, ordered from a phone, walked by keys, revoked; and the kiosk kit that starts
before its server, survives a power cut and brings a crashed page back with its token."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from bench.stage import free_port
from tests.browser.conftest import Installation
from tests.conftest import PROJECT

pytestmark = pytest.mark.browser
KIT = PROJECT / "docs" / "kiosk"
CONFIG = "phong_hop"
SCENES = ("toan_canh", "dich_vu_cong", "khoang_trong")


def until(page: Page, test: str, seconds: float = 60) -> None:
    """Wait until an expression holds; asked from outside, for the page's own policy forbids eval."""
    wait(lambda: page.evaluate(test), f"{test} at {page.url}", seconds, lambda: page.wait_for_timeout(100))


def wait(
    test: Callable[[], Any],
    what: str,
    seconds: float = 60,
    pause: Callable[[], None] = lambda: time.sleep(0.1),
) -> Any:
    end = time.monotonic() + seconds
    while True:
        try:
            if found := test():
                return found
        except Exception:  # a page between two documents, a browser between two lives
            if time.monotonic() > end:
                raise
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        pause()


@pytest.fixture(scope="module")
def operator(browser: Browser, installation: Installation) -> Iterator[Page]:
    """An operator with a phone on the page Màn hình."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN")
    head = {"X-IOC": "1", "Origin": installation.base, "Sec-Fetch-Site": "same-origin"}
    assert context.request.post(f"{installation.base}/api/role", data={"role": "operator"}, headers=head).ok
    page = context.new_page()
    page.goto(f"{installation.base}/man-hinh")
    page.wait_for_selector("#react-entry-point #screen-code")
    yield page
    context.close()


@pytest.fixture
def wall(browser: Browser) -> Iterator[BrowserContext]:
    """A screen on a wall that nobody has enrolled."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="vi-VN")
    yield context
    context.close()


def code_of(page: Page) -> str:
    until(page, "!document.getElementById('code').textContent.includes('·')")
    return page.inner_text("#code")


def enrol(operator: Page, code: str, name: str) -> None:
    """What an operator does on the phone with the code on the screen."""
    operator.fill("#react-entry-point #screen-code", code.lower())
    operator.fill("#react-entry-point #screen-enrol-name", name)
    operator.select_option("#react-entry-point #screen-enrol-config", CONFIG)
    operator.fill("#react-entry-point #screen-enrol-ranges", "127.0.0.0/8")
    operator.fill("#react-entry-point #screen-enrol-reason", "lắp mới")
    operator.click("#react-entry-point [data-screen-send=enrol]")
    until(operator, f"document.querySelector('.screen-card[data-name=\"{name}\"]')")


def order(operator: Page, name: str, act: str, **fields: str) -> None:
    """An order from the phone."""
    until(
        operator,
        f"[...document.querySelectorAll('#react-entry-point #screen-to option')].some(one => one.textContent === '{name}')",
    )
    operator.select_option("#react-entry-point #screen-to", label=name)
    operator.click(f"#react-entry-point [data-screen-act={act}]")
    for field, value in fields.items():
        box = f"#react-entry-point #screen-{field}"
        if operator.locator(box).evaluate("node => node.tagName") == "SELECT":
            operator.select_option(box, value)
        else:
            operator.fill(box, value)
    operator.fill("#react-entry-point #screen-reason", "giao ban")
    operator.click("#react-entry-point [data-screen-send=order]")
    until(operator, "document.querySelector('#react-entry-point #screen-reason').value === ''")


SHOWN = "window.WALL && WALL.state().scene"


def test_a_screen_is_let_in_from_a_phone_obeys_and_stops_when_revoked(operator, wall, installation):
    page = wall.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{installation.base}/tuong")
    page.wait_for_url("**/tuong/ghi-danh")
    enrol(operator, code_of(page), "Phòng họp")
    page.wait_for_url(f"{installation.base}/tuong", timeout=60_000)
    until(page, f"{SHOWN} === '{SCENES[0]}'")
    assert {one["path"] for one in wall.cookies() if one["name"] == "ioc_screen"} == {
        "/tuong",
        "/api/wall",
        "/geo",
        "/assets",
    }
    assert page.evaluate("document.cookie").find("ioc_screen") < 0
    until(operator, "document.querySelector('.screen-card .screen-health.is-live')")
    order(operator, "Phòng họp", "push", scene=SCENES[2])
    until(page, f"{SHOWN} === '{SCENES[2]}'")
    # a leader takes over from a tablet: the scene before, then the rotation again
    number = operator.get_attribute(".screen-card[data-name='Phòng họp']", "data-device")
    tablet = operator.context.new_page()
    tablet.goto(f"{installation.base}/man-hinh/dieu-khien?may={number}")
    until(
        tablet, f"document.querySelector('#react-entry-point #remote-scenes').dataset.shown === '{SCENES[2]}'"
    )
    tablet.keyboard.press("ArrowLeft")
    until(page, f"{SHOWN} === '{SCENES[1]}'")
    tablet.click("#react-entry-point [data-remote=toggle]:not(:disabled)")
    until(tablet, "!document.querySelector('#react-entry-point #remote-scenes').dataset.holds")
    tablet.close()
    order(operator, "Phòng họp", "takeover", message="Họp khẩn 14 giờ: bão số 9")
    until(
        page,
        "[...document.querySelectorAll('[role=alert]')].some(one => !one.hidden && one.textContent.includes('bão số 9'))",
    )
    order(operator, "Phòng họp", "resume")
    until(
        page,
        "![...document.querySelectorAll('[role=alert]')].some(one => !one.hidden && one.textContent.includes('bão số 9'))",
    )
    order(operator, "Phòng họp", "revoke")
    page.wait_for_url("**/tuong/ghi-danh", timeout=60_000)
    until(page, "document.getElementById('why').textContent.includes('thu hồi')")
    assert not [url for url in asked if not url.startswith(installation.base)]
    log = operator.inner_text("#react-entry-point #screens-log")
    assert "thu hồi" in log and "giao ban" in log
    assert operator.evaluate("document.documentElement.scrollWidth") <= 390  # nothing cut off on the phone


def test_a_leader_walks_the_scenes_by_keys_and_touch_with_a_countdown_in_sight(wall, installation):
    page = wall.new_page()
    page.goto(f"{installation.base}/tuong?man={CONFIG}")
    until(page, f"{SHOWN} === '{SCENES[0]}'")
    held = "WALL.state().held > 0 && !document.querySelector('.hold').hidden"
    page.keyboard.press("ArrowRight")
    until(page, f"{SHOWN} === '{SCENES[1]}' && {held}")
    page.keyboard.press("3")
    until(page, f"{SHOWN} === '{SCENES[2]}'")
    page.keyboard.press("ArrowLeft")
    until(page, f"{SHOWN} === '{SCENES[1]}'")
    page.keyboard.press("Space")
    until(page, "WALL.state().held === 0 && document.querySelector('.hold').hidden")
    page.mouse.click(900, 500)
    until(page, held)
    page.keyboard.press("?")
    assert "dấu cách" in page.inner_text(".presenter").lower()
    page.keyboard.press("Escape")
    until(page, "!document.querySelector('.presenter')")


def watchdog() -> Any:
    """The kit's watchdog as a module, for its conversation with the browser."""
    spec = importlib.util.spec_from_file_location("ioc_kiosk_watchdog", KIT / "watchdog.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Kiosk:
    """A kiosk computer: start.sh under something that starts it again, as systemd does, and the watchdog beside it."""

    def __init__(self, folder: Path, chromium: str, url: str):
        self.run, self.state, self.port, self.dog = folder / "run", folder / "state", free_port(), watchdog()
        self.state.mkdir()
        (self.run / "profile").mkdir(parents=True)
        (self.run / "profile" / "SingletonLock").symlink_to("other-host-4242")  # what a power cut leaves
        (self.run / "profile" / "SingletonSocket").symlink_to("/nowhere/SingletonSocket")
        flags = "--headless=new --no-sandbox --disable-gpu --disable-quic --ozone-platform=headless"
        self.environment = {
            **os.environ, "IOC_KIOSK_URL": url, "IOC_KIOSK_BROWSER": chromium, "IOC_KIOSK_FLAGS": flags,
            "IOC_KIOSK_PORT": str(self.port), "IOC_KIOSK_RUN": str(self.run), "STATE_DIRECTORY": str(self.state),
        }  # fmt: skip
        self.log = (folder / "kiosk.log").open("wb")
        again = 'while :; do "$0"; sleep 0.2; done'
        self.processes = [
            self._start(["bash", "-c", again, str(KIT / "start.sh")]),
            self._start([sys.executable, str(KIT / "watchdog.py"), "--every", "1"]),
        ]

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command, env=self.environment, stdout=self.log, stderr=self.log, start_new_session=True
        )

    def pid(self) -> int:
        return int((self.run / "pid").read_text())

    def ask(self, method: str, **params: Any) -> Any:
        """Ask the page something by the debugging port."""
        pages = [
            one
            for one in self.dog.Browser(self.port, self.run, self.state)._get("/json/list")
            if one["type"] == "page"
        ]
        wire = self.dog.Wire(pages[0]["webSocketDebuggerUrl"])
        try:
            return wire.ask(method, **params)
        finally:
            wire.close()

    def value(self, expression: str) -> Any:
        return self.ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def until(self, expression: str, seconds: float = 90) -> Any:
        return wait(lambda: self.value(expression), expression, seconds)

    def stop(self) -> None:
        for process in self.processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.log.close()


def test_a_kiosk_starts_before_its_server_and_comes_back_from_a_crash_with_its_token(
    tmp_path, chromium, operator, installation
):
    installation.end()
    kiosk = Kiosk(tmp_path, chromium, f"{installation.base}/tuong")
    try:
        # switched on with a lock of its last life, and no server anywhere
        kiosk.until(
            "location.protocol === 'file:' && document.getElementById('since').textContent.length > 0"
        )
        installation.begin()
        kiosk.until(
            "location.pathname === '/tuong/ghi-danh' && !document.getElementById('code').textContent.includes('·')"
        )
        enrol(operator, kiosk.value("document.getElementById('code').textContent"), "Kiosk")
        kiosk.until(f"location.pathname === '/tuong' && {SHOWN}")
        wait((kiosk.state / "cookies.json").exists, "the token kept")
        assert (kiosk.state / "cookies.json").stat().st_mode & 0o077 == 0
        first = kiosk.pid()
        # the tab dies while the browser lives
        with pytest.raises((kiosk.dog.SilentError, OSError)):
            kiosk.ask("Page.crash")
        wait(lambda: kiosk.pid() != first, "another browser", 90)
        kiosk.until(f"location.pathname === '/tuong' && {SHOWN}")
        # and the power goes
        second = kiosk.pid()
        os.kill(second, signal.SIGKILL)
        wait(lambda: kiosk.pid() != second, "another browser", 90)
        kiosk.until(f"location.pathname === '/tuong' && {SHOWN}")
    finally:
        kiosk.stop()
