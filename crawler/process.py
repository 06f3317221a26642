"""Scrapy's process around the visits of one run: starts them, keeps the budget, passes signals on, shows progress."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings

from crawler.archived import ARCHIVE_FAULTS, archive_fault_name
from crawler.health import ExitStatus
from crawler.progress import Display, Silent, Tally
from crawler.report import VisitReport
from crawler.run import Run
from crawler.sources import Source
from crawler.spiders.loader import spider_for
from crawler.visit import SourceBusy, Visit
from crawler.wire import HURRY

logger = logging.getLogger(__name__)

TICK_S = 1.0
"""Seconds between two looks at the visits under way."""

NAMED = 3
"""Pages on their way that are named when a visit is told to stop."""
PATIENCE_S = 4.0
"""Seconds that downloads have to end by themselves when a signal ends the visits."""
LAST_S = 9.0
"""Seconds after which the process ends, come what may."""

SWEPT_UP = 8
"""Visits that end between two collections of garbage."""
BUDGET_SPENT = "closespider_budget"
"""Reason with which the visits are closed when the run has used up its time or its pages."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one run may take; what is left over, later runs go on with."""

    seconds: float | None = None
    exchanges: int | None = None

    def is_spent(self, tally: Tally) -> bool:
        """Whether the run is to end now."""
        return (self.seconds is not None and tally.elapsed_s >= self.seconds) or (
            self.exchanges is not None and tally.exchanges >= self.exchanges
        )


def crawl(
    run: Run,
    sources: Sequence[Source],
    *,
    limit: int | None = None,
    progress: Display | None = None,
    settings: dict[str, Any] | None = None,
    budget: Budget = Budget(),
    arguments: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Visit sources, read what they gave, and finish the run.

    Args:
        run: entered already, so that its reader loads while Scrapy does; it is left here.
        sources: who is visited.
        limit: articles fetched at most per source.
        progress: shown every second how far the visits are.
        settings: Scrapy settings that go before all others.
        budget: of all visits together.
        arguments: more for each spider, see ``NewsSpider``.
    """
    # What is loaded by now stays; without it in the way a look for garbage is short, and seldom enough.
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    visits = _Visits(run, sources, {"limit": limit, **arguments}, progress or Silent(), budget)
    asyncio.run(visits.all(settings or {}))


class _Visits:
    """The visits of one process, some at a time."""

    def __init__(
        self, run: Run, sources: Sequence[Source], arguments: Mapping[str, Any], display: Display, budget: Budget
    ) -> None:
        self._run, self._sources, self._arguments = run, sources, arguments
        self._display, self._budget = display, budget
        self._crawlers: list[Crawler] = []
        self._stopping: asyncio.Future[None] | None = None
        self._is_spent = False
        self._ended = 0
        self._began_s = time.monotonic()

    async def all(self, more: dict[str, Any]) -> None:
        """All of them, and the end of the run."""
        settings = Settings()
        settings.setmodule("crawler.settings")
        settings.setdict({"WARKAT_COLLECTION": str(self._run.collection.root), **more}, priority="cmdline")
        self._runner = AsyncCrawlerRunner(settings)
        at_a_time = max(1, settings.getint("WARKAT_AT_A_TIME"))
        self._places = asyncio.Semaphore(at_a_time)
        # Names that nobody answers for hold a thread for many seconds each; the others are not to wait behind them.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2 * at_a_time, "warkat"))
        ticking = asyncio.ensure_future(self._tick())
        with self._obeying_signals():
            try:
                await asyncio.gather(*(self.one(source) for source in self._sources))
            finally:
                ticking.cancel()
                self._display.end(self._tally())
                await asyncio.to_thread(self._run.leave)

    async def one(self, source: Source) -> None:
        """One visit; what goes wrong with it is its own report's, not the others'."""
        async with self._places:
            started_at = datetime.now(UTC).isoformat(timespec="seconds")
            if self._is_spent:
                return  # it stays due: the next run begins with it
            if self._stopping:
                self._run.reports.append(VisitReport(source.id, started_at, outcome="interrupted"))
                return
            crawler = self._runner.create_crawler(spider_for(source))
            self._crawlers.append(crawler)
            try:
                await self._runner.crawl(crawler, **self._arguments)
            except SourceBusy as busy:
                self._never_began(source, started_at, "busy", busy)
            except ARCHIVE_FAULTS as fault:
                self._never_began(source, started_at, archive_fault_name(fault), fault)
            finally:
                self._crawlers.remove(crawler)
                del crawler
                self._sweep_up()

    def _sweep_up(self) -> None:
        """A visit that is over is a ring of objects of a megabyte or two, which nothing else would free for long."""
        self._ended += 1
        if self._ended % SWEPT_UP == 0:
            gc.collect()

    def _never_began(self, source: Source, started_at: str, outcome: str, fault: BaseException) -> None:
        report = VisitReport(source.id, started_at, outcome=outcome, ended_at=started_at)
        report.say(str(fault))
        self._run.reports.append(report)

    async def _tick(self) -> None:
        """Show how far it is, and end the visits when the budget is spent."""
        while True:
            await asyncio.sleep(TICK_S)
            tally = self._tally()
            self._display.show(tally)
            if self._budget.is_spent(tally) and not self._is_spent:
                self._is_spent = True
                for crawler in self._crawlers:
                    if crawler.engine and crawler.engine.running and crawler.spider:
                        self._closing = asyncio.ensure_future(crawler.engine.close_spider_async(reason=BUDGET_SPENT))

    def _tally(self) -> Tally:
        visits = [crawler.get_extension(Visit) for crawler in self._crawlers if crawler.extensions]
        over = {id(report) for report in self._run.reports}
        return Tally(
            elapsed_s=time.monotonic() - self._began_s,
            sources=len(self._sources),
            finished=tuple(self._run.reports),
            under_way=tuple(v.report for v in visits if v and id(v.report) not in over),
        )

    @contextlib.contextmanager
    def _obeying_signals(self) -> Any:
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
