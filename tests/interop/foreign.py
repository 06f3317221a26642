"""A little site with the ways servers have, for other archivers to fetch. ``python -m tests.interop.foreign PORT``."""

from __future__ import annotations

import gzip
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY = b"<html><body>" + b"<p>isi berita</p>" * 500 + b"</body></html>"
NAMES = ("a", "chunked", "packed", "moved", "missing", "empty", "endless", "same", "none", "odd", "picture.png")


class Site(BaseHTTPRequestHandler):
    """Chunks, codings, redirects, errors, no length, no reason phrase, bytes beyond ASCII in a head."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        name = self.path.strip("/")
        special = getattr(self, f"_{name}", None)
        if special:
            special()
        elif name == "":
            self._send(b"".join(b'<a href="/%s">x</a>' % name.encode() for name in NAMES))
        elif name == "picture.png":
            self._send(b"\x89PNG" + bytes(5000), "image/png")
        else:
            self._send(b"" if name == "empty" else BODY, status=404 if name == "missing" else 200)

    def _send(self, body: bytes, kind: str = "text/html", status: int = 200) -> None:
        self._head(status, ("Content-Type", kind), ("Content-Length", str(len(body))))
        self.wfile.write(body)

    def _head(self, status: int, *fields: tuple[str, str]) -> None:
        self.send_response(status)
        for field in fields:
            self.send_header(*field)
        self.end_headers()

    def _chunked(self, body: bytes = BODY, *more: tuple[str, str]) -> None:
        self._head(200, ("Content-Type", "text/html"), ("Transfer-Encoding", "chunked"), *more)
        for at in range(0, len(body), 1000):
            chunk = body[at : at + 1000]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        self.wfile.write(b"0\r\n\r\n")

    def _packed(self) -> None:
        self._chunked(gzip.compress(BODY), ("Content-Encoding", "gzip"))

    def _moved(self) -> None:
        self._head(302, ("Location", "/a"), ("Content-Length", "0"))

    def _none(self) -> None:
        self._head(204)

    def _endless(self) -> None:
        self._head(200, ("Content-Type", "text/html"), ("Connection", "close"))
        self.wfile.write(BODY)
        self.close_connection = True

    def _odd(self) -> None:
        self.wfile.write(b"HTTP/1.1 200\r\nserver:x\r\nX-Kota: caf\xe9\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n")
        self.wfile.write(b"Content-Length: 3\r\n\r\nabc")

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Site).serve_forever()
