"""Where an answer leads on to: by its Location header, or by the refresh that its page asks for.

Only within the hosts of the source, over http and https, never in a circle, and only so far. What
is not followed has its reason in the report. It stands in for Scrapy's two middlewares, which
follow to any host and need the page decoded for it.
"""

from __future__ import annotations

from typing import Literal, Self
from urllib.parse import urldefrag, urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from w3lib.html import get_meta_refresh

from archive.capture import Capture
from crawler.sources import Source
from crawler.sources.identity import on_host

REFRESH_S = 5.0
"""A page that refreshes itself later than this is a page that is kept up to date, not one that leads on."""
SCANNED = 64 * 1024
"""Bytes of a page in which a refresh is looked for."""

_STATUSES = frozenset((301, 302, 303, 307, 308))

RefusalReason = Literal[
    "redirect-invalid",  # no address at all
    "redirect-scheme",  # file:, ftp:, javascript:, data: and whatever else is not the web
    "redirect-off-host",  # to a host that is not the source's
    "redirect-credentials",  # with a name and password in the address
    "redirect-too-long",
    "redirect-loop",
    "redirect-too-many",
]


class RedirectRefused(IgnoreRequest):
    """A redirect that is not followed.

    Attributes:
        reason: its name in the report.
    """

    def __init__(self, reason: RefusalReason, target: str) -> None:
        super().__init__(f"{reason}: {target[:300]}")
        self.reason = reason


class RedirectMiddleware:
    """Makes the request that an answer leads on to.

    Raises:
        RedirectRefused: it leads where we do not go.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._times = crawler.settings.getint("REDIRECT_MAX_TIMES")
        self._longest = crawler.settings.getint("URLLENGTH_LIMIT")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy asks of a component."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Hand the answer on, or go where it leads."""
        if request.meta.get("dont_redirect"):
            return response
        told = header_target(response)
        refresh = page_target(request.meta.get("warkat_capture")) if told is None else None
        if told is None and refresh is None:
            return response
        target = self._checked(request, told if told is not None else refresh or "")
        if refresh is not None and target == request.url:
            return response
        return self._following(request, target)

    def _checked(self, request: Request, told: str) -> str:
        """The absolute address.

        Raises:
            RedirectRefused: see there.
        """
        try:
            target = urldefrag(urljoin(request.url, told.strip())).url
            parts = urlsplit(target)
            host, named = parts.hostname, parts.username is not None or parts.password is not None
        except ValueError:
            raise RedirectRefused("redirect-invalid", told) from None
        source: Source = self._crawler.spider.source  # type: ignore[union-attr]  # ours all have one
        asked = [*request.meta.get("redirect_urls", []), request.url]
        if parts.scheme not in ("http", "https"):
            raise RedirectRefused("redirect-scheme", target)
        if not host:
            raise RedirectRefused("redirect-invalid", target)
        if not on_host(target, source):
            raise RedirectRefused("redirect-off-host", target)
        if named:
            raise RedirectRefused("redirect-credentials", target)
        if len(target) > self._longest:
            raise RedirectRefused("redirect-too-long", target)
        if len(asked) > self._times:
            raise RedirectRefused("redirect-too-many", target)
        # A site that cannot do without cookies sends the first visitor back to the same page with one.
        if target in asked and not source.cookies:
            raise RedirectRefused("redirect-loop", target)
        return target

    @staticmethod
    def _following(request: Request, target: str) -> Request:
        following = request.replace(url=target)
        for name in ("If-None-Match", "If-Modified-Since"):
            following.headers.pop(name, None)
        asked = [*request.meta.get("redirect_urls", []), request.url]
        following.meta.update(redirect_urls=asked, redirect_times=len(asked))
        return following


def header_target(response: Response) -> str | None:
    """What the Location header of a redirect says, or None (RFC 9110 section 10.2.2)."""
    location = response.headers.get("Location")
    if response.status not in _STATUSES or not location:
        return None
    return location.decode("utf-8", "replace")


def page_target(capture: Capture | None) -> str | None:
    """Where the page refreshes itself to within moments, or None."""
    if capture is None or capture.status != 200 or capture.media_type not in ("", "text/html", "application/xhtml+xml"):
        return None
    page = capture.beginning(SCANNED)
    if b"refresh" not in page.lower():
        return None
    delay_s, target = get_meta_refresh(page.decode("utf-8", "replace"), capture.url)
    return target if target and delay_s is not None and delay_s <= REFRESH_S else None
