"""Addresses that a site makes without end: each kind has a name, under which what is passed over is counted.

Pure, from the address alone. A trap that shows in no address ends by the budgets of its source: pages of a place,
requests of a visit.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

TRAPS = ("calendar", "growing-path", "link-flood", "session-id")
"""Reasons of ``ignored`` that tell of a trap."""

REPEATS = 3
"""Times that one segment stands in the path of an address that grows by itself: ``/a/b/a/b/a/b``."""
SEGMENTS = 15
"""Segments that no address of an article has; the deepest seen has seven."""
AHEAD = timedelta(days=62)
"""How far in the future a month in an address may lie: agendas are announced, articles are not."""
FIRST_YEAR = 1995

_MONTH = re.compile(r"/(\d{4})[/-](\d{1,2})(?=[/-]|$)")
_TOKEN = re.compile(r"(?=.*\d)(?=.*[a-zA-Z])[0-9A-Za-z_-]{20,}")
_NUMBERING = re.compile(r"(^|_)(id|no|nomor|slug|uuid|kode|code|p|q|key|berita|news|artikel|post|judul|title)$")


def trap_of(url: str, fetched_at: datetime) -> str | None:
    """The name of the trap that an address of an article shows, or None."""
    path = urlsplit(url).path
    segments = [segment for segment in path.split("/") if segment]
    if len(segments) > SEGMENTS or any(segments.count(segment) >= REPEATS for segment in set(segments)):
        return "growing-path"
    for found in _MONTH.finditer(path):
        year, month = int(found[1]), int(found[2])
        limit = fetched_at + AHEAD
        if 1 <= month <= 12 and not (FIRST_YEAR, 1) <= (year, month) <= (limit.year, limit.month):
            return "calendar"
    return None


def without_tokens(url: str) -> str:
    """The address without parameters whose values look like the number of a visitor.

    Two articles that differ in nothing else are one under two sessions. A parameter whose name says that it numbers
    articles stays, whatever it looks like: some databases number with tokens.
    """
    head, mark, query = url.partition("?")
    if not mark or not _TOKEN.search(query):
        return url
    kept = [
        f"{name}={value}"
        for name, value in parse_qsl(query, keep_blank_values=True)
        if not _TOKEN.fullmatch(value) or _NUMBERING.search(name.lower())
    ]
    return f"{head}?{'&'.join(kept)}" if kept else head
