"""The life of each article page, from its captures alone: so it is rebuilt with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from archive.catalog.store import Catalog

_LIVES = """
SELECT identity, url, fetched_at, status, coalesce(outcome IN ('record', 'unchanged'), 0), coalesce(version, 0)
FROM capture LEFT JOIN reading USING (filename, offset)
WHERE capture.source_id = ? AND role = 'article' AND status IN (200, 304, 404, 410) AND truncated IS NULL
ORDER BY identity, seq
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLife:
    """What is known of one page that was there once; times aware, UTC."""

    identity: str
    url: str
    """Of the newest answer with the page itself."""
    first_at: datetime
    """When it was first archived."""
    last_at: datetime
    """Newest answer that says whether it is there."""
    is_article: bool
    """Whether any capture of it was read as an article."""
    versions: int
    misses: tuple[datetime, ...] = ()
    """Answers 404 and 410 since it was last there; other failures say nothing and are left out."""


def page_lives(catalog: Catalog, source_id: str) -> Iterator[PageLife]:
    """The pages of a source that were there at least once, in the order of their identities."""
    found = catalog._db.execute(_LIVES, (source_id,))
    for identity, rows in groupby(found, key=lambda row: row[0]):
        first = last = None
        url, is_article, versions = "", False, 0
        misses: list[datetime] = []
        for _, address, fetched_at, status, article, version in rows:
            at = datetime.fromisoformat(fetched_at).astimezone(UTC)
            if status in (200, 304):
                misses.clear()
                if status == 200:
                    first, url = first or at, address
            elif first:
                misses.append(at)
            last = at
            is_article, versions = is_article or bool(article), max(versions, version)
        if first and last:
            yield PageLife(
                identity=identity, url=url, first_at=first, last_at=last, is_article=is_article, versions=versions,
                misses=tuple(misses),
            )  # fmt: skip


def first_archived(catalog: Catalog, source_id: str, identity: str) -> datetime | None:
    """When a page was first asked for, or None."""
    found = catalog._db.execute(
        "SELECT min(fetched_at) FROM capture WHERE source_id = ? AND identity = ?", (source_id, identity)
    ).fetchone()[0]
    return datetime.fromisoformat(found).astimezone(UTC) if found else None
