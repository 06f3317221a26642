"""Little servers on 127.0.0.1 that answer with exactly the bytes they are given."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

Answer = Callable[[bytes], bytes | Iterator[bytes]]
"""From the raw request to the raw response, whole or in pieces; the connection is closed after it."""


def read_request(connection: socket.socket) -> bytes:
    """One request from a socket: head, and body as long as Content-Length says."""
    data = b""
    while b"\r\n\r\n" not in data:
        got = connection.recv(65536)
        if not got:
            return data
        data += got
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(x.split(b":")[1]) for x in head.split(b"\r\n") if x.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


class RawServer:
    """Serves ``answer(request)`` on a free port; ``requests`` holds the raw requests in order."""

    def __init__(self, answer: Answer, tls: ssl.SSLContext | None = None, *, keep_alive: bool = False) -> None:
        self.answer = answer
        self.tls = tls
        self.keep_alive = keep_alive
        self.requests: list[bytes] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> RawServer:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection:
                while request := read_request(connection):
                    self.requests.append(request)
                    self._send(connection, self.answer(request))
                    if not self.keep_alive:
                        break

    @staticmethod
    def _send(connection: socket.socket, answer: bytes | Iterator[bytes]) -> None:
        for piece in [answer] if isinstance(answer, bytes) else answer:
            connection.sendall(piece)
