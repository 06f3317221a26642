"""All channels of discovery in one crawl: every article once, every trap and every broken document by its name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.collection import make_collection, open_collection
from archive.record import from_line
from crawler.process import crawl
from crawler.run import Run
from crawler.sources.load import Sources
from tests.little_sites import TITLES, html, paragraphs, slug
from tests.servers import RawServer

SOURCE = """\
id = "contohkab"
name = "Pemerintah Kabupaten Contoh"
level = "regency"
timezone = "WIB"
hosts = ["127.0.0.1:{port}"]
scheme = "http"
article = ['^/berita/(?P<id>\\d+)/.+$', '^/berita/\\d{{4}}/.*', '^/berita/[^/]*$']

[politeness]
delay_s = 0

[[discovery]]
kind = "json"
url = "/api/berita"
items = "data"
address = "/berita/{{id}}/{{slug}}"
changed = "tanggal"

[[discovery]]
kind = "listing"
url = "/kabar"
max_pages = 3

[[discovery]]
kind = "sitemap"
url = "/besar.xml"

[[discovery]]
kind = "sitemap"
url = "/bom.xml"

[[discovery]]
kind = "feed"
url = "/feed"
"""
TOKEN = "a1b2c3d4e5f6a7b8c9d0e1f2"
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "xxxxxxxxxx">'
    + "".join(f'<!ENTITY {two} "{f"&{one};" * 10}">' for one, two in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><urlset><url><loc>&i;</loc></url><url><loc>/berita/2/dari-bom</loc></url></urlset>"
)


class Site(RawServer):
    """One article for each channel, and what sites do wrong."""

    def __init__(self) -> None:
        super().__init__(self._answer)

    def _answer(self, request: bytes) -> bytes | Iterator[bytes]:
        path = request.split(b" ")[1].decode()
        if path == "/besar.xml":
            return self._endless()
        kind, body = self._page(path)
        status = "200 OK" if body else "404 Not Found"
        data = body.encode()
        return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data

    @staticmethod
    def _endless() -> Iterator[bytes]:
        """A sitemap that never ends."""
        yield b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n\r\n"
        yield b"<urlset><url><loc>/berita/3/dari-peta</loc></url>"
        while True:
            yield b"<url><loc>/halaman</loc></url>" * 500

    def _page(self, path: str) -> tuple[str, str]:
        if path == "/api/berita":
            item = {"id": 1, "slug": slug(TITLES[0]), "tanggal": "31 Januari 2026"}
            return "application/json", json.dumps(
                {"data": [item, {"id": 9, "slug": "x", "tanggal": "31 Januari 2999"}]}
            )
        if path == "/bom.xml":
            return "application/xml", BOMB
        if path == "/feed":
            return "text/html", html("<p>Situs dalam perbaikan</p>")
        if path.startswith("/kabar"):
            number = int(path.partition("hal=")[2] or 1)
            links = f'<a href="/berita/{10 + number}/halaman">x</a><a href="/kabar?hal={number + 1}">Selanjutnya</a>'
            if number == 1:
                links += "".join(f'<a href="/berita/20/sama?k={TOKEN}{n}">x</a>' for n in range(5))
                links += '<a href="/berita/2049/05/01">1</a><a href="/berita/5/a/a/a/b">x</a>'
            return "text/html", html(links)
        if path.startswith("/berita/"):
            title = f"{TITLES[len(path) % 5]} {path.split('/')[2]}"
            return "text/html", html(f"<article><h1>{title}</h1><p>31 Januari 2026</p>{paragraphs(title)}</article>")
        return "text/plain", ""


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], list[str], list[str]]:
    root = tmp_path_factory.mktemp("channels") / "c"
    with Site() as site:
        made = make_collection(root, title="Uji", contact="mailto:uji@contoh.go.id")
        toml = Path(root / "collection.toml")
        toml.write_text(toml.read_text(encoding="utf-8").replace("allow = []", f'allow = ["127.0.0.1:{site.port}"]'))
        (made.own_sources / "contohkab.toml").write_text(SOURCE.format(port=site.port), encoding="utf-8")
        collection = open_collection(root)
        source = Sources(collection.own_sources, packaged=False)["contohkab"]
        run = Run.enter(collection)
        crawl(run, [source], settings={"DOWNLOAD_MAXSIZE": 300_000, "WARKAT_BACKOFF_BASE_S": 0.05})
        asked = [request.split(b" ")[1].decode() for request in site.requests]
    lines = [line for path in root.glob("records/*/*.jsonl") for line in path.read_text().splitlines()]
    return (
        run.as_json()["sources"][0],
        [from_line(line).canonical_url.partition("/berita/")[2] for line in lines],
        asked,
    )


def test_every_channel_gives_its_articles_once(crawled: tuple[dict[str, Any], list[str], list[str]]) -> None:
    """JSON, listing pages, the beginning of an endless sitemap and what stands behind a bomb."""
    _, records, asked = crawled
    numbers = sorted(int(one.partition("/")[0]) for one in records)
    assert numbers == [1, 2, 3, 9, 11, 12, 13, 20]
    assert [path for path in asked if path.startswith("/kabar")] == ["/kabar", "/kabar?hal=2", "/kabar?hal=3"]


def test_traps_end_by_their_budgets_and_are_named(crawled: tuple[dict[str, Any], list[str], list[str]]) -> None:
    """Sessions, calendars, growing paths and pagination without end stand in the report."""
    report, _, asked = crawled
    assert report["traps"] == {"calendar": 1, "growing-path": 1, "session-id": 4, "endless-pagination": 1}
    assert [path for path in asked if "sama" in path] == [f"/berita/20/sama?k={TOKEN}0"]
    assert report["outcome"] == "fine"


def test_broken_documents_are_named(crawled: tuple[dict[str, Any], list[str], list[str]]) -> None:
    """A page in place of a feed, a document without end, a date in the year 2999."""
    report, _, _ = crawled
    ways = {way["url"].rpartition("/")[2]: way for way in report["discovery"]}
    assert ways["feed"]["problems"] == {"html-instead-of-feed": 1}
    assert ways["besar.xml"]["problems"] == {"too-large": 1}
    assert ways["besar.xml"]["articles"] == 1
    assert ways["berita"]["ignored"] == {"broken-date": 1}
