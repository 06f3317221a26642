"""Anyone's WARC file as exchanges: any compression, any age, any damage.

What cannot be read is yielded as a value with its place and reason, never passed over: a reader of
foreign archives has to say what it did not see. The walk over the file is that of ``verify``, so
both find the same records and use the same words.

Beyond what our own files need: records of several in one gzip member, WARC 0.18 and 1.0, chunk
framing that was kept, heads of HTTP/2 (pseudo fields instead of a status line).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from archive.capture import Capture
from archive.warc.damage import ArchiveDamaged
from archive.warc.reader import Exchange, Raw, exchange_of
from archive.warc.records import unmark_transfer_coding
from archive.warc.verify.check import container_of
from archive.warc.verify.members import Container
from archive.warc.verify.record import Record
from archive.warc.verify.source import HashedFile
from archive.warc.verify.walk import Walk
from archive.warc.verify.window import Window

BLOCK_LIMIT = 64 * 1024 * 1024
"""Bytes of a record that is read; a page is never so large, and a film is none of our business."""

_CHUNKED = re.compile(rb"(?im)^Transfer-Encoding[ \t]*:[^\r\n]*\bchunked\b")
_SIZE_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
_PSEUDO_STATUS = re.compile(rb"(?m)\A(?:[^\r\n]*\r?\n)??:status[ \t]*:?[ \t]*([0-9]{3})")
_WRONG_BYTES = ("block-digest", "payload-digest")


@dataclass(frozen=True, slots=True)
class Unread:
    """A place in a file that gave no exchange."""

    offset: int
    reason: str
    """Short stable name: ``damaged``, ``wrong-digest``, ``too-large``, ``no-response``."""
    text: str
    """What is wrong, in words."""
    url: str | None = None


def foreign_exchanges(path: Path, wanted: Callable[[str], bool]) -> Iterator[Exchange | Unread]:
    """Exchanges of a WARC file, in the order of the file.

    Args:
        path: the file; plain, gzip or Zstandard.
        wanted: by address, whether an exchange is of interest; others are not even unfolded a second time.

    Raises:
        OSError: the file is gone, or the disk does not give its bytes.
    """
    with HashedFile(path) as file, HashedFile(path) as again:
        walk = Walk(container_of(file), file.size)
        blocks = _Blocks(container_of(again))
        held: list[Raw] = []
        for item in walk.items():
            if not isinstance(item, Record):
                if item.lost:
                    yield Unread(item.offset, "damaged", item.fault.text)
                continue
            if _belongs(item, held):
                held.append(blocks.read(item))
                continue
            yield from _finished(path, held)
            held = []
            told = _judged(item, wanted)
            if isinstance(told, Unread):
                yield told
            elif told:
                held = [blocks.read(item)]
        yield from _finished(path, held)
        if not walk.records:
            yield Unread(0, "damaged", "no WARC record in this file")


def _belongs(record: Record, held: list[Raw]) -> bool:
    """Whether a record tells more of the exchange before it."""
    if not held or record.kind not in ("request", "metadata") or not record.block_whole:
        return False
    of = (record.fields.get("warc-concurrent-to") or record.fields.get("warc-refers-to") or "").strip("<>")
    return of == held[0].fields.get("warc-record-id", "").strip("<>") and (record.length or 0) <= BLOCK_LIMIT


def _judged(record: Record, wanted: Callable[[str], bool]) -> Unread | bool:
    """Whether a record is to be read, or why it cannot be."""
    url = record.fields.get("warc-target-uri", "").strip("<>")
    texts = [fault.text for fault in record.faults]
    if not record.block_whole:
        return Unread(record.offset, "damaged", "; ".join(texts) or "the record is not whole", url or None)
    if record.kind not in ("response", "revisit") or not wanted(url):
        return False
    if wrong := [fault.text for fault in record.faults if fault.rule in _WRONG_BYTES]:
        return Unread(record.offset, "wrong-digest", "; ".join(wrong), url)
    if (record.length or 0) > BLOCK_LIMIT:
        return Unread(record.offset, "too-large", f"a record of {record.length} bytes; pages are smaller", url)
    return True


def _finished(path: Path, held: list[Raw]) -> Iterator[Exchange | Unread]:
    if not held:
        return
    url = held[0].fields.get("warc-target-uri", "").strip("<>")
    try:
        exchange = exchange_of(path, held)
    except ArchiveDamaged as fault:
        yield Unread(fault.offset, "damaged", fault.fault, url)
        return
    except ValueError as fault:
        yield Unread(held[0].offset, "damaged", str(fault), url)
        return
    capture = as_received(exchange.capture, held[0].block)
    if not capture.status:
        yield Unread(held[0].offset, "no-response", "the record holds no HTTP response", url)
        return
    # A record that brings no digest of its payload gets the one that is true.
    yield replace(exchange, capture=capture, payload_digest=exchange.payload_digest or capture.payload_digest)


def as_received(capture: Capture, block: bytes) -> Capture:
    """A capture in the form that ours have: a status line, and no chunk framing around the entity."""
    head = capture.response_head
    if not head.startswith(b"HTTP/") and (status := _PSEUDO_STATUS.match(head)):
        lines = [line for line in head.splitlines() if not line.startswith(b":") and line != status[1]]
        head = b"\r\n".join([b"HTTP/2 " + status[1], *filter(None, lines), b"", b""])
    raw_head = block[: len(capture.response_head) + 64]
    if _CHUNKED.search(raw_head) and raw_head == unmark_transfer_coding(raw_head):
        entity = unchunked(capture.body)
        if entity is not None:
            return replace(capture, response_head=head, body=entity)
    return replace(capture, response_head=head)


def unchunked(body: bytes) -> bytes | None:
    """The entity of a chunked body (RFC 9112 section 7.1), or None where there is no chunk framing."""
    out: list[bytes] = []
    at = 0
    while size := _SIZE_LINE.match(body, at):
        length = int(size[1], 16)
        if length == 0:
            return b"".join(out)
        at = size.end() + length
        if at > len(body):
            return None
        out.append(body[size.end() : at])
        at += 2 if body[at : at + 2] == b"\r\n" else 1
    return None


class _Blocks:
    """Blocks of records that a walk has found, asked for in the order they lie."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._window: Window | None = None

    def read(self, record: Record) -> Raw:
        """A record with its block."""
        plain = self._container.seekable
        start = 0 if plain else record.start
        window = self._window
        if window is None or window.member.offset != record.offset or window.at > start:
            window = Window(self._container.member_at(record.offset))
        self._window = window
        self._take(start - window.at)
        self._take(record.head.size)
        length = record.length or 0
        stored = record.head.size + length + 4 if plain else record.member_end - record.offset
        return Raw(record.offset, max(stored, 1), record.kind, record.fields, self._take(length))

    def _take(self, left: int) -> bytes:
        parts = []
        window = self._window
        while left and window is not None:
            if window.pos == len(window.buf) and not window.more():
                self._window = window = Window(self._container.member_at(window.member.end))
                continue
            parts.append(bytes(window.buf[window.pos : window.pos + left]))
            window.pos += len(parts[-1])
            left -= len(parts[-1])
        return b"".join(parts)
