"""Questions to the catalog and nothing but questions: what replay and a reread ask while a crawl may be writing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from archive.capture import Locator
from archive.catalog.columns import SELECT, row_of
from archive.catalog.rows import CaptureRow, ReadingRow, VersionRow
from archive.catalog.schema import VERSION
from archive.catalog.store import CatalogFault, CatalogOutdated, CatalogUnusable

_DOCUMENTS = (
    "source_id = ? AND role IN ('listing', 'feed', 'sitemap', 'rest') AND status = 200 AND record_type = 'response'"
    " ORDER BY seq"
)
_REREAD = "role = 'article' AND status = 200 AND source_id = ? ORDER BY filename, offset"


def asked(path: Path) -> sqlite3.Connection:
    """A connection that cannot write.

    Raises:
        CatalogUnusable: there is no catalog, it is damaged, or it was made by another version.
    """
    if not path.exists():
        raise CatalogUnusable(f"{path}: there is no catalog; make it with: warkat rebuild")
    try:
        db = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
        db.execute("PRAGMA query_only=1")
        found = int(db.execute("PRAGMA user_version").fetchone()[0])
    except CatalogFault as fault:
        raise CatalogUnusable(f"{path}: {fault}; make it again with: warkat rebuild") from fault
    if found != VERSION:
        db.close()
        raise CatalogOutdated(
            f"{path}: made by another version (tables {found}, wanted {VERSION}); make it again: warkat rebuild"
        )
    return db


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one fetch of an article address."""

    identity: str
    url: str
    via: str | None
    status: int
    truncated: str | None
    location: str | None
    outcome: str
    """Of its reading; empty while it is owed, or where there is nothing to read."""
    reason: str
    published_at: str | None


class Lookup:
    """What the catalog knows of captures and of what was read from them; use as a context manager.

    Args:
        path: the database, which must be there.
    """

    def __init__(self, path: Path) -> None:
        self._db = asked(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def article_captures(self, source_id: str) -> Iterator[CaptureRow]:
        """Captures of article pages, by file and place: in the order in which they were fetched."""
        return self._rows(_REREAD, source_id)

    def documents(self, source_id: str) -> Iterator[CaptureRow]:
        """Captures of discovery documents that hold a payload of their own, oldest first."""
        return self._rows(_DOCUMENTS, source_id)

    def fates(self, source_id: str) -> Iterator[Fate]:
        """What became of each fetch of an article address, oldest first."""
        found = self._db.execute(
            "SELECT identity, url, via, status, truncated, location, coalesce(outcome, ''), coalesce(reason, ''),"
            " published_at FROM capture LEFT JOIN reading USING (filename, offset)"
            " LEFT JOIN article ON article.id = article_id"
            " WHERE capture.source_id = ? AND role = 'article' ORDER BY seq", (source_id,),
        )  # fmt: skip
        for row in found:
            yield Fate(*row)

    def reports(self, source_id: str) -> Iterator[str]:
        """Reports of the visits to a source as JSON, oldest first."""
        for (report,) in self._db.execute(
            "SELECT report FROM visit WHERE source_id = ? ORDER BY started_at", (source_id,)
        ):
            yield report

    def by_record_id(self, record_id: str) -> CaptureRow | None:
        """The capture whose response or revisit record has this id."""
        return next(self._rows("record_id = ? LIMIT 1", record_id), None)

    def file_ends(self, source_id: str) -> dict[str, int]:
        """All files of a source with the end of the last exchange known in each."""
        asked_for = "SELECT filename, max(end) FROM capture WHERE source_id = ? GROUP BY filename"
        return dict(self._db.execute(asked_for, (source_id,)))

    def reading(self, locator: Locator) -> ReadingRow | None:
        """What was made of the capture at a place, without its aliases and line; None where nobody has read it."""
        found = self._db.execute(
            "SELECT reading.source_id, extractor, outcome, reason, article_id, reading.version, canonical_url,"
            " fingerprint FROM reading LEFT JOIN article ON article.id = article_id"
            " WHERE filename = ? AND offset = ?", (locator.filename, locator.offset),
        ).fetchone()  # fmt: skip
        if found is None:
            return None
        source_id, extractor, outcome, reason, article_id, version, canonical_url, fingerprint = found
        known = VersionRow(article_id=article_id, version=version, fingerprint=fingerprint or "")
        return ReadingRow(
            locator=locator, extractor=extractor, outcome=outcome, reason=reason, source_id=source_id,
            version=known if article_id else None, canonical_url=canonical_url or "",
        )  # fmt: skip

    def _rows(self, where: str, *values: Any) -> Iterator[CaptureRow]:
        for found in self._db.execute(SELECT + where, values):
            yield row_of(found)
