"""Records again from the archive: the same lines, what would change, anyone's files."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import pickle
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.record import Record
from crawler.rebuild import rebuild
from crawler.reread import Job, records_of, reread
from crawler.reread.foreign import FileReport, reread_file
from crawler.sources.load import load_sources
from tests.collections import BEGIN, SITE, SOURCE, article_page, exchange, made_collection, sources_of, write_warc

FIRST, SECOND = article_page("Panen Raya di Desa Sukamaju"), article_page("Jalan Desa Diperbaiki Tahun Ini")
EDITED = article_page("Panen Raya di Desa Sukamaju Ditunda")
NOTHING = (None, None)


def captures() -> list:  # type: ignore[type-arg]
    return [
        exchange("/", b"<p>Beranda</p>"),
        exchange("/berita/panen", FIRST, minutes=1),
        exchange("/berita/jalan", SECOND, minutes=2),
        exchange("/berita/panen", b"", minutes=3),
        exchange("/berita/panen", EDITED, minutes=60 * 24 * 3),
    ]


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return made_collection(tmp_path / "koleksi", captures())


def lines(collection: Collection) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in collection.records.glob("contoh/*.jsonl")}


def told(report: FileReport) -> dict[str, int]:
    return {name: count for name, count in report.not_records.items() if name != "other-pages"}


def http(body: bytes, *lines: str, status: str = "HTTP/1.1 200 OK") -> bytes:
    return "\r\n".join([status, "Content-Type: text/html; charset=utf-8", *lines, "", ""]).encode() + body


def warc_record(block: bytes, kind: str = "response", version: str = "1.0", **fields: str) -> bytes:
    """A WARC record of someone else's making."""
    head = {
        "WARC-Type": kind, "WARC-Record-ID": f"<urn:uuid:{hashlib.sha256(block).hexdigest()[:32]}>",
        "WARC-Date": "2019-03-02T01:02:03Z", "WARC-Target-URI": f"{SITE}/berita/panen",
        "Content-Type": "application/http; msgtype=response", "Content-Length": str(len(block)),
    }  # fmt: skip
    head |= {name.replace("_", "-"): value for name, value in fields.items()}
    told = "".join(f"{name}: {value}\r\n" for name, value in head.items() if value)
    return f"WARC/{version}\r\n{told}\r\n".encode() + block + b"\r\n\r\n"


def read_foreign(tmp_path: Path, data: bytes, name: str = "lain.warc.gz") -> tuple[list[Record], FileReport]:
    (tmp_path / name).write_bytes(data)
    source = sources_of_text(tmp_path)
    report = reread_file(tmp_path / name, source, tmp_path / "out", NOTHING)
    text = (tmp_path / "out" / f"{name}.jsonl").read_text(encoding="utf-8")
    return [Record.model_validate_json(line) for line in text.splitlines()], report


def sources_of_text(tmp_path: Path):  # type: ignore[no-untyped-def]
    folder = tmp_path / "sources"
    folder.mkdir(exist_ok=True)
    (folder / "contoh.toml").write_text(SOURCE)
    return load_sources(folder, packaged=False)["contoh"]


def test_same_reader_gives_the_same_bytes(collection: Collection) -> None:
    """Nothing changes, nothing is left behind, and the catalog still vouches for every line."""
    before = lines(collection)
    again = reread(collection, sources_of(collection).values(), jobs=2)
    assert again.replaced
    assert again.counts == {"record": 3, "unchanged": 1}
    assert [changes.is_none for changes in again.changes] == [True]
    assert lines(collection) == before
    assert sum(data.count(b"\n") for data in before.values()) == 3
    assert not (collection.root / "reread.tmp").exists()


def test_dry_run_tells_what_another_definition_would_change(collection: Collection) -> None:
    """By source and field, with samples, and replaces nothing; the real run then does as it said."""
    before = lines(collection)
    definition = SOURCE.replace("article = [", 'not_article = ["/berita/jalan"]\narticle = [')
    (collection.own_sources / "contoh.toml").write_text(definition + '\n[select]\nremove = ["p:last-child"]\n')
    told = reread(collection, sources_of(collection).values(), dry_run=True)
    (changes,) = told.changes
    assert (changes.changed, changes.disappeared, changes.appeared, changes.same) == (2, 1, 0, 0)
    assert changes.fields["body_text"] == 2
    assert "Penyaluran bibit" not in (changes.samples["body_text"][0].new or "")
    assert changes.samples["body_text"][0].url == f"{SITE}/berita/panen"
    assert lines(collection) == before
    heard: list[bool] = []
    again = reread(
        collection, sources_of(collection).values(), report=lambda _: heard.append(lines(collection) == before)
    )
    assert heard == [True]
    assert again.counts == told.counts == {"record": 2, "unchanged": 1, "skip": 1}
    versions = [json.loads(line)["version"] for data in lines(collection).values() for line in data.splitlines()]
    assert versions == [1, 2]


def test_window_keeps_what_lies_outside_it(collection: Collection) -> None:
    """Records of other days stay byte for byte, whatever the reader makes of them now."""
    (collection.own_sources / "contoh.toml").write_text(SOURCE + '\n[select]\nremove = ["p:last-child"]\n')
    before = b"".join(lines(collection).values()).splitlines()
    again = reread(collection, sources_of(collection).values(), since=BEGIN + timedelta(days=1))
    after = b"".join(lines(collection).values()).splitlines()
    assert after[:2] == before[:2]
    assert (json.loads(after[2])["version"], after[2] == before[2]) == (2, False)
    assert again.counts == {"record": 3, "unchanged": 1, "kept": 3}
    assert again.changes[0].changed == 1


def test_what_is_done_is_not_done_again(collection: Collection) -> None:
    """A spool that is there is taken as it is; a half one is not."""
    reread(collection, sources_of(collection).values(), dry_run=True)
    (spool,) = (collection.root / "reread.tmp").glob("*/contoh/*.jsonl")
    marked = spool.read_text().replace("Jalan Desa Diperbaiki", "Jalan Kota Diperbaiki")
    spool.write_text(marked)
    assert reread(collection, sources_of(collection).values(), dry_run=True).changes[0].fields["title"] == 1
    spool.rename(spool.with_suffix(".part"))
    assert reread(collection, sources_of(collection).values(), dry_run=True).changes[0].is_none


def test_damaged_file_keeps_its_records(collection: Collection) -> None:
    """What lies behind the damage keeps its line, and the file is named."""
    before = lines(collection)
    (path,) = collection.warc_files()
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    again = reread(collection, sources_of(collection).values())
    assert lines(collection) == before
    assert len(again.damaged) == 1
    assert path.name in again.damaged[0]
    assert "offset" in again.damaged[0]


def test_command_reports_and_ends_with_one_for_damage(collection: Collection) -> None:
    """As a person sees it."""
    words = [sys.executable, "-m", "crawler.cli", "-C", str(collection.root), "reread"]
    good = subprocess.run([*words, "contoh", "--dry-run"], capture_output=True, text=True, check=False)
    assert (good.returncode, "no change, 3 records" in good.stdout, "nothing was replaced" in good.stderr) == (
        0,
        True,
        True,
    )
    as_json = subprocess.run([*words, "--dry-run", "--json"], capture_output=True, text=True, check=True)
    assert json.loads(as_json.stdout)["sources"][0]["same"] == 3
    wrong = subprocess.run([*words, "ini.warc.gz"], capture_output=True, text=True, check=False)
    assert (wrong.returncode, "--source" in wrong.stderr) == (2, True)
    (path,) = collection.warc_files()
    path.write_bytes(path.read_bytes()[:-20])
    bad = subprocess.run([*words], capture_output=True, text=True, check=False)
    assert bad.returncode in (0, 1)
    collection.catalog.unlink()
    gone = subprocess.run([*words], capture_output=True, text=True, check=False)
    assert (gone.returncode, "warkat rebuild" in gone.stderr) == (1, True)


def test_function_for_a_cluster_is_picklable_and_pure(collection: Collection) -> None:
    """A job survives pickling and gives the same records each time, without the collection."""
    (path,) = collection.warc_files()
    job = pickle.loads(pickle.dumps(Job(path=path, source=sources_of(collection)["contoh"])))  # noqa: S301
    first, second = list(records_of(job)), list(records_of(job))
    assert first == second
    assert [one.told.title for one in first if isinstance(one.told, Record)] == [
        "Panen Raya di Desa Sukamaju", "Jalan Desa Diperbaiki Tahun Ini", "Panen Raya di Desa Sukamaju Ditunda",
    ]  # fmt: skip
    assert [one.told.reason for one in first if not isinstance(one.told, Record)] == ["revisit-without-original"]  # type: ignore[union-attr]


def test_own_files_read_as_anyones_give_the_same_records(collection: Collection, tmp_path: Path) -> None:
    """With --source a WARC file of ours gives the very lines that the collection has."""
    (path,) = collection.warc_files()
    report = reread_file(path, sources_of(collection)["contoh"], tmp_path / "out", NOTHING)
    assert (report.records, report.unchanged) == (3, 1)
    assert (tmp_path / "out" / f"{path.name}.jsonl").read_bytes() == b"".join(lines(collection).values())
    assert reread_file(path, sources_of(collection)["contoh"], tmp_path / "out", NOTHING).is_old


HEAD = http(b"").partition(b"\r\n\r\n")[0]
CHUNKS = b"%x\r\n%b\r\n0\r\n\r\n" % (len(FIRST), FIRST)


@pytest.mark.parametrize(
    "data",
    [
        warc_record(http(FIRST)),
        gzip.compress(warc_record(http(FIRST))),
        gzip.compress(warc_record(b"x", "warcinfo") + warc_record(http(FIRST))),
        warc_record(http(FIRST), version="0.18"),
        warc_record(http(FIRST), version="1.1"),
        warc_record(http(CHUNKS, "Transfer-Encoding: chunked")),
        warc_record(http(gzip.compress(FIRST), "Content-Encoding: gzip")),
        warc_record(http(FIRST, status="HTTP/2 200")),
        warc_record(http(FIRST, status=":status: 200")),
        warc_record(http(FIRST), WARC_Target_URI=f"<{SITE}/berita/panen>"),
    ],
    ids=["plain", "gzip", "one-member", "0.18", "1.1", "chunked", "coded", "http2", "pseudo", "brackets"],
)
def test_anyones_file_is_read(tmp_path: Path, data: bytes) -> None:
    """Whatever wrote it and however long ago."""
    records, report = read_foreign(tmp_path, data)
    assert [one.title for one in records] == ["Panen Raya di Desa Sukamaju"], report.told
    assert told(report) == {}
    assert records[0].warc_filename == "lain.warc.gz"


def test_zstandard_file_is_read(tmp_path: Path) -> None:
    """Frames of Zstandard, one for each record."""
    zstd = pytest.importorskip("backports.zstd")
    records, _ = read_foreign(tmp_path, zstd.compress(warc_record(http(FIRST))), "lain.warc.zst")
    assert len(records) == 1


GOOD = warc_record(http(FIRST))
ZIPPED = gzip.compress(GOOD) + gzip.compress(warc_record(http(EDITED)))
MISSING = warc_record(http(EDITED, status="HTTP/1.1 404 Not Found"))


@pytest.mark.parametrize(
    ("data", "reason", "words"),
    [
        (ZIPPED[:-400], "damaged", "ends inside"),
        (GOOD + warc_record(http(EDITED))[:-400], "damaged", "block"),
        (GOOD + warc_record(http(EDITED), WARC_Payload_Digest="sha1:" + "A" * 32), "wrong-digest", "digest"),
        (GOOD + warc_record(http(b""), "revisit", WARC_Refers_To="<urn:uuid:x>"), "revisit-without-original", ""),
        (GOOD + warc_record(http(EDITED), Content_Length=""), "damaged", "content-length"),
        (GOOD + warc_record(b"bukan HTTP\r\n\r\nisi"), "no-response", "HTTP"),
        (GOOD + warc_record(http(EDITED), WARC_Date="kemarin"), "damaged", "WARC-Date"),
        (GOOD + MISSING, "status-404", ""),
        (GOOD + warc_record(http(b"rusak", "Content-Encoding: gzip")), "undecodable", ""),
    ],
    ids=["cut", "cut-plain", "digest", "no-original", "no-length", "no-http", "date", "missing", "coding"],
)
def test_what_gives_no_record_is_said(tmp_path: Path, data: bytes, reason: str, words: str) -> None:
    """Never a crash, never a silent skip: place and reason are in the report, and the rest is read."""
    records, report = read_foreign(tmp_path, data)
    assert [one.title for one in records] == ["Panen Raya di Desa Sukamaju"]
    assert reason in told(report), report.as_json()
    assert words in " ".join(one["detail"] for one in report.told)
    assert report.is_damaged == (reason in ("damaged", "wrong-digest"))


def test_revisit_finds_its_original_in_the_file(tmp_path: Path) -> None:
    """By id, or by digest and address as older writers have it."""
    digest = "sha1:" + base64.b32encode(hashlib.sha1(FIRST).digest()).decode()  # noqa: S324
    first = warc_record(http(FIRST), WARC_Payload_Digest=digest)
    again = warc_record(http(b""), "revisit", WARC_Payload_Digest=digest, WARC_Date="2020-01-01T00:00:00Z")
    records, report = read_foreign(tmp_path, first + again)
    assert (len(records), report.unchanged) == (1, 1)


def test_huge_capture_is_named_and_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record beyond the limit is not unfolded into memory."""
    monkeypatch.setattr("archive.warc.foreign.BLOCK_LIMIT", 10_000)
    big = warc_record(http(b"x" * 20_000))
    records, report = read_foreign(tmp_path, gzip.compress(warc_record(http(FIRST))) + gzip.compress(big))
    assert len(records) == 1
    assert told(report) == {"too-large": 1}


@pytest.mark.parametrize(
    "data", [b"", b"bukan WARC", b"\x1f\x8b\x08rusak", b"<html>"], ids=["empty", "text", "gzip", "html"]
)
def test_file_that_is_no_warc(tmp_path: Path, data: bytes) -> None:
    """Says so."""
    records, report = read_foreign(tmp_path, data)
    assert records == []
    assert report.is_damaged


def wacz(tmp_path: Path, members: dict[str, bytes], wrong: str = "") -> bytes:
    path = tmp_path / "paket.zip"
    with zipfile.ZipFile(path, "w") as out:
        for name, data in members.items():
            out.writestr(name, data)
        resources = [
            {"path": name, "hash": "sha256:" + hashlib.sha256(data + wrong.encode()).hexdigest()}
            for name, data in members.items()
        ]
        out.writestr("datapackage.json", json.dumps({"profile": "data-package", "resources": resources}))
    return path.read_bytes()


def test_package_is_read(tmp_path: Path) -> None:
    """The WARC files of a WACZ, named as in the package."""
    data = wacz(tmp_path, {"archive/a.warc.gz": gzip.compress(warc_record(http(FIRST))), "pages/pages.jsonl": b"{}"})
    records, report = read_foreign(tmp_path, data, "paket.wacz")
    assert [one.warc_filename for one in records] == ["a.warc.gz"]
    assert told(report) == {}


def test_package_that_lies_is_refused(tmp_path: Path) -> None:
    """A wrong digest, and names that lead out of the package: said, and not read."""
    warc = warc_record(http(FIRST))
    for name, members, wrong, words in (
        ("a.wacz", {"archive/a.warc": warc}, "x", "digest"),
        ("b.wacz", {"../../a.warc": warc}, "", "leads out"),
        ("c.wacz", {"/etc/a.warc": warc}, "", "leads out"),
        ("d.wacz", {"pages/pages.jsonl": b"{}"}, "", "no WARC file"),
    ):
        records, report = read_foreign(tmp_path, wacz(tmp_path, members, wrong), name)
        assert records == []
        assert report.is_damaged
        assert words in report.told[0]["detail"], name
    cut = wacz(tmp_path, {"archive/a.warc": warc})[:-30]
    records, report = read_foreign(tmp_path, cut, "e.wacz")
    assert (records, report.is_damaged) == ([], True)


def test_growing_file_is_read_again_when_it_has_grown(collection: Collection) -> None:
    """What a visit appends between two rereads is read; nothing is owed twice."""
    reread(collection, sources_of(collection).values(), dry_run=True)
    write_warc(collection, [exchange("/berita/baru", article_page("Pasar Baru Dibuka"), minutes=9_000)])
    rebuild(collection, sources_of(collection))
    again = reread(collection, sources_of(collection).values())
    assert again.counts["record"] == 4
    assert again.changes[0].is_none
