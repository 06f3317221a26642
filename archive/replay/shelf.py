"""The collection as a server holds it: the catalog open, WARC files open, both let go when they are replaced."""

from __future__ import annotations

import os
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.catalog import CatalogUnusable
from archive.catalog.moments import Moments
from archive.catalog.rows import CaptureRow
from archive.collection import Collection
from archive.takedown import Takedown
from archive.warc.damage import ArchiveDamaged
from archive.warc.quick import Stored, pieces, read_stored

OPEN_FILES = 64
LOOK_S = 0.5
"""Seconds between two looks whether a rebuild has put another catalog in place."""


@dataclass(frozen=True, slots=True)
class Memento:
    """A capture that can be shown: its own instant, and the response that stands for it."""

    row: CaptureRow
    """The capture that was asked for."""
    holder: CaptureRow
    """The capture that holds the payload: the same, or the one that a revisit refers to."""
    stored: Stored
    """Head and body; of a not-modified revisit both are the original's."""


class OriginalMissing(LookupError):
    """A revisit refers to a payload that this collection does not have."""


class TakenDown(LookupError):
    """The article is on the collection's takedown list; it stays archived and is not shown."""


class Shelf:
    """Finds and reads captures; one for each server process.

    Args:
        collection: whose.

    Raises:
        CatalogUnusable: there is no usable catalog.
    """

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self.takedown = Takedown.of(collection.about.takedown)
        self._has_takedown = bool(self.takedown)
        self._moments: Moments | None = None
        self._identity: tuple[int, int] | None = None
        self._looked = -LOOK_S
        self._files: OrderedDict[tuple[str, str], tuple[int, Path]] = OrderedDict()
        _ = self.moments

    @property
    def moments(self) -> Moments:
        """The catalog as it is now."""
        now = time.monotonic()
        if self._moments is None or now - self._looked >= LOOK_S:
            self._looked = now
            self._look()
        if self._moments is None:
            raise CatalogUnusable(f"{self.collection.catalog}: there is no catalog; make it with: warkat rebuild")
        return self._moments

    def _look(self) -> None:
        try:
            told = self.collection.catalog.stat()
        except FileNotFoundError:
            return  # for a moment, while another takes its place
        if self._identity != (told.st_dev, told.st_ino):
            fresh = Moments(self.collection.catalog)
            self.close()
            self._moments, self._identity = fresh, (told.st_dev, told.st_ino)
            self.takedown = Takedown.of(self.collection.about.takedown).with_addresses(fresh.addresses)

    def close(self) -> None:
        """Let go of all files."""
        if self._moments is not None:
            self._moments.close()
            self._moments = None
        for fd, _ in self._files.values():
            os.close(fd)
        self._files.clear()

    def memento(self, url: str, at: datetime | None) -> Memento | None:
        """The capture of an address nearest to an instant, or the newest; None where there is none.

        Raises:
            OriginalMissing: its payload is not in this collection.
            ArchiveDamaged: the bytes are not what the catalog says.
            OSError: the file is gone.
        """
        row = self.moments.nearest(url, at) if at else self.moments.newest(url)
        if row is None:
            return None
        if self._has_takedown and self.is_taken_down(url):
            raise TakenDown(row.url)
        return self.open(row)

    def is_taken_down(self, url: str) -> bool:
        """Whether an address is one of an article that nobody is shown any more."""
        return self._has_takedown and self.takedown.covers_url(url)

    def open(self, row: CaptureRow) -> Memento:
        """A capture with its bytes; raises as ``memento`` does."""
        if row.record_type == "response":
            return Memento(row, row, self._read(row))
        original = self.moments.original(row)
        if original is None:
            raise OriginalMissing(f"{row.url}: the payload lies in {row.refers_to}, which is not in this collection")
        stored = self._read(original)
        if row.status != 304:
            stored = Stored(self._read(row).head, stored.size, stored.body)
        return Memento(row, original, stored)

    def _read(self, row: CaptureRow) -> Stored:
        place = row.locator
        fd, path = self._file(row)
        try:
            return read_stored(fd, path, place.offset, place.length, row.record_id)
        except ArchiveDamaged:
            self._drop(row)  # the file may have been mended since it was opened
            fd, path = self._file(row)
            return read_stored(fd, path, place.offset, place.length, row.record_id)

    def body_pieces(self, memento: Memento) -> Iterator[bytes]:
        """The body of a large capture in pieces."""
        fd, path = self._file(memento.holder)
        place = memento.holder.locator
        own = os.dup(fd)
        try:
            yield from pieces(own, path, place.offset, place.length, memento.holder.record_id)
        finally:
            os.close(own)

    def _file(self, row: CaptureRow) -> tuple[int, Path]:
        key = (row.source_id, row.locator.filename)
        known = self._files.get(key)
        if known is not None:
            self._files.move_to_end(key)
            return known
        path = self.collection.warc_file(*key)
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._files[key] = (fd, path)
        if len(self._files) > OPEN_FILES:
            _, (old, _) = self._files.popitem(last=False)
            os.close(old)
        return fd, path

    def _drop(self, row: CaptureRow) -> None:
        known = self._files.pop((row.source_id, row.locator.filename), None)
        if known:
            os.close(known[0])
