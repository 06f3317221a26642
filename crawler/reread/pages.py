"""One WARC file in, what its article pages say out: a function of the file, the source and the reader alone.

Picklable from end to end, so that it runs here, in a process of its own, or on another machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from archive.capture import Capture
from archive.record import Reading, Record, RecordInvalid, Skip
from archive.warc import Exchange, read_exchange, scan, with_payload
from crawler.recording import make_record, unreadable
from crawler.sources import Source
from crawler.workers import Workers

NO_ORIGINAL = "revisit-without-original"
"""Reason of a page whose body lies in a WARC file that is not here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A WARC file of a collection, and all that is needed to read it."""

    path: Path
    source: Source
    end: int | None = None
    """First byte that is not read: a growing file is read as far as the catalog knows it."""
    since: datetime | None = None
    """Captures before this instant are left out; aware."""
    until: datetime | None = None
    """Captures from this instant on are left out; aware."""
    originals: Mapping[str, tuple[Path, int, int]] = field(default_factory=dict)
    """Where the records lie that revisits refer to: file, first byte, first byte after the exchange."""


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one page."""

    offset: int
    """Of its response or revisit record in the file."""
    url: str
    told: Record | Skip | RecordInvalid
    """A record counts as version 1 of its article until a ``Ledger`` has seen those before it."""


@dataclass(frozen=True, slots=True)
class _Page:
    """A page on its way to the reader."""

    exchange: Exchange
    capture: Capture
    source_id: str
    reading: Reading | None = None


def records_of(job: Job) -> Iterator[Found]:
    """Read the article pages of a WARC file again, in the order of the file.

    Raises:
        ArchiveDamaged: the file cannot be read further; all before it has been yielded.
        FileNotFoundError: the file is gone, or one that holds the payload of a revisit.
    """
    return read_pages(_pages(job), job.source)


def read_pages(pages: Iterable[_Page], source: Source) -> Iterator[Found]:
    """Pages through the reader's child process, which a page may kill without harm."""
    with Workers({source.id: source}, count=1) as workers:
        for page, reading in workers.read_all(pages):
            yield Found(page.exchange.locator.offset, page.capture.url, _told(page, reading, source))


def page_of(exchange: Exchange, source: Source, capture: Capture | None, skip: Skip | None = None) -> _Page:
    """A page to be read, or one of which it is known already that it is not.

    Args:
        exchange: where it was found.
        source: whose page it is.
        capture: with the payload; None for a revisit whose original is not here.
        skip: why it is not read, where that is known.
    """
    known = skip or unreadable(exchange.capture, source)
    if known is None and capture is None:
        known = Skip(NO_ORIGINAL, exchange.refers_to or "")
    return _Page(exchange, capture or exchange.capture, source.id, known)


def _pages(job: Job) -> Iterator[_Page]:
    for exchange in scan(job.path, 0, job.end):
        capture = exchange.capture
        if capture.role != "article" or capture.status != 200:
            continue
        if (job.since and capture.fetched_at < job.since) or (job.until and capture.fetched_at >= job.until):
            continue
        yield page_of(exchange, job.source, _whole(exchange, job.originals))


def _whole(exchange: Exchange, originals: Mapping[str, tuple[Path, int, int]]) -> Capture | None:
    if exchange.record_type != "revisit":
        return exchange.capture
    place = originals.get(exchange.refers_to or "")
    return with_payload(exchange, read_exchange(*place)) if place else None


def _told(page: _Page, reading: Reading, source: Source) -> Record | Skip | RecordInvalid:
    if isinstance(reading, Skip):
        return reading
    try:
        return make_record(reading, page.exchange, page.capture, source)
    except RecordInvalid as fault:
        return fault
