"""The values that go into the catalog and come out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from archive.capture import Digest, Locator, Role, Truncation


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRow:
    """What the catalog knows of one capture: enough to find it, never its bytes."""

    source_id: str
    url: str
    fetched_at: datetime
    """Aware, UTC, microseconds."""
    status: int
    """Of the response as received: 304 for a not-modified revisit."""
    media_type: str
    payload_digest: Digest | None
    """Of the response; for a revisit that of the capture it refers to, where it is known."""
    record_id: str
    """``urn:uuid:…`` of the response or revisit record, without angle brackets."""
    record_type: Literal["response", "revisit"]
    locator: Locator
    """Of the response or revisit record."""
    end: int
    """First byte after the last record of this exchange in the file."""
    role: Role = "page"
    via: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    location: str | None = None
    """Absolute target of a redirect."""
    refers_to: str | None = None
    """For a revisit: ``urn:uuid:…`` of the record that holds the payload."""
    truncated: Truncation | None = None
