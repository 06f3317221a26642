"""The verdict on a source after a visit: what is wrong by name, since when, and whether to call a person. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from crawler.health.causes import CAUSES
from crawler.health.facts import Facts
from crawler.health.history import measured

PATIENCE = timedelta(days=2)
"""How long what often passes by itself may last before a person is called."""
PATIENT_VISITS = 3
"""And how many visits in a row it must have failed."""
RING_AGAIN = timedelta(days=7)
"""An alarm that was silent for less than this is not new when it comes back."""

_OURS = frozenset(
    {"disk-full", "archive-damaged", "archive-unwritable", "catalog-unusable", "reader-failed", "crashed"}
)
_CUT = frozenset({"interrupted", "time-limit", "budget-spent"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with a source."""

    cause: str
    """One of ``CAUSES``."""
    detail: str
    since: str
    """Begin of the first visit in a row that found it; ISO 8601."""
    person: bool
    """Whether it needs a person; else it is only watched."""

    def as_json(self) -> dict[str, Any]:
        """As it is kept in the report."""
        return {"cause": self.cause, "detail": self.detail, "since": self.since, "person": self.person}


def as_findings(told: Mapping[str, Any]) -> list[Finding]:
    """The findings in a report."""
    return [Finding(**one) for one in told.get("findings", ())]


def judged(now: Facts, history: Sequence[Facts], earlier: Sequence[Sequence[Finding]] = ()) -> list[Finding]:
    """What is wrong with a source.

    Args:
        now: its newest visit.
        history: the visits before, oldest first.
        earlier: what was found after each of them.
    """
    before = {one.cause: one for one in (earlier[-1] if earlier else ())}
    found: dict[str, Finding] = {}
    for cause, detail in _told(now, history):
        since = before[cause].since if cause in before else now.started_at.isoformat(timespec="seconds")
        person = not CAUSES[cause].passes or _has_lasted(cause, since, now, earlier)
        found.setdefault(cause, Finding(cause=cause, detail=detail, since=since, person=person))
    if now.outcome in _CUT or now.outcome == "busy":  # it says little: what was wrong before is so still
        found = {**before, **found}
    return list(found.values())


def new_alarms(
    findings: Sequence[Finding], now: datetime, earlier: Sequence[tuple[datetime, Sequence[Finding]]]
) -> list[Finding]:
    """Those that need a person and have not called one lately: the same alarm does not ring every day.

    Args:
        findings: of the newest visit.
        now: its begin.
        earlier: begin and findings of the visits before.
    """
    rung = {one.cause for when, ones in earlier if now - when <= RING_AGAIN for one in ones if one.person}
    if earlier:
        rung |= {one.cause for one in earlier[-1][1] if one.person}
    return [one for one in findings if one.person and one.cause not in rung]


def _told(now: Facts, history: Sequence[Facts]) -> list[tuple[str, str]]:
    if now.outcome in _OURS:
        return [("archive", now.outcome)]
    if now.outcome in _CUT:
        last = [one.outcome in _CUT for one in history[-2:]]
        return [("never-ends", f"{now.outcome}, three visits in a row")] if len(last) == 2 and all(last) else []
    if now.outcome == "busy":
        return []
    told = [] if now.outcome in ("fine", "no-article-read") else [_cause(now, history)]
    if now.outcome == "no-article-read":
        told.append(("pages-unread", f"none of {now.unread} pages gave an article"))
    if "host-forbids" in now.resting:
        told.append(("blocked", "it refused several pages in a row"))
    ended = [one for one in history if one.outcome in ("fine", "rate-limited", "no-article-read")]
    return told + list(measured(now, ended))


def _cause(now: Facts, history: Sequence[Facts]) -> tuple[str, str]:
    """The name of what made a visit give too little."""
    if now.outcome == "rate-limited":
        return "rate-limited", "it asked for a longer pause than one visit waits"
    reasons = Counter(now.problems)
    detail = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common(3)) or now.outcome
    if now.outcome == "robots-unreachable":
        return _why_no_robots(now, detail)
    for reason, cause in _BY_REASON:
        if now.outcome.startswith(reason):
            return cause, detail
    if now.outcome == "http-status":
        return _by_status(now)
    if now.outcome in ("no-articles-found", "empty"):
        gave = sum(1 for one in history if one.found)
        return "nothing-found", f"it gave some on {gave} of {len(history)} visits before"
    return ("channel-unreadable", detail) if now.problems else ("unknown", now.outcome)


def _why_no_robots(now: Facts, detail: str) -> tuple[str, str]:
    """A host that nobody can reach shows in its robots.txt first: that is the cause, not the rules."""
    said = next((message for message in now.messages if "/robots.txt: " in message), "")
    fault = said.partition("/robots.txt: ")[2]
    for name, cause in _BY_FAULT:
        if fault.startswith(name):
            return cause, fault.partition(": ")[2][:120] or fault
    return "robots-unreachable", fault or detail


def _by_status(now: Facts) -> tuple[str, str]:
    """What discovery documents that came with an error say."""
    bad = Counter({status: count for status, count in now.statuses.items() if status >= "400"})
    status = bad.most_common(1)[0][0] if bad else "?"
    detail = ", ".join(f"{count} answers {name}" for name, count in bad.most_common(3))
    if status in ("401", "403", "451"):
        return "blocked", detail
    return ("server-errors" if status >= "500" else "listing-gone"), detail


def _has_lasted(cause: str, since: str, now: Facts, earlier: Sequence[Sequence[Finding]]) -> bool:
    in_a_row = 1
    for ones in reversed(earlier):
        if cause not in {one.cause for one in ones}:
            break
        in_a_row += 1
    return in_a_row >= PATIENT_VISITS and now.started_at - datetime.fromisoformat(since) >= PATIENCE


_BY_FAULT = (
    ("CannotResolve", "host-unknown"),
    ("Certificate", "certificate"),
    ("Download", "host-silent"),
    ("ResponseDataLoss", "host-silent"),
)
"""Beginnings of the names of faults for which no robots.txt came, and the causes that they stand for."""

_BY_REASON = (
    ("host-unknown", "host-unknown"),
    ("timeout", "host-silent"),
    ("connection", "host-silent"),
    ("host-silent", "host-silent"),
    ("truncated", "host-silent"),
    ("tls-", "certificate"),
    ("host-forbids", "blocked"),
    ("http-403", "blocked"),
    ("host-resting", "rate-limited"),
    ("robots-disallowed", "robots-disallowed"),
    ("robots-unreachable", "robots-unreachable"),
    ("http-5", "server-errors"),
    ("http-404", "listing-gone"),
    ("http-410", "listing-gone"),
    ("redirect-off-host", "moved"),
    ("redirect-", "listing-gone"),
)
"""Beginnings of outcomes and the causes that they stand for."""
