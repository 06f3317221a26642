"""The table of captures as values, and values as the table has them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from archive.capture import Locator
from archive.catalog.rows import CaptureRow

COLUMNS = (
    "source_id, url, identity, fetched_at, status, media_type, payload_digest, record_id, record_type,"
    " filename, offset, length, end, role, via, etag, last_modified, location, refers_to, truncated"
)
SELECT = f"SELECT {COLUMNS}, seq FROM capture WHERE "  # noqa: S608


def values_of(row: CaptureRow) -> tuple[Any, ...]:
    """A row in the order of ``COLUMNS``."""
    return (
        row.source_id, row.url, row.identity, row.fetched_at.isoformat(timespec="microseconds"), row.status,
        row.media_type, row.payload_digest, row.record_id, row.record_type, row.locator.filename,
        row.locator.offset, row.locator.length, row.end, row.role, row.via, row.etag, row.last_modified,
        row.location, row.refers_to, row.truncated,
    )  # fmt: skip


def row_of(found: tuple[Any, ...]) -> CaptureRow:
    """A row from what ``SELECT`` gives."""
    (source_id, url, identity, fetched_at, status, media_type, payload_digest, record_id, record_type, filename,
     offset, length, end, role, via, etag, last_modified, location, refers_to, truncated, seq) = found  # fmt: skip
    return CaptureRow(
        source_id=source_id, url=url, identity=identity, fetched_at=datetime.fromisoformat(fetched_at).astimezone(UTC),
        status=status, media_type=media_type, payload_digest=payload_digest, record_id=record_id,
        record_type=record_type, locator=Locator(filename, offset, length), end=end, role=role, via=via, etag=etag,
        last_modified=last_modified, location=location, refers_to=refers_to, truncated=truncated, seq=seq,
    )  # fmt: skip
