"""Traps in statuses: a server that refuses, postpones and changes its mind."""

from __future__ import annotations

from .site import Asked, Says, Trap, news, plain, response
from .traps import page


def refuses(status: str, *lines: str) -> bytes:
    return response(plain(status), *lines, status=status)


def _flapping(asked: Asked) -> bytes:
    return refuses("503 Service Unavailable") if asked.times < 3 else response(news("Akhirnya Terbit").encode())


def _dropping(asked: Asked) -> bytes:
    return b"" if asked.times < 2 else response(news("Akhirnya Sampai").encode())


RESTS = ("http-503", "host-resting")

REFUSALS: list[Trap] = [
    page("flapping-503", _flapping, records=("Akhirnya Terbit",)),
    page("dropped-once", _dropping, records=("Akhirnya Sampai",)),
    page("busy-for-ever", refuses("429 Too Many Requests"), "http-429", "host-resting"),
    page("retry-after-31-years", refuses("503 Busy", "Retry-After: 978307200"), *RESTS),
    page("retry-after-negative", refuses("503 Busy", "Retry-After: -5"), *RESTS),
    page("retry-after-garbage", refuses("503 Busy", "Retry-After: soon, inshallah"), *RESTS),
    page("retry-after-past", refuses("503 Busy", "Retry-After: Mon, 01 Jan 2001 00:00:00 GMT"), *RESTS),
    page("retry-after-infinite", refuses("503 Busy", "Retry-After: " + "9" * 400), *RESTS),
    page("wall-403", refuses("403 Forbidden"), "http-403", "host-forbids"),
    page("wall-challenge", refuses("403 Forbidden", "Cf-Mitigated: challenge"), "http-403", "host-forbids"),
    page("wall-401", refuses("401 Unauthorized", 'WWW-Authenticate: Basic realm="x"'), "http-401"),
    page("wall-407", refuses("407 Proxy Authentication Required"), "http-407"),
    page("wall-451", refuses("451 Unavailable For Legal Reasons"), "http-451"),
    page("error-500", refuses("500 Internal Server Error"), "http-500"),
    page("no-content", b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", "http-204"),
    page("not-modified", b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n", "http-304"),
    page("partial", response(news("Sebagian").encode(), "Content-Range: bytes 0-9/10", status="206 Partial Content"),
         "http-206"),
    page("switching-protocols", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
         "http-101", "connection-failed", "timeout"),
]  # fmt: skip


def _slowly(asked: Asked):  # type: ignore[no-untyped-def]
    from .site import hang

    return hang(asked.site, b"HTTP/1.1 200 OK\r\n")


def _circle(_: Asked) -> bytes:
    return response(b"", "Location: /robots.txt", status="302 Found")


ROBOTS: dict[str, tuple[Says, bool]] = {
    "500": (lambda _: refuses("500 Internal Server Error"), False),
    "503-for-years": (lambda _: refuses("503 Busy", "Retry-After: 978307200"), False),
    "time-out": (_slowly, False),
    "hang-up": (lambda _: b"", False),
    "circle": (_circle, False),
    "to-inner": (lambda a: response(b"", f"Location: http://{a.site.inner}/robots.txt", status="302 Found"), False),
    "bomb": (lambda _: _bomb(), False),
    "to-file": (lambda _: response(b"", "Location: file:///etc/passwd", status="302 Found"), True),
    "huge": (lambda _: response(b"User-agent: *\nDisallow: /rahasia\n" * 200_000, kind="text/plain"), True),
    "html": (lambda _: response(plain()), True),
    "binary": (lambda _: response(bytes(range(256)) * 100, kind="text/plain"), True),
    "laughs": (lambda _: response(b'<!DOCTYPE x [<!ENTITY a "&a;&a;">]><x>&a;</x>', kind="application/xml"), True),
    "forbidden": (lambda _: refuses("403 Forbidden"), True),
    "delay-for-ever": (lambda _: response(b"User-agent: warkat\nCrawl-delay: nan\nCrawl-delay: -1\n"), True),
    "stars": (lambda _: response(b"User-agent: *\nDisallow: /" + b"*a" * 3000 + b"$\n", kind="text/plain"), True),
}
"""What robots.txt does, and whether pages may be asked for after it (RFC 9309)."""


def _bomb() -> bytes:
    from .traps import zeros

    return response(zeros(), "Content-Encoding: gzip", kind="text/plain")
