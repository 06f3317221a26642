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
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from archive.capture import Capture, Locator
from archive.catalog import CaptureRow, Catalog, ReadingRow, VersionRow
from archive.collection import Collection, open_collection
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
from crawler.archived import load_capture
from crawler.pages import READER_VERSION, read
from crawler.sources import Source
from crawler.sources.load import load_sources

logger = logging.getLogger(__name__)

BATCH = 64
"""Captures read between two syncs of the record files."""


@contextmanager
def reader_lock(collection: Collection) -> Iterator[None]:
    """Waits until no other reader works on the collection."""
    collection.records.mkdir(parents=True, exist_ok=True)
    with (collection.records / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


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
        root: folder that ``records`` and ``set-aside`` are written below; another one for a rebuild.
    """

    def __init__(
        self, collection: Collection, catalog: Catalog, sources: dict[str, Source], root: Path | None = None
    ) -> None:
        self._collection, self._catalog, self._sources = collection, catalog, sources
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
            read_ones = [self._read(row) for row in rows if row.source_id in self._sources]
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

    def _read(self, row: CaptureRow) -> _Read:
        source = self._sources[row.source_id]
        if row.truncated:
            return _Read(row, source, None, Skip(f"truncated-{row.truncated}"))
        capture = load_capture(self._collection, self._catalog, row)
        return _Read(row, source, capture, read(capture, source))

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


def _main(root: str) -> int:
    collection = open_collection(Path(root))
    own = collection.own_sources
    sources = load_sources(own if own.is_dir() else None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the crawl; its end ends us
    with reader_lock(collection), Catalog(collection.catalog) as catalog:
        reader = Reader(collection, catalog, sources)
        reader.heal()
        while True:
            select.select([sys.stdin], [], [], 1.0)
            ended = os.read(0, 65536) == b""
            reader.read_owed()
            if ended:
                return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
