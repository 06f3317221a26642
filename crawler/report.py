"""What happened on a visit, counted while it happens; ``runs/<run-id>/report.json`` in the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from crawler.discovery import Discovered
from crawler.discovery.traps import TRAPS
from crawler.sources import Discovery

DETAILS = 100
"""Addresses named per report; the counts are complete."""


@dataclass(slots=True)
class Found:
    """What one way of discovery gave."""

    kind: str
    url: str
    documents: int = 0
    articles: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    out_of_pages: bool = False
    """Whether it had more pages than the source lets one visit read."""


@dataclass(slots=True)
class VisitReport:
    """One visit to one source."""

    source_id: str
    started_at: str
    """UTC, ISO 8601."""
    known: int = 0
    """Addresses found that need not be fetched: archived, or asked for too short a time ago."""
    captures: Counter[str] = field(default_factory=Counter)
    """Exchanges archived, by role."""
    statuses: Counter[str] = field(default_factory=Counter)
    bytes_received: int = 0
    discovery: dict[str, Found] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    """Pages that did not come, by reason."""
    failed_pages: list[dict[str, str]] = field(default_factory=list)
    left: dict[str, int] = field(default_factory=dict)
    """Addresses not asked for because a budget was spent, by its name; the next visit goes on with them."""
    traps: Counter[str] = field(default_factory=Counter)
    """Addresses that a site makes without end and that were passed over, by the trap's name: ``calendar``,
    ``growing-path``, ``link-flood``, ``session-id``; and ``endless-pagination`` once for each way of discovery whose
    budget of pages was spent while every page still brought something."""
    read: dict[str, int] = field(default_factory=dict)
    """What the reader made of the captures: new, changed, unchanged, set-aside, skipped."""
    skipped: dict[str, int] = field(default_factory=dict)
    """Captures of article addresses that gave no record, by reason."""
    resting: list[dict[str, str | None]] = field(default_factory=list)
    """Hosts left alone for the rest of the visit, with the reason and until when."""
    healed: list[str] = field(default_factory=list)
    """What an earlier crash had left and this visit put right."""
    warc_files: list[dict[str, str | int]] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    """What a person must know to mend it: the fault with file, line, offset or address."""
    sweep: str = ""
    """How far back discovery was followed: ``first``, ``daily``, ``weekly``, ``yearly``, or ``back-fill``."""
    looked_again: int = 0
    """Published articles asked for once more, to see whether they changed."""
    fields: dict[str, float] = field(default_factory=dict)
    """Of the records made: share that is ``dated``, median length of the ``body`` in characters, share whose address
    lies ``elsewhere``; empty for fewer than five."""
    findings: list[dict[str, Any]] = field(default_factory=list)
    """What is wrong with the source by its own history; see ``crawler.health``."""
    alarms: list[str] = field(default_factory=list)
    """Causes among them that call a person now and have not done so lately."""
    ended_at: str = ""
    outcome: str = ""
    """``fine``, or the named cause of what was not."""

    def discovered(self, how: Discovery, url: str, found: Discovered) -> None:
        """Count one discovery document."""
        entry = self._way(how, url)
        entry.documents += 1
        entry.articles += len(found.found)
        entry.ignored.update(found.ignored)
        self.traps.update({name: count for name, count in found.ignored.items() if name in TRAPS})
        if found.problem:
            entry.problems[found.problem] += 1

    def discovery_failed(self, how: Discovery, url: str, reason: str) -> None:
        """Count a discovery document that did not come."""
        self._way(how, url).problems[reason] += 1

    def out_of_pages(self, how: Discovery) -> None:
        """Count a way of discovery that has more pages than the source lets one visit read."""
        way = self._way(how, how.url)
        if not way.out_of_pages:
            way.out_of_pages = True
            self.traps["endless-pagination"] += 1

    def failed(self, url: str, reason: str, detail: str = "") -> None:
        """Count a page that did not come."""
        self.failures[reason] += 1
        if len(self.failed_pages) < DETAILS:
            self.failed_pages.append({"url": url, "reason": reason, "detail": detail[:300]})

    def say(self, message: str) -> None:
        """Add a message, once."""
        if message not in self.messages:
            self.messages.append(message)

    def _way(self, how: Discovery, url: str) -> Found:
        return self.discovery.setdefault(f"{how.kind} {how.url}", Found(how.kind, url))

    @property
    def articles_found(self) -> int:
        """Article addresses that discovery gave, known ones included."""
        return sum(way.articles for way in self.discovery.values())

    def as_json(self) -> dict[str, Any]:
        """The report as plain values, in the order of the fields."""
        told: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        told["discovery"] = [{name: getattr(way, name) for name in Found.__slots__} for way in self.discovery.values()]
        return told
