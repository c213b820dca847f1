"""Files of the programme on the wire: compressed once, kept by the browser as long as their address allows.

Owns the gzip variants of assets and component suites and the caching of files, and turns what goes wrong
while one is looked up into "not there". Knows nothing of data; drawings have their own route.
"""

from __future__ import annotations

import gzip
import threading

from flask import Flask, Response, request

from ioc.web.guard import ASSETS, SUITES
from ioc.web.headers import ASKED_AGAIN, IMMUTABLE

_TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml", "application/manifest+json")
SMALLEST = 900
"""Bytes below which compressing gains nothing."""
DYNAMIC_LEVEL, FILE_LEVEL = 4, 9
_MOST_KEPT = 512


class Statics:
    """Compresses answers of one server."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str | None], bytes] = {}
        self._lock = threading.Lock()

    def install(self, server: Flask) -> None:
        """Run on every answer before the headers are completed."""
        server.after_request(self.put)

    def put(self, response: Response) -> Response:
        """Set caching of a file and compress the body where the browser can read it."""
        is_file = request.endpoint in (ASSETS, SUITES)
        if is_file and response.status_code in (200, 304):
            response.headers["Cache-Control"] = IMMUTABLE if _versioned(response) else ASKED_AGAIN
        if (
            response.status_code == 200
            and request.method == "GET"
            and "Content-Encoding" not in response.headers
            and response.content_type is not None
            and response.content_type.startswith(_TEXT)
        ):
            self._compress(response, is_file)
        return response

    def _compress(self, response: Response, is_file: bool) -> None:
        response.headers["Vary"] = "Accept-Encoding"
        if "gzip" not in request.headers.get("Accept-Encoding", ""):
            return
        if is_file:
            data = self._file(response)
        else:
            whole = response.get_data()
            data = _small(whole, DYNAMIC_LEVEL) if len(whole) >= SMALLEST else b""
        if data:
            response.set_data(data)
            response.headers["Content-Encoding"] = "gzip"

    def _file(self, response: Response) -> bytes:
        key = (request.path, response.headers.get("ETag") or str(response.content_length))
        found = self._kept.get(key)
        response.direct_passthrough = False
        if found is not None:
            response.close()  # the opened file is not needed
        else:
            found = _small(response.get_data(), FILE_LEVEL)
            with self._lock:
                if len(self._kept) >= _MOST_KEPT:
                    self._kept.clear()
                self._kept[key] = found
        return found


def _small(data: bytes, level: int) -> bytes:
    return gzip.compress(data, level, mtime=0)


def _versioned(response: Response) -> bool:
    """Whether the address names its content: Dash's fingerprint in the name, or a version in the query."""
    if request.endpoint == SUITES:
        return (response.cache_control.max_age or 0) > 0
    return "m" in request.args or "v" in request.args
