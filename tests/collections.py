"""Small collections made without a crawl: captures go straight into WARC files, the rest is rebuilt from them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.capture import Capture
from archive.collection import Collection, make_collection
from archive.warc import Original, WarcWriter
from crawler.rebuild import rebuild
from crawler.sources import Source
from crawler.sources.load import load_sources
from tests.pages import LAST, LEAD, MORE

BEGIN = datetime(2024, 5, 4, 3, 0, tzinfo=UTC)
SITE = "https://contoh.go.id"
SOURCE = """\
id = "contoh"
name = "Pemerintah Kabupaten Contoh"
level = "regency"
timezone = "WITA"
hosts = ["contoh.go.id", "www.contoh.go.id"]
article = ['^/berita/']

[[discovery]]
kind = "listing"
url = "/berita"
"""


def article_page(title: str, text: str = f"<p>{LEAD}</p><p>{MORE}</p><p>{LAST}</p>") -> bytes:
    return (
        f'<!DOCTYPE html><html lang="id"><head><title>{title}</title></head><body><article><h1>{title}</h1>'
        f"{text}</article></body></html>"
    ).encode()


def exchange(
    path: str, body: bytes, *, minutes: int = 0, status: str = "200 OK", lines: tuple[str, ...] = (),
    kind: str = "text/html; charset=utf-8", site: str = SITE,
) -> Capture:  # fmt: skip
    """One capture of contoh.go.id, some minutes after ``BEGIN``."""
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", f"Content-Type: {kind}", *lines, ""))
    return Capture(
        url=path if "://" in path else site + path,
        fetched_at=BEGIN + timedelta(minutes=minutes),
        request=f"GET {path} HTTP/1.1\r\nHost: contoh.go.id\r\n\r\n".encode(),
        response_head=head.encode(),
        body=body,
        role="article" if "/berita/" in path else "page",
        ip="203.0.113.7",
        tls="verified",
    )


def write_warc(collection: Collection, captures: Iterable[Capture]) -> None:
    """Append captures to the source's WARC file; one with an empty body and status 200 or 304 repeats its address."""
    writer = WarcWriter(collection.archive("contoh"), "contoh", {"software": "warkat", "operator": "Uji"})
    originals: dict[str, Original] = {}
    for capture in captures:
        repeats = originals.get(capture.url) if not capture.body else None
        written = writer.append(capture, repeats)
        made = Original(
            record_id=written.record_id, url=capture.url, fetched_at=capture.fetched_at,
            payload_digest=capture.payload_digest,
        )  # fmt: skip
        originals.setdefault(capture.url, made)
    writer.close()


def made_collection(root: Path, captures: Iterable[Capture], definition: str = SOURCE) -> Collection:
    """A collection with one source, its WARC file, and all that is made from it."""
    collection = make_collection(root, "Koleksi Uji", "Uji")
    (collection.own_sources / "contoh.toml").write_text(definition, encoding="utf-8")
    write_warc(collection, captures)
    rebuild(collection, sources_of(collection))
    return collection


def sources_of(collection: Collection) -> dict[str, Source]:
    return load_sources(collection.own_sources, packaged=False)
