"""Whether a page is wanted: a pure decision over what the archive holds of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from archive.catalog import CaptureRow

AFTER_SERVER_ERROR = timedelta(hours=1)
"""A server that failed is not asked for the page again before."""
AFTER_REFUSAL = timedelta(days=1)
"""Pages that are gone or forbidden: they rarely come back within the hour."""
AFTER_TOO_LARGE = timedelta(days=30)


TRIES = 3
"""Answers in a row that were server errors before a page has to wait: as many as one visit asks."""


def wanted(
    recent: Sequence[CaptureRow], lastmod: datetime | None, now: datetime, claimed: datetime | None = None
) -> bool:
    """Whether an article page is to be fetched.

    Args:
        recent: captures of the page, newest first, at least ``TRIES`` where there are as many; for a page
            that redirects to an archived one, the captures of that one.
        lastmod: when the page changed, as a discovery document claims; aware.
        now: the time of the visit.
        claimed: what a discovery document had claimed when the page was fetched; None if nothing is known.
    """
    if not recent:
        return True
    row = recent[0]
    age = now - row.fetched_at
    if 300 <= row.status < 400 and row.status != 304:
        return True  # the page that it leads to is not archived
    if row.truncated:
        return row.truncated != "length" or age > AFTER_TOO_LARGE
    if _is_server_error(row):
        failed = all(_is_server_error(r) for r in recent[:TRIES]) and len(recent) >= TRIES
        return age > AFTER_SERVER_ERROR or not failed
    if row.status >= 400:
        return age > AFTER_REFUSAL
    if lastmod is None or lastmod > now:
        return False
    # A claim that moved tells of a change also where the server's clock is wrong.
    return lastmod > claimed if claimed else lastmod > row.fetched_at


def _is_server_error(row: CaptureRow) -> bool:
    return row.status >= 500 or row.status == 429
