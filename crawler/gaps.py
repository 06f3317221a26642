"""The gap map: day by day what a source listed, and what the archive has of it.

::

    archived listings, feeds, sitemaps, REST --discover--> addresses with their days
    captures, readings, reports of visits -----------------> what became of each      --> a line a day

From the archive alone; nobody is asked. What an old listing named and no visit ever fetched shows as never seen.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from archive.catalog import CaptureRow
from archive.catalog.lookup import Fate, Lookup
from archive.collection import Collection
from archive.warc import ArchiveDamaged, read_exchange
from crawler.discovery import Found, discover
from crawler.pages.dates import date_in_url
from crawler.sources import Discovery, Source
from crawler.sources.identity import canonical_address

State = Literal["fetched", "failed", "set_aside", "no_article", "never_seen"]
STATES: tuple[State, ...] = ("fetched", "failed", "set_aside", "no_article", "never_seen")
HOPS = 5
"""Redirects that are followed to the page that came."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One article address that an archived document named."""

    url: str
    day: date
    """Of publication, as well as it is known."""
    dated_by: Literal["article", "claim", "address", "listing"]
    """Where the day is from: the article itself, what a feed or sitemap claims, the address, or the first document
    that named it."""
    state: State
    reason: str
    """Why it failed, was set aside or is no article."""


@dataclass(slots=True)
class Day:
    """One day of a source."""

    day: date
    counts: Counter[State] = field(default_factory=Counter)

    @property
    def listed(self) -> int:
        """Addresses that documents named for this day."""
        return self.counts.total()


@dataclass(frozen=True, slots=True)
class GapMap:
    """What a source listed and what the archive has of it."""

    source_id: str
    documents: int
    """Archived documents that were looked through."""
    problems: Mapping[str, int]
    """Documents that gave nothing, by reason."""
    unlisted: int
    """Articles that the archive has and no archived document names."""
    listed: tuple[Listed, ...]
    """By day, then address."""

    def days(self) -> list[Day]:
        """A line for each day that has anything, oldest first."""
        found: dict[date, Day] = {}
        for one in self.listed:
            found.setdefault(one.day, Day(one.day)).counts[one.state] += 1
        return [found[day] for day in sorted(found)]

    def as_json(self) -> dict[str, Any]:
        """As plain values; ``missing`` names every address that is not fetched."""
        return {
            "source_id": self.source_id,
            "documents": self.documents,
            "problems": dict(self.problems),
            "unlisted": self.unlisted,
            "days": [
                {"day": day.day.isoformat(), "listed": day.listed, **{state: day.counts[state] for state in STATES}}
                for day in self.days()
            ],
            "missing": [
                {"day": one.day.isoformat(), "url": one.url, "state": one.state, "reason": one.reason,
                 "dated_by": one.dated_by}
                for one in self.listed if one.state != "fetched"
            ],
        }  # fmt: skip


def gap_map(collection: Collection, source: Source, since: date | None = None, until: date | None = None) -> GapMap:
    """Make the map of one source.

    Args:
        collection: whose archive is looked through.
        source: whose listings.
        since: first day.
        until: last day.

    Raises:
        CatalogUnusable: there is no catalog, or it is of another version.
    """
    problems: Counter[str] = Counter()
    named: dict[str, _Named] = {}
    documents = 0
    with Lookup(collection.catalog) as lookup:
        for row in lookup.documents(source.id):
            documents += 1
            _take_in(collection, source, row, named, problems)
        known = _Known(source, lookup)
    listed = sorted(
        (known.listed(identity, one) for identity, one in named.items()), key=lambda one: (one.day, one.url)
    )
    within = tuple(one for one in listed if (since or one.day) <= one.day <= (until or one.day))
    return GapMap(source.id, documents, problems, known.unlisted(set(named)), within)


@dataclass(slots=True)
class _Named:
    """An address as documents name it."""

    url: str
    first: datetime
    """When the first of them was fetched."""
    claim: datetime | None = None
    """The earliest claim of a change: the nearest to the day of publication."""


def _take_in(
    collection: Collection, source: Source, row: CaptureRow, named: dict[str, _Named], problems: Counter[str]
) -> None:
    try:
        path = collection.warc_file(row.source_id, row.locator.filename)
        capture = read_exchange(path, row.locator.offset, row.end).capture
    except (ArchiveDamaged, FileNotFoundError):
        problems["archive-damaged"] += 1
        return
    found = discover(capture, source, how_of(row, source))
    if found.problem:
        problems[found.problem] += 1
    for one in found.found:
        _note(named.setdefault(canonical_address(one.url, source), _Named(one.url, row.fetched_at)), one)


def _note(named: _Named, found: Found) -> None:
    if found.lastmod and (named.claim is None or found.lastmod < named.claim):
        named.claim = found.lastmod


def how_of(row: CaptureRow, source: Source) -> Discovery:
    """The place of discovery that an archived document belongs to: the one whose address it begins with, else the
    first of its kind."""
    kinds = ("rest", "json") if row.role == "rest" else (row.role,)
    fitting = [how for how in source.discovery if how.kind in kinds]
    for how in fitting:
        url = how.url if "://" in how.url else source.base_url + how.url
        stem = (how.page or "").partition("{n}")[0]
        if row.url == url or (stem.strip("/") and stem in row.url):
            return how
    return fitting[0] if fitting else Discovery.model_validate({"kind": kinds[0], "url": "/"})


class _Known:
    """What the archive has of the addresses of a source."""

    def __init__(self, source: Source, lookup: Lookup) -> None:
        self._source = source
        self._fates: dict[str, Fate] = {}
        for fate in lookup.fates(source.id):
            before = self._fates.get(fate.identity)
            if before is None or _state(fate)[0] == "fetched" or _state(before)[0] != "fetched":
                self._fates[fate.identity] = fate
        self._failed = dict(self._failures(lookup))

    def _failures(self, lookup: Lookup) -> Iterator[tuple[str, str]]:
        """Addresses from which nothing came that could be archived, as the reports tell."""
        for report in lookup.reports(self._source.id):
            for page in json.loads(report).get("failed_pages", []):
                yield canonical_address(page["url"], self._source), page["reason"]

    def listed(self, identity: str, named: _Named) -> Listed:
        """An address with its day and what became of it."""
        fate = self._fate(identity)
        if fate is not None:
            state, reason = _state(fate)
        elif identity in self._failed:
            state, reason = "failed", self._failed[identity]
        else:
            state, reason = "never_seen", ""
        day, dated_by = self._day(fate, named)
        return Listed(named.url, day, dated_by, state, reason)

    def unlisted(self, named: set[str]) -> int:
        """Articles that nothing named, those that a redirect led to left out."""
        led_to = {canonical_address(fate.location, self._source) for fate in self._fates.values() if fate.location}
        have = {identity for identity, fate in self._fates.items() if fate.outcome in ("record", "unchanged")}
        return len(have - named - led_to)

    def _fate(self, identity: str) -> Fate | None:
        fate = self._fates.get(identity)
        for _ in range(HOPS):
            if fate is None or not fate.location:
                break
            target = self._fates.get(canonical_address(fate.location, self._source))
            if target is None or target is fate:
                break
            fate = target
        return fate

    def _day(self, fate: Fate | None, named: _Named) -> tuple[date, Literal["article", "claim", "address", "listing"]]:
        if fate is not None and fate.published_at and len(fate.published_at) >= 10:
            return date.fromisoformat(fate.published_at[:10]), "article"
        printed = date_in_url(named.url, fetched_at=named.first)
        if printed is not None and printed.precision == "day":
            return date.fromisoformat(printed.iso), "address"
        if named.claim is not None:
            return named.claim.astimezone(self._source.zone).date(), "claim"
        return named.first.astimezone(self._source.zone).date(), "listing"


def _state(fate: Fate) -> tuple[State, str]:
    if fate.outcome in ("record", "unchanged"):
        return "fetched", ""
    if fate.outcome == "set-aside":
        return "set_aside", fate.reason
    if fate.outcome == "skip" and fate.reason == "same-page":
        return "fetched", ""  # the same bytes are an article under another address
    if fate.outcome == "skip":
        return ("failed" if fate.reason.startswith("truncated") else "no_article"), fate.reason
    if fate.status == 200 and not fate.truncated:
        return "fetched", "not read yet"
    return "failed", f"truncated-{fate.truncated}" if fate.truncated else f"http-{fate.status}"
