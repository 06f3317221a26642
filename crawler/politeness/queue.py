"""The scheduler's queue: a request stays in it until its host is free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from scrapy.crawler import Crawler
from scrapy.pqueues import DownloaderAwarePriorityQueue, DownloaderInterface


class _FreeHosts(DownloaderInterface):
    """Shows the queue only the hosts that take another request, and counts those before the gate."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # One on its way and one behind it, so that a stream never waits for the scheduler.
        self._limit = max(1, crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")) + 1

    def stats(self, possible_slots: Iterable[str]) -> list[tuple[int, str]]:
        counts = Counter(self.get_slot_key(request) for request in self.downloader.active)
        return [(counts[slot], slot) for slot in possible_slots if counts[slot] < self._limit]


class HostQueue(DownloaderAwarePriorityQueue):
    """Hands out no more requests of a host than it can take.

    Without it the requests of one resting host would fill CONCURRENT_REQUESTS and hold up all the
    others, and a page of high priority would stand behind all that were taken out before it.
    """

    def __init__(self, crawler: Crawler, *args: Any, **kwargs: Any) -> None:
        super().__init__(crawler, *args, **kwargs)
        self._downloader_interface = _FreeHosts(crawler)
