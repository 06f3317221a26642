"""Between what the archive holds and what the crawler works with."""

from __future__ import annotations

import errno
from urllib.parse import urljoin

from archive.capture import Capture, Digest, Locator
from archive.catalog import CaptureRow, Catalog, CatalogFault, CatalogUnusable
from archive.catalog.cdxj import index_mime
from archive.collection import Collection
from archive.warc import ArchiveDamaged, Exchange, read_exchange, with_payload
from crawler.sources import Source
from crawler.sources.identity import canonical_address

ARCHIVE_FAULTS = (OSError, ArchiveDamaged, CatalogFault, CatalogUnusable)
"""What can go wrong where everything is kept. None of it is the site's doing, each ends the visit."""

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class ArchiveStopped(RuntimeError):
    """Nothing more is taken into the archive on this visit; what it holds is whole.

    Attributes:
        reason: the name of the cause, which becomes the outcome of the visit.
    """

    def __init__(self, fault: BaseException) -> None:
        super().__init__(str(fault))
        self.reason = archive_fault_name(fault)


def archive_fault_name(fault: BaseException) -> str:
    """The outcome of a visit that one of ``ARCHIVE_FAULTS`` ended."""
    if isinstance(fault, ArchiveDamaged):
        return "archive-damaged"
    if isinstance(fault, CatalogFault | CatalogUnusable):
        return "disk-full" if "is full" in str(fault) else "catalog-unusable"
    if not isinstance(fault, OSError):
        return "crashed"
    return "disk-full" if fault.errno in _NO_ROOM else "archive-unwritable"


def capture_row(
    source: Source, capture: Capture, *, record_id: str, record_type: str, locator: Locator, end: int,
    payload_digest: Digest | None, refers_to: str | None,
) -> CaptureRow:  # fmt: skip
    """What the catalog is told of a capture, the same while it is written and when it is read again."""
    location = capture.header("location") if 300 <= capture.status < 400 else None
    return CaptureRow(
        source_id=source.id,
        url=capture.url,
        identity=canonical_address(capture.url, source),
        fetched_at=capture.fetched_at,
        status=capture.status,
        media_type=index_mime(capture),
        payload_digest=payload_digest,
        record_id=record_id,
        record_type="revisit" if record_type == "revisit" else "response",
        locator=locator,
        end=end,
        role=capture.role,
        via=capture.via,
        etag=capture.header("etag"),
        last_modified=capture.header("last-modified"),
        location=_joined(capture.url, location) if location else None,
        refers_to=refers_to,
        truncated=capture.truncated,
    )


def _joined(url: str, location: str) -> str | None:
    try:
        return urljoin(url, location)
    except ValueError:  # a server sent something like http://[
        return None


def row_of(source: Source, exchange: Exchange) -> CaptureRow:
    """What the catalog is told of an exchange that a WARC file holds."""
    return capture_row(
        source,
        exchange.capture,
        record_id=exchange.record_id,
        record_type=exchange.record_type,
        locator=exchange.locator,
        end=exchange.end,
        payload_digest=exchange.payload_digest,
        refers_to=exchange.refers_to,
    )


def load_capture(collection: Collection, catalog: Catalog, row: CaptureRow) -> Capture:
    """The capture that a row tells of, the payload of a revisit filled in.

    Raises:
        ArchiveDamaged: the bytes are not what the catalog says.
        FileNotFoundError: the WARC file is gone.
    """
    exchange = read_exchange(collection.warc_file(row.source_id, row.locator.filename), row.locator.offset, row.end)
    original = catalog.by_record_id(row.refers_to) if row.refers_to else None
    if original is None:
        return exchange.capture
    path = collection.warc_file(original.source_id, original.locator.filename)
    return with_payload(exchange, read_exchange(path, original.locator.offset, original.end))
