"""How many requests a visit may make, retries and redirects included."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.politeness.skips import skipped


class BudgetMiddleware:
    """Counts the requests that go out, and lets no more through than the source allows on one visit.

    Nothing on a site can make a visit longer than this: no trap, no calendar without an end.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._left = crawler.settings.getint("WARKAT_MAX_REQUESTS")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy asks of a component."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Let a request pass and count it.

        Raises:
            Skipped: the budget is spent.
        """
        if self._left <= 0:
            raise skipped(request, "max-requests", self._crawler.stats)
        self._left -= 1
