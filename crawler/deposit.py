"""The one door between the wings: what the wire saw goes into the archive before anyone looks at it.

::

    wire -> DepositMiddleware -> queue -> Depositor thread: append* -> fsync -> catalog -> acknowledge
                  \\-- waits -----------------------------------------------------------/

All captures that arrive while a sync is under way share the next one, so the number of syncs
follows the disk, not the number of pages. A response goes on to the other middlewares and to the
spider only after its bytes are safe (law 1).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from archive.capture import Capture
from archive.catalog import CaptureRow, Catalog
from archive.collection import Collection
from archive.warc import ArchiveFull, Original, WarcWriter
from crawler.archived import ARCHIVE_FAULTS, ArchiveStopped, capture_row
from crawler.sources import Source
from crawler.sources.identity import canonical_address

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Waiting:
    """A capture on its way and the one who waits for it."""

    capture: Capture
    done: asyncio.Future[CaptureRow]


class Depositor:
    """Takes captures of one source and acknowledges them when they are safe.

    Args:
        collection: where they go.
        source: whose they are.
        info: fields of the warcinfo record of new files.
        reserve_bytes: free space on the disk below which nothing more is taken.
        told: called after each batch that holds article pages, from the depositor's thread.
    """

    def __init__(
        self, collection: Collection, source: Source, info: dict[str, str], reserve_bytes: int, told: Callable[[], None]
    ) -> None:
        self._collection, self._source, self._reserve, self._told = collection, source, reserve_bytes, told
        self._writer = WarcWriter(collection.archive(source.id), source.id, info)
        self._catalog = Catalog(collection.catalog)
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=f"deposit-{source.id}", daemon=True)
        self.stopped: ArchiveStopped | None = None
        """Set when the archive took no more, with the cause; nothing is taken after that."""

    def start(self) -> None:
        """Begin to take captures."""
        self._thread.start()

    async def deposit(self, capture: Capture) -> CaptureRow:
        """Returns when the capture is on the disk and in the catalog.

        Raises:
            ArchiveStopped: it is not, and nothing after it will be.
        """
        done: asyncio.Future[CaptureRow] = asyncio.get_running_loop().create_future()
        self._queue.put(_Waiting(capture, done))
        return await done

    def close(self) -> None:
        """Finish what was taken and let go of the files."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        with self._catalog:
            ended = False
            while not ended:
                batch = [self._queue.get()]
                while not self._queue.empty():
                    batch.append(self._queue.get())
                ended = None in batch
                waiting = [one for one in batch if one is not None]
                if waiting:
                    self._take(waiting)
            with self._stopping_at_faults():
                if self.stopped is None:
                    self._writer.close()

    def _take(self, waiting: list[_Waiting]) -> None:
        rows: list[CaptureRow] = []
        with self._stopping_at_faults():
            if self.stopped is None:
                self._watch_disk()
                for one in waiting:
                    rows.append(self._append(self._catalog, one.capture, rows))
                self._writer.sync()
                self._catalog.add_captures(rows)
        if self.stopped is not None:
            _settle([(one.done, self.stopped) for one in waiting])
            return
        _settle([(one.done, row) for one, row in zip(waiting, rows, strict=True)])
        if any(row.role == "article" for row in rows):
            self._told()

    @contextlib.contextmanager
    def _stopping_at_faults(self) -> Iterator[None]:
        """A fault ends the taking, never the thread: somebody waits for each capture."""
        try:
            yield
        except ARCHIVE_FAULTS as fault:
            self.stopped = ArchiveStopped(fault)
        except (AssertionError, AttributeError, LookupError, TypeError, ValueError) as fault:
            logger.exception("the archive stops at a fault of warkat's own")
            self.stopped = ArchiveStopped(fault)

    def _watch_disk(self) -> None:
        disk = os.statvfs(self._collection.root)
        free = disk.f_bavail * disk.f_frsize
        if free < self._reserve:
            raise ArchiveFull(
                28, f"{self._collection.root}: {free:,} bytes free, fewer than {self._reserve:,} kept back"
            )

    def _append(self, catalog: Catalog, capture: Capture, batch: list[CaptureRow]) -> CaptureRow:
        identity = canonical_address(capture.url, self._source)
        original = _original(catalog, self._source.id, identity, capture, batch)
        written = self._writer.append(capture, original)
        return capture_row(
            self._source,
            capture,
            record_id=written.record_id,
            record_type=written.record_type,
            locator=written.locator,
            end=written.end,
            payload_digest=original.payload_digest if original else capture.payload_digest,
            refers_to=original.record_id if original else None,
        )


def _original(
    catalog: Catalog, source_id: str, identity: str, capture: Capture, batch: list[CaptureRow]
) -> Original | None:
    """The earlier capture that this one repeats (WARC/1.1 section 6.7), or None to store its payload."""
    if capture.truncated:
        return None
    if capture.status == 304:
        row = catalog.latest_whole(source_id, capture.url, identity)
    elif capture.body:
        digest = capture.payload_digest
        in_batch = (r for r in batch if r.payload_digest == digest and r.record_type == "response" and not r.truncated)
        row = next(in_batch, None) or catalog.by_payload(source_id, digest)
    else:
        return None
    if row is None or row.payload_digest is None:
        return None
    return Original(record_id=row.record_id, url=row.url, fetched_at=row.fetched_at, payload_digest=row.payload_digest)


def _settle(results: list[tuple[asyncio.Future[CaptureRow], CaptureRow | ArchiveStopped]]) -> None:
    """Tell those who wait, in one step, in the loop's own thread."""

    def tell() -> None:
        for done, result in results:
            if done.cancelled():
                continue
            if isinstance(result, ArchiveStopped):
                done.set_exception(result)
            else:
                done.set_result(result)

    results[0][0].get_loop().call_soon_threadsafe(tell)


class DepositMiddleware:
    """Downloader middleware next to the wire: sees robots.txt, redirects, errors and retries too.

    After it ``request.meta["warkat_row"]`` says where the capture lies.
    """

    def __init__(self, crawler: Crawler) -> None:
        from crawler.visit import Visit  # visit starts the depositor: the two know each other

        visit = crawler.get_extension(Visit)
        if visit is None:
            raise NotConfigured("nothing to deposit into: the spider has no source")
        self._deposit = visit.deposit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DepositMiddleware:
        """Made by Scrapy."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Hand the response on when its bytes are safe."""
        await self._keep(request)
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:  # noqa: ARG002
        """Keep what came of a download that failed half-way."""
        await self._keep(request)

    async def _keep(self, request: Request) -> None:
        capture: Capture | None = request.meta.get("warkat_capture")
        if capture is not None:
            request.meta["warkat_row"] = await self._deposit(capture)
