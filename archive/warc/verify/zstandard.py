"""Zstandard files frame by frame, with the dictionary frame of the WARC-zstd specification 1.0."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from archive.warc.verify.members import Fault, Member, Stray
from archive.warc.verify.source import CHUNK, HashedFile

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAGIC = b"\x28\xb5\x2f\xfd"
DICTIONARY_MAGIC = b"\x5d\x2a\x4d\x18"
_RAW_DICTIONARY = b"\x37\xa4\x30\xec"
_DICTIONARY_LIMIT = 8 * CHUNK
"""Bytes a dictionary may have, stored or unfolded (WARC-zstd section 4)."""
_WINDOW_LOG = 26
"""Windows of up to 64 MiB: eight times what a decoder must support (WARC-zstd section 4)."""
_STEP = 1 << 16


def is_skippable(magic: bytes) -> bool:
    """Whether four bytes begin a skippable frame (RFC 8878 section 3.1.2)."""
    return len(magic) == 4 and magic[0] & 0xF0 == 0x50 and magic[1:] == DICTIONARY_MAGIC[1:]


class ZstdMember:
    """A frame, unfolded in steps; libzstd checks its checksum."""

    def __init__(self, file: HashedFile, offset: int, dictionary: zstd.ZstdDict | None) -> None:
        self._file = file
        self.offset = self.end = offset
        self.fault: Fault | None = None
        self.notes = _missing(file.read_at(offset, 18))
        options = {int(zstd.DecompressionParameter.window_log_max): _WINDOW_LOG}
        self._unfold = zstd.ZstdDecompressor(zstd_dict=dictionary, options=options)

    def chunk(self) -> bytes:
        """The next unfolded bytes, at most ``CHUNK``; nothing at the end or after a fault."""
        while self.fault is None and not self._unfold.eof:
            data = b""
            if self._unfold.needs_input:
                data = self._file.read_at(self.end, _STEP)
                if not data:
                    self.fault = Fault("zstd-cut", "the file ends inside this Zstandard frame")
                    return b""
            try:
                out = self._unfold.decompress(data, CHUNK)
            except zstd.ZstdError as fault:
                rule = "zstd-window" if "too much memory" in str(fault) else "zstd-data"
                self.fault = Fault(rule, f"the Zstandard frame cannot be unfolded: {fault}")
                return b""
            self.end += len(data) - len(self._unfold.unused_data)
            if out:
                return out
        return b""


def _missing(head: bytes) -> tuple[Fault, ...]:
    """What the frame header should say and does not (WARC-zstd section 3.1, RFC 8878 section 3.1.1.1)."""
    if len(head) < 5:
        return ()
    notes = []
    if not head[4] >> 6 and not head[4] & 0x20:
        notes.append(Fault("zstd-content-size", "the frame does not give its content size"))
    if not head[4] & 4:
        notes.append(Fault("zstd-checksum", "the frame has no checksum"))
    return tuple(notes)


class Zstd:
    """A Zstandard file as frames."""

    member_name = "Zstandard frame"
    seekable = False
    may_span = True
    crowded = "several-records-in-frame"

    def __init__(self, file: HashedFile) -> None:
        self._file = file
        self._dictionary: zstd.ZstdDict | None = None
        self.dictionary_end = 0
        """First byte after the dictionary frame; known once ``members`` has begun."""

    def members(self) -> Iterator[Member | Stray]:
        """Frames in order; skippable ones are passed over, the dictionary is put to use."""
        offset = 0
        while offset < self._file.size:
            magic = self._file.read_at(offset, 4)
            if is_skippable(magic):
                end = offset + 8 + int.from_bytes(self._file.read_at(offset + 4, 4), "little")
                fault = self._skipped(offset, magic, end)
                if fault is not None:
                    yield Stray(offset, min(end, self._file.size), fault)
                offset = end
            elif magic == MAGIC:
                member = ZstdMember(self._file, offset, self._dictionary)
                yield member
                while member.chunk():
                    pass
                offset = member.end if member.fault is None else self._search(offset + 1)
            else:
                end = self._search(offset + 1)
                yield Stray(offset, end, Fault("bytes-between-members", f"{end - offset} bytes that are no frame"))
                offset = end

    def member_at(self, offset: int) -> Member:
        """The frame that begins at a place, or the next after skippable ones."""
        while is_skippable(self._file.read_at(offset, 4)):
            offset += 8 + int.from_bytes(self._file.read_at(offset + 4, 4), "little")
        return ZstdMember(self._file, offset, self._dictionary)

    def pack(self, chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
        """One frame of some bytes, with the dictionary of the file, its size and a checksum."""
        options = {int(zstd.CompressionParameter.checksum_flag): 1}
        try:
            fold = zstd.ZstdCompressor(options=options, zstd_dict=self._dictionary)
        except zstd.ZstdError:  # a dictionary that serves to unfold only
            fold = zstd.ZstdCompressor(options=options)
        fold.set_pledged_input_size(size)
        for chunk in chunks:
            yield fold.compress(chunk)
        yield fold.flush()

    def _skipped(self, offset: int, magic: bytes, end: int) -> Fault | None:
        if end > self._file.size:
            return Fault("zstd-cut", "the file ends inside this skippable frame")
        if magic != DICTIONARY_MAGIC:
            return Fault("zstd-extension-first", "the file begins with an extension frame") if offset == 0 else None
        if offset != 0:
            return Fault("zstd-dictionary", "a dictionary frame that is not at the beginning of the file")
        return self._learn(self._file.read_at(8, min(end - 8, _DICTIONARY_LIMIT + 1)), end)

    def _learn(self, stored: bytes, end: int) -> Fault | None:
        """Take the dictionary in use for all frames (WARC-zstd section 3.2)."""
        try:
            if stored.startswith(MAGIC):
                stored = zstd.ZstdDecompressor().decompress(stored, _DICTIONARY_LIMIT + 1)
            if len(stored) > _DICTIONARY_LIMIT:
                return Fault("zstd-dictionary", f"the dictionary has more than {_DICTIONARY_LIMIT} bytes")
            if not stored.startswith(_RAW_DICTIONARY):
                return Fault("zstd-dictionary", "the dictionary frame holds no dictionary")
            dictionary = zstd.ZstdDict(stored)
            zstd.ZstdDecompressor(zstd_dict=dictionary)  # this is where its tables are read
            self._dictionary, self.dictionary_end = dictionary, end
        except (zstd.ZstdError, ValueError, EOFError) as fault:
            return Fault("zstd-dictionary", f"the dictionary cannot be used: {fault}")
        return None

    def _search(self, offset: int) -> int:
        """The next frame that holds the beginning of a WARC record, or the end of the file."""
        step = 1 << 14
        while data := self._file.read_at(offset, step):
            at = data.find(MAGIC)
            while at >= 0:
                if self._begins_record(data[at : at + 4096] if len(data) - at >= 4096 else self._near(offset + at)):
                    return offset + at
                at = data.find(MAGIC, at + 1)
            if len(data) < step:
                break
            offset += len(data) - 3
            step = min(step * 4, CHUNK)
        return self._file.size

    def _near(self, offset: int) -> bytes:
        return self._file.read_at(offset, 4096)

    def _begins_record(self, head: bytes) -> bool:
        if len(head) < 6 or head[4] & 0x08:  # a reserved bit (RFC 8878 section 3.1.1.1.1.4)
            return False
        try:
            return zstd.ZstdDecompressor(zstd_dict=self._dictionary).decompress(head, 5) == b"WARC/"
        except zstd.ZstdError:
            return False
