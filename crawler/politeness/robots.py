"""The middleware that obeys robots.txt.

It stands in for Scrapy's, which in 2.19.0 lets requests through that wait while the first
robots.txt is loading: they share one Deferred, and only the first waiter gets the rules from it.

It obeys wherever it is installed; ROBOTSTXT_OBEY is not asked, whose default would be "no".
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from archive.capture import ContentUndecodable, decode_content
from crawler.politeness.attempts import header_text, network_faults
from crawler.politeness.gate import gate_of
from crawler.politeness.rules import ALLOW_ALL, HOP_LIMIT, UNREACHABLE, Rules, redirect_target, robots_verdict
from crawler.politeness.skips import Skipped, skipped

logger = logging.getLogger(__name__)

ROBOTS_PRIORITY = 1000
"""Above any page: nothing else can go to the host before it."""

MAX_AGE_S = 24 * 60 * 60
"""Rules are asked for again after a day (RFC 9309 section 2.4)."""

Origin = tuple[str, str]
"""Scheme and netloc: each has a robots.txt of its own (RFC 9309 section 2.3)."""


class RobotsMiddleware:
    """Fetches the robots.txt of each origin once and holds every request to it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._delay_cap_s = crawler.settings.getfloat("WARKAT_CRAWL_DELAY_CAP_S", 60.0)
        self._faults: tuple[type[Exception], ...] = (
            *network_faults(crawler.settings),
            DownloadCancelledError,
            IgnoreRequest,
        )
        self._asked: dict[Origin, tuple[float, asyncio.Task[Rules]]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy asks of a component."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let a request pass if the rules of its origin do.

        Raises:
            Skipped: they do not, or they could not be had.
        """
        if request.meta.get("dont_obey_robotstxt"):
            return
        host = gate_of(self.crawler).host_of(request)
        if not host:
            return
        rules = await self._rules_for(request)
        if rules.delay_s:
            host.slow_down(min(rules.delay_s, self._delay_cap_s))
        refusal = rules.refuses(request.url)
        if refusal:
            logger.debug("refused by robots.txt reason=%s url=%s", refusal, request.url)
            raise skipped(request, refusal, self.crawler.stats)

    async def _rules_for(self, request: Request) -> Rules:
        """The rules of a request's origin; all who ask while they are fetched get the same."""
        url = urlparse_cached(request)
        origin = (url.scheme, url.netloc)
        now_s = asyncio.get_running_loop().time()
        asked_s, task = self._asked.get(origin, (0.0, None))
        if task is None or now_s - asked_s > MAX_AGE_S:
            task = asyncio.ensure_future(self._rules_at(f"{url.scheme}://{url.netloc}/robots.txt"))
            self._asked[origin] = (now_s, task)
        # Shielded: the end of one who waits must not take the rules from the others.
        return await asyncio.shield(task)

    async def _rules_at(self, url: str) -> Rules:
        """The rules that an earlier visit has archived within the day, else fetched."""
        return self._archived(url) or await self._fetch(url)

    def _archived(self, url: str) -> Rules | None:
        from crawler.visit import Visit  # visit asks the gate for its report: the two know each other

        visit = self.crawler.get_extension(Visit) if self.crawler.extensions else None
        capture = visit.kept(url, timedelta(seconds=MAX_AGE_S)) if visit else None
        if capture is None or not (capture.status < 300 or 400 <= capture.status < 500) or capture.status == 429:
            return None  # a redirect is followed anew, and what was unreachable may be there now
        try:
            body = decode_content(capture.body, capture.header("Content-Encoding"), whole=False)
        except ContentUndecodable:
            return None
        return robots_verdict(capture.status, body)

    async def _fetch(self, url: str) -> Rules:
        visited = [url]
        while True:
            try:
                response = await self.crawler.engine.download_async(_robots_request(visited))
            except Skipped as skip:
                return Rules(refusal=skip.reason)
            except self._faults as fault:
                return self._unreachable(url, f"{type(fault).__name__}: {fault}")
            target = redirect_target(visited[-1], response.status, header_text(response, "Location"))
            if target in visited:
                return self._unreachable(url, "redirects in a circle")
            if target is None:
                return self._verdict(url, response)
            if len(visited) > HOP_LIMIT:
                return ALLOW_ALL  # RFC 9309 section 2.3.1.2: MAY assume that there is none
            visited.append(target)

    def _verdict(self, url: str, response: Response) -> Rules:
        try:
            # Scrapy's HttpCompressionMiddleware takes the header away when it has decoded the body.
            body = decode_content(response.body, header_text(response, "Content-Encoding"), whole=False)
        except ContentUndecodable as fault:
            return self._unreachable(url, str(fault))
        rules = robots_verdict(response.status, body)
        return self._unreachable(url, f"status {response.status}") if rules is UNREACHABLE else rules

    def _unreachable(self, url: str, cause: str) -> Rules:
        logger.warning("robots.txt unreachable, nothing is fetched url=%s cause=%s", url, cause)
        self.crawler.stats.set_value(f"warkat/robots_unreachable/{url}", cause)
        return UNREACHABLE


def _robots_request(visited: list[str]) -> Request:
    """A request for the last address of a chain that began at a robots.txt."""
    meta = {
        "warkat_role": "robots",
        "dont_obey_robotstxt": True,
        "allow_offsite": True,  # RFC 9309 section 2.3.1.2: followed across authorities
        "dont_redirect": True,  # we follow ourselves, to tell a circle from a long way
        "redirect_urls": visited[:-1],
        "redirect_times": len(visited) - 1,
    }
    return Request(visited[-1], callback=NO_CALLBACK, priority=ROBOTS_PRIORITY, dont_filter=True, meta=meta)
