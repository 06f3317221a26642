"""Measuring a visit against those before it: each detector says one thing or nothing. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from statistics import median

from crawler.health.facts import Facts

USUAL = 3
"""Visits that make something usual."""
QUIET = timedelta(days=7)
"""No source is stale before."""

Told = tuple[str, str]
"""Name of a cause, and what was measured."""
Detector = Callable[[Facts, Sequence[Facts]], Told | None]


def measured(now: Facts, history: Sequence[Facts]) -> Iterator[Told]:
    """What is unlike before.

    Args:
        now: the visit to judge; one that came to its end.
        history: earlier visits that were fine, oldest first.
    """
    for detector in _DETECTORS:
        if told := detector(now, history):
            yield told


def _fewer(now: Facts, history: Sequence[Facts]) -> Told | None:
    counts = [one.found for one in history if one.found]
    if len(counts) < USUAL or not now.found:
        return None
    usual = median(counts)
    if usual >= 10 and now.found < 0.4 * min(counts[-10:]):
        return "fewer-than-usual", f"{now.found} articles listed, usually {usual:.0f}"
    return None


def _channel_silent(now: Facts, history: Sequence[Facts]) -> Told | None:
    for way, count in now.ways.items():
        before = [one.ways.get(way, 0) for one in history]
        if not count and now.found and len(before) >= USUAL and all(before[-USUAL:]):
            return "channel-silent", f"{way} gave {before[-1]}"
    return None


def _stale(now: Facts, history: Sequence[Facts]) -> Told | None:
    fresh = [one.started_at for one in history if one.new]
    if now.new or len(fresh) <= USUAL:
        return None
    # Without the very first visit, which finds everything new.
    longest = max(later - earlier for earlier, later in pairwise(fresh[1:]))
    silent = now.started_at - fresh[-1]
    if silent > max(QUIET, 2 * longest):
        return "stale", f"nothing new for {silent.days} days, never more than {max(1, longest.days)} before"
    return None


def _dates_gone(now: Facts, history: Sequence[Facts]) -> Told | None:
    usual = _median(one.dated for one in history)
    if usual and now.dated is not None and usual >= 0.5 and now.dated < 0.5 * usual:
        return "dates-gone", f"{now.dated:.0%} of the articles have a date, usually {usual:.0%}"
    return None


def _bodies_short(now: Facts, history: Sequence[Facts]) -> Told | None:
    usual = _median(one.body for one in history)
    if usual and now.body is not None and usual >= 200 and now.body < 0.35 * usual:
        return "bodies-short", f"texts of {now.body:.0f} characters, usually {usual:.0f}"
    return None


def _unread(now: Facts, history: Sequence[Facts]) -> Told | None:
    pages = now.records + now.unread
    usual = _median(one.unread / (one.records + one.unread) for one in history if one.records + one.unread >= 5)
    if pages >= 5 and now.unread / pages > max(0.5, 2 * (usual or 0.0)):
        return "pages-unread", f"{now.unread} of {pages} pages gave no article"
    return None


def _costlier(now: Facts, history: Sequence[Facts]) -> Told | None:
    usual = _median(one.requests / one.new for one in history if one.new >= 3)
    if usual and now.new >= 3 and now.requests / now.new > 3 * usual:
        return "costlier", f"{now.requests / now.new:.1f} requests an article, usually {usual:.1f}"
    return None


def _new_fault(now: Facts, history: Sequence[Facts]) -> Told | None:
    known = {reason for one in history for reason in one.failures}
    pages = now.records + now.unread + sum(now.failures.values())
    for reason, count in now.failures.items():
        own_cause = reason in ("http-404", "http-410", "redirect-off-host", "max-requests")
        if len(history) >= USUAL and reason not in known and not own_cause and count >= max(3, 0.2 * pages):
            return "new-fault", f"{count} pages: {reason}"
    return None


def _moved(now: Facts, history: Sequence[Facts]) -> Told | None:
    led_away = now.failures.get("redirect-off-host", 0) + now.problems.get("redirect-off-host", 0)
    usual = max((one.failures.get("redirect-off-host", 0) for one in history), default=0)
    if now.problems.get("redirect-off-host") or led_away > max(4, 3 * usual):
        return "moved", f"{led_away} addresses lead to another host"
    if (now.elsewhere or 0) > 0.5 and (_median(one.elsewhere for one in history) or 0) < 0.25:
        return "moved", f"{now.elsewhere:.0%} of the pages name an address on another host as theirs"
    return None


def _injected(now: Facts, history: Sequence[Facts]) -> Told | None:
    usual = max((one.injected for one in history), default=0)
    if now.injected >= 3 and now.injected > 2 * usual:
        return "injected", f"{now.injected} pages set aside, at most {usual} before"
    return None


def _vanish(now: Facts, history: Sequence[Facts]) -> Told | None:
    usual = max((one.gone for one in history), default=0)
    if now.gone >= 10 and now.gone > 3 * usual and len(history) >= USUAL:
        return "pages-vanish", f"{now.gone} pages are there no more, at most {usual} before"
    return None


def _trapped(now: Facts, history: Sequence[Facts]) -> Told | None:
    usual = max((one.traps for one in history), default=0)
    if now.traps >= 20 and now.traps > 3 * usual:
        return "trapped", f"{now.traps} addresses without end passed over"
    return None


def _budget_short(now: Facts, history: Sequence[Facts]) -> Told | None:
    last = [*history[-USUAL:], now]
    if len(last) > USUAL and all(one.left for one in last) and now.left >= min(one.left for one in last):
        return "budget-short", f"{now.left} addresses left over, {len(last)} visits in a row"
    return None


def _median(values: Iterator[float | None] | Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if len(known) >= USUAL else None


_DETECTORS: tuple[Detector, ...] = (
    _moved, _unread, _dates_gone, _bodies_short, _fewer, _channel_silent, _stale, _injected, _vanish, _trapped,
    _costlier, _new_fault, _budget_short,
)  # fmt: skip
