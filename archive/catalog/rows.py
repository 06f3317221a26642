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
    identity: str
    """The address that identifies the page: one for www and bare host, http and https, and so on."""
    role: Role = "page"
    via: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    location: str | None = None
    """Absolute target of a redirect."""
    refers_to: str | None = None
    """For a revisit: ``urn:uuid:…`` of the record that holds the payload."""
    truncated: Truncation | None = None
    seq: int = 0
    """Place in the order in which the catalog learnt of captures; given by the catalog."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """The newest version of an article."""

    article_id: str
    version: int
    fingerprint: str
    """Digest over the fields whose change makes a version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleText:
    """What the newest version of an article says, as far as others are compared with it."""

    text_digest: str | None
    """Of title and text."""
    body_digest: str | None
    """Of the text alone; None for a body too short to tell anything."""
    title: str | None
    published_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRow:
    """What the reader made of one capture; written in one step with all that follows from it."""

    locator: Locator
    extractor: str
    outcome: Literal["record", "unchanged", "skip", "set-aside"]
    reason: str = ""
    version: VersionRow | None = None
    """Of the article after this reading; set for ``record`` and ``unchanged``."""
    source_id: str
    canonical_url: str = ""
    aliases: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    """What else the article is to be found by: identities of its addresses, the number in them."""
    text: ArticleText | None = None
    """For ``record``."""
    line: tuple[str, int] | None = None
    """For ``record``: file below ``records/`` and its size with the new line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What the catalog holds of one source, or of all."""

    captures: int
    articles: int
    versions: int
    skipped: dict[str, int]
    """Captures of article pages that gave no record, by reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What the reader made of the captures of one source since some capture."""

    outcomes: dict[str, int]
    """Counts of new, changed, unchanged, set-aside and skip."""
    reasons: dict[str, int]
    """Counts of set-aside and skip by reason."""
