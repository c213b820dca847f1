#!/usr/bin/env python3
"""Watchdog of a wall screen: asks the page whether it lives, and ends the browser when it does not.

A crashed tab, a hung page and the browser's own error page all look alike to systemd: the process is there. So once a
minute the page is asked to compute something, through the browser's debugging port on this very computer; after two
failures the browser is killed and systemd starts a new one. The screen's token outlives the browser's throw-away
profile here, in a file that only this user can read. Needs nothing but Python 3.9.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import secrets
import signal
import socket
import struct
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

COOKIES = ("ioc_screen", "__Secure-ioc_screen")
FIELDS = ("name", "value", "domain", "path", "secure", "httpOnly", "sameSite", "expires")
PATIENCE = 5.0
AGAIN = 2.0


class SilentError(Exception):
    """The browser or its page did not answer as a living one does."""


class Wire:
    """One conversation with the browser: a WebSocket, as much of it as the debugging port needs."""

    def __init__(self, address: str):
        parts = urlsplit(address)
        self._socket = socket.create_connection((parts.hostname, parts.port), PATIENCE)
        self._socket.settimeout(PATIENCE)
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        head = (
            f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        self._socket.sendall(head.encode())
        self._left = b""
        while b"\r\n\r\n" not in self._left:
            self._left += self._more()
        answer, _, self._left = self._left.partition(b"\r\n\r\n")
        if b" 101 " not in answer.split(b"\r\n")[0]:
            raise SilentError("the browser refuses the conversation")

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def ask(self, method: str, **params: object) -> dict:
        """Call a method of the debugging protocol and wait for its own answer."""
        self._send(json.dumps({"id": 1, "method": method, "params": params}).encode())
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            said = json.loads(self._receive())
            if said.get("id") == 1:
                if "error" in said:
                    raise SilentError(said["error"].get("message", "refused"))
                return said["result"]
        raise SilentError("no answer in time")

    def _more(self) -> bytes:
        got = self._socket.recv(65536)
        if not got:
            raise SilentError("the browser has hung up")
        return got

    def _take(self, size: int) -> bytes:
        while len(self._left) < size:
            self._left += self._more()
        found, self._left = self._left[:size], self._left[size:]
        return found

    def _send(self, data: bytes, kind: int = 1) -> None:
        size = len(data)
        if size < 126:
            head = struct.pack("!BB", 0x80 | kind, 0x80 | size)
        else:
            head = (
                struct.pack("!BBH", 0x80 | kind, 0x80 | 126, size)
                if size < 65536
                else struct.pack("!BBQ", 0x80 | kind, 0x80 | 127, size)
            )
        mask = secrets.token_bytes(4)
        self._socket.sendall(head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(data)))

    def _receive(self) -> bytes:
        """One whole message; pings in between are answered."""
        whole = b""
        while True:
            first, second = self._take(2)
            size = second & 0x7F
            if size == 126:
                size = struct.unpack("!H", self._take(2))[0]
            elif size == 127:
                size = struct.unpack("!Q", self._take(8))[0]
            data, kind = self._take(size), first & 0x0F
            if kind == 8:
                raise SilentError("the browser has hung up")
            if kind == 9:
                self._send(data, 10)
            elif kind in (0, 1, 2):
                whole += data
                if first & 0x80:
                    return whole


class Browser:
    """The browser of this screen: its port, its folder, the file where its token is kept."""

    def __init__(self, port: int, run: Path, state: Path):
        self._port = port
        self._run = run
        self._kept = state / "cookies.json"
        self._seen = ""

    def look(self) -> None:
        """Ask the page to compute something and keep its token safe. Raises SilentError."""
        try:
            self._keep_token()
            pages = [one for one in self._get("/json/list") if one.get("type") == "page"]
            if not pages:
                raise SilentError("the browser has no page")
            wire = Wire(pages[0]["webSocketDebuggerUrl"])
            try:
                said = wire.ask("Runtime.evaluate", expression="location.protocol", returnByValue=True)
            finally:
                wire.close()
        except (OSError, ValueError, KeyError) as error:
            raise SilentError(str(error) or type(error).__name__) from None
        if said.get("result", {}).get("value") not in ("http:", "https:", "file:"):
            raise SilentError("the browser shows its own error page")

    def end(self) -> bool:
        """Kill the browser; False when the process of that number is not ours or has gone."""
        try:
            pid = int((self._run / "pid").read_text())
            if str(self._run).encode() not in Path(f"/proc/{pid}/cmdline").read_bytes():
                return False
            os.kill(pid, signal.SIGKILL)
        except (OSError, ValueError):
            return False
        return True

    def _get(self, path: str):
        with urllib.request.urlopen(f"http://127.0.0.1:{self._port}{path}", timeout=PATIENCE) as answer:
            return json.load(answer)

    def _keep_token(self) -> None:
        """Give a new browser the token that was kept, once; keep the one that the browser has got since."""
        address = self._get("/json/version")["webSocketDebuggerUrl"]
        wire = Wire(address)
        try:
            has = [one for one in wire.ask("Storage.getCookies")["cookies"] if one["name"] in COOKIES]
            if address != self._seen and not has and self._kept.exists():
                wire.ask("Storage.setCookies", cookies=json.loads(self._kept.read_text()))
        finally:
            wire.close()
        self._seen = address  # another browser process has another address
        if has:
            text = json.dumps(
                sorted(
                    ({name: one[name] for name in FIELDS if name in one} for one in has),
                    key=lambda one: one["path"],
                )
            )
            if not self._kept.exists() or self._kept.read_text() != text:
                new = self._kept.with_suffix(".new")
                new.touch(mode=0o600)
                new.write_text(text)
                new.replace(self._kept)


def say(text: str) -> None:
    """A line for the journal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def watch(browser: Browser, every: float, patience: float) -> None:
    """Look again and again. A browser that has just been started gets `patience` seconds to answer first."""
    begun, misses, answered = time.monotonic(), 0, False
    while True:
        try:
            browser.look()
            misses, answered = 0, True
        except SilentError as error:
            if not answered and time.monotonic() - begun < patience:
                time.sleep(1)
                continue
            misses += 1
            say(f"no answer ({misses}): {error}")
            if misses > 1:
                say("browser ended" if browser.end() else "no browser to end")
                begun, misses, answered = time.monotonic(), 0, False
            time.sleep(AGAIN)
            continue
        time.sleep(every)


def main() -> None:
    """Read the environment of the unit and watch."""
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("--every", type=float, default=60.0, help="seconds between two looks")
    read.add_argument("--patience", type=float, default=45.0, help="seconds a new browser has to come up")
    asked = read.parse_args()
    run = Path(os.environ.get("IOC_KIOSK_RUN", "/run/ioc-kiosk"))
    state = Path(os.environ.get("STATE_DIRECTORY", "/var/lib/ioc-kiosk"))
    watch(Browser(int(os.environ.get("IOC_KIOSK_PORT", "9222")), run, state), asked.every, asked.patience)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
