"""What the probe asks a site for, in which order, and what it keeps of the answers.

::

    home page -> robots.txt (asked by politeness) -> feed -> REST -> sitemap -> listings -> a second page -> articles

Each question follows from the answers before it; nothing is asked twice, and a site costs some fifteen requests.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from archive.capture import Capture, ContentUndecodable, Role
from crawler.discovery import discover
from crawler.discovery.outline import Outline, outline
from crawler.probe.patterns import likely_articles
from crawler.probe.software import Recognised, recognise
from crawler.sources import Discovery, Source
from crawler.sources.identity import canonical_address, on_host
from crawler.sources.platforms import template

SAMPLES = 3
"""Articles that are fetched and read to see whether the definition works."""
FEEDS, SITEMAPS, LISTINGS = 3, 2, 3
"""Addresses of each kind that are tried at most."""

_NEWS = re.compile(
    r"(?:semua |indeks? |arsip |daftar |kumpulan |portal |lihat (?:semua )?)*"
    r"(?:berita|news|artikel|warta|kabar|siaran pers|rilis|informasi)(?: terbaru| terkini| lainnya| daerah| kota)*",
    re.IGNORECASE,
)
_NEWS_PATH = re.compile(
    r"/(?:berita|news|artikel|warta|kabar|siaran-pers|rilis|blog|posts?|indeks_berita|semua-berita|halberita-1\.html"
    r"|category/all|kanal/\w+|(?:kategori|category)/berita[\w-]*)/?$",
    re.IGNORECASE,
)
_SITEMAP_LINE = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_OF_ARTICLES = re.compile(r"post|berita|news|artikel|article", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one question."""

    url: str
    capture: Capture | None = None
    fault: str = ""
    """The name of what went wrong; empty where an answer came, whatever its status."""
    detail: str = ""

    @property
    def came(self) -> bool:
        """Whether the answer is a document."""
        return self.capture is not None and self.capture.status == 200


Ask = Callable[[str, Role], Awaitable[Answer]]
Archived = Callable[[str], Capture | None]
"""The newest capture of an address, asked for by whomever."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place of discovery that works."""

    how: Discovery
    urls: tuple[str, ...]
    """What it names, in its order: articles where it lists nothing else, all links of a listing."""
    texts: tuple[str, ...] = ()
    """For a listing: the text of each link."""
    outline: Outline | None = None


@dataclass(slots=True)
class Seen:
    """What the probe has seen of a site."""

    source: Source
    """The provisional definition that it asked with."""
    home: Answer
    asked: list[Answer] = field(default_factory=list)
    """All questions with their answers, in order."""
    outline: Outline | None = None
    recognised: Recognised = field(default_factory=lambda: Recognised("generic", 0.0, ()))
    robots: Capture | None = None
    places: list[Place] = field(default_factory=list)
    samples: list[Capture] = field(default_factory=list)

    def place(self, kind: str) -> Place | None:
        """The first place of a kind."""
        return next((place for place in self.places if place.how.kind == kind), None)

    def articles(self) -> list[str]:
        """Addresses of articles, newest first: those that a feed or REST names, else those that look like it."""
        for kind in ("feed", "rest"):
            if (place := self.place(kind)) and place.urls:
                return list(place.urls)
        for place in self.places:
            if place.how.kind == "listing":
                found = likely_articles(list(zip(place.urls, place.texts, strict=True)))
                if found:
                    return found
        sitemap = self.place("sitemap")
        return likely_articles([(url, "") for url in sitemap.urls]) if sitemap else []


async def look(ask: Ask, archived: Archived, source: Source) -> Seen:
    """Look at a site."""
    everything = source.model_copy(update={"article": ("^/.",), "not_article": ()})
    looking = _Looking(ask, everything, Seen(source, await ask(source.base_url + "/", "listing")))
    seen = looking.seen
    seen.robots = archived(source.base_url + "/robots.txt")
    if not seen.home.came or seen.home.capture is None:
        return seen
    seen.outline = looking.outlined(seen.home)
    seen.recognised = recognise([seen.home.capture])
    await looking.feeds()
    await looking.rest()
    await looking.sitemaps()
    await looking.listings()
    seen.recognised = recognise([one.capture for one in seen.asked if one.came and one.capture is not None])
    for url in seen.articles()[:SAMPLES]:
        answer = await looking.question(url, "article")
        if answer.capture is not None and answer.came:
            seen.samples.append(answer.capture)
    return seen


class _Looking:
    """The questions, by kind."""

    def __init__(self, ask: Ask, source: Source, seen: Seen) -> None:
        self._ask, self._source, self.seen = ask, source, seen
        self._frame = source.model_copy(update={"article": ("(?!)",)})  # what numbers pages is not known to be none
        seen.asked.append(seen.home)
        self._answers = {seen.home.url: seen.home}

    def outlined(self, answer: Answer) -> Outline | None:
        """The outline of an answer, None where it is no page."""
        return outline(answer.capture, self._frame) if answer.capture is not None and answer.came else None

    async def question(self, url: str, role: Role) -> Answer:
        """Ask, unless that was asked before."""
        if url not in self._answers:
            self._answers[url] = await self._ask(url, role)
            self.seen.asked.append(self._answers[url])
        return self._answers[url]

    async def feeds(self) -> None:
        """The feeds that the home page declares, else those that such sites have."""
        told = list(self.seen.outline.feeds) if self.seen.outline else []
        usual = [how["url"] for how in self._template() if how["kind"] == "feed"]
        for path in dict.fromkeys([*told, *usual, "/feed", "/rss.xml"]):
            url = urljoin(self._source.base_url + "/", path)
            if sum(one.url.endswith(("feed", "feed/", "rss.xml", "rss")) for one in self.seen.asked) >= FEEDS:
                return
            if await self._try("feed", url, "feed"):
                return

    async def rest(self) -> None:
        """The WordPress interface, where anything speaks for it."""
        if self.seen.recognised.platform != "wordpress" and not (self.seen.outline and self.seen.outline.api):
            return
        usual = next(how["url"] for how in template("wordpress")["discovery"] if how["kind"] == "rest")
        plain = "/?rest_route=/wp/v2/posts&" + usual.partition("?")[2]
        for path in (usual, plain):
            if await self._try("rest", self._source.base_url + path, "rest"):
                return

    async def sitemaps(self) -> None:
        """Those that robots.txt names, else the usual one."""
        lines = _SITEMAP_LINE.findall(_text(self.seen.robots)) if self.seen.robots else []
        told = [line for line in lines if on_host(line, self._source)]
        for url in (told or [self._source.base_url + "/sitemap.xml"])[:SITEMAPS]:
            if await self._try("sitemap", url, "sitemap"):
                return

    async def listings(self) -> None:
        """The home page and the pages that it calls its news; of the first with several pages the second, too."""
        found = self.seen.outline
        if found is None:
            return
        scored = [
            (
                2 * bool(_NEWS.fullmatch(link.text.strip())) + 2 * bool(_NEWS_PATH.search(urlsplit(link.url).path)),
                link.url,
            )
            for link in found.links
        ]
        best = sorted({(-score, len(url), url) for score, url in scored if score})
        usual = [self._source.base_url + how["url"] for how in self._template() if how["kind"] == "listing"]
        known = {canonical_address(url, self._source) for _, _, url in best}
        more = [url for url in usual if canonical_address(url, self._source) not in known]
        for url in [*(url for _, _, url in best), *more][:LISTINGS]:
            await self._listing(url)
        await self._listing(self.seen.home.url)

    async def _listing(self, url: str) -> None:
        answer = await self.question(url, "listing")
        found = self.outlined(answer)
        if found is None or not found.links:
            return
        how = Discovery(kind="listing", url=self._short(url))
        if (pages := found.pages.template()) and await self._goes_on(pages, found):
            how = how.model_copy(update={"page": self._short(pages[0]), "start": pages[1], "step": pages[2]})
        place = Place(how, tuple(x.url for x in found.links), tuple(x.text for x in found.links), found)
        self.seen.places.append(place)

    async def _goes_on(self, pages: tuple[str, int, int], first: Outline) -> bool:
        """Whether page 2 brings what page 1 has not; asked of one listing only."""
        if any(place.how.page for place in self.seen.places):
            return False
        answer = await self.question(pages[0].replace("{n}", str(pages[1])), "listing")
        second = self.outlined(answer)
        return second is not None and bool({x.url for x in second.links} - {x.url for x in first.links})

    async def _try(self, kind: str, url: str, role: Role) -> bool:
        """Whether an address is a place of discovery; if so, keep it."""
        answer = await self.question(url, role)
        if answer.capture is None or not answer.came:
            return False
        how = Discovery.model_validate({"kind": kind, "url": self._short(url)})
        found = discover(answer.capture, self._source, how)
        urls = [one.url for one in found.found]
        if kind == "sitemap" and not urls and found.further:
            part = next((url for url in found.further if _OF_ARTICLES.search(url)), found.further[0])
            inner = await self.question(part, role)
            urls = [x.url for x in discover(inner.capture, self._source, how).found] if inner.capture else []
        if found.problem or not urls:
            return False
        self.seen.places.append(Place(how, tuple(urls)))
        return True

    def _template(self) -> list[dict[str, str]]:
        told: list[dict[str, str]] = template(self.seen.recognised.platform).get("discovery", [])
        return told

    def _short(self, url: str) -> str:
        """Without scheme and host where they are the source's own."""
        return url.removeprefix(self._source.base_url) or "/"


def _text(capture: Capture) -> str:
    try:
        return capture.text
    except ContentUndecodable:
        return ""
