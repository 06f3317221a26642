"""Verifying: every kind of damage found at its place, sound files of many origins accepted, no input too odd."""

from __future__ import annotations

import base64
import functools
import hashlib
import http.server
import json
import random
import re
import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from fastwarc.stream_io import GzipWriter
from fastwarc.warc import ArchiveIterator
from hypothesis import example, given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.capture import Capture
from archive.warc import Original, WarcWriter, close_file
from archive.warc.verify import FileReport, exit_status, verify_file, verify_files
from archive.warc.verify.rules import RULES
from tests.standard import examples
from tests.standard.damages import DAMAGES, Damage
from tests.standard.deadly import die
from tests.standard.pieces import RESPONSE, REVISIT, good_file, gzipped, packed, record_id, sha1

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

NOW = datetime(2026, 11, 23, 19, 45, 18, 123456, tzinfo=UTC)
HEAD = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nContent-Type: text/html\r\n\r\n"
ASKED = b"GET / HTTP/1.1\r\nHost: contoh.go.id\r\n\r\n"


def verify(tmp_path: Path, data: bytes, name: str = "a.warc.gz", **more: bool) -> FileReport:
    path = tmp_path / name
    path.write_bytes(data)
    return verify_file(path, **more)


def rules(report: FileReport) -> list[str]:
    return [finding.rule for finding in report.findings]


def capture(number: int, body: bytes = b"<p>isi</p>", fetched_at: datetime = NOW) -> Capture:
    url = f"https://contoh.go.id/berita/{number}"
    return Capture(url=url, fetched_at=fetched_at, request=ASKED, response_head=HEAD, body=body, ip="203.0.113.7")


def our_file(folder: Path, count: int = 3) -> Path:
    """A closed file by our writer, the last exchange a revisit of the first."""
    out = WarcWriter(folder / "archive" / "contoh", "contoh", {"software": "warkat/0.1", "operator": "Uji"})
    first, *_ = [out.append(capture(number)) for number in range(count)]
    one = capture(0)
    original = Original(
        record_id=first.record_id, url=one.url, fetched_at=NOW, payload_digest=one.payload_digest
    )  # fmt: skip
    out.append(capture(0), original)
    out.close()
    return close_file(next((folder / "archive" / "contoh").glob("*.open")))


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_damage_is_found(tmp_path: Path, damage: Damage) -> None:
    """Each kind of damage is told at its offset, by its rule, with its clause."""
    report = verify(tmp_path, damage.data)
    assert (damage.offset, damage.rule) in [(finding.offset, finding.rule) for finding in report.findings]
    assert report.ok is not damage.error
    assert all(finding.clause for finding in report.findings)


def test_every_rule_of_the_standard_has_its_damage() -> None:
    """No rule for files of any origin is without a kind of damage that breaks it."""
    beside = {"file-unreadable", "verify-crashed", "refers-to-nowhere", "filename-form", "segment-length-form",
              "segment-origin-form", "target-uri-brackets", "concurrent-date-differs"}  # fmt: skip
    wanted = {rule for rule in RULES if not rule.startswith(("ours-", "zstd-"))}
    shown = {damage.rule for damage in DAMAGES}
    assert wanted - shown - beside - {"several-records-in-frame"} == set()


@pytest.mark.parametrize("name", ["EVENT", "FIRST_SEGMENT", "CONTINUATION"])
def test_std_examples_are_accepted(tmp_path: Path, name: str) -> None:
    """The examples of annex B break no rule, plain and compressed."""
    records = examples.EVENT if name == "EVENT" else [examples.WARCINFO, getattr(examples, name)]
    plain = verify(tmp_path, b"".join(records), "a.warc")
    packed_up = verify(tmp_path, b"".join(map(gzipped, records)))
    advice = ["segment-unfinished"] if name == "FIRST_SEGMENT" else []
    assert (rules(plain), rules(packed_up)) == (advice, advice)
    assert plain.records == packed_up.records == len(records)


def test_std_good_file_has_no_finding(tmp_path: Path) -> None:
    """The file that all damages start from is sound in every packing, and under WARC/1.0."""
    pieces = good_file()
    assert verify(tmp_path, packed(pieces)).findings == ()
    assert verify(tmp_path, b"".join(piece.unfolded for piece in pieces), "a.warc.open").findings == ()
    for piece in pieces:
        piece.version = b"WARC/1.0"
    assert verify(tmp_path, packed(pieces)).findings == ()


@pytest.mark.parametrize(
    "date", ["2026", "2026-11", "2026-11-23", "2026-11-23T19:45Z", "2026-11-23T19:45:18.123456789Z"]
)
def test_std_dates_of_any_grain_are_accepted_in_1_1(tmp_path: Path, date: str) -> None:
    """WARC/1.1 takes six grains and up to nine digits of a second (clause 5.4)."""
    pieces = good_file()
    for piece in pieces:
        piece.put("WARC-Date", date)
    assert verify(tmp_path, packed(pieces)).findings == ()


@pytest.mark.parametrize("label", ["md5", "sha1", "SHA-1", "sha256", "sha-256", "sha512", "sha3-256", "blake2b"])
@pytest.mark.parametrize(
    "encode",
    [
        bytes.hex,
        lambda digest: digest.hex().upper(),
        lambda digest: base64.b32encode(digest).decode(),
        lambda digest: base64.b32encode(digest).decode().rstrip("=").lower(),
        lambda digest: base64.b64encode(digest).decode(),
    ],
    ids=["hex", "HEX", "Base32", "base32-bare", "Base64"],
)
def test_digests_of_many_kinds_are_checked(tmp_path: Path, label: str, encode: Callable[[bytes], str]) -> None:
    """Whatever the algorithm and the base, the right digest is accepted and a wrong one told."""
    pieces = good_file()
    name = label.lower().replace("sha-", "sha").replace("-", "_")
    value = encode(hashlib.new(name, pieces[4].block, usedforsecurity=False).digest())
    pieces[4].put("WARC-Block-Digest", f"{label}:{value}")
    assert verify(tmp_path, packed(pieces)).findings == ()
    pieces[4].block = pieces[4].block[:-1] + b"!"
    assert "block-digest" in rules(verify(tmp_path, packed(pieces)))


def test_payload_digest_is_over_the_entity(tmp_path: Path) -> None:
    """Chunk framing of any shape is taken off before the payload is hashed (clause 6.3.2)."""
    for framed in (b"3\r\nisi\r\n0\r\n\r\n", b"1;a=b\r\ni\r\n2\r\nsi\r\n0\r\nX: y\r\n\r\n", b"3\nisi\n0\n\n"):
        pieces = good_file()
        block = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + framed
        pieces[RESPONSE].block = block
        pieces[RESPONSE].put("Content-Length", str(len(block))).put("WARC-Block-Digest", sha1(block))
        for index in (RESPONSE, REVISIT):
            pieces[index].put("WARC-Payload-Digest", sha1(b"isi"))
        assert verify(tmp_path, packed(pieces)).findings == ()


def test_our_files_are_accepted(tmp_path: Path) -> None:
    """What our writer writes has no finding, closed or open, and is known as ours."""
    path = our_file(tmp_path)
    report = verify_file(path)
    assert (report.findings, report.ours, report.records) == ((), True, 13)
    opened = path.rename(path.with_name(path.name + ".open"))
    assert verify_file(opened).findings == ()
    assert verify_file(opened, ours=False).findings == ()


def our_members(path: Path) -> list[bytes]:
    data = path.read_bytes()
    starts = [match.start() for match in re.finditer(rb"\x1f\x8b\x08\0\0\0\0\0", data)]
    return [data[a:b] for a, b in zip(starts, [*starts[1:], len(data)], strict=True)]


@pytest.mark.parametrize(
    ("order", "rule"),
    [
        ([0, 1, 2, 4, 5, 6], "ours-exchange-incomplete"),
        ([0, 1, 3, 4, 5, 6], "ours-exchange-order"),
        ([0, 2, 1, 3, 4, 5, 6], "ours-exchange-order"),
        ([0, 1, 2, 3, 4, 5], "ours-exchange-incomplete"),
        ([0, 4, 2, 3, 1, 5, 6], "ours-exchange-order"),
        ([1, 2, 3], "warcinfo-not-first"),
    ],
)
def test_our_exchanges_are_whole_and_in_order(tmp_path: Path, order: list[int], rule: str) -> None:
    """Response, request and metadata stand together in our files; a missing or moved one is an error."""
    path = our_file(tmp_path)
    members = our_members(path)
    path.write_bytes(b"".join(members[index] for index in order))
    report = verify_file(path, ours=True)
    assert rule in rules(report)
    assert not report.ok


def test_unfinished_exchange_in_an_open_file_is_a_warning(tmp_path: Path) -> None:
    """The end of a growing file may lack what a crash took; healing is for that."""
    path = our_file(tmp_path)
    members = our_members(path)
    opened = path.with_name(path.name + ".open")
    opened.write_bytes(b"".join(members[:-1]))
    report = verify_file(opened)
    assert rules(report) == ["ours-exchange-unfinished"]
    assert report.ok


def test_our_names_and_places(tmp_path: Path) -> None:
    """File name, WARC-Filename, folder, month and gzip header are as the formats have them."""
    path = our_file(tmp_path)
    moved = path.with_name("lain.warc.gz")
    shutil.copy(path, moved)
    assert {"ours-filename", "ours-filename-differs"} <= set(rules(verify_file(moved)))
    other = path.parent.parent / "tetangga"
    other.mkdir()
    assert rules(verify_file(Path(shutil.copy(path, other)))) == ["ours-source"]
    early = path.with_name(path.name.replace("-202611", "-202610"))
    shutil.copy(path, early)
    assert "ours-month" in rules(verify_file(early))
    data = bytearray(path.read_bytes())
    data[len(our_members(path)[0]) + 4] = 1
    path.write_bytes(data)
    assert rules(verify_file(path)) == ["ours-compression"]


def test_true_transfer_encoding_in_our_response_is_an_error(tmp_path: Path) -> None:
    """A stored head bears the marked name, or readers would look for chunks that are not there."""
    path = our_file(tmp_path)
    members = our_members(path)
    import gzip

    members[1] = gzipped(gzip.decompress(members[1]).replace(b"X-Orig-transfer", b"X-Orig:\r\ntransfer", 1)[:])
    path.write_bytes(b"".join(members))
    assert "block-digest" in rules(verify_file(path))
    pieces = good_file()
    pieces[0].block = b"software: warkat/0.1\r\n"
    pieces[0].put("Content-Length", "22").put("WARC-Block-Digest", sha1(pieces[0].block))
    block = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    pieces[RESPONSE].block = block
    pieces[RESPONSE].put("Content-Length", str(len(block))).put("WARC-Block-Digest", sha1(block))
    assert "ours-transfer-encoding" in rules(verify(tmp_path, packed(pieces)))


def test_flips_cuts_and_swaps_are_found(tmp_path: Path) -> None:
    """400 random changes of one of our files: each is told, by a finding or by the file's own digest."""
    path = our_file(tmp_path)
    data, sound = path.read_bytes(), verify_file(path)
    members = our_members(path)
    chance = random.Random(20261123)
    silent = 0
    for turn in range(400):
        changed = bytearray(data)
        at = chance.randrange(len(data))
        if turn % 4 == 0:
            changed[at] ^= 1 << chance.randrange(8)
        elif turn % 4 == 1:
            changed = changed[:at]
        elif turn % 4 == 2:
            del changed[at : at + chance.randrange(1, 50)]
        else:
            one, other = chance.sample(range(len(members)), 2)
            mixed = list(members)
            mixed[one], mixed[other] = mixed[other], mixed[one]
            changed = bytearray(b"".join(mixed))
        path.write_bytes(changed)
        report = verify_file(path)
        assert report.sha256 != sound.sha256
        silent += report.ok
    # A cut between two exchanges, or a flip of the flag that names deflate's speed: only a manifest can tell.
    assert silent <= 4


# warcio leaves the temporary files of its records to the garbage collector.
leaves_files = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")


def by_warcio(version: str, gzip: bool) -> bytes:
    out = BytesIO()
    writer = WARCWriter(out, gzip=gzip, warc_version=version)
    writer.write_record(writer.create_warcinfo_record("x.warc.gz", {"software": "uji", "format": version}))
    head = StatusAndHeaders("200 OK", [("Content-Type", "text/plain")], protocol="HTTP/1.1")
    asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "contoh.go.id")], is_http_request=True)
    url, payload = "http://contoh.go.id/", b"isi halaman"
    response = writer.create_warc_record(url, "response", payload=BytesIO(payload), http_headers=head)
    writer.write_record(response)
    writer.write_record(writer.create_warc_record(url, "request", http_headers=asked))
    digest = response.rec_headers.get_header("WARC-Payload-Digest")
    writer.write_record(writer.create_revisit_record(url, digest, url, "2020-01-01T00:00:00Z", http_headers=head))
    for kind, block, content_type in (
        ("resource", b"data", "text/plain"),
        ("metadata", b"a: b\r\n", "application/warc-fields"),
        ("conversion", b"lain", "text/plain"),
    ):
        record = writer.create_warc_record(url, kind, payload=BytesIO(block), warc_content_type=content_type)
        writer.write_record(record)
    dns = b"20200101000000\nwww.contoh.go.id.\t60\tIN\tA\t203.0.113.7\n"
    writer.write_record(
        writer.create_warc_record(
            "dns:www.contoh.go.id", "resource", payload=BytesIO(dns), warc_content_type="text/dns"
        )
    )
    return out.getvalue()


@leaves_files
@pytest.mark.parametrize("version", ["WARC/1.0", "WARC/1.1"])
@pytest.mark.parametrize("packing", ["gzip", "plain"])
def test_files_by_warcio_are_accepted(tmp_path: Path, version: str, packing: str) -> None:
    """warcio writes both versions, packed and plain, without a finding."""
    report = verify(tmp_path, by_warcio(version, packing == "gzip"))
    assert (report.findings, report.records, report.ours) == ((), 8, False)


@leaves_files
def test_file_by_fastwarc_is_accepted(tmp_path: Path) -> None:
    """FastWARC's writer, one member for each record, without a finding."""
    out = BytesIO()
    for record in ArchiveIterator(BytesIO(by_warcio("WARC/1.1", True))):
        packed_record = BytesIO()
        with GzipWriter(packed_record) as writer:
            record.write(writer)
        out.write(packed_record.getvalue())
    report = verify(tmp_path, out.getvalue())
    assert report.ok
    assert report.records == 8


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing."""

    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(3):
        (pages / f"{number}.html").write_text(f"<a href='{(number + 1) % 3}.html'>lanjut</a>")
    handler = functools.partial(Quiet, directory=str(pages))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.skipif(not shutil.which("wget"), reason="needs wget")
@pytest.mark.parametrize("options", [[], ["--no-warc-compression"], ["--warc-cdx"]])
def test_files_by_wget_are_accepted(tmp_path: Path, site: str, options: list[str]) -> None:
    """wget's files have no error; the brackets round its addresses are the grammar of WARC/1.0."""
    command = ["wget", "-q", "-r", "-l3", "-P", str(tmp_path / "out"), f"--warc-file={tmp_path / 'w'}", *options]
    subprocess.run([*command, f"{site}/0.html", f"{site}/hilang.html"], check=False)
    path = next(p for p in tmp_path.glob("w.warc*"))
    report = verify_file(path)
    assert rules(report) == ["target-uri-brackets"]
    assert report.records >= 9


def zstd_frames(records: list[bytes], dictionary: zstd.ZstdDict | None = None) -> bytes:
    options = {int(zstd.CompressionParameter.checksum_flag): 1}
    return b"".join(zstd.compress(record, options=options, zstd_dict=dictionary) for record in records)


def with_dictionary(records: list[bytes], fold: bool) -> bytes:
    dictionary = zstd.train_dict([record + bytes([turn]) for turn in range(40) for record in records], 2048)
    content = zstd.compress(dictionary.dict_content) if fold else dictionary.dict_content
    frame = b"\x5d\x2a\x4d\x18" + len(content).to_bytes(4, "little") + content
    return frame + zstd_frames(records, dictionary)


@pytest.mark.parametrize("dictionary", ["none", "plain", "folded"])
def test_zstd_files_are_accepted(tmp_path: Path, dictionary: str) -> None:
    """Frames for records, with and without the dictionary frame of the WARC-zstd specification."""
    records = [piece.unfolded for piece in good_file()]
    data = zstd_frames(records) if dictionary == "none" else with_dictionary(records, dictionary == "folded")
    report = verify(tmp_path, data, "a.warc.zst")
    assert (report.findings, report.records) == ((), 9)
    extension = b"\x50\x2a\x4d\x18\x02\0\0\0ab"
    assert verify(tmp_path, data + extension, "a.warc.zst").findings == ()


def test_zstd_dictionary_may_be_damaged(tmp_path: Path) -> None:
    """A changed dictionary is told where frames depend on the change, and never raises."""
    sound = with_dictionary([piece.unfolded for piece in good_file()], fold=False)
    found = []
    for at in range(8, 400):
        changed = bytearray(sound)
        changed[at] ^= 0xFF
        found.append(not verify(tmp_path, bytes(changed), "a.warc.zst").ok)
    assert all(found[:4])
    assert sum(found) > 60


def test_zstd_record_may_take_several_frames(tmp_path: Path) -> None:
    """A record is one or more frames (WARC-zstd section 3)."""
    records = [piece.unfolded for piece in good_file()]
    parts = [*records[:1], records[1][:200], records[1][200:], *records[2:]]
    assert verify(tmp_path, zstd_frames(parts), "a.warc.zst").findings == ()


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (lambda d: d[:-9], "zstd-cut"),
        (lambda d: d[:80] + b"\xff\xff\xff" + d[83:], "zstd-data"),
        (lambda d: b"\x50\x2a\x4d\x18\x01\0\0\0a" + d, "zstd-extension-first"),
        (lambda d: d + b"sisa", "bytes-between-members"),
        (lambda d: d + b"\x5d\x2a\x4d\x18\x01\0\0\0a", "zstd-dictionary"),
        (lambda d: b"\x5d\x2a\x4d\x18\x01\0\0\0a" + d, "zstd-dictionary"),
        (lambda d: d + b"\x50\x2a\x4d\x18\xff\0\0\0a", "zstd-cut"),
        (lambda _: zstd_frames([b"".join(piece.unfolded for piece in good_file())]), "several-records-in-frame"),
    ],
)
def test_zstd_damage_is_found(tmp_path: Path, data: object, rule: str) -> None:
    """Frames cut, changed, misplaced or shared by records are told."""
    assert callable(data)
    changed = data(zstd_frames([piece.unfolded for piece in good_file()]))
    assert rule in rules(verify(tmp_path, changed, "a.warc.zst"))


def test_references_are_looked_up(tmp_path: Path) -> None:
    """References that lead out of the file are believed, or looked up where one can."""
    pieces = good_file()
    pieces[REVISIT].put("WARC-Refers-To", record_id(77))
    path = tmp_path / "a.warc.gz"
    path.write_bytes(packed(pieces))
    assert verify_file(path).findings == ()
    assert verify_file(path, lookup={record_id(77).strip("<>")}.__contains__).findings == ()
    assert rules(verify_file(path, lookup=frozenset[str]().__contains__)) == ["refers-to-nowhere"]


def test_report_is_json(tmp_path: Path) -> None:
    """A report is plain values, the findings with path, offset, record, rule, clause, severity and text."""
    report = verify(tmp_path, packed(good_file())[:-10])
    told = json.loads(json.dumps(report.to_json()))
    assert told["sha256"] == report.sha256
    finding = told["findings"][0]
    assert list(finding) == ["path", "offset", "record", "rule", "clause", "severity", "text"]
    assert finding["record"] == {"ordinal": 9, "record_id": record_id(8).strip("<>")}
    assert exit_status([report]) == 1


def test_missing_file_is_a_finding(tmp_path: Path) -> None:
    """A path that cannot be read is told like any fault."""
    assert rules(verify_file(tmp_path / "tidak-ada.warc.gz")) == ["file-unreadable"]
    assert rules(verify_file(tmp_path)) == ["file-unreadable"]


def test_findings_are_bounded(tmp_path: Path) -> None:
    """A file that is wrong everywhere is not listed without end."""
    piece = good_file()[4].put("WARC-Date", "kemarin")
    report = verify(tmp_path, piece.unfolded * 1500, "a.warc")
    assert len(report.findings) < 2100
    assert "500 more are not listed" in next(f for f in reversed(report.findings) if f.rule == "date-form").text


def test_many_files_in_processes(tmp_path: Path) -> None:
    """Reports come in the order of the paths; a process that dies costs one file's report."""
    pieces = good_file()
    paths = []
    for number in range(3):
        path = tmp_path / f"{number}.warc.gz"
        path.write_bytes(packed(pieces)[: -10 if number == 2 else None])
        paths.append(path)
    pieces[REVISIT].put("WARC-Refers-To", record_id(77))
    paths[1].write_bytes(packed(pieces))
    reports = list(verify_files(paths, jobs=2, lookup=die))
    assert [report.path for report in reports] == paths
    assert [report.ok for report in reports] == [True, False, False]
    assert rules(reports[1]) == ["verify-crashed"]
    assert exit_status(verify_files(paths[:1])) == 0


@settings(max_examples=150, deadline=2000)
@given(
    start=st.sampled_from(
        [b"", b"\x1f\x8b\x08", b"WARC/1.1\r\n", zstd_frames([b"WARC/1.1\r\n"]), packed(good_file()[:3])]
    ),
    rest=st.binary(max_size=400),
)
@example(start=b"\x1f\x8b\x08\x04", rest=b"\0" * 7)
@example(start=b"WARC/1.1\r\nContent-Length: " + b"9" * 400, rest=b"\r\n\r\n")
def test_any_bytes_are_judged(tmp_path_factory: pytest.TempPathFactory, start: bytes, rest: bytes) -> None:
    """No bytes raise or stall; whatever they are, the report has the file's size and digest."""
    path = tmp_path_factory.getbasetemp() / "any.warc.gz"
    path.write_bytes(start + rest)
    report = verify_file(path)
    assert report.size == len(start + rest)
    assert report.sha256


HOSTILE = {
    "magics": b"\x1f\x8b\x08\0" * 250_000,
    "stored-blocks": (b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + b"\0\xff\xff\0\0") * 60_000,
    "nested": b"".join(gzipped(b"WARC/1.1\r\n", 0)[:-8] for _ in range(30_000)),
    "heads": b"WARC/1.1\r\n" * 100_000,
    "heads-apart": b"\r\n\r\nWARC/1.1\r\n" * 70_000,
    "endless-head": b"WARC/1.1\r\n" + b"a: b\r\n" * 200_000,
    "to-the-end": b"".join(b"WARC/1.1\r\nContent-Length: 900000\r\n\r\n\r\n\r\n" for _ in range(20_000)),
    "frames": b"\x28\xb5\x2f\xfd" * 250_000,
    "long-names": b"\x1f\x8b\x08\x08" * 250_000,
    "bomb": gzipped(bytes(300 << 20), 9),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_cost_little(tmp_path: Path, name: str) -> None:
    """A megabyte made to stall readers costs seconds at most."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    report = verify(tmp_path, HOSTILE[name])
    after = resource.getrusage(resource.RUSAGE_SELF)
    assert not report.ok
    assert after.ru_utime - before.ru_utime < 6


@pytest.mark.parametrize("name", ["big.warc", "big.warc.gz"])
def test_large_block_in_little_memory(tmp_path: Path, name: str) -> None:
    """A block of 64 MiB is verified in less than 150 MiB."""
    piece = good_file()[4]
    piece.block = random.Random(1).randbytes(1 << 20) * 64
    piece.put("Content-Length", str(len(piece.block))).put("WARC-Block-Digest", sha1(piece.block))
    piece.put("WARC-Payload-Digest", sha1(piece.block))
    path = tmp_path / name
    path.write_bytes(piece.unfolded if name == "big.warc" else gzipped(piece.unfolded, 1))
    program = (
        "import re, sys; from pathlib import Path; from archive.warc.verify import verify_file\n"
        "report = verify_file(Path(sys.argv[1])); assert report.ok, report\n"
        "print(re.search('VmHWM:[^0-9]+([0-9]+)', Path('/proc/self/status').read_text())[1])"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, check=True, text=True)
    assert int(done.stdout) < 150 * 1024
