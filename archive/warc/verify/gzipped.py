"""Gzip files member by member (RFC 1952, WARC/1.1 annex D), fast while they are sound.

A member that looks sound is unfolded whole by ISA-L, which takes half the time of zlib and proves checksum
and length on the way. Where that fails, and for large members, ``GzipMember`` inflates in steps and says
exactly what is wrong.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator

from archive.warc.verify.members import Fault, Member, Stray, WholeMember
from archive.warc.verify.source import CHUNK, HashedFile

try:
    from isal.isal_zlib import IsalError, decompressobj

    _INFLATE_FAULTS: tuple[type[Exception], ...] = (IsalError, zlib.error)  # type: ignore[assignment]  # its stub says it is an instance
except ImportError:  # no wheel for this processor: the standard library takes twice as long
    from zlib import decompressobj  # type: ignore[assignment]

    _INFLATE_FAULTS = (zlib.error,)

MAGIC = b"\x1f\x8b\x08"
_START = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
_FAST_LIMIT = 4 * CHUNK
"""Bytes of a member, stored and unfolded, up to which it is unfolded whole."""
_SLOW_FLAGS = 0b11100010
"""Reserved flags and the header checksum: left to the exact path (RFC 1952 section 2.3.1)."""
_STEP = 1 << 16
_MOST = 1040
"""Deflate unfolds a byte to at most 1032."""
_TRIES = 16
"""Places in a member that look like the beginning of the next; after so many the exact path decides."""
_AGAIN = 4
"""How often the bytes of a damaged file may be inflated again in the search for sound members."""


class GzipMember:
    """A member inflated in steps, its header, checksum and length looked at (RFC 1952 section 2.3)."""

    def __init__(self, file: HashedFile, offset: int) -> None:
        self._file = file
        self.offset = self.end = offset
        self.fault: Fault | None = None
        self.notes: tuple[Fault, ...] = ()
        self._inflate = zlib.decompressobj(-15)
        self._crc = self._size = 0
        self._pending = b""
        self._begun = self._done = False

    def chunk(self) -> bytes:
        """The next unfolded bytes, at most ``CHUNK``; nothing at the end or after a fault."""
        if not self._begun:
            self._begun = True
            self._read_header()
        while self.fault is None and not self._inflate.eof:
            if not self._pending:
                self._pending = self._file.read_at(self.end, _STEP)
                if not self._pending:
                    return self._fail("gzip-cut", "the file ends inside this gzip member")
            try:
                data = self._inflate.decompress(self._pending, CHUNK)
            except zlib.error as fault:
                return self._fail("gzip-data", f"the compressed data is broken: {fault}")
            rest = self._inflate.unused_data or self._inflate.unconsumed_tail
            self.end += len(self._pending) - len(rest)
            self._pending = b"" if self._inflate.eof else rest
            if data:
                self._crc = zlib.crc32(data, self._crc)
                self._size += len(data)
                return data
        if self.fault is None and not self._done:
            self._done = True
            self._read_trailer()
        return b""

    def _fail(self, rule: str, text: str) -> bytes:
        self.fault = Fault(rule, text)
        return b""

    def _read_header(self) -> None:
        head = self._file.read_at(self.offset, _STEP + CHUNK // 8)
        length, text = _header_length(head)
        if not length:
            rule = "gzip-cut" if self.offset + len(head) >= self._file.size and "ends" in text else "gzip-header"
            self._fail(rule, text)
        self.end = self.offset + length

    def _read_trailer(self) -> None:
        trailer = self._file.read_at(self.end, 8)
        if len(trailer) < 8:
            self._fail("gzip-cut", "the file ends inside the checksum of this gzip member")
            return
        self.end += 8
        crc, size = struct.unpack("<II", trailer)
        if crc != self._crc:
            self._fail("gzip-crc", f"the CRC-32 should be {crc:08x} and is {self._crc:08x}")
        elif size != self._size & 0xFFFFFFFF:
            self._fail("gzip-length", f"the length should be {size} and is {self._size}")


def _header_length(head: bytes) -> tuple[int, str]:
    """Bytes of a member header, or 0 and what is wrong with it (RFC 1952 section 2.3)."""
    if len(head) < 10:
        return 0, "the file ends inside the header of this gzip member"
    if not head.startswith(MAGIC):
        return 0, "no gzip member, or not compressed by deflate"
    flags, at = head[3], 10
    if flags & 0xE0:
        return 0, f"the gzip header sets reserved flags: {flags:#04x}"
    if flags & 4:
        at += 2 + int.from_bytes(head[at : at + 2], "little")
    for flag in (8, 16):
        if flags & flag:
            at = head.find(b"\0", at) + 1
            if not at:
                return 0, "a name in the gzip header ends nowhere"
    if flags & 2:
        if head[at : at + 2] != struct.pack("<H", zlib.crc32(head[:at]) & 0xFFFF):
            return 0, "the checksum of the gzip header is wrong"
        at += 2
    return (at, "") if at <= len(head) else (0, "the file ends inside the header of this gzip member")


class Gzip:
    """A gzip file as members."""

    member_name = "gzip member"
    seekable = False
    may_span = False
    crowded = "several-records-in-member"

    def __init__(self, file: HashedFile) -> None:
        self._file = file
        self.expected_head: Callable[[bytes], bool] | None = None
        """When set, members whose first ten bytes it refuses are remarked on."""
        self._ahead = b""
        self._base = 0
        self._allowance = _AGAIN * file.size + 64 * CHUNK

    def members(self) -> Iterator[Member | Stray]:
        """Members in order; after a fault the search goes on for the next that holds a WARC record."""
        offset = 0
        while offset < self._file.size:
            whole = self._whole(offset)
            if self.expected_head is not None and not self.expected_head(self._head(offset)):
                fault = Fault("ours-compression", "the gzip member does not begin as our writer begins it")
                yield Stray(offset, offset + 10, fault, lost=False)
            if whole is not None:
                yield whole
                offset = whole.end
                continue
            if not MAGIC.startswith(self._file.read_at(offset, 3)[:3]):
                end = self._search(offset)
                yield Stray(
                    offset, end, Fault("bytes-between-members", f"{end - offset} bytes that are no gzip member")
                )
                offset = end
                continue
            member = GzipMember(self._file, offset)
            yield member
            while member.chunk():
                pass
            self._allowance -= member.end - offset
            offset = member.end if member.fault is None else self._after_fault(member)

    def holds_records(self) -> bool:
        """Whether a member near the beginning of the file holds a WARC record."""
        starts = _START.finditer(self._file.read_at(0))
        return any(self._begins_record(match.start()) for match in starts)

    def member_at(self, offset: int) -> Member:
        """The member that begins at a place."""
        return GzipMember(self._file, offset)

    def _head(self, offset: int) -> bytes:
        at = offset - self._base
        return self._ahead[at : at + 10] if 0 <= at <= len(self._ahead) - 10 else self._file.read_at(offset, 10)

    def _after_fault(self, member: GzipMember) -> int:
        """Where to go on: nearest first, unless a hostile file has used up the patience for that."""
        if member.fault and member.fault.rule in ("gzip-crc", "gzip-length") and self._begins_record(member.end):
            return member.end
        return self._search(member.offset + 1 if self._allowance > 0 else max(member.end, member.offset + 1))

    def _search(self, offset: int) -> int:
        """The next place where a member begins that holds a WARC record, or the end of the file."""
        step = 4096
        while data := self._file.read_at(offset, step):
            for match in _START.finditer(data):
                if self._begins_record(offset + match.start()):
                    return offset + match.start()
            if len(data) < step:
                break
            offset += len(data) - 3
            step = min(step * 4, CHUNK)
        return self._file.size

    def _begins_record(self, offset: int) -> bool:
        head = self._file.read_at(offset, 4096)
        length, _ = _header_length(head)
        if not length:
            return False
        try:
            return zlib.decompressobj(-15).decompress(head[length:], 5) == b"WARC/"
        except zlib.error:
            return False

    def _whole(self, offset: int) -> WholeMember | None:
        """The member at a place, unfolded and proved, or None where that cannot be had fast."""
        found = self._slice(offset)
        if found is None:
            return None
        end, size = found
        at = offset - self._base
        with memoryview(self._ahead) as ahead:
            inflate = decompressobj(31)
            try:
                data = inflate.decompress(ahead[at : at + end - offset], size + 1)  # no more, whatever it claims
            except _INFLATE_FAULTS:
                return None
        sound = inflate.eof and len(data) == size and not inflate.unused_data
        return WholeMember(offset, end, data) if sound else None

    def _slice(self, offset: int) -> tuple[int, int] | None:
        """Where the member at a place seems to end, and the length it claims to unfold to."""
        at = offset - self._base
        if at < 0 or len(self._ahead) - at < 18:
            self._ahead, self._base, at = self._file.read_at(offset, CHUNK), offset, 0
        if not self._ahead.startswith(MAGIC, at) or len(self._ahead) - at < 18 or self._ahead[at + 3] & _SLOW_FLAGS:
            return None
        search, tries = at + 18, _TRIES
        while tries:
            end = self._ahead.find(MAGIC, search)
            if end < 0:
                known = len(self._ahead)
                if self._base + known < self._file.size:
                    if known - at > _FAST_LIMIT:
                        return None
                    self._ahead = self._ahead[at:] + self._file.read_at(self._base + known, CHUNK)
                    self._base, search, at = self._base + at, known - at - 2, 0
                    continue
                end = known
            size = int.from_bytes(self._ahead[end - 4 : end], "little")
            if 0 < size <= _FAST_LIMIT and (end - at - 256) <= size * 1.01 and size <= (end - at) * _MOST:
                return self._base + end, size
            if end == len(self._ahead):
                return None
            search, tries = end + 1, tries - 1
        return None
