"""One visit to one source, from lease to report; the pipe that the rooms form::

    lease -> heal -> spider -> politeness -> wire -> deposit -> (reader follows) -> report -> release

A Scrapy extension, so that ``scrapy crawl ID`` and ``warkat crawl ID`` are the same visit.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from archive.capture import Capture
from archive.catalog import CaptureRow, Catalog
from archive.catalog.pages import PageLife, first_archived, page_lives
from archive.collection import Collection, make_collection, open_collection
from archive.disk import make_folder
from archive.lease import Lease, LeaseHeld
from archive.warc import ArchiveDamaged
from crawler.archived import ARCHIVE_FAULTS, ArchiveStopped, load_capture
from crawler.deposit import Depositor
from crawler.healing import heal_source
from crawler.health import judge_visit
from crawler.plain import told
from crawler.politeness import gate_of
from crawler.report import VisitReport
from crawler.run import Run
from crawler.sources import Source
from crawler.sources.digest import source_digest
from crawler.sources.due import TRIES
from crawler.sources.identity import canonical_address
from crawler.sweep import sweep_ended, sweep_of, to_look_at
from crawler.version import software, user_agent
from crawler.walk import Walk

logger = logging.getLogger(__name__)

REDIRECTS = 5
"""Steps of a redirect that are looked up in the archive before a page counts as unknown."""

CLAIMS = 50
"""Claims held back before they are written; losing some costs nothing but a page fetched once more."""


class SourceBusy(RuntimeError):
    """Another visit to this source is under way."""


def settings_of(source: Source, settings: BaseSettings) -> dict[str, Any]:
    """What the source and the collection say about Scrapy's settings."""
    about = collection_of(settings).about
    told: dict[str, Any] = {
        "USER_AGENT": user_agent(about.contact),
        "DOWNLOAD_TIMEOUT": source.politeness.timeout_s,
        "DOWNLOAD_SLOTS": {host.partition(":")[0]: {"delay": source.politeness.delay_s} for host in source.hosts},
        "COOKIES_ENABLED": source.cookies,
        "WARKAT_MAX_REQUESTS": source.politeness.max_requests,
        "WARKAT_TLS_ALLOW": list(source.tls.allow),
        "WARKAT_ALLOW_ADDRESSES": list(about.network.allow),
        "WARKAT_TLS_AUTHORITIES": about.network.authorities,
    }
    return told


def collection_of(settings: BaseSettings) -> Collection:
    """The collection that the settings name, made when a Scrapy user has none yet."""
    from crawler.spiders.loader import collection_root

    root = collection_root(settings)
    if not root.exists():
        logger.warning("new collection made, say who you are in its collection.toml: folder=%s", root)
        return make_collection(root, title=root.name)
    return open_collection(root)


class Visit:
    """A visit that is under way.

    Raises:
        SourceBusy: another process visits the source at this moment.
        NotConfigured: the spider has no source, so there is nothing to archive.
    """

    def __init__(self, crawler: Crawler) -> None:
        source = getattr(crawler.spidercls, "source", None)
        if not isinstance(source, Source):
            raise NotConfigured("the spider has no source")
        self.source = source
        self.collection = collection_of(crawler.settings)
        self.report = VisitReport(source.id, datetime.now(UTC).isoformat(timespec="seconds"))
        self._crawler = crawler
        self._closing: asyncio.Future[None] | None = None
        self._claims: dict[str, datetime] = {}
        self._stopped: ArchiveStopped | None = None
        reserve = crawler.settings.getint("WARKAT_DISK_RESERVE")
        with contextlib.ExitStack() as undo:
            self._lease = undo.enter_context(self._take_lease())
            self._catalog = undo.enter_context(Catalog(self.collection.catalog))
            self.report.healed += heal_source(self.collection, self._catalog, source)
            self.walk = Walk(self.collection, self._catalog, source.id, datetime.now(UTC))
            self.sweep = sweep_of(self._catalog, source.id, datetime.now(UTC), self.walk.ended)
            self._run = Run.enter(self.collection)
            self._depositor = Depositor(self.collection, source, self._warcinfo(), reserve, self._run.told)
            undo.pop_all()
        self._depositor.start()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Visit:
        """Made by Scrapy."""
        visit = cls(crawler)
        crawler.signals.connect(visit._introduce, signal=signals.spider_opened)
        crawler.signals.connect(visit._end, signal=signals.spider_closed)
        crawler.signals.connect(visit._callback_failed, signal=signals.spider_error)
        return visit

    def _introduce(self, spider: Spider) -> None:
        spider.visit = self  # type: ignore[attr-defined]  # NewsSpider has the place for it

    def _take_lease(self) -> Lease:
        folder = self.collection.archive(self.source.id)
        make_folder(folder)
        try:
            lease = Lease(folder / ".lock")
        except LeaseHeld as held:
            who = held.holder.told() if held.holder else "it has just begun"
            raise SourceBusy(f"{self.source.id}: another visit is under way: {who}") from None
        if lease.left:
            self.report.healed.append(f"the visit before did not come to its end: {lease.left.told()}")
        return lease

    def _warcinfo(self) -> dict[str, str]:
        about = self.collection.about
        return {
            "software": software(),
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "operator": " ".join(filter(None, (about.operator, about.contact))),
            "http-header-user-agent": user_agent(about.contact),
            "robots": "obey",
            "isPartOf": about.title,
            "source": self.source.id,
            "sourceDigest": source_digest(self.source),
        }

    # what the spider and the middlewares ask

    async def deposit(self, capture: Capture) -> CaptureRow:
        """Keep a capture; see ``Depositor``."""
        self.report.captures[capture.role] += 1
        self.report.statuses[str(capture.status)] += 1
        self.report.bytes_received += len(capture.response_head) + len(capture.body)
        try:
            return await self._depositor.deposit(capture)
        except ArchiveStopped as fault:
            self.stop(fault)
            raise

    def stop(self, fault: ArchiveStopped) -> None:
        """End the visit: what it fetches could not be kept."""
        self.report.say(f"{fault.reason}: {fault}")
        if not self._closing:
            self._stopped = fault
            self._closing = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason=fault.reason))

    def _callback_failed(self, failure: Failure, response: Response) -> None:
        """A fault in our own code, or in the catalog, while an answer was looked at."""
        fault = failure.value or RuntimeError("nothing said")
        self.report.say(f"{response.url}: {told(fault)}")
        self.stop(ArchiveStopped(fault))

    def whole(self, response: Response) -> Capture:
        """The capture behind a response, with the payload of an earlier one where the server said 304."""
        capture: Capture = response.meta["warkat_capture"]
        if capture.status != 304:
            return capture
        return load_capture(self.collection, self._catalog, response.meta["warkat_row"])

    def archived(self, url: str) -> Capture | None:
        """The newest capture of an address, whoever asked for it; None where there is none."""
        rows = self._catalog.recent(self.source.id, canonical_address(url, self.source), 1)
        return load_capture(self.collection, self._catalog, rows[0]) if rows else None

    def validators(self, url: str) -> dict[str, str]:
        """Headers that ask for a document only if it changed (RFC 9110 section 13.1)."""
        row = self._catalog.latest_whole(self.source.id, url, canonical_address(url, self.source))
        if row is None:
            return {}
        told = {"If-None-Match": row.etag, "If-Modified-Since": row.last_modified}
        return {name: value for name, value in told.items() if value}

    def kept(self, url: str, age: timedelta) -> Capture | None:
        """The newest capture of exactly this address, if it is whole, an answer of its own, and no older."""
        identity = canonical_address(url, self.source)
        row = next((r for r in self._catalog.recent(self.source.id, identity, 1) if r.url == url), None)
        if row is None or row.truncated or not timedelta() <= datetime.now(UTC) - row.fetched_at < age:
            return None
        with contextlib.suppress(ArchiveDamaged, FileNotFoundError):
            return load_capture(self.collection, self._catalog, row)
        return None

    def recent(self, identity: str) -> list[CaptureRow]:
        """Newest captures of a page, or of the page that it redirects to; see ``sources.due``."""
        rows = self._catalog.recent(self.source.id, identity, TRIES)
        for _ in range(REDIRECTS):
            if not rows or not rows[0].location:
                break
            target = canonical_address(rows[0].location, self.source)
            rows = self._catalog.recent(self.source.id, target, TRIES) or rows[:1]
            if rows[0].identity != target:
                break
        return rows

    def leaves_out(self, url: str, changed: datetime | None) -> bool:
        """Whether a further sitemap is passed over: it claims no change since the window began, nor since the last."""
        if changed is None:
            return False
        claim = f"document {url}"
        if self.claimed(claim) == changed:
            return self.sweep.leaves_out(changed)
        self.note_claim(claim, changed)
        return False

    def first_archived(self, identity: str) -> datetime | None:
        """When a page was first asked for."""
        return first_archived(self._catalog, self.source.id, identity)

    def to_look_at(self, now: datetime) -> list[PageLife]:
        """Published articles to look at again, as many as the source allows on one visit."""
        most = self.source.politeness.look_again
        return to_look_at(page_lives(self._catalog, self.source.id), now, most) if most else []

    def claimed(self, claim: str) -> datetime | None:
        """When a page last changed, as was claimed when it was fetched."""
        return self._claims.get(claim) or self._catalog.claimed(self.source.id, claim)

    def note_claim(self, claim: str, lastmod: datetime) -> None:
        """Remember the claim about a page that is archived now."""
        self._claims[claim] = lastmod
        if len(self._claims) >= CLAIMS:
            self._flush_claims()

    def _flush_claims(self) -> None:
        self._catalog.add_claims(self.source.id, self._claims)
        self._claims.clear()

    # the end

    async def _end(self, spider: Spider, reason: str) -> None:  # noqa: ARG002
        await asyncio.to_thread(self._depositor.close)
        report = self.report
        try:
            self._flush_claims()
            is_whole = reason == "finished" and not (self._stopped or report.left)
            if is_whole and self.walk.end(datetime.now(UTC)):
                sweep_ended(self._catalog, self.source.id, self.sweep, datetime.now(UTC))
        except ARCHIVE_FAULTS as fault:
            self._stopped = self._stopped or ArchiveStopped(fault)
        stopped = self._depositor.stopped or self._stopped
        report.resting = [
            {"host": rest.host, "reason": rest.reason, "until": rest.until.isoformat() if rest.until else None}
            for rest in gate_of(self._crawler).resting()
        ]
        for name, cause in self._crawler.stats.get_stats().items():
            if name.startswith("warkat/robots_unreachable/"):
                report.say(f"{name.removeprefix('warkat/robots_unreachable/')}: {cause}")
        report.warc_files = [
            {"name": path.name, "bytes": path.stat().st_size} for path in self.collection.warc_files(self.source.id)
        ]
        report.sweep = self.sweep.name
        report.outcome = judge_visit(report, self.source, reason, stopped.reason if stopped else "")
        report.ended_at = datetime.now(UTC).isoformat(timespec="seconds")
        self._run.reports.append(report)
        with contextlib.suppress(*ARCHIVE_FAULTS):  # said again, with what was read, at the end of the run
            self._run.note_visit(self._catalog, report)
        self._catalog.close()
        self._lease.release()
        await asyncio.to_thread(self._run.leave)
