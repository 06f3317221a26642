"""Traps on the wire: slow, stuck, broken, endless and conflicting messages, and compressed bombs."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from functools import cache

import brotli
from backports import zstd

from .site import Answer, Asked, Says, Trap, drip, hang, news, plain, response

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
BOMB_SIZE = 512 << 20


def page(name: str, says: Says | bytes, *expect: str, records: tuple[str, ...] = ()) -> Trap:
    """A trap that is one article address."""
    answer: Says = (lambda _: says) if isinstance(says, bytes) else says
    return Trap(name, {f"/berita/{name}": answer}, expect, records=records)


def endless(first: bytes, more: bytes) -> Says:
    def says(asked: Asked) -> Iterator[bytes]:
        yield first
        while not asked.site.over.is_set():
            yield more

    return says


def chunked(*pieces: bytes) -> bytes:
    return OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(pieces)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def coded(body: bytes, coding: str) -> bytes:
    return response(body, f"Content-Encoding: {coding}")


@cache
def zeros(window_bits: int = 31, size: int = BOMB_SIZE) -> bytes:
    """Compressed zeros: one mebibyte, flushed so that it can stand there as often as it takes."""
    out = zlib.compressobj(9, zlib.DEFLATED, window_bits)
    first = out.compress(bytes(1 << 20)) + out.flush(zlib.Z_FULL_FLUSH)
    again = out.compress(bytes(1 << 20)) + out.flush(zlib.Z_FULL_FLUSH)
    return first + again * ((size >> 20) - 1) + out.flush()


@cache
def _zeros_brotli() -> bytes:
    return brotli.compress(bytes(BOMB_SIZE >> 2), quality=1)


@cache
def _zeros_zstd() -> bytes:
    return zstd.compress(bytes(BOMB_SIZE >> 2), level=1)


def _nested(times: int) -> bytes:
    body = news("Berlapis").encode()
    for _ in range(times):
        body = gzip.compress(body, mtime=0)
    return body


CUT = ("truncated", "connection-failed")
LATE = ("timeout",)
BROKEN = ("connection-failed",)
UNDECODABLE = ("undecodable",)
BODY = news("Rusak").encode()


def lazily(make: Callable[[], bytes]) -> Says:
    return lambda _: make()


def _interim(asked: Asked) -> Answer:
    return endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 50)(asked)


WIRE: list[Trap] = [
    # slow and stuck
    page("slow-head", lambda a: drip(a.site, b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 5000), *LATE),
    page("slow-body", lambda a: (x for part in ([OK + b"\r\n"], drip(a.site, b"<p>")) for x in part), *LATE),
    page("stuck-at-once", lambda a: hang(a.site), *LATE),
    page("stuck-in-head", lambda a: hang(a.site, b"HTTP/1.1 200 OK\r\nContent-"), *LATE),
    page("stuck-after-head", lambda a: hang(a.site, OK + b"Content-Length: 500\r\n\r\n"), *LATE),
    page("stuck-in-body", lambda a: hang(a.site, OK + b"Content-Length: 90000\r\n\r\n" + BODY), *LATE),
    page("stuck-in-chunk", lambda a: hang(a.site, chunked(chunk(BODY), b"ffff\r\nabc")), *LATE),
    # broken heads
    page("hang-up", b"", *BROKEN),
    page("half-head", b"HTTP/1.1 200 OK\r\nContent-Ty", *BROKEN),
    page("garbage-status", b"\x16\x03\x01 lorem ipsum\r\n\r\n" + BODY, *BROKEN),
    page("status-without-number", b"HTTP/1.1 OK\r\n\r\n" + BODY, *BROKEN),
    page("status-of-four-digits", b"HTTP/1.1 2000 OK\r\nContent-Length: 3\r\n\r\nabc", *BROKEN),
    page("status-999", response(plain(), status="999 Denied"), "http-999"),
    page("http-0.9", BODY, *BROKEN),
    page("http-2-preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", *BROKEN),
    page("tls-on-plain-port", b"\x15\x03\x03\x00\x02\x02\x46", *BROKEN),
    page("huge-header", OK + b"X-Big: " + b"a" * (2 << 20) + b"\r\n\r\n" + BODY, *BROKEN),
    page("ten-thousand-headers", OK + b"".join(b"X-%d: a\r\n" % n for n in range(10_000)) + b"\r\n" + plain(),
         *BROKEN, "not-an-article"),
    page("endless-headers", endless(OK, b"X-A: " + b"a" * 1000 + b"\r\n"), *BROKEN, *LATE),
    page("endless-status-line", endless(b"HTTP/1.1 200 ", b"O" * 65536), *BROKEN),
    page("early-hints-flood", _interim, *BROKEN, *LATE),
    page("continue-flood", endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), *BROKEN, *LATE),
    page("header-without-colon", OK + b"no colon here\r\n\r\n" + BODY, *BROKEN, "not-an-article"),
    page("header-injection", response(plain(), "Set-Cookie: a=b\rX-Evil: 1"), *BROKEN, "not-an-article"),
    page("null-in-header", response(plain(), "X-Nil: a\0b"), *BROKEN, "not-an-article"),
    page("cookie-stuffing", response(plain(), *[f"Set-Cookie: c{n}={'x' * 3000}" for n in range(60)]),
         *BROKEN, "not-an-article"),
    # lengths that lie
    page("length-too-long", OK + b"Content-Length: %d\r\n\r\n" % (len(BODY) + 400) + BODY, *CUT),
    page("length-too-short", OK + b"Content-Length: 40\r\n\r\n" + plain() * 3, "not-an-article", "empty-page", *BROKEN),
    page("length-twice", OK + b"Content-Length: 5\r\nContent-Length: 900\r\n\r\n" + BODY, *CUT, "not-html"),
    page("length-negative", OK + b"Content-Length: -5\r\n\r\n" + BODY, *BROKEN),
    page("length-no-number", OK + b"Content-Length: many\r\n\r\n" + BODY, *BROKEN),
    page("length-of-an-exabyte", lambda a: hang(a.site, OK + b"Content-Length: 1152921504606846976\r\n\r\n<p>"),
         "too-large"),
    page("length-and-chunks", OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(plain()) +
         b"0\r\n\r\n", *CUT, "not-an-article"),
    page("chunk-size-garbage", chunked(b"zz\r\n", BODY), *CUT),
    page("chunk-size-negative", chunked(b"-1\r\n", BODY), *CUT),
    page("chunk-size-huge", chunked(b"ffffffffffffffffff\r\n", BODY), *CUT),
    page("chunk-wrong-size", chunked(b"5\r\n", BODY, b"\r\n0\r\n\r\n"), *CUT),
    page("chunk-extension-flood", endless(chunked(b"5;"), b"a=b;" * 20_000), *CUT, *LATE, "too-large"),
    page("last-chunk-missing", chunked(chunk(BODY)), *CUT),
    page("trailer-flood", endless(chunked(chunk(plain()), b"0\r\n"), b"X-T: " + b"a" * 999 + b"\r\n"),
         *CUT, *LATE, "too-large"),
    page("transfer-coding-unknown", OK + b"Transfer-Encoding: rot13\r\n\r\n" + plain(), *CUT, "not-an-article"),
    page("endless-body", endless(OK + b"\r\n<p>", b"A" * 65536), "too-large"),
    page("endless-chunks", endless(chunked(), chunk(b"A" * 65536)), "too-large"),
    # content codings
    page("bomb-gzip", lazily(lambda: coded(zeros(), "gzip")), *UNDECODABLE, "timeout"),
    page("bomb-deflate", lazily(lambda: coded(zeros(15), "deflate")), *UNDECODABLE, "timeout"),
    page("bomb-brotli", lazily(lambda: coded(_zeros_brotli(), "br")), *UNDECODABLE, "timeout"),
    page("bomb-zstd", lazily(lambda: coded(_zeros_zstd(), "zstd")), *UNDECODABLE, "timeout"),
    page("bomb-in-bomb", lazily(lambda: coded(gzip.compress(zeros()), "gzip, gzip")), *UNDECODABLE, "timeout"),
    page("gzip-ten-times", lambda _: coded(_nested(10), ", ".join(["gzip"] * 10)), *UNDECODABLE),
    page("coding-list-flood", lambda _: coded(BODY, ", ".join(["gzip"] * 5000)), *UNDECODABLE),
    page("coding-unknown", coded(BODY, "lzma-over-carrier-pigeon"), *UNDECODABLE),
    page("coding-claimed-only", coded(BODY, "gzip"), *UNDECODABLE),
    page("coding-broken", coded(gzip.compress(BODY)[:40] + bytes(60), "gzip"), *UNDECODABLE),
    page("coding-cut", coded(gzip.compress(BODY)[:-30], "gzip"), *UNDECODABLE),
    page("coding-of-nothing", coded(b"", "gzip"), "empty-page"),
]  # fmt: skip
