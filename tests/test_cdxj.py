"""The CDXJ index: keys and lines as the other tools make them, sorted, whole or not at all."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.capture import Capture, Digest, Locator
from archive.catalog.cdxj import cdxj_line, index_mime, sort_key, sort_lines, write_index
from archive.catalog.rows import CaptureRow
from archive.catalog.surt import surt

KEYS = Path(__file__).with_name("interop") / "surt.jsonl"
ROW = CaptureRow(
    source_id="contoh",
    url="http://x.go.id/a",
    identity="http://x.go.id/a",
    fetched_at=datetime(2026, 11, 23, 1, 2, 4, 999999, tzinfo=UTC),
    status=200,
    media_type="text/html",
    payload_digest=Digest("sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N"),
    record_id="urn:uuid:00000000-0000-4000-8000-000000000000",
    record_type="response",
    locator=Locator("a.warc.gz", 279, 363),
    end=1380,
)


def known_keys() -> dict[str, str]:
    """Addresses and the keys that cdxj-indexer 1.5.0 printed for them; ``make interop`` compares them anew."""
    return dict(json.loads(line) for line in KEYS.read_text(encoding="utf-8").splitlines())


def test_keys_are_those_of_the_indexer() -> None:
    """More than a thousand addresses, those of government sites first, then every quirk that was found."""
    table = known_keys()
    assert len(table) > 1000
    assert [(url, key, surt(url)) for url, key in table.items() if surt(url) != key] == []


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.banyuwangikab.go.id/Berita/?b=2&a=1", "id,go,banyuwangikab)/berita?a=1&b=2"),
        ("https://www2.pontianak.go.id:443//berita?page=72", "id,go,pontianak)/berita?page=72"),
        ("http://x.go.id:8080/?p=3&id=", "id,go,x:8080)/?id=&p=3"),
        ("http://x.go.id/a%2520b?PHPSESSID=0123456789abcdef0123456789abcdef", "id,go,x)/a%20b"),
        ("http://bücher.id/“a”", "id,xn--bcher-kva)/%e2%80%9ca%e2%80%9d"),
        ("http://127.1:8000", "1,0,0,127:8000)/"),
        ("dns:www.x.go.id", "dns:www.x.go.id"),
        ("http://x.go.id:http/A", "http://x.go.id:http/A"),
    ],
)
def test_key(url: str, key: str) -> None:
    """The rules one by one."""
    assert surt(url) == key


def test_key_of_a_hostile_address_takes_no_time() -> None:
    """Nested escapes and repeated session ids stay cheap."""
    assert surt("http://x/%" + "25" * 50_000 + "41") == "x)/a"
    assert surt("http://x/?" + "sid=" * 50_000).startswith("x)/?sid=")
    assert surt("http://x/" + "a/" * 50_000 + "../" * 50_000) == "x)/"


def test_line_of_a_response() -> None:
    """Time cut to seconds, numbers as strings, this order, these blanks."""
    assert cdxj_line(ROW, "contoh/a.warc.gz") == (
        'id,go,x)/a 20261123010204 {"url": "http://x.go.id/a", "mime": "text/html", "status": "200",'
        ' "digest": "sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N", "length": "363", "offset": "279",'
        ' "filename": "contoh/a.warc.gz"}'
    )


def test_line_of_a_revisit() -> None:
    """The media type says what it is; the status is that of the answer."""
    line = cdxj_line(replace(ROW, record_type="revisit", status=304, media_type=""), "a.warc.gz")
    assert '"mime": "warc/revisit", "status": "304", "digest": "sha1:VL2M' in line


def test_line_without_media_type_or_status() -> None:
    """What the answer did not say has no key in the line."""
    line = cdxj_line(replace(ROW, status=0, media_type="", payload_digest=None), "a.warc.gz")
    assert line == (
        'id,go,x)/a 20261123010204 {"url": "http://x.go.id/a", "length": "363", "offset": "279",'
        ' "filename": "a.warc.gz"}'
    )


def test_line_of_an_address_beyond_ascii() -> None:
    """JSON escapes for everything beyond ASCII; a blank becomes %20 as warcio reads it."""
    line = cdxj_line(replace(ROW, url='http://x.go.id/é😀?q=" "'), "a.warc.gz")
    assert line.startswith(
        'id,go,x)/%c3%a9%f0%9f%98%80?q="%20" 20261123010204'
        ' {"url": "http://x.go.id/\\u00e9\\ud83d\\ude00?q=\\"%20\\"", "mime"'
    )


@pytest.mark.parametrize(
    ("header", "mime"),
    [
        (b"Content-Type: text/html; charset=utf-8", "text/html"),
        (b"CONTENT-type:Text/HTML;charset=x", "Text/HTML"),
        (b"Content-Type: text/html charset=x", "text/html"),
        (b"Content-Type: text/html, text/html;charset=x", "text/html,"),
        (b"Content-Type: text/a\r\nContent-Type: text/b", "text/a"),
        (b"Content-Type: ;charset=x", ""),
        (b"Content-Type: text/ht\xe9ml", "text/htéml"),
        ("Content-Type: text/htéml".encode(), "text/htéml"),
        (b"X-Nothing: 1", ""),
    ],
)
def test_media_type_as_written(header: bytes, mime: str) -> None:
    """Up to the first semicolon or blank, in the case that the server used."""
    head = b"HTTP/1.1 200 OK\r\n" + header + b"\r\n\r\n"
    assert index_mime(Capture(url="", fetched_at=ROW.fetched_at, request=b"", response_head=head, body=b"")) == mime


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"))), st.integers(1, 40))
def test_lines_are_sorted_bytewise(lines: list[str], run_bytes: int) -> None:
    """However many runs it takes, the order is that of the UTF-8 bytes, and nothing is lost."""
    assert list(sort_lines(lines, run_bytes)) == sorted(line.encode() + b"\n" for line in lines)


def test_sorting_takes_flat_memory(tmp_path: Path) -> None:
    """Ten megabytes of lines through runs of 256 KiB."""
    lines = (f"{number * 7919 % 100_000:06d}{'x' * 94}" for number in range(100_000))
    tracemalloc.start()
    last = b""
    for line in sort_lines(lines, 256 * 1024, tmp_path):
        assert line > last
        last = line
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000
    assert list(tmp_path.iterdir()) == []


def test_index_is_sorted_and_whole(tmp_path: Path) -> None:
    """Rows in any order; the old index is replaced."""
    path = tmp_path / "indexes" / "index.cdxj"
    rows = [replace(ROW, url=f"http://x.go.id/{name}") for name in ("b", "a", "a/b", "A", "é")]
    assert write_index(path, rows[:1], lambda row: row.locator.filename) == 1
    assert write_index(path, rows, lambda row: f"{row.source_id}/{row.locator.filename}") == 5
    lines = path.read_bytes().splitlines()
    assert lines == sorted(lines)
    assert sorted(line.split(b" ")[0].decode() for line in lines) == sorted(map(sort_key, rows))
    assert b'"filename": "contoh/a.warc.gz"}' in lines[0]
    assert [p.name for p in path.parent.iterdir()] == ["index.cdxj"]


def test_failure_leaves_the_old_index(tmp_path: Path) -> None:
    """A reader never meets half an index."""

    def breaking() -> Iterator[CaptureRow]:
        yield ROW
        raise OSError("broken")

    path = tmp_path / "index.cdxj"
    write_index(path, [ROW], lambda row: row.locator.filename)
    before = path.read_bytes()
    with pytest.raises(OSError, match="broken"):
        write_index(path, breaking(), lambda row: row.locator.filename)
    assert path.read_bytes() == before
