"""One HTTP exchange at one instant, with its bytes as they came.

Rules of this room: it imports nothing of ours, touches no file, socket or clock, and never
changes a byte. What is derived (status, headers, decoded text) is computed from the bytes each
time, so a capture read back from a WARC file equals the one that was written.

Transfer coding is settled here, once: ``body`` is the entity with the transfer coding removed
(RFC 9112 section 7) and the content coding (gzip, …) kept, while ``response_head`` stays exactly
as received, its ``Transfer-Encoding`` line included. ``archive/warc.py`` says how that pair is
written so that every reader finds the same body.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NewType

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, resolve_encoding

Digest = NewType("Digest", str)
"""``sha1:`` and 32 base32 characters, as the web-archiving tools write it."""

Role = Literal["article", "listing", "feed", "sitemap", "rest", "robots", "page"]
"""Why an exchange was made: ``page`` is everything that is none of the others."""

Truncation = Literal["length", "time", "disconnect", "unspecified"]
"""Why a body is shorter than it was sent (WARC/1.1 section 5.15)."""

DECODED_LIMIT = 32 * 1024 * 1024
"""Bytes a content-coded body may unfold to before it is taken for a decompression bomb."""


CODINGS = 3
"""Content codings on top of each other that are removed; servers apply one."""


class ContentUndecodable(ValueError):
    """The body cannot be decoded as its head says: unknown coding, bad stream or a bomb."""


@dataclass(frozen=True, slots=True)
class Locator:
    """Where a capture's response (or revisit) record lies."""

    filename: str
    """Base name of the WARC file without ``.open``: it stays true after the file is closed."""
    offset: int
    """First byte of the gzip member in the file."""
    length: int
    """Bytes of the gzip member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One exchange as it went over the wire; see the module for transfer coding."""

    url: str
    """The address that was asked, as requested."""
    fetched_at: datetime
    """Aware, UTC, microseconds: when the request was sent."""
    request: bytes
    """Request head and body exactly as sent; proxy credentials are never in it."""
    response_head: bytes
    """Status line and header lines exactly as received, with the closing empty line."""
    body: bytes
    """Entity as received: content coding kept, transfer coding removed."""
    role: Role = "page"
    via: str | None = None
    """The address that led here, or None for a seed."""
    hops: str = ""
    """Path from the seed, one letter a step: L link, R redirect, E embed, P robots.txt or feed."""
    ip: str | None = None
    """The peer that answered, as text."""
    tls: str | None = None
    """Verdict on the certificate: ``verified``, or the named fault that the source allows; None for http."""
    fetch_ms: int = 0
    """Milliseconds from the request to the last byte."""
    truncated: Truncation | None = None
    _payload_digest: Digest | None = field(default=None, init=False, repr=False, compare=False)
    """Computed once: writer, deduplication and catalog each want it."""
    _first_values: dict[bytes, bytes] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Of each header, by name in lower case; filled when the first is asked for."""

    @property
    def status(self) -> int:
        """The three digits of the status line, or 0 where there are none."""
        match = re.match(rb"[^ ]+ +([0-9]{3})", self.response_head)
        return int(match[1]) if match else 0

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """Names and values in the order received, repeats kept, obs-folds joined by a blank."""
        return list(header_pairs(self.response_head))

    def header(self, name: str) -> str | None:
        """First value of a header as Latin-1 text (RFC 9110 section 5.5), or None."""
        known = self._first_values
        if not known:
            for one, value in header_pairs(self.response_head):
                known.setdefault(one.lower(), value)
        found = known.get(name.lower().encode("latin-1"))
        return found.decode("latin-1") if found is not None else None

    @property
    def media_type(self) -> str:
        """Media type in lower case without parameters, or the empty text."""
        return (self.header("content-type") or "").split(";")[0].strip().lower()

    @property
    def payload_digest(self) -> Digest:
        """SHA-1 over the entity as received: over ``body``, never over chunk framing."""
        digest = self._payload_digest
        if digest is None:
            digest = sha1_digest(self.body)
            object.__setattr__(self, "_payload_digest", digest)
        return digest

    @property
    def content(self) -> bytes:
        """The body with its content coding removed.

        Raises:
            ContentUndecodable: unknown coding, broken stream, or more than ``DECODED_LIMIT`` bytes.
        """
        return decode_content(self.body, self.header("content-encoding"), whole=self.truncated is None)

    def beginning(self, size: int) -> bytes:
        """The first bytes of ``content``, unfolded no further than that; empty where it cannot be decoded."""
        coding = (self.header("content-encoding") or "identity").strip().lower()
        try:
            if coding in ("gzip", "x-gzip"):
                return zlib.decompressobj(31).decompress(self.body, size)
            return self.body[:size] if coding == "identity" else self.content[:size]
        except (ContentUndecodable, zlib.error):
            return b""

    @property
    def text(self) -> str:
        """``content`` as text; see ``decode_text`` for how the charset is chosen."""
        return decode_text(self.content, self.header("content-type"))


def sha1_digest(data: bytes) -> Digest:
    """``sha1:<base32>`` of some bytes, the form that WARC and CDXJ tools compare."""
    return Digest("sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode("ascii"))


def header_pairs(head: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Header lines of a head as (name, value), blanks around the value cut, folds joined.

    Lines that are no header (no colon) are passed over: they stay in the head, byte for byte.
    """
    unfolded = re.sub(rb"\r?\n[ \t]+", b" ", head)
    for line in unfolded.splitlines()[1:]:
        name, colon, value = line.partition(b":")
        if colon and name:
            yield name.rstrip(), value.strip()


def decode_content(body: bytes, coding: str | None, *, whole: bool = True) -> bytes:
    """Remove the content codings of RFC 9110 section 8.4, last applied first.

    Args:
        body: the entity as received.
        coding: value of ``Content-Encoding``, or None.
        whole: False for a body known to be cut: what decodes before the cut is returned.

    Raises:
        ContentUndecodable: unknown coding, broken stream, or more than ``DECODED_LIMIT`` bytes.
    """
    codings = [c.strip().lower() for c in (coding or "").split(",")]
    applied = [c for c in codings if c and c != "identity"]
    if len(applied) > CODINGS:
        raise ContentUndecodable(f"{len(applied)} content codings on top of each other")
    for name in reversed(applied):
        body = _inflate(body, name, whole)
    return body


def _inflate(body: bytes, name: str, whole: bool) -> bytes:
    if not body:
        return body
    if name in ("gzip", "x-gzip"):
        return _inflate_zlib(body, 31, whole)
    if name == "deflate":
        # Servers send both the zlib form that the standard means and bare deflate data.
        wrapped = body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
        return _inflate_zlib(body, 15 if wrapped else -15, whole)
    if name in ("br", "zstd"):
        return _inflate_stream(body, name)
    raise ContentUndecodable(f"unknown content coding {name!r}")


def _inflate_zlib(body: bytes, window_bits: int, whole: bool) -> bytes:
    """Bounded inflate; a gzip body may hold several members (RFC 1952 section 2.2)."""
    out = bytearray()
    while body:
        inflater = zlib.decompressobj(window_bits)
        try:
            out += inflater.decompress(body, DECODED_LIMIT - len(out) + 1)
        except zlib.error as fault:
            if out or not whole:
                break  # trailing garbage after a whole member, or a body known to be cut
            raise ContentUndecodable(f"broken compressed body: {fault}") from fault
        if len(out) > DECODED_LIMIT:
            raise ContentUndecodable(f"body unfolds to more than {DECODED_LIMIT} bytes")
        if not inflater.eof and whole:
            raise ContentUndecodable("compressed body ends early")
        body = inflater.unused_data
    return bytes(out)


def _inflate_stream(body: bytes, name: str) -> bytes:
    """Brotli or Zstandard, stopped at the limit. We ask for gzip only; some servers send these all the same."""
    try:
        out = _unbrotli(body) if name == "br" else _unzstd(body)
    except (ValueError, EOFError) as fault:
        raise ContentUndecodable(f"broken {name} body: {fault}") from fault
    if len(out) > DECODED_LIMIT:
        raise ContentUndecodable(f"body unfolds to more than {DECODED_LIMIT} bytes")
    return out


def _unbrotli(body: bytes) -> bytes:
    import brotli  # a dependency of Scrapy and FastWARC; late, because it is rarely needed

    inflater = brotli.Decompressor()
    try:
        out = bytearray(inflater.process(body, output_buffer_limit=DECODED_LIMIT + 1))
        while not inflater.can_accept_more_data() and len(out) <= DECODED_LIMIT:
            out += inflater.process(b"", output_buffer_limit=DECODED_LIMIT + 1)
    except brotli.error as fault:
        raise ValueError(str(fault)) from fault
    return bytes(out)


def _unzstd(body: bytes) -> bytes:
    from backports import zstd  # a dependency of Scrapy below Python 3.14

    try:
        return zstd.ZstdDecompressor().decompress(body, max_length=DECODED_LIMIT + 1)
    except zstd.ZstdError as fault:
        raise ValueError(str(fault)) from fault


def decode_text(content: bytes, content_type: str | None) -> str:
    """Bytes of a page as text: byte order mark, then UTF-8 if it fits, then header, meta, cp1252.

    UTF-8 goes first because text in another charset practically never is valid UTF-8 by chance,
    while pages declared ISO-8859-1 that hold UTF-8 are common. Undecodable bytes become U+FFFD.
    """
    for mark, charset in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            return content[len(mark) :].decode(charset, "replace")
    declared = http_content_type_encoding(content_type) or html_body_declared_encoding(content)
    charset = (resolve_encoding(declared) if declared else None) or "cp1252"
    if charset.startswith(("utf-16", "utf-32")) and b"\0" not in content:
        charset = "utf-8"  # markup in either has a zero in every ASCII letter
    if not charset.startswith(("utf-16", "utf-32", "iso2022", "hz")):
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            pass
    try:
        text = content.decode(charset, "replace")
    except (UnicodeError, LookupError):
        # Python knows codecs that are no charset of a page: "undefined", "idna", "punycode".
        return content.decode("cp1252", "replace")
    if charset == "utf-8" and text.count("\ufffd") > sum(letter > "\x7f" for letter in text) / 2:
        return content.decode("cp1252", "replace")  # more that is no UTF-8 than letters that are
    return text
