"""Which requests are tried again. When they are is the business of the gate."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.utils.response import response_status_message

from crawler.politeness.attempts import attempt_of, network_faults
from crawler.politeness.gate import gate_of
from crawler.politeness.pauses import forbids


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
        self._statuses = {int(status) for status in settings.getlist("RETRY_HTTP_CODES")}
        self._priority_adjust = settings.getint("RETRY_PRIORITY_ADJUST")
        self._faults = network_faults(settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy asks of a component."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Try again what a server could not answer for now."""
        attempt = attempt_of(request, response)
        if forbids(attempt):
            return response
        if attempt.status is None:
            return self._again(request, "dataloss") or response
        if attempt.status in self._statuses:
            return self._again(request, response_status_message(attempt.status)) or response
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Try again what nobody answered."""
        return self._again(request, exception) if isinstance(exception, self._faults) else None

    def _again(self, request: Request, reason: str | Exception) -> Request | None:
        host = gate_of(self.crawler).host_of(request)
        meta, spider = request.meta, self.crawler.spider
        if spider is None or not self._enabled or meta.get("dont_retry") or (host and host.closed):
            return None
        return get_retry_request(
            request,
            spider=spider,
            reason=reason,
            max_retry_times=meta.get("max_retry_times", self._times),
            priority_adjust=meta.get("priority_adjust", self._priority_adjust),
            give_up_log_level=meta.get("give_up_log_level"),
        )
