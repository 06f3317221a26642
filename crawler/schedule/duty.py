"""One call of ``warkat run``: crawl what is due, tell what is new, end with a status."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.catalog import Catalog
from archive.collection import Collection
from archive.lease import Lease
from crawler import settings as defaults
from crawler.health import ExitStatus
from crawler.progress import Display
from crawler.run import Run
from crawler.schedule.agenda import agenda, last_visits, usual_schedule
from crawler.schedule.alarms import ring
from crawler.sources import Source

LEASE = ".run.lock"
_OF_SITES = (ExitStatus.CONTRACT_BROKEN, ExitStatus.RATE_LIMITED, ExitStatus.BUSY)
"""Statuses that say something of single sites: one of hundreds always has something, so only news counts."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What one call did."""

    status: ExitStatus
    run: Run | None
    """None when nothing was due."""
    waiting: int = 0
    """Sources that are still due: the budget did not reach them."""


def due_now(collection: Collection, sources: Sequence[Source], now: datetime) -> list[Source]:
    """The sources that are due, the one that waits longest first.

    Raises:
        CatalogUnusable: the catalog cannot be opened.
        SourceInvalid: the collection's schedule is none.
    """
    usual = usual_schedule(collection.about.schedule.usual)
    with Catalog(collection.catalog) as catalog:
        last = last_visits(catalog, now)
    return [entry.source for entry in agenda(sources, last, now, usual) if entry.when <= now]


def run_due(
    collection: Collection, sources: Sequence[Source], now: datetime, *, seconds: float | None = None,
    exchanges: int | None = None, settings: dict[str, Any] | None = None, display: Display | None = None,
) -> Duty:  # fmt: skip
    """Crawl what is due.

    Args:
        collection: whose.
        sources: that may be visited.
        now: aware.
        seconds: after which no visit goes on; the next call does.
        exchanges: archived by all visits together, likewise.
        settings: Scrapy settings that go before all others.
        display: of the progress.

    Raises:
        LeaseHeld: another call works on this collection; says who.
        CatalogUnusable, SourceInvalid: see ``due_now``.
    """
    with Lease(collection.root / LEASE):
        wanted = due_now(collection, sources, now)
        if not wanted:
            return Duty(ExitStatus.FINE, None)
        if not _has_room(collection, settings or {}):
            return Duty(ExitStatus.DISK_FULL, None, len(wanted))
        run = Run.enter(collection)
        from crawler.process import Budget, crawl  # half a second, in which the reader loads beside it

        crawl(run, wanted, progress=display, settings=settings, budget=Budget(seconds, exchanges))
        rings = ring(collection, run.reports)
        visited = {report.source_id for report in run.reports}
        return Duty(_status(run.status, rings=rings), run, sum(one.id not in visited for one in wanted))


def _status(status: ExitStatus | None, *, rings: bool) -> ExitStatus:
    own = status if status is not None and status not in _OF_SITES else ExitStatus.FINE
    return ExitStatus.CONTRACT_BROKEN if rings and own in (ExitStatus.FINE, ExitStatus.TIME_LIMIT) else own


def _has_room(collection: Collection, settings: dict[str, Any]) -> bool:
    """Whether anything could be kept: hundreds of sites are not asked for what there is no room for."""
    disk = os.statvfs(collection.root)
    reserve = int(settings.get("WARKAT_DISK_RESERVE", defaults.WARKAT_DISK_RESERVE))
    return disk.f_bavail * disk.f_frsize >= reserve
