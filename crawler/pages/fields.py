"""The smaller fields of an article: section, tags, authors, subtitle, language, identity.

Each takes the first place that states it: what the page prints by the article goes before what it states for machines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from crawler.sources.identity import canonical_address, is_article, on_host
from crawler.sources.source import Source

from .credits import is_office, read_byline, split_names, writers
from .layout import Layout
from .letters import folded, plain
from .media import web_address
from .nearby import Region
from .structured import Statements
from .survey import Survey
from .tree import Element, text_of
from .trim import Trimmed

_AUTHOR = (
    "[itemprop~='author'] [itemprop~='name']",
    "[itemprop~='author']",
    "a[rel~='author']",
    ".author-name",
    ".post-author",
    ".byline",
    ".penulis",
)
_SECTION = ("a[rel~='category']", "[itemprop~='articleSection']")
_SUBTITLE = (
    "[itemprop~='alternativeHeadline']",
    ".subtitle",
    ".sub-title",
    ".subjudul",
    ".sub_judul",
    ".sub-judul",
    ".sub_judul2",
)
NEAR = 12
"""Elements before and behind the title among which the link to its section may stand."""

_CATEGORY = re.compile(
    r"/(?:[\w-]*kategori|category|categories|kanal|rubrik|topik|section)[/=-]|[?&](?:kategori|cat|kanal|rubrik)="
)
_FIELD_BOX = re.compile(
    r"(?<![\w-])(?:entry|post|article)-(?:footer|meta|tags|info)(?![\w-])|(?:cat|tags)-links|author-(?:bio|box|info)"
)
"""Boxes below a text, no part of it, that name its author, section and tags (twentytwentyone puts all there)."""
_NO_NAME = re.compile(r"(?:view|see|lihat|baca|more)\b.{0,20}\b(?:all|posts?|semua|lain)\b", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)


def _texts(page: Survey, root: Element, selectors: Iterable[str]) -> list[str]:
    """Texts of what the first selector finds outside of dropped boxes."""
    for selector in selectors:
        found = [
            text
            for element in page.index.select(root, selector)
            if _counts(page, element) and 0 < len(text := text_of(element)) <= 200
        ]
        if found:
            return list(dict.fromkeys(found))
    return []


def _counts(page: Survey, element: Element) -> bool:
    """Whether a field stands by the article: in no box that was dropped, unless that box is there for fields."""
    at = page.position.get(element)
    while at is not None and at >= 0:
        if at in page.dropped and not _FIELD_BOX.search(page.naming[at]):
            return False
        at = page.parent[at]
    return True


def find_section(page: Survey, root: Element, layout: Layout, stated: Statements, region: Region) -> str | None:
    """The section or category: as selectors find it, as the page states it, or as a link near the title says."""
    printed = _texts(page, root, (*layout.section, *_SECTION))
    if printed:
        return printed[0]
    named = (stated.article.section if stated.article else "") or stated.first("article:section")
    return named or _linked_section(page, region)


def _linked_section(page: Survey, region: Region) -> str | None:
    """The link to a category that stands nearest to the title: in the breadcrumb, above or below it."""
    if region.title is None:
        return None
    first, final = max(1, region.title - NEAR), min(region.text, region.title + NEAR, len(page.nodes))
    near = sorted(range(first, final), key=lambda at: (abs(at - region.title), at) if region.title else (0, at))
    for at in near:
        link = page.nodes[at]
        if link.tag != "a" or not _CATEGORY.search(link.get("href") or "") or not _counts(page, link):
            continue
        text = text_of(link)
        if 0 < len(text) <= 60:
            return text
    return None


def find_tags(page: Survey, root: Element, layout: Layout, stated: Statements) -> tuple[str, ...]:
    """Tags in the order of the page."""
    tags = _texts(page, root, layout.tags)
    if not tags:
        links = [
            link
            for link in page.index.select(root, "a[rel~='tag']")
            if "category" not in (link.get("rel") or "") and _counts(page, link)
        ]
        tags = [text for link in links if (text := text_of(link))]
    tags = tags or [tag for tag in stated.meta.get("article:tag", ()) if tag]
    if not tags and stated.article:
        pieces = stated.article.keywords
        tags = [plain(tag) for text in pieces for tag in (text.split(",") if len(pieces) == 1 else [text])]
    return with_hashtags(tuple(tags), [])


def with_hashtags(tags: tuple[str, ...], hashtags: list[str]) -> tuple[str, ...]:
    """Tags, each once, with the hashtags of the text behind them."""
    known: dict[str, str] = {}
    for tag in (*tags, *hashtags):
        known.setdefault(folded(tag), tag.strip(" #,"))
    return tuple(tag for tag in known.values() if tag)


def find_authors(page: Survey, root: Element, layout: Layout, stated: Statements) -> tuple[str, ...]:
    """People named as writers; the account ``admin`` is nobody."""
    for names in _author_places(page, root, layout, stated):
        kept = tuple(dict.fromkeys(name for name in names if _is_name(name)))
        if kept:
            return kept
    return ()


def _is_name(text: str) -> bool:
    is_account = text.casefold() in ("admin", "administrator", "super admin", "superadmin", "operator", "webmaster")
    return 1 < len(text) <= 80 and not is_account and not text.startswith("http") and not _NO_NAME.match(text)


def _author_places(page: Survey, root: Element, layout: Layout, stated: Statements) -> Iterator[list[str]]:
    yield [_bare_name(text) for text in _texts(page, root, layout.author)]
    yield list(stated.article.authors) if stated.article else []
    yield [
        name
        for value in (stated.first("author", "article:author", "dc.creator", "parsely-author"),)
        for name in split_names(value)
        if "/" not in value and not is_office(name)
    ]
    yield [_bare_name(text) for text in _texts(page, root, _AUTHOR)]


def named_in(body: Trimmed) -> tuple[str, ...]:
    """Writers that credit lines in the text name."""
    return tuple(dict.fromkeys(writers(body.credits)))


def _bare_name(text: str) -> str:
    return read_byline(text) or re.sub(r"^(?:oleh|by|penulis|author)\s*:?\s+", "", text, flags=re.IGNORECASE)


def find_attribution(body: Trimmed) -> str | None:
    """The source that a text was copied from, as ``Sumber: …`` names it."""
    keys = ("sumber", "sumber berita", "sumber artikel", "source")
    return next((line.raw for line in body.credits if line.key in keys and line.value), None)


def find_subtitle(page: Survey, root: Element, layout: Layout, title: str) -> str | None:
    """The line above or below the title."""
    found = _texts(page, root, (*layout.subtitle, *_SUBTITLE))
    return next((text for text in found if folded(text) != folded(title)), None)


def find_language(stated: Statements, source: Source) -> str | None:
    """The language that the page states, unless it contradicts that of the site (``en-US`` of untouched themes)."""
    own = plain(stated.language or "").replace("_", "-")
    if _LANGUAGE.fullmatch(own) and own.split("-")[0].lower() == source.language.split("-")[0].lower():
        return own
    return source.language


def find_canonical(url: str, stated: Statements, source: Source) -> str:
    """The address that identifies the article: the page's canonical link where it is one of this site's articles."""
    linked = web_address(stated.canonical, url)
    if linked is None or not on_host(linked, source):
        return canonical_address(url, source)
    is_home = urlsplit(linked).path.strip("/") in ("", "index.php", "index.html") and not urlsplit(linked).query
    fits = is_article(linked, source) or not is_article(url, source)
    return canonical_address(url if is_home or not fits else linked, source)


def find_shortlink(url: str, stated: Statements, source: Source) -> str | None:
    """The address by number that WordPress and its like state of a page, as an identity; None for one that is none."""
    linked = web_address(stated.shortlink, url)
    if linked is None or not on_host(linked, source) or not re.search(r"[?&](?:p|id|page_id)=\d+\b", linked):
        return None
    return canonical_address(linked, source)
