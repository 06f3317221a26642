"""How long a host is left alone after an attempt: pure decisions, the time is handed in.

``judge`` takes what one attempt brought and how the host has stood so far, and says how it stands
now, how long it rests, and whether it is left alone for the rest of the visit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from crawler.politeness.skips import SkipReason

SHORTER = 4
"""By how much the pause after a page that is broken or silent is shorter than after one that asks for a pause."""
PAGES_OWN = 5
"""Troubles in a row, over all pages, that may be those of two bad pages; after them it looks like the host."""

_EXPONENT_LIMIT = 30  # 2**30 seconds are 34 years: above any cap, below any overflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds within which a host is tried again; each is a setting."""

    backoff_base_s: float = 2.0
    """First pause after trouble, in seconds; twice the host's delay where that is more."""
    pause_cap_s: float = 300.0
    """Longest pause that a visit waits for, asked by the server or ours."""
    trouble_max: int = 8
    """Attempts in a row refused with 429 or 503, or unanswered, that end the visit to a host."""
    forbidden_max: int = 3
    """Answers in a row that forbid (403, challenge) and end the visit to a host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What one attempt at one request brought."""

    status: int | None
    """Of the answer, or None where none came or it broke off."""
    number: int = 1
    """1 for the first attempt at a request, 2 for its first retry."""
    retry_after: str | None = None
    """Value of the header, as received."""
    challenged: bool = False
    """Whether the answer is a challenge that only a browser passes."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a host has behaved lately."""

    troubles: int = 0
    """Attempts in a row that were refused for load or not answered."""
    forbidden: int = 0
    """Answers in a row that forbade."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an attempt means for its host."""

    standing: Standing
    rest_s: float = 0.0
    """Seconds for which no request goes to the host."""
    closed: SkipReason | None = None
    """Why no request goes to the host on this visit any more, or None."""
    until: datetime | None = None
    """When the server wants to be asked again, where it said so."""


def judge(attempt: Attempt, standing: Standing, delay_s: float, limits: Limits, now: datetime) -> Verdict:
    """Decide what an attempt means for its host.

    Args:
        attempt: what came of it.
        standing: of the host before this attempt.
        delay_s: seconds between requests to the host.
        limits: of patience.
        now: aware, when the answer came.
    """
    if forbids(attempt):
        forbidden = standing.forbidden + 1
        closed: SkipReason | None = "host-forbids" if forbidden >= limits.forbidden_max else None
        return Verdict(standing=Standing(forbidden=forbidden), closed=closed)
    if attempt.status in (429, 503):
        return _judge_refusal(attempt, _troubled(standing), delay_s, limits, now)
    if attempt.status is None:
        after = _troubled(standing)
        closed = "host-silent" if after.troubles >= limits.trouble_max else None
        return Verdict(standing=after, rest_s=_short_pause(attempt, after, delay_s, limits), closed=closed)
    if attempt.status >= 500:  # the page is broken rather than the host: a pause, but no mark against it
        return Verdict(standing=standing, rest_s=_short_pause(attempt, Standing(), delay_s, limits))
    return Verdict(standing=Standing())


def forbids(attempt: Attempt) -> bool:
    """Whether the server wants no crawler here; asking again would be a way around it."""
    return attempt.status == 403 or attempt.challenged


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After asks for, 0 for a date in the past, or None if it cannot be read.

    Source: RFC 9110 section 10.2.3: a number of seconds or a date in one of three forms.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)  # any length: a number too long for a float is infinite
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if when.tzinfo is None:  # "-0000", and the asctime form, which is UTC (RFC 9110 section 5.6.7)
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


def next_pause(attempt: int, base_s: float, cap_s: float) -> float:
    """Seconds to wait after the n-th failure: the base, doubled each time, never above the cap."""
    return float(min(cap_s, base_s * 2 ** min(attempt - 1, _EXPONENT_LIMIT)))


def _troubled(standing: Standing) -> Standing:
    return Standing(troubles=standing.troubles + 1, forbidden=standing.forbidden)


def _judge_refusal(attempt: Attempt, after: Standing, delay_s: float, limits: Limits, now: datetime) -> Verdict:
    """A 429 or 503: the pause that the server asks for, or ours where it asks for none."""
    asked_s = retry_after_seconds(attempt.retry_after, now)
    if asked_s and asked_s > limits.pause_cap_s:
        return Verdict(standing=after, closed="host-resting", until=_later(now, asked_s))
    closed: SkipReason | None = "host-resting" if after.troubles >= limits.trouble_max else None
    return Verdict(standing=after, rest_s=asked_s or _own_pause(attempt, after, delay_s, limits), closed=closed)


def _own_pause(attempt: Attempt, standing: Standing, delay_s: float, limits: Limits) -> float:
    """After a refusal: grows with the tries at one request, and with the troubles of the host when they are many."""
    base_s = max(2 * delay_s, limits.backoff_base_s)
    return next_pause(max(attempt.number, standing.troubles - PAGES_OWN), base_s, limits.pause_cap_s)


def _short_pause(attempt: Attempt, standing: Standing, delay_s: float, limits: Limits) -> float:
    """After silence or a broken page: the same, but short."""
    base_s = max(delay_s, limits.backoff_base_s / SHORTER)
    return next_pause(max(attempt.number, standing.troubles - PAGES_OWN), base_s, limits.pause_cap_s)


def _later(now: datetime, seconds: float) -> datetime:
    latest = datetime.max.replace(tzinfo=UTC)
    return now + timedelta(seconds=seconds) if seconds < (latest - now).total_seconds() else latest
