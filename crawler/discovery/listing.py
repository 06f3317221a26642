"""Links of a listing page."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from cssselect import HTMLTranslator
from lxml import etree

from crawler.discovery.harvest import Harvest, plain_text
from crawler.discovery.paging import pages_of
from crawler.sources.identity import is_article
from crawler.sources.source import Discovery

PAGE_CHARACTERS = 8 * 1024 * 1024
"""A listing page is read up to here: its tree takes a multiple of that in memory."""

WHOLE_ARTICLE = 500
"""Characters of running text that are more than a teaser: a quarter of all articles is shorter."""

_READ_MORE = re.compile(
    r"(?:(?:baca|lihat)\s+)?(?:selengkapnya|selanjutnya|detail|lebih lanjut|lagi)|read more|more|view"
    r"|\W*|\d+|continue reading.*",
    re.IGNORECASE,
)
"""Words of links that say nothing about the article they lead to."""


def read_listing(page: str, how: Discovery, harvest: Harvest) -> str | None:
    """Hand the links of a page to the harvest, and the page it names as its next.

    Args:
        page: the HTML as text.
        how: its ``links`` selects the links, or elements around or inside them; without a ``page`` the page that
            this one leads to as its next is followed.
        harvest: takes the links; gets the page's ``<base>``.

    Returns:
        The problem with the page, or None.
    """
    tree = parsed_page(page, harvest)
    if tree is None:
        return "empty"
    address, harvest.base = harvest.base, _base(tree, harvest.base)
    links = [link for link in tree.iter("a", "area") if link.get("href") is not None]
    if how.links is not None:
        links = _selected(tree, how.links, links)
    titles = _titles(links)
    for link in links:
        harvest.link(link.get("href"), title=titles.get(link.get("href")))
    harvest.without_address(_articles_without_link(tree))
    if how.page is None and not _follow_next(tree, harvest):
        following = pages_of(tree, harvest.base, address, harvest.source).following
        if following:
            harvest.follow(following)
    return None


def parsed_page(page: str, harvest: Harvest) -> Any:
    """The tree of a page, None for an empty one; what was not read of it is counted."""
    if len(page) > PAGE_CHARACTERS:
        harvest.ignored["oversized"] += 1
    # With huge_tree libxml2 goes 2,048 elements deep instead of 256; spoiled office pages pass the latter.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True)
    tree = etree.fromstring(page[:PAGE_CHARACTERS].replace("\0", "").encode("utf-8", "replace"), parser)
    if any("depth" in fault.message for fault in parser.error_log):
        harvest.ignored["too-deep"] += 1
    return tree


def _base(tree: Any, address: str) -> str:
    """The address that links are relative to: the first ``<base href>``, itself relative to the page."""
    for base in tree.iter("base"):
        if base.get("href"):
            return _joined(address, base.get("href"))
    return address


def _selected(tree: Any, selector: str, links: list[Any]) -> list[Any]:
    """Of all links those that the selector means, in document order.

    An element means the links in it; where there are none, the link around it (a card that is one link).
    """
    chosen = set(_xpath(selector)(tree))
    wanted = {link for link in links if link in chosen or any(above in chosen for above in link.iterancestors())}
    for element in chosen:
        around = next(element.iterancestors("a"), None)
        if around is not None:
            wanted.add(around)
    return [link for link in links if link in wanted]


@lru_cache(maxsize=1024)
def _xpath(selector: str) -> Any:
    return etree.XPath(HTMLTranslator().css_to_xpath(selector))


def _titles(links: list[Any]) -> dict[str, str]:
    """The best text for each address: a heading in the link, else the longest text of its links."""
    titles: dict[str, tuple[bool, int, str]] = {}
    for link in links:
        heading = next(link.iter("h1", "h2", "h3", "h4", "h5", "h6"), None)
        text = plain_text(" ".join((link if heading is None else heading).itertext()).replace("<", "&lt;"))
        text = text or plain_text(link.get("title"))
        if text and not _READ_MORE.fullmatch(text):
            rank = (heading is not None, len(text), text)
            titles[link.get("href")] = max(rank, titles.get(link.get("href"), rank), key=lambda entry: entry[:2])
    return {href: text for href, (_, _, text) in titles.items()}


def _articles_without_link(tree: Any) -> int:
    """Texts of article's length below a heading that leads nowhere: a listing that holds whole articles.

    Some sites (malangkota.go.id, pontianak.go.id) print them in full; those whose heading is a link are found by it.
    """
    count = 0
    for heading in tree.iter("h1", "h2", "h3", "h4"):
        if next(heading.iter("a"), None) is not None or next(heading.iterancestors("a"), None) is not None:
            continue
        around = heading.getparent()
        if around is None or len(list(islice(around.iter("h1", "h2", "h3", "h4"), 2))) > 1:
            continue  # not a box of its own
        texts = ["".join(part.itertext()) for part in around.iter("p")]
        leads = any(_READ_MORE.fullmatch(" ".join("".join(a.itertext()).split())) for a in around.iter("a"))
        count += sum(map(len, texts)) >= WHOLE_ARTICLE and not leads
    return count if count >= 2 else 0


def _follow_next(tree: Any, harvest: Harvest) -> bool:
    found = False
    for link in tree.iter("link", "a"):
        address = link.get("href") or ""
        if "next" not in (link.get("rel") or "").lower().split():
            continue
        # Old WordPress themes say "next" of the next article, too.
        if not is_article(_joined(harvest.base, address), harvest.source):
            harvest.follow(address)
            found = True
    return found


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return address
