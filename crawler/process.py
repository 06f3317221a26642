"""Scrapy's process around the visits of one run: starts them, passes signals on, shows progress."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings

from crawler.archived import ARCHIVE_FAULTS, archive_fault_name
from crawler.health import ExitStatus
from crawler.report import VisitReport
from crawler.run import Run
from crawler.sources import Source
from crawler.spiders.loader import spider_for
from crawler.visit import SourceBusy, Visit
from crawler.wire import HURRY

logger = logging.getLogger(__name__)

AT_A_TIME = 16
"""Visits that run side by side in one process; each has one stream per host."""
PROGRESS_S = 2.0
"""Seconds between two words of progress."""

NAMED = 3
"""Pages on their way that are named when a visit is told to stop."""
PATIENCE_S = 4.0
"""Seconds that downloads have to end by themselves when a signal ends the visits."""
LAST_S = 9.0
"""Seconds after which the process ends, come what may."""

Progress = Callable[[Sequence[VisitReport]], None]


def crawl(
    run: Run,
    sources: Sequence[Source],
    *,
    limit: int | None = None,
    progress: Progress | None = None,
    settings: dict[str, Any] | None = None,
) -> None:
    """Visit sources, read what they gave, and finish the run.

    Args:
        run: entered already, so that its reader loads while Scrapy does; it is left here.
        sources: who is visited.
        limit: articles fetched at most per source.
        progress: told every other second of the visits under way.
        settings: Scrapy settings that go before all others.
    """
    # What is loaded by now stays; without it in the way a look for garbage is short, and seldom enough.
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    asyncio.run(_crawl(run, sources, limit, progress, settings or {}))


async def _crawl(
    run: Run, sources: Sequence[Source], limit: int | None, progress: Progress | None, more: dict[str, Any]
) -> None:
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.setdict({"WARKAT_COLLECTION": str(run.collection.root), **more}, priority="cmdline")
    runner = AsyncCrawlerRunner(settings)
    visits = _Visits(runner, run, limit)
    ticking = asyncio.ensure_future(visits.tick(progress)) if progress else None
    with visits.obeying_signals():
        try:
            await asyncio.gather(*(visits.one(source) for source in sources))
        finally:
            if ticking:
                ticking.cancel()
            await asyncio.to_thread(run.leave)


class _Visits:
    """The visits of one process, some at a time."""

    def __init__(self, runner: AsyncCrawlerRunner, run: Run, limit: int | None) -> None:
        self._runner, self._run, self._limit = runner, run, limit
        self._places = asyncio.Semaphore(AT_A_TIME)
        self._crawlers: list[Crawler] = []
        self._stopping: asyncio.Future[None] | None = None

    async def one(self, source: Source) -> None:
        """One visit; what goes wrong with it is its own report's, not the others'."""
        async with self._places:
            started_at = datetime.now(UTC).isoformat(timespec="seconds")
            if self._stopping:
                self._run.reports.append(VisitReport(source.id, started_at, outcome="interrupted"))
                return
            crawler = self._runner.create_crawler(spider_for(source))
            self._crawlers.append(crawler)
            try:
                await self._runner.crawl(crawler, limit=self._limit)
            except SourceBusy as busy:
                self._never_began(source, started_at, "busy", busy)
            except ARCHIVE_FAULTS as fault:
                self._never_began(source, started_at, archive_fault_name(fault), fault)
            finally:
                self._crawlers.remove(crawler)

    def _never_began(self, source: Source, started_at: str, outcome: str, fault: BaseException) -> None:
        report = VisitReport(source.id, started_at, outcome=outcome, ended_at=started_at)
        report.say(str(fault))
        self._run.reports.append(report)

    async def tick(self, progress: Progress) -> None:
        """Tell of the visits under way, again and again."""
        while True:
            await asyncio.sleep(PROGRESS_S)
            under_way = [crawler.get_extension(Visit) for crawler in self._crawlers if crawler.extensions]
            progress([visit.report for visit in under_way if visit])

    @contextlib.contextmanager
    def obeying_signals(self) -> Any:
        """SIGINT and SIGTERM end the visits: what is on its way is finished and kept, if it comes soon."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)
                if self._stopping:
                    signal.signal(number, signal.SIG_IGN)  # a further one must not change the status of an orderly end

    def _stop(self) -> None:
        """A first signal is patient for some seconds, a second one is not."""
        if self._stopping is None:
            logger.warning(
                "stopping: finishing %s, at most %d s; once more to stop at once", self._on_their_way(), LAST_S
            )
            self._stopping = asyncio.ensure_future(self._runner.stop())
            asyncio.get_running_loop().call_later(PATIENCE_S, self._hurry)
            self._end_within(PATIENCE_S + 2, LAST_S)
        else:
            self._hurry()
            self._end_within(0.5, 1.5)

    def _on_their_way(self) -> str:
        """What is still to be finished, in words."""
        asked = [
            request.url
            for crawler in self._crawlers
            if crawler.engine and crawler.engine.downloader
            for request in crawler.engine.downloader.active
        ]
        pages = ", ".join(asked[:NAMED]) + (f" and {len(asked) - NAMED} more" if len(asked) > NAMED else "")
        return f"{pages}, and what is to be read" if asked else "what is to be read"

    def _hurry(self) -> None:
        """Give up downloads under way: what has come of them is kept as truncated."""
        for crawler in self._crawlers:
            crawler.signals.send_catch_log(HURRY)

    def _end_within(self, reader_s: float, all_s: float) -> None:
        self._run.hurry(reader_s)
        # Some things cannot be hurried, such as a look-up of a name that never ends. Everything on the disk
        # is whole at any moment, so the process may go without them.
        watchdog = threading.Timer(all_s, os._exit, (int(ExitStatus.INTERRUPTED),))
        watchdog.daemon = True
        watchdog.start()
