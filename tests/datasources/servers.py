"""Servers that misbehave: ones that never answer, refuse, or stand between us and a real one and cut the line."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

BLOCK = 16_384
Answer = Callable[[socket.socket, threading.Event], None]


@contextmanager
def answering(answer: Answer) -> Iterator[int]:
    """The port of a server that gives every connection to `answer`, until the end of the block."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            answer(connection, over)

    def listen() -> None:
        while not over.is_set():
            with suppress(TimeoutError):
                connection, _ = listener.accept()
                connection.settimeout(None)
                threads.append(threading.Thread(target=serve, args=(connection,), daemon=True))
                threads[-1].start()

    threads.append(threading.Thread(target=listen, daemon=True))
    threads[0].start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        for thread in threads:
            thread.join(5)
        listener.close()


def silent(connection: socket.socket, over: threading.Event) -> None:
    """Accepts, and never says a word."""
    over.wait()


def refusing_passwords(connection: socket.socket, over: threading.Event) -> None:
    """A PostgreSQL server that asks for the password and does not like it."""
    while True:
        (length,) = struct.unpack("!I", connection.recv(4, socket.MSG_WAITALL))
        (kind,) = struct.unpack("!I", connection.recv(length - 4, socket.MSG_WAITALL)[:4])
        if kind not in (80877103, 80877104):  # asks for TLS or GSS first
            break
        connection.sendall(b"N")
    connection.sendall(b"R" + struct.pack("!II", 8, 3))
    connection.recv(4096)
    said = b'SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user "x"\0\0'
    connection.sendall(b"E" + struct.pack("!I", len(said) + 4) + said)


class Line:
    """A line to a real server that hands on what both say, until it is told to be cut or to go dead."""

    def __init__(self, host: str, port: int):
        self.target = (host, port)
        self.cut_after: int | None = None
        self.dead_after: int | None = None

    def __call__(self, connection: socket.socket, over: threading.Event) -> None:
        with socket.create_connection(self.target) as server:
            forth = threading.Thread(target=_hand_on, args=(connection, server), daemon=True)
            forth.start()
            try:
                self._hand_back(server, connection, forth, over)
            finally:
                for end in (connection, server):  # closing alone tells nobody while a thread still listens
                    with suppress(OSError):
                        end.shutdown(socket.SHUT_RDWR)

    def _hand_back(
        self, server: socket.socket, connection: socket.socket, forth: threading.Thread, over: threading.Event
    ) -> None:
        passed = 0
        for end in (connection, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server.settimeout(0.2)
        while not over.is_set():
            try:
                said = server.recv(BLOCK)
            except TimeoutError:
                if not forth.is_alive():
                    return  # the other side has hung up
                continue
            passed += len(said)
            if not said or (self.cut_after is not None and passed > self.cut_after):
                return
            if self.dead_after is not None and passed > self.dead_after:
                while forth.is_alive() and not over.wait(0.1):
                    pass
                return
            connection.sendall(said)


def _hand_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while said := source.recv(BLOCK):
            target.sendall(said)
