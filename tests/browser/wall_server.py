"""A server of the wall alone, whose every fault a test can switch on: slow, silent, refusing, another build, poison."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ioc.settings import PROJECT
from ioc.web.wall_page import wall_page

KINDS = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'"
)
SQUARES = "".join(
    f'<path id="a{at:05d}" data-x="{at * 100 - 50}" data-y="50" data-r="50" d="M{at * 100 - 100} 0h100v100h-100z"/>'
    for at in range(1, 7)
)
DRAWING = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 100"><g class="areas">{SQUARES}</g></svg>'
)


class WallServer(ThreadingHTTPServer):
    """What it answers is in its fields; what it was asked is counted."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, document: dict[str, Any], port: int = 0):
        super().__init__(("127.0.0.1", port), _Handler)
        self.document = document
        self.mode = "well"
        self.slow = 0.0
        self.ahead = 0.0
        self.drawing = DRAWING
        self.asked: list[tuple[float, str]] = []
        self.flying = self.most_flying = 0
        self.lock = threading.Lock()
        self.began = time.time()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is no news."""

    def turn_to(self, hour: int, minute: int = 0) -> None:
        """Be ahead of the real clock until it is that time of day in Vietnam."""
        wanted = (hour * 60 + minute) * 60
        self.ahead = (wanted - (time.time() + 7 * 3600)) % 86400

    def edition(self, number: int, **numbers: str) -> None:
        """Publish another edition; `numbers` are new values of tiles by "scene_at"."""
        fixed = self.document["fixed"]
        fixed["edition"], self.document["age"] = number, 0
        for scene in fixed["scenes"].values():
            for at, tile in enumerate(scene["tiles"]):
                tile["mark"] = f"{number}-{at}"  # a load from a source changes most of what is shown
                if tile["kind"] == "number":
                    tile["value"] = numbers.get("value", f"{number},{at}")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: WallServer

    def log_message(self, *_: Any) -> None:
        """Quiet."""

    def _send(self, status: int, body: bytes = b"", kind: str = "application/json", **head: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **head}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path == "/tuong":
            document = self.server.document
            page = wall_page("vi", document["fixed"]["build"], "/api/wall/sanh", None, "Tỉnh Thử")
            self._send(200, page.encode(), "text/html; charset=utf-8", Content_Security_Policy=POLICY)
        elif path == "/geo/thu.svg":
            self._send(200, self.server.drawing.encode(), "image/svg+xml")
        elif path.startswith("/assets/"):
            file = PROJECT / path.lstrip("/")
            self._send(200, file.read_bytes(), KINDS.get(file.suffix, "application/octet-stream"))
        elif path == "/next":
            self.server.edition(self.server.document["fixed"]["edition"] + 1)
            self._send(200, b"{}")
        elif path.startswith("/api/wall"):
            self._wall()
        else:
            self._send(404)

    def _wall(self) -> None:
        server = self.server
        with server.lock:
            server.asked.append((time.time(), self.headers.get("X-IOC-Screen", "")))
            server.flying += 1
            server.most_flying = max(server.most_flying, server.flying)
        try:
            if server.mode == "silent":
                while server.mode == "silent":
                    time.sleep(0.02)
                return
            time.sleep(server.slow)
            self._answer(server)
        finally:
            with server.lock:
                server.flying -= 1

    def _answer(self, server: WallServer) -> None:
        if server.mode == "killed":
            self.connection.close()
        elif server.mode == "401":
            self._send(401, b'{"error":"x"}')
        elif server.mode == "302":
            self._send(302, Location="/dang-nhap")
        elif server.mode == "503":
            self._send(503, b'{"error":"x"}')
        elif server.mode == "html":
            self._send(200, b"<html><form><input type=password></form></html>", "text/html")
        elif server.mode == "broken":
            self._send(200, b'{"fixed":')
        else:
            tag = f'"{hash(json.dumps(server.document, sort_keys=True))}"'
            if self.headers.get("If-None-Match") == tag:
                self._send(304, ETag=tag)
            else:
                body = {**server.document, "now": time.time() + server.ahead}
                self._send(200, json.dumps(body).encode(), ETag=tag)


@contextmanager
def serving(document: dict[str, Any]) -> Iterator[WallServer]:
    """The server in a thread of its own."""
    server = WallServer(document)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.mode = "killed"
        server.shutdown()
        server.server_close()
