"""The innermost middleware: one stream per host, pauses kept, hosts that want none left alone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from crawler.politeness.attempts import attempt_number, attempt_of, network_faults
from crawler.politeness.hosts import WITNESS, Host, HostRest
from crawler.politeness.pauses import Attempt, Limits
from crawler.politeness.skips import skipped
from crawler.politeness.streams import Place, streams_here

WITNESS_PRIORITY = 2000
"""Above robots.txt and all pages: nothing else goes to a host that is in doubt."""

logger = logging.getLogger(__name__)


class HostGateMiddleware:
    """Holds each request until its host may be asked, and learns from what comes back.

    It stands nearest to the downloader, after the archive: what an answer says about its host must
    be known before the next request to that host goes out.
    """

    def __init__(self, crawler: Crawler, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.crawler = crawler
        self._clock = clock
        self._hosts: dict[str, Host] = {}
        self._places: dict[Request, list[str]] = {}
        settings = crawler.settings
        self._delay_s = settings.getfloat("DOWNLOAD_DELAY")
        self._streams = settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._per_address = settings.getint("WARKAT_STREAMS_PER_ADDRESS")
        self._pace = settings.getfloat("WARKAT_PACE")
        self._pace_cap_s = settings.getfloat("WARKAT_CRAWL_DELAY_CAP_S", 60.0)
        self._per_host = settings.getdict("DOWNLOAD_SLOTS")
        self._faults = network_faults(settings)
        # Besides: skipped, too large, or the archive takes no more.
        self._silences: tuple[type[Exception], ...] = (
            *self._faults,
            IgnoreRequest,
            DownloadCancelledError,
            RuntimeError,
        )
        usual = Limits()
        self._limits = Limits(
            backoff_base_s=settings.getfloat("WARKAT_BACKOFF_BASE_S", usual.backoff_base_s),
            pause_cap_s=settings.getfloat("WARKAT_RETRY_AFTER_CAP_S", usual.pause_cap_s),
            trouble_max=settings.getint("WARKAT_TROUBLE_MAX", usual.trouble_max),
            forbidden_max=settings.getint("WARKAT_FORBIDDEN_MAX", usual.forbidden_max),
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy asks of a component."""
        return cls(crawler)

    def host_of(self, request: Request) -> Host | None:
        """The host that a request goes to, or None for schemes that ask no server."""
        url = urlparse_cached(request)
        if url.scheme not in ("http", "https") or not url.hostname:
            return None
        if url.hostname not in self._hosts:
            own = self._per_host.get(url.hostname, {})
            delay_s = float(own.get("delay", self._delay_s))
            streams = max(1, int(own.get("concurrency", self._streams)))
            self._hosts[url.hostname] = Host(url.hostname, delay_s, streams, self._is_ending)
        return self._hosts[url.hostname]

    def resting(self) -> tuple[HostRest, ...]:
        """The hosts that are left alone for the rest of this visit."""
        return tuple(HostRest(h.name, h.closed, h.until) for h in self._hosts.values() if h.closed)

    async def process_request(self, request: Request) -> None:
        """Wait for the request's turn.

        Raises:
            Skipped: the host is closed or the visit is ending.
        """
        host = self.host_of(request)
        if not host:
            return
        # A redirect to another host brings the slot of the first one along in its meta.
        request.meta["download_slot"] = host.name
        refusal = await host.enter(request)
        if refusal:
            raise skipped(request, refusal, self.crawler.stats)
        places = await self._places_of(request, host)
        if not await streams_here().take(places, self._is_ending):
            raise skipped(request, "visit-ending", self.crawler.stats)
        self._places[request] = [name for name, _ in places]

    async def _places_of(self, request: Request, host: Host) -> list[Place]:
        """What the request shares with other visits: its host, and its address unless a proxy stands between."""
        url = urlparse_cached(request)
        places: list[Place] = [(f"host {url.netloc}", host.streams)]
        if self._per_address and not request.meta.get("proxy"):
            port = url.port or (443 if url.scheme == "https" else 80)
            if address := await streams_here().address_of(host.name, port):
                places.append((f"address {address}", max(self._per_address, host.streams)))
        return places

    def process_response(self, request: Request, response: Response) -> Response:
        """Learn from an answer and let the next request in."""
        if request.meta.get("warkat_role") == "robots" and response.status == 403:
            # RFC 9309 section 2.3.1.3: a robots.txt that is refused says nothing about the pages.
            self._left(request, None)
        else:
            self._left(request, attempt_of(request, response))
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Learn from a failure and let the next request in."""
        silent = isinstance(exception, self._faults)
        self._left(request, Attempt(status=None, number=attempt_number(request)) if silent else None)

    def _left(self, request: Request, attempt: Attempt | None) -> None:
        host = self.host_of(request)
        if not host:
            return
        streams_here().give_back(self._places.pop(request, ()))
        capture = request.meta.get("warkat_capture")
        if capture is not None and capture.fetch_ms is not None:
            host.took(capture.fetch_ms / 1000, self._pace, self._pace_cap_s)
        was_closed = host.closed
        verdict = host.judge(attempt, self._limits, self._clock()) if attempt else None
        was_suspected = host.suspected
        if verdict and verdict.closed:
            verdict = replace(verdict, rest_s=max(verdict.rest_s, self._limits.backoff_base_s))
        if (
            attempt
            and attempt.status == 200
            and request.method == "GET"
            and request.meta.get("warkat_role") != "robots"
        ):
            host.witness = request.url
        if host.leave(request, verdict) and verdict and verdict.rest_s:
            logger.info("host rests host=%s seconds=%.1f", host.name, verdict.rest_s)
        if host.suspected and not was_suspected and host.witness:
            self._probe = asyncio.ensure_future(self._ask_witness(host, host.witness))
        if host.closed and not was_closed:
            self._report(host)

    async def _ask_witness(self, host: Host, witness: str) -> None:
        """Ask for an address that answered before: some pages of a host may be bad while the host is not.

        One bad page among good ones must not cost the good ones; a host that really wants no more
        says so to this request too.
        """
        logger.info("is it the host? host=%s suspected=%s asked=%s", host.name, host.suspected, witness)
        meta = {WITNESS: True, "dont_retry": True, "dont_redirect": True, "warkat_role": "page"}
        request = Request(witness, callback=NO_CALLBACK, priority=WITNESS_PRIORITY, dont_filter=True, meta=meta)
        answers = False
        try:
            response = await self.crawler.engine.download_async(request)
            answers = 200 <= response.status < 400
        except self._silences as fault:
            logger.debug("the witness is silent host=%s fault=%s", host.name, fault)
        finally:
            host.settle(answers=answers)
            if host.closed:
                self._report(host)

    def _report(self, host: Host) -> None:
        until = host.until.isoformat() if host.until else None
        logger.warning("host closed for this visit host=%s reason=%s until=%s", host.name, host.closed, until)
        self.crawler.stats.set_value(f"warkat/resting/{host.name}/reason", host.closed)
        self.crawler.stats.set_value(f"warkat/resting/{host.name}/until", until)

    def _is_ending(self) -> bool:
        """Whether the engine takes no further request. No signal tells it (Scrapy 2.19), so we look."""
        engine = self.crawler.engine
        return not engine.running or (engine._slot is not None and engine._slot.closing is not None)


def gate_of(crawler: Crawler) -> HostGateMiddleware:
    """The gate of a crawl, for its neighbours and for the report.

    Raises:
        RuntimeError: it is not among DOWNLOADER_MIDDLEWARES.
    """
    gate = crawler.get_downloader_middleware(HostGateMiddleware)
    if gate is None:
        raise RuntimeError("HostGateMiddleware is missing in DOWNLOADER_MIDDLEWARES")
    return gate
