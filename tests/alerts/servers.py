"""Real local servers in the test process: one that speaks SMTP, with TLS if asked, and one that takes webhooks."""

from __future__ import annotations

import base64
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Mailbox:
    """What an SMTP server was told. `refuse` answers a verb with a line of its own, as often as it is listed."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)
    refuse: dict[str, list[str]] = field(default_factory=dict)
    silent: bool = False


class _Smtp(socketserver.StreamRequestHandler):
    """Enough of RFC 5321 for a client that means it."""

    box: Mailbox
    context: ssl.SSLContext | None

    def handle(self) -> None:
        if self.box.silent:
            threading.Event().wait(3)
            return
        secured = False
        self.say("220 thu ESMTP")
        while line := self.rfile.readline():
            verb = line.decode("ascii", "replace").strip()
            name = verb.split(" ")[0].upper()
            if self.box.refuse.get(name):
                self.say(self.box.refuse[name].pop(0))
            elif name == "EHLO":
                offers = ["thu", *(["STARTTLS"] if self.context and not secured else []), "AUTH PLAIN"]
                for at, offer in enumerate(offers):
                    self.say(f"250{'-' if at < len(offers) - 1 else ' '}{offer}")
            elif name == "STARTTLS" and self.context:
                self.say("220 go on")
                try:
                    self.connection = self.context.wrap_socket(self.connection, server_side=True)
                except OSError:
                    return
                self.rfile, secured = self.connection.makefile("rb"), True
                self.wfile = self.connection.makefile("wb", 0)  # type: ignore[assignment]
            elif name == "AUTH":
                self.box.logins.append(base64.b64decode(verb.split(" ")[2]).decode())
                self.say("235 welcome")
            elif name == "DATA":
                self.say("354 speak")
                lines = []
                while (part := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(part)
                letter = message_from_bytes(b"".join(lines), policy=policy.default)
                self.box.letters.append(letter)  # type: ignore[arg-type]
                self.box.secured.append(secured)
                self.say("250 taken")
            elif name == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def smtp(certificate: Path | None = None) -> Iterator[Mailbox]:
    """An SMTP server on this machine; with a certificate it offers STARTTLS."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    box = Mailbox()
    handler = type("Handler", (_Smtp,), {"box": box, "context": context})
    with _Server(("127.0.0.1", 0), handler) as server:
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield box
        server.shutdown()


@dataclass
class Hook:
    """What a webhook server was told. `answers` are statuses to give, in order; then 204."""

    port: int = 0
    calls: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@contextmanager
def webhook(certificate: Path | None = None) -> Iterator[Hook]:
    """A server that takes POSTs."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.calls.append((self.path, dict(self.headers), body))
            self.send_response(hook.answers.pop(0) if hook.answers else 204)
            self.send_header("Location", f"http://127.0.0.1:{hook.port}/elsewhere")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        hook.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield hook
        server.shutdown()


def make_certificate(folder: Path) -> Path:
    """A certificate of its own authority for this machine, with its key in the same file."""
    path = folder / "server.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_text((folder / "cert.pem").read_text() + (folder / "key.pem").read_text())
    return path
