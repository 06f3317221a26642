"""WARC records to take apart: built whole, then damaged one at a time."""

from __future__ import annotations

import base64
import hashlib
import zlib
from dataclasses import dataclass, field

CRLF = b"\r\n"
DATE = "2026-11-23T19:45:18Z"
INFO, RESPONSE, REQUEST, METADATA, RESOURCE, REVISIT, CONVERSION, FIRST, REST = range(9)
"""Where the records of ``good_file`` stand."""


def sha1(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def record_id(number: int) -> str:
    return f"<urn:uuid:00000000-0000-4000-8000-{number:012d}>"


def gzipped(data: bytes, level: int = 6) -> bytes:
    deflate = zlib.compressobj(level, zlib.DEFLATED, 31)
    return deflate.compress(data) + deflate.flush()


@dataclass
class Piece:
    """A record that can be changed and still be written."""

    fields: list[tuple[str, str]]
    block: bytes
    version: bytes = b"WARC/1.1"
    newline: bytes = CRLF
    tail: bytes = CRLF + CRLF
    extra: list[bytes] = field(default_factory=list)
    """Raw header lines after the fields."""

    def put(self, name: str, value: str) -> Piece:
        """Give a field another value, or add it."""
        known = [n for n, _ in self.fields]
        if name in known:
            self.fields[known.index(name)] = (name, value)
        else:
            self.fields.append((name, value))
        return self

    def drop(self, name: str) -> Piece:
        self.fields = [pair for pair in self.fields if pair[0] != name]
        return self

    def get(self, name: str) -> str:
        return dict(self.fields)[name]

    @property
    def head(self) -> bytes:
        lines = [self.version, *(f"{n}: {v}".encode() for n, v in self.fields), *self.extra]
        return self.newline.join([*lines, b"", b""])

    @property
    def unfolded(self) -> bytes:
        return self.head + self.block + self.tail

    @property
    def member(self) -> bytes:
        return gzipped(self.unfolded)


def piece(number: int, kind: str, block: bytes, content_type: str, *more: tuple[str, str]) -> Piece:
    fields = [("WARC-Type", kind), ("WARC-Record-ID", record_id(number)), ("WARC-Date", DATE), *more]
    fields += [("WARC-Block-Digest", sha1(block)), ("Content-Type", content_type), ("Content-Length", str(len(block)))]
    return Piece(fields, block)


def good_file() -> list[Piece]:
    """One record of each type, everything right, of no software of ours."""
    uri = ("WARC-Target-URI", "https://contoh.go.id/berita/a")
    info = ("WARC-Warcinfo-ID", record_id(0))
    ip = ("WARC-IP-Address", "203.0.113.7")
    body = b"<p>isi berita</p>" * 20
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body)
    asked = b"GET /berita/a HTTP/1.1\r\nHost: contoh.go.id\r\n\r\n"
    http = "application/http; msgtype="
    concurrent = ("WARC-Concurrent-To", record_id(1))
    payload = ("WARC-Payload-Digest", sha1(body))
    origin = ("WARC-Segment-Origin-ID", record_id(7))
    profile = ("WARC-Profile", "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest")
    refers = (
        ("WARC-Refers-To", record_id(1)), ("WARC-Refers-To-Target-URI", uri[1]), ("WARC-Refers-To-Date", DATE),
    )  # fmt: skip
    return [
        piece(0, "warcinfo", b"software: penguji/1.0\r\n", "application/warc-fields", ("WARC-Filename", "a.warc.gz")),
        piece(1, "response", head + body, http + "response", uri, info, ip, payload),
        piece(2, "request", asked, http + "request", uri, info, ip, concurrent),
        piece(3, "metadata", b"via: https://contoh.go.id/\r\n", "application/warc-fields", uri, info, concurrent),
        piece(4, "resource", b"\x89PNG...", "image/png", uri, info, ("WARC-Payload-Digest", sha1(b"\x89PNG..."))),
        piece(5, "revisit", head, http + "response", uri, info, ip, payload, profile, *refers),
        piece(6, "conversion", b"isi", "text/plain", uri, info, ("WARC-Refers-To", record_id(1))),
        piece(7, "resource", b"satu ", "text/plain", uri, info, ("WARC-Segment-Number", "1")),
        piece(8, "continuation", b"dua", "text/plain", uri, info, origin, ("WARC-Segment-Number", "2"),
              ("WARC-Segment-Total-Length", "8")),
    ]  # fmt: skip


def packed(pieces: list[Piece]) -> bytes:
    return b"".join(piece.member for piece in pieces)


def offset_of(pieces: list[Piece], index: int) -> int:
    """Where a record's gzip member begins."""
    return len(packed(pieces[:index]))
