"""Articles that went missing, are gone, or came back: told by their captures alone, so that a rebuild tells the same.

Only 404 and 410 speak of absence; any other failure says nothing. *Gone* needs an unbroken row of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Literal

from archive.catalog.store import Catalog

Kind = Literal["missing", "gone", "returned"]

_MISSED = """
SELECT c.source_id, c.identity, c.fetched_at, c.status, c.filename, c.offset, c.record_id, c.url, r.article_id
FROM capture c LEFT JOIN reading r ON r.filename = c.filename AND r.offset = c.offset
WHERE (c.source_id, c.identity) IN
  (SELECT source_id, identity FROM capture WHERE role = 'article' AND status IN (404, 410) AND truncated IS NULL)
AND c.role = 'article' AND c.status IN (200, 304, 404, 410) AND c.truncated IS NULL
ORDER BY c.source_id, c.identity, c.seq
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """What one capture says of an article that was there."""

    kind: Kind
    article_id: str
    source_id: str
    url: str
    status: int
    at: str
    """UTC instant of the capture."""
    since: str
    """UTC instant of the first 404 or 410 in the row."""
    warc_filename: str
    warc_record_offset: int
    warc_record_id: str


def absences(catalog: Catalog, gone_after: timedelta) -> list[Absence]:
    """All of them, by source and then in the order of their captures.

    Args:
        catalog: what was fetched.
        gone_after: how long a row of 404 and 410 must last until an article is gone.
    """
    rows = catalog._db.execute(_MISSED)
    found = [one for _, page in groupby(rows, key=lambda row: row[:2]) for one in _of_page(page, gone_after)]
    return sorted(found, key=lambda one: (one.source_id, one.warc_filename, one.warc_record_offset))


def _of_page(rows: Iterator[tuple[Any, ...]], gone_after: timedelta) -> Iterator[Absence]:
    article: str | None = None
    since = ""
    is_gone = False
    for source_id, _, at, status, filename, offset, record_id, url, article_id in rows:
        article = article_id or article
        kind: Kind | None = None
        if status in (200, 304):
            kind, since_then, since = ("returned" if since else None), since, ""
            is_gone = False
        elif not since:
            kind, since, since_then = "missing", at, at
        else:
            since_then = since
            if not is_gone and datetime.fromisoformat(at) - datetime.fromisoformat(since) >= gone_after:
                kind, is_gone = "gone", True
        if article is None:
            since = ""  # it was never there as an article
        elif kind:
            yield Absence(
                kind=kind, article_id=article, source_id=source_id, url=url, status=status, at=at, since=since_then,
                warc_filename=filename, warc_record_offset=offset, warc_record_id=record_id,
            )  # fmt: skip
