"""A WARC file that holds one of everything, made by our writer, and its rows as the catalog has them."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.capture import Capture, Truncation
from archive.catalog.cdxj import index_mime
from archive.catalog.rows import CaptureRow
from archive.warc import Original, WarcWriter, Written, scan

SOURCE = "contoh"
PAGE = "<p>Bupati berkata, “Jum'at libur.”</p>".encode() * 40
BEGIN = datetime(2026, 11, 23, 19, 45, 58, 999999, tzinfo=UTC)
CHUNK_LOOKALIKE = b"5\r\nhello\r\n0\r\n\r\n"
HTML = "Content-Type: text/html; charset=utf-8"


def head(status: str, *lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", *lines, "")).encode()


def make_warc(folder: Path) -> Path:
    """Write the captures below ``folder/contoh`` and say where the file is: still growing, name ending in ``.open``."""
    writer = WarcWriter(folder / SOURCE, SOURCE, {"software": "warkat", "operator": "Uji"})
    originals: dict[str, Original] = {}
    for capture, of in _captures():
        written = writer.append(capture, originals.get(of))
        originals.setdefault(capture.url, _original(capture, written))
    writer.close()
    return next((folder / SOURCE).glob("*.warc.gz.open"))


def _original(capture: Capture, written: Written) -> Original:
    return Original(
        record_id=written.record_id,
        url=capture.url,
        fetched_at=capture.fetched_at,
        payload_digest=capture.payload_digest,
    )


def _captures() -> Iterator[tuple[Capture, str]]:
    """Captures with the address of the one whose payload they repeat, or the empty text."""
    for number, (url, told, body, of, cut) in enumerate(_exchanges()):
        yield (
            Capture(
                url=url,
                fetched_at=BEGIN + timedelta(milliseconds=1300 * number),
                request=f"GET {url.partition('go.id')[2]} HTTP/1.1\r\nHost: contoh.go.id\r\n\r\n".encode(),
                response_head=told,
                body=body,
                role="article",
                ip="203.0.113.7",
                truncated=cut,
            ),
            of,
        )


def _exchanges() -> Iterable[tuple[str, bytes, bytes, str, Truncation | None]]:
    """URL, head, body, URL of the original, truncation."""
    site = "https://contoh.go.id"
    first, second = f"{site}/berita/a", f"{site}/index.php/berita?page=72&id=3"
    chunked, coded = "Transfer-Encoding: chunked", "Content-Encoding: gzip"
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    yield f"{site}/robots.txt", head("200 OK", "Content-Type: text/plain"), b"User-agent: *\n", "", None
    yield first, head("200 OK", HTML, f"Content-Length: {len(PAGE)}"), PAGE, "", None
    yield second, head("200 OK", HTML, coded), gzip.compress(PAGE), "", None
    yield f"{site}/deflate", head("200 OK", HTML, "Content-Encoding: deflate"), zlib.compress(PAGE), "", None
    yield f"{site}/raw", head("200 OK", HTML, "Content-Encoding: deflate"), raw.compress(PAGE) + raw.flush(), "", None
    yield f"{site}/chunked", head("200 OK", HTML, chunked), PAGE, "", None
    yield f"{site}/chunked/gzip", head("200 OK", chunked.lower(), HTML, coded), gzip.compress(PAGE), "", None
    yield f"{site}/looks-chunked", head("200 OK", HTML, chunked), CHUNK_LOOKALIKE, "", None
    yield first, head("200 OK", HTML, "X-Later: 1"), b"", first, None
    yield f"{site}/berita/twin", head("200 OK", HTML), b"", first, None
    yield second, head("200 OK", HTML, coded), b"", second, None
    yield first, head("304 Not Modified", 'ETag: "1"'), b"", first, None
    yield f"{site}/pindah", head("302 Found", f"Location: {first}", "Content-Length: 3"), b"302", "", None
    yield f"{site}/tiada", head("404 Not Found", HTML), b"<p>tiada</p>", "", None
    yield f"{site}/rusak", head("500 Internal Server Error", HTML), b"", "", None
    yield f"{site}/kosong", head("204 No Content"), b"", "", None
    yield f"{site}/tanpa-jenis", head("200 OK"), b"\x00\x01\r\n\r\n\xff", "", None
    yield f"{site}/JENIS.HTML", head("200 Baik Sekali", "content-TYPE: Text/HTML;charset=x"), PAGE, "", None
    yield f"{site}/jenis", head("200 OK", "Content-Type: text/html charset=é"), PAGE, "", None
    yield f"{site}/putus", head("200 OK", HTML, "Content-Length: 90000"), PAGE, "", "disconnect"
    yield f"{site}/pd/page/detail?title=a+b&sid={'0' * 32}", head("200 OK", HTML), PAGE[:-1], "", None
    yield f"{site}/jum%E2%80%99at/%7Euser/?q=%22x%22", head("200 OK", HTML), PAGE[:-2], "", None
    yield "http://www.contoh.go.id:8080//berita/../b/", head("200 OK", HTML), PAGE[:-3], "", None
    yield f"{site}/besar.pdf", head("200 OK", "Content-Type: application/pdf"), bytes(range(256)) * 9000, "", None


def rows_of(path: Path) -> Iterator[CaptureRow]:
    """What the catalog knows of the captures in a file, as far as the index needs it."""
    for exchange in scan(path):
        assert exchange.record_type in ("response", "revisit")
        yield CaptureRow(
            source_id=SOURCE,
            url=exchange.capture.url,
            identity=exchange.capture.url,
            fetched_at=exchange.capture.fetched_at,
            status=exchange.capture.status,
            media_type=index_mime(exchange.capture),
            payload_digest=exchange.payload_digest,
            record_id=exchange.record_id,
            record_type="revisit" if exchange.record_type == "revisit" else "response",
            locator=exchange.locator,
            end=exchange.end,
        )
