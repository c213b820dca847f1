"""Channels: one message by e-mail or to a webhook, to a real server, within limits.

Owns what goes over the wire and what is refused beforehand: no host that is not listed, no redirect, no password
without encryption. Keeps no state and repeats nothing; `ioc.alerts.post` does.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import json
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from ioc.alerts.records import Delivery, Message
from ioc.settings import Settings
from ioc.wording import say

SECONDS = 10.0
"""How long a server may take for one step; a webhook has twice that for the whole."""
_PORTS = {"http": 80, "https": 443}
_SHORTEST_SECRET = 16


class PostError(Exception):
    """The message did not get there; the sentence is for the operator. `final`: trying again is of no use."""

    def __init__(self, message: str, final: bool = False):
        self.final = final
        super().__init__(message)


def send(delivery: Delivery, message: Message, settings: Settings, now: datetime) -> None:
    """Deliver once. Raises PostError, and nothing else, when that was not possible."""
    try:
        if delivery.channel == "mail":
            _mail(delivery, message, settings, now)
        else:
            _webhook(delivery, message, settings, now)
    except (OSError, http.client.HTTPException, smtplib.SMTPException) as error:
        raise PostError(_told(error), _is_final(error)) from error
    except ValueError as error:  # a setting or an address that no protocol can carry
        raise PostError(say("alerts.post.unusable", "vi", detail=type(error).__name__), final=True) from error


def _told(error: Exception) -> str:
    detail = " ".join(str(error).split())[:200] or type(error).__name__
    if isinstance(error, ssl.SSLError):
        return say("alerts.post.tls", "vi", detail=detail)
    if isinstance(error, TimeoutError):
        return say("alerts.post.timeout", "vi")
    return say("alerts.post.failed", "vi", detail=detail)


def _is_final(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


def letter(delivery: Delivery, message: Message, settings: Settings, now: datetime) -> EmailMessage:
    """The e-mail of a message; the same id at every attempt, so that a double is seen as one."""
    body = message.body
    found = EmailMessage()
    found["Subject"] = " ".join(f"[IOC] {body['title']}: {body['headline']}".split())[:200]
    found["From"] = settings.smtp_from
    found["To"] = delivery.address
    found["Date"] = format_datetime(now)
    found["Message-ID"] = f"<ioc-{message.id}-{delivery.id}@{settings.smtp_from.rpartition('@')[2]}>"
    found["Auto-Submitted"] = "auto-generated"
    lines = [body["headline"], "", *(f"- {line}" for line in body["lines"])]
    if body.get("advice"):
        lines += ["", body["advice"]]
    if body.get("source"):
        lines += ["", say("alerts.post.source", "vi", source=body["source"], edition=body["edition"])]
    lines += ["", say("alerts.post.where", "vi")]
    if body.get("demonstration"):
        lines += ["", say("face.demonstration", "vi")]
    found.set_content("\n".join(lines) + "\n")
    return found


def _mail(delivery: Delivery, message: Message, settings: Settings, now: datetime) -> None:
    if not settings.smtp_host or not settings.smtp_from:
        raise PostError(say("alerts.post.no_smtp", "vi"), final=True)
    if settings.smtp_tls not in ("starttls", "tls", "none"):
        raise PostError(say("alerts.post.bad_tls", "vi"), final=True)
    if settings.smtp_user and settings.smtp_tls == "none":
        raise PostError(say("alerts.post.plain_password", "vi"), final=True)
    wanted: dict[str, Any] = {"timeout": SECONDS, "local_hostname": socket.gethostname()}
    context = ssl.create_default_context()
    kind: Callable[..., smtplib.SMTP] = smtplib.SMTP
    if settings.smtp_tls == "tls":
        kind = partial(smtplib.SMTP_SSL, context=context)
    with kind(settings.smtp_host, settings.smtp_port, **wanted) as server:
        if settings.smtp_tls == "starttls":
            server.starttls(context=context)
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        server.send_message(letter(delivery, message, settings, now))


def payload(delivery: Delivery, message: Message, now: datetime) -> bytes:
    """The JSON of a webhook: places and numbers, no person."""
    told = {"id": delivery.id, "message": message.id, "kind": message.kind,
            "sent_at": now.isoformat(timespec="seconds"), **message.body}  # fmt: skip
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()


def signature(secret: str, at: int, body: bytes) -> str:
    """``t=…,v1=…``: HMAC-SHA256 over time and body, for the receiver to check."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


Origin = tuple[str, str, int]


def origin(address: str) -> Origin:
    """Scheme, host and port of an address, alike however they were written. Raises ValueError."""
    parts = urlsplit(address)
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
        raise ValueError(f"not an http address: {address!r}")
    host = parts.hostname.rstrip(".")
    host = host if ":" in host else host.encode("idna").decode("ascii")
    return parts.scheme, host.lower(), parts.port or _PORTS[parts.scheme]


def allowed(settings: Settings) -> set[Origin]:
    """The origins that webhooks may go to. Raises ValueError for an entry that cannot be read."""
    return {origin(entry.strip()) for entry in settings.webhook_hosts.split(",") if entry.strip()}


def _webhook(delivery: Delivery, message: Message, settings: Settings, now: datetime) -> None:
    try:
        target, listed = origin(delivery.address), allowed(settings)
    except ValueError:
        raise PostError(say("alerts.post.bad_hosts", "vi"), final=True) from None
    if target not in listed:
        raise PostError(
            say("alerts.post.not_listed", "vi", host=f"{target[0]}://{target[1]}:{target[2]}"), final=True
        )
    if len(settings.webhook_secret) < _SHORTEST_SECRET:
        raise PostError(say("alerts.post.no_secret", "vi"), final=True)
    body = payload(delivery, message, now)
    head = {
        "Content-Type": "application/json", "User-Agent": "ioc-alerts", "X-IOC-Delivery": str(delivery.id),
        "X-IOC-Signature": signature(settings.webhook_secret, int(now.timestamp()), body), "Connection": "close",
    }  # fmt: skip
    parts = urlsplit(delivery.address)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    status = _post(target, _pinned(target), path, body, head)
    if 300 <= status < 400:
        raise PostError(say("alerts.post.redirect", "vi", status=status), final=True)
    if not 200 <= status < 300:
        again = status >= 500 or status in (408, 425, 429)
        raise PostError(say("alerts.post.refused", "vi", status=status), final=not again)


def _pinned(target: Origin) -> str:
    """The address to connect to, looked up once. This machine and link-local ones only when listed as such."""
    _, host, port = target
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for text in found:
        address = ipaddress.ip_address(text.partition("%")[0])
        plain = getattr(address, "ipv4_mapped", None) or address
        inner = plain.is_loopback or plain.is_link_local or plain.is_multicast or plain.is_unspecified
        if not inner or host in (text, "localhost"):
            return text
    raise PostError(say("alerts.post.inner", "vi", host=host), final=True)


def _post(target: Origin, address: str, path: str, body: bytes, head: dict[str, str]) -> int:
    """One POST to a pinned address; returns the status and looks at nothing else of the answer."""
    scheme, host, port = target
    connection: http.client.HTTPConnection
    if scheme == "https":
        connection = http.client.HTTPSConnection(
            host, port, timeout=SECONDS, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    # The name was looked up and judged; connecting looks it up no more, so that it cannot mean another host now.
    connection._create_connection = lambda _, *more: socket.create_connection((address, port), SECONDS)  # type: ignore[attr-defined]
    fuse = threading.Timer(2 * SECONDS, partial(_cut, connection))
    fuse.daemon = True
    fuse.start()
    try:
        connection.request("POST", path, body, head)
        return connection.getresponse().status
    finally:
        fuse.cancel()
        connection.close()


def _cut(connection: http.client.HTTPConnection) -> None:
    """End a conversation that drags on."""
    if connection.sock is not None:
        connection.sock.shutdown(socket.SHUT_RDWR)
