"""A bare client for the portal's own tests: one connection a request, nothing followed, nothing decoded."""

from __future__ import annotations

import http.client
import re
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup

from .expected import expected


class Reply(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        # Python's latin-1 is not what the label means on the web (WHATWG Encoding, 4.2).
        label = (self.headers.get_content_charset() or "utf-8").replace("iso-8859-1", "windows-1252")
        return self.body.decode(label)


def fetch(url: str, method: str = "GET", **headers: str) -> Reply:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, f"{parts.path}?{parts.query}" if parts.query else parts.path, headers=named)
        response = connection.getresponse()
        return Reply(response.status, response.headers, response.read())
    finally:
        connection.close()


def plain(markup: str) -> str:
    """The text of a page without zero-width characters, each run of white space one blank."""
    text = BeautifulSoup(markup, "lxml").get_text()
    return " ".join(re.sub("[\u00ad\u200b]", "", text).split())


def links(url: str, selector: str) -> list[str]:
    soup = BeautifulSoup(fetch(url).text, "lxml")
    return [urljoin(url, str(anchor["href"])) for anchor in soup.select(selector)]


def listed(base: str) -> list[str]:
    """All that the listing links to, page by page until an empty one."""
    found: list[str] = []
    for number in range(1, 20):
        items = links(f"{base}/berita?page={number}", "a:has(> .ng-wrp-item)")
        if not items:
            return found
        found += items
    raise AssertionError("the listing has no end")


def pages_by_key(base: str) -> dict[str, str]:
    """Every expected article's page; the flapping one is asked until it works."""
    pages = {}
    for article in expected(base):
        replies = (fetch(article.url) for _ in range(3))
        pages[article.key] = next(reply.text for reply in replies if reply.status == 200)
    return pages
