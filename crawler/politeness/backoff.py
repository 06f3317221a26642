"""Which requests are tried again. When they are is the business of the gate."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response
from scrapy.utils.response import response_status_message

from crawler.politeness.attempts import attempt_of, network_faults
from crawler.politeness.gate import gate_of
from crawler.politeness.pauses import Attempt, Limits, forbids, retry_after_seconds

PATIENCE = 1
"""Further attempts at a page that did not come in time: each costs the visit as much as all other pages together."""


class BackoffMiddleware:
    """Stands in for Scrapy's RetryMiddleware, with the same settings, meta keys and stats.

    A retry is an ordinary request that goes through the scheduler again, so that each attempt is
    archived, keeps its place by priority and waits at the gate while its host rests. Other hosts
    go on meanwhile. What is forbidden (403, challenge) is never tried again, and nothing is tried
    again at a host that is closed for the visit.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        settings = crawler.settings
        self._enabled = settings.getbool("RETRY_ENABLED")
        self._times = settings.getint("WARKAT_RETRY_TIMES", settings.getint("RETRY_TIMES"))
        self._cap_s = settings.getfloat("WARKAT_RETRY_AFTER_CAP_S", Limits().pause_cap_s)
        self._statuses = {int(status) for status in settings.getlist("RETRY_HTTP_CODES")}
        self._priority_adjust = settings.getint("RETRY_PRIORITY_ADJUST")
        self._faults = network_faults(settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy asks of a component."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Try again what a server could not answer for now."""
        if response.status == 200 and "dataloss" not in response.flags:
            return response
        attempt = attempt_of(request, response)
        if forbids(attempt) or self._asks_too_long(attempt):
            return response
        if attempt.status is None:
            return self._again(request, "dataloss") or response
        if attempt.status in self._statuses:
            return self._again(request, response_status_message(attempt.status)) or response
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Try again what nobody answered."""
        if isinstance(exception, DownloadTimeoutError):
            return self._again(request, exception, PATIENCE)
        return self._again(request, exception) if isinstance(exception, self._faults) else None

    def _asks_too_long(self, attempt: Attempt) -> bool:
        """Whether the server wants to be left alone longer than a visit can wait; the next visit asks."""
        asked_s = retry_after_seconds(attempt.retry_after, datetime.now(UTC))
        return attempt.status in (429, 503) and (asked_s or 0) > self._cap_s

    def _again(self, request: Request, reason: str | Exception, most: int = 100) -> Request | None:
        host = gate_of(self.crawler).host_of(request)
        meta, spider = request.meta, self.crawler.spider
        if spider is None or not self._enabled or meta.get("dont_retry") or (host and host.closed):
            return None
        return get_retry_request(
            request,
            spider=spider,
            reason=reason,
            max_retry_times=min(most, meta.get("max_retry_times", self._times)),
            priority_adjust=meta.get("priority_adjust", self._priority_adjust),
            give_up_log_level=meta.get("give_up_log_level", logging.DEBUG),
        )
