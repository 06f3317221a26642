"""Entries of feeds (RSS 0.9 to 2, Atom) and sitemaps (urlset, index, news, plain text).

One reader serves both, by the document's root element and not by its declared kind: sites give feeds
as sitemaps, which the sitemap protocol allows, and swap one for the other in a relaunch.

The text is read as a stream, so that neither a large nor a hostile document fills the memory. Entities of
a document's own never expand, because no reference to one is left when the parser gets the text.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from crawler.discovery.harvest import Harvest

ELEMENTS = 1_000_000
"""Elements read of one document: several times those of a full sitemap with pictures."""

_ROOTS = {"rss", "RDF", "feed", "channel", "urlset", "sitemapindex"}
_START = re.compile(r"<(?:\?xml\b|!DOCTYPE\b|rss\b|feed\b|rdf:RDF\b|urlset\b|sitemapindex\b|html\b)", re.IGNORECASE)
_HTML = re.compile(r"<html\b|<!DOCTYPE\s+html\b", re.IGNORECASE)
_DECLARATION = re.compile(r"<\?xml\b[^>]{0,200}\?>", re.IGNORECASE)
_LOOSE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
_SEARCHED = 4096
"""Characters at the start in which the document may begin: PHP warnings stand before it."""


def read_feed(text: str, kind: str, harvest: Harvest) -> str | None:
    """Hand the entries of a feed or sitemap to the harvest.

    Args:
        text: the document as text.
        kind: ``feed`` or ``sitemap``, for the name of the problem.
        harvest: takes the entries.

    Returns:
        The problem with the document, or None.
    """
    if re.match(r"\s*https?://", text):
        # The plain form of the sitemap protocol: one address a line.
        for line in text.split():
            harvest.link(line)
        return None
    start = _START.search(text[:_SEARCHED])
    stream = _elements(text[start.start() :] if start else text, harvest)
    _, root = next(stream, (None, None))
    if _name(root) in _ROOTS:
        _read_entries(stream, harvest)
        return None
    if _HTML.search(text[:_SEARCHED]):
        return f"html-instead-of-{kind}"
    return "not-xml" if root is None else "not-a-feed"


def _elements(text: str, harvest: Harvest) -> Iterator[tuple[str, Any]]:
    """Start and end of each element; what is no XML ends the stream early."""
    text = _DECLARATION.sub("", text, count=1).lstrip().translate(_CONTROLS)
    # A loose "&" as in ?p=3&id=42 would cost the parser the parameter, and HTML's names are none of XML's.
    # Inside CDATA this escapes once too often; the readers of texts and addresses undo that.
    text = _LOOSE_AMPERSAND.sub("&amp;", text)
    events = etree.iterparse(
        io.BytesIO(text.encode("utf-8", "replace")),
        events=("start", "end"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        for number, event in enumerate(events):
            if number > 2 * ELEMENTS:
                harvest.ignored["oversized"] += 1
                return
            yield event
    except etree.XMLSyntaxError:
        return


def _read_entries(stream: Iterator[tuple[str, Any]], harvest: Harvest) -> None:
    inside: Any = None
    for event, element in stream:
        name = _name(element)
        if event == "start":
            inside = element if inside is None and name in _READERS else inside
        elif element is inside:
            _READERS[name](element, harvest)
            inside = None
            _forget(element)
        elif inside is None:
            if name == "link" and element.get("rel") == "next" and element.get("href"):
                harvest.follow(element.get("href"))
            _forget(element)


def _forget(element: Any) -> None:
    """Free an element and those before it, else a stream grows into a tree."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _read_item(item: Any, harvest: Harvest) -> None:
    """An ``item`` of RSS: ``link``, else a ``guid`` that is an address, else the ``rdf:about`` of RSS 1.0."""
    texts = _texts(item)
    about = item.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about", "")
    address = texts.get("link") or _permalink(item) or about.strip() or _atom_link(item)
    claims = [texts.get(name) for name in ("updated", "modified", "pubDate", "date")]
    harvest.link(address or "", claims, texts.get("title"))


def _permalink(item: Any) -> str | None:
    for child in item:
        text = (child.text or "").strip()
        if _name(child) == "guid" and child.get("isPermaLink", "true").lower() != "false" and text.startswith("http"):
            return text
    return None


def _read_entry(entry: Any, harvest: Harvest) -> None:
    """An ``entry`` of Atom (RFC 4287 section 4.1.2)."""
    texts = _texts(entry)
    claims = (texts.get("updated"), texts.get("published"))
    harvest.link(_atom_link(entry) or "", claims, texts.get("title"))


def _atom_link(entry: Any) -> str | None:
    """The address of the page: ``rel`` is ``alternate`` or left out, HTML before other types."""
    links = [child for child in entry if _name(child) == "link" and child.get("rel", "alternate") == "alternate"]
    links.sort(key=lambda link: "html" not in link.get("type", "html"))
    return next((link.get("href") for link in links if link.get("href")), None)


def _read_url(url: Any, harvest: Harvest) -> None:
    """A ``url`` of a sitemap, with or without the ``news`` that search engines ask for."""
    texts = _texts(url)
    news = next((_texts(child) for child in url if _name(child) == "news"), {})
    claims = (texts.get("lastmod"), news.get("publication_date"))
    harvest.link(texts.get("loc", ""), claims, news.get("title"))


def _read_sitemap(sitemap: Any, harvest: Harvest) -> None:
    texts = _texts(sitemap)
    harvest.follow(texts.get("loc", ""), (texts.get("lastmod"),))


_READERS: dict[str, Callable[[Any, Harvest], None]] = {
    "item": _read_item,
    "entry": _read_entry,
    "url": _read_url,
    "sitemap": _read_sitemap,
}


def _texts(element: Any) -> dict[str, str]:
    """Texts of an element's children by local name, the first of each name that has one."""
    texts: dict[str, str] = {}
    for child in element:
        text = "".join(child.itertext()).strip()
        if text:
            texts.setdefault(_name(child), text)
    return texts


def _name(element: Any) -> str:
    """Local name of an element; spoiled feeds leave out the namespace or get it wrong."""
    tag = element.tag if element is not None else None
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""
