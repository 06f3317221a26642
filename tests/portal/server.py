"""The portal on a socket: a threading HTTP/1.1 server on the loopback address.

It adds to an ``Answer`` what belongs to HTTP: conditions and 304, gzip where the client accepts it, chunks, delays,
and a list of every request. Two addresses steer it from another process and are never recorded:
``POST /__portal__/visit?n=2`` and ``GET /__portal__/requests``, both for loopback clients only.
"""

from __future__ import annotations

import gzip
import ipaddress
import json
import re
import socket
import threading
import time
from collections import Counter
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from . import site

CHUNK = 1024
"""Bytes in a chunk of the page that is sent chunked."""
CONTROL = "/__portal__/"


class Request(NamedTuple):
    """One request as the server saw it."""

    method: str
    path: str
    """Path and query, as sent."""
    status: int
    headers: dict[str, str]
    """Request headers, names in lower case; of a repeated one the last."""
    time: float
    """Seconds since 1970 when the head had been read."""


class Portal:
    """The demo portal, running while its ``with`` block runs.

    Args:
        port: TCP port on 127.0.0.1; 0 takes a free one.
        slow_s: seconds that the slow page waits before it answers.
        crawl_delay: seconds for the Crawl-delay line of robots.txt; None leaves the line out.
    """

    def __init__(self, port: int = 0, slow_s: float = 1.5, crawl_delay: float | None = None) -> None:
        self.slow_s = slow_s
        self.crawl_delay = crawl_delay
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._visit = 1
        self._requests: list[Request] = []
        self._counts: Counter[str] = Counter()
        self._server = _Server(("127.0.0.1", port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="portal", daemon=True)

    @property
    def url(self) -> str:
        """Scheme, host and port, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def requests(self) -> list[Request]:
        """The requests so far, in the order in which they were answered."""
        with self._lock:
            return list(self._requests)

    @property
    def visit(self) -> int:
        """1 at first; from 2 on the edited article is edited, the withdrawn one gone and the late one there."""
        return self._visit

    @visit.setter
    def visit(self, number: int) -> None:
        if number < 1:
            raise ValueError(number)
        self._visit = number

    def __enter__(self) -> Portal:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()

    def wait(self) -> None:
        """Serve until the process is told to stop."""
        self._thread.join()

    def count(self, name: str) -> int:
        """One more for this name; the number so far."""
        with self._lock:
            self._counts[name] += 1
            return self._counts[name]

    def record(self, request: Request) -> None:
        """Add to the list of requests."""
        with self._lock:
            self._requests.append(request)


class _Server(ThreadingHTTPServer):
    """Knows its open connections, so that none outlives the portal."""

    daemon_threads = False  # server_close then waits for the handlers, and no socket is left to the collector
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], portal: Portal) -> None:
        self.portal = portal
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(address, _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        with self._guard:
            self._open.add(connection)
        return connection, address

    def close_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
        super().close_request(request)

    def hang_up(self) -> None:
        """End the kept connections, whose handlers wait for a next request."""
        with self._guard:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the client was faster

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle is no event."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Tirtasari"
    sys_version = ""
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Nothing: ``Portal.requests`` is the log."""

    def do_GET(self) -> None:
        if self.path.startswith(CONTROL):
            return self._control()
        portal, parts, arrived = self.server.portal, urlsplit(self.path), time.time()
        state = site.State(self._base(), portal.visit, portal.crawl_delay, portal.count)
        answer = site.answer(parts.path, parts.query, state)
        if answer.slow:
            portal.stopping.wait(portal.slow_s)
        status = HTTPStatus.NOT_MODIFIED if self._is_current(answer) else HTTPStatus(answer.status)
        headers = {name.lower(): value for name, value in self.headers.items()}
        portal.record(Request(self.command, self.path, status, headers, arrived))
        self._send(answer, status)
        return None

    do_HEAD = do_GET  # noqa: N815 - the base class looks for this name

    def do_POST(self) -> None:
        if self.path.startswith(CONTROL):
            return self._control()
        return self._json(HTTPStatus.METHOD_NOT_ALLOWED, {"error": "method not allowed"})

    def _base(self) -> str:
        """The address that the client used, so that links work under ``localhost`` too."""
        host = self.headers.get("Host", "")
        return f"http://{host}" if re.fullmatch(r"[A-Za-z0-9.-]+(:\d+)?", host) else self.server.portal.url

    def _is_current(self, answer: site.Answer) -> bool:
        """Whether the client has this already.

        Source: RFC 9110, 13.1.2 (weak comparison) and 13.1.3 (If-Modified-Since only without If-None-Match).
        """
        if answer.etag is None or answer.last_modified is None:
            return False
        given = self.headers.get("If-None-Match")
        if given is not None:
            tags = {tag.strip().removeprefix("W/") for tag in given.split(",")}
            return answer.etag in tags or "*" in tags
        since = self.headers.get("If-Modified-Since")
        try:
            return since is not None and answer.last_modified <= parsedate_to_datetime(since)
        except (TypeError, ValueError):
            return False  # no date that we can read, or one without a zone

    def _send(self, answer: site.Answer, status: HTTPStatus) -> None:
        headers = [("Content-Type", answer.content_type), *answer.headers]
        body = answer.body
        if status is HTTPStatus.NOT_MODIFIED:
            headers, body = [], b""
        elif answer.content_type.startswith("text/html"):
            headers.append(("Vary", "Accept-Encoding"))
            if body and self._takes_gzip():
                body = gzip.compress(body, mtime=0)
                headers.append(("Content-Encoding", "gzip"))
        if answer.etag and answer.last_modified:
            stamp = format_datetime(answer.last_modified.astimezone(UTC), usegmt=True)
            headers += [("ETag", answer.etag), ("Last-Modified", stamp)]
        if answer.chunked:
            headers.append(("Transfer-Encoding", "chunked"))
            body = _chunks(body)
        elif status is not HTTPStatus.NOT_MODIFIED:
            headers.append(("Content-Length", str(len(body))))
        self._write(status, headers, body)

    def _takes_gzip(self) -> bool:
        offers = self.headers.get("Accept-Encoding", "").lower().split(",")
        return any(re.fullmatch(r"(x-)?gzip(;q=(1|0\.0*[1-9]).*)?", offer.replace(" ", "")) for offer in offers)

    def _write(self, status: HTTPStatus, headers: list[tuple[str, str]], body: bytes) -> None:
        """Head and body in one piece, so that a small answer is one packet."""
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _json(self, status: HTTPStatus, value: object) -> None:
        body = json.dumps(value).encode()
        self.close_connection = True  # a body of the request may be unread
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body))), ("Connection", "close")]
        self._write(status, headers, body)

    def _control(self) -> None:
        portal, parts = self.server.portal, urlsplit(self.path)
        if not ipaddress.ip_address(self.client_address[0]).is_loopback:
            return self._json(HTTPStatus.FORBIDDEN, {"error": "loopback only"})
        if self.command == "GET" and parts.path == f"{CONTROL}requests":
            return self._json(HTTPStatus.OK, [request._asdict() for request in portal.requests])
        number = parse_qs(parts.query).get("n", [""])[0]
        if self.command == "POST" and parts.path == f"{CONTROL}visit" and re.fullmatch("[1-9]", number):
            portal.visit = int(number)
            return self._json(HTTPStatus.OK, {"visit": portal.visit})
        return self._json(HTTPStatus.NOT_FOUND, {"error": "no such control"})


def _chunks(body: bytes) -> bytes:
    """A body in chunked transfer coding (RFC 9112, 7.1)."""
    parts = [body[start : start + CHUNK] for start in range(0, len(body), CHUNK)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
