"""Whether a source is to be visited and a page is wanted: pure decisions over what the archive holds of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.catalog import CaptureRow
from crawler.sources.cadence import parse_cadence
from crawler.sources.source import Source

USUAL_SCHEDULE = "every 12h"
"""For a source that states none, where the collection states none either."""
CLOCK_STEP = timedelta(hours=1)
"""A last visit that lies further ahead than this was made under a clock that was wrong."""
AFTER_OUR_FAULT = timedelta(hours=1)
"""A visit that failed for a reason of our own (disk, archive, program) is repeated, but not at once."""
AFTER_BLOCK = timedelta(days=1)
"""A host that forbade us rests."""
LONGEST_REST = timedelta(days=30)
"""A server that asks for more, by Retry-After, is asked again after this."""

CUT_SHORT = frozenset({"interrupted", "budget-spent"})
"""Outcomes of a visit that did not come to its end: the next run goes on at once."""
OUR_FAULTS = frozenset(
    {"disk-full", "crashed", "archive-damaged", "archive-unwritable", "catalog-unusable", "reader-failed"}
)


@dataclass(frozen=True, slots=True)
class LastVisit:
    """The newest visit to a source."""

    started_at: datetime
    """Aware."""
    outcome: str = "fine"
    rests_until: datetime | None = None
    """When the server wants to be asked again, where it said so; aware."""
    blocked: bool = False
    """Whether a host of the source forbade us."""


def believed(last: LastVisit, now: datetime) -> LastVisit:
    """The last visit as the clock now has it.

    A visit that lies far ahead was made while the clock was wrong; in truth it is over, and all that was due then is
    done. It counts as made now, so that the source is neither visited twice nor left until the clock arrives there.
    """
    if last.started_at <= now + CLOCK_STEP:
        return last
    return LastVisit(now, last.outcome, None, last.blocked)


def next_due(source: Source, last: LastVisit | None, now: datetime, usual: str = USUAL_SCHEDULE) -> datetime:
    """When a source comes due; in the past or now for one that is due already.

    Args:
        source: whose.
        last: its newest visit, None where there was none; see ``believed``.
        now: aware.
        usual: the schedule of a source that states none.
    """
    if last is None:
        return now
    if last.outcome in CUT_SHORT:
        return min(now, last.started_at)
    when = parse_cadence(source.schedule or usual).after(last.started_at, source.zone, source.id)
    if last.outcome in OUR_FAULTS:
        when = min(when, last.started_at + AFTER_OUR_FAULT)
    if last.blocked:
        when = max(when, last.started_at + AFTER_BLOCK)
    if last.rests_until is not None:
        when = max(when, min(last.rests_until, last.started_at + LONGEST_REST))
    return when


def due(source: Source, last: LastVisit | None, now: datetime, usual: str = USUAL_SCHEDULE) -> bool:
    """Whether a source is to be visited now; however many visits were missed, one makes up for them."""
    return next_due(source, last and believed(last, now), now, usual) <= now


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
