"""The reader's process: follows the archive, reads each article page that is owed, writes records.

::

    catalog.owed -> WARC bytes -> pages.read -> Article -> Record -> JSON Lines + fsync -> catalog

Run as ``python -m crawler.reading COLLECTION``. A line on standard input says that there is more;
its end says that the crawl is over: what is owed is then read to the end. One reader per
collection (a lock says so), so that a reader left over from a killed crawl and a new one never
write at the same time.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from archive.capture import Capture, Locator
from archive.catalog import CaptureRow, Catalog, ReadingRow, VersionRow
from archive.collection import Collection, CollectionInvalid, open_collection
from archive.feed import RecordFiles, heal, record_file
from archive.record import (
    SCHEMA,
    Article,
    Reading,
    Record,
    RecordInvalid,
    Skip,
    article_id,
    fingerprint,
    text_digest,
    to_line,
)
from archive.warc import ArchiveDamaged
from crawler.archived import ARCHIVE_FAULTS, load_capture
from crawler.pages import READER_VERSION
from crawler.plain import speak_plainly
from crawler.sources import Source, SourceInvalid
from crawler.sources.identity import is_article
from crawler.sources.load import load_sources
from crawler.worker import Worker

logger = logging.getLogger(__name__)

BATCH = 64
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
    collection.records.mkdir(parents=True, exist_ok=True)
    with (collection.records / ".lock").open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if is_needless():
                    yield False
                    return
                time.sleep(TURN_S)
            else:
                yield True
                return


_LISTS = ("authors", "tags", "images", "attachments", "integrity_reasons", "warnings")


def make_record(article: Article, row: CaptureRow, capture: Capture, source: Source, version: int) -> Record:
    """An article with its provenance: what the JSON line holds.

    Raises:
        RecordInvalid: the reader made what the contract forbids.
    """
    told = {name: getattr(article, name) for name in Article.__slots__}
    told |= {name: list(told[name]) for name in _LISTS}
    provenance = {
        "schema": SCHEMA,
        "id": article_id(source.id, article.canonical_url),
        "version": version,
        "source_id": source.id,
        "publisher": source.name,
        "region_code": source.region_code,
        "region_code_bps": source.region_code_bps,
        "province_code": source.province_code,
        "url": capture.url,
        "aliases": aliases(article, capture),
        "text_digest": text_digest(article.title, article.body_text),
        "fetched_at": capture.fetched_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "warc_filename": row.locator.filename,
        "warc_record_offset": row.locator.offset,
        "warc_record_length": row.locator.length,
        "warc_record_id": row.record_id,
        "payload_digest": row.payload_digest,
    }
    try:
        return Record.model_validate(told | provenance)
    except ValueError as fault:
        raise RecordInvalid(str(fault)) from fault


def aliases(article: Article, capture: Capture) -> list[str]:
    """Other addresses that this capture shows to be the article's: the one fetched, the one redirected from."""
    led = [capture.via] if capture.via and capture.hops.endswith("R") else []
    return sorted({capture.url, *led} - {article.canonical_url})


@dataclass(frozen=True, slots=True)
class _Read:
    """One capture with what was read from it."""

    row: CaptureRow
    source: Source
    capture: Capture | None
    reading: Reading


class Reader:
    """Reads what is owed and writes the records.

    Args:
        collection: what is read.
        catalog: open, its own connection.
        sources: definitions by id.
        worker: reads single pages.
        root: folder that ``records`` and ``set-aside`` are written below; another one for a rebuild.

    Attributes:
        damaged: captures that could not be loaded; they stay owed.
    """

    def __init__(
        self, collection: Collection, catalog: Catalog, sources: dict[str, Source], worker: Worker,
        root: Path | None = None,
    ) -> None:  # fmt: skip
        self._collection, self._catalog, self._sources, self._worker = collection, catalog, sources, worker
        self.damaged = 0
        self._root = root or collection.root
        self._files = RecordFiles(self._root)
        self._after = 0

    def heal(self) -> None:
        """After a crash: take in lines that were written and not yet told to the catalog."""
        with self._catalog.transaction():
            for path in heal(self._root, self._catalog.record_size, self._adopt):
                logger.warning("half a line cut off: file=%s", path)

    def read_owed(self) -> int:
        """Read all that is owed now; how many captures that were."""
        count = 0
        while rows := self._catalog.owed(self._after, BATCH):
            # Read first, write after: the catalog is locked for the writing only.
            tried = [self._read(row) for row in rows if row.source_id in self._sources]
            read_ones = [one for one in tried if one is not None]
            try:
                with self._catalog.transaction():
                    for one in read_ones:
                        self._catalog.add_reading(self._note(one))
                    self._files.sync()
            finally:
                self._files.forget()
            self._after = rows[-1].seq
            count += len(rows)
        return count

    def _read(self, row: CaptureRow) -> _Read | None:
        """What a capture gives; None where its file is gone or damaged: it may be put back."""
        source = self._sources[row.source_id]
        if row.truncated:
            return _Read(row, source, None, Skip(f"truncated-{row.truncated}"))
        if not is_article(row.url, source):
            return _Read(row, source, None, Skip("redirected-off-pattern", row.url))
        try:
            capture = load_capture(self._collection, self._catalog, row)
        except (ArchiveDamaged, FileNotFoundError) as fault:
            logger.error("not read, its file is damaged or gone: url=%s: %s", row.url, fault)
            self.damaged += 1
            return None
        return _Read(row, source, capture, self._worker.read(capture, source.id))

    def _note(self, one: _Read) -> ReadingRow:
        """What the catalog is told of one reading; a new version's line goes to the files."""
        if isinstance(one.reading, Skip) or one.capture is None:
            reason = one.reading.reason if isinstance(one.reading, Skip) else ""
            return ReadingRow(
                locator=one.row.locator, extractor=READER_VERSION, outcome="skip", reason=reason,
                source_id=one.source.id,
            )  # fmt: skip
        known = self._catalog.version(article_id(one.source.id, one.reading.canonical_url))
        try:
            record = make_record(one.reading, one.row, one.capture, one.source, (known.version if known else 0) + 1)
        except RecordInvalid as fault:
            return self._set_aside(one, "record-invalid", {"reasons": str(fault).splitlines(), "url": one.row.url})
        if record.integrity == "injected":
            told = {"reasons": record.integrity_reasons, "record": json.loads(to_line(record))}
            return self._set_aside(one, "integrity-injected", told)
        if known and known.fingerprint == fingerprint(record):
            return reading_row(record, "unchanged", known)
        line = self._files.append(record_file("records", record.source_id, record.fetched_at), to_line(record))
        return reading_row(record, "record", line=line)

    def _set_aside(self, one: _Read, reason: str, told: dict[str, Any]) -> ReadingRow:
        place = {"warc_filename": one.row.locator.filename, "warc_record_offset": one.row.locator.offset}
        name = record_file("set-aside", one.source.id, one.row.fetched_at.isoformat())
        line = self._files.append(name, json.dumps(told | place, ensure_ascii=False))
        return ReadingRow(
            locator=one.row.locator, extractor=READER_VERSION, outcome="set-aside", reason=reason,
            source_id=one.source.id, line=line,
        )  # fmt: skip

    def _adopt(self, record: Record, name: str, size: int) -> None:
        self._catalog.add_reading(reading_row(record, "record", line=(name, size)))


def reading_row(
    record: Record, outcome: Literal["record", "unchanged"], known: VersionRow | None = None,
    line: tuple[str, int] | None = None,
) -> ReadingRow:  # fmt: skip
    """What the catalog is told of a record."""
    return ReadingRow(
        locator=Locator(record.warc_filename, record.warc_record_offset, record.warc_record_length),
        extractor=record.extractor,
        outcome=outcome,
        version=known or VersionRow(article_id=record.id, version=record.version, fingerprint=fingerprint(record)),
        source_id=record.source_id,
        canonical_url=record.canonical_url,
        aliases=tuple(record.aliases),
        line=line,
    )


def _follow(collection: Collection) -> int:
    """Read what is owed, again and again until standard input ends."""
    own = collection.own_sources
    sources = load_sources(own if own.is_dir() else None)

    def is_needless() -> bool:
        return _has_ended(0) and not catalog.owed(limit=1)

    with (
        Catalog(collection.catalog) as catalog,
        reader_lock(collection, is_needless) as mine,
        Worker(sources) as worker,
    ):
        reader = Reader(collection, catalog, sources, worker)
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
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # these are for the crawl; its end ends us
    try:
        return _follow(open_collection(Path(root)))
    except (*ARCHIVE_FAULTS, CollectionInvalid, SourceInvalid) as fault:
        logger.error("the reader stops: %s", fault)
        return 1


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
