"""What a page says of the site around it: its language, its generator, its feeds, its links with their texts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urldefrag, urljoin

from lxml import etree

from archive.capture import Capture, ContentUndecodable
from crawler.discovery.harvest import plain_text
from crawler.discovery.listing import PAGE_CHARACTERS
from crawler.discovery.paging import Pages, pages_of
from crawler.sources.identity import on_host
from crawler.sources.source import Source

LINKS = 3_000
"""Links of a page that are looked at."""

_FEEDS = ("application/rss+xml", "application/atom+xml")


@dataclass(frozen=True, slots=True)
class Link:
    """A link to the same site."""

    url: str
    """Absolute, without the fragment."""
    text: str
    """Plain text, empty for a picture."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A page as the frame of a site."""

    title: str | None
    language: str | None
    """As ``<html lang>`` says."""
    generator: str | None
    feeds: tuple[str, ...]
    """Absolute addresses that the page declares, those of comments left out."""
    api: str | None
    """Root of the WordPress REST interface."""
    links: tuple[Link, ...]
    pages: Pages


def outline(capture: Capture, source: Source) -> Outline | None:
    """The outline of a page; None for what is no page with markup."""
    try:
        text = capture.text
    except ContentUndecodable:
        return None
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True)
    tree = etree.fromstring(text[:PAGE_CHARACTERS].replace("\0", "").encode("utf-8", "replace") or b" ", parser)
    if tree is None:
        return None
    declared = [link for link in tree.iter("link") if link.get("href")]
    titles = [plain_text("".join(title.itertext()).replace("<", "&lt;")) for title in islice(tree.iter("title"), 1)]
    return Outline(
        title=titles[0] if titles else None,
        language=(tree.get("lang") or "").strip() or None,
        generator=_meta(tree, "generator"),
        feeds=tuple(_own_feeds(declared, capture.url, source)),
        api=next(
            (urljoin(capture.url, one.get("href")) for one in declared if "api.w.org" in one.get("rel", "")), None
        ),
        links=tuple(islice(_links(tree, capture.url, source), LINKS)),
        pages=pages_of(tree, capture.url, capture.url, source),
    )


def _meta(tree: Any, name: str) -> str | None:
    return next(
        (
            one.get("content")
            for one in tree.iter("meta")
            if (one.get("name") or "").lower() == name and one.get("content")
        ),
        None,
    )


def _own_feeds(declared: list[Any], address: str, source: Source) -> Any:
    for one in declared:
        url = _joined(address, one.get("href"))
        says = f"{one.get('title') or ''} {url}".lower()
        is_feed = "alternate" in one.get("rel", "").lower() and one.get("type", "").lower() in _FEEDS
        if is_feed and url and on_host(url, source) and "comment" not in says and "komentar" not in says:
            yield url


def _links(tree: Any, address: str, source: Source) -> Any:
    seen: set[tuple[str, str]] = set()
    for base in islice(tree.iter("base"), 1):
        address = _joined(address, base.get("href") or "") or address
    for link in tree.iter("a"):
        href = (link.get("href") or "").strip()
        url = _joined(address, href) if href and not href.startswith(("#", "javascript:", "mailto:", "tel:")) else None
        if url is None or not on_host(url, source):
            continue
        text = plain_text(" ".join(islice(link.itertext(), 200)).replace("<", "&lt;")) or link.get("title") or ""
        if (url, text) not in seen:
            seen.add((url, text))
            yield Link(url, text)


def _joined(base: str, href: str) -> str | None:
    try:
        return urldefrag(urljoin(base, href.strip())).url
    except ValueError:
        return None
