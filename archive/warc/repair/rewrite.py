"""The new file: sound records in their order, and a metadata record that says what is missing."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from archive.capture import sha1_digest
from archive.warc.records import new_record_id, warc_date
from archive.warc.repair.survey import Kept, Survey
from archive.warc.verify.gzipped import Gzip
from archive.warc.verify.members import Container
from archive.warc.verify.ours import REPAIRED
from archive.warc.verify.source import CHUNK, HashedFile
from archive.warc.verify.window import Window
from archive.warc.verify.zstandard import Zstd

_LEVEL = 6
_NEWLINES = b"\r\n\r\n"
_MOST_TOLD = 1000
"""Lost ranges that the metadata record lists."""


class Rewrite:
    """The second pass over a damaged file."""

    def __init__(self, file: HashedFile, container: Container, survey: Survey, marked: bool) -> None:
        self._file, self._container, self._survey = file, container, survey
        self._mended = sum(kept.mended for kept in survey.kept)
        self._is_noted = bool(marked or survey.lost or self._mended)

    def write(self, out: BinaryIO, instant: datetime) -> None:
        """Write the new file: the sound records in their order, and behind the first what was lost."""
        if isinstance(self._container, Zstd):
            out.write(self._file.read_at(0, self._container.dictionary_end))
        source = _Unfolded(self._container)
        for number, kept in enumerate(self._survey.kept):
            if kept.as_it_is:
                steps = range(kept.offset, kept.end, CHUNK)
                out.writelines(self._file.read_at(at, min(CHUNK, kept.end - at)) for at in steps)
            else:
                self._pack(out, source.read(kept), kept.size + 4)
            if number == 0 and self._is_noted:
                note = self._note(kept, instant)
                self._pack(out, iter((note,)), len(note))

    def _pack(self, out: BinaryIO, chunks: Iterator[bytes], size: int) -> None:
        """A record as the file has its records: a member, a frame or as it is."""
        if isinstance(self._container, Gzip):
            fold = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
            out.writelines(fold.compress(chunk) for chunk in chunks)
            out.write(fold.flush())
        elif isinstance(self._container, Zstd):
            out.writelines(self._container.pack(chunks, size))
        else:
            out.writelines(chunks)

    def _note(self, first: Kept, instant: datetime) -> bytes:
        """A metadata record that says where the file comes from and what is missing (clause 6.6)."""
        lines = [f"{REPAIRED}: {self._file.path.name}", f"repairedFromSHA256: {self._survey.sha256}"]
        lines += [f"mendedRecords: {self._mended}"] if self._mended else []
        told = self._survey.lost[:_MOST_TOLD]
        lines += [f"lost: {lost.offset}-{lost.end} {' '.join(lost.reason.split())[:200]}" for lost in told]
        lines += [f"lostMore: {len(self._survey.lost) - len(told)}"] if len(told) < len(self._survey.lost) else []
        block = "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace")
        fields = [
            ("WARC-Type", "metadata"),
            ("WARC-Record-ID", f"<{new_record_id()}>"),
            ("WARC-Date", warc_date(instant)),
            *([("WARC-Warcinfo-ID", first.record_id)] if first.is_warcinfo and first.record_id else []),
            ("WARC-Block-Digest", sha1_digest(block)),
            ("Content-Type", "application/warc-fields"),
            ("Content-Length", str(len(block))),
        ]
        head = "".join(f"{name}: {value}\r\n" for name, value in fields)
        return f"WARC/1.1\r\n{head}\r\n".encode() + block + _NEWLINES


class _Unfolded:
    """Unfolded bytes of records that are packed anew, asked for in the order they lie."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._window: Window | None = None

    def read(self, kept: Kept) -> Iterator[bytes]:
        """A record, its two newlines as they should be."""
        window = self._window
        if window is None or window.member.offset != kept.offset or window.at > kept.start:
            window = Window(self._container.member_at(kept.offset))
        for _ in self._take(window, kept.start - window.at):
            pass
        yield from self._take(window, kept.size)
        yield _NEWLINES

    def _take(self, window: Window, left: int) -> Iterator[bytes]:
        self._window = window
        while left:
            if window.pos == len(window.buf) and not window.more():
                self._window = window = Window(self._container.member_at(window.member.end))
                continue
            chunk = window.buf[window.pos : window.pos + left]
            window.pos += len(chunk)
            left -= len(chunk)
            yield chunk
