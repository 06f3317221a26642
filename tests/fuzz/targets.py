"""The parsers, each as a function of bytes, and good input to begin with."""

# ruff: noqa: E501 - lists of words read better in few lines

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from archive.capture import Capture, ContentUndecodable
from archive.record import RecordInvalid, from_line
from archive.warc import ArchiveDamaged, heal, scan
from archive.warc.records import encode_exchange, encode_warcinfo
from archive.warc.verify import verify_file
from crawler.discovery import discover
from crawler.pages import read
from crawler.pages.dates import find_dates, read_date
from crawler.politeness.pauses import retry_after_seconds
from crawler.politeness.rules import redirect_target, robots_verdict
from crawler.redirects import page_target
from crawler.sources import Discovery, Source
from crawler.sources.identity import canonical_address
from tests.hostile.site import good_articles, news
from tests.records import record

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WIB = timezone(timedelta(hours=7))
HOW = {
    kind: Discovery.model_validate({"kind": kind, "url": f"/{kind}"}) for kind in ("listing", "feed", "sitemap", "rest")
}
SOURCE = Source.model_validate(
    {"id": "contoh", "name": "Kabupaten Contoh", "level": "regency", "timezone": "WIB", "hosts": ["contoh.go.id"],
     "discovery": [{"kind": "listing", "url": "/berita"}], "article": ["^/berita/", "^/[0-9]+/"]}
)  # fmt: skip
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Target:
    """One parser."""

    run: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    tokens: tuple[bytes, ...] = ()
    """Words of its language, put in here and there."""


def capture(body: bytes, head: bytes = HEAD, **more: Any) -> Capture:
    return Capture(
        url="https://contoh.go.id/berita/a",
        fetched_at=NOW,
        request=b"GET / HTTP/1.1\r\n\r\n",
        response_head=head,
        body=body,
        **more,
    )


def head(data: bytes) -> None:
    """The head of a response, and the body as the head says it is coded."""
    first, _, body = data.partition(b"\r\n\r\n")
    one = capture(body, first + b"\r\n\r\n")
    _ = one.status, one.headers, one.media_type, one.header("content-type"), one.header("set-cookie")
    try:
        _ = one.content, one.text
    except ContentUndecodable:
        return


def warc(data: bytes) -> None:
    """A WARC file, anyone's: read, verified, healed and read again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "contoh-20261123194518-00000-a4f37b26.warc.gz.open"
        path.write_bytes(data)
        try:
            for exchange in scan(path):
                _ = exchange.capture.status
        except ArchiveDamaged:
            pass
        verify_file(path)
        try:
            heal(path, 0, Path(folder) / "aside")
        except ArchiveDamaged:
            return
        if path.exists():
            list(scan(path))  # what was healed is whole


def dates(data: bytes) -> None:
    """A date as a page prints it, and dates in running text."""
    text = data.decode("utf-8", "replace")
    read_date(text[:500], zone=WIB, fetched_at=NOW)
    find_dates(text, zone=WIB, fetched_at=NOW)


def discovery(kind: str) -> Callable[[bytes], object]:
    """A document that lists articles."""
    return lambda data: discover(capture(data), SOURCE, HOW[kind])


def page(data: bytes) -> None:
    """A page: the reader, its cleaner, and where it says that it leads."""
    read(capture(data), SOURCE)
    page_target(capture(data))


def robots(data: bytes) -> None:
    """A robots.txt, a Retry-After and a Location."""
    rules = robots_verdict(200, data)
    _ = rules.refuses("https://contoh.go.id/berita/a?b=c"), rules.delay_s
    line = data[:300].decode("latin-1")
    retry_after_seconds(line, NOW)
    target = redirect_target("https://contoh.go.id/berita/a", 302, line)
    canonical_address(target or "https://contoh.go.id/" + line, SOURCE)


def lines(data: bytes) -> None:
    """A line of a record file."""
    try:
        from_line(data.decode("utf-8", "replace"))
    except RecordInvalid:
        return


def _warc_seeds() -> Iterable[bytes]:
    info, name = encode_warcinfo("contoh-20261123194518-00000-a4f37b26.warc.gz", {"software": "warkat uji" * 9}, NOW)
    some = [capture(news(f"Kabar {n}").encode()) for n in range(3)]
    whole = info + b"".join(encode_exchange(one, name).data for one in some)
    return (whole, whole[: len(whole) // 2])


RSS = b"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Berita</title><item><title>A &amp; B
</title><link>https://contoh.go.id/berita/a</link><pubDate>Mon, 23 Nov 2026 08:00:00 +0700</pubDate></item></channel>
</rss>"""
ATOM = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry><link rel="alternate" href="/berita/b"/>
<updated>2026-11-23T08:00:00Z</updated><title type="html">B</title></entry></feed>"""
MAP = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://contoh.go.id/
berita/c</loc><lastmod>2026-11-23</lastmod></url></urlset>"""
INDEX = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>https://contoh.go.id/s.xml
</loc><lastmod>2026-11-23T00:00:00+07:00</lastmod></sitemap></sitemapindex>"""
POSTS = b'[{"link": "https://contoh.go.id/berita/d", "date_gmt": "2026-11-23T01:00:00", "title": {"rendered": "D"}}]'
LIST = b"<html><base href='/x/'><ul><li><a href='/berita/a'>A</a> <a rel=next href='?page=2'>2</a></ul></html>"
XML = (
    b"<![CDATA[",
    b"]]>",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"&b;",
    b"<item>",
    b"</item>",
    b"xmlns=''",
    b"\x00",
    b"<?x?>",
)
HTML = (
    b"<div>", b"</div>", b"<table><tr><td>", b"<p", b"<!--", b"-->", b"<script>", b"</script>", b"&#x110000;", b"<a href=",
    b"<svg><style>", b"<template>", b"<meta http-equiv=refresh content='0;url=", b"<base href=", b"<h1>", b"\x00", b"\xff\xfe",
    b"<script type='application/ld+json'>", b"{\"@type\": \"NewsArticle\", ", b"<time datetime=", b"<b><i><u>",
)  # fmt: skip
WHEN = (
    b"Senin",
    b"Jum'at",
    b"Nopember",
    b"Agustus",
    b"2026",
    b"31",
    b"00:60",
    b"WIB",
    b"/",
    b"-",
    b"pukul",
    b"yang lalu",
    b"99999999999",
)
TARGETS: dict[str, Target] = {
    "head": Target(head, (HEAD + b"<p>isi</p>", b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, deflate\r\n\r\n\x1f\x8b\x08"),
                   (b"Content-Encoding: ", b"gzip", b"br", b"zstd", b"charset=", b"\r\n", b":", b"HTTP/", b"utf-7")),
    "warc": Target(warc, tuple(_warc_seeds()), (b"\x1f\x8b\x08\0\0\0\0\0\0\x03", b"WARC/1.1\r\n", b"Content-Length: 9")),
    "dates": Target(dates, (b"Selasa, 27 Maret 2018 10:00 WIB", b"Jum'at, 3 Nopember 2023 | 08.15", b"2 hari yang lalu",
                            b"2024-03-05T10:00:00+07:00", b"05/03/2024 - 17:30 WITA"), WHEN),
    "feed": Target(discovery("feed"), (RSS, ATOM), XML),
    "sitemap": Target(discovery("sitemap"), (MAP, INDEX), XML),
    "rest": Target(discovery("rest"), (POSTS,), (b"[", b"]", b"{", b"}", b"null", b"1e999", b"\\u0000", b"\\ud800")),
    "listing": Target(discovery("listing"), (LIST,), HTML),
    "page": Target(page, (news("Panen").encode(), good_articles()[0][2].encode()), HTML + WHEN),
    "robots": Target(robots, (b"User-agent: *\nDisallow: /a\nCrawl-delay: 3\nSitemap: /s.xml\n", b"120", b"/b?c",
                              b"Wed, 21 Oct 2099 07:28:00 GMT"),
                     (b"User-agent: warkat\n", b"Disallow: ", b"*", b"$", b"Request-rate: 1/0", b"Crawl-delay: 1e400", b"%zz")),
    "lines": Target(lines, (record().model_dump_json().encode(),), (b"null", b"[]", b"{", b"\\ud800", b"1e999", b"NaN")),
}  # fmt: skip
