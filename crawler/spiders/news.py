"""The spider that walks one source: discovery documents, then the articles that are wanted.

::

    discovery document -> links not archived yet -> frontier -> article page
             \\-> further document, while the last one brought anything new, or as far back as the sweep goes
    then articles published some time ago, to see whether they changed

It fetches and finds links; it reads no article. The frontier holds addresses, not requests, and
hands out only as many as can be on their way, so memory does not grow with the site.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar

import scrapy
from scrapy import Request
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from archive.capture import Capture, Role
from archive.catalog.pages import PageLife
from archive.warc import ArchiveDamaged
from crawler.discovery import Discovered, discover, instant, next_page, without_tokens
from crawler.faults import fault_name, has_come
from crawler.sources import Discovery, Source
from crawler.sources.due import wanted
from crawler.sources.identity import canonical_address
from crawler.spiders.frontier import Document, Looks, WantedPage
from crawler.sweep import Sweep
from crawler.visit import Visit

_ROLES: dict[str, Role] = {"listing": "listing", "feed": "feed", "sitemap": "sitemap", "rest": "rest", "json": "rest"}

BACK_FILL_PAGES = 20
"""How many times the pages of a usual visit a back-fill may go through."""


class NewsSpider(scrapy.Spider):
    """Walks ``source``; see ``spider_for``.

    Args:
        limit: articles fetched at most on this visit (``-a limit=20``).
        since: passes over what discovery claims to have changed last before this day (``-a since=2026-01-31``) or
            instant, whole sitemaps of an index too.
        until: passes over what it claims to have changed last on this day or later. With either, all pages of each
            document are gone through: a back-fill.
    """

    source: ClassVar[Source]
    visit: Visit

    def __init__(
        self, limit: str | int | None = None, since: str | datetime | None = None,
        until: str | datetime | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(**kwargs)
        self._since = instant(since) if isinstance(since, str) else since
        self._until = instant(until) if isinstance(until, str) else until
        self._looks = Looks()
        self._limit = None if limit is None else int(limit)
        self._documents = deque(
            Document(how.url if "://" in how.url else self.source.base_url + how.url, how, 1)
            for how in self.source.discovery
        )
        self._articles: dict[Discovery, deque[WantedPage]] = {how: deque() for how in self.source.discovery}
        self._turns = deque(self.source.discovery)
        self.queued: set[str] = set()
        self._sessionless: set[str] = set()
        self._pages_read: dict[Discovery, int] = {}
        self._seen_documents = {document.url for document in self._documents}
        self._window = 2
        self._on_their_way = 0
        self._taken = 0
        self._spent = ""

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> NewsSpider:
        """Made by Scrapy."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider._window = crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") + 1
        return spider

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """What the source and the collection say goes before the settings file."""
        super().update_settings(settings)
        if hasattr(cls, "source"):
            from crawler.visit import settings_of

            for name, value in settings_of(cls.source, settings).items():
                settings.set(name, value, priority="spider")

    async def start(self) -> AsyncIterator[Any]:
        """The first requests; each answer brings the next."""
        if self._since or self._until:
            self.visit.walk.cut_short()
            self.visit.sweep = Sweep("back-fill", self._since)
        self._looks.is_wanted = self._limit is None and self.visit.sweep.name != "back-fill"
        for url, via in self.visit.walk.missed():
            self._take(url, None, via, self.source.discovery[0])
        for request in self._more():
            yield request

    def _more(self) -> Iterator[Request]:
        """Requests for the room that there is: articles first, so that the frontier stays small."""
        if self._spent:
            waiting = sum(map(len, self._articles.values())) + len(self._documents)
            self.visit.report.left[self._spent] = waiting
            return
        while self._on_their_way < self._window:
            if article := self._next_article():
                yield self._article_request(article)
            elif self._documents and not self._is_full():
                document = self._documents.popleft()
                if document.via and (capture := self._archived(document)):
                    self._harvest(document, capture)
                    continue
                yield self._document_request(document)
            elif not self._documents and not self._on_their_way and (page := self._looks.next(self)):
                yield self._look_request(page)
            else:
                if self._documents:
                    self.visit.walk.cut_short()
                return
            self._on_their_way += 1

    def _look_request(self, page: PageLife) -> Request:
        headers, meta = self.visit.validators(page.url), {"warkat_role": "article", "warkat_hops": ""}
        return Request(page.url, self.article, errback=self.failed, meta=meta, dont_filter=True, headers=headers)

    def _next_article(self) -> WantedPage | None:
        """One from each place of discovery in turn: a place that floods us does not starve the others."""
        for _ in range(len(self._turns)):
            how = self._turns[0]
            self._turns.rotate(-1)
            if self._articles[how]:
                return self._articles[how].popleft()
        return None

    def _is_full(self) -> bool:
        return self._limit is not None and self._taken >= self._limit

    def _article_request(self, wanted: WantedPage) -> Request:
        meta = {"warkat_role": "article", "warkat_via": wanted.via, "warkat_hops": "L"}
        return Request(
            wanted.url, self.article, errback=self.failed, meta=meta, dont_filter=True, cb_kwargs={"wanted": wanted}
        )

    def _document_request(self, document: Document) -> Request:
        meta = {
            "warkat_role": _ROLES[document.how.kind],
            "warkat_via": document.via,
            "warkat_hops": "L" if document.via else "",
        }
        return Request(
            document.url, self.document, errback=self.failed, meta=meta, dont_filter=True,
            headers=self.visit.validators(document.url), cb_kwargs={"document": document},
        )  # fmt: skip

    def document(self, response: Response, document: Document) -> Iterator[Request]:
        """Links out of a discovery document."""
        self._on_their_way -= 1
        try:
            capture = self.visit.whole(response)
        except (ArchiveDamaged, FileNotFoundError) as fault:
            yield from self._ask_anew(document, fault)
            return
        if response.status >= 500 or response.status == 429:
            self.visit.walk.document_failed(f"http-{response.status}")
        self._harvest(document, capture)
        yield from self._more()

    def _archived(self, document: Document) -> Capture | None:
        """The document as a visit that was cut short within the hour has fetched it."""
        try:
            return self.visit.walk.archived(document.url, canonical_address(document.url, self.source))
        except (ArchiveDamaged, FileNotFoundError) as fault:
            self.visit.report.say(f"{document.url}: {fault}")
            return None

    def _harvest(self, document: Document, capture: Capture) -> None:
        found = discover(capture, self.source, document.how, self._since)
        self.visit.report.discovered(document.how, document.url, found)
        in_time = [one for one in found.found if not (self._until and one.lastmod and one.lastmod >= self._until)]
        fresh = sum(self._take(one.url, one.lastmod, capture.url, document.how) for one in in_time)
        self._go_on(document, capture, found, fresh)

    def _ask_anew(self, document: Document, fault: Exception) -> Iterator[Request]:
        """Not modified, says the server, but what it was is lost: ask for all of it."""
        self.visit.report.say(f"{document.url}: {fault}")
        self._on_their_way += 1
        yield self._document_request(document).replace(headers={})

    def _take(self, url: str, lastmod: datetime | None, via: str, how: Discovery) -> bool:
        """Put an article address into the frontier if it is wanted; True if it was.

        A claim about a page that is wanted is noted when the page is archived, all others at once:
        the next visit measures theirs against it.
        """
        identity = canonical_address(url, self.source)
        claim = f"{how.kind} {identity}"  # a feed and a sitemap may claim different things of a page
        claimed = self.visit.claimed(claim) if lastmod else None
        if identity in self.queued or self._is_full():
            is_wanted = False
            if identity not in self.queued:
                self.visit.walk.cut_short()
        elif self._is_session(identity):
            self.visit.report.traps["session-id"] += 1
            return False
        else:
            is_wanted = wanted(self.visit.recent(identity), lastmod, datetime.now(UTC), claimed)
            self.visit.report.known += not is_wanted
        if not is_wanted:
            if lastmod and lastmod != claimed:
                self.visit.note_claim(claim, lastmod)
            return False
        self.queued.add(identity)
        self._articles[how].append(WantedPage(url, via, claim, lastmod))
        self._taken += 1
        return True

    def _is_session(self, identity: str) -> bool:
        """Whether the address differs from one of this visit in nothing but the number of a visitor."""
        bare = without_tokens(identity)
        if bare == identity:
            return False
        is_known = bare in self._sessionless
        self._sessionless.add(bare)
        return is_known

    def _go_on(self, document: Document, capture: Capture, found: Discovered, fresh: int) -> None:
        """Queue what follows: pages after a page that brought anything new, and parts of an index always."""
        how = document.how
        sweep, is_back_fill = self.visit.sweep, self.visit.sweep.name == "back-fill"
        is_whole = is_back_fill or self.visit.walk.thorough
        go_on = fresh or (is_whole and bool(found.found)) or sweep.reaches(self._dates(found))
        follow = [url for url in found.further if not self.visit.leaves_out(url, found.changed.get(url)) or is_whole]
        follow = follow if how.kind == "sitemap" or go_on else []
        if how.page and go_on and (page := next_page(self.source, how, document.number + 1)):
            follow.insert(0, page)
        for url in follow:
            read = self._pages_read.get(how, 1)
            if url in self._seen_documents:
                continue
            if read >= how.max_pages * (BACK_FILL_PAGES if is_back_fill else 1):
                self.visit.report.out_of_pages(how)
            else:
                self._pages_read[how] = read + 1
                self._seen_documents.add(url)
                self._documents.append(Document(url, how, document.number + 1, capture.url))

    def _dates(self, found: Discovered) -> Iterator[datetime | None]:
        """When the articles of a document changed, as it claims, else when they were first archived."""
        for one in found.found:
            yield one.lastmod or self.visit.first_archived(canonical_address(one.url, self.source))

    def article(self, response: Response, wanted: WantedPage | None = None) -> Iterator[Request]:
        """An article page came, a new one or one looked at again; the reader reads it from the archive."""
        self._on_their_way -= 1
        came = has_come(response)
        if not came:
            self.visit.report.failed(response.url, f"http-{response.status}")
        if wanted is None:
            pass
        elif not came:
            self.visit.walk.miss(wanted.url, wanted.via, f"http-{response.status}", datetime.now(UTC))
        else:
            self.visit.walk.came(wanted.url, wanted.via)
            if wanted.lastmod:
                self.visit.note_claim(wanted.claim, wanted.lastmod)
        yield from self._more()

    def failed(self, failure: Failure) -> Iterator[Request]:
        """A page did not come; why goes into the report."""
        self._on_their_way -= 1
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        fault = failure.value or RuntimeError("nothing said")
        reason = fault_name(fault)
        self.visit.report.failed(request.url, reason, str(fault))
        if reason == "max-requests":
            self._spent = reason
        if "document" in request.cb_kwargs:
            document: Document = request.cb_kwargs["document"]
            capture: Capture | None = request.meta.get("warkat_capture")
            if reason == "too-large" and capture is not None and document.how.kind in ("feed", "sitemap"):
                self._harvest(document, capture)  # read as a stream, its beginning names articles all the same
            self.visit.report.discovery_failed(document.how, document.url, reason)
            self.visit.walk.document_failed(reason)
        elif "wanted" in request.cb_kwargs:
            wanted: WantedPage = request.cb_kwargs["wanted"]
            self.visit.walk.miss(wanted.url, wanted.via, reason, datetime.now(UTC))
        yield from self._more()
