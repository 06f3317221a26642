"""One discovery document, of whatever kind, into what it gives; and where its further pages are."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urljoin

from archive.capture import Capture, ContentUndecodable, decode_content, decode_text
from crawler.discovery.declared import read_items
from crawler.discovery.feed import read_feed
from crawler.discovery.harvest import LINK_CAP, SITEMAP_CAP, Discovered, Harvest
from crawler.discovery.listing import read_listing
from crawler.discovery.rest import following_page, read_posts
from crawler.sources.source import Discovery, Source

DOCUMENT_BYTES = 12 * 1024 * 1024
"""A document is read up to here: a full sitemap of 50,000 addresses has half of it."""


def discover(capture: Capture, source: Source, how: Discovery, since: datetime | None = None) -> Discovered:
    """Articles and further documents that a capture names.

    Args:
        capture: the document.
        source: whose articles are wanted.
        how: which of its places the document belongs to.
        since: aware; what claims to have changed last before this is passed over as ``before-window``, whole sitemaps
            of an index too. What claims nothing is kept.

    Never raises for what a site sent: the result's ``problem`` says what is wrong with it.
    """
    cap = SITEMAP_CAP if how.kind == "sitemap" else LINK_CAP
    harvest = Harvest(source, capture.url, cap, capture.fetched_at, since)
    if not 200 <= capture.status < 300:
        return harvest.done("http-status")
    try:
        text = _text(capture, harvest)
    except ContentUndecodable:
        return harvest.done("undecodable")
    if how.kind in ("rest", "json") and "oversized" in harvest.ignored:
        return harvest.done("oversized")  # half a list is no JSON
    if not text.strip("\0 \t\r\n\f"):
        return harvest.done("empty")
    return harvest.done(_read(text, capture, how, harvest))


def next_page(source: Source, how: Discovery, number: int) -> str | None:
    """Absolute address of a further page.

    Args:
        source: whose first host a path belongs to.
        how: the place that has pages.
        number: which page, counted from the document itself as 1, however the site counts: page 2 has
            ``how.start`` in its address, page 3 that plus ``how.step``.

    Returns:
        None where there is no pagination, for page 1, and beyond ``how.max_pages``.
    """
    if how.page is None or not 2 <= number <= how.max_pages:
        return None
    shown = how.start + (number - 2) * how.step
    return urljoin(source.base_url + "/", how.page.replace("{n}", str(shown)))


def _text(capture: Capture, harvest: Harvest) -> str:
    content = capture.content
    if content.startswith(b"\x1f\x8b"):
        # A .xml.gz is gzip as a file, beside what Content-Encoding says; the same limit holds.
        content = decode_content(content, "gzip", whole=capture.truncated is None)
    if len(content) > DOCUMENT_BYTES:
        harvest.ignored["oversized"] += 1
        content = content[:DOCUMENT_BYTES]
    return decode_text(content, capture.header("content-type"))


def _read(text: str, capture: Capture, how: Discovery, harvest: Harvest) -> str | None:
    if how.kind == "listing":
        return read_listing(text, how, harvest)
    if how.kind == "json":
        return read_items(text, how, harvest)
    if how.kind != "rest":
        return read_feed(text, how.kind, harvest)
    problem = read_posts(text, harvest)
    following = following_page(capture.url, capture.header("x-wp-totalpages"), how.max_pages)
    if following and problem is None:
        harvest.follow(following)
    return problem
