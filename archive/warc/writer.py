"""Appending exchanges to a source's current WARC file.

One writer per source (the visit holds the lock). A file belongs to one source and one calendar
month in UTC, carries the suffix ``.open`` while it grows, over as many visits as the month has,
and is closed by renaming at the size limit or when the month is over. What is appended is promised
to nobody before ``sync`` has returned.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, cast

from archive.capture import Capture, Locator
from archive.disk import make_folder, sync_folder
from archive.warc.damage import ArchiveFull
from archive.warc.reader import warcinfo_id
from archive.warc.records import Original, encode_exchange, encode_warcinfo

SIZE_LIMIT = 1_000_000_000
"""Bytes at which a file is closed and the next one begun."""
OPEN = ".open"

__all__ = ["OPEN", "SIZE_LIMIT", "WarcWriter", "Written", "close_file", "sync_folder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where an exchange went; true for good once ``sync`` has returned."""

    locator: Locator
    end: int
    record_id: str
    record_type: Literal["response", "revisit"]


class WarcWriter:
    """The one that appends to the files of a source.

    Args:
        folder: ``archive/<source>`` of the collection; made when it is missing.
        source_id: goes into the file names.
        info: fields of the warcinfo record that begins each file.
        size_limit: bytes at which a file is closed.
    """

    def __init__(self, folder: Path, source_id: str, info: Mapping[str, str], size_limit: int = SIZE_LIMIT) -> None:
        self._folder, self._source_id, self._info, self._size_limit = folder, source_id, info, size_limit
        self._path: Path | None = None
        self._fd = -1
        self._size = self._synced = 0
        self._warcinfo_id = ""

    def append(self, capture: Capture, original: Original | None = None) -> Written:
        """Append one exchange; it may be lost until ``sync`` has returned.

        Raises:
            ArchiveFull: the disk took no more; the file ends with the exchange before.
        """
        path = self._file_for(capture.fetched_at)
        encoded = encode_exchange(capture, self._warcinfo_id, original)
        offset = self._size
        self._write(encoded.data)
        return Written(
            locator=Locator(path.name.removesuffix(OPEN), offset, encoded.first_length),
            end=self._size,
            record_id=encoded.record_id,
            record_type=cast("Literal['response', 'revisit']", encoded.record_type),
        )

    def sync(self) -> None:
        """Have everything appended on the disk before returning.

        Raises:
            ArchiveFull: the disk refused; the file ends where the last sync left it.
        """
        if self._fd < 0 or self._synced == self._size:
            return
        try:
            os.fsync(self._fd)
        except OSError as fault:
            self._cut(self._synced)
            raise ArchiveFull(fault.errno, f"{self._path}: not synced: {fault.strerror}") from fault
        self._synced = self._size

    def close(self) -> None:
        """Let go of the file; it stays ``.open`` for the next visit."""
        if self._fd >= 0:
            self.sync()
            os.close(self._fd)
            self._fd = -1

    def _file_for(self, instant: datetime) -> Path:
        month = f"{instant:%Y%m}"
        if self._path is not None and (self._size >= self._size_limit or _month(self._path) < month):
            self.close()
            close_file(self._path)
            self._path = None
        if self._fd < 0:
            found = self._find(month)
            if found:
                sync_folder(self._folder)  # who made it may have been killed before its name was safe
            self._path = found or self._create(instant)
            self._fd = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
            self._size = self._synced = os.fstat(self._fd).st_size
            self._warcinfo_id = warcinfo_id(self._path)
        assert self._path is not None  # noqa: S101  # set above, for the type checker
        return self._path

    def _find(self, month: str) -> Path | None:
        """The month's open file with room left, closing those of months gone by."""
        found = None
        for path in sorted(self._folder.glob(f"{self._source_id}-*{OPEN}")):
            if _month(path) < month or path.stat().st_size >= self._size_limit:
                close_file(path)
            else:
                found = path
        return found

    def _create(self, instant: datetime) -> Path:
        """A new file with its warcinfo record, synced together with its folder."""
        make_folder(self._folder)
        serials = [int(p.name.removeprefix(self._source_id).split("-")[2]) for p in self._folder.glob("*.warc.gz*")]
        stamp = instant.astimezone(UTC).strftime("%Y%m%d%H%M%S")
        # The label is random: two machines that archive the same site never make the same name.
        name = f"{self._source_id}-{stamp}-{max(serials, default=-1) + 1:05d}-{secrets.token_hex(4)}.warc.gz"
        path = self._folder / (name + OPEN)
        data, _ = encode_warcinfo(name, self._info, instant)
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        try:
            self._path, self._size, self._synced = path, 0, 0
            self._write(data)
            self.sync()
            sync_folder(self._folder)
        except OSError:
            os.close(self._fd)
            self._fd, self._path = -1, None
            path.unlink()
            raise
        os.close(self._fd)
        return path

    def _write(self, data: bytes) -> None:
        view, start = memoryview(data), self._size
        try:
            while view:
                done = os.write(self._fd, view)
                view = view[done:]
        except OSError as fault:
            self._cut(start)
            raise ArchiveFull(fault.errno, f"{self._path}: {fault.strerror}") from fault
        self._size = start + len(data)

    def _cut(self, size: int) -> None:
        """Take a half write off again, so that it cannot poison what comes before or after it."""
        os.ftruncate(self._fd, size)
        self._size = size
        self._synced = min(self._synced, size)


def close_file(path: Path) -> Path:
    """Give a file its final name, for good; it is never touched again."""
    closed = path.with_name(path.name.removesuffix(OPEN))
    path.rename(closed)
    sync_folder(path.parent)
    return closed


def _month(path: Path) -> str:
    """The month in a file name, ``YYYYMM``."""
    return path.name.removesuffix(OPEN).rsplit("-", 3)[1][:6]
