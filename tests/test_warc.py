"""WARC files: what is written is read back, rotates, survives a torn end and a full disk."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from archive.capture import Capture
from archive.warc import ArchiveDamaged, Original, WarcWriter, close_file, heal, read_exchange, scan, with_payload
from archive.warc.records import encode_exchange, mark_transfer_coding, unmark_transfer_coding

NOW = datetime(2026, 11, 23, 19, 45, 18, 123456, tzinfo=UTC)
INFO = {"software": "warkat", "operator": "Uji"}
CHUNKED = b"HTTP/1.1 200 OK\r\nX-A: 1\r\ntransfer-encoding: chunked\r\nContent-Type: text/html\r\n\r\n"


def capture(**changes: object) -> Capture:
    whole = Capture(
        url="https://contoh.go.id/berita/a",
        fetched_at=NOW,
        request=b"GET /berita/a HTTP/1.1\r\nHost: contoh.go.id\r\n\r\n",
        response_head=CHUNKED,
        body=b"<p>isi</p>",
        role="article",
        via="https://contoh.go.id/berita",
        hops="L",
        ip="203.0.113.7",
        tls="verified",
        fetch_ms=42,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def writer(folder: Path, **more: int) -> WarcWriter:
    return WarcWriter(folder / "contoh", "contoh", INFO, **more)


def write(folder: Path, *captures: Capture) -> Path:
    out = writer(folder)
    for one in captures:
        out.append(one)
    out.close()
    return next((folder / "contoh").glob("*.open"))


def test_capture_comes_back_equal(tmp_path: Path) -> None:
    """Head, body, request and circumstances are those that were written."""
    path = write(tmp_path, capture(), capture(url="https://contoh.go.id/b", truncated="time", tls=None, ip=None))
    first, second = scan(path)
    assert first.capture == capture()
    assert second.capture.truncated == "time"
    assert read_exchange(path, second.locator.offset, second.end) == second
    assert first.whole
    assert second.whole


@settings(deadline=None)
@given(
    head=st.lists(st.tuples(st.from_regex(r"\A[A-Za-z-]{1,20}\Z"), st.binary(max_size=30)), max_size=6),
    body=st.binary(max_size=300),
    fetched_at=st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001
)
def test_any_bytes_come_back(head: list[tuple[str, bytes]], body: bytes, fetched_at: datetime) -> None:
    """Whatever a server sends, non-text bytes included, is read back byte for byte."""
    lines = b"".join(n.encode() + b":" + v.replace(b"\r", b"").replace(b"\n", b"") + b"\r\n" for n, v in head)
    one = capture(
        response_head=b"HTTP/1.1 200 \xff\r\n" + lines + b"\r\n", body=body, fetched_at=fetched_at.replace(tzinfo=UTC)
    )
    data = encode_exchange(one, "urn:uuid:x").data
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.warc.gz"
        path.write_bytes(data)
        assert next(scan(path)).capture == one


def test_other_readers_find_the_same_body(tmp_path: Path) -> None:
    """warcio and FastWARC read the entity of a chunked response, and its digest is right."""
    path = write(tmp_path, capture())
    with path.open("rb") as file:
        by_warcio = [(r.rec_type, r.content_stream().read()) for r in WarcioIterator(file, check_digests="raise")]
    assert [kind for kind, _ in by_warcio] == ["warcinfo", "response", "request", "metadata"]
    assert by_warcio[1][1] == b"<p>isi</p>"
    for decode in ("none", "all"):
        records = ArchiveIterator(BytesIO(path.read_bytes()), parse_http=True, auto_decode=decode)
        bodies = {r.headers["WARC-Type"]: r.reader.read() for r in records}
        assert bodies["response"] == b"<p>isi</p>"


def test_transfer_coding_mark_is_undone() -> None:
    """Marking twice and undoing twice gives the head back, also one that bore the mark already."""
    once = mark_transfer_coding(CHUNKED)
    assert b"X-Orig-transfer-encoding: chunked" in once
    assert unmark_transfer_coding(mark_transfer_coding(once)) == once
    assert unmark_transfer_coding(once) == CHUNKED


def test_revisit_refers_to_its_payload(tmp_path: Path) -> None:
    """An identical payload is stored once; the second capture is whole with the first one's body."""
    out = writer(tmp_path)
    first = out.append(capture())
    original = Original(
        record_id=first.record_id, url=capture().url, fetched_at=NOW, payload_digest=capture().payload_digest
    )
    later = capture(fetched_at=NOW.replace(day=24))
    out.append(later, original)
    out.close()
    one, two = scan(next((tmp_path / "contoh").glob("*.open")))
    assert (two.record_type, two.refers_to, two.payload_digest) == ("revisit", one.record_id, one.payload_digest)
    assert with_payload(two, one) == later


def test_file_is_continued_and_rotated(tmp_path: Path) -> None:
    """A second visit appends to the same file; size and month close it under its final name."""
    write(tmp_path, capture())
    write(tmp_path, capture())
    assert len(list((tmp_path / "contoh").iterdir())) == 1
    out = writer(tmp_path, size_limit=500)
    out.append(capture())
    out.append(capture(fetched_at=NOW.replace(month=12)))
    out.close()
    names = sorted(p.name for p in (tmp_path / "contoh").iterdir())
    assert [n.endswith(".open") for n in names] == [False, False, True]
    assert [n.split("-")[2] for n in names] == ["00000", "00001", "00002"]
    assert names[0].startswith("contoh-20261123194518-00000-")


def test_locator_names_the_closed_file(tmp_path: Path) -> None:
    """What a locator says stays true when the file is closed."""
    out = writer(tmp_path)
    written = out.append(capture())
    out.close()
    closed = close_file(next((tmp_path / "contoh").glob("*.open")))
    assert closed.name == written.locator.filename
    assert next(scan(closed)).locator == written.locator


@pytest.mark.parametrize("cut", range(0, 2400, 97))
def test_torn_end_is_taken_off(tmp_path: Path, cut: int) -> None:
    """Wherever a file was torn, the whole exchanges stay and the rest is kept aside."""
    path = write(tmp_path, *(capture(body=bytes([n]) * 50) for n in range(3)))
    data, ends = path.read_bytes(), [e.end for e in scan(path)]
    cut = min(cut, len(data) - 1)
    path.write_bytes(data[:cut])
    healed = heal(path, 0, tmp_path / "aside")
    expected = [end for end in ends if end <= cut]
    if expected:
        assert healed.whole == expected[-1]
        assert [e.end for e in scan(path)] == expected
    kept = healed.cut.read_bytes() if healed.cut else b""
    assert (path.read_bytes() if path.exists() else b"") + kept == data[:cut]


def test_heal_never_cuts_what_the_catalog_knows(tmp_path: Path) -> None:
    """A file shorter than the catalog knows is damage to report, not an end to tidy."""
    path = write(tmp_path, capture())
    with pytest.raises(ArchiveDamaged, match="longer"):
        heal(path, path.stat().st_size + 1, tmp_path / "aside")


FULL = """
import os, resource, signal, sys
from pathlib import Path
from tests.test_warc import capture, writer
from archive.warc import ArchiveFull
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
out = writer(Path(sys.argv[1]))
out.append(capture()); out.sync()
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
try:
    for n in range(100):
        out.append(capture(body=os.urandom(900)))
except ArchiveFull as fault:
    print("full", fault)
out.close()
"""


def test_full_disk_leaves_a_whole_file(tmp_path: Path) -> None:
    """When the disk takes no more, the file ends with its last whole exchange."""
    got = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=True)
    assert got.stdout.startswith("full")
    path = next((tmp_path / "contoh").glob("*.open"))
    exchanges = list(scan(path))
    assert all(e.whole for e in exchanges)
    assert exchanges[-1].end == path.stat().st_size <= 3000


def test_damage_names_file_and_offset(tmp_path: Path) -> None:
    """A broken byte is reported with its place."""
    path = write(tmp_path, capture(), capture())
    second = list(scan(path))[1].locator.offset
    data = bytearray(path.read_bytes())
    data[second + 30] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(ArchiveDamaged) as fault:
        list(scan(path))
    assert fault.value.offset == second
    assert str(path) in str(fault.value)
