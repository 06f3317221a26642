"""What waits in the spider's frontier: addresses, not requests, so memory does not grow with the site."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from archive.catalog.pages import PageLife
from crawler.sources import Discovery

if TYPE_CHECKING:
    from crawler.spiders.news import NewsSpider


@dataclass(frozen=True, slots=True)
class Document:
    """One discovery document to fetch."""

    url: str
    how: Discovery
    number: int
    """Which page of it, from 1."""
    via: str | None = None


@dataclass(frozen=True, slots=True)
class WantedPage:
    """One article to fetch."""

    url: str
    via: str
    claim: str
    """Whose claim ``lastmod`` is: kind of the document and identity of the page."""
    lastmod: datetime | None


@dataclass(slots=True)
class Looks:
    """Published articles to look at again, found in the catalog when all else is done."""

    is_wanted: bool = True
    _pages: deque[PageLife] | None = None

    def next(self, spider: NewsSpider) -> PageLife | None:
        """The next one that this visit has not asked for already; counted in its report."""
        visit = spider.visit
        if self._pages is None:
            self._pages = deque(visit.to_look_at(datetime.now(UTC)) if self.is_wanted else ())
        while self._pages:
            page = self._pages.popleft()
            if page.identity not in spider.queued:
                visit.report.looked_again += 1
                return page
        return None
