"""The reader's process: follows the archive, reads each article page that is owed, writes records.

::

    catalog.owed -> WARC bytes -> pages.read -> Article -> Record -> JSON Lines + fsync -> catalog

Run as ``python -m crawler.reading COLLECTION``. A line on standard input says that there is more;
its end says that the crawl is over: what is owed is then read to the end. One reader per
collection (a lock says so), so that a reader left over from a killed crawl and a new one never
write at the same time.
"""

from __future__ import annotations

import gc
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from archive.capture import Capture
from archive.catalog import CaptureRow, Catalog, ReadingRow
from archive.catalog.hints import record_files
from archive.collection import Collection, CollectionInvalid, open_collection
from archive.disk import make_folder
from archive.feed import RecordFiles, heal
from archive.lease import Lease, LeaseHeld
from archive.record import Article, Reading, Record, RecordInvalid, Skip
from archive.warc import ArchiveDamaged
from crawler.archived import ARCHIVE_FAULTS, load_capture
from crawler.plain import speak_plainly
from crawler.recording import Ledger, make_record, reading_row, unreadable
from crawler.sources import Source, SourceInvalid
from crawler.sources.load import Sources
from crawler.workers import Workers

logger = logging.getLogger(__name__)

NICE = 10
"""How far the reader stands back: a server that answers should not wait for us, and what is owed can."""
AT_A_TIME = 64
"""Captures asked of the catalog at a time."""
BATCH = 24
"""Captures read between two syncs of the record files."""


DAMAGED = 5
"""Exit status of a reader that read all but what lies in damaged files, and named those."""
TURN_S = 0.2
"""Seconds between two looks whether the other reader has gone."""


@contextmanager
def reader_lock(collection: Collection, is_needless: Callable[[], bool] = lambda: False) -> Iterator[bool]:
    """Waits until no other reader works on the collection, or until there is no need to any more.

    Yields:
        Whether the collection is ours.
    """
    make_folder(collection.records)
    while True:
        try:
            lease = Lease(collection.records / ".lock")
        except LeaseHeld:
            if is_needless():
                yield False
                return
            time.sleep(TURN_S)
        else:
            break
    with lease:
        yield True


@dataclass(frozen=True, slots=True)
class _Read:
    """One capture with what was read from it."""

    row: CaptureRow
    source: Source
    capture: Capture | None = None
    reading: Reading | None = None
    """None until a worker has read the page."""

    @property
    def source_id(self) -> str:
        """Whose page it is."""
        return self.source.id


class Reader:
    """Reads what is owed and writes the records.

    Args:
        collection: what is read.
        catalog: open, its own connection.
        sources: definitions by id.
        workers: read single pages.
        root: folder that ``records`` and ``set-aside`` are written below; another one for a rebuild.

    Attributes:
        damaged: captures that could not be loaded; they stay owed.
    """

    def __init__(
        self, collection: Collection, catalog: Catalog, sources: Mapping[str, Source], workers: Workers,
        root: Path | None = None,
    ) -> None:  # fmt: skip
        self._collection, self._catalog, self._sources, self._workers = collection, catalog, sources, workers
        self.damaged = 0
        self._wrong: set[str] = set()
        self._root = root or collection.root
        self._files = RecordFiles(self._root)
        self._ledger = Ledger(catalog, self._files, sources)
        self._after = 0

    def heal(self) -> None:
        """After a crash: take in lines that were written and not yet told to the catalog."""
        with self._catalog.transaction():
            for name, size in record_files(self._catalog).items():
                if size and not (self._root / name).exists():
                    gone = "it is gone; put it back, or make all records again with: warkat rebuild"
                    raise ArchiveDamaged(self._root / name, 0, gone)
            for path in heal(self._root, self._catalog.record_size, self._adopt):
                logger.warning("what follows the last known line cut off and kept: file=%s", path)

    def read_owed(self) -> int:
        """Read all that is owed now; how many captures that were."""
        count, batch = 0, list[_Read]()
        # The children go on with what is ahead while a batch is written down.
        for one, reading in self._workers.read_all(self._load(self._owed())):
            # The body has done its part; a batch of large ones would be too much to hold.
            batch.append(replace(one, reading=reading, capture=one.capture and replace(one.capture, body=b"")))
            if len(batch) == BATCH:
                self._enter(batch)
                count, batch = count + len(batch), []
        if batch:
            self._enter(batch)
        return count + len(batch)

    def _owed(self) -> Iterator[CaptureRow]:
        while rows := self._catalog.owed(self._after, AT_A_TIME):
            for row in rows:
                yield row
                self._after = row.seq

    def _enter(self, batch: list[_Read]) -> None:
        """Write a batch down: the catalog is locked for that alone."""
        try:
            with self._catalog.transaction():
                for one in batch:
                    self._catalog.add_reading(self._note(one))
                self._files.sync()
        finally:
            self._files.forget()

    def _load(self, rows: Iterable[CaptureRow]) -> Iterator[_Read]:
        """Captures to read; one whose file is gone or damaged stays owed: it may be put back."""
        for row in rows:
            source = self._definition(row.source_id)
            if source is None:
                continue
            if skip := unreadable(row, source, row.identity):
                yield _Read(row, source, reading=skip)
            else:
                try:
                    yield _Read(row, source, load_capture(self._collection, self._catalog, row))
                except (ArchiveDamaged, FileNotFoundError) as fault:
                    logger.error("not read, its file is damaged or gone: url=%s: %s", row.url, fault)
                    self.damaged += 1

    def _definition(self, source_id: str) -> Source | None:
        """Whose page it is; what belongs to no definition, or to a wrong one, stays owed."""
        try:
            return self._sources.get(source_id)
        except SourceInvalid as fault:
            if source_id not in self._wrong:
                logger.error("not read, its definition is wrong: %s", fault)
            self._wrong.add(source_id)
            return None

    def _note(self, one: _Read) -> ReadingRow:
        """What the catalog is told of one reading; a new version's line goes to the files."""
        if not isinstance(one.reading, Article) or one.capture is None:
            return self._ledger.enter(one.row, one.reading if isinstance(one.reading, Skip) else Skip(""))
        try:
            record = make_record(one.reading, one.row, one.capture, one.source)
        except RecordInvalid as fault:
            return self._ledger.enter(one.row, fault)
        return self._ledger.enter(one.row, record)

    def _adopt(self, record: Record, name: str, size: int) -> None:
        self._catalog.add_reading(reading_row(record, "record", line=(name, size)))


def _follow(collection: Collection) -> int:
    """Read what is owed, again and again until standard input ends."""
    own = collection.own_sources
    sources = Sources(own if own.is_dir() else None)

    def is_needless() -> bool:
        return _has_ended(0) and not catalog.owed(limit=1)

    with (
        Catalog(collection.catalog) as catalog,
        reader_lock(collection, is_needless) as mine,
        Workers(sources) as workers,
    ):
        reader = Reader(collection, catalog, sources, workers)
        if mine:
            reader.heal()
        while mine:
            ended = _has_ended(1.0)
            reader.read_owed()
            if ended:
                break
        return DAMAGED if reader.damaged else 0


def _has_ended(wait_s: float) -> bool:
    """Whether the crawl is over: its end of the pipe is closed."""
    return bool(select.select([sys.stdin], [], [], wait_s)[0]) and os.read(0, 65536) == b""


def _main(root: str) -> int:
    speak_plainly(logging.WARNING)
    os.nice(NICE)
    gc.set_threshold(20_000, 20, 20)  # a page's objects all go at once: looking through them in between finds nothing
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # these are for the crawl; its end ends us
    try:
        return _follow(open_collection(Path(root)))
    except ArchiveDamaged as fault:
        logger.error("the reader stops: %s", fault)
        return DAMAGED
    except (*ARCHIVE_FAULTS, CollectionInvalid, SourceInvalid) as fault:
        logger.error("the reader stops: %s", fault)
        return 1


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
