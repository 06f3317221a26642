"""When an article last changed, as feeds, sitemaps and REST say it.

These are claims of machines in machine formats, used to see what may have changed. Dates that go into
records are read in ``crawler/pages``. A date that does not fit its format is no date: nothing is guessed.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime

from crawler.sources.source import ZONES

_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?) ?(Z|UTC|[+-]\d\d:?\d\d)?)?", re.IGNORECASE
)
_ZONE_NAME = re.compile(rf"\b({'|'.join(ZONES)})$")
_FIRST_YEAR, _LAST_YEAR = 1995, 2100


def claimed_date(text: str | None, zone: tzinfo | None = None, fetched_at: datetime | None = None) -> datetime | None:
    """An instant in W3C form (sitemaps, Atom, REST) or RFC 822 form (RSS), as UTC; None for what is none.

    With the site's ``zone`` also what feeds hold that were made by hand: ``05 Agustus 2019``, read as dates of pages
    are.

    A time without zone, and a day without time, count as UTC. Indonesia is ahead of UTC, so a local time
    taken for UTC lies too late, never too early: an article is looked at once too often, not missed.
    """
    if not text:
        return None
    text = text.strip()[:64]
    try:
        moment = _iso(text) or _rfc822(text) or (_printed(text, zone, fetched_at) if zone else None)
        if moment is None or not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def instant(text: str) -> datetime:
    """A day or an instant that a person gave, as UTC; a day begins at midnight UTC.

    Raises:
        ValueError: it is neither.
    """
    moment = _iso(text.strip())
    if moment is None:
        raise ValueError(f"neither a day (2026-01-31) nor an instant (2026-01-31T08:00+07:00): {text!r}")
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _iso(text: str) -> datetime | None:
    match = _ISO.fullmatch(text)
    if not match:
        return None
    day, time, zone = match.groups()
    zone = "+00:00" if zone and zone.upper() in ("Z", "UTC") else zone or ""
    # More digits than microseconds have are cut by fromisoformat.
    return datetime.fromisoformat(f"{day}T{time or '00:00'}{zone}".replace(",", "."))


def _printed(text: str, zone: tzinfo, fetched_at: datetime | None) -> datetime | None:
    from crawler.pages.dates import read_date  # late: a crawl needs it only for feeds that are broken

    found = read_date(text, zone=zone, fetched_at=fetched_at)
    # "2 jam lalu" would be another instant at each fetch.
    is_sure = found is not None and found.precision in ("second", "minute", "day")
    return _iso(found.iso) if found and is_sure else None


def _rfc822(text: str) -> datetime | None:
    # parsedate leaves a zone that it does not know out in silence, and the time would be hours wrong.
    text = _ZONE_NAME.sub(lambda name: f"+{ZONES[name[1]]:02}00", text)
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
