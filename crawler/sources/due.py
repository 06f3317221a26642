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


def wanted(history: Sequence[CaptureRow], lastmod: datetime | None, now: datetime) -> bool:
    """Whether an article page is to be fetched.

    Args:
        history: the newest capture of the page, then that of the page it redirects to, and so on;
            empty for a page never archived. Its last one is no redirect unless that is all there is.
        lastmod: when the page changed, as a discovery document claims; aware.
        now: the time of the visit.
    """
    if not history:
        return True
    row = history[-1]
    age = now - row.fetched_at
    if 300 <= row.status < 400 and row.status != 304:
        return True  # the page that it leads to is not archived
    if row.truncated:
        return row.truncated != "length" or age > AFTER_TOO_LARGE
    if row.status >= 500 or row.status == 429:
        return age > AFTER_SERVER_ERROR
    if row.status >= 400:
        return age > AFTER_REFUSAL
    return lastmod is not None and row.fetched_at < lastmod <= now
