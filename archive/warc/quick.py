"""One response record at a known place, with nothing but zlib: what serving thousands of pages a second takes.

The catalog says where it lies and what its id is; a record with another id means that the file is not
what the catalog thinks.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.warc.damage import ArchiveDamaged
from archive.warc.records import unmark_transfer_coding

WHOLE = 1 << 20
"""Stored bytes up to which a record is unfolded in one go; a larger one comes in pieces."""
_AT_ONCE = 4 * WHOLE
_STEP = 1 << 18
_HEAD_LIMIT = 1 << 18
_HTTP_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"(?im)^Content-Length[ \t]*:[ \t]*([0-9]+)")


@dataclass(frozen=True, slots=True)
class Stored:
    """A response as a WARC file holds it."""

    head: bytes
    """Status line and fields as received."""
    size: int
    """Bytes of the body."""
    body: bytes | None
    """The entity, content coding kept; None where it is large: ``pieces`` has it then."""


def read_stored(fd: int, path: Path, offset: int, length: int, record_id: str) -> Stored:
    """The response record at a place.

    Args:
        fd: an open file.
        path: its name, for messages.
        offset, length: of the gzip member.
        record_id: the id that it must have, without angle brackets.

    Raises:
        ArchiveDamaged: something else is there.
    """
    unfold = zlib.decompressobj(31)
    try:
        data = unfold.decompress(os.pread(fd, min(length, WHOLE), offset), _AT_ONCE)
    except zlib.error as fault:
        raise ArchiveDamaged(path, offset, f"broken gzip member: {fault}") from fault
    head, start, end = _bounds(data, path, offset, record_id)
    if unfold.eof:
        return Stored(head, end - start, data[start:end])
    if length <= WHOLE and len(data) < _AT_ONCE:
        raise ArchiveDamaged(path, offset, "the file ends inside this record")
    return Stored(head, end - start, None)


def _bounds(data: bytes, path: Path, offset: int, record_id: str) -> tuple[bytes, int, int]:
    """HTTP head, and where the entity begins and ends in the unfolded record."""
    fields_end = data.find(b"\r\n\r\n")
    fields = data[:fields_end]
    length = _LENGTH.search(fields)
    if not data.startswith(b"WARC/") or fields_end < 0 or length is None or record_id.encode() not in fields:
        raise ArchiveDamaged(path, offset, f"not the record {record_id}, which the catalog says is here")
    block = fields_end + 4
    end = block + int(length[1])
    found = _HTTP_END.search(data, block, end)
    start = found.end() if found else min(end, len(data))
    return unmark_transfer_coding(data[block:start]), start, end


def pieces(fd: int, path: Path, offset: int, length: int, record_id: str) -> Iterator[bytes]:
    """The body of a large record, in flat memory.

    Raises:
        ArchiveDamaged: the member ends early or is broken.
    """
    unfold = zlib.decompressobj(31)
    at, data, start, left = offset, b"", -1, 0
    while not unfold.eof and left >= 0:
        stored = unfold.unconsumed_tail or os.pread(fd, min(_STEP, offset + length - at), at)
        if not unfold.unconsumed_tail:
            at += len(stored)
            if not stored:
                raise ArchiveDamaged(path, offset, "the file ends inside this record")
        try:
            data += unfold.decompress(stored, _STEP)
        except zlib.error as fault:
            raise ArchiveDamaged(path, offset, f"broken gzip member: {fault}") from fault
        if start < 0 and (len(data) >= _HEAD_LIMIT or unfold.eof):
            _, start, end = _bounds(data, path, offset, record_id)
            data, left = data[start:], end - start
        if start >= 0 and data:
            yield data[:left]
            left -= len(data)
            data = b""
