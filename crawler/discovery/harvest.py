"""Which of the links that a document names are articles of the source, each once, in document order."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from urllib.parse import urldefrag, urljoin, urlsplit

from crawler.discovery.dates import claimed_date
from crawler.discovery.traps import trap_of
from crawler.sources.identity import canonical_address, is_article, on_host
from crawler.sources.source import Source

LINK_CAP = 5_000
"""Links looked at in one document; a page with more is a trap or spoiled."""

SITEMAP_CAP = 50_000
"""The same for a sitemap: as many as the sitemap protocol lets one file hold."""

URL_CHARACTERS = 2_000
"""Longest address that is followed; servers and readers of archives give up soon above it."""

CLOCKS_DIFFER = timedelta(days=1)
"""A claim that lies further ahead of the fetch is none: clocks of servers are wrong by hours, zones by half a day."""

_TITLE_CHARACTERS = 500


Claims = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Found:
    """One article address that a discovery document names."""

    url: str
    """Absolute, as the document gives it, without the fragment."""
    lastmod: datetime | None = None
    """Aware, UTC: when the article last changed, as the document claims."""
    title: str | None = None
    """Plain text; a hint for people, never the title of the record."""


@dataclass(frozen=True, slots=True)
class Discovered:
    """What one discovery document gives."""

    found: tuple[Found, ...] = ()
    """Articles of the source, each once by identity, in document order."""
    further: tuple[str, ...] = ()
    """Absolute addresses of discovery documents that this one names: sitemaps of an index, the next page."""
    changed: Mapping[str, datetime] = field(default_factory=dict)
    """When those of ``further`` changed, as this document claims, for those that it says it of."""
    ignored: Mapping[str, int] = field(default_factory=dict)
    """Links passed over, counted by reason: ``off-host``, ``off-pattern``, ``not-http``, ``bad-url``,
    ``url-too-long``, ``same-page``, ``duplicate``, ``before-window``, and the traps ``link-flood``, ``calendar``,
    ``growing-path``; claims that were not believed: ``broken-date``, ``future-date``; whole articles of a listing that
    have no address of their own: ``no-address``; ``oversized``, ``too-deep`` once where a document was read in part."""
    problem: str | None = None
    """Why the document gives nothing or less than it should: ``http-status``, ``undecodable``, ``empty``,
    ``not-xml``, ``not-json``, ``not-a-feed``, ``not-posts``, ``html-instead-of-feed`` (``-sitemap``,
    ``-rest``, ``-json``), ``no-items``, ``oversized``; None for a document of its kind."""


class Harvest:
    """Collects the links of one document.

    Args:
        source: whose articles are wanted.
        address: the document's own, as captured.
        cap: links that are looked at before the rest is a flood.
        fetched_at: when the document was fetched; claims and months ahead of it are not believed.
        since: articles and sitemaps that claim to have changed last before this are passed over.

    Attributes:
        base: what relative links are resolved against; a listing may name another than its own address.
        ignored: what was passed over, by reason.
    """

    def __init__(
        self, source: Source, address: str, cap: int, fetched_at: datetime, since: datetime | None = None
    ) -> None:
        self.source = source
        self.base = address
        self.cap = cap
        self.ignored: Counter[str] = Counter()
        self._fetched_at, self._since = fetched_at, since
        self._changed: dict[str, datetime] = {}
        self._own = canonical_address(address, source)
        self._looked_at = 0
        self._found: dict[str, Found] = {}
        self._further: dict[str, str] = {}

    def link(self, href: str, claims: Claims = (), title: str | None = None) -> None:
        """Take one link that may be an article.

        Args:
            href: as the document has it.
            claims: what the document says of its last change, the best first; those that say nothing are passed over.
            title: markup or text.
        """
        fate = self._admitted(href)
        if fate is None:
            return
        url, reason = fate
        if not reason and not is_article(url, self.source):
            reason = "off-pattern"
        reason = reason or trap_of(url, self._fetched_at) or ""
        lastmod = None if reason else self._claimed(claims)
        if lastmod and self._since and lastmod < self._since:
            reason = "before-window"
        identity = canonical_address(url, self.source) if not reason else ""
        if identity in self._found:
            reason = "duplicate"
        if reason:
            self.ignored[reason] += 1
        else:
            self._found[identity] = Found(url, lastmod, plain_text(title))

    def follow(self, href: str, claims: Claims = ()) -> None:
        """Take one link that leads to a further discovery document; the document itself is none."""
        fate = self._admitted(href)
        if fate is None:
            return
        url, reason = fate
        identity = canonical_address(url, self.source)
        changed = None if reason else self._claimed(claims)
        if changed and self._since and changed < self._since:
            reason = "before-window"
        if reason:
            self.ignored[reason] += 1
        elif identity != self._own:
            if changed:
                self._changed.setdefault(self._further.setdefault(identity, url), changed)
            self._further.setdefault(identity, url)

    def without_address(self, count: int) -> None:
        """Note whole articles that the document holds and gives no address for."""
        if count:
            self.ignored["no-address"] += count

    def done(self, problem: str | None) -> Discovered:
        """What was collected."""
        found, further = tuple(self._found.values()), tuple(self._further.values())
        told = MappingProxyType(dict(self.ignored))
        return Discovered(found, further, MappingProxyType(dict(self._changed)), told, problem)

    def _claimed(self, claims: Claims) -> datetime | None:
        """The first claim that is a date; one that lies ahead is counted and none."""
        said = [claim for claim in claims if claim and claim.strip()]
        dates = (claimed_date(claim, self.source.zone, self._fetched_at) for claim in said)
        found = next(filter(None, dates), None)
        if found is None:
            if said:
                self.ignored["broken-date"] += 1
        elif found > self._fetched_at + CLOCKS_DIFFER:
            self.ignored["future-date"] += 1
            return None
        return found

    def _admitted(self, href: str) -> tuple[str, str] | None:
        """The absolute address and why it is passed over (or the empty text); None beyond the cap."""
        self._looked_at += 1
        if self._looked_at > self.cap:
            self.ignored["link-flood"] += 1
            return None
        href = _tidy(href)
        if len(href) > URL_CHARACTERS:
            return "", "url-too-long"
        if not href or href.startswith("#"):
            return "", "same-page"
        try:
            url = urldefrag(urljoin(self.base, href)).url
            parts = urlsplit(url)
        except ValueError:
            return "", "bad-url"
        if parts.scheme not in ("http", "https"):
            return url, "not-http"
        if len(url) > URL_CHARACTERS:
            return "", "url-too-long"
        if not parts.hostname or parts.username is not None:
            return url, "bad-url"
        return url, "" if on_host(url, self.source) else "off-host"


def plain_text(markup: str | None) -> str | None:
    """A short text without tags, entities decoded (feeds escape titles twice), blanks joined; None if empty."""
    if not markup:
        return None
    text = html.unescape(html.unescape(re.sub(r"<[^<>]*>", " ", markup[: 4 * _TITLE_CHARACTERS])))
    text = re.sub(r"<[^<>]*>", " ", text).encode("utf-8", "replace").decode("utf-8")
    return " ".join(text.split())[:_TITLE_CHARACTERS].rstrip() or None


def _tidy(href: str) -> str:
    """A link as browsers read it; ``&amp;`` is left where a document escaped its links twice."""
    text = re.sub(r"[\t\r\n\x00]+", "", href).strip().encode("utf-8", "replace").decode("utf-8")
    return text.replace("&amp;", "&")
