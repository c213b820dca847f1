"""Headers: what every answer tells the browser it may do, keep and frame.

Owns the content security policy and the rules for caches. The policy is strict: nothing from elsewhere, no
inline script but those whose hash is known once every callback has been registered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from flask import Flask, Response, request

_POLICY = (
    "default-src 'none'", "script-src 'self'{hashes}", "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:", "connect-src 'self'", "font-src 'self'", "worker-src 'self' blob:",
    "base-uri 'none'", "object-src 'none'", "form-action 'self'", "frame-ancestors 'none'",
)  # fmt: skip
_DENIED_FEATURES = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation", "gyroscope",
    "hid", "magnetometer", "microphone", "midi", "payment", "publickey-credentials-get", "serial", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
ON_PAGES = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _DENIED_FEATURES),
}
"""What only a page can break, so that a screen's poll stays a few hundred bytes."""
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
"""For everything that is not a page: should a browser be brought to show it as one, it can do nothing."""
TRANSPORT = "max-age=31536000; includeSubDomains"
IMMUTABLE = "private, max-age=31536000, immutable"
"""For addresses that name their content (a hash, a fingerprint, a version)."""
ASKED_AGAIN = "no-cache"
"""For files of the programme without a version: kept, but asked about each time."""
KEPT = (IMMUTABLE, ASKED_AGAIN)


class Headers:
    """Puts the headers on every answer of a server."""

    def __init__(self, script_hashes: Callable[[], Sequence[str]]):
        self._script_hashes = script_hashes

    def install(self, server: Flask) -> None:
        """Run after everything else that touches an answer."""
        server.after_request_funcs.setdefault(None, []).insert(0, self.put)

    @cached_property
    def policy(self) -> str:
        """The policy of pages; read first once all callbacks exist, because asking for hashes drains them."""
        hashes = "".join(f" {one}" for one in self._script_hashes())
        return "; ".join(_POLICY).format(hashes=hashes)

    def put(self, response: Response) -> Response:
        """Complete the headers of one answer."""
        headers = response.headers
        headers.update(ALWAYS)
        if response.mimetype == "text/html":
            headers.update(ON_PAGES)
            headers["Content-Security-Policy"] = self.policy
        else:
            headers["Content-Security-Policy"] = DATA_POLICY
        if request.is_secure:
            headers["Strict-Transport-Security"] = TRANSPORT
        if response.status_code >= 400 or headers.get("Cache-Control") not in KEPT:
            headers["Cache-Control"] = "no-store"
        return response
