"""The reader for anyone: HTML and an address in, a plain dictionary out.

``read`` is made for captures of a known government's site; here nothing is known but the page. Same code, same answers.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import fields
from typing import Any
from urllib.parse import urlsplit

from archive.capture import Capture
from archive.record import Article, Skip
from crawler.sources.source import ZONES, Discovery, Source

from .profile import Profile
from .reader import read

LEARNT: dict[str, Profile] = {}
"""What ``learn`` made in this process, by host, for ``extract`` alone: ``read`` is given all that it may know."""

MAX_LEARNT = 1000

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
_LANGUAGE = re.compile(r"<html[^>]{0,300}\blang=[\"']?([a-z]{2})\b", re.IGNORECASE)
_LATE = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
_OTHERS = [field.name for field in fields(Article) if field.name not in ("body_text", "published_at", "extractor")]


class _Anywhere(Source):
    """A site of which nothing is known: instants stay in UTC where its address is not Indonesian."""

    @property
    def zone(self) -> dt.timezone:
        is_indonesian = self.hosts[0].partition(":")[0].endswith(".id")
        return dt.timezone(dt.timedelta(hours=ZONES[self.timezone] if is_indonesian else 0))


def extract(
    html: str, url: str, profile: Profile | None = None, *, fetched_at: dt.datetime | None = None
) -> dict[str, Any]:
    """The article on a page.

    Args:
        html: the page, decoded.
        url: its address.
        profile: what ``learn`` made of other pages of the site; None takes what this process learnt last of its host.
        fetched_at: aware instant of the fetch. Without it relative dates (``kemarin``) are not read and future ones
            not refused.

    Returns:
        ``title`` (str or None), ``text`` (paragraphs parted by an empty line, the dateline kept), ``published``
        (ISO 8601 or None), ``authors`` (list of str), the record's other article fields under their own names, and
        ``skipped``: None, or the reason for which the page is no article, the other fields then being empty.
    """
    known = profile or LEARNT.get(host_of(url))
    found = read(capture_of(html, url, fetched_at), source_of(html, url), known, as_printed=True)
    if isinstance(found, Skip):
        return {
            "title": None, "text": "", "published": None, "authors": [], "skipped": f"{found.reason}: {found.detail}",
        }  # fmt: skip
    told = {name: _plain(getattr(found, name)) for name in _OTHERS}
    return {**told, "text": found.body_text, "published": found.published_at, "skipped": None}


def capture_of(html: str, url: str, fetched_at: dt.datetime | None = None) -> Capture:
    """A page of which only text and address are known, as if it had been fetched."""
    return Capture(
        url=url, fetched_at=fetched_at or _LATE, request=b"", response_head=_HEAD,
        body=html.encode("utf-8", "replace"),
    )  # fmt: skip


def source_of(html: str, url: str) -> Source:
    """A source for a page of which nothing is known."""
    host = host_of(url)
    stated = _LANGUAGE.search(html[:5000])
    return _Anywhere(
        id="page", name=host or "page", level="other", timezone="WIB", hosts=(host or "page.invalid",),
        language=stated[1].lower() if stated else "id",
        discovery=(Discovery(kind="listing", url="/"),), article=("",),
    )  # fmt: skip


def host_of(url: str) -> str:
    """Host and port of an address; empty where it has none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.model_dump() if hasattr(value, "model_dump") else value
