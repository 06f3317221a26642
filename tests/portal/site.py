"""The portal without a socket: a path and the state of the site in, an ``Answer`` out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import parse_qs

from . import channels, media, pages_other
from .articles import Article, all_articles, articles_at, slugify
from .bodies import document_path, picture_path
from .channels import LAUNCHED
from .extras import ADMIN, EXTRAS, STATIC, Entry, Extra, aliases, entry_of, listing
from .pages_new import SECTIONS, new_article, new_listing, new_page
from .pages_old import old_article, old_listing

STYLE = Path(__file__).parent / "style.css"
PER_PAGE = 10
HTML = "text/html; charset=utf-8"
FAILURES = 2
"""How often the flapping page fails before it works."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server is to say; the server adds coding, framing and the answer to conditions."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    etag: str | None = None
    """Entity tag with its quotes, for channels only."""
    last_modified: datetime | None = None
    slow: bool = False
    chunked: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """What an answer depends on besides the path."""

    base: str
    """Scheme and host of the portal's addresses, without a slash at the end."""
    visit: int
    crawl_delay: float | None
    count: Callable[[str], int]
    """How many times this name has been counted in this server run, the present one included."""


def answer(path: str, query: str, state: State) -> Answer:
    """The portal's answer to a GET of this path and query."""
    return Site(state).answer(path, query)


@dataclass(frozen=True)
class Site:
    """One state of the portal."""

    state: State

    def answer(self, path: str, query: str) -> Answer:
        """The answer to a GET."""
        for found in (self._channel, self._file, self._article, self._extra, self._page):
            made = found(path)
            if made is not None:
                return made
        return self._listing(path, query) or self._html(pages_other.not_found_page(self.state.visit), status=404)

    @staticmethod
    def _html(text: str, *, status: int = 200) -> Answer:
        return Answer(status, HTML, text.encode())

    def _channel(self, path: str) -> Answer | None:
        """Feed, sitemaps and robots.txt: the only answers with validators."""
        state, xml = self.state, "application/xml; charset=utf-8"
        changed = channels.changed_at(state.visit)
        made: dict[str, Callable[[], tuple[str, str, datetime]]] = {
            "/feed": lambda: (channels.feed(state.base, state.visit), "application/rss+xml; charset=utf-8", changed),
            "/sitemap.xml": lambda: (channels.sitemap_index(state.base, state.visit), xml, changed),
            "/sitemap-berita.xml": lambda: (channels.article_sitemap(state.base, state.visit), xml, changed),
            "/sitemap-halaman.xml": lambda: (channels.static_sitemap(state.base), xml, LAUNCHED),
            "/robots.txt": lambda: (channels.robots(state.base, state.crawl_delay), "text/plain", LAUNCHED),
        }
        if path not in made:
            return None
        text, kind, when = made[path]()
        body = text.encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        return Answer(200, kind, body, etag=tag, last_modified=when)

    def _file(self, path: str) -> Answer | None:
        """Style sheet, drawings, pictures and documents."""
        if path == "/style.css":
            return Answer(200, "text/css; charset=utf-8", STYLE.read_bytes())
        if path in media.DRAWINGS:
            return Answer(200, "image/svg+xml", media.DRAWINGS[path].encode())
        for article in all_articles():
            if path in (picture_path(article.key), picture_path(article.key, inside=True)):
                return Answer(200, "image/png", media.picture(path))
            if path == document_path(article.key) and article.attachment:
                return Answer(200, "application/pdf", media.document(article.attachment))
        return None

    def _article(self, path: str) -> Answer | None:
        """An article's page, or the redirect to it."""
        moved = aliases().get(path)
        if moved is not None:
            target = self.state.base + moved.path
            return Answer(301, HTML, b"", (("Location", target),))
        article = self._by_path.get(path)
        if article is None:
            return None
        if article.serve == "flapping" and self.state.count(f"failure {article.key}") <= FAILURES:
            return self._html(pages_other.server_error_page(), status=500)
        return self._served(article)

    def _served(self, article: Article) -> Answer:
        state = self.state
        if article.is_old:
            text = old_article(article, state.visit, self._views(article))
        else:
            text = new_article(article, state.visit, state.base)
        # A browser takes the label iso-8859-1 for windows-1252 (WHATWG Encoding, 4.2), and sites rely on that.
        label = {"cp1252": "windows-1252", "latin1": "ISO-8859-1"}.get(article.serve, "utf-8")
        codec = "utf-8" if label == "utf-8" else "cp1252"
        body = text.encode(codec, "xmlcharrefreplace")
        slow, chunked = article.serve == "slow", article.serve == "chunked"
        return Answer(200, f"text/html; charset={label}", body, slow=slow, chunked=chunked)

    def _views(self, article: Article) -> int:
        return 40 + sum(article.key.encode()) % 900 + self.state.count(f"view {article.key}")

    @cached_property
    def _by_path(self) -> dict[str, Article]:
        return {article.path: article for article in articles_at(self.state.visit)}

    def _extra(self, path: str) -> Answer | None:
        """Listed addresses that are no articles."""
        extra = next((extra for extra in EXTRAS if extra.path == path), None)
        return None if extra is None else self._troubled(extra)

    def _troubled(self, extra: Extra) -> Answer:
        if extra.absent == "server-error":
            return self._html(pages_other.server_error_page(), status=500)
        if extra.absent == "soft-error":
            return self._html(pages_other.soft_error_page(extra.title))
        if extra.absent is None:
            return self._html(pages_other.spam_page(self.state.base, extra.path))
        if extra.absent == "robots-disallowed":
            return self._html(pages_other.internal_page(extra))
        return self._html(pages_other.not_found_page(self.state.visit), status=404)

    def _page(self, path: str) -> Answer | None:
        """Home, static pages and the forbidden login."""
        visit = self.state.visit
        if path == "/":
            return self._html(pages_other.home_page(listing(visit)[:8], visit))
        if path in STATIC:
            return self._html(pages_other.static_page(path, STATIC[path], visit))
        if path == ADMIN:
            form = "<h1>Masuk Pengelola</h1><form><input name='nama'><input type='password'></form>"
            return self._html(new_page("Masuk Pengelola", "", form, visit=visit))
        return None

    def _listing(self, path: str, query: str) -> Answer | None:
        """All listings; a page number beyond the end is an empty list, as such sites have it."""
        visit, articles = self.state.visit, articles_at(self.state.visit)
        if path == "/berita":
            shown, pager = _page_of(listing(visit), _page_number(query), "/berita?page={}")
            return self._html(new_listing("Semua Berita", shown, pager, visit))
        if found := re.fullmatch(r"/halberita-(\d{1,6})\.html", path):
            olds = [entry_of(article) for article in articles if article.is_old]
            shown, pager = _page_of(olds, int(found[1]), "halberita-{}.html")
            return self._html(old_listing("Arsip Berita", shown, pager))
        if found := re.fullmatch(r"/kategori-([a-z-]+)\.html", path):
            olds = [entry_of(a) for a in articles if a.is_old and slugify(a.section) == found[1]]
            return self._html(old_listing(found[1].title(), olds, "")) if olds else None
        if found := re.fullmatch(r"/berita/kanal/([a-z-]+)|/tag/([a-z0-9-]+)", path):
            chosen = [a for a in articles if not a.is_old and _is_under(a, *found.groups())]
            entries = [entry_of(article) for article in chosen]
            is_known = entries or found[1] in map(slugify, SECTIONS)
            heading = found[0].rpartition("/")[2].title()
            return self._html(new_listing(heading, entries, "", visit)) if is_known else None
        return None


def _is_under(article: Article, section: str | None, tag: str | None) -> bool:
    return slugify(article.section) == section or tag in {slugify(name) for name in article.tags}


def _page_number(query: str) -> int:
    given = parse_qs(query).get("page", ["1"])[0]
    return max(1, int(given)) if given.isdecimal() and len(given) < 7 else 1


def _page_of(entries: list[Entry], number: int, pattern: str) -> tuple[list[Entry], str]:
    """One page of entries, and the links to its neighbours."""
    last = -(-len(entries) // PER_PAGE)
    links = [f'<a href="{pattern.format(n)}">{n}</a>' for n in range(1, last + 1)]
    before = [f'<a href="{pattern.format(number - 1)}" rel="prev">Sebelumnya</a>'] if 1 < number <= last + 1 else []
    after = [f'<a href="{pattern.format(number + 1)}" rel="next">Berikutnya</a>'] if number < last else []
    pager = f'<div class="halaman">{" ".join([*before, *links, *after])}</div>'
    return entries[(number - 1) * PER_PAGE : number * PER_PAGE], pager
